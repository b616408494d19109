"""Variables and operations, copied to another graph."""

import pytest

import evergraph as tf

copy_graph = tf.contrib.copy_graph


def test_what_leads_to_a_tensor_is_copied():
    with tf.Graph().as_default():
        w = tf.Variable([[1.0], [2.0]], name="w")
        frozen = tf.Variable(3.0, trainable=False, name="frozen", collections=["mine", "variables"])
        x = tf.placeholder(tf.float32, [None, 2], name="x")
        with tf.control_dependencies([tf.constant(1.0, name="before").op]):
            y = tf.add(tf.matmul(x, w), frozen, name="y")
        tf.add_to_collection("results", y)
    other = tf.Graph()
    copies = [copy_graph.copy_variable_to_graph(variable, other, "new") for variable in (w, frozen)]
    copied = copy_graph.copy_op_to_graph(y, other, copies, "new")
    assert copied.name == "new/y:0" and copied.graph is other and copied.shape.as_list() == [None, 1]
    assert copy_graph.copy_op_to_graph(y, other, copies, "new") is copied
    assert copy_graph.get_copied_op(x, other, "new") is other.get_tensor_by_name("new/x:0")
    assert [op.name for op in copied.op.inputs[0].op.control_inputs] == ["new/before"]
    assert other.get_collection("new/results") == [copied] and other.get_collection("new/mine") == [copies[1]]
    assert other.get_collection("trainable_variables") == [copies[0]]
    with tf.Session(graph=other) as session:
        session.run([variable.initializer for variable in copies])
        assert session.run(copied, {"new/x:0": [[1.0, 1.0]]}).tolist() == [[6.0]]


def test_mistakes():
    with pytest.raises(TypeError, match="Variable"):
        copy_graph.copy_variable_to_graph(tf.constant(1.0), tf.Graph())
    with pytest.raises(TypeError, match="Could not copy"):
        copy_graph.copy_op_to_graph(3, tf.Graph(), [])
    with pytest.raises(KeyError):
        copy_graph.get_copied_op(tf.constant(1.0), tf.Graph())
