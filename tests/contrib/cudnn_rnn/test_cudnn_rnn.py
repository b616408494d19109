"""Stacks of recurrent layers: what cells compute whose variables are what the stacks save, and NumPy."""

import numpy as np
import pytest

import evergraph as tf
from tests.layers.recurrent.cells import sigmoid

cudnn = tf.contrib.cudnn_rnn
STEPS, BATCH, COLUMNS, UNITS = 4, 3, 2, 5
INPUTS = np.random.RandomState(0).randn(STEPS, BATCH, COLUMNS)

KINDS = {
    "CudnnLSTM": lambda: cudnn.CudnnCompatibleLSTMCell(UNITS),
    "CudnnGRU": lambda: cudnn.CudnnCompatibleGRUCell(UNITS),
    "CudnnRNNTanh": lambda: tf.nn.rnn_cell.BasicRNNCell(UNITS),
    "CudnnRNNRelu": lambda: tf.nn.rnn_cell.BasicRNNCell(UNITS, activation=tf.nn.relu),
}
RANDOM = tf.random_uniform_initializer(-1, 1, seed=3)


def made(kind, **options):
    return getattr(cudnn, kind)(
        2, UNITS, dtype=tf.float64, kernel_initializer=RANDOM, bias_initializer=RANDOM, name="net", **options
    )


def cells_on(kind, inputs, both):
    """The outputs and last states of the cells."""
    if not both:
        stack = tf.nn.rnn_cell.MultiRNNCell([KINDS[kind]() for _ in range(2)])
        outputs, states = tf.nn.dynamic_rnn(stack, inputs, dtype=tf.float64, time_major=True)
        return outputs, list(states)
    forth, back = ([KINDS[kind]() for _ in range(2)] for _ in range(2))
    outputs, first, second = tf.contrib.rnn.stack_bidirectional_dynamic_rnn(
        forth, back, inputs, dtype=tf.float64, time_major=True
    )
    return outputs, [state for pair in zip(first, second, strict=True) for state in pair]


CASES = [(kind, both) for kind in KINDS for both in (False, True)]
FAST = [("CudnnLSTM", False)]


@pytest.mark.parametrize(
    "kind, both", [pytest.param(*case, marks=[pytest.mark.slow] * (case not in FAST)) for case in CASES]
)
def test_cells_take_what_a_stack_saves_and_the_other_way_round(kind, both, tmp_path):
    direction = "bidirectional" if both else "unidirectional"
    with tf.Graph().as_default(), tf.Session() as session:
        layer = made(kind, direction=direction)
        outputs, state = layer(tf.constant(INPUTS))
        assert outputs.shape.as_list() == [STEPS, BATCH, UNITS * (1 + both)]
        assert [v.op.name for v in tf.global_variables()] == ["net/opaque_kernel"]
        assert layer.kernel.shape.num_elements() == sum(
            np.prod(shape) for shape in (*layer.canonical_weight_shapes, *layer.canonical_bias_shapes)
        )
        session.run(tf.global_variables_initializer())
        found, found_state = session.run([outputs, state])
        saved = tf.train.Saver().save(session, str(tmp_path / "net"))
        slope = session.run(tf.gradients(outputs, layer.kernel)[0])
        assert np.all(np.isfinite(slope)) and np.mean(slope != 0) > 0.5
    names = {name for name, _ in tf.train.list_variables(saved)}
    with tf.Graph().as_default(), tf.Session() as session:
        with tf.variable_scope("net"):
            outputs, states = cells_on(kind, tf.constant(INPUTS), both)
        assert {v.op.name for v in tf.global_variables()} == names - {"net/opaque_kernel"}
        tf.train.Saver().restore(session, saved)
        wanted, states = session.run([outputs, states])
        cells = tf.train.Saver().save(session, str(tmp_path / "cells"))
    np.testing.assert_allclose(found, wanted, rtol=1e-9, atol=1e-12)
    parts = [(s.h, s.c) if kind == "CudnnLSTM" else (s,) for s in states]
    for one, other in zip(found_state, zip(*parts, strict=True), strict=True):
        np.testing.assert_allclose(one, np.stack(other), rtol=1e-9, atol=1e-12)
    with tf.Graph().as_default(), tf.Session() as session:
        layer = made(kind, direction=direction)
        outputs, _ = layer(tf.constant(INPUTS))
        tf.train.Saver([layer.saveable]).restore(session, cells)
        np.testing.assert_allclose(session.run(outputs), wanted, rtol=1e-9, atol=1e-12)


def test_a_gru_step_in_numpy():
    with tf.Graph().as_default(), tf.Session() as session:
        cell = cudnn.CudnnCompatibleGRUCell(UNITS, kernel_initializer=RANDOM)
        state = np.random.RandomState(1).randn(BATCH, UNITS)
        output, _ = cell(tf.constant(INPUTS[0]), tf.constant(state))
        session.run(tf.global_variables_initializer())
        of = {v.op.name.partition("/")[2]: session.run(v) for v in tf.global_variables()}
        found = session.run(output)
    gates = sigmoid(np.concatenate([INPUTS[0], state], 1) @ of["gates/kernel"] + of["gates/bias"])
    reset, update = np.split(gates, 2, 1)
    candidate, hidden = "candidate/input_projection", "candidate/hidden_projection"
    of_state = state @ of[f"{hidden}/kernel"] + of[f"{hidden}/bias"]
    new = np.tanh(INPUTS[0] @ of[f"{candidate}/kernel"] + of[f"{candidate}/bias"] + reset * of_state)
    np.testing.assert_allclose(found, (1 - update) * new + update * state, rtol=1e-9)


def test_states_go_on_and_dropout_is_of_training():
    with tf.Graph().as_default(), tf.Session() as session:
        layer = made("CudnnLSTM", dropout=0.5, seed=1)
        whole, last = layer(tf.constant(INPUTS), training=False)
        first, state = layer(tf.constant(INPUTS[:2]), training=False)
        second, again = layer(tf.constant(INPUTS[2:]), initial_state=state, training=tf.constant(False))
        dropped, _ = layer(tf.constant(INPUTS), training=True)
        session.run(tf.global_variables_initializer())
        found = session.run([whole, first, second, last, again, dropped])
        assert len(tf.global_variables()) == 1
    np.testing.assert_allclose(found[0], np.concatenate(found[1:3]), rtol=1e-9)
    for one, other in zip(*found[3:5], strict=True):
        np.testing.assert_allclose(one, other, rtol=1e-9)
    assert not np.allclose(found[5], found[0])


@pytest.mark.parametrize(
    "build, words",
    [
        (lambda: made("CudnnLSTM", direction="up"), "direction"),
        (lambda: made("CudnnLSTM", input_mode="skip_input"), "input_mode"),
        (lambda: cudnn.CudnnGRU(1, 2, dtype=tf.int32), "float16"),
        (lambda: made("CudnnGRU").input_size, "not been built"),
        (lambda: made("CudnnGRU")(tf.zeros([2, 3], tf.float64)), "3 dims"),
        (lambda: made("CudnnGRU")(tf.placeholder(tf.float64, [2, 3, None])), "last dimension"),
        (lambda: made("CudnnGRU")(tf.constant(INPUTS), initial_state=(1, 2)), "tuple of 1"),
    ],
)
def test_mistakes_are_refused(build, words):
    with tf.Graph().as_default(), pytest.raises(ValueError, match=words):
        build()
