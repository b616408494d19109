"""Kernels turned around, for weights from Theano."""

from typing import Any

import numpy as np

from evergraph.framework.public import public, public_module
from evergraph.keras import backend
from evergraph.keras.basics.convolution_sizes import convert_kernel

public_module("python.keras.utils.layer_utils")

_TURNED = ("Conv1D", "Conv2D", "Conv3D", "Conv2DTranspose")


@public("keras.utils.convert_all_kernels_in_model")
def convert_all_kernels_in_model(model: Any) -> None:
    """Turns the kernels of all convolutions around, between Theano's convolution and TensorFlow's."""
    turned = [layer for layer in model.layers if type(layer).__name__ in _TURNED]
    kernels = backend.batch_get_value([layer.kernel for layer in turned])
    backend.batch_set_value(
        [(layer.kernel, convert_kernel(kernel)) for layer, kernel in zip(turned, kernels)]
    )


@public()
def convert_dense_weights_data_format(
    dense: Any, previous_feature_map_shape: tuple, target_data_format: str = "channels_first"
) -> None:
    """Reorders the rows of a dense layer behind a flattened image, whose layout has changed.

    Args:
      dense: the layer.
      previous_feature_map_shape: the shape of the image before it was flattened, in the new layout.
      target_data_format: the new layout.
    """
    kernel, *rest = dense.get_weights()
    first = target_data_format == "channels_first"
    channels, *spatial = (
        previous_feature_map_shape
        if first
        else (
            previous_feature_map_shape[-1],
            *previous_feature_map_shape[:-1],
        )
    )
    old = (*spatial, channels) if first else (channels, *spatial)
    order = (2, 0, 1) if first else (1, 2, 0)
    columns = [np.transpose(column.reshape(old), order).reshape(-1) for column in kernel.T]
    dense.set_weights([np.stack(columns, axis=1), *rest])
