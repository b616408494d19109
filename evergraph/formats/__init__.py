"""Files as bytes: messages, tables, checkpoints, records and event files. Nothing here knows a graph."""
