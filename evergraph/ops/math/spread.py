"""How far elements are from their mean, and from 0: `reduce_variance`, `reduce_std`, `reduce_euclidean_norm`."""

from evergraph.framework.conversion import convert_to_tensor
from evergraph.framework.default_graph import name_scope
from evergraph.framework.public import public, public_module
from evergraph.framework.tensor import Tensor
from evergraph.framework.types import TensorLike
from evergraph.ops.math.complex import conj, real
from evergraph.ops.math.reductions import reduce_mean, reduce_sum
from evergraph.ops.math.unary import sqrt, square

public_module("python.ops.math_ops")


def _squares(tensor):
    return real(conj(tensor) * tensor) if tensor.dtype.is_complex else square(tensor)


@public("math.reduce_variance")
def reduce_variance(
    input_tensor: TensorLike, axis: TensorLike | None = None, keepdims: bool = False, name: str | None = None
) -> Tensor:
    """The mean squared distance from the mean over axes of a tensor.

    Args:
      input_tensor: floating point or complex numbers.
      axis: one axis or several; None reduces all.
      keepdims: whether reduced axes stay, with size 1.
      name: a scope for the operations.

    Raises:
      TypeError: integers.
    """
    with name_scope(name or "reduce_variance"):
        input_tensor = convert_to_tensor(input_tensor, name="input_tensor")
        means = reduce_mean(input_tensor, axis=axis, keepdims=True)
        if means.dtype.is_integer:
            raise TypeError(
                f"Input must be either real or complex, got {input_tensor.dtype.name}: use tf.cast"
            )
        return reduce_mean(_squares(input_tensor - means), axis=axis, keepdims=keepdims)


@public("math.reduce_std")
def reduce_std(
    input_tensor: TensorLike, axis: TensorLike | None = None, keepdims: bool = False, name: str | None = None
) -> Tensor:
    """The square root of `reduce_variance`, a tensor of the same shape and dtype. Arguments and errors are the same."""
    with name_scope(name or "reduce_std"):
        return sqrt(reduce_variance(input_tensor, axis=axis, keepdims=keepdims))


@public("math.reduce_euclidean_norm")
def reduce_euclidean_norm(
    input_tensor: TensorLike, axis: TensorLike | None = None, keepdims: bool = False, name: str | None = None
) -> Tensor:
    """The square root of the sum of squared elements over axes of a tensor. Arguments as for `reduce_variance`."""
    with name_scope(name or "reduce_euclidean_norm"):
        input_tensor = convert_to_tensor(input_tensor, name="input_tensor")
        if input_tensor.dtype.is_complex:
            raise TypeError(f"a real tensor is wanted, got {input_tensor.dtype.name}")
        return sqrt(reduce_sum(square(input_tensor), axis=axis, keepdims=keepdims))
