"""Operands that are scalars or vectors by what they mean."""

import pytest

import evergraph as tf
from evergraph.ops.files.saving import sharded_filename, sharded_filespec

SLICE = "Expected begin and size arguments to be 1-D tensors"
ROWS = [
    (tf.fill, (2, 3), "dims must be a vector"),
    (tf.fill, ([2], [3]), "value must be a scalar"),
    (tf.reshape, (7, 1), "sizes input must be 1-D"),
    (tf.tile, ([7], 2), "Expected multiples to be 1-D"),
    (tf.slice, ([1, 2], 0, 1), SLICE),
    (tf.slice, ([1, 2], [0], 1), SLICE),
    (tf.slice, ([1, 2], 0, [1]), SLICE),
    (tf.range, ([0], 3, 2), "start must be a scalar"),
    (tf.range, (0, [3], 2), "limit must be a scalar"),
    (tf.range, (0, 3, [2]), "delta must be a scalar"),
    (tf.random_uniform, (3,), "shape must be a vector"),
    (tf.sparse_to_dense, (1, 4, 7), "output_shape should be a vector"),
    (tf.unsorted_segment_sum, (7, 1, [4]), "num_segments should be a scalar"),
    (tf.concat, (([2], [3]), [0]), "axis tensor should be a scalar integer"),
    (tf.concat, ((2, 3), 0), r"Expected concatenating dimensions in the range \[0, 0\)"),
    (tf.concat, (([2], 3), 0), "Ranks of all input tensors should match"),
    (tf.pad, (7, [[1, 2]]), "The first dimension of paddings must be the rank of inputs"),
    (sharded_filename, ("a", 1, [2]), "num_shards must be a scalar"),
    (sharded_filespec, ("a", [2]), "num_shards must be a scalar"),
]


@pytest.mark.parametrize("build, values, words", ROWS)
def test_another_rank_is_refused(build, values, words):
    feeds = {}

    def fed(value):
        if isinstance(value, tuple):
            return [fed(each) for each in value]
        placeholder = tf.placeholder(tf.as_dtype(tf.constant(value).dtype))
        feeds[placeholder] = value
        return placeholder

    result = build(*map(fed, values))
    with tf.Session() as session, pytest.raises(tf.errors.InvalidArgumentError, match=words):
        session.run(result, feeds)


def test_while_the_graph_is_built():
    with pytest.raises(ValueError, match="Shape must be rank 1 but is rank 0"):
        tf.tile(tf.placeholder(tf.float32), tf.placeholder(tf.int32, []))
