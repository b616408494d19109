"""Blocks of space moved into the batch or depth axis, and back."""

import collections
import math
from typing import Any

import jax.numpy as jnp
import numpy as np
from jax import lax

from evergraph.framework import dtypes
from evergraph.framework.arguments import also_called
from evergraph.framework.conversion import convert_to_tensor
from evergraph.framework.default_graph import name_scope
from evergraph.framework.places import Places
from evergraph.framework.public import public, public_module
from evergraph.framework.shapes import as_shape, unknown_shape
from evergraph.framework.tensor import Tensor
from evergraph.framework.types import TensorLike
from evergraph.ops.array.filling import zeros
from evergraph.ops.array.padding import padded_at
from evergraph.ops.array.stacking import stack
from evergraph.ops.array.static import dims_of, static_list
from evergraph.ops.inference import constant_value
from evergraph.ops.registry import INDEX, device_op

public_module("python.ops.array_ops")

# -- space and batch ------------------------------------------------------------


def _divide(operation, size, block, what):
    if size is None:
        return None
    if size % block:
        raise ValueError(
            f"{operation.type} {operation.name!r}: {what} of size {size} is not divisible by block {block}"
        )
    return size // block


def _to_batch_dims(operation, dims, block, paddings):
    batch = None if dims[0] is None else dims[0] * math.prod(block)
    space = [
        _divide(operation, None if d is None else d + before + after, b, "a padded axis")
        for d, b, (before, after) in zip(dims[1:], block, paddings)
    ]
    return batch, space


def _to_space_dims(operation, dims, block, crops):
    batch = _divide(operation, dims[0], math.prod(block), "the batch")
    space = [
        None if d is None else d * b - before - after for d, b, (before, after) in zip(dims[1:], block, crops)
    ]
    if any(s is not None and s < 0 for s in space):
        raise ValueError(f"{operation.type} {operation.name!r}: crops {crops} leave no space")
    return batch, space


def _shape_with(way):
    """A shape rule for the form with operands (input, block_shape, amounts) and for that with a block_size."""

    def infer(operation):
        dims, (count, block) = dims_of(operation.input_tensors[0]), _static_block(operation)
        amounts = constant_value(operation.input_tensors[-1])
        if dims is None or count is None:
            return unknown_shape(None if dims is None else len(dims))
        if len(dims) < 1 + count:
            raise ValueError(
                f"{operation.type} {operation.name!r}: an input of shape {as_shape(dims)} has no {count} "
                f"axes for the block {block}"
            )
        if not operation.input_tensors[-1].shape.is_compatible_with([count, 2]):
            raise ValueError(
                f"{operation.type} {operation.name!r}: {way.amounts} are of shape [{count}, 2] for {count} axes, not "
                f"{operation.input_tensors[-1].shape}"
            )
        space, pairs = dims[1 : 1 + count], [(0, 0)] * count
        if amounts is None or block is None:
            space = [None] * count
        if amounts is not None:
            pairs = _amounts(amounts, way.amounts)
        batch, space = way.dims(
            operation, [None if block is None else dims[0], *space], block or [1] * count, pairs
        )
        return as_shape((batch, *space, *dims[1 + count :]))

    return infer


def _static_block(operation):
    """(number of sides of the block, their list), each None where it is not known.

    Raises:
      ValueError: a block smaller than there is.
    """
    if "block_size" in operation.attrs:
        size = operation.attrs["block_size"]
        count, block, least = 2, [size] * 2, 2
    else:
        sides = operation.input_tensors[1]
        count, block, least = sides.shape.num_elements(), static_list(sides), 1
    if block is not None and min(block, default=least) < least:
        raise ValueError(
            f"{operation.type} {operation.name!r}: the sides of a block must be {least} or more, got {block}"
        )
    return count, block


def _to_batch(array, block, paddings):
    rest = array.ndim - 1 - len(block)
    xp = np if isinstance(array, np.ndarray) else jnp
    return _blocks_to_batch(xp.pad(array, [(0, 0), *_amounts(paddings, "paddings"), *[(0, 0)] * rest]), block)


def _amounts(amounts, what):
    """Pairs of integers. Raises ValueError: one is negative."""
    if np.min(amounts, initial=0) < 0:
        raise ValueError(f"{what} must be non-negative: {np.asarray(amounts).tolist()}")
    return [(int(before), int(after)) for before, after in amounts]


def _blocks_to_batch(array, block):
    rank = len(block)
    batch, space, depth = array.shape[0], array.shape[1 : 1 + rank], array.shape[1 + rank :]
    if any(s % b for s, b in zip(space, block)):
        raise ValueError(f"padded axes {list(space)} are not divisible by the block {list(block)}")
    split = [part for s, b in zip(space, block) for part in (s // b, b)]
    array = array.reshape(batch, *split, *depth)
    order = [*range(2, 2 + 2 * rank, 2), 0, *range(1, 1 + 2 * rank, 2), *range(1 + 2 * rank, array.ndim)]
    return array.transpose(order).reshape(
        batch * int(np.prod(block)), *[s // b for s, b in zip(space, block)], *depth
    )


def _to_space(array, block, crops):
    array = _batch_to_blocks(array, block)
    sizes = _cropped(array.shape[1:], crops)
    return array[(slice(None), *[slice(int(b), int(b) + s) for (b, _), s in zip(crops, sizes)])]


def _cropped(sizes, crops):
    """The sizes that crops leave of the first axes. Raises ValueError: a crop is negative, or leaves less than nothing."""
    pairs = _amounts(crops, "crops")
    left = tuple(d - before - after for d, (before, after) in zip(sizes, pairs))
    if min(left, default=0) < 0:
        raise ValueError(f"crops {pairs} are larger than the axes that they cut, of sizes {list(sizes)}")
    return left


def _batch_to_blocks(array, block):
    rank, size = len(block), int(np.prod(block))
    batch, space, depth = array.shape[0], array.shape[1 : 1 + rank], array.shape[1 + rank :]
    if batch % size:
        raise ValueError(f"the batch of {batch} is not divisible by the block {list(block)}")
    array = array.reshape(*block, batch // size, *space, *depth)
    order = [
        rank,
        *[axis for i in range(rank) for axis in (rank + 1 + i, i)],
        *range(1 + 2 * rank, array.ndim),
    ]
    return array.transpose(order).reshape(batch // size, *[s * b for s, b in zip(space, block)], *depth)


def _ints(values):
    """The sides of a block. Raises ValueError: one is not positive."""
    if np.min(values, initial=1) < 1:
        raise ValueError(f"the sides of a block must be positive: {np.asarray(values).tolist()}")
    return [int(v) for v in values]


def _sides(block, block_size):
    return [block_size] * 2 if block is None else _ints(block)


def _padded_sizes(shape, paddings, block=None, *, block_size=None):
    """The sizes of a tensor whose axes after the batch are padded."""
    count = len(_sides(block, block_size))
    added = [before + after for before, after in _amounts(paddings, "paddings")]
    return (shape[0], *[n + a for n, a in zip(shape[1 : 1 + count], added)], *shape[1 + count :])


def _to_batch_at(sizes, input, paddings, block=None, *, block_size=None):
    sides = _sides(block, block_size)
    edge = jnp.zeros((1, 2), paddings.dtype)
    paddings = jnp.concatenate([edge, paddings, *[edge] * (input.ndim - 1 - len(sides))])
    return _blocks_to_batch(padded_at(sizes, input, paddings), sides)


def _cropped_sizes(shape, crops, block=None, *, block_size=None):
    return _cropped([n * b for n, b in zip(shape[1:], _sides(block, block_size))], crops)


def _to_space_at(sizes, input, crops, block=None, *, block_size=None):
    array = _batch_to_blocks(input, _sides(block, block_size))
    zero = jnp.zeros((), crops.dtype)
    starts = [zero, *crops[:, 0], *[zero] * (array.ndim - 1 - len(sizes))]
    return lax.dynamic_slice(array, starts, (array.shape[0], *sizes, *array.shape[1 + len(sizes) :]))


# The two ways: of (array, block, amounts), what moves, what undoes it, the places' sizes and kernel, and the static shape.
_Way = collections.namedtuple("_Way", ["amounts", "move", "undo", "sizes", "move_at", "dims"])
_WAYS = {
    "SpaceToBatch": _Way("paddings", _to_batch, _to_space, _padded_sizes, _to_batch_at, _to_batch_dims),
    "BatchToSpace": _Way("crops", _to_space, _to_batch, _cropped_sizes, _to_space_at, _to_space_dims),
}


def _with_block_second(function):
    """The same function for operands in the order (..., block_shape, amounts)."""
    return lambda *arguments: function(*arguments[:-2], arguments[-1], arguments[-2])


def _of_any_rank(type):  # noqa: A002 (TensorFlow's word)
    """The operation over the axes of a `block_shape`."""
    way = _WAYS[type.removesuffix("ND")]

    def kernel(*operands):
        array, block_shape, amounts = operands
        return way.move(array, _ints(block_shape), amounts)

    def gradient(flows, array, block_shape, amounts):
        return way.undo(flows[0], _ints(block_shape), amounts), None, None

    sizes, move_at = _with_block_second(way.sizes), _with_block_second(way.move_at)
    types = {"Tblock_shape": INDEX, f"T{way.amounts}": INDEX}
    signature = f"input: T, block_shape: Tblock_shape=int32, {way.amounts}: T{way.amounts}=int32 -> output: T"
    return _defined(type, signature, ("block_shape",), way, kernel, gradient, sizes, move_at, types)


def _of_images(type, index):  # noqa: A002
    """The operation over height and width, with square blocks; `index` names the type attribute of the amounts."""
    way = _WAYS[type]

    def kernel(*operands, block_size: int):
        array, amounts = operands
        return way.move(array, [block_size] * 2, amounts)

    def gradient(flows, array, amounts, *, block_size):
        return way.undo(flows[0], [block_size] * 2, amounts), None

    signature = f"input: T, {way.amounts}: {index}=int32 -> output: T"
    return _defined(type, signature, (), way, kernel, gradient, way.sizes, way.move_at, {index: INDEX})


def _defined(type, signature, known, way, kernel, gradient, sizes, move_at, types):  # noqa: A002
    kernel.__name__ = type
    define = device_op(
        type,
        signature,
        static=(*known, way.amounts),
        places=Places((way.amounts,), sizes, move_at),
        numpy=kernel,
        numpy_gradient=gradient,
        shape=_shape_with(way),
        types=types,
    )
    return define(kernel)


space_to_batch_nd_op = _of_any_rank("SpaceToBatchND")
batch_to_space_nd_op = _of_any_rank("BatchToSpaceND")
space_to_batch_op = _of_images("SpaceToBatch", "Tpaddings")
batch_to_space_op = _of_images("BatchToSpace", "Tidx")


@public("space_to_batch_nd")
def space_to_batch_nd(
    input: TensorLike, block_shape: TensorLike, paddings: TensorLike, name: str | None = None
) -> Tensor:
    """Pads the axes after the batch, cuts them into blocks, and moves each block's elements into the batch.

    Args:
      input: a tensor `[batch, s1, ..., sM, ...]`.
      block_shape: an integer vector `[M]`.
      paddings: an integer tensor `[M, 2]`.
      name: the operation's name.

    Raises:
      ValueError: a padded axis is not divisible by its block.
    """
    return space_to_batch_nd_op(input, block_shape, paddings, name=name)


@public("batch_to_space_nd")
def batch_to_space_nd(
    input: TensorLike, block_shape: TensorLike, crops: TensorLike, name: str | None = None
) -> Tensor:
    """The inverse of `space_to_batch_nd`, with `crops` (`[M, 2]`) cut off the axes at the end."""
    return batch_to_space_nd_op(input, block_shape, crops, name=name)


@public("space_to_batch")
@also_called(block_shape="block_size")
def space_to_batch(
    input: TensorLike, paddings: TensorLike, block_size: int, name: str | None = None
) -> Tensor:
    """`space_to_batch_nd` for images `[batch, height, width, depth]` and square blocks."""
    return _of_rank_4(space_to_batch_nd, input, block_size, paddings, name)


@public("batch_to_space")
@also_called(block_shape="block_size")
def batch_to_space(input: TensorLike, crops: TensorLike, block_size: int, name: str | None = None) -> Tensor:
    """`batch_to_space_nd` for images `[batch, height, width, depth]` and square blocks."""
    return _of_rank_4(batch_to_space_nd, input, block_size, crops, name)


def _of_rank_4(function, images, block_size, amounts, name):
    result = function(images, np.array([block_size, block_size], np.int32), amounts, name=name)
    result.set_shape(result.shape.with_rank(4))
    return result


@public("required_space_to_batch_paddings")
def required_space_to_batch_paddings(
    input_shape: TensorLike,
    block_shape: TensorLike,
    base_paddings: TensorLike | None = None,
    name: str | None = None,
) -> tuple[Tensor, Tensor]:
    """The paddings that make axes divisible by blocks, and the crops that undo them.

    Args:
      input_shape: an int32 vector `[N]`, the sizes of the axes.
      block_shape: an int32 vector `[N]`.
      base_paddings: an int32 tensor `[N, 2]`, the least paddings; zero when None.
      name: a name scope.

    Returns:
      (paddings, crops), both int32 `[N, 2]`.

    Raises:
      ValueError: `block_shape` is not a vector of known length, or the others do not fit it.
    """
    with name_scope(name, "required_space_to_batch_paddings", [input_shape, block_shape]):
        sizes = convert_to_tensor(input_shape, dtypes.int32, name="input_shape")
        block = convert_to_tensor(block_shape, dtypes.int32, name="block_shape")
        block.shape.assert_is_fully_defined()
        block.shape.assert_has_rank(1)
        count = block.shape.as_list()[0]
        if count == 0:
            return zeros([0, 2], dtypes.int32), zeros([0, 2], dtypes.int32)
        sizes.shape.assert_is_compatible_with([count])
        base = np.zeros((count, 2), np.int32) if base_paddings is None else base_paddings
        base = convert_to_tensor(base, dtypes.int32, name="base_paddings")
        base.shape.assert_is_compatible_with([count, 2])
        known: list[Any] = [constant_value(t) for t in (sizes, block, base)]
        if all(k is not None for k in known):
            sizes, block, base = known
        before, after = base[:, 0], base[:, 1]
        extra = (block - (sizes + before + after) % block) % block
        end = after + extra
        paddings = stack([[before[i], end[i]] for i in range(count)], name="paddings")
        crops = stack([[0, extra[i]] for i in range(count)], name="crops")
        return paddings, crops


# -- space and depth ------------------------------------------------------------


def _spatial(operation):
    """(sizes in the order batch, height, width, depth; whether that is not the tensor's order)."""
    dims, data_format = dims_of(operation.input_tensors[0]), operation.attrs["data_format"]
    if data_format not in ("NHWC", "NCHW"):
        raise ValueError(
            f"{operation.type} {operation.name!r}: data_format must be NHWC or NCHW, got {data_format!r}"
        )
    if operation.attrs["block_size"] < 2:
        raise ValueError(
            f"{operation.type} {operation.name!r}: block_size must be 2 or more, got "
            f"{operation.attrs['block_size']}"
        )
    if dims is None:
        return [None] * 4, data_format == "NCHW"
    if len(dims) != 4:
        raise ValueError(f"{operation.type} {operation.name!r}: Shape must be rank 4 but is rank {len(dims)}")
    return ([dims[i] for i in (0, 2, 3, 1)], True) if data_format == "NCHW" else (list(dims), False)


def _ordered(dims, channels_first):
    return as_shape([dims[i] for i in (0, 3, 1, 2)] if channels_first else dims)


def _space_to_depth_shape(operation):
    (batch, height, width, depth), first = _spatial(operation)
    block = operation.attrs["block_size"]
    depth = None if depth is None else depth * block * block
    height, width = (_divide(operation, s, block, "an axis") for s in (height, width))
    return _ordered([batch, height, width, depth], first)


def _depth_to_space_shape(operation):
    (batch, height, width, depth), first = _spatial(operation)
    block = operation.attrs["block_size"]
    height, width = (None if s is None else s * block for s in (height, width))
    return _ordered([batch, height, width, _divide(operation, depth, block * block, "the depth")], first)


@device_op("SpaceToDepth", "input: T -> output: T", shape=_space_to_depth_shape)
def space_to_depth_op(input, *, block_size: int, data_format="NHWC"):
    if data_format == "NCHW":
        n, c, h, w = input.shape
        cut = input.reshape(n, c, h // block_size, block_size, w // block_size, block_size)
        return cut.transpose(0, 3, 5, 1, 2, 4).reshape(n, c * block_size**2, h // block_size, w // block_size)
    n, h, w, c = input.shape
    cut = input.reshape(n, h // block_size, block_size, w // block_size, block_size, c)
    return cut.transpose(0, 1, 3, 2, 4, 5).reshape(n, h // block_size, w // block_size, c * block_size**2)


@device_op("DepthToSpace", "input: T -> output: T", shape=_depth_to_space_shape)
def depth_to_space_op(input, *, block_size: int, data_format="NHWC"):
    if data_format == "NCHW":
        n, c, h, w = input.shape
        cut = input.reshape(n, block_size, block_size, c // block_size**2, h, w)
        return cut.transpose(0, 3, 4, 1, 5, 2).reshape(n, c // block_size**2, h * block_size, w * block_size)
    n, h, w, c = input.shape
    cut = input.reshape(n, h, w, block_size, block_size, c // block_size**2)
    return cut.transpose(0, 1, 3, 2, 4, 5).reshape(n, h * block_size, w * block_size, c // block_size**2)


@public("space_to_depth")
def space_to_depth(
    input: TensorLike, block_size: int, name: str | None = None, data_format: str = "NHWC"
) -> Tensor:
    """Images with each block of `block_size` by `block_size` pixels moved into the depth.

    `input` is `[batch, height, width, depth]` ("NCHW": `[batch, depth, height, width]`), of any dtype.

    Raises:
      ValueError: height or width is not divisible by the block, or the input is not of rank 4.
    """
    return space_to_depth_op(input, block_size=block_size, data_format=data_format, name=name)


@public("depth_to_space")
def depth_to_space(
    input: TensorLike, block_size: int, name: str | None = None, data_format: str = "NHWC"
) -> Tensor:
    """The inverse of `space_to_depth`; the depth must be divisible by the square of the block (ValueError).

    `input` is `[batch, height, width, depth]` ("NCHW": `[batch, depth, height, width]`), of any dtype.
    """
    return depth_to_space_op(input, block_size=block_size, data_format=data_format, name=name)
