"""`tf.gradients`: gradients as operations of the graph."""
