"""`Graph`: operations, names, collections, control dependencies, devices and seeds.

A graph only records.  What a `Session.run` does with it is decided in `engine`.
`BodyGraph` is the graph of a control-flow body: it shares its parent's names, collections and seeds, and
captures the parent's tensors that its operations use.
"""

import contextlib
import re
import sys
import threading
from typing import Any

from tensorboard.compat.proto import versions_pb2

from evergraph.framework import device as devices
from evergraph.framework import registry
from evergraph.framework.operation import Operation
from evergraph.framework.tensor import Tensor

__all__ = [
    "BodyGraph",
    "Graph",
    "clear_default_graphs",
    "colocate_with",
    "container",
    "control_dependencies",
    "device",
    "get_default_graph",
    "graph_from_inputs",
    "init_scope",
    "name_scope",
    "op_scope",
    "reset_default_graph",
]

_VALID_NAME = re.compile(r"^[A-Za-z0-9.][A-Za-z0-9_.\-/]*$")
_VALID_SCOPE = re.compile(r"^[A-Za-z0-9_.\-/]*$")
_PACKAGE = __name__.partition(".")[0] + "."
GRAPH_DEF_VERSION = 26  # the producer version of TensorFlow 1.9's graphs
MIN_CONSUMER = 0


def _creation_frames():
    """The frames outside this package that lead to the operation, innermost first, as (code, line)."""
    frame = sys._getframe(2)
    while frame is not None and frame.f_globals.get("__name__", "").startswith(_PACKAGE):
        frame = frame.f_back
    frames = []
    while frame is not None:
        frames.append((frame.f_code, frame.f_lineno))
        frame = frame.f_back
    return frames


def _groups_of(operation):
    return [group.decode() for group in operation.colocation_groups()]


class Graph:
    """A dataflow graph of operations and tensors.

    Not thread-safe while it is built; any number of threads may run a finished one.
    """

    def __init__(self):
        self._lock = threading.RLock()
        self._nodes_by_name = {}
        self._next_id_counter = 0
        self._names_in_use = {}
        self._name_stack = ""
        self._control_stack = []
        self._device_stack = []
        self._colocation_stack = []
        self._attr_scope_map = {}
        self._gradient_override_map = {}
        self._default_original_op = None
        self._kernel_label_map = {}
        self._collections = {}
        self._seed = None
        self._finalized = False
        self._container = ""
        self._unfeedable = set()
        self._unfetchable = set()
        self._version_of_edges = 0
        self._plans = (None, {})
        self._producer_version = GRAPH_DEF_VERSION

    # -- operations -----------------------------------------------------------------------------------------

    def record(self, definition, inputs, attrs, name):
        """Adds an operation.  A `name` ending in "/" is used as it stands, others are made unique.

        Returns the Operation, with its outputs' dtypes and static shapes set.
        """
        with self._lock:
            self._check_not_finalized()
            inputs = [self._own(tensor) for tensor in inputs]
            output_dtypes = definition.output_dtypes(attrs, inputs)
            if name and name[-1] == "/":
                name = name[:-1]
            else:
                name = self.unique_name(name)
            operation = Operation(
                self, definition, definition.type, name, inputs, self._control_inputs_for(inputs), attrs, "",
                _creation_frames(),
            )  # fmt: skip
            operation._original_op = self._default_original_op
            self._apply_scopes(operation)
            operation.outputs = tuple(Tensor(operation, i, dtype) for i, dtype in enumerate(output_dtypes))
            if operation.outputs or definition.shape_rule is not None:
                for tensor, shape in zip(operation.outputs, definition.infer(operation)):
                    tensor._shape = shape
            self._add_operation(operation)
            return operation

    def _add_operation(self, operation):
        operation._id = self._next_id()
        self._nodes_by_name[operation.name] = operation
        for tensor in operation.input_tensors:
            tensor._consumers.append(operation)
        for op in operation._control_inputs:
            op._control_outputs.append(operation)
        for controller in self._control_stack:
            controller.seen.add(operation)

    def _own(self, tensor):
        if tensor.graph is not self:
            if tensor.graph.outermost is self:
                raise ValueError(
                    f"{tensor} was made inside the body of a tf.cond or tf.while_loop and has no value outside: "
                    "return it from that body"
                )
            raise ValueError(
                f"{tensor} must be from the same graph as the operation that uses it: build both inside "
                "one `with graph.as_default():`"
            )
        return tensor

    def create_op(self, op_type, inputs, dtypes, input_types=None, name=None, attrs=None, op_def=None,
                  compute_shapes=True, compute_device=True):  # fmt: skip
        """Records an operation of a defined type from tensors and attributes (AttrValue or Python values)."""
        from_attr = registry.public_function("from_attr_value")
        definition = registry.definition_named(op_type)
        values = {
            key: from_attr(definition, key, value) if hasattr(value, "ListFields") else value
            for key, value in (attrs or {}).items()
        }
        complete = definition.complete_attributes(values, list(inputs), list(dtypes))
        return self.record(definition, list(inputs), complete, name or op_type)

    def _next_id(self):
        self._next_id_counter += 1
        return self._next_id_counter

    @property
    def _last_id(self):
        return self._next_id_counter

    @property
    def version(self):
        """The number of operations recorded so far."""
        return self._next_id_counter

    def _apply_scopes(self, operation):
        if self._gradient_override_map:
            mapped = self._gradient_override_map.get(operation.type)
            if mapped is not None:
                operation.attrs["_gradient_op_type"] = mapped
        for key, value in self._attr_scope_map.items():
            if callable(value):
                value = value(operation.node_def)
            if value is not None:
                operation.attrs.setdefault(key, value)
        beside = [
            tensor.op
            for tensor in map(operation.input_tensors.__getitem__, operation.definition.reference_positions(operation))
            if not self._is_parameter(tensor)
        ]
        if not beside:
            self._apply_device_functions(operation)
        groups = [*self._colocation_stack, *((other, _groups_of(other)) for other in beside)]
        for other, group in groups:
            operation._device = other.device or operation._device
            operation._colocation = sorted(set((operation._colocation or []) + group))

    def _is_parameter(self, tensor):
        """Whether it stands for a tensor of another graph."""
        return False

    def get_operations(self):
        """The operations in creation order."""
        return list(self._nodes_by_name.values())

    @property
    def _nodes_by_id(self):
        return {op._id: op for op in self._nodes_by_name.values()}

    def get_operation_by_name(self, name):
        """The operation of that name; KeyError when there is none."""
        if not isinstance(name, str):
            raise TypeError(f"an operation's name is a string, got {name!r}")
        return self.as_graph_element(name, allow_tensor=False, allow_operation=True)

    def get_tensor_by_name(self, name):
        """The tensor named "op:index"; KeyError when there is none, ValueError for a malformed name."""
        if not isinstance(name, str):
            raise TypeError(f"a tensor's name is a string, got {name!r}")
        return self.as_graph_element(name, allow_tensor=True, allow_operation=False)

    def as_graph_element(self, obj, allow_tensor=True, allow_operation=True) -> Any:
        """The Tensor or Operation of this graph that `obj` (an object or a name) stands for.

        Raises:
          TypeError: `obj` is nothing of the kind, or of a kind that is not allowed.
          KeyError: a name that the graph does not have.
          ValueError: an element of another graph, or a malformed name.
        """
        with self._lock:
            return self._as_graph_element(obj, allow_tensor, allow_operation)

    _as_graph_element_locked = as_graph_element

    def _as_graph_element(self, obj, allow_tensor, allow_operation):
        if not allow_tensor and not allow_operation:
            raise ValueError("allow_tensor and allow_operation can't both be False")
        wanted = " or ".join(w for w, ok in (("Tensor", allow_tensor), ("Operation", allow_operation)) if ok)
        convert = getattr(obj, "_as_graph_element", None)
        if convert is not None:
            element = convert()
            obj = element if element is not None else obj
        if isinstance(obj, bytes):
            obj = obj.decode()
        if isinstance(obj, str):
            return self._element_named(obj, allow_tensor, allow_operation, wanted)
        if (isinstance(obj, Tensor) and allow_tensor) or (isinstance(obj, Operation) and allow_operation):
            if obj.graph is not self:
                kind = "Tensor" if isinstance(obj, Tensor) else "Operation"
                raise ValueError(
                    f"{kind} {obj!r} is not an element of this graph. Each session runs one graph: open it with "
                    "tf.Session(graph=...), inside `with graph.as_default():`, or build all in one graph."
                )
            return obj
        raise TypeError(f"Can not convert a {type(obj).__name__} into a {wanted}.")

    def _element_named(self, name, allow_tensor, allow_operation, wanted):
        if ":" in name and allow_tensor:
            op_name, _, index = name.rpartition(":")
            if not index.isdigit():
                raise ValueError(
                    f"The name {name!r} looks like a (invalid) Tensor name, but is not of the form "
                    "'<op_name>:<output_index>'."
                )
            operation = self._nodes_by_name.get(op_name)
            if operation is None:
                raise KeyError(
                    f"The name {name!r} refers to a Tensor which does not exist: the operation {op_name!r} "
                    "does not exist in the graph."
                )
            if int(index) >= len(operation.outputs):
                raise KeyError(
                    f"The name {name!r} refers to a Tensor which does not exist: {op_name!r} has "
                    f"{len(operation.outputs)} outputs."
                )
            return operation.outputs[int(index)]
        if ":" in name:
            raise ValueError(f"Name {name!r} appears to refer to a Tensor, not a {wanted}.")
        operation = self._nodes_by_name.get(name)
        if not allow_operation:
            if operation is not None:
                raise ValueError(
                    f"The name {name!r} refers to an Operation, not a {wanted}; a Tensor's name has an output "
                    f"index, like {name + ':0'!r}."
                )
            raise ValueError(
                f"The name {name!r} looks like an (invalid) Operation name, not a {wanted}. Tensor names "
                "must be of the form '<op_name>:<output_index>'."
            )
        if operation is None:
            raise KeyError(f"The name {name!r} refers to an Operation not in the graph.")
        return operation

    # -- names ------------------------------------------------------------------------------------------------

    def unique_name(self, name, mark_as_used=True):
        """`name` under the current name scope, with a number appended if it is taken."""
        if isinstance(name, bytes):
            name = name.decode()
        if self._name_stack:
            name = f"{self._name_stack}/{name}"
        if not _VALID_NAME.match(name):
            raise ValueError(f"'{name}' is not a valid scope or operation name (allowed: {_VALID_NAME.pattern})")
        key = name.lower()
        count = self._names_in_use.get(key, 0)
        if mark_as_used:
            self._names_in_use[key] = count + 1
        if count:
            base, candidate = name, key
            while candidate in self._names_in_use:
                name = f"{base}_{count}"
                candidate = name.lower()
                count += 1
            if mark_as_used:
                self._names_in_use[key] = count
                self._names_in_use[candidate] = 1
        return name

    @contextlib.contextmanager
    def name_scope(self, name):
        """Prefixes the names of operations made inside; yields the scope's name, ending in "/".

        A name ending in "/" re-enters that scope, None or "" goes back to the root.
        """
        old = self._name_stack
        if name:
            if old:
                if not _VALID_SCOPE.match(name):
                    raise ValueError(f"'{name}' is not a valid scope name")
            elif not _VALID_NAME.match(name):
                raise ValueError(f"'{name}' is not a valid scope name")
            new = name[:-1] if name[-1] == "/" else self.unique_name(name)
        else:
            new = ""
        self._name_stack = new
        try:
            yield new + "/" if new else ""
        finally:
            self._name_stack = old

    def get_name_scope(self) -> str:
        """The current name scope, without a "/" at its end."""
        return self._name_stack

    # -- collections ------------------------------------------------------------------------------------------

    def add_to_collection(self, name, value):
        """Appends a value to a collection."""
        self._check_not_finalized()
        with self._lock:
            self._collections.setdefault(name, []).append(value)

    def add_to_collections(self, names, value):
        """Appends a value to each of several collections (once each)."""
        names = (names,) if isinstance(names, str) else tuple(dict.fromkeys(names))
        for name in names:
            self.add_to_collection(name, value)

    def get_collection_ref(self, name) -> list:
        """The list behind a collection, made when it is missing."""
        with self._lock:
            return self._collections.setdefault(name, [])

    def get_collection(self, name, scope=None) -> list:
        """A copy of a collection; with `scope`, those items whose `name` it matches (`re.match`)."""
        with self._lock:
            items = self._collections.get(name, [])
            if scope is None:
                return list(items)
            pattern = re.compile(scope)
            return [item for item in items if hasattr(item, "name") and pattern.match(item.name)]

    def get_all_collection_keys(self):
        """The names of all collections that were used."""
        with self._lock:
            return [key for key in self._collections if isinstance(key, str)]

    @property
    def collections(self):
        """The names of all collections."""
        return self.get_all_collection_keys()

    def clear_collection(self, name):
        """Empties a collection."""
        self._check_not_finalized()
        with self._lock:
            self._collections.pop(name, None)

    # -- scopes -----------------------------------------------------------------------------------------------

    @contextlib.contextmanager
    def as_default(self):
        """Makes this graph the default of the thread inside the block."""
        stack = _default_graphs.stack
        stack.append(self)
        try:
            yield self
        finally:
            if stack[-1] is not self:
                raise AssertionError("graphs entered by `as_default` must be left in the reverse order")
            stack.pop()

    @contextlib.contextmanager
    def control_dependencies(self, control_inputs):
        """Operations made inside run after all of `control_inputs`; None clears the dependencies."""
        if control_inputs is None:
            saved, self._control_stack = self._control_stack, []
            saved_scope = self._leave_body_scope()
            try:
                yield
            finally:
                self._control_stack = saved
                self._restore_body_scope(saved_scope)
            return
        controller = _Controller(self._control_operations(control_inputs))
        self._control_stack.append(controller)
        try:
            yield controller
        finally:
            self._control_stack.remove(controller)

    def _leave_body_scope(self):
        return None

    def _restore_body_scope(self, saved):
        return None

    def _control_operations(self, control_inputs):
        operations = []
        for item in control_inputs:
            if hasattr(item, "values") and hasattr(item, "indices"):  # IndexedSlices, SparseTensor
                item = item.op
            element = self._control_element(item)
            operation = element.op if isinstance(element, Tensor) else element
            if operation not in operations:
                operations.append(operation)
        return operations

    def _control_element(self, item):
        return self.as_graph_element(item)

    def _control_inputs_for(self, inputs):
        if not self._control_stack:
            return ()
        producers = {tensor.op for tensor in inputs}
        found = {}
        for controller in self._control_stack:
            if producers and not producers.isdisjoint(controller.seen):
                continue  # an input was made inside this block, and so waits already
            for operation in controller.operations:
                if operation not in producers:
                    found[operation] = None
        return tuple(found)

    def _current_control_dependencies(self):
        return {op for controller in self._control_stack for op in controller.operations}

    @contextlib.contextmanager
    def device(self, device_name_or_function):
        """Records a device (name, DeviceSpec, or function of the operation) for operations made inside."""
        if device_name_or_function is None or callable(device_name_or_function):
            function = device_name_or_function
        else:
            function = devices.merge_device(device_name_or_function)
        self._device_stack.append(function)
        try:
            yield
        finally:
            self._device_stack.pop()

    def _apply_device_functions(self, operation):
        for apply in reversed(self._device_stack):
            if apply is None:
                break
            operation._set_device(apply(operation))

    @contextlib.contextmanager
    def colocate_with(self, op, ignore_existing=False):
        """Records that operations made inside belong on the device of `op` (None: of none)."""
        if op is None and not ignore_existing:
            raise ValueError("colocate_with(None) needs ignore_existing=True, which leaves all groups")
        saved = self._colocation_stack
        saved_devices = self._device_stack
        self._device_stack = []
        stack = [] if ignore_existing else list(saved)
        if op is not None:
            element = op.op if not isinstance(op, Operation) and hasattr(op, "op") else op
            element = self.as_graph_element(element)
            operation = element.op if isinstance(element, Tensor) else element
            stack.append((operation, _groups_of(operation)))
        self._colocation_stack = stack
        try:
            yield
        finally:
            self._colocation_stack = saved
            self._device_stack = saved_devices

    @contextlib.contextmanager
    def container(self, container_name):
        """Names the resource container for stateful operations made inside."""
        saved, self._container = self._container, container_name
        try:
            yield container_name
        finally:
            self._container = saved

    @contextlib.contextmanager
    def gradient_override_map(self, op_type_map):
        """Uses other registered gradients for some operation types made inside."""
        if not isinstance(op_type_map, dict) or not all(
            isinstance(k, str) and isinstance(v, str) for k, v in op_type_map.items()
        ):
            raise TypeError(f"op_type_map maps operation types to gradient names (strings), got {op_type_map!r}")
        saved = self._gradient_override_map
        self._gradient_override_map = {**saved, **op_type_map}
        try:
            yield
        finally:
            self._gradient_override_map = saved

    @contextlib.contextmanager
    def _original_op(self, op):
        """Records that operations made inside are there because of `op`, as those of its gradient are."""
        saved, self._default_original_op = self._default_original_op, op
        try:
            yield
        finally:
            self._default_original_op = saved

    @contextlib.contextmanager
    def _attr_scope(self, attr_map):
        if not isinstance(attr_map, dict):
            raise TypeError(f"attr_map must be a dict from names to values, got {attr_map!r}")
        saved = self._attr_scope_map
        self._attr_scope_map = {k: v for k, v in {**saved, **attr_map}.items() if v is not None}
        try:
            yield
        finally:
            self._attr_scope_map = saved

    @contextlib.contextmanager
    def _kernel_label_map_scope(self, op_to_kernel_label_map):
        saved = self._kernel_label_map
        self._kernel_label_map = {**saved, **op_to_kernel_label_map}
        try:
            yield
        finally:
            self._kernel_label_map = saved

    # -- the rest ---------------------------------------------------------------------------------------------

    @property
    def seed(self):
        """The graph-level random seed (None: not set)."""
        return self._seed

    @seed.setter
    def seed(self, seed):
        self._seed = seed

    @property
    def finalized(self):
        return self._finalized

    def finalize(self):
        """Makes the graph read-only; recording another operation is then a RuntimeError."""
        self._finalized = True

    def _unsafe_unfinalize(self):
        self._finalized = False

    def plans_of(self, runtime) -> dict:
        """Where the sessions of a runtime keep the plans that they share."""
        if self._plans[0] is not runtime:
            self._plans = (runtime, {})
        return self._plans[1]

    def _check_not_finalized(self):
        if self._finalized:
            raise RuntimeError(
                "Graph is finalized and cannot be modified: it was made read-only when a session that keeps "
                "it (a monitored session, a Supervisor, or graph.finalize()) took it over. Build all "
                "operations before that."
            )

    @property
    def building_function(self):
        """Whether this is the body of a function."""
        return False

    @property
    def outermost(self):
        """The graph whose names, collections and variables this one uses."""
        return self

    def prevent_feeding(self, tensor):
        """Marks a tensor as one that cannot be fed."""
        self._unfeedable.add(tensor)

    def is_feedable(self, tensor):
        """Whether the tensor may be fed."""
        return tensor not in self._unfeedable

    def prevent_fetching(self, op):
        """Marks an operation as one that cannot be fetched."""
        self._unfetchable.add(op)

    def is_fetchable(self, tensor_or_op):
        """Whether the element may be fetched."""
        if isinstance(tensor_or_op, Tensor):
            return tensor_or_op not in self._unfetchable and tensor_or_op.op not in self._unfetchable
        return tensor_or_op not in self._unfetchable

    @property
    def graph_def_versions(self):
        """The GraphDef version numbers, as a VersionDef."""
        return versions_pb2.VersionDef(producer=self._producer_version, min_consumer=MIN_CONSUMER)

    def as_graph_def(self, from_version=None, add_shapes=False):
        """The graph as a GraphDef; with `from_version`, only the operations recorded after it."""
        return registry.public_function("graph_to_graph_def")(self, from_version, add_shapes)

    def _as_graph_def(self, from_version=None, add_shapes=False):
        return self.as_graph_def(from_version, add_shapes), self.version

    def _get_control_flow_context(self):
        return None

    def switch_to_thread_local(self):
        """Present for compatibility: device and control stacks belong to the graph here."""


class _Controller:
    """One `control_dependencies` block: its operations, and what was recorded inside."""

    __slots__ = ("operations", "seen")

    def __init__(self, operations):
        self.operations = operations
        self.seen = set()


class BodyGraph(Graph):
    """The body of a control-flow operation.

    Its parent's tensors that are used inside become inputs of the operation (`captures`, outer -> inner
    placeholder, in order of first use), and control dependencies on outer operations become control inputs
    of the operation (`outer_control`).
    """

    def __init__(self, parent, name):
        super().__init__()
        self.parent = parent
        self.captures = {}
        self.outer_control = {}
        self.inputs = []
        self.outputs = []
        self.body_name = name
        self.recorded = None  # how its calls are recorded for a gradient (gradients.replay)
        self._name_stack = parent._name_stack
        self._lock = parent._lock
        self._collections = parent._collections
        self._names_in_use = parent._names_in_use
        self._device_stack = list(parent._device_stack)
        self._gradient_override_map = parent._gradient_override_map
        self._default_original_op = parent._default_original_op
        self._container = parent._container

    done = frozenset()  # operations that are not run when it is called

    def binds_variable(self, parameter) -> bool:
        """Whether a parameter is a variable that a call reads and writes, rather than a value."""
        return parameter.op.definition.role == "variable"

    def _own(self, tensor):
        if tensor.graph is self:
            return tensor
        return self.capture(tensor)

    def _is_parameter(self, tensor):
        return tensor in self.inputs

    def capture(self, tensor):
        """The placeholder inside that stands for an outer tensor."""
        if tensor.graph is self:
            return tensor
        if not self._is_ancestor(tensor.graph):
            raise ValueError(
                f"{tensor} must be from the same graph: it was made inside another control-flow body, or in "
                "another graph. Return it from that body to use it outside."
            )
        outer = tensor if tensor.graph is self.parent else self.parent.capture(tensor)
        inner = self.captures.get(outer)
        if inner is None:
            with self.as_default(), self.control_dependencies(None):
                inner = registry.public_function("captured_placeholder")(outer)
            self.captures[outer] = inner
        return inner

    def _is_ancestor(self, graph):
        parent = self.parent
        while parent is not None:
            if parent is graph:
                return True
            parent = getattr(parent, "parent", None)
        return False

    def _control_element(self, item):
        convert = getattr(item, "_as_graph_element", None)
        element = convert() if convert is not None else item
        if isinstance(element, (Tensor, Operation)) and self._is_ancestor(element.graph):
            return element
        return self.as_graph_element(element)

    def _control_operations(self, control_inputs):
        inside = []
        for operation in super()._control_operations(control_inputs):
            if operation.graph is self:
                inside.append(operation)
            else:
                self.outer_control[operation] = None
        return inside

    def as_graph_element(self, obj, allow_tensor=True, allow_operation=True) -> Any:
        convert = getattr(obj, "_as_graph_element", None)
        element = convert() if convert is not None else obj
        if isinstance(element, Tensor) and element.graph is not self and self._is_ancestor(element.graph):
            return self.capture(element)
        return super().as_graph_element(obj, allow_tensor, allow_operation)

    @property
    def outermost(self):
        return self.parent.outermost

    @property
    def seed(self):
        return self.parent.seed

    @seed.setter
    def seed(self, seed):
        self.parent.seed = seed

    @property
    def finalized(self):
        return self.parent.finalized

    def _check_not_finalized(self):
        self.parent._check_not_finalized()

    def prevent_feeding(self, tensor):
        self.outermost.prevent_feeding(tensor)

    def prevent_fetching(self, op):
        self.outermost.prevent_fetching(op)


class _DefaultGraphs(threading.local):
    """The stack of default graphs of a thread, over one global default graph."""

    def __init__(self):
        self.stack = []


_default_graphs = _DefaultGraphs()
_global_graph = None
_global_lock = threading.Lock()


def get_default_graph() -> Graph:
    """The default graph of the current thread."""
    stack = _default_graphs.stack
    if stack:
        return stack[-1]
    global _global_graph
    if _global_graph is None:
        with _global_lock:
            if _global_graph is None:
                _global_graph = Graph()
    return _global_graph


def reset_default_graph():
    """Replaces the global default graph by an empty one; AssertionError inside `graph.as_default()`."""
    global _global_graph
    if _default_graphs.stack:
        raise AssertionError(
            "Do not use tf.reset_default_graph() to clear nested graphs: leave the `with graph.as_default()` "
            "block first, or make a new tf.Graph()."
        )
    _global_graph = Graph()


def clear_default_graphs():
    """Leaves every `graph.as_default()` of this thread and makes an empty global graph: a test starts afresh."""
    _default_graphs.stack.clear()
    reset_default_graph()


def graph_from_inputs(values) -> Graph:
    """The graph that the tensors among `values` belong to, else the default graph.

    ValueError when they belong to different graphs (a body and its parents count as one).
    """
    current = get_default_graph()
    found = None
    for value in values:
        graph = getattr(value, "graph", None)
        if not isinstance(graph, Graph) or graph is current:
            if graph is current:
                found = found or current
            continue
        if graph.outermost is current.outermost:
            found = found or current  # a body's parents are captured; anything else is refused on recording
        elif found is None:
            found = graph
        elif found is not graph:
            raise ValueError(f"{value} must be from the same graph as the other inputs")
    return found or current


@contextlib.contextmanager
def init_scope():
    """Leaves control-flow bodies and control dependencies: what is made inside is made in the outermost graph."""
    graph = get_default_graph()
    outer = graph.outermost
    scope = graph._name_stack
    with outer.as_default():
        saved, outer._name_stack = outer._name_stack, scope
        try:
            with outer.control_dependencies(None):
                yield
        finally:
            outer._name_stack = saved


class name_scope:  # noqa: N801 (TensorFlow's name)
    """Context manager: a name scope on the graph of `values` (or the default graph).

    Args:
      name: the scope's name; None takes `default_name`.
      default_name: used when `name` is None.
      values: tensors whose graph becomes the default inside.
    """

    def __init__(self, name, default_name=None, values=None):
        self._name = default_name if name is None else name
        self._given = name
        self._default_name = default_name
        self._values = values

    @property
    def name(self):
        return self._name

    def __enter__(self):
        if self._name is None and self._values is not None:
            raise ValueError(f"name_scope needs a name or a default name, got {self._given!r} and None")
        self._contexts = contextlib.ExitStack()
        graph = graph_from_inputs(self._values) if self._values else get_default_graph()
        self._contexts.enter_context(graph.as_default())
        try:
            return self._contexts.enter_context(graph.name_scope(self._name))
        except BaseException:
            self._contexts.close()
            raise

    def __exit__(self, kind, value, trace):
        return self._contexts.__exit__(kind, value, trace)


@contextlib.contextmanager
def op_scope(values, name, default_name=None):
    """Deprecated spelling of `name_scope(name, default_name, values)`."""
    with name_scope(name, default_name=default_name, values=values) as scope:
        yield scope


def device(device_name_or_function):
    """`Graph.device` of the default graph."""
    return get_default_graph().device(device_name_or_function)


def container(container_name):
    """`Graph.container` of the default graph."""
    return get_default_graph().container(container_name)


def colocate_with(op, ignore_existing=False):
    """`Graph.colocate_with` of the default graph."""
    return get_default_graph().colocate_with(op, ignore_existing)


def control_dependencies(control_inputs):
    """`Graph.control_dependencies` of the default graph."""
    return get_default_graph().control_dependencies(control_inputs)


registry.register_function("canonical_device")(devices.canonical_name)
registry.register_function("name_scope")(name_scope)
