"""Dense layers, activations, dropout, and changes of shape."""

import types as python_types
from collections.abc import Callable, Sequence
from typing import Any, Self

import numpy as np

from evergraph.framework.conversion import convert_to_tensor
from evergraph.framework.public import public, public_module
from evergraph.framework.shapes import TensorShape
from evergraph.framework.tensor import Tensor
from evergraph.framework.types import ShapeLike, TensorLike
from evergraph.keras import activations, backend, regularizers
from evergraph.keras.backend.arrays import checked_layout
from evergraph.keras.basics.generic import deserialize_keras_object, func_dump, func_load, has_arg
from evergraph.keras.engine.arguments import from_names, to_config
from evergraph.keras.engine.base_layer import Layer
from evergraph.keras.engine.registry import known_layer
from evergraph.layers.dense import Dense as GraphDense
from evergraph.layers.flattening import Flatten as GraphFlatten
from evergraph.layers.input_spec import InputSpec
from evergraph.ops import array as array_ops
from evergraph.ops import constants
from evergraph.ops import math as math_ops

public_module("python.keras.layers.core")


@public("keras.layers.Masking")
@known_layer
class Masking(Layer):
    """Masks the steps of `[batch, steps, features]` at which all features are `mask_value`."""

    def __init__(self, mask_value: float = 0.0, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.supports_masking = True
        self.mask_value = mask_value

    def compute_mask(self, inputs: Any, mask: Any = None) -> Tensor:
        """Whether a step has something else."""
        return math_ops.reduce_any(math_ops.not_equal(inputs, self.mask_value), -1)

    def call(self, inputs: TensorLike) -> Tensor:
        """The inputs, zero where they are masked."""
        kept = math_ops.reduce_any(math_ops.not_equal(inputs, self.mask_value), -1, keepdims=True)
        return inputs * math_ops.cast(kept, inputs.dtype.base_dtype)

    def compute_output_shape(self, input_shape: ShapeLike) -> Any:
        """That of the inputs."""
        return input_shape

    def get_config(self) -> dict:
        """The constructor's arguments."""
        return {**super().get_config(), "mask_value": self.mask_value}


@public("keras.layers.Dropout")
@known_layer
class Dropout(Layer):
    """Sets a share of the elements to zero at random in training, and scales the others up by `1 / (1 - rate)`.

    Args:
      rate: the share.
      noise_shape: the shape of what is drawn, broadcast to the inputs.
      seed: of the random draws.
    """

    def __init__(self, rate: float, noise_shape: Any = None, seed: int | None = None, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.rate = rate
        self.noise_shape = noise_shape
        self.seed = seed
        self.supports_masking = True

    def _get_noise_shape(self, inputs):
        if self.noise_shape is None:
            return None
        sizes = array_ops.shape(inputs)
        return [sizes[axis] if size is None else size for axis, size in enumerate(self.noise_shape)]

    def call(self, inputs: TensorLike, training: Any = None) -> Tensor:
        """The inputs, with elements dropped when training (as the learning phase says, when None)."""
        if not 0.0 < self.rate < 1.0:
            return constants.identity(inputs)
        shape = self._get_noise_shape(inputs)
        return backend.in_train_phase(
            lambda: backend.dropout(inputs, self.rate, shape, seed=self.seed),
            lambda: constants.identity(inputs),
            training=training,
        )

    def compute_output_shape(self, input_shape: ShapeLike) -> Any:
        """That of the inputs."""
        return input_shape

    def get_config(self) -> dict:
        """The constructor's arguments."""
        own = {"rate": self.rate, "noise_shape": self.noise_shape, "seed": self.seed}
        return {**super().get_config(), **own}


class _SpatialDropout(Dropout):
    """Dropout of whole feature maps. `rank`: how many spatial axes there are."""

    rank = 1

    def __init__(self, rate, data_format=None, **kwargs):
        super().__init__(rate, **kwargs)
        self.data_format = checked_layout(data_format)
        self.input_spec = InputSpec(ndim=self.rank + 2)

    def _get_noise_shape(self, inputs):
        sizes = array_ops.shape(inputs)
        ones = [1] * self.rank
        if self.data_format == "channels_first":
            return [sizes[0], sizes[1], *ones]
        return [sizes[0], *ones, sizes[self.rank + 1]]


@public("keras.layers.SpatialDropout1D")
@known_layer
class SpatialDropout1D(_SpatialDropout):
    """Dropout of whole features of `[batch, steps, features]`."""

    def __init__(self, rate: float, **kwargs: Any) -> None:
        super().__init__(rate, "channels_last", **kwargs)


@public("keras.layers.SpatialDropout2D")
@known_layer
class SpatialDropout2D(_SpatialDropout):
    """Dropout of whole channels of images; ValueError for an unknown layout."""

    rank = 2


@public("keras.layers.SpatialDropout3D")
@known_layer
class SpatialDropout3D(_SpatialDropout):
    """Dropout of whole channels of volumes; ValueError for an unknown layout."""

    rank = 3


@public("keras.layers.Activation")
@known_layer
class Activation(Layer):
    """An activation, by name or as a function."""

    def __init__(self, activation: Any, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.supports_masking = True
        self.activation = activations.get(activation)

    def call(self, inputs: TensorLike) -> Any:
        """The activation of the inputs."""
        return self.activation(inputs)

    def compute_output_shape(self, input_shape: ShapeLike) -> Any:
        """That of the inputs."""
        return input_shape

    def get_config(self) -> dict:
        """The constructor's arguments."""
        return {**super().get_config(), "activation": activations.serialize(self.activation)}


@public("keras.layers.Reshape")
@known_layer
class Reshape(Layer):
    """Each example in another shape; -1 in it is what is left.

    Args:
      target_shape: the shape of an example.
    """

    def __init__(self, target_shape: Sequence[int], **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.target_shape = tuple(target_shape)

    def _fix_unknown_dimension(self, input_shape, output_shape):
        known = int(np.prod([size for size in output_shape if size != -1], dtype=int))
        size = int(np.prod(input_shape, dtype=int))
        unknown = output_shape.count(-1)
        if unknown > 1 or size % max(known, 1) or (not unknown and size != known):
            raise ValueError(
                f"layer {self.name} cannot bring examples of shape {tuple(input_shape)} into shape {tuple(output_shape)}"
            )
        return [size // max(known, 1) if each == -1 else each for each in output_shape]

    def compute_output_shape(self, input_shape: ShapeLike) -> TensorShape:
        """The batch, then `target_shape`; ValueError when the sizes do not fit."""
        batch, *sizes = TensorShape(input_shape).as_list()
        if None in sizes:
            return TensorShape([batch, *(None if each == -1 else each for each in self.target_shape)])
        return TensorShape([batch, *self._fix_unknown_dimension(sizes, list(self.target_shape))])

    def call(self, inputs: TensorLike) -> Tensor:
        """The inputs in the other shape."""
        outputs = array_ops.reshape(inputs, (array_ops.shape(inputs)[0], *self.target_shape))
        outputs.set_shape(self.compute_output_shape(inputs.shape))
        return outputs

    def get_config(self) -> dict:
        """The constructor's arguments."""
        return {**super().get_config(), "target_shape": self.target_shape}


@public("keras.layers.Permute")
@known_layer
class Permute(Layer):
    """The axes of each example in another order; they are counted from 1."""

    def __init__(self, dims: Sequence[int], **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.dims = tuple(dims)
        self.input_spec = InputSpec(ndim=len(self.dims) + 1)

    def compute_output_shape(self, input_shape: ShapeLike) -> TensorShape:
        """The sizes in that order."""
        sizes = TensorShape(input_shape).as_list()
        return TensorShape([sizes[0], *(sizes[axis] for axis in self.dims)])

    def call(self, inputs: TensorLike) -> Tensor:
        """The inputs with the axes in that order."""
        return array_ops.transpose(inputs, perm=(0, *self.dims))

    def get_config(self) -> dict:
        """The constructor's arguments."""
        return {**super().get_config(), "dims": self.dims}


@public("keras.layers.Flatten")
@known_layer
class Flatten(GraphFlatten, Layer):
    """`[batch, ...]` to `[batch, n]`; with `data_format` "channels_first" the channels come last first."""

    def __init__(self, data_format: str | None = None, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.data_format = checked_layout(data_format)
        self.input_spec = InputSpec(min_ndim=1)

    def call(self, inputs: TensorLike) -> Tensor:
        """The flat inputs."""
        rank = inputs.shape.ndims
        if self.data_format == "channels_first" and rank is not None and rank > 1:
            inputs = array_ops.transpose(inputs, [0, *range(2, rank), 1])
        return super().call(inputs)

    def get_config(self) -> dict:
        """The constructor's arguments."""
        return {**Layer.get_config(self), "data_format": self.data_format}


@public("keras.layers.RepeatVector")
@known_layer
class RepeatVector(Layer):
    """`[batch, features]` n times: `[batch, n, features]`."""

    def __init__(self, n: int, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.n = n
        self.input_spec = InputSpec(ndim=2)

    def compute_output_shape(self, input_shape: ShapeLike) -> TensorShape:
        """`[batch, n, features]`."""
        batch, features = TensorShape(input_shape).as_list()
        return TensorShape([batch, self.n, features])

    def call(self, inputs: TensorLike) -> Tensor:
        """The repeated inputs."""
        return backend.repeat(inputs, self.n)

    def get_config(self) -> dict:
        """The constructor's arguments."""
        return {**super().get_config(), "n": self.n}


@public("keras.layers.Lambda")
@known_layer
class Lambda(Layer):
    """A function as a layer.

    Args:
      function: `(inputs)`, and `mask` if it takes that.
      output_shape: the shape of one output, or a function of the shape of the inputs.
      mask: the mask of the outputs, or a function `(inputs, mask)`.
      arguments: further arguments of the function.
    """

    def __init__(
        self,
        function: Callable,
        output_shape: Any = None,
        mask: Any = None,
        arguments: dict | None = None,
        **kwargs: Any,
    ) -> None:
        super().__init__(**kwargs)
        self.function = function
        self.arguments = arguments or {}
        self.mask = mask
        self.supports_masking = mask is not None
        self._output_shape = (
            output_shape if output_shape is None or callable(output_shape) else tuple(output_shape)
        )

    def compute_output_shape(self, input_shape: ShapeLike) -> Any:
        """The shape that was given; that of the inputs when none was."""
        if self._output_shape is None:
            return TensorShape(input_shape) if not isinstance(input_shape, list) else input_shape
        if callable(self._output_shape):
            found = self._output_shape(input_shape)
            return found if isinstance(found, list) else TensorShape(found)
        first = input_shape[0] if isinstance(input_shape, list) else input_shape
        return TensorShape([TensorShape(first).as_list()[0], *self._output_shape])

    def call(self, inputs: Any, mask: Any = None) -> Any:
        """What the function gives."""
        more = {"mask": mask} if has_arg(self.function, "mask") else {}
        return self.function(inputs, **{**self.arguments, **more})

    def compute_mask(self, inputs: Any, mask: Any = None) -> Any:
        """The mask that was given."""
        return self.mask(inputs, mask) if callable(self.mask) else self.mask

    def get_config(self) -> dict:
        """The constructor's arguments; a lambda as its code."""
        function, kind = _written(self.function)
        shape, shape_kind = (
            _written(self._output_shape) if callable(self._output_shape) else (self._output_shape, "raw")
        )
        own = {
            "function": function,
            "module": self.function.__module__,
            "function_type": kind,
            "output_shape": shape,
            "output_shape_type": shape_kind,
            "output_shape_module": getattr(self._output_shape, "__module__", None),
            "arguments": self.arguments,
        }
        return {**super().get_config(), **own}

    @classmethod
    def from_config(cls, config: dict, custom_objects: dict | None = None) -> Self:
        """A layer from what `get_config` gave."""
        config = dict(config)
        for key in ("module", "output_shape_module"):
            config.pop(key, None)
        config["function"] = _read(config["function"], config.pop("function_type"), custom_objects)
        config["output_shape"] = _read(
            config["output_shape"], config.pop("output_shape_type"), custom_objects
        )
        arguments = config.get("arguments") or {}
        config["arguments"] = {
            name: np.array(value["value"])
            if isinstance(value, dict) and value.get("type") == "ndarray"
            else value
            for name, value in arguments.items()
        }
        return cls(**config)


def _written(function):
    if isinstance(function, python_types.FunctionType):
        return func_dump(function), "lambda"
    return function.__name__, "function"


def _read(value, kind, custom_objects):
    if kind == "function":
        return deserialize_keras_object(
            value, custom_objects=custom_objects, printable_module_name="function in Lambda layer"
        )
    return func_load(value, globs=globals()) if kind == "lambda" else value


@public("keras.layers.Dense")
@known_layer
class Dense(GraphDense, Layer):
    """`activation(inputs @ kernel + bias)` along the last axis.

    Args:
      units: the size of the outputs' last axis.
      activation: a function or its name.
      use_bias: whether there is a bias.
      kernel_initializer, bias_initializer: initializers, or their names.
      kernel_regularizer, bias_regularizer, activity_regularizer: functions whose results join `losses`, or their names.
      kernel_constraint, bias_constraint: functions applied to the weights after an optimizer's update, or their names.
      **kwargs: see `Layer`.

    Raises (when called):
      ValueError: the last size of the inputs is not known, or not that of the first call.
    """

    def __init__(
        self,
        units: int,
        activation: Any = None,
        use_bias: bool = True,
        kernel_initializer: Any = "glorot_uniform",
        bias_initializer: Any = "zeros",
        kernel_regularizer: Any = None,
        bias_regularizer: Any = None,
        activity_regularizer: Any = None,
        kernel_constraint: Any = None,
        bias_constraint: Any = None,
        **kwargs: Any,
    ) -> None:
        named = from_names(
            dict(
                activation=activation,
                kernel_initializer=kernel_initializer,
                bias_initializer=bias_initializer,
                kernel_regularizer=kernel_regularizer,
                bias_regularizer=bias_regularizer,
                kernel_constraint=kernel_constraint,
                bias_constraint=bias_constraint,
            )
        )
        if "input_dim" in kwargs and "input_shape" not in kwargs:
            kwargs["input_shape"] = (kwargs.pop("input_dim"),)
        super().__init__(
            int(units),
            use_bias=use_bias,
            activity_regularizer=regularizers.get(activity_regularizer),
            **named,
            **kwargs,
        )
        self.supports_masking = True

    def call(self, inputs: TensorLike) -> Tensor:
        """The outputs."""
        return super().call(convert_to_tensor(inputs, dtype=self.dtype))

    def get_config(self) -> dict:
        """The constructor's arguments."""
        return {**Layer.get_config(self), "units": self.units, **kernel_config(self)}


_KERNEL_ARGUMENTS = (
    "activation use_bias kernel_initializer bias_initializer kernel_regularizer bias_regularizer "
    "activity_regularizer kernel_constraint bias_constraint"
).split()


def kernel_config(layer: Any, leave_out: Sequence[str] = ()) -> dict:
    """What layers with a kernel and a bias have in their configurations."""
    return to_config(layer, [name for name in _KERNEL_ARGUMENTS if name not in leave_out])


@public("keras.layers.ActivityRegularization")
@known_layer
class ActivityRegularization(Layer):
    """The inputs, whose absolute values and squares join the losses."""

    def __init__(self, l1: float = 0.0, l2: float = 0.0, **kwargs: Any) -> None:
        super().__init__(activity_regularizer=regularizers.L1L2(l1=l1, l2=l2), **kwargs)
        self.supports_masking = True
        self.l1 = l1
        self.l2 = l2

    def compute_output_shape(self, input_shape: ShapeLike) -> Any:
        """That of the inputs."""
        return input_shape

    def get_config(self) -> dict:
        """The constructor's arguments."""
        return {**super().get_config(), "l1": self.l1, "l2": self.l2}
