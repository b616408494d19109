"""Gradients by rows, and their sums."""

import pytest

import evergraph as tf
from evergraph.gradients import rows as by_rows


def test_gradients_by_rows_are_joined():
    dense = tf.constant([[1.0, 2.0], [3.0, 4.0]])
    rows = tf.IndexedSlices(tf.ones([1, 2]), tf.constant([1], tf.int64), tf.constant([2, 2]))
    nested = tf.IndexedSlices(
        tf.IndexedSlices(tf.ones([1, 2]), tf.constant([0]), tf.constant([1, 2])),
        tf.constant([0]),
        tf.constant([2, 2]),
    )
    assert by_rows.aggregated_slices([]) is None and by_rows.aggregated_slices([rows]) is rows
    with tf.Session() as session:
        total = tf.convert_to_tensor(by_rows.aggregated_slices([dense, None, rows]))
        assert session.run(total).tolist() == [[1, 2], [4, 5]]
        total = tf.convert_to_tensor(by_rows.aggregated_slices([nested, nested]))
        assert session.run(total).tolist() == [[2, 2], [0, 0]]
    with pytest.raises(TypeError, match="Not a Tensor"):
        by_rows.as_indexed_slices([1.0])
