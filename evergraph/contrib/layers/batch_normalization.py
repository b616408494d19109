"""Batch normalisation with moving averages as model variables, and biases."""

from collections.abc import Callable
from typing import Any

from evergraph.contrib.framework.scoped_arguments import add_arg_scope
from evergraph.contrib.framework.variables import model_variable
from evergraph.contrib.layers.collected_outputs import (
    constant_value,
    get_variable_collections,
    smart_cond,
)
from evergraph.contrib.layers.layer_variables import PLAIN, checked_format, collect, finish
from evergraph.framework import dtypes
from evergraph.framework.collections import GraphKeys, add_to_collections
from evergraph.framework.conversion import convert_to_tensor
from evergraph.framework.default_graph import control_dependencies
from evergraph.framework.public import public, public_module
from evergraph.framework.tensor import Tensor
from evergraph.framework.types import TensorLike
from evergraph.layers.normalization import BatchNormalization
from evergraph.ops import array as array_ops
from evergraph.ops import constants, nn
from evergraph.ops.variables.initializers import Ones, Zeros
from evergraph.ops.variables.scope import variable_scope
from evergraph.ops.variables.scope_object import get_variable_scope
from evergraph.optimizers.moving_averages import assign_moving_average

public_module("contrib.layers.python.layers.layers")

_ZEROS, _ONES = Zeros(), Ones()
_INITIALIZERS = {"beta": _ZEROS, "gamma": _ONES, "moving_mean": _ZEROS, "moving_variance": _ONES}


@public("contrib.layers.batch_norm")
@add_arg_scope
def batch_norm(
    inputs: TensorLike,
    decay: TensorLike = 0.999,
    center: bool = True,
    scale: bool = False,
    epsilon: float = 0.001,
    activation_fn: Callable | None = None,
    param_initializers: dict[str, Callable] | None = None,
    param_regularizers: dict[str, Callable] | None = None,
    updates_collections: Any = GraphKeys.UPDATE_OPS,
    is_training: TensorLike = True,
    reuse: bool | None = None,
    variables_collections: Any = None,
    outputs_collections: Any = None,
    trainable: bool = True,
    batch_weights: TensorLike = None,
    fused: bool | None = None,
    data_format: str = "NHWC",
    zero_debias_moving_mean: bool = False,
    scope: Any = None,
    renorm: bool = False,
    renorm_clipping: dict[str, Any] | None = None,
    renorm_decay: TensorLike = 0.99,
    adjustment: Callable | None = None,
) -> Tensor:
    """Batch normalisation (S. Ioffe and C. Szegedy, 2015): `(inputs - mean) / sqrt(variance + epsilon) * gamma + beta`.

    In training the moments are the batch's, and the moving averages are updated by operations in `updates_collections`; run them
    with each step, or give None to have them run with the outputs.

    Args:
      inputs: a tensor whose channels are last, or second for "NCHW".
      decay: of the moving averages.
      center, scale: whether there are a beta and a gamma.
      epsilon: added to the variance.
      activation_fn: a function of the outputs; none when None.
      param_initializers, param_regularizers: {"beta", "gamma", "moving_mean", "moving_variance": function}.
      updates_collections: see above.
      is_training: a bool, or a scalar bool tensor.
      reuse: whether the variables are there already; `scope` must be given then.
      variables_collections: collections of the variables, or a dict of these by name.
      outputs_collections: collections of the outputs.
      trainable: whether beta and gamma are trained.
      batch_weights: a weight for each example in the moments.
      fused: whether to use the fused operation, whose moving variance is the unbiased one, where it can be; None is True.
      data_format: "NHWC" or "NCHW".
      zero_debias_moving_mean: whether the moving mean is corrected for having started at zero.
      scope: the variable scope, by name or object.
      renorm, renorm_clipping, renorm_decay, adjustment: as for `tf.layers.batch_normalization`.

    Raises:
      ValueError: another data format, a rank or number of channels that is not known, arguments that do not go together.
    """
    inputs = convert_to_tensor(inputs)
    layout = checked_format(data_format, "NCHW", "NHWC")
    axis = 1 if layout == "channels_first" else -1
    _check_shape(inputs, axis)
    fused = fused is None or fused
    is_simple = batch_weights is None and not zero_debias_moving_mean
    is_simple = is_simple and updates_collections is GraphKeys.UPDATE_OPS
    rank = inputs.shape.ndims
    can_fuse = fused and batch_weights is None and not renorm and rank in (2, 4) and adjustment is None
    getter = None if can_fuse and (rank == 2 or not is_simple) else PLAIN
    with variable_scope(scope, "BatchNorm", [inputs], reuse=reuse, custom_getter=getter) as sc:
        if getter is not None and is_simple:
            initializers, regularizers = param_initializers or {}, param_regularizers or {}
            named: dict[str, Any] = {
                f"{name}_initializer": initializers.get(name, _INITIALIZERS[name]) for name in _INITIALIZERS
            }
            named.update((f"{name}_regularizer", regularizers.get(name)) for name in ("beta", "gamma"))
            layer = BatchNormalization(
                axis=axis,
                momentum=decay,
                epsilon=epsilon,
                center=center,
                scale=scale,
                **named,
                renorm=renorm,
                renorm_clipping=renorm_clipping,
                renorm_momentum=renorm_decay,
                fused=fused,
                trainable=trainable,
                adjustment=adjustment,
                name=sc.name,
                _scope=sc,
                _reuse=reuse,
            )
            outputs = layer(inputs, training=is_training)
            for name in ("moving_mean", "moving_variance", "beta", "gamma"):
                collect(getattr(layer, name), variables_collections, name)
        else:
            if renorm:
                raise ValueError(
                    "renorm is not supported with batch_weights, updates_collections or zero_debias_moving_mean"
                )
            parameters = _Parameters(
                inputs,
                axis,
                center,
                scale,
                param_initializers,
                param_regularizers,
                variables_collections,
                trainable,
            )
            updates = _Updates(parameters, decay, zero_debias_moving_mean, is_training, updates_collections)
            if can_fuse:
                outputs = _fused(inputs, parameters, updates, epsilon, data_format)
            else:
                outputs = _plain(inputs, parameters, updates, epsilon, batch_weights)
        outputs.set_shape(inputs.shape)
        return finish(outputs, activation_fn, outputs_collections, sc.name)


def _check_shape(inputs, axis):
    if inputs.shape.ndims is None:
        raise ValueError(f"Inputs {inputs.name} has undefined rank")
    if inputs.shape[axis].value is None:
        raise ValueError(f"Inputs {inputs.name} has undefined `C` dimension: {inputs.shape}")


class _Parameters:
    """The variables, or the constants in place of those that are not wanted."""

    def __init__(self, inputs, axis, center, scale, initializers, regularizers, collections, trainable):
        self.axis = axis % inputs.shape.ndims
        self.size = inputs.shape[self.axis].value
        half = inputs.dtype.base_dtype in (dtypes.float16, dtypes.bfloat16)
        self.dtype = dtypes.float32 if half else inputs.dtype.base_dtype

        def variable(name, trainable):
            return model_variable(
                name,
                [self.size],
                self.dtype,
                (initializers or {}).get(name, _INITIALIZERS[name]),
                (regularizers or {}).get(name) if name in ("beta", "gamma") else None,
                trainable,
                get_variable_collections(collections, name),
            )

        self.beta = variable("beta", trainable) if center else None
        self.gamma = variable("gamma", trainable) if scale else None
        with variable_scope(get_variable_scope()) as inner:
            inner.set_partitioner(None)  # moving averages stay in one piece
            self.moving = [variable(name, False) for name in ("moving_mean", "moving_variance")]


class _Updates:
    """The updates of the moving averages: collected, or run with what depends on the moments."""

    def __init__(self, parameters, decay, zero_debias, is_training, collections):
        self._moving = parameters.moving
        self._decay = decay
        self._zero_debias = (zero_debias, False)
        self._collections = collections
        self.is_training = is_training
        self.is_needed = constant_value(is_training) is None or bool(constant_value(is_training))

    def _made(self, moments):
        return [
            assign_moving_average(average, value, self._decay, zero_debias=zero_debias)
            for average, value, zero_debias in zip(self._moving, moments, self._zero_debias)
        ]

    def run_with(self, values, moments, otherwise):
        """`values`, so that the averages are updated: when these are computed, or by the operations collected.

        Args:
          values: tensors that wait for the updates, where nothing is collected.
          moments: the mean and variance of the batch.
          otherwise: a function giving the values when not training.
        """
        if not self.is_needed:
            return values
        if self._collections is not None:
            made = smart_cond(self.is_training, lambda: self._made(moments), lambda: list(self._moving))
            for each in made:
                add_to_collections(self._collections, each)
            return values

        def forced():
            with control_dependencies(self._made(moments)):
                return [constants.identity(each) for each in values]

        result = smart_cond(self.is_training, forced, otherwise)
        return (
            result if isinstance(result, (list, tuple)) else [result]
        )  # a conditional unwraps a list of one


def _fused(inputs, parameters, updates, epsilon, data_format):
    images = inputs
    if inputs.shape.ndims == 2:
        sizes = [-1, parameters.size, 1, 1] if data_format == "NCHW" else [-1, 1, 1, parameters.size]
        images = array_ops.reshape(inputs, sizes)
    gamma, beta = (
        array_ops.fill([parameters.size], convert_to_tensor(value, parameters.dtype))
        if each is None
        else each
        for each, value in ((parameters.gamma, 1.0), (parameters.beta, 0.0))
    )
    options = {"epsilon": epsilon, "data_format": data_format}
    outputs, mean, variance = smart_cond(
        updates.is_training,
        lambda: nn.fused_batch_norm(images, gamma, beta, **options),
        lambda: nn.fused_batch_norm(images, gamma, beta, *parameters.moving, is_training=False, **options),
    )
    outputs = updates.run_with([outputs], [mean, variance], lambda: [outputs])[0]
    if inputs.shape.ndims == 2:
        outputs = array_ops.reshape(outputs, array_ops.shape(inputs))
    return outputs


def _plain(inputs, parameters, updates, epsilon, batch_weights):
    rank = inputs.shape.ndims
    others = [axis for axis in range(rank) if axis != parameters.axis]
    moments = parameters.moving
    if updates.is_needed:
        if batch_weights is None:
            moments = list(nn.moments(inputs, others))
        else:
            batch_weights = convert_to_tensor(batch_weights)
            inputs.shape[0:1].assert_is_compatible_with(batch_weights.shape)
            weights = array_ops.reshape(batch_weights, [-1] + [1] * (rank - 1))
            moments = list(nn.weighted_moments(inputs, others, weights))
        of_batch = moments

        def of_the_past():
            return [constants.identity(each) for each in parameters.moving]

        moments = updates.run_with(of_batch, of_batch, of_the_past)
        if moments is of_batch:
            moments = smart_cond(
                updates.is_training, lambda: [constants.identity(each) for each in of_batch], of_the_past
            )
    shape = [parameters.size if axis == parameters.axis else 1 for axis in range(rank)]
    mean, variance, beta, gamma = (
        each if each is None or parameters.axis == rank - 1 else array_ops.reshape(each, shape)
        for each in (*moments, parameters.beta, parameters.gamma)
    )
    return nn.batch_normalization(inputs, mean, variance, beta, gamma, epsilon)


@public("contrib.layers.bias_add")
@add_arg_scope
def bias_add(
    inputs: TensorLike,
    activation_fn: Callable | None = None,
    initializer: Callable | None = _ZEROS,
    regularizer: Callable | None = None,
    reuse: bool | None = None,
    variables_collections: Any = None,
    outputs_collections: Any = None,
    trainable: bool = True,
    data_format: str = "NHWC",
    scope: Any = None,
) -> Tensor:
    """Adds a variable `biases` along the channels.

    Args:
      inputs: a tensor whose channels are last, or second of four dimensions for "NCHW".
      initializer, regularizer: of the biases.
      The other arguments: see `batch_norm`.

    Raises:
      ValueError: another data format, channels that are not known.
    """
    layout = checked_format(data_format, "NCHW", "NHWC")
    with variable_scope(scope, "BiasAdd", [inputs], reuse=reuse) as sc:
        inputs = convert_to_tensor(inputs)
        rank = inputs.shape.ndims
        if rank is None:
            raise ValueError(f"Dims of shape must be known but is None: {inputs}")
        if rank != 4 and layout == "channels_first":
            raise ValueError(f"Data format NCHW only supports 4D Tensor, got rank {rank}")
        size = inputs.shape[1 if layout == "channels_first" else -1].value
        if size is None:
            raise ValueError(f"`C` dimension must be known but is None: {inputs.shape}")
        biases = model_variable(
            "biases",
            [size],
            inputs.dtype.base_dtype,
            initializer,
            regularizer,
            trainable,
            get_variable_collections(variables_collections, "biases"),
        )
        outputs = nn.bias_add(inputs, biases, data_format=data_format)
        return finish(outputs, activation_fn, outputs_collections, sc.name)
