"""Constants, placeholders, identities: where values enter the graph and how they are passed on."""

from typing import Any

import numpy as np

from evergraph.framework import dtypes, errors, registry
from evergraph.framework.conversion import convert_to_tensor, register_tensor_conversion_function
from evergraph.framework.default_graph import get_default_graph
from evergraph.framework.execution import executing_eagerly
from evergraph.framework.operation import Operation
from evergraph.framework.public import public, public_module
from evergraph.framework.shapes import Dimension, TensorShape, as_shape
from evergraph.framework.tensor import Tensor
from evergraph.framework.types import DTypeLike, ShapeLike, TensorLike
from evergraph.framework.values import aligned_copy, fit_to_shape, to_numpy
from evergraph.ops.registry import device_op, host_op

public_module("python.ops.array_ops")


@device_op(
    "Const", "-> output: dtype", role="constant", shape=lambda op: TensorShape(op.attrs["value"].shape)
)
def const_op():
    """The constant; the engine reads it from the attribute `value`."""
    raise AssertionError("constants are read from their attribute, never run")


def _placeholder_shape(operation):
    return operation.attrs["shape"]


@host_op("Placeholder", "-> output: dtype", role="placeholder", shape=_placeholder_shape)
def placeholder_op(run, *, dtype, shape: TensorShape | None = None):
    """Fails: a placeholder has no value but the one that is fed."""
    tensor = run.operation.outputs[0]
    sizes = tensor.shape.dims_or_none
    expected = (
        "" if sizes is None else f" and shape [{','.join('?' if s is None else str(s) for s in sizes)}]"
    )
    raise errors.InvalidArgumentError(
        None,
        run.operation,
        f"You must feed a value for placeholder tensor '{run.operation.name}' with dtype "
        f"{dtypes.short_name(dtype)}{expected}: "
        f"add it to the feed_dict of this run",
    )


@device_op(
    "PlaceholderWithDefault",
    "input: dtype -> output: dtype",
    role="default",
    shape=_placeholder_shape,
    numpy=lambda input, *, shape: input,
)
def placeholder_with_default_op(input, *, shape: TensorShape | None = None):  # noqa: A002
    return input


def _same_shape(operation):
    return operation.input_tensors[0].shape


def _pass_gradient(operation, gradient):
    return gradient


@device_op(
    "Identity",
    "input: T -> output: T",
    rearranges=("input",),
    role="identity",
    shape=_same_shape,
    numpy=lambda input: input,
    gradient=_pass_gradient,
)
def identity_op(input):  # noqa: A002
    return input


@device_op(
    "Snapshot", "input: T -> output: T", shape=_same_shape, numpy=lambda input: input, gradient=_pass_gradient
)
def snapshot_op(input):  # noqa: A002
    return input


@device_op(
    "StopGradient",
    "input: T -> output: T",
    differentiable=False,
    shape=_same_shape,
    numpy=lambda input: input,
)
def stop_gradient_op(input):  # noqa: A002
    return input


def _no_gradient(operation, gradient):
    reason = operation.attrs["message"]
    raise LookupError(f"Gradient explicitly disabled. Reason: {reason!r} (operation {operation.name!r})")


@device_op(
    "PreventGradient",
    "input: T -> output: T",
    shape=_same_shape,
    gradient=_no_gradient,
    numpy=lambda input, *, message: input,
)
def prevent_gradient_op(input, *, message=""):  # noqa: A002
    return input


@device_op("NoOp", "->", role="nothing")
def no_op_op():
    """Does nothing; what it waits for has run."""


@public("constant", "python.framework.constant_op.constant")
@registry.register_function("constant")
def constant(
    value: Any,
    dtype: DTypeLike = None,
    shape: ShapeLike = None,
    name: str | None = "Const",
    verify_shape: bool = False,
) -> Tensor:
    """A constant tensor.

    Args:
      value: a Python value, list or NumPy array.
      dtype: its DType; inferred when None.
      shape: its shape; the last element of `value` fills what is missing.
      name: the operation's name.
      verify_shape: whether `value` must have exactly `shape`.

    Raises:
      TypeError: the value does not fit the dtype, or (with verify_shape, or in the eager mode) the shape.
      ValueError: more elements than the shape holds, a ragged list, or None.
    """
    dtype = None if dtype is None else dtypes.as_dtype(dtype).base_dtype
    if shape is not None and executing_eagerly():
        array = _fitted_eagerly(to_numpy(value, dtype), as_shape(shape))
    else:
        array = to_numpy(value, dtype, shape)
    if verify_shape and shape is not None and np.shape(value) != tuple(as_shape(shape).as_list()):
        raise TypeError(
            f"Expected Tensor's shape: {tuple(as_shape(shape).as_list())}, got {np.shape(value)}."
        )
    if array.flags.writeable and isinstance(value, np.ndarray):
        array = aligned_copy(array)  # a later change of the caller's array must not change the graph
    return constant_of(array, dtype or dtypes.as_dtype(array.dtype), name)


def _fitted_eagerly(array, shape):
    """What a constant of the eager mode holds, where only a single element may fill a shape."""
    if array.size not in (1, shape.num_elements()):
        raise TypeError(
            f"Eager execution of tf.constant with unsupported shape: {list(array.shape)} does not fit {shape.as_list()}; "
            "only one element fills a larger shape"
        )
    return fit_to_shape(array, shape)


def constant_of(array: np.ndarray, dtype: dtypes.DType, name: str | None = "Const") -> Tensor:
    """A constant tensor of a NumPy array, which must not change afterwards."""
    graph = get_default_graph()
    return graph.record(const_op, [], {"value": array, "dtype": dtype}, name or "Const").outputs[0]


@public("placeholder")
def placeholder(dtype: DTypeLike, shape: ShapeLike = None, name: str | None = None) -> Tensor:
    """A tensor whose value must be fed.

    Args:
      dtype: its DType.
      shape: its static shape; None accepts any.
      name: the operation's name.

    Raises:
      InvalidArgumentError: (when run) it was not fed.
    """
    return placeholder_op(
        dtype=dtypes.as_dtype(dtype).base_dtype, shape=as_shape(shape), name=name or "Placeholder"
    )


@public("placeholder_with_default")
def placeholder_with_default(input: TensorLike, shape: ShapeLike, name: str | None = None) -> Tensor:  # noqa: A002
    """A tensor that passes `input` on unless it is fed.

    It has the dtype of `input` and the static shape `shape`, which that of `input` must fit.
    """
    return placeholder_with_default_op(input, shape=as_shape(shape), name=name or "PlaceholderWithDefault")


@public("identity")
@registry.register_function("identity")
def identity(input: TensorLike, name: str | None = None) -> Tensor:  # noqa: A002
    """A tensor of the same shape and contents as `input`."""
    return identity_op(input, name=name)


@public("stop_gradient")
def stop_gradient(input: TensorLike, name: str | None = None) -> Tensor:  # noqa: A002
    """`input`, through which no gradient flows. Any shape and dtype."""
    return stop_gradient_op(input, name=name)


@public("no_op", "python.ops.control_flow_ops.no_op")
def no_op(name: str | None = None) -> Operation:
    """An operation that does nothing: something to hang control dependencies on."""
    return no_op_op(name=name)


def _captured_shape(operation):
    return operation.attrs["shape"]


@host_op("CapturedValue", "-> output: dtype", role="placeholder", shape=_captured_shape)
def captured_value_op(run, *, dtype, shape):
    """A parameter of a control-flow body; its value is bound by the operation that has the body."""
    raise AssertionError("a body's parameter is bound when the body is called")


@device_op("CapturedVariable", "-> output: dtype", role="variable", shape=_captured_shape)
def captured_variable_op(*, dtype, shape, shared_name):
    """A variable's reference or handle inside a control-flow body."""
    raise AssertionError("a body's parameter is bound when the body is called")


@registry.register_function("captured_placeholder")
def captured_placeholder(outer):
    """The parameter of the current body that stands for an outer tensor."""
    reference = outer.dtype._is_ref_dtype or outer.op.definition.role == "variable"
    graph = get_default_graph()
    attrs = {"dtype": outer.dtype, "shape": outer.shape}
    if reference:
        attrs["shared_name"] = outer.op.attrs.get("shared_name") or outer.op.name
        for key, own in (("variable_dtype", "dtype"), ("variable_shape", "shape")):
            if outer.dtype == dtypes.resource:
                attrs[key] = outer.op.attrs.get(key) or outer.op.attrs[own]
    definition = captured_variable_op if reference else captured_value_op
    tensor = graph.record(definition, [], attrs, f"{outer.op.name.rpartition('/')[2]}/captured").outputs[0]
    graph.body.inputs.append(tensor)
    return tensor


def _shape_to_tensor(value, dtype=None, name=None, as_ref=False):
    if not value.is_fully_defined():
        raise ValueError(
            f"Cannot convert a partially known TensorShape to a Tensor: {value}; use tf.shape(x) for the shape "
            "at run time"
        )
    sizes = value.as_list()
    if dtype is not None and dtype not in (dtypes.int32, dtypes.int64):
        raise TypeError(f"Cannot convert a TensorShape to dtype {dtype.name}: it holds int32 or int64")
    if dtype is None:
        dtype = dtypes.int64 if any(s >= 2**31 for s in sizes) else dtypes.int32
    return constant(sizes, dtype=dtype, name=name or "shape_as_tensor")


def _dimension_to_tensor(value, dtype=None, name=None, as_ref=False):
    if value.value is None:
        raise ValueError(f"Cannot convert an unknown Dimension to a Tensor: {value}; use tf.shape(x)[i]")
    if dtype is not None and dtype not in (dtypes.int32, dtypes.int64):
        raise TypeError(f"Cannot convert a Dimension to dtype {dtype.name}: it holds int32 or int64")
    return constant(value.value, dtype=dtype or dtypes.int32, name=name or "dim_as_tensor")


register_tensor_conversion_function(TensorShape, _shape_to_tensor, 100)
register_tensor_conversion_function(Dimension, _dimension_to_tensor, 100)


def as_tensor(value, dtype=None, name=None):
    """`convert_to_tensor`, short."""
    return convert_to_tensor(value, dtype, name)
