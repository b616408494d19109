"""Functions of windows on images with holes: `with_space_to_batch`."""

from collections.abc import Callable, Sequence
from typing import Any

import numpy as np

from evergraph.framework import dtypes
from evergraph.framework.conversion import convert_to_tensor
from evergraph.framework.public import public, public_module
from evergraph.framework.tensor import Tensor
from evergraph.framework.types import TensorLike
from evergraph.ops import array as array_ops
from evergraph.ops.inference import constant_value

public_module("python.ops.nn_ops")


@public("nn.with_space_to_batch")
def with_space_to_batch(
    input: TensorLike,  # noqa: A002
    dilation_rate: TensorLike,
    padding: str,
    op: Callable[[Tensor, int, str], Any],
    filter_shape: TensorLike | None = None,
    spatial_dims: Sequence[int] | None = None,
    data_format: str | None = None,
) -> Any:
    """What a function of windows gives on each of the images that are every `dilation_rate`-th pixel, put together again.

    Args:
      input: a tensor `[batch, *spatial, ...]`.
      dilation_rate: an int32 vector, one entry for each spatial dimension; all 1: `op` is called on the input.
      padding: "SAME" or "VALID".
      op: `op(input, number of spatial dimensions, padding)`, which leaves the batch and the rates' dimensions in place.
      filter_shape: the sizes of the window, for "SAME".
      spatial_dims: where the spatial dimensions are, increasing; those after the batch (and the channels, for a format
        that begins with "NC") when None.
      data_format: the layout of the input.

    Returns:
      A tensor of the type that `op` gives.

    Raises:
      ValueError: rates that are no vector of known length, or not positive; dimensions that do not increase; "SAME" without
        `filter_shape`; another padding.
    """
    value = convert_to_tensor(input, name="input")
    rates = convert_to_tensor(dilation_rate, dtypes.int32, name="dilation_rate")
    if rates.shape.ndims != 1 or rates.shape[0].value is None:
        raise ValueError(f"dilation_rate must be a vector of known length, got {rates}")
    count = rates.shape[0].value
    dims = _spatial(spatial_dims, count, data_format)
    value.shape.with_rank_at_least(dims[-1] + 1)
    known = constant_value(rates)
    if known is not None and np.any(known < 1):
        raise ValueError(f"dilation_rate must be positive, got {known.tolist()}")
    if known is not None and np.all(known == 1):
        return op(value, count, padding)
    base = _base_paddings(padding, filter_shape, count, rates if known is None else known)
    sizes = None if value.shape.ndims is None else [value.shape[dim].value for dim in dims]
    if sizes is None or None in sizes:
        shape = array_ops.shape(value)
        sizes = array_ops.stack([shape[dim] for dim in dims])
    paddings, crops = array_ops.required_space_to_batch_paddings(sizes, rates, base)
    blocks = _among_all(rates if known is None else known, 1, dims)
    images = array_ops.space_to_batch_nd(value, blocks, _among_all(paddings, [0, 0], dims))
    return array_ops.batch_to_space_nd(op(images, count, "VALID"), blocks, _among_all(crops, [0, 0], dims))


def _spatial(dims, count, data_format):
    first = 2 if data_format is not None and data_format.startswith("NC") else 1
    dims = list(range(first, first + count) if dims is None else dims)
    if len(dims) != count or dims != sorted(set(dims)) or dims[0] < 1:
        raise ValueError(
            f"spatial_dims must be an increasing sequence of positive integers, one for each rate, got {dims}"
        )
    return dims


def _base_paddings(padding, filter_shape, count, rates):
    """What makes a window without padding give as many results as there are pixels: `[count, 2]`."""
    if padding == "VALID":
        return np.zeros((count, 2), np.int32)
    if padding != "SAME":
        raise ValueError(f"Invalid padding method {padding!r}: SAME or VALID")
    if filter_shape is None:
        raise ValueError("filter_shape must be specified for SAME padding")
    sizes = convert_to_tensor(filter_shape, dtypes.int32, name="filter_shape")
    known = constant_value(sizes)
    extra = ((sizes if known is None else known)[:count] - 1) * rates
    before = extra // 2
    after = extra - before
    return array_ops.stack([[before[i], after[i]] for i in range(count)])


def _among_all(values, other, dims):
    """A value for each dimension after the batch up to the last spatial one; `other` for those between them."""
    rows = iter(range(len(dims)))
    return array_ops.stack([values[next(rows)] if dim in dims else other for dim in range(1, dims[-1] + 1)])
