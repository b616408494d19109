"""What residual networks (He et al. 2015, arXiv:1512.03385) have in common: blocks of units, and strides that become holes."""

from collections.abc import Callable, Sequence
from typing import Any, NamedTuple

from evergraph.contrib.framework.scoped_arguments import add_arg_scope, arg_scope
from evergraph.contrib.layers.batch_normalization import batch_norm
from evergraph.contrib.layers.collected_outputs import collect_named_outputs, convert_collection_to_dict
from evergraph.contrib.layers.convolutions import conv2d
from evergraph.contrib.layers.initializers import variance_scaling_initializer
from evergraph.contrib.layers.pooling import max_pool2d
from evergraph.contrib.layers.regularizers import l2_regularizer
from evergraph.contrib.layers.reshaping import softmax
from evergraph.framework.collections import GraphKeys
from evergraph.framework.public import public, public_module
from evergraph.framework.tensor import Tensor
from evergraph.ops import math as math_ops
from evergraph.ops import nn
from evergraph.ops.array import pad
from evergraph.ops.variables.scope import variable_scope

public_module("contrib.slim.nets.resnet_utils", "contrib.slim.python.slim.nets.resnet_utils")

# How many units the four blocks have, by the number of layers.
UNITS = {50: (3, 4, 6, 3), 101: (3, 4, 23, 3), 152: (3, 8, 36, 3), 200: (3, 24, 36, 3)}


@public()
class Block(NamedTuple):
    """A block of a residual network.

    Attributes:
      scope: its variable scope.
      unit_fn: a function of a tensor and the arguments of a unit.
      args: the arguments of each unit, as dicts.
    """

    scope: str
    unit_fn: Callable
    args: Sequence[dict[str, Any]]


def bottleneck_block(unit_fn: Callable, scope: str, base_depth: int, num_units: int, stride: int) -> Block:
    """A block of bottleneck units, the last of which has the stride."""
    unit = {"depth": base_depth * 4, "depth_bottleneck": base_depth}
    return Block(scope, unit_fn, [{**unit, "stride": 1}] * (num_units - 1) + [{**unit, "stride": stride}])


def bottleneck_blocks(make_block: Callable, layers: int) -> list[Block]:
    """The four blocks of a network of so many layers."""
    strides = (2, 2, 2, 1)
    return [
        make_block(f"block{index + 1}", base_depth=64 * 2**index, num_units=count, stride=strides[index])
        for index, count in enumerate(UNITS[layers])
    ]


@public()
def subsample(inputs: Tensor, factor: int, scope: str | None = None) -> Tensor:
    """Every `factor`-th row and column of images `[batch, height, width, channels]`."""
    return inputs if factor == 1 else max_pool2d(inputs, [1, 1], stride=factor, scope=scope)


@public()
def conv2d_same(
    inputs: Tensor, num_outputs: int, kernel_size: int, stride: int, rate: int = 1, scope: str | None = None
) -> Tensor:
    """A convolution with "SAME" padding that is the same on both sides for every size, also with a stride.

    Args:
      inputs: images `[batch, height, width, channels]`.
      num_outputs: how many channels the outputs have.
      kernel_size: height and width of the window.
      stride: the step between windows.
      rate: the spacing of its elements.
      scope: the variable scope.
    """
    if stride == 1:
        return conv2d(inputs, num_outputs, kernel_size, stride=1, rate=rate, padding="SAME", scope=scope)
    total = kernel_size + (kernel_size - 1) * (rate - 1) - 1
    sides = [total // 2, total - total // 2]
    inputs = pad(inputs, [[0, 0], sides, sides, [0, 0]])
    return conv2d(inputs, num_outputs, kernel_size, stride=stride, rate=rate, padding="VALID", scope=scope)


@public()
@add_arg_scope
def stack_blocks_dense(
    net: Tensor, blocks: Sequence[Block], output_stride: int | None = None, outputs_collections: Any = None
) -> Tensor:
    """Blocks one after another; from `output_stride` on, strides become holes, so that the outputs stay as large.

    Args:
      net: images `[batch, height, width, channels]`.
      blocks: the blocks.
      output_stride: how much smaller than the inputs the outputs are; by all strides when None.
      outputs_collections: collections of the outputs of each.

    Raises:
      ValueError: strides that do not come to `output_stride`.
    """
    current, rate = 1, 1
    for block in blocks:
        with variable_scope(block.scope, "block", [net]) as sc:
            for index, unit in enumerate(block.args):
                if output_stride is not None and current > output_stride:
                    raise ValueError(f"The target output_stride {output_stride} cannot be reached.")
                with variable_scope(f"unit_{index + 1}", values=[net]):
                    if current == output_stride:
                        net = block.unit_fn(net, rate=rate, **{**unit, "stride": 1})
                        rate *= unit.get("stride", 1)
                    else:
                        net = block.unit_fn(net, rate=1, **unit)
                        current *= unit.get("stride", 1)
            net = collect_named_outputs(outputs_collections, sc.name, net)
    if output_stride is not None and current != output_stride:
        raise ValueError(f"The target output_stride {output_stride} cannot be reached.")
    return net


@public()
def resnet_arg_scope(
    weight_decay: float = 0.0001,
    batch_norm_decay: float = 0.997,
    batch_norm_epsilon: float = 1e-5,
    batch_norm_scale: bool = True,
) -> dict:
    """Default arguments for training them.

    Args:
      weight_decay: of the weights' regularizer.
      batch_norm_decay, batch_norm_epsilon, batch_norm_scale: as for `batch_norm`.
    """
    parameters = {
        "decay": batch_norm_decay,
        "epsilon": batch_norm_epsilon,
        "scale": batch_norm_scale,
        "updates_collections": GraphKeys.UPDATE_OPS,
    }
    with (
        arg_scope(
            [conv2d],
            weights_regularizer=l2_regularizer(weight_decay),
            weights_initializer=variance_scaling_initializer(),
            activation_fn=nn.relu,
            normalizer_fn=batch_norm,
            normalizer_params=parameters,
        ),
        arg_scope([batch_norm], **parameters),
        arg_scope([max_pool2d], padding="SAME") as scope,
    ):
        return scope


def build(
    version: int, unit_fn: Callable, inputs: Tensor, blocks: Sequence[Block], options: dict[str, Any]
) -> tuple[Tensor, dict[str, Tensor]]:
    """(outputs, {name of a layer: its outputs}) of a network of a version; `options` are its arguments by name.

    Version 2 normalises and activates before its units, and after the last (`postnorm`), not within the root.
    """
    output_stride = options["output_stride"]
    with variable_scope(options["scope"], f"resnet_v{version}", [inputs], reuse=options["reuse"]) as sc:
        collection = f"{sc.original_name_scope}_end_points"
        with (
            arg_scope([conv2d, unit_fn, stack_blocks_dense], outputs_collections=collection),
            arg_scope([batch_norm], is_training=options["is_training"]),
        ):
            net = inputs
            if options["include_root_block"]:
                if output_stride is not None:
                    if output_stride % 4:
                        raise ValueError(
                            f"The output_stride needs to be a multiple of 4. Received: {output_stride}"
                        )
                    output_stride //= 4
                plain = {"activation_fn": None, "normalizer_fn": None} if version == 2 else {}
                with arg_scope([conv2d], **plain):
                    net = conv2d_same(net, 64, 7, stride=2, scope="conv1")
                net = max_pool2d(net, [3, 3], stride=2, scope="pool1")
            net = stack_blocks_dense(net, blocks, output_stride)
            if version == 2:
                net = batch_norm(net, activation_fn=nn.relu, scope="postnorm")
            if options["global_pool"]:
                net = math_ops.reduce_mean(net, [1, 2], name="pool5", keepdims=True)
            classes = options["num_classes"]
            if classes is not None:
                net = conv2d(net, classes, [1, 1], activation_fn=None, normalizer_fn=None, scope="logits")
            end_points = convert_collection_to_dict(collection)
            if classes is not None:
                end_points["predictions"] = softmax(net, scope="predictions")
            return net, end_points


def of_depth(name: str, network: Callable, block: Callable, depth: int) -> Callable[..., tuple[Tensor, dict]]:
    """The function `name`: a `network` of `depth` layers, made of a `block` function's blocks."""

    def resnet(
        inputs: Tensor,
        num_classes: int | None = None,
        is_training: Any = True,
        global_pool: bool = True,
        output_stride: int | None = None,
        reuse: bool | None = None,
        scope: Any = name,
    ) -> tuple[Tensor, dict]:
        blocks = bottleneck_blocks(block, depth)
        return network(
            inputs, blocks, num_classes, is_training, global_pool, output_stride, reuse=reuse, scope=scope
        )

    resnet.__name__ = resnet.__qualname__ = name
    resnet.__module__ = network.__module__
    resnet.__doc__ = f"`{network.__name__}` of {depth} layers; arguments, results and errors as there."
    return resnet
