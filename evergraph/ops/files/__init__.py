"""Files that operations read and write: contents, readers of records, checkpoints."""
