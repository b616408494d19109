"""The layers of the Inception networks as rows, and what builds a network from them."""

from collections.abc import Callable, Sequence
from typing import Any, NamedTuple

from evergraph.contrib.framework.scoped_arguments import arg_scope
from evergraph.contrib.layers.batch_normalization import batch_norm
from evergraph.contrib.layers.convolutions import conv2d
from evergraph.contrib.layers.dense import fully_connected
from evergraph.contrib.layers.initializers import variance_scaling_initializer
from evergraph.contrib.layers.pooling import avg_pool2d, max_pool2d
from evergraph.contrib.layers.regularizers import l2_regularizer
from evergraph.framework.collections import GraphKeys
from evergraph.framework.tensor import Tensor
from evergraph.ops import nn
from evergraph.ops.array import concat
from evergraph.ops.variables.initializers import truncated_normal_initializer
from evergraph.ops.variables.scope import variable_scope


class Conv(NamedTuple):
    """A convolution: its scope, channels, window, and what is not usual about it."""

    scope: str
    channels: int
    window: tuple[int, int]
    stride: int = 1
    padding: str = "SAME"
    stddev: float | None = None  # of the weights; the scope's initializer when None


class MaxPool(NamedTuple):
    """The maximum over windows."""

    scope: str
    window: tuple[int, int]
    stride: int = 1
    padding: str = "SAME"


class AvgPool(NamedTuple):
    """The average over windows."""

    scope: str
    window: tuple[int, int]
    stride: int = 1
    padding: str = "SAME"


class Split:
    """The end of a branch: two layers side by side, whose channels are joined."""

    def __init__(self, *layers: Conv) -> None:
        self.layers = layers


class Mixed:
    """A block of branches, each some layers one after another, whose channels are joined."""

    def __init__(self, scope: str, *branches: Sequence[Any]) -> None:
        self.scope = scope
        self.branches = branches


def _apply(layer, net, depth):
    if isinstance(layer, Split):
        return concat([_apply(each, net, depth) for each in layer.layers], 3)
    if isinstance(layer, Mixed):
        with variable_scope(layer.scope):
            ends = []
            for index, branch in enumerate(layer.branches):
                with variable_scope(f"Branch_{index}"):
                    end = net
                    for each in branch:
                        end = _apply(each, end, depth)
                    ends.append(end)
            return concat(ends, 3)
    options = {"stride": layer.stride, "padding": layer.padding, "scope": layer.scope}
    if isinstance(layer, Conv):
        if layer.stddev is not None:
            options["weights_initializer"] = truncated_normal_initializer(0.0, layer.stddev)
        return conv2d(net, depth(layer.channels), list(layer.window), **options)
    return (max_pool2d if isinstance(layer, MaxPool) else avg_pool2d)(net, list(layer.window), **options)


def apply_layers(
    layers: Sequence[Any],
    net: Tensor,
    end_points: dict[str, Tensor],
    final_endpoint: str,
    depth: Callable[[int], int],
) -> Tensor:
    """Applies layers one after another, up to the last one that is wanted.

    Args:
      layers: rows.
      net: the inputs.
      end_points: gets the outputs of each, by scope.
      final_endpoint: the scope of the last one.
      depth: the number of channels, from a row's.

    Returns:
      The outputs of the last one.

    Raises:
      ValueError: there is no layer of that scope.
    """
    if final_endpoint in end_points:
        return end_points[final_endpoint]
    for layer in layers:
        net = end_points[layer.scope] = _apply(layer, net, depth)
        if layer.scope == final_endpoint:
            return net
    raise ValueError(f"Unknown final endpoint {final_endpoint}. There are: {list(end_points)}")


def depth_of(depth_multiplier: float, min_depth: int) -> Callable[[int], int]:
    """The number of channels of a layer, scaled. ValueError for a multiplier that is not positive."""
    if depth_multiplier <= 0:
        raise ValueError(f"depth_multiplier is not greater than zero: {depth_multiplier}")
    return lambda channels: max(int(channels * depth_multiplier), min_depth)


def reduced_window(net: Tensor, window: Sequence[int]) -> list[int]:
    """The window, or the size of the image where that is smaller."""
    sizes = net.shape.as_list()[1:3]
    return list(window) if None in sizes else [min(size, each) for size, each in zip(sizes, window)]


def inception_scope(
    weight_decay: float,
    moving_collection: str,
    normalizer_fn: Callable | None = batch_norm,
    **batch_norm_params: Any,
) -> dict:
    """The scope of default arguments that the networks are trained in."""
    parameters = {
        "decay": 0.9997,
        "epsilon": 0.001,
        "updates_collections": GraphKeys.UPDATE_OPS,
        "variables_collections": {
            "beta": None,
            "gamma": None,
            "moving_mean": [moving_collection],
            "moving_variance": [moving_collection],
        },
        **batch_norm_params,
    }
    with (
        arg_scope([conv2d, fully_connected], weights_regularizer=l2_regularizer(weight_decay)),
        arg_scope(
            [conv2d],
            weights_initializer=variance_scaling_initializer(),
            activation_fn=nn.relu,
            normalizer_fn=normalizer_fn,
            normalizer_params=parameters if normalizer_fn is not None else {},
        ) as scope,
    ):
        return scope
