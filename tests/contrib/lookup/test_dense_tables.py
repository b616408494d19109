"""Tables whose values are tensors."""

import numpy as np
import pytest

import evergraph as tf
from evergraph.framework import errors


def test_values_that_are_vectors(tmp_path):
    table = tf.contrib.lookup.MutableDenseHashTable(tf.int64, tf.float32, [-1.0, -2.0], empty_key=0, name="t")
    found = table.lookup(tf.constant([[1, 2]], tf.int64))
    insert = table.insert(tf.constant([2, 3], tf.int64), tf.constant([[1.0, 2.0], [3.0, 4.0]]))
    unset = table.insert(tf.constant([0], tf.int64), tf.constant([[1.0, 2.0]]))
    saver = tf.train.Saver()
    assert found.shape.as_list() == [1, 2, 2] and table.export()[1].shape.as_list() == [None, 2]
    with tf.Session() as session:
        session.run(insert)
        assert session.run(found).tolist() == [[[-1.0, -2.0], [1.0, 2.0]]] and session.run(table.size()) == 2
        with pytest.raises(errors.InvalidArgumentError, match="empty_key"):
            session.run(unset)
        path = saver.save(session, str(tmp_path / "model"))
    assert dict(tf.train.list_variables(path)) == {"t-keys": [2], "t-values": [2, 2]}
    with tf.Session() as session:
        saver.restore(session, path)
        keys, values = session.run(table.export())
    order = np.argsort(keys)
    assert keys[order].tolist() == [2, 3] and values[order].tolist() == [[1.0, 2.0], [3.0, 4.0]]


def test_values_that_are_scalars():
    table = tf.contrib.lookup.MutableDenseHashTable(tf.string, tf.int64, 7, empty_key="", checkpoint=False)
    insert = table.insert(["a"], tf.constant([1], tf.int64))
    with tf.Session() as session:
        session.run(insert)
        assert session.run(table.lookup(["a", "b"])).tolist() == [1, 7]
    assert not tf.get_collection(tf.GraphKeys.SAVEABLE_OBJECTS)


def test_a_default_of_unknown_shape_is_refused():
    with pytest.raises(ValueError, match="shape"):
        tf.contrib.lookup.MutableDenseHashTable(tf.int64, tf.float32, tf.placeholder(tf.float32), empty_key=0)
