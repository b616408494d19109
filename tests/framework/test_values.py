import decimal

import ml_dtypes
import numpy as np
import pytest

from evergraph.framework import dtypes
from evergraph.framework.protos import make_ndarray, make_tensor_proto
from evergraph.framework.shapes import Dimension, TensorShape
from evergraph.framework.values import feed_to_numpy, fit_to_shape, to_numpy

# value, dtype asked for: dtype that comes out, or the error
TABLE = [
    (3, None, "int32"),
    (2**31 - 1, None, "int32"),
    (2**31, None, "int64"),
    (-(2**31) - 1, None, "int64"),
    (2**63, None, "uint64"),
    (1.5, None, "float32"),
    (1 + 2j, None, "complex128"),
    (True, None, "bool"),
    ("é", None, "string"),
    (b"a\0", None, "string"),
    ([1, 2.5], None, "float32"),
    ([True, 1], None, "int32"),
    ([1, 2.5, 1j], None, "complex128"),
    ([1, 2**40], None, "int64"),
    ([[1, 2], [3, 4]], None, "int32"),
    ((), None, "float32"),
    ([[]], None, "float32"),
    ([b"a\0", "b\0\0"], None, "string"),
    (np.float64(1), None, "float64"),
    (np.int64(1), None, "int64"),
    (np.array([1.0]), None, "float64"),
    (np.float16(1), None, "float16"),
    (np.array(["a", "é"]), None, "string"),
    (np.array([b"a", "b"], object), None, "string"),
    (np.array([1, 2], ml_dtypes.bfloat16), None, "bfloat16"),
    ([np.float64(1), np.float32(2)], None, "float32"),
    ([np.int64(2)], None, "int32"),
    ([np.uint8(2)], None, "uint8"),
    ([np.float16(1), 2], None, "float32"),
    ([np.array(1), 2], None, "int32"),
    (1, "float32", "float32"),
    (True, "int32", "int32"),
    ([True, 1.5], "float32", "float32"),
    (1, "complex64", "complex64"),
    (1, "bfloat16", "bfloat16"),
    ([1.5, 2], "float16", "float16"),
    (300, "uint8", "uint8"),
    (-1, "uint64", "uint64"),
    ([2**53 + 1, 1], "int64", "int64"),
    ([], "string", "string"),
    ([], "int32", "int32"),
    (1, "float32_ref", "float32"),
    ([(1,), (2,)], "qint8", "qint8"),
    (np.array([1.5]), "int32", "int32"),
    (np.array([1]), "bool", "bool"),
    (1.5, "int32", TypeError),
    ([1, 2.5], "int32", TypeError),
    ([np.float32(1)], "int32", TypeError),
    (1, "bool", TypeError),
    (1, "string", TypeError),
    ("a", "float32", TypeError),
    (1j, "float32", TypeError),
    (["a", 1], None, TypeError),
    ([1, "a"], None, TypeError),
    ([1.0, None], None, TypeError),
    ([None], "float32", TypeError),
    (np.array([1]), "string", TypeError),
    (np.array([b"x", None], object), None, TypeError),
    (np.datetime64("2001-01-01"), None, TypeError),
    (decimal.Decimal(1), "float32", TypeError),
    (object(), None, TypeError),
    ({1: 2}, None, TypeError),
    (None, None, ValueError),
    (None, "float32", ValueError),
    ([[1], [2, 3]], None, ValueError),
    ([1, [2]], "int32", ValueError),
    ([np.array([1, 2])], "int32", ValueError),
]


@pytest.mark.parametrize(("value", "dtype", "expected"), TABLE)
def test_dtype_of(value, dtype, expected):
    if isinstance(expected, type):
        with pytest.raises(expected):
            to_numpy(value, dtype)
        return
    array = to_numpy(value, dtype)
    assert type(array) is np.ndarray and dtypes.as_dtype(array.dtype).name == expected
    assert all(type(one) is bytes for one in array.reshape(-1).tolist()) or expected != "string"


@pytest.mark.interop
@pytest.mark.parametrize(("value", "dtype", "expected"), TABLE)
def test_agrees_with_tensorflow_bit_for_bit(value, dtype, expected):
    tf1 = pytest.importorskip("tensorflow").compat.v1
    if isinstance(expected, type):
        with pytest.raises(expected):
            tf1.make_tensor_proto(value, dtype)
        return
    theirs = tf1.make_tensor_proto(value, dtype)
    assert make_tensor_proto(value, dtype).SerializeToString() == theirs.SerializeToString()
    np.testing.assert_array_equal(make_ndarray(make_tensor_proto(value, dtype)), tf1.make_ndarray(theirs))


def test_messages_name_the_culprit():
    with pytest.raises(TypeError, match="Expected int32, got 2.5 of type 'float' instead"):
        to_numpy([[1], [2.5]], "int32")
    with pytest.raises(ValueError, match="None values not supported."):
        to_numpy(None)
    with pytest.raises(ValueError, match="dense"):
        to_numpy([["a"], ["b", "c"]])
    with pytest.raises(TypeError, match="resource"):
        to_numpy(1, dtypes.resource)


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        (TensorShape([2, 3]), [2, 3]),
        (TensorShape([]), []),
        (Dimension(4), 4),
        ([Dimension(4), -1], [4, -1]),
        (range(3), [0, 1, 2]),
        (np.array([1, 2], ">i4"), [1, 2]),
    ],
)
def test_shapes_and_ranges_are_int32(value, expected):
    array = to_numpy(value)
    assert array.dtype == np.int32 and array.dtype.isnative and array.tolist() == expected


@pytest.mark.parametrize(
    ("value", "shape", "expected"),
    [
        (0.5, [2, 2], [[0.5, 0.5], [0.5, 0.5]]),
        ([1, 2], [4], [1, 2, 2, 2]),
        ([1, 2, 3, 4], TensorShape([2, 2]), [[1, 2], [3, 4]]),
        ("a", [2], [b"a", b"a"]),
        ([], [2], [0, 0]),
        (7, [0, 3], []),
        (7, 2, [7, 7]),
    ],
)
def test_filling_a_shape(value, shape, expected):
    assert to_numpy(value, shape=shape).tolist() == expected
    assert make_ndarray(make_tensor_proto(value, shape=TensorShape(shape))).tolist() == expected


def test_too_many_or_unknown():
    with pytest.raises(ValueError, match="Too many elements"):
        to_numpy([1, 2, 3], shape=[2])
    with pytest.raises(ValueError, match="not fully defined"):
        to_numpy(1, shape=TensorShape([None]))
    with pytest.raises(ValueError, match="not fully defined"):
        to_numpy(TensorShape([None]))


def test_a_large_fill_takes_no_memory():
    filled = fit_to_shape(np.float32(1).reshape(()), (10**6, 10**6))
    assert filled.shape == (10**6, 10**6) and not filled.flags.writeable


def test_feeds_are_lenient_where_constants_are_not():
    assert feed_to_numpy(1.5, "int32").tolist() == 1
    assert feed_to_numpy([np.array([1, 2]), np.array([3, 4])], "float32").tolist() == [[1, 2], [3, 4]]
    assert feed_to_numpy(["a", b"b\0"], "string").tolist() == [b"a", b"b\0"]
    assert feed_to_numpy(np.array([["a"]]), "string").tolist() == [[b"a"]]
    assert feed_to_numpy([np.array(["a", "b"])], "string").tolist() == [[b"a", b"b"]]
    given = np.zeros(3, np.float32)
    assert feed_to_numpy(given, dtypes.float32_ref) is given
    for value, dtype, error in (
        (2**40, "int32", TypeError),
        (-1, "uint8", TypeError),
        (3, "string", TypeError),
        (None, "float32", ValueError),
        ([[1], [2, 3]], "float32", ValueError),
        (1, "resource", TypeError),
    ):
        with pytest.raises(error):
            feed_to_numpy(value, dtype)


def test_sequences_that_are_no_arrays_are_told_apart():
    with pytest.raises(ValueError, match="non-rectangular Python sequence with lists of unequal length"):
        to_numpy([[1, 2], [3]])
    with pytest.raises(ValueError, match="mixed types"):
        to_numpy([1, 2, [3]])
    with pytest.raises(ValueError, match="non-rectangular"):
        to_numpy([["a", "b"], ["c"]])
