import copy
import pickle

import ml_dtypes
import numpy as np
import pytest

from evergraph.framework import dtypes

ALL = [dtypes.DType(number) for number in range(1, 24)]
ARRAYS = [dtype for dtype in ALL if dtype.is_numpy_compatible]
# name: (floating, integer, complex, unsigned, size)
KINDS = {
    "float16": (1, 0, 0, 0, 2),
    "bfloat16": (1, 0, 0, 0, 2),
    "float64": (1, 0, 0, 0, 8),
    "int8": (0, 1, 0, 0, 1),
    "uint64": (0, 1, 0, 1, 8),
    "complex64": (0, 0, 1, 0, 8),
    "bool": (0, 0, 0, 0, 1),
    "string": (0, 0, 0, 0, 8),
    "quint8": (0, 0, 0, 0, 1),
    "resource": (0, 0, 0, 0, 1),
}


@pytest.mark.parametrize("dtype", ALL + [dtype._as_ref for dtype in ALL], ids=str)
def test_every_spelling_gives_the_one_object(dtype):
    assert dtypes.as_dtype(dtype.name) is dtype
    assert dtypes.as_dtype(dtype.as_datatype_enum) is dtype is dtypes.DType(int(dtype))
    assert pickle.loads(pickle.dumps(dtype)) is dtype is copy.deepcopy(dtype)
    assert hash(dtype) == int(dtype)
    assert (dtype == dtype.name, dtype != dtype.name) == (True, False)
    assert dtype.base_dtype._as_ref.base_dtype is dtype.base_dtype
    assert repr(dtype) == "tf." + dtype.name


@pytest.mark.parametrize("dtype", ARRAYS, ids=str)
def test_numpy_and_back(dtype):
    assert dtypes.as_dtype(dtype.as_numpy_dtype) is dtype
    assert dtypes.as_dtype(np.zeros(2, dtype.as_numpy_dtype).dtype) is dtype
    assert dtype == dtype.as_numpy_dtype
    assert dtype._as_ref.as_numpy_dtype == dtype.as_numpy_dtype
    assert dtype.storage_dtype.itemsize == np.dtype(dtype.as_numpy_dtype).itemsize


@pytest.mark.parametrize("name", KINDS)
def test_kinds(name):
    dtype = dtypes.as_dtype(name)
    for one in (dtype, dtype._as_ref):
        kinds = (one.is_floating, one.is_integer, one.is_complex, one.is_unsigned, one.size)
        assert kinds == KINDS[name]


def test_compatibility_goes_from_reference_to_value_only():
    value, ref = dtypes.float32, dtypes.float32_ref
    assert value.is_compatible_with(ref) and value.is_compatible_with(value) and ref.is_compatible_with(ref)
    assert not ref.is_compatible_with(value)
    assert value != ref and ref._is_ref_dtype and not value._is_ref_dtype


@pytest.mark.parametrize(
    ("given", "expected"),
    [
        (float, "float32"),
        (bool, "bool"),
        (object, "string"),
        (int, "int32"),
        (str, "string"),
        ("float", "float32"),
        ("double", "float64"),
        ("half", "float16"),
        ("half_ref", "float16_ref"),
        (np.dtype("U3"), "string"),
        (np.dtype("S3"), "string"),
        (np.dtype(">f4"), "float32"),
        (np.longlong, "int64"),
        (np.intc, "int32"),
        (ml_dtypes.bfloat16, "bfloat16"),
        (np.int64(9), "int64"),
    ],
)
def test_other_spellings(given, expected):
    assert dtypes.as_dtype(given).name == expected


@pytest.mark.parametrize(
    "given", [None, "not_a_type", 0, 24, 1.5, [], np.datetime64, np.longdouble, np.dtype([("a", int)]), {}]
)
def test_what_is_no_type(given):
    with pytest.raises(TypeError):
        dtypes.as_dtype(given)
    assert dtypes.float32 != given


def test_equality_with_strange_things():
    assert dtypes.int32 != int and dtypes.int64 != int and dtypes.float32 == float  # noqa: E721 (a DType's ==)
    assert dtypes.float32 != np.array([1.0, 2.0])
    with pytest.raises(TypeError):
        dtypes.DType(0)


def test_ranges():
    assert (dtypes.int8.min, dtypes.uint64.max) == (-128, 2**64 - 1)
    assert dtypes.float16_ref.max == np.finfo(np.float16).max
    assert float(dtypes.bfloat16.max) == float.fromhex("0x1.FEp127")
    assert dtypes.uint8.limits == (0, 255) and dtypes.int16.limits == (0, 32767)
    assert dtypes.float32.limits == (0, 1)
    for dtype in (dtypes.string, dtypes.bool, dtypes.qint8, dtypes.complex64, dtypes.resource):
        with pytest.raises(TypeError, match=dtype.name):
            _ = dtype.min
    with pytest.raises(ValueError, match="string"):
        _ = dtypes.string.limits
    with pytest.raises(TypeError, match="resource"):
        _ = dtypes.resource.as_numpy_dtype


def test_real_dtype():
    assert dtypes.complex64.real_dtype is dtypes.float32 and dtypes.complex128.real_dtype is dtypes.float64
    assert dtypes.int8.real_dtype is dtypes.int8


@pytest.mark.interop
@pytest.mark.parametrize("dtype", ALL, ids=str)
def test_agrees_with_tensorflow(dtype):
    tf1 = pytest.importorskip("tensorflow").compat.v1
    theirs = tf1.as_dtype(dtype.name)
    names = ("is_floating", "is_integer", "is_complex", "is_bool", "is_quantized", "is_unsigned")
    names += ("as_datatype_enum", "is_numpy_compatible")
    assert [getattr(dtype, name) for name in names] == [getattr(theirs, name) for name in names]
    assert (repr(dtype), str(dtype)) == (repr(theirs), str(theirs))
    if dtype.is_numpy_compatible:
        assert np.dtype(dtype.as_numpy_dtype) == np.dtype(theirs.as_numpy_dtype)
    for name in ("min", "max"):
        try:
            expected = getattr(theirs, name)
        except TypeError:
            continue
        if not dtype.is_bool:
            assert getattr(dtype, name) == expected
