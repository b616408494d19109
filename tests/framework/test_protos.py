import ml_dtypes
import numpy as np
import pytest
from tensorboard.compat.proto.attr_value_pb2 import AttrValue
from tensorboard.compat.proto.tensor_pb2 import TensorProto

from evergraph.framework import dtypes
from evergraph.framework.protos import (
    MakeNdarray,
    from_attr_value,
    make_ndarray,
    make_tensor_proto,
    to_attr_value,
)
from evergraph.framework.shapes import TensorShape

TYPES = [dtypes.DType(number) for number in range(1, 24) if dtypes.DType(number).is_numpy_compatible]


def example(dtype, shape):
    values = np.arange(int(np.prod(shape))).reshape(shape) % 3
    if dtype is dtypes.string:
        return np.array([b"\0%d" % one for one in values.reshape(-1)] + [None], object)[:-1].reshape(shape)
    return values.astype(dtype.as_numpy_dtype)


@pytest.mark.parametrize("shape", [(), (1,), (5,), (2, 3), (0,), (3, 0)])
@pytest.mark.parametrize("dtype", TYPES, ids=str)
def test_round_trip(dtype, shape):
    array = example(dtype, shape)
    proto = TensorProto.FromString(make_tensor_proto(array).SerializeToString())
    back = make_ndarray(proto)
    assert proto.dtype == dtype.as_datatype_enum
    assert back.dtype == array.dtype and back.shape == shape and back.flags.writeable
    np.testing.assert_array_equal(back, array)


@pytest.mark.interop
@pytest.mark.parametrize("shape", [(), (5,), (2, 3), (0,)])
@pytest.mark.parametrize("dtype", TYPES, ids=str)
def test_same_bytes_as_tensorflow(dtype, shape):
    tf1 = pytest.importorskip("tensorflow").compat.v1
    array = example(dtype, shape)
    assert make_tensor_proto(array).SerializeToString() == tf1.make_tensor_proto(array).SerializeToString()


def test_fills_are_stored_once():
    assert len(make_tensor_proto(0.0, shape=[1000, 1000]).SerializeToString()) < 40
    array = np.broadcast_to(np.float32(2), (1000, 1000))
    proto = make_tensor_proto(array)
    assert len(proto.SerializeToString()) < 40 and (make_ndarray(proto) == 2).all()
    partly = TensorProto(dtype=3, int_val=[1, 2])
    partly.tensor_shape.CopyFrom(TensorShape([4]).as_proto())
    assert MakeNdarray(partly).tolist() == [1, 2, 2, 2]


def test_strided_arrays_and_verified_shapes():
    array = np.arange(6).reshape(2, 3).T
    np.testing.assert_array_equal(make_ndarray(make_tensor_proto(array)), array)
    assert make_tensor_proto(make_tensor_proto(1), shape=[3]).tensor_shape.dim == []
    make_tensor_proto([1, 2], shape=[2], verify_shape=True)
    with pytest.raises(TypeError, match="Expected Tensor's shape"):
        make_tensor_proto([1, 2], shape=[2, 1], verify_shape=True)
    with pytest.raises(ValueError, match="Too many elements"):
        make_tensor_proto([1, 2], shape=[1])


@pytest.mark.parametrize(
    ("value", "kind", "field"),
    [
        (3, "int", "i"),
        (1.5, "float", "f"),
        (True, "bool", "b"),
        (b"x", "string", "s"),
        (dtypes.float32_ref, "type", "type"),
        (TensorShape([2, None]), "shape", "shape"),
        (TensorShape(None), "shape", "shape"),
        ([1, 2], "list(int)", "list"),
        ([True, False], "list(bool)", "list"),
        ([1.5], "list(float)", "list"),
        ([b"x", b""], "list(string)", "list"),
        ([dtypes.int8, dtypes.bool], "list(type)", "list"),
        ([TensorShape([1]), TensorShape(None)], "list(shape)", "list"),
        ([], "list(int)", "list"),
    ],
)
def test_attributes_round_trip(value, kind, field):
    for attr in (to_attr_value(value, kind), to_attr_value(value)):
        attr = AttrValue.FromString(attr.SerializeToString())
        assert attr.WhichOneof("value") == field
        back = from_attr_value(attr)
        assert back == value and type(back) is type(value)


def test_tensor_and_text_attributes():
    array = np.array([1, 2], ml_dtypes.bfloat16)
    for attr in (to_attr_value(array), to_attr_value(array, "tensor")):
        np.testing.assert_array_equal(from_attr_value(attr), array)
    [back] = from_attr_value(to_attr_value([array]))
    np.testing.assert_array_equal(back, array)
    assert from_attr_value(to_attr_value("é")) == "é".encode()
    assert from_attr_value(to_attr_value([1, 2.5])) == [1.0, 2.5]
    assert from_attr_value(to_attr_value("float32", "type")) is dtypes.float32
    assert from_attr_value(to_attr_value([2, None], "shape")) == TensorShape([2, None])


def test_bad_attributes():
    with pytest.raises(ValueError, match="Unknown attribute kind"):
        to_attr_value(1, "integer")
    for bad in (object(), [1, "a"], {1: 2}):
        with pytest.raises(TypeError):
            to_attr_value(bad)
    with pytest.raises(ValueError, match="no value"):
        from_attr_value(AttrValue())
