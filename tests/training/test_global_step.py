"""The global step: where it is found, made, read and refused."""

import pytest

from evergraph.framework import dtypes
from evergraph.framework.collections import GraphKeys, add_to_collection
from evergraph.framework.graph import Graph
from evergraph.ops.variables import collections as variable_collections
from evergraph.ops.variables.assign import assign_add
from evergraph.ops.variables.reference import Variable
from evergraph.ops.variables.scope import variable_scope
from evergraph.session.session import Session
from evergraph.training import global_step as steps


@pytest.fixture(autouse=True)
def graph():
    with Graph().as_default() as graph:
        yield graph


def test_made_once_at_the_top_of_the_graph(graph):
    assert steps.get_global_step() is None
    with variable_scope("ignored", use_resource=False), graph.name_scope("ignored"):
        pass
    step = steps.get_or_create_global_step()
    assert (step.name, step.dtype, step.trainable) == ("global_step:0", dtypes.int64_ref, False)
    assert steps.get_global_step() is step and steps.get_or_create_global_step(graph) is step
    assert variable_collections.global_variables() == [step]
    with pytest.raises(ValueError, match="already exists"):
        steps.create_global_step()


def test_found_by_name():
    step = Variable(3, name="global_step", trainable=False)
    assert steps.get_global_step() is step._ref()


def test_more_than_one_is_none():
    for _ in range(2):
        add_to_collection(GraphKeys.GLOBAL_STEP, Variable(0))
    assert steps.get_global_step() is None


@pytest.mark.parametrize("bad", [lambda: Variable(1.0), lambda: Variable([1, 2]), lambda: 3])
def test_only_integer_scalars(bad):
    bad = bad()
    with pytest.raises(TypeError, match="global_step"):
        steps.assert_global_step(bad)


def test_reading_and_counting(graph):
    step = steps.create_global_step()
    read = steps.get_or_create_global_step_read()
    assert steps.get_or_create_global_step_read() is read
    increment = assign_add(step, 1)
    with Session() as session:
        session.run(step.initializer)
        assert [session.run([increment, read])[1] for _ in range(2)] == [0, 1]
        assert steps.global_step(session, step) == 2 and isinstance(
            steps.global_step(session, "global_step:0"), int
        )
        session.run(steps.increment_global_step(5))
        assert steps.global_step(session, step) == 7


def test_without_a_step():
    assert steps.get_or_create_global_step_read() is None
    with pytest.raises(ValueError, match="no global step"):
        steps.increment_global_step(1)
