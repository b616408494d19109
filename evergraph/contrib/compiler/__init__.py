"""`tf.contrib.compiler`: what of a graph is compiled, which here is all of it."""
