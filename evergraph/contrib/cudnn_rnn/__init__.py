"""`tf.contrib.cudnn_rnn`: stacked recurrent networks whose weights are one vector."""
