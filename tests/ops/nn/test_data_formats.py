"""Axes and sizes in the order of another data format."""

import itertools

import numpy as np
import pytest

import evergraph as tf
from evergraph.ops.nn.data_formats import data_format_dim_map, data_format_vec_permute
from tests.laws import tensorflow_1

FORMATS = ["NHWC", "NCHW", "HWNC", "WHCN"]
AXES = np.array([[-4, -3, -2, -1], [0, 1, 2, 3]], np.int32)


def answers(tf, dim_map, permute, source, target):
    x = tf.placeholder(tf.int32)
    axes = dim_map(x, src_format=source, dst_format=target)
    sizes = permute(x, src_format=source, dst_format=target)
    with tf.Session() as session:
        fed = [(axes, AXES), (sizes, [7, 4, 9, 3]), (sizes, [[7, 4], [5, 1], [9, 3], [2, 8]])]
        return [session.run(result, {x: value}).tolist() for result, value in fed]


@pytest.mark.parametrize("source, target", list(itertools.product(FORMATS, FORMATS)))
def test_the_letters_say_where(source, target):
    axes, sizes, pairs = answers(tf, data_format_dim_map, data_format_vec_permute, source, target)
    assert axes == [[target.index(source[axis]) for axis in row] for row in AXES.tolist()]
    assert sizes == [[7, 4, 9, 3][source.index(letter)] for letter in target]
    assert pairs == [[[7, 4], [5, 1], [9, 3], [2, 8]][source.index(letter)] for letter in target]


def _raw(tf, name):
    return lambda x, **formats: getattr(tf.raw_ops, name)(x=x, **formats)


@pytest.mark.interop
def test_as_tensorflow_says():
    other = tensorflow_1()
    for source, target in itertools.product(FORMATS[:1], FORMATS):
        with other.Graph().as_default():
            theirs = answers(
                other, _raw(other, "DataFormatDimMap"), _raw(other, "DataFormatVecPermute"), source, target
            )
        assert theirs == answers(tf, data_format_dim_map, data_format_vec_permute, source, target)


def test_mistakes():
    with pytest.raises(ValueError, match="different letters"):
        data_format_dim_map(0, dst_format="NCHX")
    with pytest.raises(ValueError, match=r"\[4\]|compatible"):
        data_format_vec_permute([1, 2, 3])
    x = tf.placeholder(tf.int32)
    with tf.Session() as session:
        with pytest.raises(tf.errors.InvalidArgumentError, match="not in"):
            session.run(data_format_dim_map(x), {x: [4]})
        with pytest.raises(tf.errors.InvalidArgumentError, match="must be of shape"):
            session.run(data_format_vec_permute(x), {x: [1, 2]})
