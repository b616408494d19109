"""The decorators behind elementwise operations: one function is the kernel, its docstring, and its public name.

    @unary("Exp", INEXACT, numpy=np.exp)
    def exp(x):
        \"\"\"`e ** x`.\"\"\"
        return jnp.exp(x)

`exp` is then the public function `exp(x, name=None)`, which records an operation of type Exp; the operation's
definition is `exp.definition`. What the declaration says of shapes and dtypes is added to its docstring.
"""

import functools
import inspect
from collections.abc import Callable, Sequence
from typing import Any, Protocol, overload

import jax.numpy as jnp
import numpy as np

from evergraph.framework import dtypes
from evergraph.framework.composite import SparseTensor
from evergraph.framework.operation import Operation
from evergraph.framework.shapes import TensorShape, broadcast_shapes
from evergraph.framework.tensor import Tensor
from evergraph.framework.types import TensorLike
from evergraph.ops.registry import COMPLEX, FLOATS, INTEGERS, device_op

INEXACT = FLOATS + COMPLEX
ORDERED = FLOATS + INTEGERS


class UnaryFunction(Protocol):
    """The public function that `unary` makes; of a SparseTensor, where one is accepted, it gives a SparseTensor."""

    definition: Any

    def __call__(self, x: TensorLike, name: str | None = None) -> Any: ...


class BinaryFunction(Protocol):
    """The public function that `binary` makes; few have other names for their inputs than x and y."""

    definition: Any

    @overload
    def __call__(self, x: TensorLike, y: TensorLike, name: str | None = None) -> Tensor: ...
    @overload
    def __call__(self, *inputs: TensorLike, name: str | None = None, **named: TensorLike) -> Tensor: ...


def shape_of_first(operation: Operation) -> TensorShape:
    """The shape rule of an operation whose output has the shape of its first input."""
    return operation.input_tensors[0].shape


def broadcast_inputs(operation: Operation) -> TensorShape:
    """The shape rule of an operation whose output has the broadcast shape of its inputs."""
    first, *others = operation.input_tensors
    shape = first.shape
    for other in others:
        shape = broadcast_shapes(shape, other.shape)
    return shape


def quiet(function):
    """A NumPy function that overflows and divides by zero without a warning, as TensorFlow does."""
    if function is None:
        return None

    @functools.wraps(function)
    def computed(*args, **keywords):
        with np.errstate(all="ignore"):
            return function(*args, **keywords)

    return computed


def dtypes_in_words(types: Sequence[dtypes.DType]) -> str:
    """A set of dtypes for a docstring: "a float, a complex number or uint8"."""
    groups = {"a float": FLOATS, "a complex number": COMPLEX, "an integer": INTEGERS}
    whole = [words for words, group in groups.items() if set(group) <= set(types)]
    named = [t.name for t in types if not any(t in groups[words] for words in whole)]
    *first, last = [*whole, *named]
    return f"{', '.join(first)} or {last}" if first else last


def unary(
    type: str,  # noqa: A002
    types: Sequence[dtypes.DType],
    *,
    numpy: Callable[..., Any] | None = None,
    sparse: bool = False,
    result: str = "T",
    **options: Any,
) -> Callable[[Callable[[Any], Any]], UnaryFunction]:
    """Decorator: an operation on one tensor, of its shape.

    Args:
      type: the operation's type.
      types: the dtypes it takes.
      numpy: the same on NumPy values.
      sparse: whether a SparseTensor is accepted, on whose values it then works.
      result: the dtype of the output: "T" for that of the input.
      **options: of `device_op`.
    """

    def define(kernel):
        define_op = device_op(
            type,
            f"x: T -> y: {result}",
            types={"T": types},
            shape=shape_of_first,
            numpy=quiet(numpy),
            **options,
        )
        definition = define_op(kernel)

        def record(x: TensorLike, name: str | None = None) -> Any:
            if sparse and isinstance(x, SparseTensor):
                return SparseTensor(x.indices, definition(x.values, name=name), x.dense_shape)
            return definition(x, name=name)

        declared = f"x, of any shape, is {dtypes_in_words(types)}; the result has its shape and"
        return _public(record, kernel, definition, f"{declared} {_result_in_words(result)}.")

    return define


def may_divide_by_zero(operation: Operation) -> bool:
    """Whether an operation divides integers by what may be zero."""
    divisor = operation.input_tensors[1]
    if divisor.dtype.base_dtype not in INTEGERS:
        return False
    return divisor.op.definition.role != "constant" or not np.all(divisor.op.attrs["value"])


def _checking_divisor(kernel):
    """The kernel with a check that fails the run where it would divide an integer by zero."""
    first, second = inspect.signature(kernel).parameters.values()

    def checked(lowering, x, y):
        if may_divide_by_zero(lowering.operation):
            lowering.check(jnp.all(y != 0), "Integer division by zero")
        return kernel(x, y)

    lowering = inspect.Parameter("lowering", inspect.Parameter.POSITIONAL_OR_KEYWORD)
    checked.__signature__ = inspect.Signature([lowering, first, second])
    checked.__name__, checked.__doc__ = kernel.__name__, kernel.__doc__
    return checked


def binary(
    type: str,  # noqa: A002
    types: Sequence[dtypes.DType],
    *,
    numpy: Callable[..., Any] | None = None,
    result: str = "T",
    divides: bool = False,
    **options: Any,
) -> Callable[[Callable[[Any, Any], Any]], BinaryFunction]:
    """Decorator: an operation on two tensors of one dtype, whose shapes broadcast.

    With `divides`, an integer divisor of zero fails the run with InvalidArgumentError.
    """

    def define(kernel):
        first, second = inspect.signature(kernel).parameters
        checked = kernel
        if divides:
            checked = _checking_divisor(kernel)
            options["checks"] = may_divide_by_zero
        signature = f"{first}: T, {second}: T -> z: {result}"
        define_op = device_op(
            type, signature, types={"T": types}, shape=broadcast_inputs, numpy=quiet(numpy), **options
        )
        definition = define_op(checked)

        def record(x: TensorLike, y: TensorLike, name: str | None = None) -> Tensor:
            return definition(x, y, name=name)

        declared = (
            f"{first} and {second} are of one dtype, which is {dtypes_in_words(types)}; their shapes are broadcast "
            f"to that of the result, which has {_result_in_words(result)}."
        )
        if divides:
            declared += " A run that divides an integer by 0 fails with InvalidArgumentError."
        public = _public(record, kernel, definition, declared)
        if (first, second) != ("x", "y"):
            parameters = list(inspect.signature(record).parameters.values())
            parameters[:2] = [p.replace(name=n) for p, n in zip(parameters, (first, second))]
            signature = inspect.Signature(parameters, return_annotation=Tensor)

            def bound(*args, **keywords):
                return record(*signature.bind(*args, **keywords).args)

            public = _public(bound, kernel, definition, declared)
            public.__signature__ = signature
        return public

    return define


def _result_in_words(result):
    return "that dtype" if result == "T" else f"the dtype {result}"


def _public(record, kernel, definition, declared) -> Any:
    record.__name__ = record.__qualname__ = kernel.__name__
    record.__module__ = kernel.__module__
    record.__doc__ = kernel.__doc__ and f"{inspect.cleandoc(kernel.__doc__)}\n\n{declared}"
    record.definition = definition
    return record


def is_real(array: Any) -> bool:
    """Whether an array holds floating point numbers (bfloat16 included)."""
    return dtypes.as_dtype(array.dtype).is_floating


def is_inexact(array: Any) -> bool:
    """Whether an array holds floating point or complex numbers (bfloat16 included)."""
    dtype = dtypes.as_dtype(array.dtype)
    return dtype.is_floating or dtype.is_complex
