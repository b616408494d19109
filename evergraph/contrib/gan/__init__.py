"""`tf.contrib.gan`: generative adversarial networks (Goodfellow et al., 2014, arXiv:1406.2661)."""
