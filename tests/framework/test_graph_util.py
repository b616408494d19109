"""Parts of GraphDefs, frozen variables, what only training needs."""

import numpy as np
import pytest

import evergraph as tf
from evergraph.framework import graph_util
from evergraph.ops.assertion import Assert


def _model():
    x = tf.placeholder(tf.float32, [None, 3], name="x")
    v = tf.get_variable("v", initializer=np.ones([3, 2], np.float32))
    r = tf.get_variable("r", initializer=[1.0, 2.0], use_resource=True)
    with tf.variable_scope("layer"):
        h = tf.nn.relu(tf.matmul(x, v) + r)
        y = tf.cond(tf.reduce_sum(h) > 0.0, lambda: h * 2.0, lambda: h, name="choice")
        y = tf.identity(y, name="y")
    loss = tf.reduce_sum(tf.nn.softplus(y))
    train = tf.train.GradientDescentOptimizer(0.1).minimize(loss)
    return y, train


def _run(graph_def, fetch, feeds):
    with tf.Graph().as_default() as graph:
        tf.import_graph_def(graph_def, name="")
        with tf.Session(graph=graph) as sess:
            return sess.run(fetch, feeds)


def test_frozen_variables(default_graph):
    y, train = _model()
    feeds = {"x:0": np.ones([2, 3], np.float32)}
    with tf.Session() as sess:
        sess.run(tf.global_variables_initializer())
        sess.run(train, feeds)
        expected = sess.run(y, feeds)
        frozen = graph_util.convert_variables_to_constants(sess, default_graph.as_graph_def(), ["layer/y"])
        part = graph_util.convert_variables_to_constants(
            sess, default_graph.as_graph_def(), ["layer/y"], variable_names_blacklist=["r"]
        )
        named = graph_util.convert_variables_to_constants(
            sess, default_graph.as_graph_def(), ["layer/y"], variable_names_whitelist=["r"]
        )
    kinds = {node.name: node.op for node in frozen.node}
    assert kinds["v"] == kinds["r"] == "Const" and not {"ReadVariableOp", "Pullback"} & set(kinds.values())
    np.testing.assert_array_equal(_run(frozen, "layer/y:0", feeds), expected)
    assert {n.name: n.op for n in part.node}["r"] == "VarHandleOp"
    assert {n.name: n.op for n in named.node}["v"] == "VariableV2"
    slim = graph_util.remove_training_nodes(frozen, ["layer/y"])
    assert "v/read" not in {n.name for n in slim.node} and len(slim.node) < len(frozen.node)
    np.testing.assert_array_equal(_run(slim, "layer/y:0", feeds), expected)


def test_variables_without_a_value(default_graph):
    _model()
    with tf.Session() as sess, pytest.raises(tf.errors.FailedPreconditionError):
        graph_util.convert_variables_to_constants(sess, default_graph.as_graph_def(), ["layer/y"])


def test_sub_graphs(default_graph):
    a = tf.constant(1.0, name="a")
    with tf.control_dependencies([tf.no_op(name="before")]):
        b = tf.nn.softplus(a, name="b")
    tf.constant(2.0, name="other")
    (gradient,) = tf.gradients(b, a)
    message = default_graph.as_graph_def()
    part = graph_util.extract_sub_graph(message, ["b"])
    assert [n.name for n in part.node] == ["a", "before", "b"] and part.versions == message.versions
    names = {n.name for n in graph_util.extract_sub_graph(message, [gradient.op.name]).node}
    assert {"a", gradient.op.name} <= names and "other" not in names
    with pytest.raises(TypeError, match="must be a list"):
        graph_util.extract_sub_graph(message, "a")
    with pytest.raises(TypeError, match="graph_def must be"):
        graph_util.extract_sub_graph("a", ["a"])
    with pytest.raises(AssertionError, match="c is not in graph"):
        graph_util.extract_sub_graph(message, ["c"])


def test_training_nodes(default_graph):
    a = tf.placeholder(tf.float32, [], name="a")
    checked = tf.check_numerics(tf.identity(a, name="i1"), "bad", name="checked")
    with tf.control_dependencies([Assert(a > 0.0, [a])]):
        kept = tf.identity(checked, name="kept")
    with tf.control_dependencies([checked]):
        c = tf.constant(2.0, name="c")
    tf.multiply(tf.identity(kept, name="i2"), c, name="out")
    slim = graph_util.remove_training_nodes(default_graph.as_graph_def())
    nodes = {n.name: list(n.input) for n in slim.node}
    assert {"i1", "i2", "checked"}.isdisjoint(nodes)
    assert nodes["out"] == ["kept", "c"] and nodes["kept"][0] == "a" and nodes["c"] == []
    assert _run(slim, "out:0", {"a:0": 3.0}) == 6.0


@pytest.mark.parametrize(
    "make, pinned, expected",
    [
        (lambda: tf.constant(1), False, True),
        (lambda: tf.constant("a"), False, True),
        (lambda: tf.constant(1.0), False, False),
        (lambda: tf.cast(tf.constant(1), tf.float32), False, True),
        (lambda: tf.cast(tf.constant(1.0), tf.int32), False, False),
        (lambda: tf.dynamic_stitch([[0]], [[1]]), False, True),
        (lambda: tf.dynamic_stitch([[0]], [[1.0]]), False, False),
        (lambda: tf.Variable(1.0), False, False),
        (lambda: tf.Variable(1.0), True, True),
    ],
)
def test_what_must_run_on_the_host(make, pinned, expected):
    operation = make().op
    assert graph_util.must_run_on_cpu(operation, pinned) is expected
    assert graph_util.must_run_on_cpu(operation.node_def, pinned) is expected
    with pytest.raises(TypeError, match="Operation or a NodeDef"):
        graph_util.must_run_on_cpu(5)


def test_shapes_by_name(default_graph):
    tf.split(tf.zeros([4, 6]), 3, axis=1, name="s")
    assert graph_util.tensor_shape_from_node_def_name(default_graph, "s").as_list() == [4, 2]
    assert graph_util.tensor_shape_from_node_def_name(default_graph, "s:1").as_list() == [4, 2]
