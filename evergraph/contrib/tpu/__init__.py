"""`tf.contrib.tpu`: what programs for TPUs say, run on the devices that are there."""
