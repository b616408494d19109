"""`tf.contrib.estimator`: more heads, and what is put around estimators."""
