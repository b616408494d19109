"""Inception v3 (C. Szegedy et al., Rethinking the Inception Architecture for Computer Vision, 2015)."""

from collections.abc import Callable
from typing import Any

from evergraph.contrib.framework.scoped_arguments import arg_scope
from evergraph.contrib.layers.batch_normalization import batch_norm
from evergraph.contrib.layers.convolutions import conv2d
from evergraph.contrib.layers.pooling import avg_pool2d
from evergraph.contrib.layers.reshaping import dropout, softmax
from evergraph.contrib.slim.nets.inception_blocks import (
    AvgPool,
    Conv,
    MaxPool,
    Mixed,
    Split,
    apply_layers,
    depth_of,
    inception_scope,
    reduced_window,
)
from evergraph.framework.collections import GraphKeys
from evergraph.framework.public import public, public_module
from evergraph.framework.tensor import Tensor
from evergraph.ops.array import squeeze
from evergraph.ops.variables.initializers import truncated_normal_initializer
from evergraph.ops.variables.scope import variable_scope

public_module("contrib.slim.nets.inception_v3", "contrib.slim.python.slim.nets.inception_v3")

_LAYERS = (
    Conv("Conv2d_1a_3x3", 32, (3, 3), stride=2, padding="VALID"),
    Conv("Conv2d_2a_3x3", 32, (3, 3), padding="VALID"),
    Conv("Conv2d_2b_3x3", 64, (3, 3)),
    MaxPool("MaxPool_3a_3x3", (3, 3), stride=2, padding="VALID"),
    Conv("Conv2d_3b_1x1", 80, (1, 1), padding="VALID"),
    Conv("Conv2d_4a_3x3", 192, (3, 3), padding="VALID"),
    MaxPool("MaxPool_5a_3x3", (3, 3), stride=2, padding="VALID"),
    Mixed(
        "Mixed_5b",
        [Conv("Conv2d_0a_1x1", 64, (1, 1))],
        [Conv("Conv2d_0a_1x1", 48, (1, 1)), Conv("Conv2d_0b_5x5", 64, (5, 5))],
        [
            Conv("Conv2d_0a_1x1", 64, (1, 1)),
            Conv("Conv2d_0b_3x3", 96, (3, 3)),
            Conv("Conv2d_0c_3x3", 96, (3, 3)),
        ],
        [AvgPool("AvgPool_0a_3x3", (3, 3)), Conv("Conv2d_0b_1x1", 32, (1, 1))],
    ),
    Mixed(
        "Mixed_5c",
        [Conv("Conv2d_0a_1x1", 64, (1, 1))],
        [Conv("Conv2d_0b_1x1", 48, (1, 1)), Conv("Conv_1_0c_5x5", 64, (5, 5))],
        [
            Conv("Conv2d_0a_1x1", 64, (1, 1)),
            Conv("Conv2d_0b_3x3", 96, (3, 3)),
            Conv("Conv2d_0c_3x3", 96, (3, 3)),
        ],
        [AvgPool("AvgPool_0a_3x3", (3, 3)), Conv("Conv2d_0b_1x1", 64, (1, 1))],
    ),
    Mixed(
        "Mixed_5d",
        [Conv("Conv2d_0a_1x1", 64, (1, 1))],
        [Conv("Conv2d_0a_1x1", 48, (1, 1)), Conv("Conv2d_0b_5x5", 64, (5, 5))],
        [
            Conv("Conv2d_0a_1x1", 64, (1, 1)),
            Conv("Conv2d_0b_3x3", 96, (3, 3)),
            Conv("Conv2d_0c_3x3", 96, (3, 3)),
        ],
        [AvgPool("AvgPool_0a_3x3", (3, 3)), Conv("Conv2d_0b_1x1", 64, (1, 1))],
    ),
    Mixed(
        "Mixed_6a",
        [Conv("Conv2d_1a_1x1", 384, (3, 3), stride=2, padding="VALID")],
        [
            Conv("Conv2d_0a_1x1", 64, (1, 1)),
            Conv("Conv2d_0b_3x3", 96, (3, 3)),
            Conv("Conv2d_1a_1x1", 96, (3, 3), stride=2, padding="VALID"),
        ],
        [MaxPool("MaxPool_1a_3x3", (3, 3), stride=2, padding="VALID")],
    ),
    Mixed(
        "Mixed_6b",
        [Conv("Conv2d_0a_1x1", 192, (1, 1))],
        [
            Conv("Conv2d_0a_1x1", 128, (1, 1)),
            Conv("Conv2d_0b_1x7", 128, (1, 7)),
            Conv("Conv2d_0c_7x1", 192, (7, 1)),
        ],
        [
            Conv("Conv2d_0a_1x1", 128, (1, 1)),
            Conv("Conv2d_0b_7x1", 128, (7, 1)),
            Conv("Conv2d_0c_1x7", 128, (1, 7)),
            Conv("Conv2d_0d_7x1", 128, (7, 1)),
            Conv("Conv2d_0e_1x7", 192, (1, 7)),
        ],
        [AvgPool("AvgPool_0a_3x3", (3, 3)), Conv("Conv2d_0b_1x1", 192, (1, 1))],
    ),
    Mixed(
        "Mixed_6c",
        [Conv("Conv2d_0a_1x1", 192, (1, 1))],
        [
            Conv("Conv2d_0a_1x1", 160, (1, 1)),
            Conv("Conv2d_0b_1x7", 160, (1, 7)),
            Conv("Conv2d_0c_7x1", 192, (7, 1)),
        ],
        [
            Conv("Conv2d_0a_1x1", 160, (1, 1)),
            Conv("Conv2d_0b_7x1", 160, (7, 1)),
            Conv("Conv2d_0c_1x7", 160, (1, 7)),
            Conv("Conv2d_0d_7x1", 160, (7, 1)),
            Conv("Conv2d_0e_1x7", 192, (1, 7)),
        ],
        [AvgPool("AvgPool_0a_3x3", (3, 3)), Conv("Conv2d_0b_1x1", 192, (1, 1))],
    ),
    Mixed(
        "Mixed_6d",
        [Conv("Conv2d_0a_1x1", 192, (1, 1))],
        [
            Conv("Conv2d_0a_1x1", 160, (1, 1)),
            Conv("Conv2d_0b_1x7", 160, (1, 7)),
            Conv("Conv2d_0c_7x1", 192, (7, 1)),
        ],
        [
            Conv("Conv2d_0a_1x1", 160, (1, 1)),
            Conv("Conv2d_0b_7x1", 160, (7, 1)),
            Conv("Conv2d_0c_1x7", 160, (1, 7)),
            Conv("Conv2d_0d_7x1", 160, (7, 1)),
            Conv("Conv2d_0e_1x7", 192, (1, 7)),
        ],
        [AvgPool("AvgPool_0a_3x3", (3, 3)), Conv("Conv2d_0b_1x1", 192, (1, 1))],
    ),
    Mixed(
        "Mixed_6e",
        [Conv("Conv2d_0a_1x1", 192, (1, 1))],
        [
            Conv("Conv2d_0a_1x1", 192, (1, 1)),
            Conv("Conv2d_0b_1x7", 192, (1, 7)),
            Conv("Conv2d_0c_7x1", 192, (7, 1)),
        ],
        [
            Conv("Conv2d_0a_1x1", 192, (1, 1)),
            Conv("Conv2d_0b_7x1", 192, (7, 1)),
            Conv("Conv2d_0c_1x7", 192, (1, 7)),
            Conv("Conv2d_0d_7x1", 192, (7, 1)),
            Conv("Conv2d_0e_1x7", 192, (1, 7)),
        ],
        [AvgPool("AvgPool_0a_3x3", (3, 3)), Conv("Conv2d_0b_1x1", 192, (1, 1))],
    ),
    Mixed(
        "Mixed_7a",
        [Conv("Conv2d_0a_1x1", 192, (1, 1)), Conv("Conv2d_1a_3x3", 320, (3, 3), stride=2, padding="VALID")],
        [
            Conv("Conv2d_0a_1x1", 192, (1, 1)),
            Conv("Conv2d_0b_1x7", 192, (1, 7)),
            Conv("Conv2d_0c_7x1", 192, (7, 1)),
            Conv("Conv2d_1a_3x3", 192, (3, 3), stride=2, padding="VALID"),
        ],
        [MaxPool("MaxPool_1a_3x3", (3, 3), stride=2, padding="VALID")],
    ),
    Mixed(
        "Mixed_7b",
        [Conv("Conv2d_0a_1x1", 320, (1, 1))],
        [
            Conv("Conv2d_0a_1x1", 384, (1, 1)),
            Split(Conv("Conv2d_0b_1x3", 384, (1, 3)), Conv("Conv2d_0b_3x1", 384, (3, 1))),
        ],
        [
            Conv("Conv2d_0a_1x1", 448, (1, 1)),
            Conv("Conv2d_0b_3x3", 384, (3, 3)),
            Split(Conv("Conv2d_0c_1x3", 384, (1, 3)), Conv("Conv2d_0d_3x1", 384, (3, 1))),
        ],
        [AvgPool("AvgPool_0a_3x3", (3, 3)), Conv("Conv2d_0b_1x1", 192, (1, 1))],
    ),
    Mixed(
        "Mixed_7c",
        [Conv("Conv2d_0a_1x1", 320, (1, 1))],
        [
            Conv("Conv2d_0a_1x1", 384, (1, 1)),
            Split(Conv("Conv2d_0b_1x3", 384, (1, 3)), Conv("Conv2d_0c_3x1", 384, (3, 1))),
        ],
        [
            Conv("Conv2d_0a_1x1", 448, (1, 1)),
            Conv("Conv2d_0b_3x3", 384, (3, 3)),
            Split(Conv("Conv2d_0c_1x3", 384, (1, 3)), Conv("Conv2d_0d_3x1", 384, (3, 1))),
        ],
        [AvgPool("AvgPool_0a_3x3", (3, 3)), Conv("Conv2d_0b_1x1", 192, (1, 1))],
    ),
)


@public("contrib.slim.nets.inception.inception_v3_base")
def inception_v3_base(
    inputs: Tensor,
    final_endpoint: str = "Mixed_7c",
    min_depth: int = 16,
    depth_multiplier: float = 1.0,
    scope: Any = None,
) -> tuple[Tensor, dict[str, Tensor]]:
    """Inception v3 without its classifiers.

    Args:
      inputs: images `[batch, height, width, channels]`.
      final_endpoint: the scope of the last layer.
      min_depth: the least number of channels of a layer.
      depth_multiplier: a factor for all of them.
      scope: the variable scope.

    Returns:
      (its outputs, {scope of a layer: its outputs}).

    Raises:
      ValueError: there is no such layer, or a multiplier that is not positive.
    """
    depth = depth_of(depth_multiplier, min_depth)
    end_points: dict[str, Tensor] = {}
    with variable_scope(scope, "InceptionV3", [inputs]):
        return apply_layers(_LAYERS, inputs, end_points, final_endpoint, depth), end_points


@public("contrib.slim.nets.inception.inception_v3")
def inception_v3(
    inputs: Tensor,
    num_classes: int = 1000,
    is_training: Any = True,
    dropout_keep_prob: float = 0.8,
    min_depth: int = 16,
    depth_multiplier: float = 1.0,
    prediction_fn: Callable = softmax,
    spatial_squeeze: bool = True,
    reuse: bool | None = None,
    scope: Any = "InceptionV3",
) -> tuple[Tensor, dict[str, Tensor]]:
    """Inception v3, with its auxiliary classifier as the end point "AuxLogits".

    Args:
      inputs: images `[batch, 299, 299, 3]`; other sizes with `spatial_squeeze` off.
      num_classes: how many classes there are.
      is_training: whether dropout and batch normalisation train.
      dropout_keep_prob: the share of elements that stay.
      min_depth: the least number of channels of a layer.
      depth_multiplier: a factor for all of them.
      prediction_fn: from logits to predictions.
      spatial_squeeze: whether logits are `[batch, num_classes]`, rather than `[batch, 1, 1, num_classes]`.
      reuse: whether the variables are there already.
      scope: the variable scope.

    Returns:
      (logits, {scope of a layer, "Logits" or "Predictions": its outputs}).
    """
    depth = depth_of(depth_multiplier, min_depth)
    with (
        variable_scope(scope, "InceptionV3", [inputs], reuse=reuse) as sc,
        arg_scope([batch_norm, dropout], is_training=is_training),
    ):
        net, end_points = inception_v3_base(
            inputs, scope=sc, min_depth=min_depth, depth_multiplier=depth_multiplier
        )
        end_points["AuxLogits"] = _auxiliary_logits(
            end_points["Mixed_6e"], num_classes, depth, spatial_squeeze
        )
        with variable_scope("Logits"):
            window = reduced_window(net, [8, 8])
            net = avg_pool2d(net, window, padding="VALID", scope=f"AvgPool_1a_{window[0]}x{window[1]}")
            net = end_points["PreLogits"] = dropout(net, keep_prob=dropout_keep_prob, scope="Dropout_1b")
            logits = conv2d(
                net, num_classes, [1, 1], activation_fn=None, normalizer_fn=None, scope="Conv2d_1c_1x1"
            )
            if spatial_squeeze:
                logits = squeeze(logits, [1, 2], name="SpatialSqueeze")
        end_points["Logits"] = logits
        end_points["Predictions"] = prediction_fn(logits, scope="Predictions")
    return logits, end_points


def _auxiliary_logits(net, num_classes, depth, spatial_squeeze):
    with variable_scope("AuxLogits"):
        net = avg_pool2d(net, [5, 5], stride=3, padding="VALID", scope="AvgPool_1a_5x5")
        net = conv2d(net, depth(128), [1, 1], scope="Conv2d_1b_1x1")
        window = reduced_window(net, [5, 5])
        net = conv2d(
            net,
            depth(768),
            window,
            weights_initializer=truncated_normal_initializer(0.0, 0.01),
            padding="VALID",
            scope=f"Conv2d_2a_{window[0]}x{window[1]}",
        )
        net = conv2d(
            net,
            num_classes,
            [1, 1],
            activation_fn=None,
            normalizer_fn=None,
            weights_initializer=truncated_normal_initializer(0.0, 0.001),
            scope="Conv2d_2b_1x1",
        )
        return squeeze(net, [1, 2], name="SpatialSqueeze") if spatial_squeeze else net


vars(inception_v3)["default_image_size"] = 299


@public("contrib.slim.nets.inception.inception_v3_arg_scope")
def inception_v3_arg_scope(
    weight_decay: float = 0.00004,
    batch_norm_var_collection: str = "moving_vars",
    batch_norm_decay: float = 0.9997,
    batch_norm_epsilon: float = 0.001,
    updates_collections: Any = GraphKeys.UPDATE_OPS,
    use_fused_batchnorm: bool = True,
) -> dict:
    """Default arguments for training it.

    Args:
      weight_decay: of the weights' regularizer.
      batch_norm_var_collection: the collection of the moving averages.
      batch_norm_decay, batch_norm_epsilon, updates_collections, use_fused_batchnorm: as for `batch_norm`.
    """
    return inception_scope(
        weight_decay,
        batch_norm_var_collection,
        decay=batch_norm_decay,
        epsilon=batch_norm_epsilon,
        updates_collections=updates_collections,
        fused=use_fused_batchnorm,
    )
