"""Operations: who takes their outputs, what their inputs are replaced by, attributes as TensorFlow gives them."""

import pytest

import evergraph as tf
from evergraph.framework.operation import make_node_def
from evergraph.framework.protos import to_attr_value


@pytest.fixture
def two():
    return tf.constant([1.0, 2.0], name="one"), tf.constant([3.0, 4.0], name="two")


def test_a_consumer_is_there_once_for_each_use(two):
    x, y = two
    total = x + y
    total.op._update_input(0, y)
    assert x.consumers() == [] and y.consumers() == [total.op, total.op]
    assert list(total.op.inputs) == [y, y] and isinstance(total.op.outputs, list)
    with tf.Session() as sess:
        assert sess.run(total).tolist() == [6.0, 8.0]


def test_inputs_that_cannot_take_the_place(two):
    x, y = two
    total = x + y
    with pytest.raises(tf.errors.OutOfRangeError, match=r"Input index \[2\].*inputs \[2\]"):
        total.op._update_input(2, x)
    with pytest.raises(tf.errors.InvalidArgumentError, match=r"incompatible shapes: \[3\] and \[2\]"):
        total.op._update_input(0, tf.zeros([3]))
    with tf.Graph().as_default():
        other = tf.zeros([2])
    with pytest.raises(ValueError, match="must be from the same graph"):
        total.op._update_input(0, other)


def test_control_inputs_go(two):
    x, y = two
    with tf.control_dependencies([x, y]):
        waits = tf.no_op()
    waits._remove_all_control_inputs()
    assert waits.control_inputs == [] and x.op._control_outputs == []


def test_a_cycle_is_an_invalid_graph(two):
    x, y = (t.op for t in two)
    x._add_control_input(y)
    y._add_control_input(x)
    with tf.Session() as sess, pytest.raises(tf.errors.InvalidArgumentError, match="a cycle with 2 nodes"):
        sess.run(two[0])


def test_lists_of_text_are_bytes():
    images = tf.placeholder_with_default(["a"], [1])
    images.op.attrs["_names"] = ["a", "b"]
    assert images.op.get_attr("_names") == [b"a", b"b"]


def test_an_operation_is_no_tensor():
    with pytest.raises(TypeError, match="Can't convert Operation 'nothing' to Tensor"):
        tf.convert_to_tensor(tf.no_op(name="nothing"))


def test_where_it_was_made(two):
    *frame, start = two[0].op.traceback_with_start_lines[-1]
    assert tuple(frame) == two[0].op.traceback[-1] and 0 < start <= frame[1]


def test_a_node_by_itself():
    assert make_node_def("NoOp", "n", device=tf.DeviceSpec(job="j")).device == "/job:j"
    node = make_node_def("NoOp", "n", device=lambda node: "/gpu:1", attrs={"_a": to_attr_value(1)})
    assert (node.op, node.name, node.device, node.attr["_a"].i) == ("NoOp", "n", "/device:GPU:1", 1)
