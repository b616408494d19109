"""`tf.contrib.predictor`: a model as a function of arrays."""
