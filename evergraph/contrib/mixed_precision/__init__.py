"""`tf.contrib.mixed_precision`: losses scaled, so that small gradients of half floats are not lost."""
