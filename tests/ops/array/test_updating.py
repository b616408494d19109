"""Tensors with rows replaced, added to or subtracted from."""

import numpy as np
import pytest

import evergraph as tf
from evergraph.ops.array import updating


@pytest.mark.parametrize("i", [[1, -1], 2, None])
@pytest.mark.parametrize("dtype", ["float32", "int64"])
def test_rows(i, dtype):
    x = np.arange(6, dtype=dtype).reshape(3, 2)
    rows = slice(None) if i is None else i
    v = np.full_like(x[rows], 7)
    with tf.Session() as session:
        for function, change in (
            (updating.inplace_update, lambda old: v),
            (updating.inplace_add, lambda old: old + v),
            (updating.inplace_sub, lambda old: old - v),
        ):
            expected = x.copy()
            expected[rows] = change(expected[rows])
            result = function(x, i, v)
            assert result.shape.as_list() == [3, 2] and (session.run(result) == expected).all()
        assert session.run([updating.empty([2], tf.int32), updating.empty_like(v)])[0].tolist() == [0, 0]


@pytest.mark.parametrize(
    "i, v, message",
    [([[0]], [[1.0]], "must be a vector"), ([0], [1.0], "x and v shape"), ([0, 1], [[1.0]], "i and x shape")],
)
def test_what_does_not_fit(i, v, message):
    with tf.Session() as session, pytest.raises(tf.errors.InvalidArgumentError, match=message):
        session.run(updating.inplace_update([[1.0]], i, v))
