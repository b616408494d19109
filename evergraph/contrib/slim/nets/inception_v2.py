"""Inception v2 (S. Ioffe and C. Szegedy, Batch Normalization, 2015)."""

from collections.abc import Callable
from typing import Any

from evergraph.contrib.framework.scoped_arguments import arg_scope
from evergraph.contrib.layers.batch_normalization import batch_norm
from evergraph.contrib.layers.convolutions import conv2d
from evergraph.contrib.layers.pooling import avg_pool2d
from evergraph.contrib.layers.reshaping import dropout, softmax
from evergraph.contrib.layers.separable_convolutions import separable_conv2d
from evergraph.contrib.slim.nets.inception_blocks import (
    AvgPool,
    Conv,
    MaxPool,
    Mixed,
    apply_layers,
    depth_of,
    inception_scope,
    reduced_window,
)
from evergraph.framework.public import public, public_module
from evergraph.framework.tensor import Tensor
from evergraph.ops.array import squeeze
from evergraph.ops.variables.initializers import truncated_normal_initializer
from evergraph.ops.variables.scope import variable_scope

public_module("contrib.slim.nets.inception_v2", "contrib.slim.python.slim.nets.inception_v2")

_LAYERS = (
    MaxPool("MaxPool_2a_3x3", (3, 3), stride=2),
    Conv("Conv2d_2b_1x1", 64, (1, 1), stddev=0.1),
    Conv("Conv2d_2c_3x3", 192, (3, 3)),
    MaxPool("MaxPool_3a_3x3", (3, 3), stride=2),
    Mixed(
        "Mixed_3b",
        [Conv("Conv2d_0a_1x1", 64, (1, 1))],
        [Conv("Conv2d_0a_1x1", 64, (1, 1), stddev=0.09), Conv("Conv2d_0b_3x3", 64, (3, 3))],
        [
            Conv("Conv2d_0a_1x1", 64, (1, 1), stddev=0.09),
            Conv("Conv2d_0b_3x3", 96, (3, 3)),
            Conv("Conv2d_0c_3x3", 96, (3, 3)),
        ],
        [AvgPool("AvgPool_0a_3x3", (3, 3)), Conv("Conv2d_0b_1x1", 32, (1, 1), stddev=0.1)],
    ),
    Mixed(
        "Mixed_3c",
        [Conv("Conv2d_0a_1x1", 64, (1, 1))],
        [Conv("Conv2d_0a_1x1", 64, (1, 1), stddev=0.09), Conv("Conv2d_0b_3x3", 96, (3, 3))],
        [
            Conv("Conv2d_0a_1x1", 64, (1, 1), stddev=0.09),
            Conv("Conv2d_0b_3x3", 96, (3, 3)),
            Conv("Conv2d_0c_3x3", 96, (3, 3)),
        ],
        [AvgPool("AvgPool_0a_3x3", (3, 3)), Conv("Conv2d_0b_1x1", 64, (1, 1), stddev=0.1)],
    ),
    Mixed(
        "Mixed_4a",
        [Conv("Conv2d_0a_1x1", 128, (1, 1), stddev=0.09), Conv("Conv2d_1a_3x3", 160, (3, 3), stride=2)],
        [
            Conv("Conv2d_0a_1x1", 64, (1, 1), stddev=0.09),
            Conv("Conv2d_0b_3x3", 96, (3, 3)),
            Conv("Conv2d_1a_3x3", 96, (3, 3), stride=2),
        ],
        [MaxPool("MaxPool_1a_3x3", (3, 3), stride=2)],
    ),
    Mixed(
        "Mixed_4b",
        [Conv("Conv2d_0a_1x1", 224, (1, 1))],
        [Conv("Conv2d_0a_1x1", 64, (1, 1), stddev=0.09), Conv("Conv2d_0b_3x3", 96, (3, 3))],
        [
            Conv("Conv2d_0a_1x1", 96, (1, 1), stddev=0.09),
            Conv("Conv2d_0b_3x3", 128, (3, 3)),
            Conv("Conv2d_0c_3x3", 128, (3, 3)),
        ],
        [AvgPool("AvgPool_0a_3x3", (3, 3)), Conv("Conv2d_0b_1x1", 128, (1, 1), stddev=0.1)],
    ),
    Mixed(
        "Mixed_4c",
        [Conv("Conv2d_0a_1x1", 192, (1, 1))],
        [Conv("Conv2d_0a_1x1", 96, (1, 1), stddev=0.09), Conv("Conv2d_0b_3x3", 128, (3, 3))],
        [
            Conv("Conv2d_0a_1x1", 96, (1, 1), stddev=0.09),
            Conv("Conv2d_0b_3x3", 128, (3, 3)),
            Conv("Conv2d_0c_3x3", 128, (3, 3)),
        ],
        [AvgPool("AvgPool_0a_3x3", (3, 3)), Conv("Conv2d_0b_1x1", 128, (1, 1), stddev=0.1)],
    ),
    Mixed(
        "Mixed_4d",
        [Conv("Conv2d_0a_1x1", 160, (1, 1))],
        [Conv("Conv2d_0a_1x1", 128, (1, 1), stddev=0.09), Conv("Conv2d_0b_3x3", 160, (3, 3))],
        [
            Conv("Conv2d_0a_1x1", 128, (1, 1), stddev=0.09),
            Conv("Conv2d_0b_3x3", 160, (3, 3)),
            Conv("Conv2d_0c_3x3", 160, (3, 3)),
        ],
        [AvgPool("AvgPool_0a_3x3", (3, 3)), Conv("Conv2d_0b_1x1", 96, (1, 1), stddev=0.1)],
    ),
    Mixed(
        "Mixed_4e",
        [Conv("Conv2d_0a_1x1", 96, (1, 1))],
        [Conv("Conv2d_0a_1x1", 128, (1, 1), stddev=0.09), Conv("Conv2d_0b_3x3", 192, (3, 3))],
        [
            Conv("Conv2d_0a_1x1", 160, (1, 1), stddev=0.09),
            Conv("Conv2d_0b_3x3", 192, (3, 3)),
            Conv("Conv2d_0c_3x3", 192, (3, 3)),
        ],
        [AvgPool("AvgPool_0a_3x3", (3, 3)), Conv("Conv2d_0b_1x1", 96, (1, 1), stddev=0.1)],
    ),
    Mixed(
        "Mixed_5a",
        [Conv("Conv2d_0a_1x1", 128, (1, 1), stddev=0.09), Conv("Conv2d_1a_3x3", 192, (3, 3), stride=2)],
        [
            Conv("Conv2d_0a_1x1", 192, (1, 1), stddev=0.09),
            Conv("Conv2d_0b_3x3", 256, (3, 3)),
            Conv("Conv2d_1a_3x3", 256, (3, 3), stride=2),
        ],
        [MaxPool("MaxPool_1a_3x3", (3, 3), stride=2)],
    ),
    Mixed(
        "Mixed_5b",
        [Conv("Conv2d_0a_1x1", 352, (1, 1))],
        [Conv("Conv2d_0a_1x1", 192, (1, 1), stddev=0.09), Conv("Conv2d_0b_3x3", 320, (3, 3))],
        [
            Conv("Conv2d_0a_1x1", 160, (1, 1), stddev=0.09),
            Conv("Conv2d_0b_3x3", 224, (3, 3)),
            Conv("Conv2d_0c_3x3", 224, (3, 3)),
        ],
        [AvgPool("AvgPool_0a_3x3", (3, 3)), Conv("Conv2d_0b_1x1", 128, (1, 1), stddev=0.1)],
    ),
    Mixed(
        "Mixed_5c",
        [Conv("Conv2d_0a_1x1", 352, (1, 1))],
        [Conv("Conv2d_0a_1x1", 192, (1, 1), stddev=0.09), Conv("Conv2d_0b_3x3", 320, (3, 3))],
        [
            Conv("Conv2d_0a_1x1", 192, (1, 1), stddev=0.09),
            Conv("Conv2d_0b_3x3", 224, (3, 3)),
            Conv("Conv2d_0c_3x3", 224, (3, 3)),
        ],
        [MaxPool("MaxPool_0a_3x3", (3, 3)), Conv("Conv2d_0b_1x1", 128, (1, 1), stddev=0.1)],
    ),
)

_FIRST = "Conv2d_1a_7x7"


@public("contrib.slim.nets.inception.inception_v2_base")
def inception_v2_base(
    inputs: Tensor,
    final_endpoint: str = "Mixed_5c",
    min_depth: int = 16,
    depth_multiplier: float = 1.0,
    scope: Any = None,
) -> tuple[Tensor, dict[str, Tensor]]:
    """Inception v2 without its classifier.

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
    with variable_scope(scope, "InceptionV2", [inputs]):
        # A separable convolution, which is cheaper than an ordinary one with this window and three channels.
        net = end_points[_FIRST] = separable_conv2d(
            inputs,
            depth(64),
            [7, 7],
            depth_multiplier=min(int(depth(64) / 3), 8),
            stride=2,
            padding="SAME",
            weights_initializer=truncated_normal_initializer(0.0, 1.0),
            scope=_FIRST,
        )
        return apply_layers(_LAYERS, net, end_points, final_endpoint, depth), end_points


@public("contrib.slim.nets.inception.inception_v2")
def inception_v2(
    inputs: Tensor,
    num_classes: int = 1000,
    is_training: Any = True,
    dropout_keep_prob: float = 0.8,
    min_depth: int = 16,
    depth_multiplier: float = 1.0,
    prediction_fn: Callable = softmax,
    spatial_squeeze: bool = True,
    reuse: bool | None = None,
    scope: Any = "InceptionV2",
) -> tuple[Tensor, dict[str, Tensor]]:
    """Inception v2.

    Args:
      inputs: images `[batch, 224, 224, 3]`; other sizes with `spatial_squeeze` off.
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
    with (
        variable_scope(scope, "InceptionV2", [inputs], reuse=reuse) as sc,
        arg_scope([batch_norm, dropout], is_training=is_training),
    ):
        net, end_points = inception_v2_base(
            inputs, scope=sc, min_depth=min_depth, depth_multiplier=depth_multiplier
        )
        with variable_scope("Logits"):
            window = reduced_window(net, [7, 7])
            net = avg_pool2d(net, window, padding="VALID", scope=f"AvgPool_1a_{window[0]}x{window[1]}")
            net = dropout(net, keep_prob=dropout_keep_prob, scope="Dropout_1b")
            logits = conv2d(
                net, num_classes, [1, 1], activation_fn=None, normalizer_fn=None, scope="Conv2d_1c_1x1"
            )
            if spatial_squeeze:
                logits = squeeze(logits, [1, 2], name="SpatialSqueeze")
        end_points["Logits"] = logits
        end_points["Predictions"] = prediction_fn(logits, scope="Predictions")
    return logits, end_points


vars(inception_v2)["default_image_size"] = 224


@public("contrib.slim.nets.inception.inception_v2_arg_scope")
def inception_v2_arg_scope(
    weight_decay: float = 0.00004, batch_norm_var_collection: str = "moving_vars"
) -> dict:
    """Default arguments for training it: the weights' decay, and the collection of the moving averages."""
    return inception_scope(weight_decay, batch_norm_var_collection)
