"""`tf.contrib.lookup`: tables that look up keys."""
