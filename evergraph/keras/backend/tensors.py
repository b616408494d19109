"""Making tensors and variables, and asking what they are."""

from collections.abc import Sequence
from typing import Any

import numpy as np

from evergraph.framework import dtypes
from evergraph.framework.composite import SparseTensor
from evergraph.framework.default_graph import init_scope
from evergraph.framework.public import public, public_module
from evergraph.framework.shapes import TensorShape
from evergraph.framework.tensor import Tensor
from evergraph.framework.types import DTypeLike, ShapeLike, TensorLike
from evergraph.keras.backend import config
from evergraph.keras.backend.session import annotate, get_session
from evergraph.ops import array as array_ops
from evergraph.ops import constants
from evergraph.ops import math as math_ops
from evergraph.ops.random import distributions
from evergraph.ops.script import Print
from evergraph.ops.sparse import sparse_placeholder, sparse_tensor_to_dense
from evergraph.ops.variables.reference import Variable
from evergraph.ops.variables.resource import ResourceVariable

public_module("python.keras.backend")


def _float_type(dtype):
    return dtype or config.floatx()


@public("keras.backend.is_sparse")
def is_sparse(tensor: Any) -> bool:
    """Whether it is a SparseTensor."""
    return isinstance(tensor, SparseTensor)


@public("keras.backend.to_dense")
def to_dense(tensor: Any) -> Any:
    """A SparseTensor as a tensor; another tensor as it is."""
    return sparse_tensor_to_dense(tensor) if is_sparse(tensor) else tensor


@public("keras.backend.variable")
def variable(value: Any, dtype: DTypeLike = None, name: str | None = None, constraint: Any = None) -> Any:
    """A resource variable that begins with `value`; a sparse SciPy matrix gives a SparseTensor.

    Args:
      value: an array, number, tensor, or sparse SciPy matrix.
      dtype: its type; that of `floatx()` when None.
      name: its name.
      constraint: a function applied after an optimizer's update.
    """
    dtype = _float_type(dtype)
    if hasattr(value, "tocoo"):
        found = value.tocoo()
        indices = np.stack([found.row, found.col], axis=1).astype(np.int64)
        sparse = SparseTensor(indices=indices, values=found.data.astype(dtype), dense_shape=found.shape)
        annotate(sparse, _keras_shape=found.shape)
        annotate(sparse, _uses_learning_phase=False)
        return sparse
    made = ResourceVariable(value, dtype=dtypes.as_dtype(dtype), name=name, constraint=constraint)
    annotate(made, _uses_learning_phase=False)
    return made


@public("keras.backend.constant")
def constant(value: Any, dtype: DTypeLike = None, shape: ShapeLike = None, name: str | None = None) -> Tensor:
    """A constant tensor, of type `floatx()` when `dtype` is None."""
    return constants.constant(value, dtype=_float_type(dtype), shape=shape, name=name)


@public("keras.backend.is_keras_tensor")
def is_keras_tensor(x: Any) -> bool:
    """Whether a Keras layer gave `x` (or `Input` made it); ValueError for what is no tensor or variable."""
    if not isinstance(x, (Tensor, Variable, SparseTensor)):
        raise ValueError(f"{x!r} of type {type(x).__name__} is no tensor")
    return hasattr(x, "_keras_history")


@public("keras.backend.placeholder")
def placeholder(
    shape: ShapeLike = None,
    ndim: int | None = None,
    dtype: DTypeLike = None,
    sparse: bool = False,
    name: str | None = None,
) -> Any:
    """A placeholder.

    Args:
      shape: its shape; None in it is any size.
      ndim: its rank, where `shape` is None.
      dtype: its type; that of `floatx()` when None.
      sparse: whether it is fed a SparseTensorValue.
      name: its name.
    """
    dtype = _float_type(dtype)
    if shape is None and ndim:
        shape = (None,) * ndim
    made = (
        sparse_placeholder(dtype, shape=shape, name=name)
        if sparse
        else constants.placeholder(dtype, shape=shape, name=name)
    )
    annotate(made, _uses_learning_phase=False)
    return made


@public("keras.backend.is_placeholder")
def is_placeholder(x: Any) -> bool:
    """Whether `x` is a placeholder."""
    tensor = x.values if is_sparse(x) else x
    return isinstance(tensor, Tensor) and tensor.op.type == "Placeholder"


@public("keras.backend.shape")
def shape(x: TensorLike) -> Tensor:
    """The shape, as a tensor."""
    return array_ops.shape(x)


@public("keras.backend.int_shape")
def int_shape(x: Any) -> tuple | Any:
    """The static shape as a tuple of sizes and None; None when the rank is not known."""
    try:
        sizes = x.get_shape() if hasattr(x, "get_shape") else x.shape
        return tuple(sizes.as_list()) if isinstance(sizes, TensorShape) else tuple(sizes)
    except ValueError:
        return None


@public("keras.backend.ndim")
def ndim(x: Any) -> int | None:
    """The rank; None when it is not known."""
    return x.get_shape().ndims


@public("keras.backend.dtype")
def dtype(x: Any) -> str:
    """The name of the type."""
    return x.dtype.base_dtype.name


@public("keras.backend.eval")
def eval(x: Any) -> Any:
    """The value of a tensor or variable, in the session of Keras."""
    session = get_session()
    return session.run(to_dense(x))


def _full_variable(make, shape, dtype, name):
    dtype = _float_type(dtype)
    with init_scope():
        value = make(shape, dtype)
        known = isinstance(value, Tensor) and value.shape.is_fully_defined()
        return variable(value, dtype=dtype, name=name) if known else value


@public("keras.backend.zeros")
def zeros(shape: ShapeLike, dtype: DTypeLike = None, name: str | None = None) -> Any:
    """A variable of zeros; a tensor when the shape is known only when run."""
    return _full_variable(array_ops.zeros, shape, dtype, name)


@public("keras.backend.ones")
def ones(shape: ShapeLike, dtype: DTypeLike = None, name: str | None = None) -> Any:
    """A variable of ones; a tensor when the shape is known only when run."""
    return _full_variable(array_ops.ones, shape, dtype, name)


@public("keras.backend.eye")
def eye(size: int, dtype: DTypeLike = None, name: str | None = None) -> Any:
    """A variable that is an identity matrix."""
    return variable(np.eye(size), _float_type(dtype), name)


@public("keras.backend.zeros_like")
def zeros_like(x: TensorLike, dtype: DTypeLike = None, name: str | None = None) -> Tensor:
    """Zeros in the shape of `x`."""
    return array_ops.zeros_like(x, dtype=dtype, name=name)


@public("keras.backend.ones_like")
def ones_like(x: TensorLike, dtype: DTypeLike = None, name: str | None = None) -> Tensor:
    """Ones in the shape of `x`."""
    return array_ops.ones_like(x, dtype=dtype, name=name)


@public("keras.backend.identity")
def identity(x: TensorLike, name: str | None = None) -> Tensor:
    """A tensor with the content of `x`. Any shape and dtype."""
    return constants.identity(x, name=name)


def _random_variable(draw, shape, low, high, dtype, name, seed):
    dtype = _float_type(dtype)
    if seed is None:
        seed = np.random.randint(int(1e9))
    return variable(draw(shape, low, high, dtype=dtype, seed=seed), dtype=dtype, name=name)


@public("keras.backend.random_uniform_variable")
def random_uniform_variable(
    shape: ShapeLike,
    low: float,
    high: float,
    dtype: DTypeLike = None,
    name: str | None = None,
    seed: int | None = None,
) -> Any:
    """A variable that begins with draws from [low, high)."""
    return _random_variable(distributions.random_uniform, shape, low, high, dtype, name, seed)


@public("keras.backend.random_normal_variable")
def random_normal_variable(
    shape: ShapeLike,
    mean: float,
    scale: float,
    dtype: DTypeLike = None,
    name: str | None = None,
    seed: int | None = None,
) -> Any:
    """A variable that begins with draws from a normal distribution of that mean and standard deviation."""
    return _random_variable(distributions.random_normal, shape, mean, scale, dtype, name, seed)


@public("keras.backend.count_params")
def count_params(x: Any) -> int:
    """How many numbers a tensor or variable of known shape holds."""
    return int(np.prod(x.get_shape().as_list()))


@public("keras.backend.cast")
def cast(x: TensorLike, dtype: DTypeLike) -> Tensor:
    """`x` in another dtype, of the same shape."""
    return math_ops.cast(x, dtype)


@public("keras.backend.get_value")
def get_value(x: Any) -> np.ndarray:
    """The value of a variable."""
    return x.eval(session=get_session())


@public("keras.backend.batch_get_value")
def batch_get_value(tensors: Sequence[Any]) -> list:
    """The values of several variables."""
    return get_session().run(list(tensors)) if tensors else []


@public("keras.backend.set_value")
def set_value(x: Any, value: Any) -> None:
    """Sets the value of a variable from an array."""
    batch_set_value([(x, value)])


@public("keras.backend.batch_set_value")
def batch_set_value(tuples: Any) -> None:
    """Sets several variables from `(variable, array)` pairs."""
    assignments, feeds = [], {}
    for x, value in tuples:
        value = np.asarray(value, dtype=dtype(x))
        if not hasattr(x, "_assign_op"):
            with init_scope():
                x._assign_placeholder = constants.placeholder(x.dtype.base_dtype, shape=value.shape)
                x._assign_op = x.assign(x._assign_placeholder)
        assignments.append(getattr(x._assign_op, "op", x._assign_op))
        feeds[x._assign_placeholder] = value
    if assignments:
        get_session().run(assignments, feed_dict=feeds)


@public("keras.backend.print_tensor")
def print_tensor(x: TensorLike, message: str = "") -> Tensor:
    """`x`, printed with the message each time when it is computed. Any shape and dtype."""
    return Print(x, [x], message)
