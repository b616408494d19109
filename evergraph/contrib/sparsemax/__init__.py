"""`tf.contrib.sparsemax`: a softmax with zeros, and its loss."""
