"""The decorators that define operations: `device_op`, `host_op`, `collective_op`.

An operation is one function whose body is its kernel:

    @device_op("Softplus", "features: T -> activations: T", types={"T": FLOATS})
    def softplus(features):
        return jax.nn.softplus(features)

    @device_op("Reshape", "tensor: T, shape: Tshape=int32 -> output: T", static=("shape",))
    def reshape(tensor, shape):                       # `shape` is a NumPy array: known when XLA compiles
        return jnp.reshape(tensor, shape)

    @host_op("QueueSizeV2", "handle: resource -> size: int32", stateful=True)
    def queue_size(run, handle):                      # NumPy values and host objects; may block
        return np.int32(handle.size())

    @device_op("AssignAdd", "ref: Ref(T), value: T -> output_ref: Ref(T)", writes=("ref",))
    def assign_add(ref, value, *, use_locking=False):
        return ref + value                            # the variable's new value

See `framework.definition.OpDefinition` for every option.
"""

import functools

import jax
from jax.core import Tracer

from evergraph.framework import dtypes
from evergraph.framework.definition import OpDefinition
from evergraph.framework.shape_functions import shape_function
from evergraph.framework.shapes import ShapeError, TensorShape, as_shape, in_brackets, unknown_shape
from evergraph.ops import abstract_evaluation, inference
from evergraph.ops.input_ranks import RANKS, require_ranks

FLOATS = (dtypes.float16, dtypes.bfloat16, dtypes.float32, dtypes.float64)
COMPLEX = (dtypes.complex64, dtypes.complex128)
INTEGERS = (
    dtypes.int8,
    dtypes.int16,
    dtypes.int32,
    dtypes.int64,
    dtypes.uint8,
    dtypes.uint16,
    dtypes.uint32,
    dtypes.uint64,
)
NUMBERS = FLOATS + COMPLEX + INTEGERS
INDEX = (dtypes.int32, dtypes.int64)


class _Definition(OpDefinition):
    def infer(self, operation):
        given = shape_function(self.type)
        if given is not None:
            return [as_shape(shape) for shape in given(operation)]
        try:
            self._require_ranks(operation)
            found = None if self.shape_rule is None else self.shape_rule(operation)
        except ShapeError as error:
            raise ValueError(_refused(error, operation)) from error
        if self.shape_rule is not None:
            if isinstance(found, TensorShape) or not isinstance(found, (list, tuple)) or _is_dims(found):
                found = [found] * len(operation.outputs)
            return [as_shape(shape) for shape in found]
        return self.infer_by_evaluation(operation)

    def _require_ranks(self, operation):
        if self.ranks:
            for position, name in self.input_layout(operation):
                if name in self.ranks:
                    operation.input_tensors[position].shape.with_rank(self.ranks[name][0])
        if self.type in RANKS:
            require_ranks(operation, self.input_layout(operation))

    def infer_by_evaluation(self, operation):
        """The shapes when no rule is given."""
        raise NotImplementedError


def _refused(error, operation):
    """What TensorFlow's shape functions say of a shape that they refuse, and what else is wrong with it here."""
    shapes = ", ".join(in_brackets(tensor.shape) for tensor in operation.input_tensors)
    return (
        f"{error.words} for {operation.name!r} (op: {operation.type!r}) with input shapes: {shapes}. {error}"
    )


def _is_dims(found):
    return all(d is None or isinstance(d, int) for d in found) and bool(found)


class DeviceDefinition(_Definition):
    """An operation whose kernel is JAX code, compiled into a device stage."""

    def infer_by_evaluation(self, operation):
        return abstract_evaluation.abstract_shapes(operation)

    def evaluate(self, operation, values):
        return inference.evaluate_now(self, operation, values)


class HostDefinition(_Definition):
    """An operation whose kernel is Python code on NumPy values."""

    def infer_by_evaluation(self, operation):
        return [unknown_shape()] * len(operation.outputs)


def device_op(type, signature, **options):  # noqa: A002 (TensorFlow's word)
    """Decorator: defines a device operation; the decorated function is its kernel.

    Returns the definition, which records the operation when called.  Options are those of `OpDefinition`.
    """

    def define(kernel):
        if options.get("differentiable") is False:
            kernel = _without_gradient(kernel)
        return DeviceDefinition(type, signature, kernel, kind="device", **options)

    return define


def _without_gradient(kernel):
    """The kernel, through which no gradient flows: JAX differentiates the bodies of control flow as wholes."""

    @functools.wraps(kernel)
    def stopped(*args, **kwargs):
        return jax.tree.map(_stopped, kernel(*args, **kwargs))

    return stopped


def _stopped(array):
    """The array without a gradient; what is no number being traced, such as a shape, is left as it is."""
    is_traced = isinstance(array, Tracer) and jax.numpy.issubdtype(array.dtype, jax.numpy.inexact)
    return jax.lax.stop_gradient(array) if is_traced else array


def host_op(type, signature, **options):  # noqa: A002
    """Decorator: defines a host operation: Python code on NumPy values, which may block (`blocking=True`)."""

    def define(kernel):
        return HostDefinition(type, signature, kernel, kind="host", **options)

    return define


def by_leading_axis(call, run, *inputs):
    """`OpDefinition.batched` of an operation that treats each value of its first input alike, whatever its shape."""
    return call(run, *inputs)


def collective_op(type, signature, **options):  # noqa: A002
    """Decorator: defines an operation of a collective stage: one program that all processes run together."""

    def define(kernel):
        return DeviceDefinition(type, signature, kernel, kind="collective", **options)

    return define
