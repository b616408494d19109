"""`tf.contrib.framework`: default arguments by scope, and what finds, makes and restores the variables of a model."""
