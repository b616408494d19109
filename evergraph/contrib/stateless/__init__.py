"""`tf.contrib.stateless`: random numbers that follow from a seed alone."""
