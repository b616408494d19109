"""Fully connected layers."""

import functools
from collections.abc import Callable
from typing import Any

from evergraph.contrib.framework.scoped_arguments import add_arg_scope
from evergraph.contrib.layers.initializers import xavier_initializer
from evergraph.contrib.layers.layer_variables import KERNEL_AND_BIAS, collect, finish
from evergraph.framework.collections import GraphKeys, add_to_collections
from evergraph.framework.conversion import convert_to_tensor
from evergraph.framework.public import public, public_module
from evergraph.framework.tensor import Tensor
from evergraph.framework.types import TensorLike
from evergraph.layers.dense import Dense
from evergraph.ops import array as array_ops
from evergraph.ops import math as math_ops
from evergraph.ops import nn
from evergraph.ops.variables.initializers import Zeros
from evergraph.ops.variables.scope import get_variable, variable_scope

public_module("contrib.layers.python.layers.layers")

_XAVIER, _ZEROS = xavier_initializer(), Zeros()


@public("contrib.layers.fully_connected")
@add_arg_scope
def fully_connected(
    inputs: TensorLike,
    num_outputs: int,
    activation_fn: Callable | None = nn.relu,
    normalizer_fn: Callable | None = None,
    normalizer_params: dict | None = None,
    weights_initializer: Callable | None = _XAVIER,
    weights_regularizer: Callable | None = None,
    biases_initializer: Callable | None = _ZEROS,
    biases_regularizer: Callable | None = None,
    reuse: bool | None = None,
    variables_collections: Any = None,
    outputs_collections: Any = None,
    trainable: bool = True,
    scope: Any = None,
) -> Tensor:
    """`activation(inputs @ weights + biases)`: `[..., n]` to `[..., num_outputs]`.

    Args:
      inputs: a tensor of rank 2 at least, whose last size is known.
      num_outputs: the last size of the outputs.
      The other arguments: see `convolution`.

    Raises:
      ValueError: a rank or last size that does not fit, or outputs that are no integer.
    """
    if not isinstance(num_outputs, int):
        raise ValueError(f"num_outputs should be int or long, got {num_outputs!r}.")
    with variable_scope(scope, "fully_connected", [inputs], reuse=reuse, custom_getter=KERNEL_AND_BIAS) as sc:
        inputs = convert_to_tensor(inputs)
        layer = Dense(
            units=num_outputs,
            activation=None,
            use_bias=not normalizer_fn and biases_initializer is not None,
            kernel_initializer=weights_initializer,
            bias_initializer=biases_initializer,
            kernel_regularizer=weights_regularizer,
            bias_regularizer=biases_regularizer,
            trainable=trainable,
            name=sc.name,
            dtype=inputs.dtype.base_dtype,
            _scope=sc,
            _reuse=reuse,
        )
        outputs = layer(inputs)
        collect(layer.kernel, variables_collections, "weights")
        collect(layer.bias, variables_collections, "biases")
        return finish(outputs, activation_fn, outputs_collections, sc.name, normalizer_fn, normalizer_params)


@public("contrib.layers.legacy_fully_connected")
def legacy_fully_connected(
    x: TensorLike,
    num_output_units: int,
    activation_fn: Callable | None = None,
    weight_init: Callable | None = _XAVIER,
    bias_init: Callable | None = _ZEROS,
    name: str | None = None,
    weight_collections: Any = (GraphKeys.WEIGHTS,),
    bias_collections: Any = (GraphKeys.BIASES,),
    output_collections: Any = (GraphKeys.ACTIVATIONS,),
    trainable: bool = True,
    weight_regularizer: Callable | None = None,
    bias_regularizer: Callable | None = None,
) -> Tensor:
    """An older `fully_connected`: the variables are `weights` and `bias`, and the outputs join `GraphKeys.ACTIVATIONS`.

    Args:
      x: a tensor of rank 2 at least, whose last size is known.
      num_output_units: the last size of the outputs.
      The other arguments: see `fully_connected`.

    Raises:
      ValueError: a rank or last size that is not known, or too low.
    """
    with variable_scope(name, "fully_connected", [x]):
        x = convert_to_tensor(x)
        rank = x.shape.ndims
        if rank is None:
            raise ValueError("dims of x must be known but is None")
        if rank < 2:
            raise ValueError(f"rank of x must be at least 2 not: {rank}")
        if x.shape[-1].value is None:
            raise ValueError(f"last dimension of x must be known but is None: {x.shape}")
        size, dtype = x.shape[-1].value, x.dtype.base_dtype
        weights = get_variable(
            "weights",
            [size, num_output_units],
            dtype,
            initializer=weight_init,
            collections={*(weight_collections or ()), GraphKeys.GLOBAL_VARIABLES},
            regularizer=weight_regularizer,
            trainable=trainable,
        )
        outputs = math_ops.matmul(x if rank == 2 else array_ops.reshape(x, [-1, size]), weights)
        if bias_init is not None:
            bias = get_variable(
                "bias",
                [num_output_units],
                dtype,
                initializer=bias_init,
                collections={*(bias_collections or ()), GraphKeys.GLOBAL_VARIABLES},
                regularizer=bias_regularizer,
                trainable=trainable,
            )
            outputs = nn.bias_add(outputs, bias)
        if rank > 2:
            sizes = array_ops.unstack(array_ops.shape(x))
            outputs = array_ops.reshape(outputs, array_ops.stack([*sizes[:-1], num_output_units]))
            outputs.set_shape([*x.shape.as_list()[:-1], num_output_units])
        if activation_fn is not None:
            outputs = activation_fn(outputs)
        add_to_collections([*(output_collections or ()), GraphKeys.ACTIVATIONS], outputs)
        return outputs


elu = public("contrib.layers.elu")(functools.partial(fully_connected, activation_fn=nn.elu))
relu = public("contrib.layers.relu")(functools.partial(fully_connected, activation_fn=nn.relu))
relu6 = public("contrib.layers.relu6")(functools.partial(fully_connected, activation_fn=nn.relu6))
linear = public("contrib.layers.linear")(functools.partial(fully_connected, activation_fn=None))
legacy_relu = public("contrib.layers.legacy_relu")(
    functools.partial(legacy_fully_connected, activation_fn=nn.relu)
)
legacy_linear = public("contrib.layers.legacy_linear")(
    functools.partial(legacy_fully_connected, activation_fn=None)
)
