"""`tf.contrib.layers`: layers as functions that name their variables `weights` and `biases`, columns, and training operations."""
