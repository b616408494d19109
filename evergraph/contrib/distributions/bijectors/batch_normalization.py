"""Batch normalization as a map that can be inverted."""

from __future__ import annotations

from evergraph.distributions.bijector import Bijector
from evergraph.framework.public import public, public_module
from evergraph.layers.normalization import BatchNormalization as Layer
from evergraph.ops import array as array_ops
from evergraph.ops import math as math_ops
from evergraph.ops import nn

public_module("contrib.distributions.python.ops.bijectors.batch_normalization")


def _positive(scale):
    return nn.relu(scale) + 1e-6


@public("contrib.distributions.bijectors.BatchNormalization")
class BatchNormalization(Bijector):
    """The inverse normalizes (for which a batch is seen), the map takes the normalization back, by the moving statistics.

    Args:
      batchnorm_layer: a layer of `tf.layers` without renormalization; one whose scale stays positive when None.
      training: whether the inverse normalizes by the statistics of its batch, rather than by the moving ones.
      validate_args: not used.
      name: the scope of its operations.

    Raises:
      ValueError: another layer, or (when applied) shapes that are not known.
    """

    def __init__(
        self,
        batchnorm_layer: Layer | None = None,
        training: bool = True,
        validate_args: bool = False,
        name: str = "batch_normalization",
    ) -> None:
        self.batchnorm = batchnorm_layer or Layer(gamma_constraint=_positive)
        if not isinstance(self.batchnorm, Layer):
            raise ValueError(
                f"batchnorm_layer must be an instance of BatchNormalization layer, got {self.batchnorm}."
            )
        if self.batchnorm.renorm:
            raise ValueError("BatchNorm Bijector does not support renormalization.")
        self._training = training
        axis = self.batchnorm.axis
        super().__init__(
            forward_min_event_ndims=1 if isinstance(axis, int) else len(axis),
            validate_args=validate_args,
            name=name,
        )

    def _built(self, value):
        if not value.shape.is_fully_defined():
            raise ValueError(f"Input must have shape known at graph construction, got {value.shape}.")
        if not self.batchnorm.built:
            self.batchnorm.build(value.shape)
        axis = self.batchnorm.axis
        return (
            [axis % value.shape.ndims] if isinstance(axis, int) else [one % value.shape.ndims for one in axis]
        )

    def _forward(self, x):
        axes, ndims = self._built(x), x.shape.ndims
        layer = self.batchnorm

        def along(vector):
            sizes = [x.shape[axis].value if axis in axes else 1 for axis in range(ndims)]
            return array_ops.reshape(vector, sizes)

        rescale = math_ops.sqrt(along(layer.moving_variance) + layer.epsilon)
        if layer.scale:
            rescale = rescale / along(layer.gamma)
        y = x * rescale + along(layer.moving_mean)
        return y - along(layer.beta) * rescale if layer.center else y

    def _inverse(self, y):
        self._built(y)
        return self.batchnorm.apply(y, training=self._training)

    def _forward_log_det_jacobian(self, x):
        return -self._log_det(x, True)

    def _inverse_log_det_jacobian(self, y):
        return self._log_det(y, not self._training)

    def _log_det(self, value, by_moving_statistics):
        axes = self._built(value)
        if by_moving_statistics:
            variance = self.batchnorm.moving_variance
        else:
            others = [axis for axis in range(value.shape.ndims) if axis not in axes]
            variance = nn.moments(value, axes=others, keep_dims=True)[1]
        total = -0.5 * math_ops.reduce_sum(math_ops.log(variance + self.batchnorm.epsilon))
        if self.batchnorm.scale:
            total = total + math_ops.reduce_sum(math_ops.log(self.batchnorm.gamma))
        return total
