"""Products summed over chosen axes: tensordot and einsum."""

import re

import jax.numpy as jnp
import numpy as np

from evergraph.framework import dtypes
from evergraph.framework.composite import SparseTensor
from evergraph.framework.conversion import convert_to_tensor
from evergraph.framework.default_graph import name_scope
from evergraph.framework.public import public, public_module
from evergraph.framework.registry import definition_named
from evergraph.framework.shapes import TensorShape, unknown_shape
from evergraph.framework.tensor import Tensor
from evergraph.framework.types import TensorLike
from evergraph.ops import array as array_ops
from evergraph.ops import inference
from evergraph.ops.math.matmul import matmul
from evergraph.ops.math.reductions import reduce_prod
from evergraph.ops.registry import NUMBERS, device_op

public_module("python.ops.math_ops")


def _axes_of(a, axes):
    """The contracted axes of each operand: lists of integers, or tensors where only the run knows."""
    if isinstance(axes, (int, np.integer)):
        if axes < 0:
            raise ValueError(f"'axes' must be at least 0, got {axes}")
        rank = a.shape.ndims
        if rank is None:
            rank = array_ops.rank(a)
            return definition_named("Range")(rank - int(axes), rank, 1), list(range(axes))
        if axes > rank:
            raise ValueError(
                f"'axes' must not be larger than the number of dimensions of tensor {a}, got {axes}"
            )
        return list(range(rank - axes, rank)), list(range(axes))
    if hasattr(axes, "op"):  # a tensor
        known = inference.constant_value(axes)
        if known is None:
            return axes[0], axes[1]
        axes = known.tolist()
        if isinstance(axes, int):
            return _axes_of(a, axes)
    if not isinstance(axes, (list, tuple, np.ndarray)) or len(axes) != 2:
        raise ValueError(f"'axes' must be an integer or have length 2, got {axes!r}")
    pair = [[int(x) for x in np.reshape(part, -1)] for part in axes]
    if len(pair[0]) != len(pair[1]):
        raise ValueError(
            f"Different number of contraction axes 'a' and 'b', {len(pair[0])} != {len(pair[1])}"
        )
    return pair


def _as_matrix(x, axes, contracted_last):
    """x as a matrix of its free and its contracted axes, with the sizes of the free ones, and these as far as they are known."""
    rank = x.shape.ndims
    if rank is None or isinstance(axes, Tensor):
        return _as_matrix_of_the_run(x, axes, contracted_last)
    axes = [axis % rank for axis in axes]
    free = [axis for axis in range(rank) if axis not in axes]
    order = free + axes if contracted_last else axes + free
    moved = x if order == list(range(rank)) else array_ops.transpose(x, order)
    dims = [x.shape[axis].value for axis in free]
    if x.shape.is_fully_defined():
        inner = int(np.prod([x.shape[axis].value for axis in axes], dtype=np.int64))
        outer = int(np.prod(dims, dtype=np.int64))
        sizes = dims
    else:
        shape = array_ops.shape(x)
        sizes = array_ops.gather(shape, free) if free else []
        inner = reduce_prod(array_ops.gather(shape, axes)) if axes else 1
        outer = reduce_prod(sizes) if free else 1
    matrix = array_ops.reshape(moved, [outer, inner] if contracted_last else [inner, outer])
    return matrix, sizes, TensorShape(dims)


def _as_matrix_of_the_run(x, axes, contracted_last):
    """`_as_matrix` where the rank or the axes follow in the run only."""
    shape, rank = array_ops.shape(x), array_ops.rank(x)
    axes = convert_to_tensor(axes, dtype=dtypes.int32, name="axes")
    axes = array_ops.where(axes < 0, axes + rank, axes)
    free = array_ops.setdiff1d(definition_named("Range")(0, rank, 1), axes)[0]
    moved = array_ops.transpose(x, array_ops.concat([free, axes] if contracted_last else [axes, free], 0))
    sizes = array_ops.gather(shape, free)
    inner, outer = reduce_prod(array_ops.gather(shape, axes)), reduce_prod(sizes)
    matrix = array_ops.reshape(moved, array_ops.stack([outer, inner] if contracted_last else [inner, outer]))
    count, known_rank = axes.shape.num_elements(), x.shape.ndims
    if count is None or known_rank is None:
        return matrix, sizes, unknown_shape()
    return matrix, sizes, unknown_shape(known_rank - count)


@public("tensordot", "linalg.tensordot")
def tensordot(a: TensorLike, b: TensorLike, axes: TensorLike, name: str | None = None) -> Tensor:
    """The sum over the products along paired axes of two tensors.

    Args:
      a, b: tensors of one dtype.
      axes: a number n (the last n axes of a with the first n of b), two lists of axes, or an int32 tensor `[2, n]`.
      name: the name scope.

    Returns:
      A tensor with the free axes of a, then those of b.

    Raises:
      ValueError: the axes do not pair up.
    """
    with name_scope(name, "Tensordot", [a, b, axes]) as scope:
        a = convert_to_tensor(a, name="a")
        b = convert_to_tensor(b, name="b")
        axes_a, axes_b = _axes_of(a, axes)
        left, sizes_a, dims_a = _as_matrix(a, axes_a, contracted_last=True)
        right, sizes_b, dims_b = _as_matrix(b, axes_b, contracted_last=False)
        product = matmul(left, right)
        dims = dims_a.concatenate(dims_b)
        if isinstance(sizes_a, list) and isinstance(sizes_b, list):
            return array_ops.reshape(product, sizes_a + sizes_b, name=scope)
        parts = [convert_to_tensor(sizes, dtype=dtypes.int32) for sizes in (sizes_a, sizes_b)]
        result = array_ops.reshape(product, array_ops.concat(parts, 0), name=scope)
        result.set_shape(dims)
        return result


def _labels(operation):
    left, output = operation.attrs["equation"].split("->")
    return left.split(","), output


def _einsum_shape(operation):
    labels, output = _labels(operation)
    sizes = dict.fromkeys(output)
    for letters, tensor in zip(labels, operation.input_tensors):
        dims = tensor.shape.dims_or_none
        if dims is None:
            continue
        if len(dims) != len(letters):
            raise ValueError(
                f"einsum: {letters!r} names {len(letters)} axes, the operand has shape {tensor.shape}"
            )
        for letter, size in zip(letters, dims):
            if size is None:
                continue
            if sizes.get(letter) not in (None, 1, size) and size != 1:
                raise ValueError(f"einsum: axis {letter!r} has sizes {sizes[letter]} and {size}")
            if sizes.get(letter) in (None, 1):
                sizes[letter] = size
    if operation.input_tensors and any(letter not in sizes for letter in output):
        return unknown_shape(len(output))
    return TensorShape([sizes[letter] for letter in output])


@device_op("Einsum", "inputs: N*T -> output: T", types={"T": NUMBERS}, shape=_einsum_shape)
def einsum_op(inputs, *, equation=""):
    return jnp.einsum(equation, *inputs)


@public("einsum", "linalg.einsum", "python.ops.special_math_ops.einsum")
def einsum(equation: str, *inputs: TensorLike, **kwargs: str | None) -> Tensor:
    """The sum of products that an equation such as `"ij,jk->ik"` describes.

    Args:
      equation: one letter for each axis of each input, and of the output; without "->" the output has the
        letters that occur once, in order of the alphabet.
      *inputs: the tensors.
      **kwargs: `name`.

    Raises:
      ValueError: the equation is malformed, repeats a letter within one input, or does not fit the inputs.
      TypeError: another keyword than `name`.
    """
    name = kwargs.pop("name", None)
    if kwargs:
        raise TypeError(f"einsum takes the keyword 'name' only, got {sorted(kwargs)}")
    equation = equation.replace(" ", "")
    with name_scope(name, "einsum", [equation, inputs]) as scope:
        if "..." in equation:
            raise ValueError(f"Subscripts with ellipses are not yet supported: {equation!r}")
        match = re.match("^([a-zA-Z,]*)(->[a-zA-Z]*)?$", equation)
        if not match:
            raise ValueError(
                f"Indices have incorrect format: {equation!r}, expected letters such as 'ij,jk->ik'"
            )
        labels = match.group(1).split(",")
        if len(labels) != len(inputs):
            raise ValueError(
                f"Got {len(inputs)} arguments for equation {equation!r}, expecting {len(labels)}"
            )
        if any(isinstance(x, SparseTensor) for x in inputs):
            raise TypeError("einsum takes dense tensors; use tf.sparse_tensor_to_dense")
        letters = "".join(labels)
        repeated = [part for part in labels if len(set(part)) != len(part)]
        if repeated:
            raise ValueError(f"Subscript not supported: an axis appears more than once in {repeated[0]!r}")
        if match.group(2) is not None:
            output = match.group(2)[2:]
            unknown = sorted(set(output) - set(letters))
            if unknown or len(set(output)) != len(output):
                raise ValueError(f"Unknown output axes in {equation!r}: {unknown or output}")
        else:
            output = "".join(sorted(x for x in set(letters) if letters.count(x) == 1))
        return einsum_op(list(inputs), equation=f"{','.join(labels)}->{output}", name=scope)
