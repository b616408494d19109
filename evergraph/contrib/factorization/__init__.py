"""`tf.contrib.factorization`: k-means, mixtures of Gaussians, and factors of matrices by weighted alternating least squares."""
