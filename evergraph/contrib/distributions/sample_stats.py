"""Statistics of samples."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from evergraph.framework import dtypes
from evergraph.framework.conversion import convert_to_tensor
from evergraph.framework.default_graph import name_scope
from evergraph.framework.public import public, public_module
from evergraph.framework.tensor import Tensor
from evergraph.framework.types import TensorLike
from evergraph.ops import array as array_ops
from evergraph.ops import checks, clip, nn
from evergraph.ops import math as math_ops
from evergraph.ops.control_flow.grouping import with_dependencies
from evergraph.ops.inference import constant_value

public_module("contrib.distributions.python.ops.sample_stats")

_PLACES = {"lower": math_ops.ceil, "higher": math_ops.floor, "nearest": math_ops.round}


@public("contrib.distributions.percentile")
def percentile(
    x: TensorLike,
    q: TensorLike,
    axis: int | Sequence[int] | None = None,
    interpolation: str | None = None,
    keep_dims: bool = False,
    validate_args: bool = False,
    name: str | None = None,
) -> Tensor:
    """The entry of x below which `q` percent of the entries lie.

    Args:
      x: numbers of known rank.
      q: a scalar in [0, 100].
      axis: over which axes, all when None.
      interpolation: "lower", "higher" or "nearest" (None): which entry, where q falls between two.
      keep_dims: whether the axes stay, of size 1.
      validate_args: whether q is checked in the run.
      name: a name for the operations.

    Returns:
      A tensor of the type of x, of its shape without the axes.

    Raises:
      ValueError: another interpolation, an axis that x has not, or a rank or axis that is not known.
    """
    interpolation = interpolation or "nearest"
    if interpolation not in _PLACES:
        raise ValueError(f"Argument 'interpolation' must be in {set(_PLACES)}.  Found {interpolation}")
    with name_scope(name or "percentile", values=[x, q]):
        x = convert_to_tensor(x, name="x")
        q = math_ops.cast(q, dtypes.float64, name="q")
        if q.shape.ndims not in (0, None):
            raise ValueError(f"Expected argument 'x' to have ndims 0.  Found tensor {q}")
        if validate_args:
            inside = [
                checks.assert_greater_equal(q, np.float64(0)),
                checks.assert_less_equal(q, np.float64(100)),
            ]
            q = with_dependencies([checks.assert_rank(q, 0), *inside], q)
        axes = None if axis is None else _axes(axis, x)
        rows = array_ops.reshape(x, [-1]) if axes is None else _rows(x, axes)
        count = array_ops.shape(rows)[-1]
        place = _PLACES[interpolation](math_ops.cast(count - 1, dtypes.float64) * (1.0 - q / 100.0))
        index = clip.clip_by_value(math_ops.cast(place, dtypes.int32), 0, count - 1)
        result = nn.top_k(rows, k=count)[0][..., index]
        result.set_shape(rows.shape[:-1])
        if not keep_dims:
            return result
        if x.shape.ndims is None:
            return array_ops.reshape(result, array_ops.ones([array_ops.rank(x)], dtypes.int32))
        for one in range(x.shape.ndims) if axes is None else sorted(axes):
            result = array_ops.expand_dims(result, axis=one)
        return result


def _axes(axis, x):
    """The axes, counted from the first."""
    known = constant_value(convert_to_tensor(axis, name="axis"))
    if known is None:
        raise ValueError(f"Expected argument 'axis' to be statically available.  Found: {axis}")
    ndims = x.shape.ndims
    if ndims is None:
        raise ValueError(f"Expected argument 'x' to have statically defined 'ndims'.  Found: {x}")
    axes = [int(one) for one in np.atleast_1d(known)]
    for one in axes:
        if not -ndims <= one < ndims:
            raise ValueError(f"dim {one} not in the interval [{-ndims}, {ndims - 1}].")
    return [one % ndims for one in axes]


def _rows(x, axes):
    """x with its other axes first, and those flat behind them."""
    front = [one for one in range(x.shape.ndims) if one not in axes]
    turned = array_ops.transpose(x, [*front, *axes])
    if x.shape.is_fully_defined():
        sizes = x.shape.as_list()
        return array_ops.reshape(
            turned, [*(sizes[one] for one in front), int(np.prod([sizes[one] for one in axes]))]
        )
    return array_ops.reshape(turned, array_ops.concat([array_ops.shape(turned)[: len(front)], [-1]], axis=0))
