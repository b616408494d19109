"""`tf.contrib.copy_graph`: variables and operations copied to another graph."""
