"""Sorting, shapes that are checked, nested Python functions, printing and parts of graphs."""

import numpy as np
import pytest

import evergraph as tf
from evergraph.contrib.framework import deprecation
from evergraph.framework.errors import InvalidArgumentError


@pytest.fixture(autouse=True)
def graph():
    with tf.Graph().as_default() as graph:
        yield graph


def evaluate(fetches, feed_dict=None):
    with tf.Session() as session:
        return session.run(fetches, feed_dict)


@pytest.mark.parametrize("axis", [-1, 0, 1])
def test_sort(axis):
    values = np.random.RandomState(0).permutation(24).reshape(2, 3, 4).astype(np.float32)
    up, down = (tf.contrib.framework.sort(values, axis, d) for d in ("ASCENDING", "DESCENDING"))
    order = tf.contrib.framework.argsort(values, axis)
    up, down, order = evaluate([up, down, order])
    np.testing.assert_array_equal(up, np.sort(values, axis))
    np.testing.assert_array_equal(down, -np.sort(-values, axis))
    np.testing.assert_array_equal(order, np.argsort(values, axis))


@pytest.mark.parametrize("dtype, values", [("uint8", [3, 0, 255]), ("int32", [3, -(2**31), 2**31 - 1])])
def test_integers_that_have_no_negative_are_sorted(dtype, values):
    values = np.array(values, dtype)
    up, order = tf.contrib.framework.sort(values), tf.contrib.framework.argsort(values)
    with tf.Session() as session:
        up, order = session.run([up, order])
    assert up.tolist() == sorted(values.tolist()) and order.tolist() == np.argsort(values).tolist()


def test_sort_refuses():
    with pytest.raises(ValueError, match="direction"):
        tf.contrib.framework.sort([1.0], direction="UP")
    with pytest.raises(ValueError, match="axis"):
        tf.contrib.framework.sort([1.0], tf.placeholder(tf.int32, []))


def test_with_shape():
    check = tf.contrib.framework.with_shape
    known = tf.constant([1, 2])
    assert check([2], known) is known
    assert check([], tf.constant([3])).shape == ()
    for wrong in ([3], [1, 2], [[2]], [2.0]):
        with pytest.raises(ValueError):
            check(wrong, known)
    fed = tf.placeholder(tf.int32, name="fed")
    checked = check([2], fed)
    assert checked.shape == (2,)
    np.testing.assert_array_equal(evaluate(checked, {fed: [1, 2]}), [1, 2])
    wanted = tf.placeholder(tf.int32, [None])
    checked = check(wanted, fed)
    for sizes in ([1], [2, 1]):
        with pytest.raises(InvalidArgumentError, match="Wrong shape for fed"):
            evaluate(checked, {fed: [1, 2], wanted: sizes})
    assert tf.contrib.framework.with_same_shape(known, fed).shape == (2,)


def test_sums_and_alignment():
    assert evaluate(tf.contrib.framework.reduce_sum_n([tf.constant([1, 2]), tf.constant([[3]])])) == 6
    predictions, labels = tf.contrib.framework.remove_squeezable_dimensions(tf.zeros([2, 1]), tf.zeros([2]))
    assert predictions.shape == labels.shape == (2,)
    with pytest.raises(ValueError, match="integer"):
        tf.contrib.framework.assert_scalar_int(tf.constant(1.0))


def test_nested_python_function():
    def function(pair, scale):
        return {"sum": pair[0] + pair[1], "scaled": pair[0] * scale}

    types = {"sum": tf.float32, "scaled": tf.float32}
    result = tf.contrib.framework.py_func(
        function,
        [(tf.constant(1.0), tf.constant(2.0))],
        {"scale": tf.constant(3.0)},
        types,
        {"sum": [], "scaled": []},
    )
    assert result["sum"].shape == ()
    assert evaluate(result) == {"sum": 3.0, "scaled": 3.0}


def test_printing_gives_back_what_it_prints(capfd):
    printed = tf.contrib.framework.print_op(tf.constant([True, False], name="flags"), message="here ")
    np.testing.assert_array_equal(evaluate(printed), [True, False])
    assert "Name: flags:0" in capfd.readouterr().err


def test_fused_nodes(graph):
    a = tf.placeholder(tf.float32, [], name="a")
    out = tf.identity(tf.exp(tf.negative(a, name="b"), name="c"), name="out")
    assert tf.contrib.framework.get_placeholders(graph) == [a]
    assert tf.contrib.framework.get_graph_from_inputs([a, out]) is graph
    fused = tf.contrib.framework.fuse_op(
        graph.as_graph_def(), ["b"], ["out"], [tf.float32.as_datatype_enum], False, "fused", "Fused"
    )
    assert [(node.name, node.op, list(node.input)) for node in fused.node] == [
        ("a", "Placeholder", []),
        ("b", "Neg", ["a"]),
        ("fused", "Fused", ["b"]),
        ("out", "Identity", ["fused"]),
    ]


def test_conditions_that_are_known():
    unknown = tf.Variable(True)
    assert tf.contrib.framework.smart_constant_value(unknown) is None
    assert isinstance(tf.contrib.framework.smart_cond(unknown, lambda: 1, lambda: 2), tf.Tensor)
    taken = tf.contrib.framework.smart_cond(tf.constant(True), lambda: "yes", lambda: "no")
    assert taken == "yes" and tf.contrib.framework.smart_constant_value(tf.placeholder(tf.bool)) is None
    assert tf.contrib.framework.smart_case([(0, lambda: 1), (1, lambda: 2)]) == 2
    with pytest.raises(TypeError):
        tf.contrib.framework.smart_cond(True, 1, 2)


def test_deprecation_is_said_once(monkeypatch):
    said = []
    monkeypatch.setattr(deprecation.logging, "warning", lambda *args: said.append(args))

    @deprecation.deprecated_args("2030-01-01", "use b", "a")
    def function(a=None, b=None):
        return a or b

    @deprecation.deprecated(None, "use other")
    def old():
        return 1

    assert function(b=1) == 1 and not said
    assert function(a=1) == 1 and function(a=2) == 2 and len(said) == 1
    assert old() == old() == 1 and len(said) == 2
    with pytest.raises(ValueError, match="signature"):
        deprecation.deprecated_args(None, "x", "none")(function)
    with pytest.raises(ValueError, match="instructions"):
        deprecation.deprecated(None, "")
