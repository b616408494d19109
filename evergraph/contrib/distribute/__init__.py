"""`tf.contrib.distribute`: a model on several devices of one process."""
