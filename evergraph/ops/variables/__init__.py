"""Variables: the classes, the collections that list them, initializing them and asking whether they are."""
