"""`tf.contrib.distributions`: more families, distributions made of distributions, and what is done with samples."""
