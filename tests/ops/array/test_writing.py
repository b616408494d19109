"""Writes to parts of variables, and indices that move in a loop."""

import numpy as np
import pytest

from evergraph.framework import errors
from evergraph.framework.graph import Graph
from evergraph.ops import array as array_ops
from evergraph.ops import math as math_ops  # noqa: F401 (defines the operators)
from evergraph.ops.constants import constant, placeholder
from evergraph.ops.control_flow.loop import while_loop
from evergraph.ops.variables.scope import get_variable
from evergraph.session.session import Session


@pytest.fixture
def graph():
    with Graph().as_default() as graph:
        yield graph


def started(graph, use_resource):
    table = get_variable("table", initializer=np.zeros((4, 3), np.float32), use_resource=use_resource)
    session = Session(graph=graph)
    session.run(table.initializer)
    return table, session


@pytest.mark.parametrize("use_resource", [False, True])
def test_part_of_a_variable_is_assigned(graph, use_resource):
    table, session = started(graph, use_resource)
    i = placeholder("int32", [])
    expected = np.zeros((4, 3), np.float32)
    session.run(table[1:3, ::2].assign(np.ones((2, 2), np.float32)))
    expected[1:3, ::2] = 1
    session.run(table[i].assign([7.0, 8.0, 9.0]), {i: -1})
    expected[-1] = [7, 8, 9]
    np.testing.assert_array_equal(session.run(table), expected)
    with pytest.raises(errors.InvalidArgumentError):
        session.run(table[i].assign([0.0, 0.0, 0.0]), {i: 4})
    np.testing.assert_array_equal(session.run(table), expected)


@pytest.mark.parametrize("use_resource", [False, True])
def test_places_of_a_variable_are_written(graph, use_resource):
    table, session = started(graph, use_resource)
    places = placeholder("int32", [None, 2])
    session.run(array_ops.scatter_nd_update(table, [[0], [2]], np.ones((2, 3), np.float32)))
    add = array_ops.scatter_nd_add(table, places, [5.0, 1.0])
    session.run(add, {places: [[1, 1], [1, 1]]})
    session.run(array_ops.scatter_nd_sub(table, [[0, 0]], [3.0]))
    expected = np.zeros((4, 3), np.float32)
    expected[[0, 2]] = 1
    expected[1, 1] = 6
    expected[0, 0] -= 3
    np.testing.assert_array_equal(session.run(table), expected)
    with pytest.raises(errors.InvalidArgumentError):
        session.run(add, {places: [[1, 1], [9, 1]]})
    np.testing.assert_array_equal(session.run(table), expected)


def test_an_index_may_move_in_a_loop(graph):
    rows = constant(np.arange(12, dtype=np.float32).reshape(4, 3))

    def step(i, total):
        part = array_ops.slice(rows, [i, 0], [1, 3])
        return i + 1, total + rows[i] + array_ops.gather(rows, i) + array_ops.reshape(part, [3]) + rows[
            i, 1:2
        ]

    _, total = while_loop(lambda i, total: i < 4, step, [constant(0), array_ops.zeros([3])])
    rows_sum = np.arange(12.0).reshape(4, 3).sum(0)
    np.testing.assert_array_equal(Session(graph=graph).run(total), 3 * rows_sum + rows_sum[1])
