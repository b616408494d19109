"""`tf.contrib.metrics`: the metrics of `tf.metrics` with predictions first, rates, correlations and curves."""
