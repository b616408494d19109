"""Models that are there: a linear one, a deep one, both, and the simplest of all; their losses and metrics are heads."""
