"""`tf.contrib.data`: more transformations of datasets, and readers for files of examples and rows."""
