"""What a checkpoint saves: `SaveableObject`s, and how variables become them."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

from evergraph.framework import device as devices
from evergraph.framework.conversion import convert_to_tensor
from evergraph.framework.default_graph import device
from evergraph.framework.public import public, public_module
from evergraph.framework.tensor import Tensor
from evergraph.framework.tracking import CheckpointableBase
from evergraph.framework.types import DTypeLike, ShapeLike
from evergraph.ops import state
from evergraph.ops.array.reshaping import reshape
from evergraph.ops.constants import identity
from evergraph.ops.variables.reference import Variable
from evergraph.ops.variables.resource import ResourceVariable

public_module("python.training.saver")

REFERENCE_OPS = frozenset(["Variable", "VariableV2", "AutoReloadVariable"])
VARIABLE_OPS = REFERENCE_OPS | {"VarHandleOp", "ReadVariableOp"}


@public("python.training.saveable_object.SaveSpec")
class SaveSpec:
    """One tensor to save.

    Args:
      tensor: the tensor, or a function that makes it (called once, when the save operation is built).
      slice_spec: "" for a whole tensor, or the slice it is of a larger one, as "10 4 2,3:-".
      name: the name to save it under.
      dtype: its DType; that of the tensor when None.

    Raises:
      AssertionError: a function without a dtype.
    """

    def __init__(self, tensor: Any, slice_spec: str, name: str, dtype: DTypeLike = None) -> None:
        self._tensor: Any = tensor
        self.slice_spec = slice_spec
        self.name = name
        if callable(tensor) and dtype is None:
            raise AssertionError(f"SaveSpec {name!r}: a tensor given as a function needs its dtype")
        self.dtype = self._tensor.dtype if dtype is None else dtype

    @property
    def tensor(self) -> Any:
        """The tensor."""
        if callable(self._tensor):
            self._tensor = self._tensor()
        return self._tensor


@public("python.training.saveable_object.SaveableObject")
class SaveableObject:
    """Something that is saved as one or more tensors and restored from them; subclass it for objects of your own.

    Args:
      op: what is saved: an operation, a tensor or any hashable object that identifies it.
      specs: a list of `SaveSpec`, all on one device.
      name: its name.
    """

    def __init__(self, op: Any, specs: Sequence[SaveSpec], name: str) -> None:
        self.op = op
        self.specs = specs
        self.name = name
        self._device = None

    @property
    def device(self) -> str:
        """The device of its tensors."""
        if self._device is None:
            self._device = self.specs[0].tensor.device
        return self._device

    def restore(self, restored_tensors: Sequence[Tensor], restored_shapes: Sequence[ShapeLike] | None) -> Any:
        """An operation that takes over the tensors that were read.

        Args:
          restored_tensors: one tensor for each spec.
          restored_shapes: the shapes they are to be given, or None.
        """
        raise NotImplementedError(
            f"{type(self).__name__} must implement restore(restored_tensors, restored_shapes)"
        )


@public()
class VariableSaveable(SaveableObject):
    """A reference variable."""

    def __init__(self, var: Tensor | Variable, slice_spec: str, name: str) -> None:
        super().__init__(var, [SaveSpec(var, slice_spec, name, dtype=var.dtype)], name)

    def restore(self, restored_tensors: Sequence[Tensor], restored_shapes: Sequence[ShapeLike] | None) -> Any:
        value = restored_tensors[0]
        if restored_shapes is not None:
            value = reshape(value, restored_shapes[0])
        reference = convert_to_tensor(self.op, as_ref=True)
        validate = restored_shapes is None and reference.shape.is_fully_defined()
        return state.assign_op(reference, value, validate_shape=validate)


@public()
class ResourceVariableSaveable(SaveableObject):
    """A resource variable, given as itself or as a tensor that reads it; ValueError for anything else."""

    def __init__(self, var: Tensor | Variable, slice_spec: str, name: str) -> None:
        self._var_device = var.device
        self._var_shape = var.shape
        if isinstance(var, Tensor):
            self.handle_op = var.op.inputs[0]
            tensor = var
        elif isinstance(var, ResourceVariable):
            self.handle_op = var.handle
            tensor = lambda: _read_to_host(var)  # noqa: E731 (read when the save operation is built)
        else:
            raise ValueError(f"{name!r} is neither a resource variable nor a read of one: {var!r}")
        super().__init__(var, [SaveSpec(tensor, slice_spec, name, dtype=var.dtype)], name)

    def restore(self, restored_tensors: Sequence[Tensor], restored_shapes: Sequence[ShapeLike] | None) -> Any:
        value = restored_tensors[0]
        if restored_shapes is not None:
            value = reshape(value, restored_shapes[0])
        with device(self._var_device):
            value = identity(value)
            self._var_shape.assert_is_compatible_with(value.shape)
            return state.assign_variable_op(self.handle_op, value)


def _read_to_host(variable):
    with device(variable.device):
        value = variable.read_value()
    with device("/device:CPU:0"):
        return identity(value)


# -- from what users pass ----------------------------------------------------------------------------------------


def slices_of(item):
    """The parts of a partitioned variable, or None for anything else."""
    parts = getattr(item, "_get_variable_list", None)
    return list(parts()) if parts is not None else None


def _is_slice(item) -> bool:
    return isinstance(item, Variable) and bool(item._save_slice_info)


def _variable_tensor(item):
    """The tensor that stands for a variable in a checkpoint: its reference, or its read."""
    tensor = (
        item._graph_element if isinstance(item, ResourceVariable) else convert_to_tensor(item, as_ref=True)
    )
    if not is_variable(tensor):
        raise TypeError(
            f"Variable to save is not a Variable: {tensor}; a Saver takes variables, partitioned variables and "
            "SaveableObjects"
        )
    return tensor


def is_variable(tensor) -> bool:
    """Whether a tensor is a variable's reference, handle or read."""
    return isinstance(tensor, Tensor) and tensor.op.type in VARIABLE_OPS


def _stored_name(tensor) -> str:
    operation = tensor.op.inputs[0].op if tensor.op.type == "ReadVariableOp" else tensor.op
    return operation.name


def name_saveables(items, convert_variable_to_tensor=True) -> dict:
    """{name in the checkpoint: variable, list of slices, or SaveableObject}, from a list of these.

    Raises:
      TypeError: no list, or something in it that cannot be saved.
      ValueError: two of one name.
    """
    if not isinstance(items, (list, tuple, set)):
        raise TypeError(f"Variables to save should be passed in a dict or a list: {items!r}")
    named = {}

    def add(name, value):
        if name in named:
            raise ValueError(f"At least two variables have the same name: {name}")
        named[name] = value

    for item in sorted(items, key=lambda item: item.name):
        if isinstance(item, SaveableObject):
            named[item.name] = item
        elif isinstance(item, CheckpointableBase) and not isinstance(item, Variable):
            own = item._gather_saveables_for_checkpoint().values()
            named.update(name_saveables([one() if callable(one) else one for one in own]))
        elif slices_of(item) is not None:
            add(item.name, item)
        elif _is_slice(item):
            parts = named.setdefault(item._save_slice_info.full_name, [])
            if not isinstance(parts, list):
                raise ValueError(
                    f"Mixing slices and non-slices with the same name: {item._save_slice_info.full_name}"
                )
            parts.append(item)
        else:
            tensor = _variable_tensor(item)
            add(_stored_name(tensor), tensor if convert_variable_to_tensor else item)
    return named


def saveables_for(item, name) -> Iterator[SaveableObject]:
    """Yields the SaveableObjects that together save `item` under `name`.

    Raises:
      TypeError: a name that is no string, or something that cannot be saved.
      ValueError: slices that do not belong together.
    """
    if not isinstance(name, str):
        raise TypeError(
            "names_to_saveables must be a dict mapping string names to variables or SaveableObjects. "
            f"Name is not a string: {name!r}"
        )
    parts = list(item) if isinstance(item, (list, tuple)) else slices_of(item)
    if isinstance(item, SaveableObject):
        yield item
    elif parts is not None:
        yield from _saveable_slices(parts, name)
    else:
        tensor = _variable_tensor(item)
        yield (VariableSaveable if tensor.op.type in REFERENCE_OPS else ResourceVariableSaveable)(
            tensor, "", name
        )


def _saveable_slices(parts, name):
    whole = None
    for part in parts:
        if not isinstance(part, Variable):
            raise ValueError(f"Slices must all be Variables: {part!r}")
        if not part._save_slice_info:
            raise ValueError(f"Slices must all be slices: {part!r}")
        whole = whole or part._save_slice_info.full_name
        if whole != part._save_slice_info.full_name:
            raise ValueError(
                f"Slices must all be from the same tensor: {whole} != {part._save_slice_info.full_name}"
            )
        kind = ResourceVariableSaveable if isinstance(part, ResourceVariable) else VariableSaveable
        yield kind(part, part._save_slice_info.spec, name)


def collect_saveables(named_or_items) -> list[SaveableObject]:
    """The SaveableObjects of a dict {name: variable or SaveableObject} or a list, in the order of their names.

    Raises:
      TypeError, ValueError: as `name_saveables` and `saveables_for`; ValueError when one variable has two names.
    """
    named = named_or_items if isinstance(named_or_items, dict) else name_saveables(named_or_items)
    saveables, seen = [], set()
    for name in sorted(named, key=str):
        for saveable in saveables_for(named[name], name):
            if saveable.op in seen:
                raise ValueError(f"The same saveable will be restored with two names: {saveable.name}")
            seen.add(saveable.op)
            saveables.append(saveable)
    return saveables


def group_by_device(saveables) -> list[tuple[str, list[SaveableObject]]]:
    """[(device, saveables on it)], sorted by device.

    Raises:
      ValueError: one saveable has tensors on several devices.
    """
    groups = {}
    for saveable in saveables:
        found = {devices.canonical_name(spec.tensor.device) for spec in saveable.specs}
        if len(found) != 1:
            raise ValueError(
                f"All tensors of a saveable object must be on the same device: {saveable.name} has {sorted(found)}"
            )
        groups.setdefault(found.pop(), []).append(saveable)
    return sorted(groups.items())
