"""`tf.contrib.checkpoint`: containers of objects that a checkpoint finds by name, and a look into checkpoints."""
