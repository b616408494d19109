"""Networks that are one row of layers, such as AlexNet and VGG: what they have in common."""

from collections.abc import Sequence
from contextlib import ExitStack
from typing import Any, NamedTuple

from evergraph.contrib.framework.scoped_arguments import arg_scope
from evergraph.contrib.layers.collected_outputs import convert_collection_to_dict
from evergraph.contrib.layers.convolutions import conv2d
from evergraph.contrib.layers.dense import fully_connected
from evergraph.contrib.layers.pooling import max_pool2d
from evergraph.contrib.layers.regularizers import l2_regularizer
from evergraph.contrib.layers.repetition import repeat
from evergraph.contrib.layers.reshaping import dropout
from evergraph.framework.tensor import Tensor
from evergraph.ops import nn
from evergraph.ops.array import squeeze
from evergraph.ops.variables.initializers import (
    constant_initializer,
    truncated_normal_initializer,
    zeros_initializer,
)
from evergraph.ops.variables.scope import variable_scope


class Conv(NamedTuple):
    """A convolution; `times` of them one after another when that is not None."""

    scope: str
    channels: int
    window: int
    stride: int = 1
    padding: str | None = None  # the scope's when None
    times: int | None = None


class Pool(NamedTuple):
    """The maximum over windows."""

    scope: str
    window: int
    stride: int = 2


class Top(NamedTuple):
    """The fully connected layers, as convolutions: the channels and window of the first, those of the second, and whether their
    variables begin as AlexNet's do."""

    channels: int
    window: int
    channels_after: int = 4096
    small_weights: bool = False


def build(
    layers: Sequence[Any], top: Top, default_scope: str, inputs: Tensor, options: dict[str, Any]
) -> tuple[Tensor, dict[str, Tensor]]:
    """(logits, {name of a layer: its outputs}) of a network.

    Args:
      layers: rows.
      top: what follows them.
      default_scope: the scope when none is given.
      inputs: images.
      options: the arguments of the networks, by name.
    """
    with variable_scope(options["scope"], default_scope, [inputs]) as sc:
        collection = f"{sc.original_name_scope}_end_points"
        with arg_scope([conv2d, fully_connected, max_pool2d], outputs_collections=[collection]):
            net = inputs
            for layer in layers:
                net = _apply(layer, net)
            net = _classify(net, top, options)
            end_points = convert_collection_to_dict(collection)
            if options["spatial_squeeze"]:
                net = squeeze(net, [1, 2], name="fc8/squeezed")
                end_points[f"{sc.name}/fc8"] = net
            return net, end_points


def _apply(layer, net):
    if isinstance(layer, Pool):
        return max_pool2d(net, [layer.window, layer.window], layer.stride, scope=layer.scope)
    window = [layer.window, layer.window]
    if layer.times is not None:
        return repeat(net, layer.times, conv2d, layer.channels, window, scope=layer.scope)
    padding = {} if layer.padding is None else {"padding": layer.padding}
    return conv2d(net, layer.channels, window, layer.stride, scope=layer.scope, **padding)


def _classify(net, top, options):
    def drop(net, scope):
        return dropout(net, options["dropout_keep_prob"], is_training=options["is_training"], scope=scope)

    with ExitStack() as scopes:
        last: dict[str, Any] = {}
        if top.small_weights:
            scopes.enter_context(
                arg_scope(
                    [conv2d],
                    weights_initializer=truncated_normal_initializer(0.0, 0.005),
                    biases_initializer=constant_initializer(0.1),
                )
            )
            last = {"biases_initializer": zeros_initializer()}
        net = conv2d(net, top.channels, [top.window, top.window], padding="VALID", scope="fc6")
        net = conv2d(drop(net, "dropout6"), top.channels_after, [1, 1], scope="fc7")
        return conv2d(
            drop(net, "dropout7"),
            options["num_classes"],
            [1, 1],
            activation_fn=None,
            normalizer_fn=None,
            scope="fc8",
            **last,
        )


def plain_scope(weight_decay: float, bias: float = 0.0, pool_padding: str | None = None) -> dict:
    """The scope of default arguments that these networks are trained in."""
    with ExitStack() as scopes:
        scopes.enter_context(
            arg_scope(
                [conv2d, fully_connected],
                activation_fn=nn.relu,
                weights_regularizer=l2_regularizer(weight_decay),
                biases_initializer=constant_initializer(bias) if bias else zeros_initializer(),
            )
        )
        scope = scopes.enter_context(arg_scope([conv2d], padding="SAME"))
        if pool_padding is not None:
            scope = scopes.enter_context(arg_scope([max_pool2d], padding=pool_padding))
        return scope
