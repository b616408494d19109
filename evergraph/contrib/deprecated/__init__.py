"""`tf.contrib.deprecated`: the summaries of before TensorFlow 1.0, whose tags are given and not made unique."""
