"""Decoding: against a network written out, the lengths of sequences, what each helper gives, and learning through the loop."""

import numpy as np
import pytest

import evergraph as tf

seq2seq = tf.contrib.seq2seq
INPUTS = np.random.RandomState(0).uniform(-1, 1, [3, 4, 2]).astype(np.float32)  # batch, time, columns
LENGTHS = [3, 1, 2]


@pytest.fixture(autouse=True)
def graph():
    with tf.Graph().as_default() as made:
        with tf.variable_scope(
            tf.get_variable_scope(), initializer=tf.random_uniform_initializer(-1, 1, seed=3)
        ):
            yield made


def _run(fetches, feed=None):
    with tf.Session() as session:
        session.run(tf.global_variables_initializer())
        return session.run(fetches, feed)


def _trained(helper, columns=None, **options):
    cell = tf.nn.rnn_cell.BasicRNNCell(2)
    layer = tf.layers.Dense(columns, use_bias=False) if columns else None
    decoder = seq2seq.BasicDecoder(cell, helper, cell.zero_state(3, tf.float32), layer)
    return seq2seq.dynamic_decode(decoder, **options)


@pytest.mark.parametrize("time_major", [False, True])
def test_training_is_a_network_over_the_inputs(time_major):
    inputs = tf.constant(INPUTS.transpose(1, 0, 2) if time_major else INPUTS)
    helper = seq2seq.TrainingHelper(inputs, LENGTHS, time_major=time_major)
    found, state, lengths = _trained(helper, output_time_major=time_major, impute_finished=True)
    assert [v.op.name for v in tf.global_variables()] == [
        "decoder/basic_rnn_cell/kernel",
        "decoder/basic_rnn_cell/bias",
    ]
    outputs, state, lengths, (kernel, _) = _run([found, state, lengths, tf.global_variables()])
    rows = outputs.rnn_output.transpose(1, 0, 2) if time_major else outputs.rnn_output
    samples = outputs.sample_id.T if time_major else outputs.sample_id
    assert rows.shape == (3, 3, 2) and samples.dtype == np.int32
    np.testing.assert_array_equal(lengths, LENGTHS)
    for example, length in enumerate(LENGTHS):
        h = np.zeros(2)
        for step in range(length):
            h = np.tanh(np.hstack([INPUTS[example, step], h]) @ kernel)
            np.testing.assert_allclose(rows[example, step], h, rtol=1e-5)
            assert samples[example, step] == h.argmax()
        np.testing.assert_allclose(state[example], h, rtol=1e-5)
        assert not rows[example, length:].any()


def test_learning_through_the_loop():
    inputs, lengths = tf.placeholder(tf.float32, [None, None, 2]), tf.placeholder(tf.int32, [None])
    helper = seq2seq.TrainingHelper(inputs, lengths)
    outputs, _, _ = _trained(helper, columns=5)
    targets = tf.constant([[0, 1, 2], [3, 0, 0], [4, 1, 0]])
    weights = tf.sequence_mask(LENGTHS, 3, tf.float32)
    loss = seq2seq.sequence_loss(outputs.rnn_output, targets, weights)
    train = tf.train.GradientDescentOptimizer(1.0).minimize(loss)
    feed = {inputs: INPUTS, lengths: LENGTHS}
    with tf.Session() as session:
        session.run(tf.global_variables_initializer())
        first = session.run(loss, feed)
        for _ in range(10):
            session.run(train, feed)
        assert session.run(loss, feed) < 0.8 * first


def test_greedy_decoding_ends_at_the_last_symbol():
    # The embedding of symbol n points at n + 1, whatever the state is; 3 is the end.
    step = np.zeros([5, 5], np.float32)
    step[np.arange(4), np.arange(1, 5)] = 50
    cell = tf.nn.rnn_cell.BasicRNNCell(5, activation=tf.identity)
    helper = seq2seq.GreedyEmbeddingHelper(tf.constant(step), [0, 2], 3)
    with tf.variable_scope(
        "net", initializer=tf.constant_initializer(np.vstack([np.eye(5), np.zeros([5, 5])]))
    ):
        decoder = seq2seq.BasicDecoder(cell, helper, cell.zero_state(2, tf.float32))
        found, _, lengths = seq2seq.dynamic_decode(decoder, impute_finished=True)
        with tf.variable_scope(tf.get_variable_scope(), reuse=True):
            bounded = seq2seq.dynamic_decode(decoder, maximum_iterations=2)
            none = seq2seq.dynamic_decode(decoder, maximum_iterations=0)
    (ids, ends), (short, short_ends), nothing = _run(
        [(found.sample_id, lengths), (bounded[0].sample_id, bounded[2]), none[2]]
    )
    np.testing.assert_array_equal(ids, [[1, 2, 3], [3, 0, 0]])
    np.testing.assert_array_equal(ends, [3, 1])
    np.testing.assert_array_equal(short[0], [1, 2])
    np.testing.assert_array_equal(short_ends, [2, 1])
    np.testing.assert_array_equal(nothing, [0, 0])


def test_samples_follow_the_probabilities():
    logits = tf.constant(np.log([[0.25, 0.75]] * 4000).astype(np.float32))
    options = {"embedding": tf.eye(2), "start_tokens": [0] * 4000, "end_token": 1, "seed": 1}
    plain = seq2seq.SampleEmbeddingHelper(**options).sample(0, logits, None)
    cold = seq2seq.SampleEmbeddingHelper(softmax_temperature=0.01, **options).sample(0, logits, None)
    found, sure = _run([plain, cold])
    assert found.dtype == np.int32 and abs(found.mean() - 0.75) < 0.05 and sure.all()
    with pytest.raises(TypeError, match="outputs must be a single tensor"):
        seq2seq.SampleEmbeddingHelper(**options).sample(0, (logits,), None)


@pytest.mark.parametrize("probability", [0.0, 0.5, 1.0])
def test_scheduled_samples_replace_inputs(probability):
    outputs, embedding = tf.constant(INPUTS[:, 0]), np.float32([[10, 11], [20, 21]])
    helper = seq2seq.ScheduledEmbeddingTrainingHelper(
        INPUTS, [4, 4, 4], tf.constant(embedding), probability, seed=1, scheduling_seed=2
    )
    samples = helper.sample(time=tf.constant(0), outputs=outputs, state=None)
    _, inputs, _ = helper.next_inputs(tf.constant(0), outputs, None, samples)
    ids, found = _run([samples, inputs])
    expected = np.where(ids[:, None] >= 0, embedding[ids], INPUTS[:, 1])
    np.testing.assert_array_equal(found, expected)
    if probability != 0.5:
        assert (ids >= 0).all() == bool(probability)


@pytest.mark.parametrize("function", [None, lambda outputs: outputs * 3])
@pytest.mark.parametrize("auxiliary", [None, INPUTS[:, :, :1] + 5])
def test_scheduled_outputs_replace_inputs(function, auxiliary):
    outputs = tf.constant(INPUTS[:, 3])
    helper = seq2seq.ScheduledOutputTrainingHelper(
        INPUTS, [2, 2, 2], 0.5, seed=1, next_inputs_fn=function, auxiliary_inputs=auxiliary
    )
    used = tf.constant([1, 0, 1])
    _, inputs, _ = helper.next_inputs(tf.constant(0), outputs, None, used)
    own = INPUTS[:, 3] * 3 if function else INPUTS[:, 3]
    expected = np.where([[True], [False], [True]], own, INPUTS[:, 1])
    if auxiliary is not None:
        expected = np.hstack([expected, auxiliary[:, 1]])
    np.testing.assert_allclose(_run(inputs), expected, rtol=1e-6)
    samples = _run(helper.sample(time=tf.constant(0), outputs=outputs, state=None))
    assert samples.dtype == np.int32 and set(samples) <= {0, 1}


def test_helpers_made_of_functions():
    def following(time, outputs, state, sample_ids):
        return tf.equal([time + 1] * 3, LENGTHS), outputs * 2, state

    custom = seq2seq.CustomHelper(
        lambda: (tf.fill([3], False), tf.constant(INPUTS[:, 0])),
        lambda time, outputs, state: outputs > 0,
        following,
        sample_ids_shape=[2],
        sample_ids_dtype=tf.bool,
    )
    with pytest.raises(ValueError, match="before initialize"):
        _ = custom.batch_size
    found, _, lengths = _trained(custom)
    inference = seq2seq.InferenceHelper(
        lambda outputs: outputs, [2], tf.float32, INPUTS[:, 0], lambda sample: sample[:, 0] < 9
    )
    with tf.variable_scope("other"):
        once, _, _ = _trained(inference)
    outputs, ends, single = _run([found, lengths, once])
    np.testing.assert_array_equal(outputs.sample_id, outputs.rnn_output > 0)
    np.testing.assert_array_equal(ends, LENGTHS)
    np.testing.assert_array_equal(single.rnn_output, single.sample_id)
    assert single.rnn_output.shape == (3, 1, 2)


def test_what_is_refused():
    cell = tf.nn.rnn_cell.BasicRNNCell(2)
    helper = seq2seq.TrainingHelper(INPUTS, LENGTHS)
    state = cell.zero_state(3, tf.float32)
    with pytest.raises(TypeError, match="decoder must be a Decoder, not 'no'"):
        seq2seq.dynamic_decode("no")
    with pytest.raises(ValueError, match="maximum_iterations must be a scalar"):
        seq2seq.dynamic_decode(seq2seq.BasicDecoder(cell, helper, state), maximum_iterations=[1])
    with pytest.raises(TypeError, match="helper must be a Helper"):
        seq2seq.BasicDecoder(cell, None, state)
    with pytest.raises(TypeError, match="output_layer must be a Layer"):
        seq2seq.BasicDecoder(cell, helper, state, output_layer=tf.identity)
    with pytest.raises(ValueError, match="sequence_length must be a vector"):
        seq2seq.TrainingHelper(INPUTS, 3)
    with pytest.raises(ValueError, match="start_tokens must be a vector"):
        seq2seq.GreedyEmbeddingHelper(tf.eye(2), 0, 1)
    with pytest.raises(ValueError, match="end_token must be a scalar"):
        seq2seq.GreedyEmbeddingHelper(tf.eye(2), [0], [1])
    with pytest.raises(ValueError, match="sampling_probability must be a scalar or vector"):
        seq2seq.ScheduledOutputTrainingHelper(INPUTS, LENGTHS, [[0.5]])
