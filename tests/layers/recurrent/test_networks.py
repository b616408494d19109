"""The functions that run cells: `raw_rnn`, saved states, and what they refuse."""

import numpy as np
import pytest

from evergraph.framework import dtypes, errors
from evergraph.framework.graph import Graph
from evergraph.gradients.gradients import gradients
from evergraph.layers import recurrent
from evergraph.ops import array, constants
from evergraph.ops import math as math_ops
from evergraph.ops.control_flow.tensor_array import TensorArray
from evergraph.ops.variables.collections import global_variables, global_variables_initializer
from evergraph.ops.variables.reference import Variable
from evergraph.session.session import Session

INPUT = np.random.RandomState(5).randn(2, 4, 3).astype(np.float32)


@pytest.fixture(autouse=True)
def graph():
    with Graph().as_default() as graph:
        yield graph


def evaluate(*tensors, feed_dict=None):
    with Session() as session:
        session.run(global_variables_initializer())
        return session.run(tensors, feed_dict)


@pytest.mark.parametrize("emits", [False, True], ids=["output", "own emission"])
def test_raw_is_dynamic(emits):
    cell = recurrent.LSTMCell(3)
    lengths = constants.constant([2, 4])
    inputs = constants.constant(INPUT)
    elements = TensorArray(dtypes.float32, size=4).unstack(array.transpose(inputs, [1, 0, 2]))
    states = []

    def decide(time, output, state, loop_state):
        states.append(loop_state)
        finished = time >= lengths
        if output is None:
            state = cell.zero_state(2, dtypes.float32)
            emitted = (array.zeros([3]), array.zeros([], dtypes.int32)) if emits else None
        else:
            emitted = (output, array.fill([2], time)) if emits else output
        return (
            finished,
            elements.read(math_ops.minimum(time, 3)),
            state,
            emitted,
            (constants.constant(1) if loop_state is None else 2 * loop_state),
        )

    arrays, final, loop_state = recurrent.raw_rnn(cell, decide)
    outputs, expected_final = recurrent.dynamic_rnn(cell, inputs, lengths, dtype=dtypes.float32)
    assert [variable.op.name for variable in global_variables()] == [
        "rnn/lstm_cell/kernel",
        "rnn/lstm_cell/bias",
    ]
    stacked = [each.stack() for each in (arrays if emits else [arrays])]
    places = [*global_variables(), inputs]
    slopes = gradients([stacked[0] * stacked[0], final], places)
    expected_slopes = gradients([outputs * outputs, expected_final], places)
    found, final, doubled, expected, expected_final, slopes, expected_slopes = evaluate(
        stacked, final, loop_state, outputs, expected_final, slopes, expected_slopes
    )
    for slope, expected_slope in zip(slopes, expected_slopes):
        np.testing.assert_allclose(slope, expected_slope, rtol=1e-4, atol=1e-6)
    np.testing.assert_allclose(found[0].transpose(1, 0, 2), expected, rtol=1e-6)
    np.testing.assert_allclose(final, expected_final, rtol=1e-6)
    assert doubled == 2**4 and states[0] is None
    if emits:
        np.testing.assert_array_equal(found[1], [[1, 1], [2, 2], [0, 3], [0, 4]])


def test_raw_without_a_loop_state():
    cell = recurrent.GRUCell(3)

    def decide(time, output, state, loop_state):
        assert output is None or loop_state is not None, "the loop's own stands in for it"
        state = array.zeros([2, 3]) if state is None else state
        return array.fill([2], time >= 3), array.ones([2, 3]), state, output, None

    arrays, _, loop_state = recurrent.raw_rnn(cell, decide)
    assert loop_state is None
    assert evaluate(arrays.stack())[0].shape == (3, 2, 3)


class Saver:
    """Keeps states in variables."""

    def __init__(self, sizes):
        self.variables = {
            name: Variable(np.ones((2, size), np.float32), name=name) for name, size in sizes.items()
        }

    def state(self, name):
        return self.variables[name] + 0.0

    def save_state(self, name, value):
        return self.variables[name].assign(value)


@pytest.mark.parametrize(
    "cell, names",
    [
        (lambda: recurrent.GRUCell(3), "a"),
        (lambda: recurrent.LSTMCell(3), ("a", "b")),
    ],
    ids=["one", "tuple"],
)
def test_states_are_saved(cell, names):
    saver = Saver({"a": 3, "b": 3})
    inputs = list(np.moveaxis(INPUT, 1, 0))
    inputs = [constants.constant(each) for each in inputs]
    outputs, state = recurrent.static_state_saving_rnn(cell(), inputs, saver, names)
    with Session() as session:
        session.run(global_variables_initializer())
        first = np.atleast_3d(session.run(state))
        kept = [session.run(saver.variables[name]) for name in names]
        np.testing.assert_array_equal(first.reshape(len(names), 2, 3), kept)
        session.run(outputs[-1])
        assert (session.run(saver.variables["a"]) != kept[0]).any(), "the next run goes on from there"


@pytest.mark.parametrize("shape", [(2, 0, 3), (0, 4, 3)], ids=["no steps", "no examples"])
def test_sequences_of_nothing(shape):
    inputs = constants.placeholder(dtypes.float32, [None, None, 3])
    outputs, state = recurrent.dynamic_rnn(recurrent.GRUCell(3), inputs, dtype=dtypes.float32)
    slope = gradients(math_ops.reduce_sum(outputs) + math_ops.reduce_sum(state), inputs)
    outputs, state, slope = evaluate(outputs, state, slope, feed_dict={inputs: np.zeros(shape)})
    assert outputs.shape == slope[0].shape == shape and not state.any()


def test_wrong_number_of_lengths_fails_the_run():
    lengths = constants.placeholder(dtypes.int32, [None])
    outputs, _ = recurrent.dynamic_rnn(
        recurrent.GRUCell(3), constants.constant(INPUT), lengths, dtype=dtypes.float32
    )
    with pytest.raises(errors.InvalidArgumentError):
        evaluate(outputs, feed_dict={lengths: [1, 2, 3]})


def placeholder(*shape):
    return constants.placeholder(dtypes.float32, shape)


def dynamic(inputs=None, cell=None, **options):
    inputs = array.ones([2, 4, 3]) if inputs is None else inputs
    return recurrent.dynamic_rnn(recurrent.GRUCell(3) if cell is None else cell, inputs, **options)


def static(inputs, **options):
    return recurrent.static_rnn(recurrent.GRUCell(3), inputs, **options)


FLOAT = dict(dtype=dtypes.float32)
ONES = [[[1.0, 1.0, 1.0]] * 2] * 2
FAULTS = {
    "no cell": (lambda: dynamic(cell=3, **FLOAT), TypeError, "is not an RNNCell"),
    "no type": (lambda: dynamic(), ValueError, "must give a dtype"),
    "lengths": (lambda: dynamic(sequence_length=[[4]], **FLOAT), ValueError, "must be a vector"),
    "rank": (lambda: dynamic(placeholder(2, 4), **FLOAT), ValueError, "rank"),
    "depth": (lambda: dynamic(placeholder(2, 4, None), **FLOAT), ValueError, "Input size"),
    "time": (
        lambda: dynamic((placeholder(2, 4, 3), placeholder(2, 5, 3)), **FLOAT),
        ValueError,
        "Time steps",
    ),
    "batch": (
        lambda: dynamic((placeholder(2, 4, 3), placeholder(3, 4, 3)), **FLOAT),
        ValueError,
        "Batch_size",
    ),
    "no list": (lambda: static(array.ones([2, 3]), **FLOAT), TypeError, "must be a sequence"),
    "empty": (lambda: static([], **FLOAT), ValueError, "must not be empty"),
    "static, no type": (lambda: static([placeholder(2, 3)]), ValueError, "dtype must be specified"),
    "static, depth": (lambda: static([placeholder(2, None)], **FLOAT), ValueError, "Input size"),
    "static, batch": (
        lambda: static([placeholder(2, 3), placeholder(4, 3)], **FLOAT),
        ValueError,
        "not compatible",
    ),
    "static, lengths": (
        lambda: static([placeholder(2, 3)], sequence_length=4, **FLOAT),
        ValueError,
        "must be a vector",
    ),
    "names of states": (
        lambda: recurrent.static_state_saving_rnn(recurrent.LSTMCell(3), [placeholder(2, 3)], None, "a"),
        ValueError,
        "state_name should be the same type",
    ),
    "no function": (lambda: recurrent.raw_rnn(recurrent.GRUCell(3), 3), TypeError, "must be a callable"),
    "two cells": (
        lambda: recurrent.bidirectional_dynamic_rnn(recurrent.GRUCell(3), 3, ONES, **FLOAT),
        TypeError,
        "cell_bw.*is not an RNNCell",
    ),
}


@pytest.mark.parametrize("fault", FAULTS)
def test_faults(fault):
    make, kind, words = FAULTS[fault]
    with pytest.raises(kind, match=words):
        make()
