"""Names that are there and do something else than in TensorFlow 1.9, for `evergraph check`.

`docs/differences.md` has them all, with the reasons; a test holds that it names each of these.
"""

DIFFERENCES = {
    "tf.estimator.inputs.numpy_input_fn": "all examples are shuffled together; there is no queue",
    "tf.estimator.inputs.pandas_input_fn": "all examples are shuffled together; there is no queue",
    "tf.nn.static_rnn": "the steps after the end of all sequences are computed too",
}
