"""Accumulators: averages of gradients that several workers give for one step, `ConditionalAccumulator` and its kin.

The classes record operations whose kernels work on a `DenseAccumulator` or `SparseAccumulator`.
"""

from typing import Any

import numpy as np

from evergraph.framework import dtypes, errors
from evergraph.framework.composite import IndexedSlices
from evergraph.framework.conversion import convert_to_tensor
from evergraph.framework.dtypes import DType, as_dtype
from evergraph.framework.operation import Operation
from evergraph.framework.public import public, public_module
from evergraph.framework.shapes import TensorShape, as_shape, unknown_shape
from evergraph.framework.tensor import Tensor
from evergraph.framework.types import DTypeLike, ShapeLike, TensorLike
from evergraph.ops import math as math_ops
from evergraph.ops.queues.host_accumulator import DenseAccumulator, SparseAccumulator
from evergraph.ops.registry import NUMBERS, host_op

public_module("python.ops.data_flow_ops")


# -- operations ----------------------------------------------------------------------------------------------
# TensorFlow 1.9 passes accumulators by string reference, later versions by resource; here they are resources.


def _scalar(operation):
    return as_shape([])


def _made(run, kind, dtype, shape):
    name = run.operation.attrs.get("shared_name") or run.operation.name
    found = run.resource(lambda: kind(name, dtype, shape))
    if type(found) is not kind or found.dtype != dtype or not found.shape.is_compatible_with(shape):
        raise errors.InvalidArgumentError(
            None,
            None,
            f"the shared resource {name!r} is another one than an accumulator of {dtype.name} and shape {shape}",
        )
    return found


@host_op("ResourceConditionalAccumulator", "-> handle: resource", stateful=True, shape=_scalar)
def conditional_accumulator_op(run, *, dtype: DType, shape: TensorShape, container="", shared_name=""):
    return _made(run, DenseAccumulator, dtype, shape)


@host_op("SparseConditionalAccumulator", "-> handle: resource", stateful=True, shape=_scalar)
def sparse_conditional_accumulator_op(run, *, dtype: DType, shape: TensorShape, container="", shared_name=""):
    return _made(run, SparseAccumulator, dtype, shape)


@host_op(
    "ResourceAccumulatorNumAccumulated",
    "handle: resource -> num_accumulated: int32",
    stateful=True,
    shape=_scalar,
)
def num_accumulated_op(handle):
    return np.int32(handle.count)


@host_op("ResourceAccumulatorSetGlobalStep", "handle: resource, new_global_step: int64 ->", stateful=True)
def set_global_step_op(handle, new_global_step):
    handle.set_global_step(int(new_global_step))


@host_op(
    "ResourceAccumulatorApplyGradient",
    "handle: resource, local_step: int64, gradient: dtype ->",
    stateful=True,
    types={"dtype": NUMBERS},
)
def apply_gradient_op(handle, local_step, gradient):
    handle.apply(int(local_step), gradient)


@host_op(
    "ResourceAccumulatorTakeGradient",
    "handle: resource, num_required: int32 -> average: dtype",
    stateful=True,
    blocking=True,
)
def take_gradient_op(run, handle, num_required, *, dtype: DType):
    return handle.take(run, int(num_required))


@host_op(
    "SparseAccumulatorApplyGradient",
    "handle: resource, local_step: int64, gradient_indices: int64, gradient_values: dtype, "
    "gradient_shape: int64 ->",
    stateful=True,
    types={"dtype": NUMBERS},
)
def sparse_apply_gradient_op(
    handle, local_step, gradient_indices, gradient_values, gradient_shape, *, has_known_shape: bool
):
    handle.apply(
        int(local_step), gradient_indices, gradient_values, gradient_shape if has_known_shape else None
    )


@host_op(
    "SparseAccumulatorTakeGradient",
    "handle: resource, num_required: int32 -> indices: int64, values: dtype, shape: int64",
    stateful=True,
    blocking=True,
)
def sparse_take_gradient_op(run, handle, num_required, *, dtype: DType):
    return handle.take(run, int(num_required))


# -- classes -------------------------------------------------------------------------------------------------


@public("ConditionalAccumulatorBase")
class ConditionalAccumulatorBase:
    """What accumulators have in common.

    Args:
      dtype: the gradients' DType.
      shape: their shape, or None.
      accumulator_ref: the tensor that is the handle of the accumulator.
    """

    def __init__(self, dtype: DTypeLike, shape: ShapeLike, accumulator_ref: Tensor) -> None:
        self._dtype = dtype
        self._shape = unknown_shape() if shape is None else TensorShape(shape)
        self._accumulator_ref = accumulator_ref
        self._name = accumulator_ref.op.name.rpartition("/")[2]

    @property
    def accumulator_ref(self) -> Tensor:
        """The tensor that is the handle of the accumulator."""
        return self._accumulator_ref

    @property
    def name(self) -> str:
        """The accumulator's name."""
        return self._name

    @property
    def dtype(self) -> DType:
        """The gradients' DType."""
        return self._dtype

    def num_accumulated(self, name: str | None = None) -> Tensor:
        """An int32 scalar: how many gradients are in the sum."""
        return num_accumulated_op(self._accumulator_ref, name=name or f"{self._name}_NumAccumulated")

    def set_global_step(self, new_global_step: TensorLike, name: str | None = None) -> Operation:
        """An operation that sets the current step: gradients of earlier steps are dropped from then on."""
        return set_global_step_op(self._accumulator_ref, _step(new_global_step), name=name)


def _step(step):
    return math_ops.cast(convert_to_tensor(step), dtypes.int64)


@public("ConditionalAccumulator")
class ConditionalAccumulator(ConditionalAccumulatorBase):
    """Averages dense gradients.

    Args:
      dtype: their DType.
      shape: their shape; None to take that of the first.
      shared_name: the name under which sessions of one server share the accumulator.
      name: the operation's name.
    """

    def __init__(
        self,
        dtype: DTypeLike,
        shape: ShapeLike = None,
        shared_name: str | None = None,
        name: str | None = "conditional_accumulator",
    ) -> None:
        dtype = as_dtype(dtype)
        ref = conditional_accumulator_op(
            dtype=dtype, shape=as_shape(shape), shared_name=shared_name, name=name
        )
        super().__init__(dtype, shape, ref)

    def apply_grad(self, grad: TensorLike, local_step: Any = 0, name: str | None = None) -> Operation:
        """An operation that adds a gradient; it is dropped when `local_step` is before the current step.

        Raises:
          ValueError: a gradient of another shape.
        """
        grad = convert_to_tensor(grad, self._dtype)
        grad.shape.assert_is_compatible_with(self._shape)
        return apply_gradient_op(self._accumulator_ref, _step(local_step), grad, name=name)

    def take_grad(self, num_required: TensorLike, name: str | None = None) -> Tensor:
        """The average of all gradients, once there are `num_required` (an int32 scalar); starts the next step.

        Running it waits. It raises CancelledError when the session is closed.
        """
        average = take_gradient_op(self._accumulator_ref, num_required, dtype=self._dtype, name=name)
        average.set_shape(self._shape)
        return average


@public("SparseConditionalAccumulator")
class SparseConditionalAccumulator(ConditionalAccumulatorBase):
    """Averages gradients that are rows of a larger tensor; each row over the gradients that have it.

    Args:
      dtype: their DType.
      shape: the shape of the whole; None to take what comes.
      shared_name: the name under which sessions of one server share the accumulator.
      name: the operation's name.
    """

    def __init__(
        self,
        dtype: DTypeLike,
        shape: ShapeLike = None,
        shared_name: str | None = None,
        name: str | None = "sparse_conditional_accumulator",
    ) -> None:
        dtype = as_dtype(dtype)
        ref = sparse_conditional_accumulator_op(
            dtype=dtype, shape=as_shape(shape), shared_name=shared_name, name=name
        )
        super().__init__(dtype, shape, ref)

    def apply_indexed_slices_grad(
        self, grad: IndexedSlices, local_step: Any = 0, name: str | None = None
    ) -> Operation:
        """Like `apply_grad`, of an IndexedSlices."""
        return self.apply_grad(grad.indices, grad.values, grad.dense_shape, local_step, name)

    def apply_grad(
        self,
        grad_indices: TensorLike,
        grad_values: TensorLike,
        grad_shape: TensorLike = None,
        local_step: TensorLike = 0,
        name: str | None = None,
    ) -> Operation:
        """An operation that adds a gradient; it is dropped when `local_step` is before the current step.

        Args:
          grad_indices: integers `[n]`.
          grad_values: the rows, `[n, ...]`.
          grad_shape: the shape of the whole, or None.
          local_step: the step it belongs to.
          name: the operation's name.
        """
        shape = convert_to_tensor([], dtypes.int64) if grad_shape is None else grad_shape
        return sparse_apply_gradient_op(
            self._accumulator_ref,
            _step(local_step),
            math_ops.cast(grad_indices, dtypes.int64),
            convert_to_tensor(grad_values, self._dtype),
            math_ops.cast(shape, dtypes.int64),
            has_known_shape=grad_shape is not None,
            name=name,
        )

    def take_grad(self, num_required: TensorLike, name: str | None = None) -> tuple[Tensor, Tensor, Tensor]:
        """The average as (indices, values, shape), once there are `num_required` gradients; starts the next step."""
        return sparse_take_gradient_op(self._accumulator_ref, num_required, dtype=self._dtype, name=name)

    def take_indexed_slices_grad(self, num_required: TensorLike, name: str | None = None) -> IndexedSlices:
        """The average as an IndexedSlices; see `take_grad`."""
        indices, values, shape = self.take_grad(num_required, name)
        return IndexedSlices(values, indices, shape)
