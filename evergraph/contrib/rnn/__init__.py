"""`tf.contrib.rnn`: further recurrent cells, wrappers and stacks; the cells of `tf.nn.rnn_cell` are seen there too."""
