"""Images in the layouts of accelerators: shapes and tensors from one order of dimensions to another.

N is the batch, H and W (and D before them) the image, C the channels; VECT_C are four channels side by side.
"""

from typing import Any

from evergraph.framework.public import public, public_module
from evergraph.framework.tensor import Tensor
from evergraph.ops import array as array_ops

public_module("python.framework.test_util")

_VECTOR = 4


@public()
def NHWCToNCHW(input_tensor: Any) -> Any:  # noqa: N802 (TensorFlow's names)
    """`[N, (D,) H, W, C]` to `[N, C, (D,) H, W]`: a tensor, or the list of sizes that is a shape.

    ValueError for another rank.
    """
    rank = _rank(input_tensor, (4, 5))
    return _transpose(input_tensor, [0, rank - 1, *range(1, rank - 1)])


@public()
def NCHWToNHWC(input_tensor: Any) -> Any:  # noqa: N802
    """`[N, C, (D,) H, W]` to `[N, (D,) H, W, C]`: a tensor, or the list of sizes that is a shape.

    ValueError for another rank.
    """
    rank = _rank(input_tensor, (4, 5))
    return _transpose(input_tensor, [0, *range(2, rank), 1])


@public()
def NHWCToNCHW_VECT_C(input_shape_or_tensor: Any) -> Any:  # noqa: N802
    """`[N, H, W, C]` to `[N, C / 4, H, W, 4]`: a tensor of known shape, or a shape.

    Raises:
      ValueError: the channels cannot be divided by 4.
    """
    _rank(input_shape_or_tensor, (4,))
    *image, channels = _sizes(input_shape_or_tensor)
    if channels % _VECTOR:
        raise ValueError(
            f"the last dimension, {channels}, must be divisible by {_VECTOR} to become NCHW_VECT_C"
        )
    split = [*image, channels // _VECTOR, _VECTOR]
    return _transpose(_reshape(input_shape_or_tensor, split), [0, 3, 1, 2, 4])


@public()
def NCHW_VECT_CToNHWC(input_shape_or_tensor: Any) -> Any:  # noqa: N802
    """`[N, C / 4, H, W, 4]` to `[N, H, W, C]`: a tensor of known shape, or a shape.

    Raises:
      ValueError: the last dimension is not 4.
    """
    _rank(input_shape_or_tensor, (5,))
    batch, vectors, height, width, vector = _sizes(input_shape_or_tensor)
    if vector != _VECTOR:
        raise ValueError(f"the last dimension of NCHW_VECT_C must be {_VECTOR}, got {vector}")
    transposed = _transpose(input_shape_or_tensor, [0, 2, 3, 1, 4])
    return _reshape(transposed, [batch, height, width, vectors * vector])


def _sizes(shape_or_tensor):
    is_tensor = isinstance(shape_or_tensor, Tensor)
    return shape_or_tensor.shape.as_list() if is_tensor else list(shape_or_tensor)


def _rank(shape_or_tensor, allowed):
    rank = len(_sizes(shape_or_tensor))
    if rank not in allowed:
        raise ValueError(
            f"images in this layout have {' or '.join(map(str, allowed))} dimensions, got {rank}"
        )
    return rank


def _transpose(shape_or_tensor, order):
    if isinstance(shape_or_tensor, Tensor):
        return array_ops.transpose(shape_or_tensor, order)
    return [shape_or_tensor[axis] for axis in order]


def _reshape(shape_or_tensor, sizes):
    return array_ops.reshape(shape_or_tensor, sizes) if isinstance(shape_or_tensor, Tensor) else sizes
