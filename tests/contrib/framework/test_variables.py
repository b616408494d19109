"""Variables of a model: their collections, how they are found, and values given from arrays and checkpoints."""

import numpy as np
import pytest

import evergraph as tf
from evergraph.contrib.framework import assignment, checkpoints, variables
from evergraph.framework.errors import OpError


@pytest.fixture(autouse=True)
def graph():
    with tf.Graph().as_default() as graph:
        yield graph


def names(found):
    return [each.op.name for each in found]


def make():
    with tf.variable_scope("a"):
        x = variables.model_variable("x", [2], initializer=tf.zeros_initializer(), collections=["mine"])
        variables.variable("y", [3], trainable=False)
    with tf.variable_scope("b"):
        variables.model_variable("x", [1])
    variables.local_variable(1.0, name="a/local")
    return x


def test_found_by_scope_name_and_collection():
    x = make()
    assert names(variables.get_variables()) == ["a/x", "a/y", "b/x"]
    assert names(variables.get_variables("a")) == ["a/x", "a/y"]
    assert names(variables.get_variables_by_name("x")) == names(variables.get_variables_by_suffix("x"))
    assert names(variables.get_variables_by_name("x", scope="b")) == ["b/x"]
    assert names(variables.get_model_variables()) == ["a/x", "b/x"]
    assert names(variables.get_trainable_variables("b")) == ["b/x"]
    assert names(variables.get_local_variables()) == ["a/local"]
    assert names(variables.get_variables_to_restore(["a"], ["a/y"])) == ["a/x"]
    assert names(variables.filter_variables(variables.get_variables(), ["x"], ["b/"])) == ["a/x"]
    assert names(variables.filter_variables(variables.get_variables(), ["x"], reg_search=False)) == []
    assert variables.get_unique_variable("a/x") is x is tf.get_collection("mine")[0]
    variables.add_model_variable(x)
    assert len(variables.get_model_variables()) == 2


@pytest.mark.parametrize("name", ["none", "a"])
def test_what_is_not_unique_is_refused(name):
    make()
    with pytest.raises(ValueError, match=name):
        variables.get_unique_variable(name)


def test_lists_are_lists():
    with pytest.raises(TypeError, match="exclude"):
        variables.get_variables_to_restore(exclude="a")


def test_devices_in_turn():
    chooser = variables.VariableDeviceChooser(2)
    assert [chooser(None) for _ in range(3)] == [f"/job:ps/task:{task}/device:CPU:0" for task in (0, 1, 0)]
    assert variables.VariableDeviceChooser(device_type="GPU")(None) == "/device:GPU:0"


def test_values_from_arrays():
    x = make()
    operation, feed_dict = assignment.assign_from_values({"a/x": np.array([[1.0, 2.0]])})
    with tf.Session() as session:
        session.run(operation, feed_dict)
        np.testing.assert_array_equal(session.run(x), [1, 2])
        assignment.assign_from_values_fn({"a/x": np.array([3.0, 4.0])})(session)
        np.testing.assert_array_equal(session.run(x), [3, 4])
    with pytest.raises(ValueError, match="none"):
        assignment.assign_from_values({"none": np.zeros(1)})


@pytest.fixture
def checkpoint(tmp_path):
    with tf.Graph().as_default(), tf.Session() as session:
        for name, value in (("a/x", [5.0, 6.0]), ("flat", [7.0])):
            tf.Variable(np.array(value, np.float32), name=name)
        session.run(tf.global_variables_initializer())
        return tf.train.Saver().save(session, str(tmp_path / "model"))


def test_values_from_a_checkpoint(checkpoint):
    x = make()
    assert checkpoints.list_variables(checkpoint) == [("a/x", [2]), ("flat", [1])]
    assert checkpoints.load_variable(checkpoint, "flat") == [7.0]
    with tf.Session() as session:
        operation, feed_dict = assignment.assign_from_checkpoint(checkpoint, [x])
        session.run(operation, feed_dict)
        np.testing.assert_array_equal(session.run(x), [5, 6])
        other = variables.get_unique_variable("b/x")
        assignment.assign_from_checkpoint_fn(checkpoint, {"flat": other})(session)
        np.testing.assert_array_equal(session.run(other), [7])
        assert assignment.assign_from_checkpoint_fn(checkpoint, {"none": x}, ignore_missing_vars=True) is None
        with pytest.raises(OpError):
            assignment.assign_from_checkpoint_fn(checkpoint, {"none": x})(session)
    for wrong in ({"none": x}, {"flat": x}):
        with pytest.raises(ValueError, match=next(iter(wrong))):
            assignment.assign_from_checkpoint(checkpoint, wrong)


def test_initializers_from_a_checkpoint(checkpoint):
    x = make()
    tf.contrib.framework.init_from_checkpoint(checkpoint, {"a/x": "a/x"})
    with tf.Session() as session:
        session.run(x.initializer)
        np.testing.assert_array_equal(session.run(x), [5, 6])
