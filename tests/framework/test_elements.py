"""What stands for an element of the graph, and what libraries beside TensorFlow ask of it."""

import pytest

import evergraph as tf
from evergraph.framework.elements import element_behind
from evergraph.framework.tensor import TensorKind


def test_kinds_of_tensors():
    assert tf.python.framework.ops._TensorLike is TensorKind
    dense = tf.constant([1.0, 2.0])
    rows = tf.IndexedSlices(dense, tf.constant([0, 1]))
    sparse = tf.SparseTensor([[0]], [1.0], [2])
    assert all(isinstance(value, TensorKind) for value in (dense, rows, sparse))
    assert not isinstance(tf.Variable(1.0), TensorKind)
    assert not isinstance(dense.op, TensorKind)


@pytest.mark.parametrize("use_resource", [False, True])
def test_the_element_behind_a_variable(use_resource):
    variable = tf.get_variable("v", [], use_resource=use_resource)
    element = element_behind(variable)
    assert isinstance(element, tf.Tensor) and element is tf.get_default_graph().as_graph_element(variable)
    for nothing in (tf.constant(1), "v:0", 3):
        assert element_behind(nothing) is None
