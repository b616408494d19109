"""`tf.contrib.seq2seq`: models from sequences to sequences, whose sequences are tensors."""
