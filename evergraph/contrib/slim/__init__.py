"""`tf.contrib.slim`: the layers of `tf.contrib.layers`, with training, evaluation, input and well-known networks."""
