"""`tf.contrib.signal`: signals in frames, their short-time Fourier transforms and mel spectra."""
