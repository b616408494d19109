"""`tf.contrib.image`: images turned, moved, warped and labelled."""
