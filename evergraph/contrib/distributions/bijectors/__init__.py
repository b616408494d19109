"""`tf.contrib.distributions.bijectors`: differentiable maps with inverses."""
