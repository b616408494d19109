"""`tf.contrib.summary`: summaries that write themselves to event files."""
