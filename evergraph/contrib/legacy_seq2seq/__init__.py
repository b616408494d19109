"""`tf.contrib.legacy_seq2seq`: unrolled models from sequences to sequences, which are lists of tensors, one for each step."""
