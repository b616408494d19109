"""`tf.contrib.tensorboard`: what writes for the plugins of TensorBoard."""
