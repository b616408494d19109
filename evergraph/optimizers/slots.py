"""Slots: variables that accompany another one, in its name scope and on its device (`w/Adam`)."""

import contextlib
from collections.abc import Callable

from evergraph.framework.default_graph import colocate_with
from evergraph.framework.public import public, public_module
from evergraph.framework.types import DTypeLike, ShapeLike, TensorLike
from evergraph.ops import array as array_ops
from evergraph.ops.variables.reference import Variable
from evergraph.ops.variables.resource import is_resource_variable
from evergraph.ops.variables.scope import get_variable, get_variable_scope, variable_scope

public_module("python.training.slot_creator")


@public()
def create_slot(
    primary: Variable, val: TensorLike, name: str, colocate_with_primary: bool = True
) -> Variable:
    """A slot of `primary` (a variable or tensor) with the initial value `val`, a tensor, whose dtype it has."""
    validate_shape = val.shape.is_fully_defined()
    return _create(primary, val, name, colocate_with_primary, validate_shape, None, None)


@public()
def create_slot_with_initializer(
    primary: Variable,
    initializer: Callable,
    shape: ShapeLike,
    dtype: DTypeLike,
    name: str,
    colocate_with_primary: bool = True,
) -> Variable:
    """A slot of `primary` with the initial value `initializer(shape, dtype=dtype)`."""
    validate_shape = shape.is_fully_defined()
    return _create(primary, initializer, name, colocate_with_primary, validate_shape, shape, dtype)


@public()
def create_zeros_slot(
    primary: Variable, name: str, dtype: DTypeLike = None, colocate_with_primary: bool = True
) -> Variable:
    """A slot of zeros, of the shape and (by default) the dtype of `primary`."""
    dtype = primary.dtype.base_dtype if dtype is None else dtype
    if primary.shape.is_fully_defined():
        return create_slot_with_initializer(
            primary, _zeros, primary.shape, dtype, name, colocate_with_primary=colocate_with_primary
        )
    value = primary.initialized_value() if isinstance(primary, Variable) else primary
    zeros = array_ops.zeros(array_ops.shape(value), dtype=dtype)
    return create_slot(primary, zeros, name, colocate_with_primary=colocate_with_primary)


def _zeros(shape, dtype=None, partition_info=None):
    return array_ops.zeros(shape, dtype)


def _create(primary, value, name, colocate, validate_shape, shape, dtype):
    # The default name of the scope is the slot's name, so that a second optimizer's slots are numbered
    # (`w/Adam_1`) unless the scope is reused.
    with variable_scope(None, f"{primary.op.name}/{name}"):
        with colocate_with(primary.op) if colocate else contextlib.nullcontext():
            return _slot_variable(primary, value, validate_shape, shape, dtype)


def _slot_variable(primary, value, validate_shape, shape, dtype):
    scope = get_variable_scope()
    partitioner = scope.partitioner
    scope.set_partitioner(None)  # a slot of a part of a variable is not divided again
    try:
        slot = get_variable(
            "",
            initializer=value,
            trainable=False,
            use_resource=is_resource_variable(primary),
            shape=shape if callable(value) else None,
            dtype=dtype,
            validate_shape=validate_shape,
        )
    finally:
        scope.set_partitioner(partitioner)
    if isinstance(primary, Variable) and primary._save_slice_info:
        whole = primary._save_slice_info
        own_name = slot.op.name[len(primary.op.name) + 1 :]
        slot._set_save_slice_info(
            Variable.SaveSliceInfo(
                f"{whole.full_name}/{own_name}",
                list(whole.full_shape),
                list(whole.var_offset),
                list(whole.var_shape),
            )
        )
    return slot
