"""Inception v1 (C. Szegedy et al., Going Deeper with Convolutions, 2014)."""

from collections.abc import Callable
from typing import Any

from evergraph.contrib.framework.scoped_arguments import arg_scope
from evergraph.contrib.layers.batch_normalization import batch_norm
from evergraph.contrib.layers.convolutions import conv2d
from evergraph.contrib.layers.dense import fully_connected
from evergraph.contrib.layers.pooling import avg_pool2d
from evergraph.contrib.layers.reshaping import dropout, softmax
from evergraph.contrib.slim.nets.inception_blocks import (
    Conv,
    MaxPool,
    Mixed,
    apply_layers,
    inception_scope,
)
from evergraph.framework.public import public, public_module
from evergraph.framework.tensor import Tensor
from evergraph.ops.array import squeeze
from evergraph.ops.variables.initializers import truncated_normal_initializer
from evergraph.ops.variables.scope import variable_scope

public_module("contrib.slim.nets.inception_v1", "contrib.slim.python.slim.nets.inception_v1")

_LAYERS = (
    Conv("Conv2d_1a_7x7", 64, (7, 7), stride=2),
    MaxPool("MaxPool_2a_3x3", (3, 3), stride=2),
    Conv("Conv2d_2b_1x1", 64, (1, 1)),
    Conv("Conv2d_2c_3x3", 192, (3, 3)),
    MaxPool("MaxPool_3a_3x3", (3, 3), stride=2),
    Mixed(
        "Mixed_3b",
        [Conv("Conv2d_0a_1x1", 64, (1, 1))],
        [Conv("Conv2d_0a_1x1", 96, (1, 1)), Conv("Conv2d_0b_3x3", 128, (3, 3))],
        [Conv("Conv2d_0a_1x1", 16, (1, 1)), Conv("Conv2d_0b_3x3", 32, (3, 3))],
        [MaxPool("MaxPool_0a_3x3", (3, 3)), Conv("Conv2d_0b_1x1", 32, (1, 1))],
    ),
    Mixed(
        "Mixed_3c",
        [Conv("Conv2d_0a_1x1", 128, (1, 1))],
        [Conv("Conv2d_0a_1x1", 128, (1, 1)), Conv("Conv2d_0b_3x3", 192, (3, 3))],
        [Conv("Conv2d_0a_1x1", 32, (1, 1)), Conv("Conv2d_0b_3x3", 96, (3, 3))],
        [MaxPool("MaxPool_0a_3x3", (3, 3)), Conv("Conv2d_0b_1x1", 64, (1, 1))],
    ),
    MaxPool("MaxPool_4a_3x3", (3, 3), stride=2),
    Mixed(
        "Mixed_4b",
        [Conv("Conv2d_0a_1x1", 192, (1, 1))],
        [Conv("Conv2d_0a_1x1", 96, (1, 1)), Conv("Conv2d_0b_3x3", 208, (3, 3))],
        [Conv("Conv2d_0a_1x1", 16, (1, 1)), Conv("Conv2d_0b_3x3", 48, (3, 3))],
        [MaxPool("MaxPool_0a_3x3", (3, 3)), Conv("Conv2d_0b_1x1", 64, (1, 1))],
    ),
    Mixed(
        "Mixed_4c",
        [Conv("Conv2d_0a_1x1", 160, (1, 1))],
        [Conv("Conv2d_0a_1x1", 112, (1, 1)), Conv("Conv2d_0b_3x3", 224, (3, 3))],
        [Conv("Conv2d_0a_1x1", 24, (1, 1)), Conv("Conv2d_0b_3x3", 64, (3, 3))],
        [MaxPool("MaxPool_0a_3x3", (3, 3)), Conv("Conv2d_0b_1x1", 64, (1, 1))],
    ),
    Mixed(
        "Mixed_4d",
        [Conv("Conv2d_0a_1x1", 128, (1, 1))],
        [Conv("Conv2d_0a_1x1", 128, (1, 1)), Conv("Conv2d_0b_3x3", 256, (3, 3))],
        [Conv("Conv2d_0a_1x1", 24, (1, 1)), Conv("Conv2d_0b_3x3", 64, (3, 3))],
        [MaxPool("MaxPool_0a_3x3", (3, 3)), Conv("Conv2d_0b_1x1", 64, (1, 1))],
    ),
    Mixed(
        "Mixed_4e",
        [Conv("Conv2d_0a_1x1", 112, (1, 1))],
        [Conv("Conv2d_0a_1x1", 144, (1, 1)), Conv("Conv2d_0b_3x3", 288, (3, 3))],
        [Conv("Conv2d_0a_1x1", 32, (1, 1)), Conv("Conv2d_0b_3x3", 64, (3, 3))],
        [MaxPool("MaxPool_0a_3x3", (3, 3)), Conv("Conv2d_0b_1x1", 64, (1, 1))],
    ),
    Mixed(
        "Mixed_4f",
        [Conv("Conv2d_0a_1x1", 256, (1, 1))],
        [Conv("Conv2d_0a_1x1", 160, (1, 1)), Conv("Conv2d_0b_3x3", 320, (3, 3))],
        [Conv("Conv2d_0a_1x1", 32, (1, 1)), Conv("Conv2d_0b_3x3", 128, (3, 3))],
        [MaxPool("MaxPool_0a_3x3", (3, 3)), Conv("Conv2d_0b_1x1", 128, (1, 1))],
    ),
    MaxPool("MaxPool_5a_2x2", (2, 2), stride=2),
    Mixed(
        "Mixed_5b",
        [Conv("Conv2d_0a_1x1", 256, (1, 1))],
        [Conv("Conv2d_0a_1x1", 160, (1, 1)), Conv("Conv2d_0b_3x3", 320, (3, 3))],
        [Conv("Conv2d_0a_1x1", 32, (1, 1)), Conv("Conv2d_0a_3x3", 128, (3, 3))],
        [MaxPool("MaxPool_0a_3x3", (3, 3)), Conv("Conv2d_0b_1x1", 128, (1, 1))],
    ),
    Mixed(
        "Mixed_5c",
        [Conv("Conv2d_0a_1x1", 384, (1, 1))],
        [Conv("Conv2d_0a_1x1", 192, (1, 1)), Conv("Conv2d_0b_3x3", 384, (3, 3))],
        [Conv("Conv2d_0a_1x1", 48, (1, 1)), Conv("Conv2d_0b_3x3", 128, (3, 3))],
        [MaxPool("MaxPool_0a_3x3", (3, 3)), Conv("Conv2d_0b_1x1", 128, (1, 1))],
    ),
)


@public("contrib.slim.nets.inception.inception_v1_base")
def inception_v1_base(
    inputs: Tensor, final_endpoint: str = "Mixed_5c", scope: Any = "InceptionV1"
) -> tuple[Tensor, dict[str, Tensor]]:
    """Inception v1 without its classifier.

    Args:
      inputs: images `[batch, height, width, channels]`.
      final_endpoint: the scope of the last layer.
      scope: the variable scope.

    Returns:
      (its outputs, {scope of a layer: its outputs}).

    Raises:
      ValueError: there is no such layer.
    """
    end_points: dict[str, Tensor] = {}
    with (
        variable_scope(scope, "InceptionV1", [inputs]),
        arg_scope([conv2d, fully_connected], weights_initializer=truncated_normal_initializer(0.0, 0.01)),
    ):
        return apply_layers(_LAYERS, inputs, end_points, final_endpoint, lambda depth: depth), end_points


@public("contrib.slim.nets.inception.inception_v1")
def inception_v1(
    inputs: Tensor,
    num_classes: int = 1000,
    is_training: Any = True,
    dropout_keep_prob: float = 0.8,
    prediction_fn: Callable = softmax,
    spatial_squeeze: bool = True,
    reuse: bool | None = None,
    scope: Any = "InceptionV1",
) -> tuple[Tensor, dict[str, Tensor]]:
    """Inception v1.

    Args:
      inputs: images `[batch, 224, 224, 3]`; other sizes with `spatial_squeeze` off.
      num_classes: how many classes there are.
      is_training: whether dropout and batch normalisation train.
      dropout_keep_prob: the share of elements that stay.
      prediction_fn: from logits to predictions.
      spatial_squeeze: whether logits are `[batch, num_classes]`, rather than `[batch, 1, 1, num_classes]`.
      reuse: whether the variables are there already.
      scope: the variable scope.

    Returns:
      (logits, {scope of a layer, "Logits" or "Predictions": its outputs}).
    """
    with (
        variable_scope(scope, "InceptionV1", [inputs], reuse=reuse) as sc,
        arg_scope([batch_norm, dropout], is_training=is_training),
    ):
        net, end_points = inception_v1_base(inputs, scope=sc)
        with variable_scope("Logits"):
            net = avg_pool2d(net, [7, 7], stride=1, scope="MaxPool_0a_7x7")
            net = dropout(net, dropout_keep_prob, scope="Dropout_0b")
            logits = conv2d(
                net, num_classes, [1, 1], activation_fn=None, normalizer_fn=None, scope="Conv2d_0c_1x1"
            )
            if spatial_squeeze:
                logits = squeeze(logits, [1, 2], name="SpatialSqueeze")
        end_points["Logits"] = logits
        end_points["Predictions"] = prediction_fn(logits, scope="Predictions")
    return logits, end_points


vars(inception_v1)["default_image_size"] = 224


@public("contrib.slim.nets.inception.inception_v1_arg_scope")
def inception_v1_arg_scope(
    weight_decay: float = 0.00004,
    use_batch_norm: bool = True,
    batch_norm_var_collection: str = "moving_vars",
) -> dict:
    """Default arguments for training it.

    Args:
      weight_decay: of the weights' regularizer.
      use_batch_norm: whether layers are normalised.
      batch_norm_var_collection: the collection of the moving averages.
    """
    return inception_scope(weight_decay, batch_norm_var_collection, batch_norm if use_batch_norm else None)
