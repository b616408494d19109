"""`ensure_shape`: a tensor whose shape is checked when it is computed."""

from evergraph.framework import errors
from evergraph.framework.conversion import convert_to_tensor
from evergraph.framework.public import public, public_module
from evergraph.framework.shapes import TensorShape, as_shape
from evergraph.framework.tensor import Tensor
from evergraph.framework.types import ShapeLike, TensorLike
from evergraph.ops.registry import device_op

public_module("python.ops.check_ops")


def _checked(input, *, shape):  # noqa: A002 (TensorFlow's name)
    if not as_shape(shape).is_compatible_with(TensorShape(input.shape)):
        raise errors.InvalidArgumentError(
            None,
            None,
            f"Shape of tensor {TensorShape(input.shape)} is not compatible with expected shape {shape}.",
        )
    return input


@device_op(
    "EnsureShape",
    "input: T -> output: T",
    shape=lambda operation: operation.input_tensors[0].shape.merge_with(as_shape(operation.attrs["shape"])),
    gradient=lambda operation, gradient: [gradient],
    numpy=_checked,
)
def ensure_shape_op(input, *, shape):  # noqa: A002 (TensorFlow's name)
    return _checked(input, shape=shape)


@public("ensure_shape")
def ensure_shape(x: TensorLike, shape: ShapeLike, name: str | None = None) -> Tensor:
    """`x`, whose static shape is merged with `shape`, and whose shape must be that when it is computed.

    Args:
      x: a tensor.
      shape: a shape, in which None is any size.
      name: the operation's name.

    Raises:
      ValueError: the static shape of `x` contradicts `shape`.
      InvalidArgumentError: (when run) its shape does.
    """
    return ensure_shape_op(convert_to_tensor(x), shape=as_shape(shape), name=name)
