"""Batch normalisation."""

from typing import Any

from evergraph.framework.public import public, public_module
from evergraph.framework.tensor import Tensor
from evergraph.framework.types import ShapeLike, TensorLike
from evergraph.keras import backend
from evergraph.keras.backend.session import annotate
from evergraph.keras.engine.arguments import from_names, to_config
from evergraph.keras.engine.base_layer import Layer
from evergraph.keras.engine.registry import known_layer
from evergraph.layers.normalization import BatchNormalization as GraphBatchNormalization

public_module("python.keras.layers.normalization")


@public("keras.layers.BatchNormalization")
@known_layer
class BatchNormalization(GraphBatchNormalization, Layer):
    """Inputs normalised along an axis: by the batch's mean and variance in training, else by their moving averages.

    Args:
      axis: the axis of the channels.
      momentum: of the moving averages.
      epsilon: added to the variance.
      center, scale: whether there are a beta and a gamma.
      beta_initializer, ..., gamma_constraint: of the weights.
      renorm, virtual_batch_size, adjustment, and what belongs to them: not there.
      fused: not used: there is one way to compute it.
      trainable, name, **kwargs: see `Layer`.

    Raises:
      NotImplementedError: `renorm`, `virtual_batch_size` or `adjustment`.
      TypeError: several axes.
      ValueError (when called): the size along the axis is not known, or there is no such axis.
    """

    def __init__(
        self,
        axis: Any = -1,
        momentum: float = 0.99,
        epsilon: float = 1e-3,
        center: bool = True,
        scale: bool = True,
        beta_initializer: Any = "zeros",
        gamma_initializer: Any = "ones",
        moving_mean_initializer: Any = "zeros",
        moving_variance_initializer: Any = "ones",
        beta_regularizer: Any = None,
        gamma_regularizer: Any = None,
        beta_constraint: Any = None,
        gamma_constraint: Any = None,
        renorm: bool = False,
        renorm_clipping: dict | None = None,
        renorm_momentum: float = 0.99,
        fused: bool | None = None,
        trainable: bool = True,
        virtual_batch_size: int | None = None,
        adjustment: Any = None,
        name: str | None = None,
        **kwargs: Any,
    ) -> None:
        if renorm or virtual_batch_size is not None or adjustment is not None:
            raise NotImplementedError(
                "BatchNormalization of Keras has no renorm, virtual_batch_size or adjustment here: leave them out"
            )
        if isinstance(axis, (list, tuple)):
            if len(axis) != 1:
                raise TypeError(f"axis must be one integer, got {axis!r}")
            axis = axis[0]
        if not isinstance(axis, int):
            raise TypeError(f"axis must be an integer, got {axis!r}")
        named = dict(
            beta_initializer=beta_initializer,
            gamma_initializer=gamma_initializer,
            moving_mean_initializer=moving_mean_initializer,
            moving_variance_initializer=moving_variance_initializer,
            beta_regularizer=beta_regularizer,
            gamma_regularizer=gamma_regularizer,
            beta_constraint=beta_constraint,
            gamma_constraint=gamma_constraint,
        )
        super().__init__(
            axis=axis,
            momentum=momentum,
            epsilon=epsilon,
            center=center,
            scale=scale,
            trainable=trainable,
            name=name,
            **from_names(named),
            **kwargs,
        )
        self.supports_masking = True

    def call(self, inputs: TensorLike, training: Any = None) -> Tensor:
        """The normalised inputs; whether it trains is what the learning phase says when `training` is None."""
        by_phase = training is None
        if by_phase:
            training = backend.learning_phase()
        outputs = super().call(inputs, training=training)
        if by_phase:
            annotate(outputs, _uses_learning_phase=isinstance(training, Tensor))
        return outputs

    def get_config(self) -> dict:
        """The constructor's arguments."""
        names = (
            "axis momentum epsilon center scale beta_initializer gamma_initializer moving_mean_initializer "
            "moving_variance_initializer beta_regularizer gamma_regularizer beta_constraint gamma_constraint"
        ).split()
        return {**Layer.get_config(self), **to_config(self, names)}

    def compute_output_shape(self, input_shape: ShapeLike) -> Any:
        """That of the inputs."""
        return input_shape
