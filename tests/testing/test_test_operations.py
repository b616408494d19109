"""The operations without a meaning of TensorFlow's own tests."""

import pytest

import evergraph as tf
from evergraph.ops.control_flow import kinds
from evergraph.testing import test_operations as operations


def test_they_are_recorded_and_have_no_kernel():
    numbers, text = operations.float_output_string_output_op()
    assert (numbers.dtype, text.dtype) == (tf.float32, tf.string)
    assert operations.ref_output_op().dtype == tf.int32._as_ref
    assert [t.dtype for t in operations.list_output_op(T=[tf.int32, tf.float32])] == [tf.int32, tf.float32]
    with tf.Session() as session, pytest.raises(tf.errors.UnimplementedError, match="it has no kernel"):
        session.run(numbers)


def test_labels_of_kernels():
    graph = tf.get_default_graph()
    with graph._kernel_label_map({"KernelLabel": "one"}):
        labelled = operations.kernel_label_op()
        with graph._kernel_label_map({"KernelLabel": ""}):
            plain = operations.kernel_label_op()
    with tf.Session() as session:
        assert session.run([labelled, plain]) == [b"My label is: one", b"My label is: default"]
    with pytest.raises(TypeError, match="labels"), graph._kernel_label_map({"KernelLabel": 1}):
        pass


def test_versions():
    older = tf.GraphDef()
    older.versions.producer, older.versions.min_consumer = 20, 5
    older.node.add(name="v", op="RequiresOlderGraphVersion")
    tf.import_graph_def(older, name="")
    assert tf.get_default_graph().graph_def_versions.min_consumer == 5
    with tf.Session() as session:
        assert session.run("v:0") == 20
    with tf.Graph().as_default(), pytest.raises(ValueError, match="Wrong graph version"):
        operations.requires_older_graph_version_op()


def test_none_of_them_is_control_flow():
    operation = operations.int_output_op().op
    assert not any(
        getattr(kinds, name)(operation)
        for name in (
            "IsSwitch",
            "IsMerge",
            "IsLoopEnter",
            "IsLoopExit",
            "IsCondSwitch",
            "IsLoopSwitch",
            "IsCondMerge",
        )
    )
