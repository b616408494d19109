"""Cells that go through frequencies, beside the same in NumPy, with TensorFlow's variables."""

import numpy as np
import pytest

import evergraph as tf
from tests.layers.recurrent.cells import sigmoid

rnn = tf.contrib.rnn
RANDOM = np.random.RandomState(8)
INPUTS = RANDOM.randn(2, 6).astype(np.float32)
UNITS = 3


def run(cell, state):
    """(output, new state as a list, {name: value} of the variables, all of which are random)."""
    output, new = cell(tf.constant(INPUTS), state)
    parts = list(new) if isinstance(new, tuple) else [new]
    with tf.Session() as session:
        session.run(tf.global_variables_initializer())
        weights = {}
        for variable in tf.global_variables():
            value = RANDOM.randn(*variable.shape.as_list())
            variable.load(value, session)
            weights[variable.op.name.partition("/")[2]] = value
        found = session.run([output, *parts])
    return found[0], found[1:], weights


def states(count):
    return [RANDOM.randn(2, UNITS).astype(np.float32) for _ in range(count)]


def test_time_and_frequency():
    before = states(6)
    cell = rnn.TimeFreqLSTMCell(UNITS, True, 0.8, feature_size=2, frequency_skip=2, num_unit_shards=2)
    output, (new,), w = run(cell, tf.constant(np.concatenate(before, 1)))
    kernel = np.concatenate([w["W_0"], w["W_1"]])
    m, outputs, wanted = np.zeros((2, UNITS)), [], []
    for number in range(3):
        c, last = before[2 * number : 2 * number + 2]
        gates = np.concatenate([INPUTS[:, 2 * number : 2 * number + 2], last, m], 1) @ kernel + w["B"]
        i, j, f, o = np.split(gates, 4, 1)
        c = sigmoid(f + 1 + w["W_F_diag"] * c) * c + sigmoid(i + w["W_I_diag"] * c) * np.tanh(j)
        c = np.clip(c, -0.8, 0.8)
        m = sigmoid(o + w["W_O_diag"] * c) * np.tanh(c)
        outputs.append(m)
        wanted += [c, m]
    np.testing.assert_allclose(output, np.concatenate(outputs, 1), rtol=1e-4, atol=1e-5)
    np.testing.assert_allclose(new, np.concatenate(wanted, 1), rtol=1e-4, atol=1e-5)


def grid_in_numpy(w, windows, before, block, shared, coupled):
    c_f = m_f = np.zeros((2, UNITS))
    outputs, news = [], []
    kinds = ["freq", "freq" if shared else "time"]
    for window, c_t, m_t in zip(windows, before[::2], before[1::2]):
        x = np.concatenate([window, m_t, m_f], 1)
        parts, memories = [], []
        for kind, own in zip(kinds, (c_f, c_t)):
            gates = np.split(
                x @ w[f"W_{kind[0]}_{block}_0"] + w[f"B_{kind[0]}_{block}"], 3 if coupled else 4, 1
            )

            def seen(gate, f, t, kind=kind):
                return w[f"W_{gate}_diag_{kind}f_{block}"] * f + w[f"W_{gate}_diag_{kind}t_{block}"] * t

            take = sigmoid(gates[0] + seen("I", c_f, c_t))
            keep = 1 - take if coupled else sigmoid(gates[2] + 1 + seen("F", c_f, c_t))
            memories.append(keep * own + take * np.tanh(gates[1]))
            parts.append((gates[-1], seen))
        ms = [
            sigmoid(gate + seen("O", *memories)) * np.tanh(own) for (gate, seen), own in zip(parts, memories)
        ]
        (c_f, c_t), (m_f, m_t) = memories, ms
        outputs += [m_t, m_f]
        news += [c_t, m_t]
    return outputs, news


@pytest.mark.parametrize("shared", [True, False])
@pytest.mark.parametrize("coupled", [True, False])
def test_a_grid(shared, coupled):
    cell = rnn.GridLSTMCell(
        UNITS, True, shared, feature_size=2, frequency_skip=1, num_frequency_blocks=[2, 1],
        start_freqindex_list=[0, 4], end_freqindex_list=[3, 6], couple_input_forget_gates=coupled,
    )  # fmt: skip
    assert cell.output_size == 18 and cell.state_size == (3,) * 6
    assert cell.state_tuple_type._fields[:3] == ("state_f00_b00_c", "state_f00_b00_m", "state_f01_b00_c")
    before = states(6)
    output, new, w = run(cell, cell.state_tuple_type(*map(tf.constant, before)))
    first = grid_in_numpy(w, [INPUTS[:, :2], INPUTS[:, 1:3]], before[:4], 0, shared, coupled)
    second = grid_in_numpy(w, [INPUTS[:, 4:6]], before[4:], 1, shared, coupled)
    np.testing.assert_allclose(output, np.concatenate(first[0] + second[0], 1), rtol=1e-4, atol=1e-5)
    for ours, theirs in zip(new, first[1] + second[1], strict=True):
        np.testing.assert_allclose(ours, theirs, rtol=1e-4, atol=1e-5)


def test_a_grid_in_both_directions():
    cell = rnn.BidirectionalGridLSTMCell(
        UNITS, True, feature_size=3, frequency_skip=3, num_frequency_blocks=[2], backward_slice_offset=1
    )
    before = states(8)
    output, _, w = run(cell, cell.state_tuple_type(*map(tf.constant, before)))
    assert output.shape == (2, cell.output_size)
    parts = [{n.partition("/")[2]: v for n, v in w.items() if n.startswith(d)} for d in ("fwd", "bwd")]
    padded = np.pad(INPUTS, [[0, 0], [0, 1]])
    forward = grid_in_numpy(parts[0], [INPUTS[:, :3], INPUTS[:, 3:]], before[:4], 0, False, False)[0]
    backward = grid_in_numpy(parts[1], [padded[:, 4:7], padded[:, 1:4]], before[4:], 0, False, False)[0]
    np.testing.assert_allclose(output, np.concatenate(forward + backward, 1), rtol=1e-4, atol=1e-5)


def test_mistakes():
    with pytest.raises(ValueError, match="num_frequency_blocks"):
        rnn.GridLSTMCell(UNITS)
    wrong = rnn.GridLSTMCell(
        UNITS, feature_size=2, frequency_skip=2, num_frequency_blocks=[2], state_is_tuple=False
    )
    with pytest.raises(ValueError, match="requires 3 but gets 2"):
        wrong(tf.constant(INPUTS), tf.zeros([2, 12]))
    with pytest.raises(ValueError, match="statically known"):
        rnn.TimeFreqLSTMCell(UNITS, feature_size=2)(tf.placeholder(tf.float32, [2, None]), tf.zeros([2, 6]))
