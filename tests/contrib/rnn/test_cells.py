"""The other cells of `tf.contrib.rnn`: each in a loop is what it is step by step in NumPy, with TensorFlow's variables."""

import numpy as np
import pytest

import evergraph as tf
from tests.layers.recurrent.cells import BATCH, INPUTS, STEPS, UNITS, lstm, run_in_numpy, sigmoid

rnn = tf.contrib.rnn
RANDOM = np.random.RandomState(3)
SEQUENCES = RANDOM.randn(BATCH, STEPS, INPUTS)
ROWS = INPUTS + UNITS


@pytest.fixture(autouse=True)
def graph():
    with tf.Graph().as_default() as made:
        yield made


def normed(x, weights, scope):
    centred = x - x.mean(1, keepdims=True)
    scaled = centred / np.sqrt((centred**2).mean(1, keepdims=True) + 1e-12)
    return scaled * weights[f"{scope}/gamma"] + weights[f"{scope}/beta"]


def layer_norm_lstm(weights, x, state):
    c, h = state
    gates = np.split(np.concatenate([x, h], 1) @ weights["kernel"], 4, 1)
    i, j, f, o = (normed(g, weights, n) for g, n in zip(gates, ("input", "transform", "forget", "output")))
    diagonal = [weights.get(f"w_{gate}_diag", 0) for gate in "ifo"]
    new = sigmoid(f + 1 + diagonal[1] * c) * c + sigmoid(i + diagonal[0] * c) * np.tanh(j)
    new = normed(new, weights, "state")
    h = sigmoid(o + diagonal[2] * new) * np.tanh(new)
    if "projection/kernel" in weights:
        h = np.clip(h @ weights["projection/kernel"], -0.3, 0.3)
    return h, [new, h]


def weight_norm_lstm(weights, x, state):
    def unit(v):
        return v / np.linalg.norm(v, axis=0)

    kernel = weights["kernel"]
    parts = [unit(kernel[:INPUTS]) * weights["norm_0"], unit(kernel[INPUTS:]) * weights["norm_1"]]
    plain = {"kernel": np.concatenate(parts), "bias": weights["bias"]}
    plain["projection/kernel"] = unit(weights["projection/kernel"]) * weights["projection/norm_0"]
    return lstm(plain, x, state)


def coupled(weights, x, state):
    c, h = state
    kernel = np.concatenate([weights["W_0"], weights["W_1"]])
    j, f, o = np.split(np.concatenate([x, h], 1) @ kernel + weights["B"], 3, 1)
    forget = sigmoid(f + 1 + weights["W_F_diag"] * c)
    c = forget * c + (1 - forget) * np.tanh(j)
    h = sigmoid(o + weights["W_O_diag"] * c) * np.tanh(c) @ weights["W_P_0"]
    return h, [c, h]


def nas(weights, x, state):
    c, h = state
    m = np.split(h @ weights["recurrent_kernel"] + weights["bias"], 8, 1)
    x = np.split(x @ weights["kernel"], 8, 1)
    tanh = np.tanh
    one = tanh(sigmoid(x[0] + m[0]) * np.maximum(x[1] + m[1], 0))
    two = tanh(sigmoid(x[2] + m[2]) + np.maximum(x[3] * m[3], 0))
    three = tanh(tanh(x[4] + m[4]) * sigmoid(x[5] + m[5]))
    four = sigmoid(tanh(x[6] + m[6]) + sigmoid(x[7] + m[7]))
    c = tanh(one + c) * two
    h = tanh(c * tanh(three + four)) @ weights["projection_weights"]
    return h, [c, h]


def ugrnn(weights, x, state):
    gate, new = np.split(np.concatenate([x, state[0]], 1) @ weights["kernel"] + weights["bias"], 2, 1)
    gate = sigmoid(gate + 1)
    h = gate * state[0] + (1 - gate) * np.tanh(new)
    return h, [h]


def intersection(weights, x, state):
    x = x @ weights["in_projection/kernel"] + weights["in_projection/bias"]
    sums = np.concatenate([x, state[0]], 1) @ weights["kernel"] + weights["bias"]
    g, h, d, y = np.split(sums, 4, 1)
    g, d = sigmoid(g + 1), sigmoid(d + 1)
    return d * x + (1 - d) * np.maximum(y, 0), [g * state[0] + (1 - g) * np.tanh(h)]


def sru(weights, x, state):
    new, f, r, carried = np.split(x @ weights["kernel"], 4, 1)
    f, r = np.split(sigmoid(np.concatenate([f, r], 1) + weights["bias"]), 2, 1)
    c = f * state[0] + (1 - f) * new
    return r * np.tanh(c) + (1 - r) * carried, [c]


def groups(weights, x, state):
    """As an LSTM with a kernel of blocks."""
    kernel = np.zeros((ROWS, 4, UNITS))
    for group in range(2):
        own, half = weights[f"group{group}/kernel"], UNITS // 2
        columns = slice(group * half, (group + 1) * half)
        inputs = slice(group * INPUTS // 2, (group + 1) * INPUTS // 2)
        kernel[inputs, :, columns] = own[: INPUTS // 2].reshape(-1, 4, half)
        kernel[INPUTS + group * half : INPUTS + (group + 1) * half, :, columns] = own[INPUTS // 2 :].reshape(
            -1, 4, half
        )
    bias = np.concatenate([weights[f"bias_{gate}"] for gate in "ijfo"])
    plain = {
        "kernel": kernel.reshape(ROWS, -1),
        "bias": bias,
        "projection/kernel": weights["projection/kernel"],
    }
    return lstm(plain, x, state)


def attention(weights, x, state):
    c, h, seen, last = state
    last = last.reshape(BATCH, 2, 5)
    of_cell = {n.removeprefix("basic_lstm_cell/"): w for n, w in weights.items() if n.startswith("basic")}
    x = np.concatenate([x, seen], 1) @ weights["kernel"] + weights["bias"]
    h, (c, h) = lstm(of_cell, x, [c, h])
    query = np.concatenate([c, h], 1) @ weights["attention/kernel"] + weights["attention/bias"]
    scores = np.tanh(last @ weights["attention/attn_w"][0, 0] + query[:, None]) @ weights["attention/attn_v"]
    places = np.exp(scores) / np.exp(scores).sum(1, keepdims=True)
    seen = np.einsum("bn,bnk->bk", places, last)
    output = np.concatenate([h, seen], 1) @ weights["attn_output_projection/kernel"]
    output = output + weights["attn_output_projection/bias"]
    last = np.concatenate([last[:, 1:], output[:, None]], 1).reshape(BATCH, -1)
    return output, [c, h, seen, last]


def convolved(weights, x, state):
    """A window of one place, so that a convolution is a product; images are of 2 x 1 places of 2 channels."""
    places, count = x.reshape(BATCH, 2, 2), state[0].shape[-1]
    c, h = (part.reshape(BATCH, 2, count) for part in state)
    sums = np.concatenate([places, h[..., :3]], 2) @ weights["kernel"].reshape(5, -1) + weights["biases"]
    i, j, f, o = np.split(sums, 4, 2)
    c = sigmoid(f + 1) * c + sigmoid(i) * np.tanh(j)
    h = np.tanh(c) * sigmoid(o)
    return h.reshape(BATCH, 2, 1, 3), [part.reshape(BATCH, 2, 1, 3) for part in (c, h)]


NORMS = {
    f"{s}/{n}": (UNITS,)
    for s in ("input", "transform", "forget", "output", "state")
    for n in ("gamma", "beta")
}
PEEPHOLES = {f"w_{gate}_diag": (UNITS,) for gate in "fio"}
# name, how it is made, its step in NumPy, its scope, {its variables: shapes}
CELLS = [
    (
        "layer norm basic lstm",
        lambda: rnn.LayerNormBasicLSTMCell(UNITS),
        layer_norm_lstm,
        "layer_norm_basic_lstm_cell",
        {"kernel": (ROWS, 4 * UNITS), **NORMS},
    ),
    (
        "basic lstm without layer norm",
        lambda: rnn.LayerNormBasicLSTMCell(UNITS, layer_norm=False),
        lstm,
        "layer_norm_basic_lstm_cell",
        {"kernel": (ROWS, 4 * UNITS), "bias": (4 * UNITS,)},
    ),
    (
        "layer norm lstm",
        lambda: rnn.LayerNormLSTMCell(UNITS, True, num_proj=3, proj_clip=0.3, layer_norm=True),
        layer_norm_lstm,
        "layer_norm_lstm_cell",
        {
            "kernel": (INPUTS + 3, 4 * UNITS),
            "bias": (4 * UNITS,),
            **NORMS,
            **PEEPHOLES,
            "projection/kernel": (UNITS, 3),
        },
    ),
    (
        "weight norm lstm",
        lambda: rnn.WeightNormLSTMCell(UNITS, num_proj=3),
        weight_norm_lstm,
        "weight_norm_lstm_cell/wn_lstm_cell",
        {
            "kernel": (INPUTS + 3, 4 * UNITS),
            "norm_0": (4 * UNITS,),
            "norm_1": (4 * UNITS,),
            "bias": (4 * UNITS,),
            "projection/kernel": (UNITS, 3),
            "projection/norm_0": (3,),
        },
    ),
    (
        "coupled gates",
        lambda: rnn.CoupledInputForgetGateLSTMCell(UNITS, True, num_proj=3, num_unit_shards=2),
        coupled,
        "coupled_input_forget_gate_lstm_cell",
        {
            "W_0": (4, 3 * UNITS),
            "W_1": (3, 3 * UNITS),
            "B": (3 * UNITS,),
            "W_F_diag": (UNITS,),
            "W_O_diag": (UNITS,),
            "W_P_0": (UNITS, 3),
        },
    ),
    (
        "nas",
        lambda: rnn.NASCell(UNITS, num_proj=3, use_biases=True),
        nas,
        "nas_cell",
        {
            "recurrent_kernel": (3, 8 * UNITS),
            "kernel": (INPUTS, 8 * UNITS),
            "bias": (8 * UNITS,),
            "projection_weights": (UNITS, 3),
        },
    ),
    (
        "ugrnn",
        lambda: rnn.UGRNNCell(UNITS),
        ugrnn,
        "ugrnn_cell",
        {"kernel": (ROWS, 2 * UNITS), "bias": (2 * UNITS,)},
    ),
    (
        "intersection",
        lambda: rnn.IntersectionRNNCell(3, num_in_proj=3),
        intersection,
        "intersection_rnn_cell",
        {
            "in_projection/kernel": (INPUTS, 3),
            "in_projection/bias": (3,),
            "kernel": (6, 12),
            "bias": (12,),
        },
    ),
    (
        "sru",
        lambda: rnn.CompiledWrapper(rnn.SRUCell(UNITS)),
        sru,
        "sru_cell",
        {"kernel": (INPUTS, 4 * UNITS), "bias": (2 * UNITS,)},
    ),
    (
        "groups",
        lambda: rnn.GLSTMCell(UNITS, num_proj=UNITS, number_of_groups=2),
        groups,
        "glstm_cell",
        {
            **{f"group{group}/kernel": (ROWS // 2, 2 * UNITS) for group in range(2)},
            **{f"bias_{gate}": (UNITS,) for gate in "ijfo"},
            "projection/kernel": (UNITS, UNITS),
        },
    ),
    (
        "attention",
        lambda: rnn.AttentionCellWrapper(
            tf.nn.rnn_cell.BasicLSTMCell(UNITS), 2, attn_size=5, attn_vec_size=6
        ),
        attention,
        "attention_cell_wrapper",
        {
            "kernel": (INPUTS + 5, INPUTS),
            "bias": (INPUTS,),
            "basic_lstm_cell/kernel": (ROWS, 4 * UNITS),
            "basic_lstm_cell/bias": (4 * UNITS,),
            "attention/attn_w": (1, 1, 5, 6),
            "attention/attn_v": (6,),
            "attention/kernel": (2 * UNITS, 6),
            "attention/bias": (6,),
            "attn_output_projection/kernel": (UNITS + 5, 5),
            "attn_output_projection/bias": (5,),
        },
    ),
    (
        "convolutional",
        lambda: rnn.Conv2DLSTMCell(input_shape=[2, 1, 2], output_channels=3, kernel_shape=[1, 1]),
        convolved,
        "conv_2d_lstm_cell",
        {"kernel": (1, 1, 5, 12), "biases": (12,)},
    ),
]


FAST = ("layer norm basic lstm", "nas", "attention")


@pytest.mark.parametrize(
    "make, step, scope, shapes",
    [pytest.param(*row[1:], id=row[0], marks=[pytest.mark.slow] * (row[0] not in FAST)) for row in CELLS],
)
def test_a_loop_is_numpy(make, step, scope, shapes):
    cell = make()
    given = SEQUENCES.reshape(BATCH, STEPS, 2, 1, 2) if "conv" in scope else SEQUENCES
    state = cell.zero_state(BATCH, tf.float64)
    outputs, final = tf.nn.dynamic_rnn(cell, tf.constant(given), initial_state=state)
    slopes = [
        tf.constant(0) if slope is None else slope
        for slope in tf.gradients(outputs, tf.trainable_variables())
    ]
    flatten = tf.contrib.framework.nest.flatten
    variables = {v.op.name.removeprefix(f"rnn/{scope}/"): v for v in tf.global_variables()}
    assert {name: tuple(v.shape.as_list()) for name, v in variables.items()} == shapes
    assert {v.dtype.base_dtype for v in variables.values()} == {tf.float64}
    with tf.Session() as session:
        session.run(tf.global_variables_initializer())
        for variable in variables.values():
            variable.load(0.5 * RANDOM.randn(*variable.shape.as_list()), session)
        fetched = session.run([outputs, flatten(final), variables, flatten(state), slopes])
    expected, expected_final = run_in_numpy(step, fetched[2], SEQUENCES, fetched[3])
    np.testing.assert_allclose(fetched[0], expected, rtol=1e-9, atol=1e-12)
    for one, other in zip(fetched[1], expected_final, strict=True):
        np.testing.assert_allclose(one, other, rtol=1e-9, atol=1e-12)
    without = {"layer_norm_lstm_cell/bias"}  # which TensorFlow makes too, and does not use
    for variable, slope in zip(tf.trainable_variables(), fetched[4], strict=True):
        assert np.any(slope) or variable.op.name.removeprefix("rnn/") in without


@pytest.mark.parametrize("axes, kind", [(1, "Conv1DLSTMCell"), (2, "Conv2DLSTMCell"), (3, "Conv3DLSTMCell")])
def test_convolutions_keep_the_sizes(axes, kind):
    sizes = [4, 3, 5][:axes]
    cell = getattr(rnn, kind)(
        input_shape=[*sizes, 2], output_channels=3, kernel_shape=[3] * axes, skip_connection=True
    )
    output, state = cell(tf.ones([BATCH, *sizes, 2]), cell.zero_state(BATCH, tf.float32))
    assert output.shape.as_list() == [BATCH, *sizes, 5] == [BATCH, *cell.output_size.as_list()]
    assert state.c.shape.as_list() == [BATCH, *sizes, 3]
    with pytest.raises(ValueError, match="Invalid input_shape"):
        rnn.ConvLSTMCell(axes, sizes, 3, [3] * axes)


def test_a_phased_cell_opens_in_its_rhythm():
    cell = rnn.PhasedLSTMCell(2, use_peepholes=True, leak=0.0, ratio_on=0.5)
    time, x = tf.placeholder(tf.float32, [BATCH, 1]), tf.constant(SEQUENCES[:, 0], tf.float32)
    state = tf.nn.rnn_cell.LSTMStateTuple(tf.fill([BATCH, 2], 0.7), tf.fill([BATCH, 2], 0.2))
    output, new = cell((time, x), state)
    variables = {v.op.name.rpartition("phased_lstm_cell/")[2]: v for v in tf.global_variables()}
    assert {name: tuple(v.shape.as_list()) for name, v in variables.items()} == {
        "mask_gates/kernel": (8, 4),
        "mask_gates/bias": (4,),
        "new_input/kernel": (6, 2),
        "new_input/bias": (2,),
        "output_gate/kernel": (8, 2),
        "output_gate/bias": (2,),
        "period": (2,),
        "phase": (2,),
        "ratio_on": (2,),
    }
    with tf.Session() as session:
        session.run(tf.global_variables_initializer())
        assert np.all((session.run(variables["period"]) >= 1) & (session.run(variables["period"]) <= 1000))
        variables["period"].load([8.0, 16.0], session)
        variables["phase"].load([0.0, 1.0], session)
        # closed and on its fall; on its rise and at its beginning; at its top and on its rise
        opened = session.run((output, new), {time: [[7.0], [1.0], [34.0]]})
    is_closed = np.array([[True, False], [False, True], [False, False]])
    for values, before in ((opened[0], 0.2), (opened[1].c, 0.7)):
        np.testing.assert_array_equal(np.isclose(values, before, rtol=1e-6), is_closed)


def test_dropout_is_of_the_candidate_alone():
    cell = rnn.LayerNormBasicLSTMCell(50, layer_norm=False, dropout_keep_prob=tf.constant(0.5))
    state = tf.nn.rnn_cell.LSTMStateTuple(tf.fill([BATCH, 50], 3.0), tf.zeros([BATCH, 50]))
    _, new = cell(tf.constant(SEQUENCES[:, 0], tf.float32), state)
    full = rnn.LayerNormBasicLSTMCell(50, layer_norm=False, reuse=True)
    _, kept = full(tf.constant(SEQUENCES[:, 0], tf.float32), state, scope="layer_norm_basic_lstm_cell")
    with tf.Session() as session:
        session.run(tf.global_variables_initializer())
        kernel, bias = tf.global_variables()
        bias.load(np.ones(200), session)
        weights = session.run(kernel)
        weights[:, 100:150] = 0  # of the forget gate
        kernel.load(weights, session)
        first, other, forgotten = session.run([new.c, kept.c, 3 * tf.sigmoid(2.0)])
    is_dropped = np.isclose(first, forgotten, atol=1e-5)
    assert 0.2 < is_dropped.mean() < 0.8 and not np.isclose(other, forgotten, atol=1e-5).any()
    np.testing.assert_allclose(
        (first - forgotten)[~is_dropped], 2 * (other - forgotten)[~is_dropped], rtol=1e-3
    )


@pytest.mark.parametrize(
    "make, words",
    [
        (lambda: rnn.GLSTMCell(5, number_of_groups=2), "divisible"),
        (lambda: rnn.GLSTMCell(4, num_proj=3, number_of_groups=2), "divisible"),
        (lambda: rnn.IntersectionRNNCell(3)(tf.zeros([2, 4]), tf.zeros([2, 3])), "num_in_proj"),
        (
            lambda: rnn.NASCell(3)(tf.placeholder(tf.float32, [2, None]), (tf.zeros([2, 3]),) * 2),
            "statically known",
        ),
        (lambda: rnn.AttentionCellWrapper(rnn.SRUCell(2), 0), "greater than zero"),
        (
            lambda: rnn.AttentionCellWrapper(tf.nn.rnn_cell.BasicLSTMCell(2), 2, state_is_tuple=False),
            "state_is_tuple",
        ),
        (
            lambda: rnn.CoupledInputForgetGateLSTMCell(2, num_unit_shards=9)(
                tf.zeros([2, 4]), (tf.zeros([2, 2]),) * 2
            ),
            "too few",
        ),
    ],
)
def test_mistakes_are_refused(make, words):
    with pytest.raises(ValueError, match=words):
        make()
