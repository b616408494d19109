"""`Session`: fetches and feeds over the engine."""
