"""Batch normalisation."""

from collections.abc import Callable
from typing import Any

from evergraph.framework.conversion import convert_to_tensor
from evergraph.framework.public import public, public_module
from evergraph.framework.shapes import TensorShape
from evergraph.framework.tensor import Tensor
from evergraph.framework.types import ShapeLike, TensorLike
from evergraph.layers.base import Layer
from evergraph.layers.branching import known_training, when_training
from evergraph.layers.input_spec import InputSpec
from evergraph.ops import array as array_ops
from evergraph.ops import constants, nn
from evergraph.ops.variables.initializers import Ones, Zeros
from evergraph.optimizers.moving_averages import assign_moving_average

public_module("python.layers.normalization")

_ZEROS, _ONES = Zeros(), Ones()


@public("layers.BatchNormalization")
class BatchNormalization(Layer):
    """`(inputs - mean) / sqrt(variance + epsilon) * gamma + beta`, for each index along `axis`.

    In training the mean and variance are the batch's, and updates in GraphKeys.UPDATE_OPS keep moving averages of them;
    otherwise the moving averages are used. Run the updates with each training step.

    Args:
      axis: the axis of the channels.
      momentum: of the moving averages.
      epsilon: added to the variance.
      center, scale: whether there are a beta and a gamma.
      beta_initializer, gamma_initializer, moving_mean_initializer, moving_variance_initializer: initializers.
      beta_regularizer, gamma_regularizer: functions whose results join `losses`.
      beta_constraint, gamma_constraint: functions applied to the variables after an optimizer's update.
      trainable, name, **kwargs: see `Layer`.

    Raises (when called):
      ValueError: the size along `axis` is not known, or there is no such axis.
    """

    def __init__(
        self,
        axis: int = -1,
        momentum: TensorLike = 0.99,
        epsilon: float = 1e-3,
        center: bool = True,
        scale: bool = True,
        beta_initializer: Callable | None = _ZEROS,
        gamma_initializer: Callable | None = _ONES,
        moving_mean_initializer: Callable | None = _ZEROS,
        moving_variance_initializer: Callable | None = _ONES,
        beta_regularizer: Callable | None = None,
        gamma_regularizer: Callable | None = None,
        beta_constraint: Callable | None = None,
        gamma_constraint: Callable | None = None,
        trainable: bool = True,
        name: str | None = None,
        **kwargs: Any,
    ) -> None:
        super().__init__(trainable=trainable, name=name, **kwargs)
        self.axis = axis
        self.momentum = momentum
        self.epsilon = epsilon
        self.center = center
        self.scale = scale
        self.beta_initializer = beta_initializer
        self.gamma_initializer = gamma_initializer
        self.moving_mean_initializer = moving_mean_initializer
        self.moving_variance_initializer = moving_variance_initializer
        self.beta_regularizer = beta_regularizer
        self.gamma_regularizer = gamma_regularizer
        self.beta_constraint = beta_constraint
        self.gamma_constraint = gamma_constraint

    def build(self, input_shape: ShapeLike) -> None:
        """Makes `gamma` and `beta` (None without), `moving_mean` and `moving_variance`, each `[channels]`."""
        shape = TensorShape(input_shape)
        rank = shape.ndims
        if not rank:
            raise ValueError(
                f"layer {self.name} needs inputs of a known rank of at least 1, got shape {shape}"
            )
        if not -rank <= self.axis < rank:
            raise ValueError(f"axis {self.axis} of layer {self.name} must be from {-rank} to {rank - 1}")
        axis = self._channel_axis = self.axis % rank
        size = shape[axis].value
        if size is None:
            raise ValueError(
                f"layer {self.name} needs the size along axis {axis} to be known, got shape {shape}"
            )
        self.input_spec = InputSpec(ndim=rank, axes={axis: size})
        self.gamma = self.beta = None
        if self.scale:
            self.gamma = self.add_weight(
                "gamma",
                [size],
                initializer=self.gamma_initializer,
                regularizer=self.gamma_regularizer,
                constraint=self.gamma_constraint,
            )
        if self.center:
            self.beta = self.add_weight(
                "beta",
                [size],
                initializer=self.beta_initializer,
                regularizer=self.beta_regularizer,
                constraint=self.beta_constraint,
            )
        self.moving_mean = self.add_weight(
            "moving_mean", [size], initializer=self.moving_mean_initializer, trainable=False
        )
        self.moving_variance = self.add_weight(
            "moving_variance", [size], initializer=self.moving_variance_initializer, trainable=False
        )
        self.built = True

    def call(self, inputs: TensorLike, training: TensorLike = False) -> Tensor:
        """The normalised inputs; `training` is a bool, or a scalar bool tensor."""
        inputs = convert_to_tensor(inputs)
        rank = inputs.shape.ndims
        others = [axis for axis in range(rank) if axis != self._channel_axis]
        moving = self.moving_mean, self.moving_variance
        if known_training(training) is False:
            moments = moving
        else:
            of_batch = nn.moments(inputs, others)
            moments = [
                when_training(
                    training, lambda new=new: constants.identity(new), lambda old=old: constants.identity(old)
                )
                for new, old in zip(of_batch, moving)
            ]
            # Where it turns out not to train, an average moves towards itself.
            self.add_update(
                [
                    assign_moving_average(old, new, self.momentum, zero_debias=False)
                    for old, new in zip(moving, moments)
                ],
                inputs=inputs,
            )
        mean, variance, beta, gamma = (
            self._along_channels(each, rank) for each in (*moments, self.beta, self.gamma)
        )
        outputs = nn.batch_normalization(inputs, mean, variance, beta, gamma, self.epsilon)
        outputs.set_shape(inputs.shape)
        return outputs

    def compute_output_shape(self, input_shape: ShapeLike) -> Any:
        """That of the inputs."""
        return input_shape

    def _along_channels(self, vector, rank):
        """The vector in the shape that broadcasts along the axis of the channels."""
        if vector is None or self._channel_axis == rank - 1:
            return vector
        return array_ops.reshape(vector, [-1 if axis == self._channel_axis else 1 for axis in range(rank)])


@public("layers.batch_normalization")
def batch_normalization(
    inputs: TensorLike,
    axis: int = -1,
    momentum: TensorLike = 0.99,
    epsilon: float = 1e-3,
    center: bool = True,
    scale: bool = True,
    beta_initializer: Callable | None = _ZEROS,
    gamma_initializer: Callable | None = _ONES,
    moving_mean_initializer: Callable | None = _ZEROS,
    moving_variance_initializer: Callable | None = _ONES,
    beta_regularizer: Callable | None = None,
    gamma_regularizer: Callable | None = None,
    beta_constraint: Callable | None = None,
    gamma_constraint: Callable | None = None,
    training: TensorLike = False,
    trainable: bool = True,
    name: str | None = None,
    reuse: bool | None = None,
) -> Tensor:
    """`BatchNormalization(axis, ...)` of `inputs`; with `reuse`, with the variables that exist under `name`."""
    layer = BatchNormalization(
        axis=axis,
        momentum=momentum,
        epsilon=epsilon,
        center=center,
        scale=scale,
        beta_initializer=beta_initializer,
        gamma_initializer=gamma_initializer,
        moving_mean_initializer=moving_mean_initializer,
        moving_variance_initializer=moving_variance_initializer,
        beta_regularizer=beta_regularizer,
        gamma_regularizer=gamma_regularizer,
        beta_constraint=beta_constraint,
        gamma_constraint=gamma_constraint,
        trainable=trainable,
        name=name,
        _reuse=reuse,
        _scope=name,
    )
    return layer(inputs, training=training)
