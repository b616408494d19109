"""Attention written out in NumPy with the values of the variables: each mechanism, and the wrapper through a decoder."""

import numpy as np
import pytest

import evergraph as tf

seq2seq = tf.contrib.seq2seq
RANDOM = np.random.RandomState(0)
MEMORY = RANDOM.uniform(-1, 1, [2, 4, 3]).astype(np.float32)  # batch, places, columns
LENGTHS = [3, 4]
QUERY = RANDOM.uniform(-1, 1, [2, 5]).astype(np.float32)


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


def _values():
    return {v.op.name: v for v in tf.global_variables()}


def _masked(scores):
    return np.where(np.arange(4) < np.array(LENGTHS)[:, None], scores, -np.inf)


def _softmax(scores):
    weights = np.exp(_masked(scores))
    return weights / weights.sum(1, keepdims=True)


def _luong(of, query, root):
    keys = (MEMORY * _mask()) @ of["memory_layer/kernel"]
    return np.einsum("bn,btn->bt", query, keys) * of.get(f"{root}/attention_g", 1)


def _mask():
    return (np.arange(4) < np.array(LENGTHS)[:, None])[..., None]


def _bahdanau(of, query, root):
    keys = (MEMORY * _mask()) @ of["memory_layer/kernel"]
    v = of[f"{root}/attention_v"]
    sums = keys + (query @ of[f"{root}/query_layer/kernel"])[:, None]
    if f"{root}/attention_g" in of:
        v = of[f"{root}/attention_g"] * v / np.linalg.norm(v)
        sums = sums + of[f"{root}/attention_b"]
    return np.tanh(sums) @ v


@pytest.mark.parametrize("more", [False, True])
@pytest.mark.parametrize("kind", ["luong", "bahdanau"])
def test_scores(kind, more):
    if kind == "luong":
        mechanism = seq2seq.LuongAttention(5, MEMORY, LENGTHS, scale=more)
        names = ["attention_g"] if more else []
    else:
        mechanism = seq2seq.BahdanauAttention(6, MEMORY, LENGTHS, normalize=more)
        names = ["query_layer/kernel", "attention_v", *(["attention_g", "attention_b"] if more else [])]
    alignments, state = mechanism(tf.constant(QUERY), mechanism.initial_state(2, tf.float32))
    root = f"{kind}_attention"
    assert list(_values()) == ["memory_layer/kernel", *(f"{root}/{name}" for name in names)]
    if more and kind == "bahdanau":
        assert _run(_values()[f"{root}/attention_g"]) == np.float32(6**-0.5)
    shifts = [v.assign_add(tf.fill(v.shape, 0.3)) for v in tf.global_variables()]
    with tf.Session() as session:
        session.run(tf.global_variables_initializer())
        session.run(shifts)
        found, after, of = session.run([alignments, state, _values()])
    expected = _softmax((_luong if kind == "luong" else _bahdanau)(of, QUERY, root))
    np.testing.assert_allclose(found, expected, rtol=1e-4)
    np.testing.assert_array_equal(found, after)
    assert found[0, 3] == 0


@pytest.mark.parametrize("mode", ["recursive", "hard"])
@pytest.mark.parametrize("kind", ["luong", "bahdanau"])
def test_monotonic_scores(kind, mode):
    make = seq2seq.LuongMonotonicAttention if kind == "luong" else seq2seq.BahdanauMonotonicAttention
    mechanism = make(5, MEMORY, LENGTHS, score_bias_init=0.25, mode=mode)
    first = mechanism.initial_state(2, tf.float32)
    alignments, _ = mechanism(tf.constant(QUERY), first)
    found, before, of = _run([alignments, first, _values()])
    np.testing.assert_array_equal(before, [[1, 0, 0, 0]] * 2)
    root = f"{kind}_monotonic_attention"
    assert of[f"{root}/attention_score_bias"] == 0.25
    scores = _masked((_luong if kind == "luong" else _bahdanau)(of, QUERY, root) + 0.25)
    p = (scores > 0) * 1.0 if mode == "hard" else 1 / (1 + np.exp(-scores))
    # From the first place on, each is reached when none before it was chosen.
    expected = p * np.hstack([np.ones([2, 1]), np.cumprod(1 - p, 1)[:, :-1]])
    np.testing.assert_allclose(found, expected, rtol=1e-4, atol=1e-6)


def test_noise_moves_the_scores():
    found = []
    for noise in (0.0, 5.0):
        with tf.variable_scope(f"net_{noise:.0f}", initializer=tf.constant_initializer(0.1)):
            mechanism = seq2seq.LuongMonotonicAttention(5, MEMORY, sigmoid_noise=noise, sigmoid_noise_seed=1)
            found.append(mechanism(tf.constant(QUERY), mechanism.initial_state(2, tf.float32))[0])
    plain, noisy = _run(found)
    assert np.abs(plain - noisy).max() > 0.01


@pytest.mark.parametrize("output_attention", [True, False])
def test_a_wrapper_through_a_decoder(output_attention):
    inputs = RANDOM.uniform(-1, 1, [2, 3, 2]).astype(np.float32)
    mechanism = seq2seq.LuongAttention(5, MEMORY, LENGTHS)
    cell = seq2seq.AttentionWrapper(
        tf.nn.rnn_cell.BasicRNNCell(5),
        mechanism,
        7,
        alignment_history=True,
        output_attention=output_attention,
    )
    assert cell.output_size == (7 if output_attention else 5)
    helper = seq2seq.TrainingHelper(inputs, [3, 3])
    decoder = seq2seq.BasicDecoder(cell, helper, cell.zero_state(2, tf.float32))
    outputs, state, _ = seq2seq.dynamic_decode(decoder)
    names = list(_values())
    history = state.alignment_history.stack()
    found, last, looked, of = _run([outputs.rnn_output, state.attention, history, _values()])
    root = "decoder/attention_wrapper"
    assert sorted(names) == [
        f"{root}/attention_layer/kernel",
        f"{root}/basic_rnn_cell/bias",
        f"{root}/basic_rnn_cell/kernel",
        "memory_layer/kernel",
    ]
    h, attention = np.zeros([2, 5]), np.zeros([2, 7])
    for step in range(3):
        h = np.tanh(np.hstack([inputs[:, step], attention, h]) @ of[f"{root}/basic_rnn_cell/kernel"])
        alignments = _softmax(_luong(of, h, ""))
        seen = np.einsum("bt,btn->bn", alignments, MEMORY * _mask())
        attention = np.hstack([h, seen]) @ of[f"{root}/attention_layer/kernel"]
        np.testing.assert_allclose(found[:, step], attention if output_attention else h, rtol=1e-4, atol=1e-6)
        np.testing.assert_allclose(looked[step], alignments, rtol=1e-4)
    np.testing.assert_allclose(last, attention, rtol=1e-4, atol=1e-6)


def test_several_mechanisms_and_layers():
    mechanisms = [seq2seq.LuongAttention(5, MEMORY), seq2seq.BahdanauAttention(4, MEMORY, LENGTHS)]
    inner, another = (tf.nn.rnn_cell.BasicLSTMCell(5) for _ in range(2))
    plain = seq2seq.AttentionWrapper(inner, mechanisms, name="plain")
    layers = [tf.layers.Dense(2), tf.layers.Dense(1)]
    layered = seq2seq.AttentionWrapper(
        another, mechanisms, attention_layer=layers, cell_input_fn=lambda inputs, _: inputs, name="layered"
    )
    assert (plain.output_size, layered.output_size) == (6, 3)
    zero = plain.zero_state(2, tf.float32)
    output, state = plain(tf.constant(QUERY), zero)
    other, _ = layered(tf.constant(QUERY), layered.zero_state(2, tf.float32))
    assert isinstance(state.alignments, tuple) and len(state.alignments) == 2
    found, alignments, small = _run([output, state.alignments, other])
    for part, weights, memory in zip(np.split(found, 2, 1), alignments, (MEMORY, MEMORY * _mask())):
        np.testing.assert_allclose(part, np.einsum("bt,btn->bn", weights, memory), rtol=1e-4, atol=1e-6)
    assert small.shape == (2, 3)
    for kwargs, message in (
        ({"attention_layer_size": [1]}, "one for each of 2 mechanisms"),
        ({"attention_layer_size": [1, 2], "attention_layer": layers}, "not both"),
    ):
        with pytest.raises(ValueError, match=message):
            seq2seq.AttentionWrapper(inner, mechanisms, **kwargs)


def test_states():
    mechanism = seq2seq.LuongAttention(5, MEMORY)
    cell = tf.nn.rnn_cell.BasicRNNCell(5)
    given = tf.constant(QUERY)
    wrapper = seq2seq.AttentionWrapper(cell, mechanism, initial_cell_state=given)
    zero = wrapper.zero_state(2, tf.float32)
    changed = zero.clone(cell_state=given * 2)
    np.testing.assert_array_equal(*_run([zero.cell_state, given]))
    np.testing.assert_array_equal(*_run([changed.cell_state, given * 2]))
    with pytest.raises(ValueError, match="[Ss]hape"):
        zero.clone(cell_state=tf.zeros([2, 9]))
    size = tf.placeholder(tf.int32, [])
    wrong = wrapper.zero_state(size, tf.float32).cell_state
    with pytest.raises(tf.errors.InvalidArgumentError, match="must have the batch size of the memory"):
        _run(wrong, {size: 6})
    with pytest.raises(TypeError, match="must be an AttentionWrapperState"):
        wrapper(given, given)


def test_what_is_refused():
    cell = tf.nn.rnn_cell.BasicRNNCell(5)
    with pytest.raises(TypeError, match="must be an AttentionMechanism, not None"):
        seq2seq.AttentionWrapper(cell, None)
    with pytest.raises(ValueError, match="sizes of memory after batch and places must be known"):
        seq2seq.LuongAttention(5, tf.placeholder(tf.float32, [None, None, None]))
    mechanism = seq2seq.LuongAttention(4, MEMORY)
    with pytest.raises(ValueError, match="num_units must be the query's columns"):
        mechanism(tf.constant(QUERY), None)
    lengths = tf.placeholder(tf.int32, [2])
    empty = seq2seq.LuongAttention(5, MEMORY, lengths, name="empty")
    alignments, _ = empty(tf.constant(QUERY), None)
    with pytest.raises(tf.errors.InvalidArgumentError, match="must be positive"):
        _run(alignments, {lengths: [0, 1]})
