"""Batch normalisation."""

from collections.abc import Callable
from typing import Any

from evergraph.framework import dtypes
from evergraph.framework.conversion import convert_to_tensor
from evergraph.framework.public import public, public_module
from evergraph.framework.shapes import TensorShape
from evergraph.framework.tensor import Tensor
from evergraph.framework.types import ShapeLike, TensorLike
from evergraph.layers.base import Layer
from evergraph.layers.branching import known_training, when_training
from evergraph.layers.input_spec import InputSpec
from evergraph.layers.renormalization import Renormalization, composed
from evergraph.ops import array as array_ops
from evergraph.ops import constants, nn
from evergraph.ops import math as math_ops
from evergraph.ops.variables.initializers import Ones, Zeros
from evergraph.optimizers.moving_averages import assign_moving_average

public_module("python.layers.normalization")

_ZEROS, _ONES = Zeros(), Ones()


@public("layers.BatchNormalization", "python.layers.normalization.BatchNorm")
class BatchNormalization(Layer):
    """`(inputs - mean) / sqrt(variance + epsilon) * gamma + beta`, for each index along `axis`.

    In training the mean and variance are the batch's, and updates in GraphKeys.UPDATE_OPS keep moving averages of them;
    otherwise the moving averages are used. Run the updates with each training step.

    Ioffe and Szegedy 2015, arXiv:1502.03167.

    Args:
      axis: the axis of the channels, or a list of axes: one mean for each index along all of them.
      momentum: of the moving averages.
      epsilon: added to the variance.
      center, scale: whether there are a beta and a gamma.
      beta_initializer, gamma_initializer, moving_mean_initializer, moving_variance_initializer: initializers.
      beta_regularizer, gamma_regularizer: functions whose results join `losses`.
      beta_constraint, gamma_constraint: functions applied to the variables after an optimizer's update.
      renorm: whether to correct a batch's moments towards the moving ones: see `Renormalization`.
      renorm_clipping: {"rmax", "rmin", "dmax": number or tensor}, bounds of the corrections.
      renorm_momentum: of the moving averages that the corrections are taken from.
      fused: whether to use one operation for images, whose moving variance is the unbiased one; None and True: where it can be.
      virtual_batch_size: normalise this many examples together, rather than the batch.
      adjustment: a function of the inputs' shape (a tensor) that gives (scale, bias), applied in training before gamma and beta.
      trainable, name, **kwargs: see `Layer`.

    Raises:
      ValueError: a key of `renorm_clipping` that is none. When called: the size along `axis` is not known, or there is no such
        axis, or one is given twice; arguments that do not go together.
      TypeError: `axis` is neither an integer nor a list (when called).
    """

    def __init__(
        self,
        axis: int | list[int] = -1,
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
        renorm: bool = False,
        renorm_clipping: dict[str, Any] | None = None,
        renorm_momentum: TensorLike = 0.99,
        fused: bool | None = None,
        trainable: bool = True,
        virtual_batch_size: int | None = None,
        adjustment: Callable | None = None,
        name: str | None = None,
        **kwargs: Any,
    ) -> None:
        super().__init__(trainable=trainable, name=name, **kwargs)
        self.axis: Any = list(axis) if isinstance(axis, list) else axis
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
        self.renorm = renorm
        self._renormalization = Renormalization(self, renorm_clipping, renorm_momentum) if renorm else None
        self.virtual_batch_size = virtual_batch_size
        self.adjustment = adjustment
        self.fused = True if fused is None else fused
        self._bessels_correction_test_only = (
            True  # False: the moving variance of a fused layer is the biased one too
        )

    # -- the variables ---------------------------------------------------------------------------------------------

    def build(self, input_shape: ShapeLike) -> None:
        """Makes `gamma` and `beta` (None without), `moving_mean` and `moving_variance`, each `[channels]`; with several axes,
        or virtual batches, in the shape that broadcasts over the inputs.

        ValueError when the rank, or the size along the axis, is not known.
        """
        shape = TensorShape(input_shape)
        rank = shape.ndims
        if not rank:
            raise ValueError(
                f"layer {self.name} needs inputs of a known rank of at least 1, got shape {shape}"
            )
        self.axis = self._checked_axes(rank)
        self._check_virtual_batches()
        self.fused = bool(
            self.fused
            and not self.renorm
            and rank == 4
            and self.axis in ([1], [3])
            and self.virtual_batch_size is None
            and self.adjustment is None
        )
        sizes = {axis: shape[axis].value for axis in self.axis}
        if None in sizes.values():
            raise ValueError(
                f"layer {self.name} needs the size along axis {self.axis} to be known, got shape {shape}"
            )
        self.input_spec = InputSpec(ndim=rank, axes=sizes)
        if len(sizes) == 1 and self.virtual_batch_size is None:
            parameters = list(sizes.values())
        else:
            parameters = [sizes.get(axis, 1) for axis in range(rank)]
        if self.virtual_batch_size is not None:  # a dimension of the batches comes second
            parameters.insert(1, 1)
            self.axis = [axis + 1 for axis in self.axis]
        self._add_weights(parameters)
        self.built = True

    def _checked_axes(self, rank):
        axes = [self.axis] if isinstance(self.axis, int) else self.axis
        if not isinstance(axes, list):
            raise TypeError(f"axis must be int or list, type given: {type(axes)}")
        for axis in axes:
            if not -rank <= axis < rank:
                raise ValueError(
                    f"Invalid axis: {axis} of layer {self.name} must be from {-rank} to {rank - 1}"
                )
        found = [axis % rank for axis in axes]
        if len(set(found)) != len(found):
            raise ValueError(f"Duplicate axis: {axes}")
        return found

    def _check_virtual_batches(self):
        if self.virtual_batch_size is None:
            return
        if self.virtual_batch_size <= 0:
            raise ValueError(f"virtual_batch_size must be a positive integer, got {self.virtual_batch_size}")
        if 0 in self.axis:
            raise ValueError(
                "When using virtual_batch_size, the batch dimension must be 0 and thus axis cannot include 0"
            )
        if self.adjustment is not None:
            raise ValueError("When using virtual_batch_size, adjustment cannot be specified")

    def _add_weights(self, shape):
        half = self.dtype in ("float16", "bfloat16")
        dtype = dtypes.float32 if half else self.dtype
        self.gamma = self.beta = None
        if self.scale:
            self.gamma = self.add_weight(
                "gamma",
                shape,
                dtype,
                initializer=self.gamma_initializer,
                regularizer=self.gamma_regularizer,
                constraint=self.gamma_constraint,
            )
        if self.center:
            self.beta = self.add_weight(
                "beta",
                shape,
                dtype,
                initializer=self.beta_initializer,
                regularizer=self.beta_regularizer,
                constraint=self.beta_constraint,
            )
        partitioner = self._scope.partitioner if self._scope is not None else None
        if self._scope is not None:
            self._scope.set_partitioner(None)  # moving averages stay in one piece
        try:
            self.moving_mean = self.add_weight(
                "moving_mean", shape, dtype, initializer=self.moving_mean_initializer, trainable=False
            )
            self.moving_variance = self.add_weight(
                "moving_variance", shape, dtype, initializer=self.moving_variance_initializer, trainable=False
            )
            if self._renormalization is not None:
                self._renormalization.add_weights(shape, dtype)
        finally:
            if self._scope is not None:
                self._scope.set_partitioner(partitioner)

    # -- the call --------------------------------------------------------------------------------------------------

    def call(self, inputs: TensorLike, training: TensorLike = False) -> Tensor:
        """The normalised inputs; `training` is a bool, or a scalar bool tensor."""
        inputs = convert_to_tensor(inputs)
        if self.fused:
            return self._fused(inputs, training)
        shape = inputs.shape
        if self.virtual_batch_size is not None:
            inputs = array_ops.reshape(inputs, [self.virtual_batch_size, -1, *shape.as_list()[1:]])
        outputs = self._normalized(inputs, training)
        if self.virtual_batch_size is not None:
            outputs = array_ops.reshape(outputs, [-1, *shape.as_list()[1:]])
        outputs.set_shape(shape)
        return outputs

    def _normalized(self, inputs, training):
        rank = inputs.shape.ndims
        scale, offset = self._along_channels(self.gamma, rank), self._along_channels(self.beta, rank)
        moments = [self.moving_mean, self.moving_variance]
        if known_training(training) is not False:
            if self.adjustment is not None:
                adjusted = self.adjustment(array_ops.shape(inputs))
                neutral = array_ops.ones_like(adjusted[0]), array_ops.zeros_like(adjusted[1])
                adjusted = [
                    when_training(training, lambda new=new: new, lambda old=old: old)
                    for new, old in zip(adjusted, neutral)
                ]
                scale, offset = composed(*adjusted, scale, offset)
            moments, means = self._moments_of_batch(inputs, training)
            if self._renormalization is not None:
                r, d, *means = self._renormalization.correct(means[0], means[1], training)
                scale, offset = composed(
                    self._along_channels(r, rank), self._along_channels(d, rank), scale, offset
                )
            self._update_averages(means, training, inputs)
        mean, variance = (self._along_channels(each, rank) for each in moments)
        return nn.batch_normalization(inputs, mean, variance, offset, scale, self.epsilon)

    def _moments_of_batch(self, inputs, training):
        """[mean, variance] to normalise by, and those for the averages, which are one for all virtual batches."""
        is_virtual = self.virtual_batch_size is not None
        others = [axis for axis in range(inputs.shape.ndims) if axis not in self.axis]
        if is_virtual:
            others.remove(1)
        of_batch = nn.moments(inputs, others, keep_dims=is_virtual or len(self.axis) > 1)
        moments = [
            when_training(
                training, lambda new=new: constants.identity(new), lambda old=old: constants.identity(old)
            )
            for new, old in zip(of_batch, (self.moving_mean, self.moving_variance))
        ]
        if not is_virtual:
            return moments, moments
        return moments, [math_ops.reduce_mean(each, 1, keepdims=True) for each in moments]

    def _update_averages(self, values, training, inputs):
        """Adds the updates. Where it turns out not to train, an average keeps all of what it is."""
        momentum = self.momentum
        if known_training(training) is None:
            momentum = when_training(
                training, lambda: convert_to_tensor(momentum), lambda: constants.constant(1.0)
            )
        averages = self.moving_mean, self.moving_variance
        self.add_update(
            [
                assign_moving_average(old, new, momentum, zero_debias=False)
                for old, new in zip(averages, values)
            ],
            inputs=inputs,
        )

    def _fused(self, inputs, training):
        gamma, beta = (
            array_ops.fill([inputs.shape[self.axis[0]].value], value) if variable is None else variable
            for variable, value in ((self.gamma, 1.0), (self.beta, 0.0))
        )
        options = {"epsilon": self.epsilon, "data_format": "NCHW" if self.axis == [1] else "NHWC"}
        averages = self.moving_mean, self.moving_variance
        outputs, *moments = when_training(
            training,
            lambda: nn.fused_batch_norm(inputs, gamma, beta, **options),
            lambda: nn.fused_batch_norm(inputs, gamma, beta, *averages, is_training=False, **options),
        )
        if known_training(training) is not False:
            mean, variance = moments
            if not self._bessels_correction_test_only:
                count = math_ops.cast(array_ops.size(inputs) // array_ops.size(variance), variance.dtype)
                variance *= (count - 1) / count
            self._update_averages([mean, variance], training, inputs)
        outputs.set_shape(inputs.shape)
        return outputs

    def compute_output_shape(self, input_shape: ShapeLike) -> Any:
        """That of the inputs."""
        return input_shape

    def _along_channels(self, vector, rank):
        """The vector in the shape that broadcasts along the axis of the channels."""
        if vector is None or vector.shape.ndims == rank or self.axis == [rank - 1]:
            return vector
        return array_ops.reshape(vector, [-1 if axis == self.axis[0] else 1 for axis in range(rank)])


@public("layers.batch_normalization", "python.layers.normalization.batch_norm")
def batch_normalization(
    inputs: TensorLike,
    axis: int | list[int] = -1,
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
    renorm: bool = False,
    renorm_clipping: dict[str, Any] | None = None,
    renorm_momentum: TensorLike = 0.99,
    fused: bool | None = None,
    virtual_batch_size: int | None = None,
    adjustment: Callable | None = None,
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
        renorm=renorm,
        renorm_clipping=renorm_clipping,
        renorm_momentum=renorm_momentum,
        fused=fused,
        trainable=trainable,
        virtual_batch_size=virtual_batch_size,
        adjustment=adjustment,
        name=name,
        dtype=convert_to_tensor(inputs).dtype.base_dtype,
        _reuse=reuse,
        _scope=name,
    )
    return layer(inputs, training=training)
