"""`tf.contrib.resampler`: images read between their pixels."""
