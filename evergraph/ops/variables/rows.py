"""Rows of a resource variable: reading some of them, and what that means for its gradient."""

import numpy as np

from evergraph.framework import dtypes
from evergraph.framework.composite import IndexedSlices
from evergraph.framework.conversion import convert_to_tensor
from evergraph.framework.shapes import unknown_shape
from evergraph.ops import array as array_ops
from evergraph.ops.array.gathering import take
from evergraph.ops.range_check import row_check
from evergraph.ops.registry import INDEX, device_op
from evergraph.ops.state import handle_shape


@device_op(
    "VariableShape",
    "input: resource -> output: out_type",
    reads=("input",),
    differentiable=False,
    shape=lambda op: [handle_shape(op.input_tensors[0]).ndims],
    numpy=lambda input, *, out_type: np.array(input.shape, out_type.as_numpy_dtype),
)
def variable_shape_op(input, *, out_type=dtypes.int32):  # noqa: A002
    """The shape of a resource variable's value."""
    return np.array(input.shape, out_type.as_numpy_dtype)


def _gathered_shape(operation):
    table, indices = handle_shape(operation.input_tensors[0]), operation.input_tensors[1].shape
    return indices.concatenate(table[1:]) if table.ndims is not None else unknown_shape()


def _whole_shape(handle):
    # A shape that is known is a constant: one that is read would cut the stage before the reshape that uses it.
    shape = handle_shape(handle)
    if shape.is_fully_defined():
        return convert_to_tensor(shape.as_list(), dtypes.int32, name="shape")
    return variable_shape_op(handle)


def _gather_gradient(operation, gradient):
    """The rows that were read, so that a step on a huge table costs what its rows cost."""
    handle, indices = operation.inputs
    whole = _whole_shape(handle)
    count = array_ops.expand_dims(array_ops.size(indices), 0)
    values = array_ops.reshape(gradient, array_ops.concat([count, whole[1:]], 0))
    return [IndexedSlices(values, array_ops.reshape(indices, count), whole), None]


def _index_check(operation):
    return row_check(operation, handle_shape(operation.input_tensors[0]).dims_or_none)


@device_op(
    "ResourceGather",
    "resource: resource, indices: Tindices -> output: dtype",
    reads=("resource",),
    checks=True,
    value_checks={"indices": _index_check},
    types={"Tindices": INDEX},
    shape=_gathered_shape,
    gradient=_gather_gradient,
)
def resource_gather_op(lowering, resource, indices, *, validate_indices=True):
    """The rows of a resource variable that `indices` names; InvalidArgumentError for one that it does not have."""
    lowering.check_rows(indices, resource.shape[0])
    return take(resource, indices, 0)
