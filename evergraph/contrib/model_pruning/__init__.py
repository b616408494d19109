"""`tf.contrib.model_pruning`: weights that are masked, more and more of them while a model is trained."""
