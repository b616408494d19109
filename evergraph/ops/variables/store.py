"""The variables that `get_variable` made, by name: creation and reuse."""

import inspect
import traceback
from typing import Any

from evergraph.framework import dtypes
from evergraph.framework.collections import GraphKeys, add_to_collection, get_collection
from evergraph.framework.conversion import convert_to_tensor
from evergraph.framework.default_graph import colocate_with, init_scope, name_scope
from evergraph.framework.public import public
from evergraph.framework.shapes import as_shape
from evergraph.framework.tensor import Tensor
from evergraph.ops import array as array_ops
from evergraph.ops.variables import initializers
from evergraph.ops.variables.creation import new_variable
from evergraph.ops.variables.partitioned import PartitionedVariable, PartitionInfo, slices_of
from evergraph.ops.variables.reference import SaveSliceInfo
from evergraph.ops.variables.replication import (
    VariableAggregation,
    VariableSynchronization,
    checked_replication,
)

_STORE_KEY = ("__variable_store",)


@public("python.ops.variable_scope._get_default_variable_store")
def default_variable_store() -> Any:
    """The variable store of the default graph."""
    stores = get_collection(_STORE_KEY)
    if stores:
        return stores[0]
    store = VariableStore()
    add_to_collection(_STORE_KEY, store)
    return store


class VariableStore:
    """Variables by their full names."""

    def __init__(self):
        self._vars = {}
        self._partitioned_vars = {}

    def get_variable(
        self,
        name,
        shape=None,
        dtype=dtypes.float32,
        initializer=None,
        regularizer=None,
        reuse=None,
        trainable=None,
        collections=None,
        caching_device=None,
        partitioner=None,
        validate_shape=True,
        use_resource=None,
        custom_getter=None,
        constraint=None,
        synchronization=VariableSynchronization.AUTO,
        aggregation=VariableAggregation.NONE,
    ):
        """The variable of that name, made or reused as `reuse` says; see `tf.get_variable`."""
        synchronization, aggregation, trainable = checked_replication(
            synchronization, aggregation, trainable, name
        )
        arguments: dict[str, Any] = dict(
            name=name,
            shape=shape,
            dtype=dtypes.as_dtype(dtype).base_dtype,
            initializer=initializer,
            regularizer=regularizer,
            reuse=reuse,
            trainable=trainable,
            collections=collections,
            caching_device=caching_device,
            partitioner=partitioner,
            validate_shape=validate_shape,
            use_resource=use_resource,
        )
        if custom_getter is None:
            return self._get(
                **arguments, constraint=constraint, synchronization=synchronization, aggregation=aggregation
            )
        if not callable(custom_getter):
            raise ValueError(f"variable {name!r}: custom_getter must be callable, got {custom_getter!r}")
        for later, value in (
            ("constraint", constraint),
            ("synchronization", synchronization),
            ("aggregation", aggregation),
        ):
            if _accepts(custom_getter, later):
                arguments[later] = value
        return custom_getter(getter=self._get, **arguments)

    def _get(
        self,
        name,
        shape=None,
        dtype=dtypes.float32,
        initializer=None,
        regularizer=None,
        reuse=None,
        trainable=True,
        collections=None,
        caching_device=None,
        partitioner=None,
        validate_shape=True,
        use_resource=None,
        constraint=None,
        synchronization=VariableSynchronization.AUTO,
        aggregation=VariableAggregation.NONE,
    ):
        is_scalar = isinstance(shape, (list, tuple)) and not shape
        reused_whole = reuse is True and partitioner is None and name in self._partitioned_vars
        if (partitioner is not None and not is_scalar) or reused_whole:
            if partitioner is not None and not callable(partitioner):
                raise ValueError(f"variable {name!r}: the partitioner must be callable, got {partitioner!r}")
            with name_scope(None):
                return self.get_partitioned_variable(
                    name,
                    partitioner,
                    shape=shape,
                    dtype=dtype,
                    initializer=initializer,
                    regularizer=regularizer,
                    reuse=reuse,
                    trainable=trainable,
                    collections=collections,
                    caching_device=caching_device,
                    validate_shape=validate_shape,
                    use_resource=use_resource,
                    constraint=constraint,
                    synchronization=synchronization,
                    aggregation=aggregation,
                )
        if f"{name}/part_0" in self._vars:
            raise ValueError(
                f"No partitioner was provided for variable {name!r}, but a partitioned version of it exists: "
                f"{name}/part_0. Pass the same partitioner"
            )
        return self.get_single_variable(
            name,
            shape=shape,
            dtype=dtype,
            initializer=initializer,
            regularizer=regularizer,
            reuse=reuse,
            trainable=trainable,
            collections=collections,
            caching_device=caching_device,
            validate_shape=validate_shape,
            use_resource=use_resource,
            constraint=constraint,
            synchronization=synchronization,
            aggregation=aggregation,
        )

    def get_single_variable(
        self,
        name,
        shape=None,
        dtype=dtypes.float32,
        initializer=None,
        regularizer=None,
        partition_info=None,
        reuse=None,
        trainable=True,
        collections=None,
        caching_device=None,
        validate_shape=True,
        use_resource=None,
        constraint=None,
        synchronization=VariableSynchronization.AUTO,
        aggregation=VariableAggregation.NONE,
    ):
        """A variable that is not partitioned (or one part of one that is), made or reused."""
        from_value = initializer is not None and not callable(initializer)
        if shape is not None and from_value:
            raise ValueError(
                f"variable {name!r}: if the initializer is a value, do not specify shape (got {shape})"
            )
        dtype = dtypes.as_dtype(dtype)
        shape = as_shape(shape)
        if name in self._vars:
            return self._reused(name, shape, dtype, reuse)
        if reuse is True:
            raise ValueError(
                f"Variable {name} does not exist, or was not created with tf.get_variable(). Did you mean to "
                "set reuse=tf.AUTO_REUSE in the variable scope?"
            )
        if not shape.is_fully_defined() and not from_value:
            raise ValueError(
                f"Shape of a new variable ({name}) must be fully defined, but instead was {shape}."
            )
        if initializer is None:
            initializer = default_initializer(name, dtype)
        with init_scope():
            initial_value = initializer if from_value else _bind(initializer, shape, dtype, partition_info)
        variable = self._vars[name] = new_variable(
            initial_value=initial_value,
            name=name,
            trainable=trainable,
            collections=collections,
            caching_device=caching_device,
            dtype=None if from_value else dtype.base_dtype,
            validate_shape=validate_shape,
            constraint=constraint,
            use_resource=bool(use_resource),
            synchronization=synchronization,
            aggregation=aggregation,
        )
        if regularizer:
            with (
                init_scope()
            ):  # so that a variable made in a branch does not leave a loss that has no value outside
                _regularize(variable, regularizer, name)
        return variable

    def get_partitioned_variable(
        self, name, partitioner, shape=None, dtype=dtypes.float32, initializer=None, reuse=None, **options
    ):
        """A variable in parts, made or reused; without a partitioner it must exist."""
        if name in self._vars:
            raise ValueError(
                f"A partitioner was provided for variable {name!r}, but an unpartitioned version of it exists. "
                "Leave the partitioner out"
            )
        shape = as_shape(shape)
        if isinstance(initializer, Tensor):
            shape = shape.merge_with(initializer.shape)
        partitions = None if reuse and partitioner is None else _partitions(name, partitioner, shape, dtype)
        if name in self._partitioned_vars:
            return self._reused_whole(name, shape, dtype, partitions, reuse)
        if reuse is True:
            raise ValueError(
                f"PartitionedVariable {name} does not exist, or was not created with tf.get_variable(). Did you "
                "mean to set reuse=tf.AUTO_REUSE in the variable scope?"
            )
        assert partitions is not None, "without a partitioner there is an old variable to reuse, or an error"
        whole = shape.as_list()
        slices = slices_of(whole, partitions)
        self._check_parts(name, len(slices))
        parts = []
        for i, (offset, part_shape) in enumerate(slices):
            part_name = f"{name}/part_{i}"
            with name_scope(part_name + "/PartitionedInitializer"):
                part_initializer = initializer
                if initializer is not None and not callable(initializer):
                    values = convert_to_tensor(
                        initializer, dtype=None if isinstance(initializer, Tensor) else dtype
                    )
                    part_initializer = array_ops.slice(values, offset, part_shape)
                    dtype = values.dtype.base_dtype
            from_value = part_initializer is not None and not callable(part_initializer)
            with name_scope(None):
                part = self.get_single_variable(
                    part_name,
                    shape=None if from_value else part_shape,
                    dtype=dtype,
                    initializer=part_initializer,
                    partition_info=PartitionInfo(whole, offset),
                    reuse=reuse,
                    **options,
                )
            part._set_save_slice_info(SaveSliceInfo(name, whole, offset, part_shape))
            parts.append(part)
        self._partitioned_vars[name] = PartitionedVariable(name, shape, dtype, parts, partitions)
        return self._partitioned_vars[name]

    def _check_parts(self, name, count):
        """Parts that were made one by one must be those that the partitioner asks for."""
        existing = [part for part in self._vars if part.startswith(f"{name}/part_")]
        if existing and len(existing) != count:
            raise ValueError(
                f"the partitioner cuts variable {name!r} into {count} parts, but it has the parts {existing} already"
            )

    def _reused_whole(self, name, shape, dtype, partitions, reuse):
        found = self._partitioned_vars[name]
        if reuse is False:
            raise ValueError(
                f"Partitioned variable with name {name} already exists. Did you mean to set reuse=True or "
                "reuse=tf.AUTO_REUSE in the variable scope?"
            )
        for what, given, existing, same in (
            ("shape", shape, found.get_shape(), shape.is_compatible_with(found.get_shape())),
            ("dtype", dtype.name, found.dtype.name, dtype.is_compatible_with(found.dtype)),
            (
                "partitions",
                partitions,
                found._get_partitions(),
                partitions in (None, found._get_partitions()),
            ),
        ):
            if not same:
                raise ValueError(
                    f"Trying to reuse partitioned variable {name}, but specified {what} {given} and found {what} "
                    f"{existing}."
                )
        return found

    def _reused(self, name, shape, dtype, reuse):
        found = self._vars[name]
        if reuse is False:
            made_at = traceback.format_list(found.op.traceback[-3:])
            raise ValueError(
                f"Variable {name} already exists, disallowed. Did you mean to set reuse=True or "
                f"reuse=tf.AUTO_REUSE in the variable scope? It was made at:\n\n{''.join(made_at)}"
            )
        if not shape.is_compatible_with(found.shape):
            raise ValueError(
                f"Trying to share variable {name}, but specified shape {shape} and found shape {found.shape}."
            )
        if not dtype.is_compatible_with(found.dtype):
            raise ValueError(
                f"Trying to share variable {name}, but specified dtype {dtype.name} and found dtype "
                f"{found.dtype.name}."
            )
        return found


def _partitions(name, partitioner, shape, dtype) -> Any:
    """What the partitioner says, checked."""
    if not shape.is_fully_defined():
        raise ValueError(
            f"Shape of a new partitioned variable ({name}) must be fully defined, but instead was {shape}."
        )
    if shape.ndims < 1:
        raise ValueError(f"partitioned variable {name!r} must have rank at least 1, got shape {shape}")
    partitions = partitioner(shape=shape, dtype=dtype)
    if (
        not isinstance(partitions, (list, tuple))
        or len(partitions) != shape.ndims
        or any(p < 1 for p in partitions)
    ):
        raise ValueError(
            f"the partitioner of variable {name!r} must return a list of {shape.ndims} positive numbers, one for "
            f"each axis of shape {shape}; got {partitions!r}"
        )
    return partitions


def _accepts(function, argument):
    parameters = inspect.signature(function).parameters.values()
    return any(p.name == argument or p.kind is p.VAR_KEYWORD for p in parameters)


def _bind(initializer: Any, shape, dtype, partition_info):
    """An initial-value function from an initializer (or a class of them): `initializer(shape, dtype=...)`."""
    call = initializer(dtype=dtype) if isinstance(initializer, type) else initializer
    options = {"dtype": dtype}
    if _accepts(call, "partition_info"):
        options["partition_info"] = partition_info
    return lambda: call(shape.as_list(), **options)


def _regularize(variable, regularizer, name):
    with colocate_with(variable.op):
        with name_scope(name + "/Regularizer/"):
            loss = regularizer(variable)
    if loss is not None:
        add_to_collection(GraphKeys.REGULARIZATION_LOSSES, loss)


def default_initializer(name, dtype):
    """The initializer of a variable that was given none; ValueError for dtypes that have none."""
    if dtype.is_floating:
        return initializers.glorot_uniform_initializer()
    if dtype.is_integer or dtype.is_bool or dtype == dtypes.string:
        return initializers.Zeros()
    raise ValueError(f"An initializer for variable {name} of {dtype.name} is required")
