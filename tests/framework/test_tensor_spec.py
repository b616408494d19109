"""`TensorSpec` and `BoundedTensorSpec`."""

import pickle

import numpy as np
import pytest

from evergraph.framework import dtypes
from evergraph.framework.tensor_spec import BoundedTensorSpec, TensorSpec
from evergraph.ops.constants import constant


def test_a_spec_has_what_it_was_made_of():
    spec = TensorSpec([1, None], np.int32, name="x")
    assert (spec.shape.as_list(), spec.dtype, spec.name) == ([1, None], dtypes.int32, "x")
    assert spec.is_discrete and not spec.is_continuous and not spec.is_bounded()
    assert repr(spec) == "TensorSpec(shape=(1, ?), dtype=tf.int32, name='x')"
    assert TensorSpec.from_spec(spec, "y").name == "y" and TensorSpec.from_spec(spec) == spec
    assert TensorSpec.from_tensor(constant(1.5, name="half")).name == "half"
    with pytest.raises(ValueError, match="tf.Tensor"):
        TensorSpec.from_tensor(1.5)  # type: ignore


@pytest.mark.parametrize(
    "shape, others, expected",
    [
        (None, [None, [2, None], [2, 3], [4, 5, 6]], [True, True, True, True]),
        ([2, None], [None, [1, 1], [2, 3], [4, 5, 6]], [True, False, True, False]),
    ],
)
def test_compatibility(shape, others, expected):
    spec = TensorSpec(shape, dtypes.int64)
    assert [spec.is_compatible_with(TensorSpec(other, dtypes.int64)) for other in others] == expected
    assert not spec.is_compatible_with(TensorSpec(shape, dtypes.float32))


def test_equality_and_pickles():
    assert TensorSpec(None, "float32") == TensorSpec(None, "float32") != TensorSpec([], "float32")
    assert TensorSpec([2], "int32") != TensorSpec([2], "int64")
    bounded = BoundedTensorSpec([1, 2], "float32", 0, [5, 5])
    assert (
        bounded == BoundedTensorSpec([1, 2], "float32", 1e-9, 5) != BoundedTensorSpec([1, 2], "float32", 1, 5)
    )
    for spec in (TensorSpec([1, None], "float32", "x"), bounded):
        assert pickle.loads(pickle.dumps(spec)) == spec


def test_bounds():
    spec = BoundedTensorSpec((3, 2), np.uint8, 0, (1, 4))
    assert spec.is_bounded() and spec.minimum.dtype == np.uint8 and spec.maximum.tolist() == [1, 4]
    with pytest.raises(ValueError, match="read-only"):
        spec.maximum[0] = 3
    with pytest.raises(ValueError, match="minimum is not compatible with shape"):
        BoundedTensorSpec((3, 5), np.uint8, (0, 0, 0), 1)
    with pytest.raises(ValueError, match="maximum=None"):
        BoundedTensorSpec((3, 5), np.uint8, 0, None)
    widest = BoundedTensorSpec.from_spec(TensorSpec([2], np.int32, "x"))
    assert (int(widest.minimum), int(widest.maximum), widest.name) == (-(2**31), 2**31 - 1, "x")
