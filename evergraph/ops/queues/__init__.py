"""Queues, accumulators and maps: what holds elements between the runs of a session."""
