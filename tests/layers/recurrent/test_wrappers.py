"""What is put around cells: dropout, residual connections, devices; states of zeros; cells of one's own."""

import copy

import numpy as np
import pytest

import evergraph as tf
from evergraph.framework import dtypes
from evergraph.framework.graph import Graph
from evergraph.framework.shapes import TensorShape
from evergraph.framework.structures import flatten
from evergraph.layers import recurrent
from evergraph.ops import array, constants
from evergraph.ops import math as math_ops
from evergraph.ops.variables.collections import global_variables, global_variables_initializer
from evergraph.ops.variables.initializers import Ones
from evergraph.ops.variables.scope import get_variable, variable_scope
from evergraph.session.session import Session


@pytest.fixture(autouse=True)
def graph():
    with Graph().as_default() as graph:
        yield graph


def evaluate(*tensors, feed_dict=None):
    with Session() as session:
        session.run(global_variables_initializer())
        return session.run(tensors, feed_dict)


class Echo(recurrent.RNNCell):
    """Gives its input as output; its state counts, and is an LSTMStateTuple, or what else `zeros` is."""

    state_size = recurrent.LSTMStateTuple(50, 50)
    output_size = 50

    def call(self, inputs, state):
        return inputs, recurrent.LSTMStateTuple(state.c + 1, state.h + 1)


def dropped(steps=4, **options):
    """Outputs `[steps, 2, 50]` and final state of an Echo in dropout, over ones."""
    cell = recurrent.DropoutWrapper(Echo(), **options)
    return recurrent.dynamic_rnn(cell, array.ones([steps, 2, 50]), dtype=dtypes.float32, time_major=True)


@pytest.mark.parametrize("option", ["input_keep_prob", "output_keep_prob"])
def test_dropout_of_inputs_and_outputs(option):
    outputs, state = evaluate(*dropped(**{option: 0.5}))
    assert set(np.unique(outputs)) == {0, 2}
    assert 0.35 < np.mean(outputs == 0) < 0.65
    masks = {outputs[time, example].tobytes() for time in range(4) for example in range(2)}
    assert len(masks) == 8, "each example and step has its own"
    np.testing.assert_array_equal(state.h, np.full((2, 50), 4))


def test_dropout_of_the_state_spares_the_memory():
    _, state = evaluate(*dropped(state_keep_prob=0.5))
    np.testing.assert_array_equal(state.c, np.full((2, 50), 4))
    # Dropped in the last step, else twice the step before and one.
    assert set(np.unique(state.h)) <= {0, 2, 6, 14, 30} and 0.35 < np.mean(state.h == 0) < 0.65


def test_a_visitor_chooses_what_is_dropped():
    _, state = evaluate(*dropped(state_keep_prob=0.5, dropout_state_filter_visitor=lambda part: True))
    assert (state.c == 0).any() and (state.c != state.h).any()
    _, state = evaluate(*dropped(state_keep_prob=0.5, dropout_state_filter_visitor=lambda part: False))
    np.testing.assert_array_equal(state.h, np.full((2, 50), 4))


def test_variational_dropout_is_the_same_in_all_steps_of_a_run():
    outputs, state = dropped(
        input_keep_prob=0.5,
        state_keep_prob=0.7,
        variational_recurrent=True,
        input_size=50,
        dtype=dtypes.float32,
    )
    with Session() as session:
        first, second = (session.run([outputs, state]) for _ in range(2))
    assert set(np.unique(first[0])) == {0, 2}
    assert all((first[0][time, example] == first[0][0, 0]).all() for time in range(4) for example in range(2))
    assert (first[0] != second[0]).any(), "another run drops others"
    assert ((first[1].h == 0) == (first[1].h[0] == 0)).all()


def test_keep_probabilities_may_be_tensors():
    keep = constants.placeholder(dtypes.float32, [])
    outputs, _ = dropped(output_keep_prob=keep)
    assert (evaluate(outputs, feed_dict={keep: 1.0})[0] == 1).all()
    assert set(np.unique(evaluate(outputs, feed_dict={keep: 0.25})[0])) == {0, 4}
    known, _ = dropped(output_keep_prob=constants.constant(1.0))
    assert (evaluate(known)[0] == 1).all()


def test_seeds_repeat():
    tensors = [dropped(input_keep_prob=0.5, output_keep_prob=0.5, seed=seed)[0] for seed in (1, 1, 2)]
    first, again, other = evaluate(*tensors)
    np.testing.assert_array_equal(first, again)
    assert (first != other).any()
    assert np.mean(first == 0) > 0.6, "inputs and outputs drop different elements"


def test_residual():
    inputs, state = array.ones([2, 50]), recurrent.LSTMStateTuple(*[array.zeros([2, 50])] * 2)
    plain, _ = recurrent.ResidualWrapper(Echo())(inputs, state)
    other, _ = recurrent.ResidualWrapper(Echo(), lambda given, output: 3 * given - output / 2)(inputs, state)
    plain, other = evaluate(plain, other)
    assert (plain == 2).all() and (other == 2.5).all()
    with pytest.raises(ValueError):
        recurrent.ResidualWrapper(recurrent.GRUCell(3))(inputs, array.zeros([2, 3]))


def test_a_device_is_that_of_the_operations_and_variables():
    output, _ = recurrent.DeviceWrapper(recurrent.GRUCell(3), "/device:CPU:0")(
        array.ones([2, 3]), array.zeros([2, 3])
    )
    assert output.op.device == "/device:CPU:0"
    assert {variable.device for variable in global_variables()} == {"/device:CPU:0"}


NESTED = {"a": 3, "b": (TensorShape([2, 5]), [4, TensorShape([])])}


class Nested(recurrent.RNNCell):
    """A state and outputs in a structure, of several ranks."""

    state_size = NESTED
    output_size = (3, TensorShape([2, 5]))

    def call(self, inputs, state):
        kernel = get_variable("kernel", [2, 3], initializer=Ones())
        a = state["a"] + math_ops.matmul(inputs, kernel)
        b, (c, d) = state["b"]
        return (a, b + 1), {"a": a, "b": (b + 1, [c + 2, d + 3])}


@pytest.mark.parametrize("batch", [2, None], ids=["known batch", "unknown batch"])
def test_states_and_outputs_may_nest(batch):
    cell = Nested()
    inputs = constants.placeholder(dtypes.float32, [batch, 3, 2])
    zeros = cell.zero_state(array.shape(inputs)[0] if batch is None else batch, dtypes.float32)
    assert [each.shape.as_list() for each in flatten(zeros)] == [
        [batch, 3],
        [batch, 2, 5],
        [batch, 4],
        [batch],
    ]
    lengths = constants.placeholder(dtypes.int32, [batch])
    outputs, state = recurrent.dynamic_rnn(cell, inputs, lengths, dtype=dtypes.float32)
    assert [each.shape.as_list() for each in outputs] == [[batch, 3, 3], [batch, 3, 2, 5]]
    assert [variable.op.name for variable in cell.weights] == ["rnn/nested/kernel"]
    outputs, state = evaluate(outputs, state, feed_dict={inputs: np.ones((2, 3, 2)), lengths: [1, 3]})
    np.testing.assert_array_equal(outputs[0][:, :, 0], [[2, 0, 0], [2, 4, 6]])
    np.testing.assert_array_equal(outputs[1][:, :, 1, 4], [[1, 0, 0], [1, 2, 3]])
    np.testing.assert_array_equal(state["b"][1][0][:, 0], [2, 6])
    np.testing.assert_array_equal(state["b"][1][1], [3, 9])


def test_a_cell_called_again_shares_its_variables():
    cell = recurrent.GRUCell(3)
    inputs, state = array.ones([2, 3]), array.zeros([2, 3])
    first, second = cell(inputs, state)[0], cell(inputs, state)[0]
    with variable_scope("elsewhere"):
        third = cell(inputs, state)[0]
    assert len(global_variables()) == 4
    first, second, third = evaluate(first, second, third)
    np.testing.assert_array_equal(first, second)
    np.testing.assert_array_equal(first, third)


def test_scopes_of_cells():
    inputs, state = array.ones([2, 3]), array.zeros([2, 3])
    recurrent.BasicRNNCell(3)(inputs, state, scope="given")
    recurrent.BasicRNNCell(3, name="named")(inputs, state)
    recurrent.BasicRNNCell(3, name="named", reuse=True)(inputs, state)
    recurrent.BasicRNNCell(3, name="named")(inputs, state)
    Nested()(array.ones([2, 2]), Nested().zero_state(2, dtypes.float32), scope="own")
    assert [variable.op.name for variable in global_variables()] == [
        "given/kernel",
        "given/bias",
        "named/kernel",
        "named/bias",
        "named_1/kernel",
        "named_1/bias",
        "own/kernel",
    ]


def test_cells_are_copied():
    cell = recurrent.MultiRNNCell([recurrent.GRUCell(3)])
    inputs, state = array.ones([2, 3]), (array.zeros([2, 3]),)
    cell(inputs, state)
    other = copy.deepcopy(cell)
    assert other.state_size == (3,) and other(inputs, state)[0].shape.as_list() == [2, 3]


def test_state_tuples():
    assert recurrent.LSTMStateTuple(array.zeros([1]), array.zeros([1])).dtype == dtypes.float32
    with pytest.raises(TypeError, match="Inconsistent internal state"):
        _ = recurrent.LSTMStateTuple(array.zeros([1]), array.zeros([1], dtypes.int32)).dtype


FAULTS = {
    "no cells": (lambda: recurrent.MultiRNNCell([]), ValueError, "at least one cell"),
    "one cell": (lambda: recurrent.MultiRNNCell(recurrent.GRUCell(2)), TypeError, "list or tuple"),
    "flag": (
        lambda: recurrent.MultiRNNCell([recurrent.LSTMCell(2)], state_is_tuple=False),
        ValueError,
        "not set",
    ),
    "no cell": (lambda: recurrent.DropoutWrapper(3), TypeError, "is not an RNNCell"),
    "probability": (lambda: dropped(input_keep_prob=1.5), ValueError, "between 0 and 1"),
    "visitor": (lambda: dropped(dropout_state_filter_visitor=3), TypeError, "callable"),
    "no type": (lambda: dropped(variational_recurrent=True), ValueError, "dtype must be provided"),
    "no size": (
        lambda: dropped(variational_recurrent=True, dtype=dtypes.float32, input_keep_prob=0.5),
        ValueError,
        "input_size must be provided",
    ),
    "rank": (lambda: recurrent.GRUCell(3)(array.ones([2, 3, 4]), array.ones([2, 3])), ValueError, "ndim"),
    "unknown depth": (
        lambda: recurrent.GRUCell(3)(constants.placeholder(dtypes.float32, [2, None]), array.ones([2, 3])),
        ValueError,
        "Expected inputs.shape",
    ),
    "state": (
        lambda: recurrent.MultiRNNCell([recurrent.GRUCell(3)])(array.ones([2, 3]), array.ones([2, 3])),
        ValueError,
        "Expected state to be a tuple",
    ),
    "abstract": (lambda: recurrent.RNNCell().state_size, NotImplementedError, "state_size"),
}


@pytest.mark.parametrize("fault", FAULTS)
def test_faults(fault):
    make, kind, words = FAULTS[fault]
    with pytest.raises(kind, match=words):
        make()


@pytest.mark.parametrize(
    "wrap",
    [
        tf.nn.rnn_cell.DropoutWrapper,
        tf.nn.rnn_cell.ResidualWrapper,
        lambda cell: tf.nn.rnn_cell.MultiRNNCell([cell]),
    ],
)
def test_what_is_around_a_cell_is_saved_with_it(wrap, tmp_path):
    cell = tf.nn.rnn_cell.BasicRNNCell(1)
    wrapper = wrap(cell)
    wrapper(tf.ones([1, 1]), wrapper.zero_state(1, tf.float32))
    checkpoint = tf.train.Checkpoint(wrapper=wrapper)
    bias = next(variable for variable in cell.variables if "bias" in variable.name)
    with tf.Session() as session:
        session.run([bias.assign([40.0]), cell.variables[0].initializer])
        path = checkpoint.save(str(tmp_path / "wrapped"), session=session)
        session.run(bias.assign([0.0]))
        checkpoint.restore(path).assert_consumed().run_restore_ops(session)
        assert session.run(bias).tolist() == [40.0]
