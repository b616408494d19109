"""Scopes: what a graph gives to every operation that is recorded while a `with` block lasts.

All of it is one immutable value, `Scopes`.  A block puts another value in its place and puts its own field
back when it is left; a body of control flow begins with a copy of the value around it (`Scopes.in_body`).
"""

from __future__ import annotations

import contextlib
import dataclasses
import threading
from collections.abc import Iterable, Iterator, Mapping
from typing import TYPE_CHECKING, Any

from evergraph.framework import device as devices
from evergraph.framework.operation import Operation
from evergraph.framework.tensor import Tensor

if TYPE_CHECKING:
    from evergraph.framework.bodies import BodyGraph


class Controller:
    """One `control_dependencies` block: its operations, and what was recorded inside."""

    __slots__ = ("operations", "seen")

    def __init__(self, operations: Iterable[Operation]) -> None:
        self.operations = operations
        self.seen = set()


@dataclasses.dataclass(frozen=True, slots=True)
class Scopes:
    """What operations are recorded under.

    Attributes:
      name: the name scope, without a "/" at its end.
      body: the BodyGraph that operations are recorded into; None outside control flow.
      control: the `control_dependencies` blocks, outermost first.
      devices: the functions of the operation that give devices, outermost first; None hides those before it.
      colocation: (operation, its groups) for each that operations are to be placed beside.
      attributes: {name: value, or function of the NodeDef} to set where an operation has no such attribute.
      gradient_overrides: {type of operation: name of a registered gradient}.
      kernel_labels: {type of operation: label of the kernel that a program wants for it}; there is one kernel here.
      original_op: the operation whose gradient is being recorded, or None.
      container: the resource container of stateful operations.
    """

    name: str = ""
    body: Any = None
    control: tuple[Controller, ...] = ()
    devices: tuple = ()
    colocation: tuple = ()
    attributes: Mapping = dataclasses.field(default_factory=dict)
    gradient_overrides: Mapping = dataclasses.field(default_factory=dict)
    kernel_labels: Mapping = dataclasses.field(default_factory=dict)
    original_op: Operation | None = None
    container: str = ""

    def in_body(self, body: BodyGraph) -> Scopes:
        """The same inside a body: it is its operation that waits for what is outside."""
        return dataclasses.replace(self, body=body, control=())


class _Shared:
    """Where the scopes of all threads are."""

    __slots__ = ("scopes",)

    def __init__(self, scopes: Scopes) -> None:
        self.scopes = scopes


class _OfThreads(threading.local):
    """Where each thread's scopes are."""

    def __init__(self, scopes: Scopes) -> None:
        self.scopes = scopes


class Scoped:
    """The part of a graph that has scopes.

    Subclasses give the first three methods.
    """

    def __init__(self) -> None:
        self._place: Any = _Shared(Scopes())

    @property
    def _scopes(self) -> Scopes:
        return self._place.scopes

    @_scopes.setter
    def _scopes(self, scopes: Scopes) -> None:
        self._place.scopes = scopes

    def switch_to_thread_local(self) -> None:
        """From now on each thread has scopes of its own, which begin as they are now; before, all threads share them."""
        if isinstance(self._place, _Shared):
            self._place = _OfThreads(self._place.scopes)

    def unique_name(self, name: str, mark_as_used: bool = True) -> str:
        raise NotImplementedError

    def check_scope_name(self, name: str) -> None:
        raise NotImplementedError

    def as_graph_element(self, obj: Any, allow_tensor: bool = True, allow_operation: bool = True) -> Any:
        raise NotImplementedError

    @contextlib.contextmanager
    def _within(self, **fields):
        """Changes fields of the scopes inside the block."""
        before = self._scopes
        saved = {key: getattr(before, key) for key in fields}
        self._scopes = dataclasses.replace(before, **fields)
        try:
            yield
        finally:
            self._scopes = dataclasses.replace(self._scopes, **saved)

    def exchange_scopes(self, scopes: Scopes) -> Scopes:
        """Puts a value in the place of the present scopes, and returns these: for who makes several things in turn."""
        before, self._scopes = self._scopes, scopes
        return before

    # -- names -----------------------------------------------------------------------------------------

    @contextlib.contextmanager
    def name_scope(self, name: str | None) -> Iterator[str]:
        """Prefixes the names of operations made inside; yields the scope's name, ending in "/".

        A name ending in "/" re-enters that scope, None or "" goes back to the root.

        Raises:
          ValueError: no valid name.
        """
        new = ""
        if name:
            self.check_scope_name(name)
            new = name[:-1] if name[-1] == "/" else self.unique_name(name)
        with self._within(name=new):
            yield new + "/" if name else ""

    def get_name_scope(self) -> str:
        """The current name scope, without a "/" at its end."""
        return self._scopes.name

    # -- bodies and order ------------------------------------------------------------------------------

    @property
    def body(self) -> Any:
        """The BodyGraph that operations are recorded into now; None outside control flow."""
        return self._scopes.body

    @contextlib.contextmanager
    def inside(self, body: Any) -> Iterator[Any]:
        """Operations made in the block belong to a body (None: to no body), and wait for nothing around it."""
        with self._within(body=body, control=()):
            yield body

    @contextlib.contextmanager
    def control_dependencies(self, control_inputs: Any) -> Iterator[Any]:
        """Operations made inside run after all of `control_inputs`.

        None clears the dependencies and leaves the bodies of control flow, as in TensorFlow: what is made inside
        belongs to no branch and no loop.
        """
        if control_inputs is None:
            with self.inside(None):
                yield
            return
        controller = Controller(self._control_operations(control_inputs))
        with self._within(control=(*self._scopes.control, controller)):
            yield controller

    def _control_operations(self, control_inputs):
        operations = {}
        for item in control_inputs:
            if hasattr(item, "values") and hasattr(item, "indices"):  # IndexedSlices, SparseTensor
                item = item.op
            element = self.as_graph_element(item)
            operation = self._awaited(element.op if isinstance(element, Tensor) else element)
            if operation is not None:
                operations[operation] = None
        return list(operations)

    def _awaited(self, operation):
        """What the current body waits for in an operation's place; None where the operation with the body waits."""
        raise NotImplementedError

    def _control_inputs_for(self, inputs):
        if not self._scopes.control:
            return ()
        producers = {tensor.op for tensor in inputs}
        found = {}
        for controller in self._scopes.control:
            if producers and not producers.isdisjoint(controller.seen):
                continue  # an input was made inside this block, and so waits already
            for operation in controller.operations:
                if operation not in producers:
                    found[operation] = None
        return tuple(found)

    # -- devices ---------------------------------------------------------------------------------------

    @contextlib.contextmanager
    def device(self, device_name_or_function: Any) -> Iterator[None]:
        """Records a device (name, DeviceSpec, or function of the operation) for operations made inside."""
        if device_name_or_function is None or callable(device_name_or_function):
            function = device_name_or_function
        else:
            function = devices.merge_device(device_name_or_function)
        with self._within(devices=(*self._scopes.devices, function)):
            yield

    def _apply_device_functions(self, operation):
        for apply in reversed(self._scopes.devices):
            if apply is None:
                break
            operation._set_device(apply(operation))

    @contextlib.contextmanager
    def colocate_with(self, op: Any, ignore_existing: bool = False) -> Iterator[None]:
        """Records that operations made inside belong on the device of `op` (None: of none)."""
        if op is None and not ignore_existing:
            raise ValueError("colocate_with(None) needs ignore_existing=True, which leaves all groups")
        groups = () if ignore_existing else self._scopes.colocation
        if op is not None:
            element = op.op if not isinstance(op, Operation) and hasattr(op, "op") else op
            element = self.as_graph_element(element)
            operation = element.op if isinstance(element, Tensor) else element
            groups = (*groups, (operation, groups_of(operation)))
        with self._within(colocation=groups, devices=()):
            yield

    # -- attributes ------------------------------------------------------------------------------------

    @contextlib.contextmanager
    def container(self, container_name: str) -> Iterator[str]:
        """Names the resource container for stateful operations made inside."""
        with self._within(container=container_name):
            yield container_name

    @property
    def _container(self):
        return self._scopes.container

    @contextlib.contextmanager
    def gradient_override_map(self, op_type_map: Mapping[str, Any]) -> Iterator[None]:
        """Uses other registered gradients for some operation types made inside."""
        if not isinstance(op_type_map, dict) or not all(
            isinstance(k, str) and isinstance(v, str) for k, v in op_type_map.items()
        ):
            raise TypeError(
                f"op_type_map maps operation types to gradient names (strings), got {op_type_map!r}"
            )
        with self._within(gradient_overrides={**self._scopes.gradient_overrides, **op_type_map}):
            yield

    @contextlib.contextmanager
    def _kernel_label_map(self, op_to_kernel_label_map: Mapping[str, str]) -> Iterator[None]:
        """Writes a label of a kernel, the attribute `_kernel`, on operations of some types made inside; "" for none."""
        if not isinstance(op_to_kernel_label_map, dict) or not all(
            isinstance(k, str) and isinstance(v, str) for k, v in op_to_kernel_label_map.items()
        ):
            raise TypeError(
                f"op_to_kernel_label_map maps operation types to labels (strings), got {op_to_kernel_label_map!r}"
            )
        with self._within(kernel_labels={**self._scopes.kernel_labels, **op_to_kernel_label_map}):
            yield

    @contextlib.contextmanager
    def _original_op(self, op):
        """Records that operations made inside are there because of `op`, as those of its gradient are."""
        with self._within(original_op=op):
            yield

    @contextlib.contextmanager
    def _attr_scope(self, attr_map):
        if not isinstance(attr_map, dict):
            raise TypeError(f"attr_map must be a dict from names to values, got {attr_map!r}")
        merged = {k: v for k, v in {**self._scopes.attributes, **attr_map}.items() if v is not None}
        with self._within(attributes=merged):
            yield


def groups_of(operation: Operation) -> list[str]:
    """The colocation groups of an operation, its own by default."""
    return [group.decode() for group in operation.colocation_groups()]
