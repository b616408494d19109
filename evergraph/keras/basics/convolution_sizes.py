"""Sizes of convolutions: how long outputs and inputs are."""

from typing import Any

import numpy as np

from evergraph.framework.public import public, public_module
from evergraph.keras.backend.arrays import checked_layout
from evergraph.keras.backend.convolution import layout_name
from evergraph.layers.spatial import convolved_size, entries, transposed_size

public_module("python.keras.utils.conv_utils", "python.layers.utils")


@public()
def convert_data_format(data_format: str, ndim: int) -> str:
    """TensorFlow's name of a layout, for tensors of rank 3 to 5; ValueError for another rank or layout."""
    if ndim not in (3, 4, 5):
        raise ValueError(f"Input rank not supported: {ndim}")
    if data_format not in ("channels_first", "channels_last"):
        raise ValueError(f"Invalid data_format: {data_format!r}")
    return layout_name(data_format, ndim - 2)


@public()
def normalize_tuple(value: Any, n: int, name: str) -> tuple:
    """`n` integers: an integer stands for all of them. ValueError for anything else."""
    return entries(value, n, name)


@public()
def conv_output_length(
    input_length: int | None, filter_size: int, padding: str, stride: int, dilation: int = 1
) -> int | None:
    """How long the output of a convolution is; None for None."""
    return convolved_size(input_length, filter_size + (filter_size - 1) * (dilation - 1), padding, stride)


@public()
def conv_input_length(output_length: int | None, filter_size: int, padding: str, stride: int) -> int | None:
    """How long the input of a convolution is; None for None."""
    if output_length is None:
        return None
    pad = {"same": filter_size // 2, "valid": 0, "full": filter_size - 1}[padding]
    return (output_length - 1) * stride - 2 * pad + filter_size


@public()
def deconv_output_length(input_length: int | None, filter_size: int, padding: str, stride: int) -> int | None:
    """How long the output of a transposed convolution is; None for None."""
    return transposed_size(input_length, filter_size, padding, stride)


@public()
def normalize_data_format(value: str | None) -> str:
    """A layout in small letters, the one that is set when None; ValueError for another."""
    return checked_layout(None if value is None else value.lower())


@public()
def normalize_padding(value: str) -> str:
    """ "valid", "same" or "causal", from a name in any case; ValueError for another."""
    if value.lower() not in ("valid", "same", "causal"):
        raise ValueError(
            f'The `padding` argument must be one of "valid", "same" (or "causal" for Conv1D), got {value!r}'
        )
    return value.lower()


@public()
def convert_kernel(kernel: np.ndarray) -> np.ndarray:
    """A kernel turned around along its spatial axes, between Theano's convolution and TensorFlow's.

    Raises:
      ValueError: a rank other than 3 to 5.
    """
    kernel = np.asarray(kernel)
    if not 3 <= kernel.ndim <= 5:
        raise ValueError(f"Invalid kernel shape: {kernel.shape}")
    spatial = (slice(None, None, -1),) * (kernel.ndim - 2)
    return np.copy(kernel[(*spatial, slice(None), slice(None))])
