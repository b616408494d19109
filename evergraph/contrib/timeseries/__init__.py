"""`tf.contrib.timeseries`: models of series of values at times, their input, and estimators of them."""
