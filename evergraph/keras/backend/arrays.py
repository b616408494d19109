"""Joining, reshaping, repeating and padding, under the names that Keras gives them."""

from collections.abc import Sequence
from typing import Any

import numpy as np

from evergraph.framework.conversion import convert_to_tensor
from evergraph.framework.public import public, public_module
from evergraph.framework.tensor import Tensor
from evergraph.framework.types import TensorLike
from evergraph.keras.backend.config import image_data_format
from evergraph.keras.backend.tensors import int_shape, is_sparse, to_dense
from evergraph.ops import array as array_ops
from evergraph.ops import image as image_ops
from evergraph.ops import math as math_ops
from evergraph.ops import nn

public_module("python.keras.backend")


def checked_layout(data_format: str | None) -> str:
    """`data_format`, or the one that is set when None; ValueError for one that does not exist."""
    data_format = data_format or image_data_format()
    if data_format not in ("channels_first", "channels_last"):
        raise ValueError(f"Unknown data_format: {data_format!r}. Choose one of channels_first, channels_last")
    return data_format


@public("keras.backend.transpose")
def transpose(x: TensorLike) -> Tensor:
    """`x` with its axes in the opposite order."""
    return array_ops.transpose(x)


@public("keras.backend.gather")
def gather(reference: TensorLike, indices: TensorLike) -> Tensor:
    """The rows of `reference` at the indices."""
    return array_ops.gather(reference, indices)


@public("keras.backend.concatenate")
def concatenate(tensors: Sequence[Any], axis: int = -1) -> Tensor:
    """The tensors one after another along the axis; sparse ones are made dense."""
    if axis < 0:
        rank = tensors[0].get_shape().ndims
        axis = axis % rank if rank else 0
    return array_ops.concat([to_dense(each) if is_sparse(each) else each for each in tensors], axis)


@public("keras.backend.reshape")
def reshape(x: TensorLike, shape: Any) -> Tensor:
    """`x` in another shape."""
    return array_ops.reshape(x, shape)


@public("keras.backend.permute_dimensions")
def permute_dimensions(x: TensorLike, pattern: Sequence[int]) -> Tensor:
    """`x` with its axes in the order of `pattern`."""
    return array_ops.transpose(x, perm=pattern)


@public("keras.backend.resize_images")
def resize_images(x: TensorLike, height_factor: int, width_factor: int, data_format: str) -> Tensor:
    """Images with each row and column repeated; ValueError for an unknown layout.

    Images are `[batch, height, width, channels]`, "channels_first": `[batch, channels, height, width]`.
    """
    x = convert_to_tensor(x)
    first = checked_layout(data_format) == "channels_first"
    rows, columns = (2, 3) if first else (1, 2)
    known = x.shape.as_list()
    if first:
        x = array_ops.transpose(x, [0, 2, 3, 1])
    sizes = array_ops.shape(x)[1:3] * np.array([height_factor, width_factor], np.int32)
    x = image_ops.resize_nearest_neighbor(x, sizes)
    if first:
        x = array_ops.transpose(x, [0, 3, 1, 2])
    for axis, factor in ((rows, height_factor), (columns, width_factor)):
        known[axis] = None if known[axis] is None else known[axis] * factor
    x.set_shape(known)
    return x


@public("keras.backend.resize_volumes")
def resize_volumes(
    x: TensorLike, depth_factor: int, height_factor: int, width_factor: int, data_format: str
) -> Tensor:
    """Volumes with each plane, row and column repeated; ValueError for an unknown layout.

    Volumes are `[batch, depth, height, width, channels]`, "channels_first": `[batch, channels, depth, height,
    width]`.
    """
    start = 2 if checked_layout(data_format) == "channels_first" else 1
    for axis, factor in enumerate((depth_factor, height_factor, width_factor), start):
        x = repeat_elements(x, factor, axis)
    return x


@public("keras.backend.repeat_elements")
def repeat_elements(x: TensorLike, rep: int, axis: int) -> Tensor:
    """Each element along the axis `rep` times, as `numpy.repeat`."""
    x = convert_to_tensor(x)
    known = x.shape.as_list()
    axis = axis % len(known)
    if known[axis]:
        parts = array_ops.split(x, known[axis], axis=axis)
        return array_ops.concat([part for part in parts for _ in range(rep)], axis)
    tiles = [1] * (len(known) + 1)
    tiles[axis + 1] = rep
    repeated = array_ops.tile(array_ops.expand_dims(x, axis + 1), tiles)
    sizes = array_ops.shape(x) * np.array(
        [rep if each == axis else 1 for each in range(len(known))], np.int32
    )
    repeated = array_ops.reshape(repeated, sizes)
    repeated.set_shape(known)
    return repeated


@public("keras.backend.repeat")
def repeat(x: TensorLike, n: int) -> Tensor:
    """A matrix `[batch, size]` n times: `[batch, n, size]`."""
    return array_ops.tile(array_ops.expand_dims(x, 1), [1, n, 1])


@public("keras.backend.arange")
def arange(start: TensorLike, stop: TensorLike = None, step: TensorLike = 1, dtype: str = "int32") -> Tensor:
    """The numbers from `start` (0 when there is no `stop`) up to `stop`: a vector of `dtype`. All are integer scalars."""
    if stop is None:
        try:
            start = max(start, 0)
        except TypeError:  # a tensor has no truth before it is run
            pass
    numbers = math_ops.range(start, limit=stop, delta=step, name="arange")
    return numbers if dtype == "int32" else math_ops.cast(numbers, dtype)


@public("keras.backend.tile")
def tile(x: TensorLike, n: Any) -> Tensor:
    """`x` repeated `n` times along each axis."""
    return array_ops.tile(x, [n] if isinstance(n, int) else n)


@public("keras.backend.flatten")
def flatten(x: TensorLike) -> Tensor:
    """All elements as a vector."""
    return array_ops.reshape(x, [-1])


@public("keras.backend.batch_flatten")
def batch_flatten(x: TensorLike) -> Tensor:
    """`[batch, ...]` as a matrix `[batch, n]`."""
    sizes = int_shape(x)[1:]
    return array_ops.reshape(
        x, [-1, math_ops.reduce_prod(array_ops.shape(x)[1:]) if None in sizes else int(np.prod(sizes))]
    )


@public("keras.backend.expand_dims")
def expand_dims(x: TensorLike, axis: int = -1) -> Tensor:
    """`x` with an axis of size 1 more."""
    return array_ops.expand_dims(x, axis)


@public("keras.backend.squeeze")
def squeeze(x: TensorLike, axis: int) -> Tensor:
    """`x` without that axis, which must have size 1."""
    return array_ops.squeeze(x, [axis])


@public("keras.backend.temporal_padding")
def temporal_padding(x: TensorLike, padding: Sequence[int] = (1, 1)) -> Tensor:
    """Zeros before and after the middle axis of `[batch, steps, size]`."""
    return array_ops.pad(x, [[0, 0], list(padding), [0, 0]])


def _spatial_padding(x, padding, data_format):
    around = [list(each) for each in padding]
    first = checked_layout(data_format) == "channels_first"
    return array_ops.pad(x, [[0, 0], [0, 0], *around] if first else [[0, 0], *around, [0, 0]])


@public("keras.backend.spatial_2d_padding")
def spatial_2d_padding(
    x: TensorLike, padding: Any = ((1, 1), (1, 1)), data_format: str | None = None
) -> Tensor:
    """Zeros around images; ValueError for an unknown layout.

    Images are `[batch, height, width, channels]`, "channels_first": `[batch, channels, height, width]`.
    """
    return _spatial_padding(x, padding, data_format)


@public("keras.backend.spatial_3d_padding")
def spatial_3d_padding(
    x: TensorLike, padding: Any = ((1, 1), (1, 1), (1, 1)), data_format: str | None = None
) -> Tensor:
    """Zeros around volumes; ValueError for an unknown layout.

    Volumes are `[batch, depth, height, width, channels]`, "channels_first": `[batch, channels, depth, height,
    width]`.
    """
    return _spatial_padding(x, padding, data_format)


@public("keras.backend.stack")
def stack(x: Sequence[TensorLike], axis: int = 0) -> Tensor:
    """Tensors of one shape as one, along a new axis."""
    return array_ops.stack(x, axis=axis)


@public("keras.backend.one_hot")
def one_hot(indices: TensorLike, num_classes: int) -> Tensor:
    """1 at each index along a new last axis, 0 elsewhere."""
    return array_ops.one_hot(indices, depth=num_classes, axis=-1)


@public("keras.backend.reverse")
def reverse(x: TensorLike, axes: int | Sequence[int]) -> Tensor:
    """`x` backwards along the axes."""
    return array_ops.reverse(x, [axes] if isinstance(axes, int) else axes)


@public("keras.backend.in_top_k")
def in_top_k(predictions: TensorLike, targets: TensorLike, k: int) -> Tensor:
    """Whether each target is among the k best predictions, as bools `[batch]`."""
    return nn.in_top_k(predictions, targets, k)
