"""Training: hooks, scaffold, sessions that start and close themselves, threads that stop together."""
