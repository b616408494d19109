"""`tf.contrib.legacy_seq2seq`: names of variables, what is fed back, attention and losses written out in NumPy."""

import numpy as np
import pytest

import evergraph as tf

seq2seq = tf.contrib.legacy_seq2seq
RANDOM = np.random.RandomState(0)


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


def _names():
    return [v.op.name for v in tf.global_variables()]


def _symbols(steps):
    return [tf.constant([step % 4, (step + 1) % 4]) for step in range(steps)]


def _matrices(steps):
    return [tf.constant(RANDOM.randn(2, 2).astype(np.float32)) for _ in range(steps)]


def test_a_basic_model_has_two_cells():
    outputs, state = seq2seq.basic_rnn_seq2seq(_matrices(2), _matrices(3), tf.nn.rnn_cell.GRUCell(2))
    kernels = [n for n in _names() if n.endswith("gates/kernel")]
    assert kernels == [
        "basic_rnn_seq2seq/rnn/gru_cell/gates/kernel",
        "basic_rnn_seq2seq/rnn_decoder/gru_cell/gates/kernel",
    ]
    assert len(outputs) == 3
    np.testing.assert_array_equal(*_run([outputs[-1], state]))


def test_a_tied_model_has_one_and_feeds_back():
    cell = tf.nn.rnn_cell.BasicRNNCell(2)
    inputs = _matrices(2)
    outputs, _ = seq2seq.tied_rnn_seq2seq(_matrices(2), inputs, cell, loop_function=lambda last, _: last * 2)
    root = "combined_tied_rnn_seq2seq/tied_rnn_seq2seq/basic_rnn_cell"
    assert _names() == [f"{root}/kernel", f"{root}/bias"]
    first, second, kernel = _run([*outputs, tf.global_variables()[0]])
    np.testing.assert_allclose(second, np.tanh(np.hstack([first * 2, first]) @ kernel), rtol=1e-5)


@pytest.mark.parametrize("attention", [False, True])
def test_a_model_of_symbols_feeds_back_what_is_likeliest(attention):
    model, name, decoder = seq2seq.embedding_rnn_seq2seq, "embedding_rnn_seq2seq", "embedding_rnn_decoder"
    if attention:
        model, name = seq2seq.embedding_attention_seq2seq, "embedding_attention_seq2seq"
        decoder = "embedding_attention_decoder"
    choice = tf.placeholder(tf.bool, [])
    cell = tf.nn.rnn_cell.BasicLSTMCell(2)
    encoded, decoded = _symbols(2), _symbols(3)
    chosen = model(encoded, decoded, cell, 4, 5, 2, feed_previous=choice)
    names = _names()
    assert names[0] == f"{name}/rnn/embedding_wrapper/embedding"
    assert f"{name}/{decoder}/embedding" in names
    with tf.variable_scope(tf.get_variable_scope(), reuse=True):
        fixed = [model(encoded, decoded, cell, 4, 5, 2, feed_previous=fed) for fed in (False, True)]
    assert _names() == names
    with tf.Session() as session:
        session.run(tf.global_variables_initializer())
        both = session.run(fixed)
        for fed, (outputs, state) in zip((False, True), both):
            found, found_state = session.run(chosen, {choice: fed})
            np.testing.assert_allclose(found, outputs, rtol=1e-5)
            np.testing.assert_allclose(found_state.h, state.h, rtol=1e-5)
    np.testing.assert_allclose(both[0][0][0], both[1][0][0], rtol=1e-5)
    assert both[0][0][0].shape == (2, 5) and np.abs(both[0][0][2] - both[1][0][2]).max() > 1e-3


def test_a_tied_model_of_symbols():
    outputs, state = seq2seq.embedding_tied_rnn_seq2seq(
        _symbols(2), _symbols(3), tf.nn.rnn_cell.BasicLSTMCell(2), 6, 2, num_decoder_symbols=5,
        feed_previous=tf.constant(True),
    )  # fmt: skip
    root = "embedding_tied_rnn_seq2seq/combined_tied_rnn_seq2seq/tied_rnn_seq2seq/output_projection_wrapper"
    assert _names()[0] == "embedding_tied_rnn_seq2seq/embedding"
    assert f"{root}/basic_lstm_cell/kernel" in _names() and len(_names()) == 5
    assert isinstance(state, tf.nn.rnn_cell.LSTMStateTuple)
    assert _run(outputs)[0].shape == (2, 5)
    with pytest.raises(ValueError, match="are incompatible"):
        seq2seq.embedding_tied_rnn_seq2seq(
            _symbols(2), _symbols(3), tf.nn.rnn_cell.BasicRNNCell(2), 6, 2, scope="other",
            output_projection=(tf.zeros([2, 5]), tf.zeros([5])),
        )  # fmt: skip


def test_the_embedding_is_left_alone_where_asked():
    state, projection = tf.zeros([2, 2]), (tf.constant(RANDOM.randn(2, 4).astype(np.float32)), tf.zeros([4]))
    changes = []
    for number, update in enumerate((True, False)):
        with tf.variable_scope(f"net_{number}", initializer=tf.random_uniform_initializer(-1, 1, seed=7)):
            outputs, _ = seq2seq.embedding_rnn_decoder(
                _symbols(3), state, tf.nn.rnn_cell.BasicRNNCell(2), 4, 2, projection, True, update
            )
            embedding = tf.global_variables()[-3]
            assert embedding.op.name.endswith("embedding_rnn_decoder/embedding")
            changes.append(tf.convert_to_tensor(tf.gradients(outputs[-1], embedding)[0]))
    one, two = _run(changes)
    assert (two[2:] == 0).all() and (two[:2] != 0).all() and np.abs(one - two).max() > 1e-4


def test_attention_written_out():
    states = RANDOM.randn(2, 3, 4).astype(np.float32)
    inputs = RANDOM.randn(2, 2).astype(np.float32)
    outputs, state = seq2seq.attention_decoder(
        [tf.constant(inputs)], tf.zeros([2, 2]), tf.constant(states), tf.nn.rnn_cell.BasicRNNCell(2), 5
    )
    found, new_state, values = _run([outputs[0], state, {v.op.name: v for v in tf.global_variables()}])
    of = {name.removeprefix("attention_decoder/"): value for name, value in values.items()}
    assert list(of) == [
        "AttnW_0", "AttnV_0", "kernel", "bias", "basic_rnn_cell/kernel", "basic_rnn_cell/bias",
        "Attention_0/kernel", "Attention_0/bias", "AttnOutputProjection/kernel", "AttnOutputProjection/bias",
    ]  # fmt: skip
    mixed = np.hstack([inputs, np.zeros([2, 4])]) @ of["kernel"]
    np.testing.assert_allclose(
        new_state, np.tanh(np.hstack([mixed, np.zeros([2, 2])]) @ of["basic_rnn_cell/kernel"]), rtol=1e-4
    )
    scores = np.tanh(states @ of["AttnW_0"][0, 0] + (new_state @ of["Attention_0/kernel"])[:, None])
    weights = np.exp(scores @ of["AttnV_0"])
    read = np.einsum("bt,btn->bn", weights / weights.sum(1, keepdims=True), states)
    expected = np.hstack([new_state, read]) @ of["AttnOutputProjection/kernel"]
    np.testing.assert_allclose(found, expected, rtol=1e-4)


def test_attention_from_the_first_state_and_several_heads():
    states, cell = tf.constant(RANDOM.randn(2, 3, 4).astype(np.float32)), tf.nn.rnn_cell.BasicLSTMCell(2)
    outputs, _ = seq2seq.attention_decoder(
        _matrices(3), cell.zero_state(2, tf.float32), states, cell, num_heads=2, initial_state_attention=True
    )
    assert [v.shape.as_list() for v in tf.global_variables() if "Output" in v.op.name] == [[2 + 8, 2], [2]]
    assert np.isfinite(_run(outputs)).all()
    with pytest.raises(ValueError, match="num_heads must be 1 at least, not 0"):
        seq2seq.attention_decoder(_matrices(1), None, states, cell, num_heads=0)
    with pytest.raises(ValueError, match="for one step at least"):
        seq2seq.attention_decoder([], None, states, cell)


def test_one_encoder_and_several_decoders():
    given = {"a": _symbols(2), "b": _symbols(3)}
    cells = {"a": tf.nn.rnn_cell.GRUCell(2), "b": tf.nn.rnn_cell.GRUCell(2)}
    encoder = tf.nn.rnn_cell.GRUCell(2)
    outputs, states = seq2seq.one2many_rnn_seq2seq(
        _symbols(2), given, encoder, cells, 4, {"a": 5, "b": 6}, 2, feed_previous=tf.constant(False)
    )
    assert "one2many_rnn_seq2seq/one2many_decoder_b/embedding_rnn_decoder/embedding" in _names()
    found, _ = _run([outputs, states])
    assert [len(found["a"]), found["a"][0].shape, len(found["b"]), found["b"][0].shape] == [
        2,
        (2, 5),
        3,
        (2, 6),
    ]
    with pytest.raises(ValueError, match="the same names"):
        seq2seq.one2many_rnn_seq2seq([], given, encoder, {"a": encoder}, 4, {}, 2)
    with pytest.raises(TypeError, match="must be an RNNCell, not 'no cell'"):
        seq2seq.one2many_rnn_seq2seq([], given, "no cell", cells, 4, {}, 2)


def test_losses():
    logits = RANDOM.randn(3, 2, 4)
    targets, weights = RANDOM.randint(0, 4, [3, 2]), np.array([[1.0, 0], [2, 0], [1, 0]])
    lists = [[tf.constant(each) for each in array] for array in (logits, targets, weights)]
    log_p = logits - np.log(np.exp(logits).sum(-1, keepdims=True))
    losses = -np.take_along_axis(log_p, targets[..., None], -1)[..., 0] * weights
    by_example = losses.sum(0)
    options = {"average_across_timesteps": False, "average_across_batch": False}
    found = _run(
        [
            seq2seq.sequence_loss_by_example(*lists),
            seq2seq.sequence_loss_by_example(*lists, average_across_timesteps=False),
            seq2seq.sequence_loss(*lists),
            seq2seq.sequence_loss(*lists, **options),
            seq2seq.sequence_loss_by_example(
                *lists, softmax_loss_function=lambda labels, logits: tf.to_double(labels) + logits[:, 0]
            ),
        ]
    )
    np.testing.assert_allclose(found[0], by_example / [4, 1], rtol=1e-6)
    np.testing.assert_allclose(found[1], by_example, rtol=1e-6)
    np.testing.assert_allclose(found[2], by_example[0] / 4 / 2, rtol=1e-6)
    np.testing.assert_allclose(found[3], by_example.sum(), rtol=1e-6)
    expected = ((targets + logits[:, :, 0]) * weights).sum(0) / [4, 1]
    np.testing.assert_allclose(found[4], expected, rtol=1e-6)
    with pytest.raises(ValueError, match="not 3, 2 and 3"):
        seq2seq.sequence_loss_by_example(lists[0], lists[1][:2], lists[2])


def test_buckets_share_their_variables():
    def model(x, y):
        return seq2seq.embedding_rnn_seq2seq(x, y, tf.nn.rnn_cell.GRUCell(2), 4, 4, 2)

    weights = [tf.ones([2])] * 3
    outputs, losses = seq2seq.model_with_buckets(
        _symbols(3), _symbols(3), _symbols(3), weights, [(1, 1), (3, 3)], model, per_example_loss=True
    )
    assert [len(each) for each in outputs] == [1, 3]
    assert len(_names()) == len(set(_names())) == 12
    assert [each.shape for each in _run(losses)] == [(2,), (2,)]
    with pytest.raises(ValueError, match="weights must be as long as the last bucket"):
        seq2seq.model_with_buckets(_symbols(3), [], _symbols(3), [], [(3, 3)], model)
