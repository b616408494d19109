"""Pooling of images and volumes."""

from collections.abc import Sequence
from typing import Any

from evergraph.contrib.framework.scoped_arguments import add_arg_scope
from evergraph.contrib.layers.collected_outputs import collect_named_outputs, n_positive_integers
from evergraph.contrib.layers.layer_variables import FIRST, LAST, checked_format
from evergraph.framework.conversion import convert_to_tensor
from evergraph.framework.default_graph import name_scope
from evergraph.framework.public import public, public_module
from evergraph.framework.tensor import Tensor
from evergraph.framework.types import TensorLike
from evergraph.layers.pooling import AveragePooling2D, AveragePooling3D, MaxPooling2D, MaxPooling3D
from evergraph.ops import nn

public_module("contrib.layers.python.layers.layers")


def _pooled(layer_class, default_name, allowed, inputs, sizes, padding, data_format, collections, scope):
    layout = checked_format(data_format, *allowed)
    with name_scope(scope, default_name, [inputs]) as sc:
        inputs = convert_to_tensor(inputs)
        layer = layer_class(*sizes, padding=padding, data_format=layout, _scope=sc)
        return collect_named_outputs(collections, sc, layer(inputs))


@public("contrib.layers.avg_pool2d")
@add_arg_scope
def avg_pool2d(
    inputs: TensorLike,
    kernel_size: int | Sequence[int],
    stride: int | Sequence[int] = 2,
    padding: str = "VALID",
    data_format: str = "NHWC",
    outputs_collections: Any = None,
    scope: str | None = None,
) -> Tensor:
    """The average over each window of images.

    Args:
      inputs: a tensor of rank 4, laid out as `data_format` says: "NHWC" or "NCHW".
      kernel_size, stride: of the windows, an integer for each dimension or one for all.
      padding: "SAME" or "VALID".
      outputs_collections: collections of the outputs.
      scope: a name for the operations.

    Raises:
      ValueError: another data format, sizes that do not fit.
    """
    sizes, allowed = (kernel_size, stride), (FIRST[0], LAST[0])
    return _pooled(
        AveragePooling2D,
        "AvgPool2D",
        allowed,
        inputs,
        sizes,
        padding,
        data_format,
        outputs_collections,
        scope,
    )


@public("contrib.layers.max_pool2d")
@add_arg_scope
def max_pool2d(
    inputs: TensorLike,
    kernel_size: int | Sequence[int],
    stride: int | Sequence[int] = 2,
    padding: str = "VALID",
    data_format: str = "NHWC",
    outputs_collections: Any = None,
    scope: str | None = None,
) -> Tensor:
    """The maximum over each window of images.

    Args:
      inputs: a tensor of rank 4, laid out as `data_format` says: "NHWC" or "NCHW".
      kernel_size, stride: of the windows, an integer for each dimension or one for all.
      padding: "SAME" or "VALID".
      outputs_collections: collections of the outputs.
      scope: a name for the operations.

    Raises:
      ValueError: another data format, sizes that do not fit.
    """
    sizes, allowed = (kernel_size, stride), (FIRST[0], LAST[0])
    return _pooled(
        MaxPooling2D, "MaxPool2D", allowed, inputs, sizes, padding, data_format, outputs_collections, scope
    )


@public("contrib.layers.avg_pool3d")
@add_arg_scope
def avg_pool3d(
    inputs: TensorLike,
    kernel_size: int | Sequence[int],
    stride: int | Sequence[int] = 2,
    padding: str = "VALID",
    data_format: str = "NDHWC",
    outputs_collections: Any = None,
    scope: str | None = None,
) -> Tensor:
    """The average over each window of volumes.

    Args:
      inputs: a tensor of rank 5, laid out as `data_format` says: "NDHWC" or "NCDHW".
      kernel_size, stride: of the windows, an integer for each dimension or one for all.
      padding: "SAME" or "VALID".
      outputs_collections: collections of the outputs.
      scope: a name for the operations.

    Raises:
      ValueError: another data format, sizes that do not fit.
    """
    sizes, allowed = (kernel_size, stride), (FIRST[1], LAST[1])
    return _pooled(
        AveragePooling3D,
        "AvgPool3D",
        allowed,
        inputs,
        sizes,
        padding,
        data_format,
        outputs_collections,
        scope,
    )


@public("contrib.layers.max_pool3d")
@add_arg_scope
def max_pool3d(
    inputs: TensorLike,
    kernel_size: int | Sequence[int],
    stride: int | Sequence[int] = 2,
    padding: str = "VALID",
    data_format: str = "NDHWC",
    outputs_collections: Any = None,
    scope: str | None = None,
) -> Tensor:
    """The maximum over each window of volumes.

    Args:
      inputs: a tensor of rank 5, laid out as `data_format` says: "NDHWC" or "NCDHW".
      kernel_size, stride: of the windows, an integer for each dimension or one for all.
      padding: "SAME" or "VALID".
      outputs_collections: collections of the outputs.
      scope: a name for the operations.

    Raises:
      ValueError: another data format, sizes that do not fit.
    """
    sizes, allowed = (kernel_size, stride), (FIRST[1], LAST[1])
    return _pooled(
        MaxPooling3D, "MaxPool3D", allowed, inputs, sizes, padding, data_format, outputs_collections, scope
    )


@public("contrib.layers.pool")
@add_arg_scope
def pool(
    inputs: TensorLike,
    kernel_size: int | Sequence[int],
    pooling_type: str,
    padding: str = "VALID",
    data_format: str | None = None,
    dilation_rate: int | Sequence[int] = 1,
    stride: int | Sequence[int] = 1,
    outputs_collections: Any = None,
    scope: str | None = None,
) -> Tensor:
    """`tf.nn.pool` in as many dimensions as the inputs have.

    Args:
      inputs: a tensor of rank 3 to 5.
      kernel_size, dilation_rate, stride: an integer for each spatial dimension, or one for all.
      pooling_type: "AVG" or "MAX".
      padding, data_format: as for `tf.nn.pool`.
      outputs_collections: collections of the outputs.
      scope: a name for the operations.

    Raises:
      ValueError: a rank that is not known, or too low.
    """
    with name_scope(scope, f"{pooling_type.lower()}_pool", [inputs]) as sc:
        inputs = convert_to_tensor(inputs)
        rank = inputs.shape.ndims
        if rank is None:
            raise ValueError("Rank of inputs must be known")
        if rank < 3:
            raise ValueError(f"Rank of inputs must be >= 3, got {rank}")
        window, rates, strides = (
            n_positive_integers(rank - 2, each) for each in (kernel_size, dilation_rate, stride)
        )
        outputs = nn.pool(
            inputs, window, pooling_type, padding, rates, strides, name=sc, data_format=data_format
        )
        return collect_named_outputs(outputs_collections, sc, outputs)
