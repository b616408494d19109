"""`tf.contrib.nccl`: sums and their like over tensors of several devices."""
