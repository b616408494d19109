"""Pooling over windows whose elements are apart."""

from collections.abc import Callable, Sequence

from evergraph.framework import errors
from evergraph.framework.tensor import Tensor
from evergraph.ops import array as array_ops


def dilated_pool(
    inputs: Tensor,
    windows: Sequence[int],
    pooling_type: str,
    padding: str,
    rates: Sequence[int],
    first: bool,
    scope: str,
    pool: Callable,
) -> Tensor:
    """Every `rate`-th element makes an image of its own, which is pooled as usual.

    Args:
      inputs: `[batch, *spatial, channels]`, or with the channels second where they are `first`.
      windows, rates: the number and the distance of a window's elements in each spatial dimension.
      pooling_type: "AVG" or "MAX".
      padding: "VALID".
      first: see `inputs`.
      scope: the name of the result.
      pool: `tf.nn.pool`, which pools the images.

    Returns:
      A tensor laid out as `inputs`.

    Raises:
      UnimplementedError: another padding.
    """
    if padding.upper() != "VALID":
        raise errors.UnimplementedError(
            None,
            None,
            f"pooling with dilation_rate {rates} and padding {padding!r} is not possible: use VALID",
        )
    count = len(windows)
    if first:
        inputs = array_ops.transpose(inputs, [0, *range(2, count + 2), 1])
    sizes = array_ops.shape(inputs)[1:-1]
    paddings, crops = array_ops.required_space_to_batch_paddings(sizes, rates)
    images = array_ops.space_to_batch_nd(inputs, rates, paddings)
    pooled = pool(images, windows, pooling_type, "VALID")
    result = array_ops.batch_to_space_nd(pooled, rates, crops, name=None if first else scope)
    spans = [(window - 1) * rate for window, rate in zip(windows, rates)]
    known = zip(inputs.shape.as_list()[1:-1], spans)
    result.set_shape(
        [inputs.shape[0], *(None if size is None else size - span for size, span in known), inputs.shape[-1]]
    )
    return array_ops.transpose(result, [0, count + 1, *range(1, count + 1)], name=scope) if first else result
