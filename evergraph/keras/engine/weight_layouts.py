"""Weights of files that older versions or other kinds of a layer wrote, laid out for the layer that takes them."""

from typing import Any

import numpy as np

from evergraph.framework.public import public, public_module

public_module("python.keras.engine.saving")


@public()
def preprocess_weights_for_loading(
    layer: Any, weights: list, original_keras_version: str | None = None, original_backend: str | None = None
) -> list:
    """The arrays of a layer in a file, as the layer in hand lays them out.

    Args:
      layer: the layer.
      weights: the arrays.
      original_keras_version: the version that wrote the file; "1" transposes what Keras 1 laid out otherwise.
      original_backend: what that ran on.
    """
    kind = type(layer).__name__
    if kind == "Bidirectional":
        half = len(weights) // 2
        return [
            *preprocess_weights_for_loading(
                layer.forward_layer, weights[:half], original_keras_version, original_backend
            ),
            *preprocess_weights_for_loading(
                layer.backward_layer, weights[half:], original_keras_version, original_backend
            ),
        ]
    if kind == "TimeDistributed":
        return preprocess_weights_for_loading(layer.layer, weights, original_keras_version, original_backend)
    if kind in ("Model", "Sequential") and original_keras_version == "1":
        return _by_parts(layer, weights, original_keras_version, original_backend)
    if original_keras_version == "1":
        weights = _from_keras_1(layer, kind, weights)
    return convert_rnn_weights(layer, weights)


def _by_parts(model, weights, version, original_backend):
    found = []
    for layer in model.layers:
        count = len(layer.weights)
        found += preprocess_weights_for_loading(layer, weights[:count], version, original_backend)
        weights = weights[count:]
    return found


def _from_keras_1(layer, kind, weights):
    if kind == "Conv1D" and weights[0].shape[:2] != (layer.kernel_size[0], 1):
        weights = [np.transpose(weights[0], (2, 3, 1, 0)), *weights[1:]]
    if kind == "Conv1D":
        return [weights[0][:, 0, :, :], *weights[1:]]
    if kind in ("Conv2D", "Conv2DTranspose") and layer.data_format == "channels_first":
        return [np.transpose(weights[0], (2, 3, 1, 0)), *weights[1:]]
    if kind == "Conv2DTranspose":
        return [np.transpose(weights[0], (0, 1, 3, 2)), *weights[1:]]
    if kind == "GRU" and len(weights) == 9:
        return [np.concatenate(weights[part::3], axis=-1) for part in range(3)]
    if kind == "LSTM" and len(weights) == 12:
        # the gates are input, forget, cell, output, where Keras 1 had input, cell, forget, output
        return [
            np.concatenate([weights[at] for at in (0 + p, 6 + p, 3 + p, 9 + p)], axis=-1) for p in range(3)
        ]
    return weights


def _each_gate(kernels, count, function):
    """Each of the `count` matrices side by side changed by a function."""
    return np.hstack([function(each) for each in np.hsplit(kernels, count)])


@public("python.keras.engine.saving._convert_rnn_weights")
def convert_rnn_weights(layer: Any, weights: list) -> list:
    """Weights of an LSTM or GRU and of its cuDNN kind, which differ in order and biases, in the layout of `layer`.

    Raises:
      ValueError: biases of a kind that cannot be told.
    """
    kind = type(layer).__name__
    if kind in ("LSTM", "CuDNNLSTM") and len(weights) == 3:
        units = weights[1].shape[0]
        is_cudnn = weights[2].shape == (units * 8,)
        if kind == "LSTM" and is_cudnn:
            return _converted(weights, 4, "F", lambda bias: bias[: 4 * units] + bias[4 * units :])
        if kind == "CuDNNLSTM" and weights[2].shape == (units * 4,):
            return _converted(weights, 4, "C", lambda bias: np.tile(0.5 * bias, 2))
    if kind in ("GRU", "CuDNNGRU") and len(weights) == 3:
        units = weights[1].shape[0]
        is_cudnn = weights[2].shape == (units * 6,)
        if kind == "GRU" and is_cudnn:
            if not layer.reset_after:
                raise ValueError(
                    "weights of a CuDNNGRU are those of a GRU with reset_after=True, and this one has reset_after=False"
                )
            return _converted(weights, 3, "F", lambda bias: np.reshape(bias, (2, -1)))
        if kind == "CuDNNGRU" and weights[2].shape == (2, units * 3):
            return _converted(weights, 3, "C", lambda bias: np.reshape(bias, -1))
        if kind == "CuDNNGRU" and weights[2].shape == (units * 3,):
            raise ValueError("weights of a GRU with reset_after=False cannot be those of a CuDNNGRU")
    return weights


def _turned(order):
    """How cuDNN lays out a kernel of the inputs: transposed, in the other order of memory."""
    return lambda kernel: kernel.T.reshape(kernel.shape, order=order)


def _converted(weights, gates, order, change_bias):
    kernel, recurrent, bias = weights
    return [
        _each_gate(kernel, gates, _turned(order)),
        _each_gate(recurrent, gates, lambda each: each.T),
        change_bias(bias),
    ]
