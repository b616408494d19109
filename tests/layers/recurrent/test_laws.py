"""Laws of all cells: a network in a loop, unrolled and in NumPy is the same; where sequences end; gradients; names."""

import numpy as np
import pytest

from evergraph.framework import dtypes
from evergraph.framework.graph import Graph
from evergraph.framework.structures import assert_same_structure, flatten
from evergraph.gradients.gradients import gradients
from evergraph.layers import recurrent
from evergraph.ops import array, constants
from evergraph.ops import math as math_ops
from evergraph.ops.control_flow import loop
from evergraph.ops.variables.collections import (
    global_variables,
    global_variables_initializer,
    trainable_variables,
)
from evergraph.ops.variables.scope import variable_scope
from evergraph.session.session import Session
from tests.layers.recurrent.cells import BATCH, CELLS, INPUTS, STEPS, UNITS, run_in_numpy

RANDOM = np.random.RandomState(3)
INPUT = RANDOM.randn(BATCH, STEPS, INPUTS)
LENGTHS = np.array([2, 0, STEPS], np.int32)
CLOSE = dict(rtol=1e-9, atol=1e-12)


@pytest.fixture(autouse=True)
def graph():
    with Graph().as_default() as graph:
        yield graph


VARIANTS = (
    "basic lstm, concatenated",
    "lstm",
    "lstm, concatenated",
    "multi, concatenated",
)  # each of another one


@pytest.fixture(params=[pytest.param(name, marks=[pytest.mark.slow] * (name in VARIANTS)) for name in CELLS])
def row(request):
    return CELLS[request.param]


def weights_of(session, scope):
    """The variables' values, by their names below `scope`."""
    variables = global_variables()
    values = session.run(variables)
    return {v.op.name.removeprefix(scope + "/"): value for v, value in zip(variables, values)}


def start(session):
    """Gives all variables random values: zero biases would hide whether they are added."""
    session.run(global_variables_initializer())
    for variable in global_variables():
        variable.load(0.5 * RANDOM.randn(*variable.shape.as_list()), session)


@pytest.mark.parametrize("ends", [False, True], ids=["whole, known sizes", "ended, unknown sizes"])
def test_loop_is_unrolled_is_numpy(row, ends):
    make, step, scope, _ = row
    cell, known = make(), not ends
    lengths = constants.placeholder(dtypes.int32, [None]) if ends else None
    feeds = {lengths: LENGTHS} if ends else {}
    inputs = constants.placeholder(dtypes.float64, [BATCH, STEPS, INPUTS] if known else [None, None, INPUTS])
    state = cell.zero_state(BATCH if known else array.shape(inputs)[0], dtypes.float64)
    outputs, final = recurrent.dynamic_rnn(cell, inputs, lengths, initial_state=state)
    assert_same_structure(final, cell.state_size)
    assert outputs.shape.as_list() == ([BATCH, STEPS] if known else [None, None]) + [cell.output_size]
    steps = [inputs[:, time] for time in range(STEPS)]
    unrolled, unrolled_final = recurrent.static_rnn(cell, steps, state, sequence_length=lengths)
    with Session() as session:
        start(session)
        fetched = session.run(
            [outputs, flatten(final), array.stack(unrolled, 1), flatten(unrolled_final), flatten(state)],
            {inputs: INPUT, **feeds},
        )
        weights = weights_of(session, f"rnn/{scope}")
    expected, expected_final = run_in_numpy(step, weights, INPUT, fetched[4], feeds.get(lengths))
    for found, found_final in (fetched[0:2], fetched[2:4]):
        np.testing.assert_allclose(found, expected, **CLOSE)
        for one, other in zip(found_final, expected_final, strict=True):
            np.testing.assert_allclose(one, other, **CLOSE)


def test_names_and_shapes_of_variables(row):
    make, _, scope, shapes = row
    cell = make()
    recurrent.dynamic_rnn(cell, constants.constant(INPUT), dtype=dtypes.float64)
    with variable_scope("other"):
        recurrent.static_rnn(make(), [constants.constant(INPUT[:, 0])] * 2, dtype=dtypes.float64)
    found = {variable.op.name: tuple(variable.shape.as_list()) for variable in global_variables()}
    prefixes = f"rnn/{scope}", f"other/rnn/{scope}"
    assert found == {f"{prefix}/{name}": shape for prefix in prefixes for name, shape in shapes.items()}
    assert {v.dtype.base_dtype for v in global_variables()} == {dtypes.float64}


def test_weights_of_cells():
    cell = CELLS["multi"][0]()
    recurrent.dynamic_rnn(cell, constants.constant(INPUT), dtype=dtypes.float64)
    assert cell.trainable_weights == trainable_variables() and len(cell.weights) == 6


def loss_of(outputs, final):
    return math_ops.reduce_sum(math_ops.square(outputs)) + sum(
        math_ops.reduce_sum(each) for each in flatten(final)
    )


@pytest.mark.parametrize(
    "lengths, known",
    [
        (None, True),
        (LENGTHS, False),
        pytest.param(LENGTHS, True, marks=pytest.mark.slow),
        pytest.param(None, False, marks=pytest.mark.slow),
    ],
)
def test_gradients_are_differences(lengths, known, monkeypatch):
    monkeypatch.setattr(
        loop, "_checkpointed_loop", None
    )  # the number of steps, or a bound of it, must be found
    inputs = constants.placeholder(dtypes.float64, [BATCH, STEPS, INPUTS] if known else [None, None, INPUTS])
    cell = recurrent.LSTMCell(UNITS, use_peepholes=True, num_proj=3)
    loss = loss_of(*recurrent.dynamic_rnn(cell, inputs, lengths, dtype=dtypes.float64))
    variables = trainable_variables()
    slopes = gradients(loss, [inputs, *variables])
    with Session() as session:
        start(session)
        of_inputs, *of_variables = session.run(slopes, {inputs: INPUT})
        direction = RANDOM.randn(*INPUT.shape)
        found = [np.sum(of_inputs * direction)]
        ends = [session.run(loss, {inputs: INPUT + step * direction}) for step in (1e-5, -1e-5)]
        differences = [(ends[0] - ends[1]) / 2e-5]
        for variable, slope in zip(variables, of_variables):
            value, direction = session.run(variable), RANDOM.randn(*slope.shape)
            ends = []
            for step in (1e-5, -1e-5):
                variable.load(value + step * direction, session)
                ends.append(session.run(loss, {inputs: INPUT}))
            variable.load(value, session)
            found.append(np.sum(slope * direction))
            differences.append((ends[0] - ends[1]) / 2e-5)
    np.testing.assert_allclose(found, differences, rtol=1e-6)
    if lengths is not None:
        assert not of_inputs[1].any() and not of_inputs[0, 2:].any() and of_inputs[0, 1].all()


def test_a_scan_puts_the_outputs_together(monkeypatch):
    found = []
    collected = loop._Loop._collected
    monkeypatch.setattr(loop._Loop, "_collected", lambda *args: found.append(collected(*args)) or found[-1])
    inputs = constants.placeholder(dtypes.float64, [None, None, INPUTS])
    outputs, _ = recurrent.dynamic_rnn(recurrent.GRUCell(UNITS), inputs, dtype=dtypes.float64)
    slope = gradients(outputs, inputs)
    with Session() as session:
        start(session)
        session.run(slope, {inputs: INPUT})
    assert [len(each) for each in found] == [1] * len(found) and found


def test_time_major():
    cell = recurrent.GRUCell(UNITS)
    inputs = constants.constant(INPUT)
    outputs, final = recurrent.dynamic_rnn(cell, inputs, LENGTHS, dtype=dtypes.float64)
    major, major_final = recurrent.dynamic_rnn(
        cell,
        array.transpose(inputs, [1, 0, 2]),
        LENGTHS,
        dtype=dtypes.float64,
        time_major=True,
        swap_memory=True,
        parallel_iterations=3,
    )
    assert major.shape.as_list() == [STEPS, BATCH, UNITS]
    with Session() as session:
        start(session)
        first, second = session.run([[outputs, final], [major, major_final]])
    np.testing.assert_array_equal(first[0], second[0].transpose(1, 0, 2))
    np.testing.assert_array_equal(first[1], second[1])


@pytest.mark.parametrize("lengths", [None, LENGTHS], ids=["whole", "ended"])
def test_both_directions(lengths):
    cells = recurrent.GRUCell(UNITS), recurrent.BasicLSTMCell(2)
    inputs = constants.constant(INPUT)
    outputs, states = recurrent.bidirectional_dynamic_rnn(*cells, inputs, lengths, dtype=dtypes.float64)
    assert sorted({v.op.name.rpartition("/")[0] for v in global_variables()}) == [
        "bidirectional_rnn/bw/basic_lstm_cell",
        "bidirectional_rnn/fw/gru_cell/candidate",
        "bidirectional_rnn/fw/gru_cell/gates",
    ]
    unrolled, *unrolled_states = recurrent.static_bidirectional_rnn(
        *cells, array.unstack(inputs, axis=1), dtype=dtypes.float64, sequence_length=lengths
    )
    turned = INPUT[:, ::-1].copy()
    if lengths is not None:
        for example, length in enumerate(lengths):
            turned[example, :length] = INPUT[example, :length][::-1]
    alone, _ = recurrent.dynamic_rnn(cells[1], constants.constant(turned), lengths, dtype=dtypes.float64)
    with Session() as session:
        start(session)
        (forwards, backwards), states, unrolled, unrolled_states, alone = session.run(
            [outputs, states, array.stack(unrolled, 1), unrolled_states, alone]
        )
    np.testing.assert_allclose(unrolled, np.concatenate([forwards, backwards], 2), **CLOSE)
    for one, other in zip(flatten(states), flatten(unrolled_states), strict=True):
        np.testing.assert_allclose(one, other, **CLOSE)
    for example, length in enumerate([STEPS] * BATCH if lengths is None else lengths):
        np.testing.assert_allclose(backwards[example, :length][::-1], alone[example, :length], **CLOSE)
