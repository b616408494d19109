"""`tf.contrib.nn`: relatives of functions of `tf.nn`."""
