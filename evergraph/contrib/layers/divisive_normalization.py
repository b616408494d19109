"""Generalised divisive normalisation."""

from collections.abc import Callable
from typing import Any

from evergraph.framework.conversion import convert_to_tensor
from evergraph.framework.public import public, public_module
from evergraph.framework.shapes import TensorShape
from evergraph.framework.tensor import Tensor
from evergraph.framework.types import DTypeLike, ShapeLike, TensorLike
from evergraph.gradients.custom_gradient import custom_gradient
from evergraph.layers.base import Layer
from evergraph.layers.input_spec import InputSpec
from evergraph.ops import array as array_ops
from evergraph.ops import linalg, nn
from evergraph.ops import math as math_ops

public_module("contrib.layers.python.layers.layers")


def _lower_bound(values, bound):
    """`maximum(values, bound)`, whose gradient passes below the bound too where it leads upwards."""

    @custom_gradient
    def bounded(values, bound):
        def gradient(grad):
            passes = math_ops.logical_or(values >= bound, grad < 0)
            return math_ops.cast(passes, grad.dtype) * grad, None

        return math_ops.maximum(values, bound), gradient

    return bounded(values, convert_to_tensor(bound, values.dtype.base_dtype))


@public("contrib.layers.GDN")
class GDN(Layer):
    """`x_i / sqrt(beta_i + sum_j gamma_ji * x_j^2)` over the channels (J. Balle, V. Laparra and E. Simoncelli, Density Modeling of
    Images using a Generalized Normalization Transformation, 2016); the inverse multiplies.

    Args:
      inverse: whether it multiplies.
      beta_min: the smallest beta.
      gamma_init: the first value of gamma's diagonal.
      reparam_offset: how far from zero the variables, which are square roots, stay.
      data_format: "channels_last" or "channels_first", of 1 to 3 spatial dimensions.
      activity_regularizer, trainable, name, **kwargs: see `Layer`.

    Raises:
      ValueError: another data format; when called, channels that are not known.
    """

    def __init__(
        self,
        inverse: bool = False,
        beta_min: float = 1e-6,
        gamma_init: float = 0.1,
        reparam_offset: float = 2**-18,
        data_format: str = "channels_last",
        activity_regularizer: Callable | None = None,
        trainable: bool = True,
        name: str | None = None,
        **kwargs: Any,
    ) -> None:
        super().__init__(trainable=trainable, name=name, activity_regularizer=activity_regularizer, **kwargs)
        if data_format not in ("channels_first", "channels_last"):
            raise ValueError(f"Unsupported `data_format` for GDN layer: {data_format}.")
        self.inverse = inverse
        self.data_format = data_format
        self._beta_min = beta_min
        self._gamma_init = gamma_init
        self._reparam_offset = reparam_offset
        self._axis = 1 if data_format == "channels_first" else -1
        self.input_spec = InputSpec(min_ndim=3, max_ndim=5)

    def build(self, input_shape: ShapeLike) -> None:
        """Makes `reparam_beta`, `[channels]`, and `reparam_gamma`, `[channels, channels]`.

        ValueError when the channels are not known.
        """
        shape = TensorShape(input_shape)
        count = shape[self._axis].value
        if count is None:
            raise ValueError(f"The channel dimension of the inputs to `GDN` must be defined: {shape}")
        self.input_spec = InputSpec(ndim=shape.ndims, axes={self._axis: count})
        pedestal = self._reparam_offset**2

        def first_beta(shape: ShapeLike, dtype: DTypeLike = None, partition_info: Any = None) -> Tensor:
            return math_ops.sqrt(array_ops.ones(shape, dtype) + pedestal)

        def first_gamma(shape: ShapeLike, dtype: DTypeLike = None, partition_info: Any = None) -> Tensor:
            return math_ops.sqrt(self._gamma_init * linalg.eye(shape[0], dtype=dtype) + pedestal)

        roots = [
            self.add_weight("reparam_beta", [count], initializer=first_beta),
            self.add_weight("reparam_gamma", [count, count], initializer=first_gamma),
        ]
        bounds = (self._beta_min + pedestal) ** 0.5, self._reparam_offset
        self.beta, self.gamma = (
            math_ops.square(_lower_bound(convert_to_tensor(root), bound)) - pedestal
            for root, bound in zip(roots, bounds)
        )
        self.built = True

    def call(self, inputs: TensorLike) -> Tensor:
        """The normalised inputs."""
        inputs = convert_to_tensor(inputs, dtype=self.dtype)
        rank = inputs.shape.ndims
        first = self._axis == 1
        kernel = array_ops.reshape(self.gamma, [1] * (rank - 2) + self.gamma.shape.as_list())
        layout = ("NC" + "DHW"[5 - rank :]) if first else None
        pool = nn.convolution(math_ops.square(inputs), kernel, "VALID", data_format=layout)
        norm = math_ops.sqrt(
            pool + array_ops.reshape(self.beta, [1, -1] + [1] * (rank - 2)) if first else pool + self.beta
        )
        outputs = inputs * norm if self.inverse else inputs / norm
        outputs.set_shape(inputs.shape)
        return outputs

    def compute_output_shape(self, input_shape: ShapeLike) -> TensorShape:
        """That of the inputs. ValueError when the channels are not known."""
        shape = TensorShape(input_shape)
        if shape[self._axis].value is None:
            raise ValueError(f"The channel dimension of the inputs to `GDN` must be defined: {shape}")
        return shape


@public("contrib.layers.gdn")
def gdn(
    inputs: TensorLike,
    inverse: bool = False,
    beta_min: float = 1e-6,
    gamma_init: float = 0.1,
    reparam_offset: float = 2**-18,
    data_format: str = "channels_last",
    activity_regularizer: Callable | None = None,
    trainable: bool = True,
    name: str | None = None,
    reuse: bool | None = None,
) -> Tensor:
    """`GDN(inverse, ...)` of `inputs`; with `reuse`, with the variables that exist under `name`."""
    inputs = convert_to_tensor(inputs)
    layer = GDN(
        inverse=inverse,
        beta_min=beta_min,
        gamma_init=gamma_init,
        reparam_offset=reparam_offset,
        data_format=data_format,
        activity_regularizer=activity_regularizer,
        trainable=trainable,
        name=name,
        dtype=inputs.dtype.base_dtype,
        _scope=name,
        _reuse=reuse,
    )
    return layer(inputs)
