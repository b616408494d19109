"""Products of matrices."""

import jax.numpy as jnp

from evergraph.framework.conversion import convert_to_tensor
from evergraph.framework.default_graph import name_scope
from evergraph.framework.public import public, public_module
from evergraph.framework.shapes import TensorShape
from evergraph.framework.tensor import Tensor
from evergraph.framework.types import TensorLike
from evergraph.ops import array as array_ops
from evergraph.ops.math.complex import conj
from evergraph.ops.matrix_shapes import batch_product_shape
from evergraph.ops.registry import NUMBERS, device_op

public_module("python.ops.math_ops")


def _product_shape(operation):
    a, b = (t.shape.with_rank(2) for t in operation.input_tensors)
    rows, inner = a.dims if not operation.attrs["transpose_a"] else a.dims[::-1]
    inner_b, columns = b.dims if not operation.attrs["transpose_b"] else b.dims[::-1]
    if not inner.is_compatible_with(inner_b):
        raise ValueError(
            f"Dimensions must be equal, but are {inner} and {inner_b} for {operation.name!r} (MatMul) of shapes "
            f"{a} and {b}"
        )
    return TensorShape([rows, columns])


@device_op("MatMul", "a: T, b: T -> product: T", types={"T": NUMBERS}, shape=_product_shape)
def matmul_op(a, b, *, transpose_a=False, transpose_b=False):
    return jnp.matmul(a.T if transpose_a else a, b.T if transpose_b else b)


def _adjoint(x):
    x = jnp.swapaxes(x, -1, -2)
    return jnp.conj(x) if jnp.iscomplexobj(x) else x


@device_op("BatchMatMul", "x: T, y: T -> output: T", types={"T": NUMBERS}, shape=batch_product_shape)
def batch_matmul_op(x, y, *, adj_x=False, adj_y=False):
    return jnp.matmul(_adjoint(x) if adj_x else x, _adjoint(y) if adj_y else y)


@public("matmul")
def matmul(
    a: TensorLike,
    b: TensorLike,
    transpose_a: bool = False,
    transpose_b: bool = False,
    adjoint_a: bool = False,
    adjoint_b: bool = False,
    a_is_sparse: bool = False,
    b_is_sparse: bool = False,
    name: str | None = None,
) -> Tensor:
    """The matrix product `a @ b`, or one for each matrix of a batch.

    Args:
      a: `[..., rows, inner]`, at least of rank 2.
      b: `[..., inner, columns]`, with the same leading axes.
      transpose_a, transpose_b: whether the last two axes are exchanged first.
      adjoint_a, adjoint_b: the same, and the conjugate taken.
      a_is_sparse, b_is_sparse: accepted; the product is computed the same way.
      name: the operation's name.

    Returns:
      `[..., rows, columns]`.

    Raises:
      ValueError: both a transpose and an adjoint of one operand, or shapes that do not match.
      TypeError: a and b have different dtypes.
    """
    with name_scope(name, "MatMul", [a, b]) as scope:
        for operand, both in (("a", transpose_a and adjoint_a), ("b", transpose_b and adjoint_b)):
            if both:
                raise ValueError(
                    f"Only one of transpose_{operand} and adjoint_{operand} can be True: an adjoint transposes too"
                )
        a = convert_to_tensor(a, name="a")
        b = convert_to_tensor(b, name="b", dtype=None if hasattr(b, "dtype") else a.dtype.base_dtype)
        ranks = a.shape.ndims, b.shape.ndims
        if (ranks[0] is None or ranks[0] > 2) and (ranks[1] is None or ranks[1] > 2):
            # a batch: only adjoints there, so that a transpose conjugates first
            if transpose_a:
                a, adjoint_a = conj(a), True
            if transpose_b:
                b, adjoint_b = conj(b), True
            return batch_matmul_op(a, b, adj_x=adjoint_a, adj_y=adjoint_b, name=scope)
        # a single product: only transposes there, so that an adjoint conjugates first
        if adjoint_a:
            a, transpose_a = conj(a), True
        if adjoint_b:
            b, transpose_b = conj(b), True
        return matmul_op(a, b, transpose_a=transpose_a, transpose_b=transpose_b, name=scope)


@public("linalg.matvec")
def matvec(
    a: TensorLike,
    b: TensorLike,
    transpose_a: bool = False,
    adjoint_a: bool = False,
    a_is_sparse: bool = False,
    b_is_sparse: bool = False,
    name: str | None = None,
) -> Tensor:
    """The product of a matrix and a vector, or one for each of a batch.

    Args:
      a: numbers `[..., m, n]`.
      b: numbers of the same dtype `[..., n]`, with the same leading dimensions.
      transpose_a, adjoint_a: whether `a` is transposed (and conjugated) first, and then `[..., n, m]`.
      a_is_sparse, b_is_sparse: as for `matmul`.
      name: a scope for the operations.

    Returns:
      A tensor `[..., m]`.

    Raises:
      ValueError: both `transpose_a` and `adjoint_a`, or shapes that do not fit.
    """
    with name_scope(name, "MatVec", [a, b]):
        column = array_ops.expand_dims(b, -1)
        product = matmul(
            a,
            column,
            transpose_a=transpose_a,
            adjoint_a=adjoint_a,
            a_is_sparse=a_is_sparse,
            b_is_sparse=b_is_sparse,
        )
        return array_ops.squeeze(product, [-1])
