"""`tf.contrib.learn`."""
