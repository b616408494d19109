"""Residual networks, version 2 (K. He et al., Identity Mappings in Deep Residual Networks, 2016)."""

from collections.abc import Sequence
from typing import Any

from evergraph.contrib.framework.scoped_arguments import add_arg_scope
from evergraph.contrib.layers.batch_normalization import batch_norm
from evergraph.contrib.layers.collected_outputs import collect_named_outputs, last_dimension
from evergraph.contrib.layers.convolutions import conv2d
from evergraph.contrib.slim.nets.resnet_utils import (
    Block,
    bottleneck_block,
    build,
    conv2d_same,
    of_depth,
    subsample,
)
from evergraph.contrib.slim.nets.resnet_utils import resnet_arg_scope as _resnet_arg_scope
from evergraph.framework.public import public, public_module
from evergraph.framework.tensor import Tensor
from evergraph.ops import nn
from evergraph.ops.variables.scope import variable_scope

public_module("contrib.slim.nets.resnet_v2", "contrib.slim.python.slim.nets.resnet_v2")

resnet_arg_scope = public()(_resnet_arg_scope)


@public()
@add_arg_scope
def bottleneck(
    inputs: Tensor,
    depth: int,
    depth_bottleneck: int,
    stride: int,
    rate: int = 1,
    outputs_collections: Any = None,
    scope: Any = None,
) -> Tensor:
    """A bottleneck unit: convolutions of windows 1, 3 and 1 beside a shortcut, normalised and activated before them.

    Args:
      inputs: images.
      depth: how many channels the outputs have.
      depth_bottleneck: how many there are in between.
      stride: of the middle convolution and the shortcut.
      rate: the spacing of the middle window's elements.
      outputs_collections: collections of the outputs.
      scope: the variable scope.
    """
    with variable_scope(scope, "bottleneck_v2", [inputs]) as sc:
        preact = batch_norm(inputs, activation_fn=nn.relu, scope="preact")
        plain: dict[str, Any] = {"normalizer_fn": None, "activation_fn": None}
        if depth == last_dimension(inputs.shape, min_rank=4):
            shortcut = subsample(inputs, stride, "shortcut")
        else:
            shortcut = conv2d(preact, depth, [1, 1], stride=stride, scope="shortcut", **plain)
        residual = conv2d(preact, depth_bottleneck, [1, 1], stride=1, scope="conv1")
        residual = conv2d_same(residual, depth_bottleneck, 3, stride, rate=rate, scope="conv2")
        residual = conv2d(residual, depth, [1, 1], stride=1, scope="conv3", **plain)
        return collect_named_outputs(outputs_collections, sc.name, shortcut + residual)


@public()
def resnet_v2(
    inputs: Tensor,
    blocks: Sequence[Block],
    num_classes: int | None = None,
    is_training: Any = True,
    global_pool: bool = True,
    output_stride: int | None = None,
    include_root_block: bool = True,
    reuse: bool | None = None,
    scope: Any = None,
) -> tuple[Tensor, dict[str, Tensor]]:
    """A residual network of some blocks.

    Args:
      inputs: images `[batch, height, width, channels]`.
      blocks: the blocks.
      num_classes: how many classes there are; None for the features alone.
      is_training: whether batch normalisation trains.
      global_pool: whether features are averaged over the image.
      output_stride: how much smaller than the inputs the outputs are, before that; by all strides when None.
      include_root_block: whether the blocks come after a convolution and a pooling layer.
      reuse: whether the variables are there already.
      scope: the variable scope.

    Returns:
      (outputs, {name of a layer or "predictions": its outputs}).

    Raises:
      ValueError: an `output_stride` that cannot be reached.
    """
    options = {
        "num_classes": num_classes,
        "is_training": is_training,
        "global_pool": global_pool,
        "output_stride": output_stride,
        "include_root_block": include_root_block,
        "reuse": reuse,
        "scope": scope,
    }
    return build(2, bottleneck, inputs, blocks, options)


vars(resnet_v2)["default_image_size"] = 224


@public()
def resnet_v2_block(scope: str, base_depth: int, num_units: int, stride: int) -> Block:
    """A block of bottleneck units of `4 * base_depth` channels, the last of which has the stride."""
    return bottleneck_block(bottleneck, scope, base_depth, num_units, stride)


resnet_v2_50 = public()(of_depth("resnet_v2_50", resnet_v2, resnet_v2_block, 50))
resnet_v2_101 = public()(of_depth("resnet_v2_101", resnet_v2, resnet_v2_block, 101))
resnet_v2_152 = public()(of_depth("resnet_v2_152", resnet_v2, resnet_v2_block, 152))
resnet_v2_200 = public()(of_depth("resnet_v2_200", resnet_v2, resnet_v2_block, 200))
