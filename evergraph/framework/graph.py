"""`Graph`: operations, names, collections, and what must not be fed, fetched or changed.

A graph only records.  What a `Session.run` does with it is decided in `engine`.  What operations are
recorded under is in `scopes`, the bodies of control flow in `bodies`; which graph is the default one, and
the functions on it, in `default_graph`.
"""

from __future__ import annotations

import contextlib
import re
import sys
import threading
from collections.abc import Iterator, Mapping, Sequence
from contextlib import AbstractContextManager
from typing import TYPE_CHECKING, Any

from tensorboard.compat.proto import versions_pb2
from tensorboard.compat.proto.attr_value_pb2 import AttrValue
from tensorboard.compat.proto.graph_pb2 import GraphDef
from tensorboard.compat.proto.versions_pb2 import VersionDef

from evergraph.framework import collected, protos, registry
from evergraph.framework.bodies import adopt, is_around, no_value_outside
from evergraph.framework.elements import find_element
from evergraph.framework.graph_stack import entered
from evergraph.framework.operation import Operation
from evergraph.framework.public import public, public_module
from evergraph.framework.scopes import Scoped, Scopes, groups_of
from evergraph.framework.tensor import Tensor

if TYPE_CHECKING:
    from evergraph.framework.bodies import BodyGraph
    from evergraph.framework.definition import OpDefinition

public_module("python.framework.ops")

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


@public("Graph")
class Graph(Scoped):
    """A dataflow graph of operations and tensors.

    Not thread-safe while it is built; any number of threads may run a finished one.
    """

    is_eager = (
        False  # whether operations outside of bodies are computed when they are recorded (`evergraph.eager`)
    )
    _last_loss_reduction: Any = None  # how the last loss of `ops.losses` was reduced

    def __init__(self) -> None:
        super().__init__()
        self._lock = threading.RLock()
        self._nodes_by_name = {}
        self._next_id_counter = 0
        self._names_in_use = {}
        self._collections = {}
        self._seed = None
        self._finalized = False
        self._unfeedable = set()
        self._unfetchable = set()
        self._version_of_edges = 0
        self._plans = (None, {})
        self.moved_to_host = (
            set()
        )  # operations that turned out to be better off there, see Operation.move_to_host
        self._producer_version = GRAPH_DEF_VERSION
        self._min_consumer_version = MIN_CONSUMER

    def as_default(self) -> AbstractContextManager[Graph]:
        """A context manager that makes this graph the default of the thread inside the block."""
        return entered(self)

    # -- operations ------------------------------------------------------------------------------------

    def record(self, definition: OpDefinition, inputs: list, attrs: dict, name: str) -> Operation:
        """Adds an operation to the current body.  A `name` ending in "/" is used as it stands, others are made unique.

        Returns the Operation, with its outputs' dtypes and static shapes set.

        Raises:
          RuntimeError: the graph is finalized.
          ValueError: an input of another graph, or of a body that is not around the current one.
        """
        body = self._scopes.body
        if body is not None and definition.role == "variable" and definition.stateful:
            with self.inside(None):  # a variable outlives every call of a body
                return self.record(definition, inputs, attrs, name)
        with self._lock:
            self._check_not_finalized()
            inputs = [t if t.op.body is body and t.op.graph is self else self._brought_in(t) for t in inputs]
            output_dtypes = definition.output_dtypes(attrs, inputs)
            if name and name[-1] == "/":
                name = name[:-1]
            else:
                name = self.unique_name(name)
            operation = Operation(
                self,
                definition,
                definition.type,
                name,
                inputs,
                self._control_inputs_for(inputs),
                attrs,
                "",
                _creation_frames(),
            )
            operation.body = body
            operation._original_op = self._scopes.original_op
            self._apply_scopes(operation)
            operation.outputs = [Tensor(operation, i, dtype) for i, dtype in enumerate(output_dtypes)]
            if operation.outputs or definition.shape_rule is not None:
                for tensor, shape in zip(operation.outputs, definition.infer(operation)):
                    tensor._shape = shape
            self._add_operation(operation)
            return operation

    def _brought_in(self, tensor):
        """What stands for a tensor of another body in the current one."""
        body = self._scopes.body
        if tensor.graph.is_eager and tensor.graph is not self and tensor.op.body is None:
            with self.as_default():
                return registry.public_function("constant")(tensor.numpy())
        if tensor.graph is not self and not (body is not None and body.copies):
            raise ValueError(
                f"{tensor} must be from the same graph as the operation that uses it: build both inside "
                "one `with graph.as_default():`"
            )
        if body is None:
            raise ValueError(no_value_outside(tensor, "the graph around it"))
        return body.capture(tensor)

    def _add_operation(self, operation):
        operation._id = self._next_id()
        self._nodes_by_name[operation.name] = operation
        for tensor in operation.input_tensors:
            tensor._consumers.append(operation)
        for op in operation._control_inputs:
            op._control_outputs.append(operation)
        for controller in self._scopes.control:
            controller.seen.add(operation)
        if operation.body is not None:
            operation.body.operations.append(operation)
        if operation.definition.has_bodies:
            adopt(operation)

    def create_op(
        self,
        op_type: str,
        inputs: Sequence,
        dtypes: Any,
        input_types: Any = None,
        name: str | None = None,
        attrs: Mapping | None = None,
        op_def: Any = None,
        compute_shapes: bool = True,
        compute_device: bool = True,
    ) -> Operation:
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
    def version(self) -> int:
        """The number of operations recorded so far."""
        return self._next_id_counter

    def _apply_scopes(self, operation):
        scopes = self._scopes
        if scopes.gradient_overrides:
            mapped = scopes.gradient_overrides.get(operation.type)
            if mapped is not None:
                operation.attrs["_gradient_op_type"] = mapped
        label = scopes.kernel_labels.get(operation.type)
        if label:
            operation.attrs["_kernel"] = label
        for key, value in scopes.attributes.items():
            if callable(value):
                value = value(operation.node_def)
            if value is not None:
                value = protos.from_attr_value(value) if isinstance(value, AttrValue) else value
                operation.attrs.setdefault(key, value)
        if "_class" in operation.attrs:
            groups = operation.attrs.pop("_class")
            operation._colocation = [each.decode() if isinstance(each, bytes) else each for each in groups]
        references = map(
            operation.input_tensors.__getitem__, operation.definition.reference_positions(operation)
        )
        beside = [
            tensor.op for tensor in references if scopes.body is None or tensor not in scopes.body.inputs
        ]
        if not beside:
            self._apply_device_functions(operation)
        together = [*scopes.colocation, *((other, groups_of(other)) for other in beside)]
        if together:
            operation._colocation = sorted({group for _, groups in together for group in groups})
        for other, _ in together:
            operation._device = operation._device or other.device

    def get_operations(self) -> list[Operation]:
        """The operations in creation order, those inside the bodies of control flow among them."""
        return list(self._nodes_by_name.values())

    def operations_outside_bodies(self) -> list[Operation]:
        """The operations in creation order that belong to no body of control flow."""
        return [op for op in self._nodes_by_name.values() if op.body is None]

    @property
    def _nodes_by_id(self):
        return {op._id: op for op in self._nodes_by_name.values()}

    def get_operation_by_name(self, name: str) -> Operation:
        """The operation of that name; KeyError when there is none."""
        if not isinstance(name, str):
            raise TypeError(f"an operation's name is a string, got {name!r}")
        return self.as_graph_element(name, allow_tensor=False, allow_operation=True)

    def get_tensor_by_name(self, name: str) -> Tensor:
        """The tensor named "op:index"; KeyError when there is none, ValueError for a malformed name."""
        if not isinstance(name, str):
            raise TypeError(f"a tensor's name is a string, got {name!r}")
        return self.as_graph_element(name, allow_tensor=True, allow_operation=False)

    def as_graph_element(self, obj: Any, allow_tensor: bool = True, allow_operation: bool = True) -> Any:
        """The Tensor or Operation of this graph that `obj` (an object or a name) stands for; see `find_element`."""
        with self._lock:
            return find_element(self, obj, allow_tensor, allow_operation)

    _as_graph_element_locked = as_graph_element

    def _awaited(self, operation):
        current = self._scopes.body
        while not is_around(operation.body, current):
            operation = operation.body.run_always(operation)
        if operation.body is current:
            return operation
        current.outer_control[operation] = None
        return None

    # -- names -----------------------------------------------------------------------------------------

    def unique_name(self, name: str, mark_as_used: bool = True) -> str:
        """`name` under the current name scope, with a number appended if it is taken."""
        if isinstance(name, bytes):
            name = name.decode()
        return self.unused_name(f"{self._scopes.name}/{name}" if self._scopes.name else name, mark_as_used)

    def unused_name(self, name: str, mark_as_used: bool = True) -> str:
        """`name` as it stands, with a number appended if it is taken. ValueError for what cannot be a name."""
        if not _VALID_NAME.match(name):
            raise ValueError(
                f"'{name}' is not a valid scope or operation name (allowed: {_VALID_NAME.pattern})"
            )
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

    def check_scope_name(self, name: str) -> None:
        """ValueError unless `name` can name a scope here."""
        if not (_VALID_SCOPE if self._scopes.name else _VALID_NAME).match(name):
            raise ValueError(f"'{name}' is not a valid scope name")

    # -- collections -----------------------------------------------------------------------------------

    def add_to_collection(self, name: Any, value: Any) -> None:
        """Appends a value to a collection."""
        self._check_not_finalized()
        with self._lock:
            self._collections.setdefault(name, []).append(value)

    def add_to_collections(self, names: Any, value: Any) -> None:
        """Appends a value to each of several collections (once each)."""
        names = (names,) if isinstance(names, str) else tuple(dict.fromkeys(names))
        for name in names:
            self.add_to_collection(name, value)

    def get_collection_ref(self, name: Any) -> list:
        """The list behind a collection, made when it is missing."""
        with self._lock:
            return self._collections.setdefault(name, [])

    def get_collection(self, name: Any, scope: str | None = None) -> list:
        """A copy of a collection; with `scope`, those items whose `name` it matches (`re.match`)."""
        with self._lock:
            items = self._collections.get(name, [])
            if scope is None:
                return list(items)
            pattern = re.compile(scope)
            return [item for item in items if hasattr(item, "name") and pattern.match(item.name)]

    def get_all_collection_keys(self) -> list[str]:
        """The names of all collections that were used."""
        with self._lock:
            return [key for key in self._collections if isinstance(key, str)]

    @property
    def collections(self) -> list[str]:
        """The names of all collections."""
        return self.get_all_collection_keys()

    def clear_collection(self, name: Any) -> None:
        """Empties a collection."""
        self._check_not_finalized()
        with self._lock:
            self._collections.pop(name, None)

    @contextlib.contextmanager
    def apart(self, body: BodyGraph) -> Iterator[None]:
        """Operations made in the block belong to a body, and are under no scope of those around it.

        A finalized graph takes them, too: nothing outside the body comes to depend on them.
        """
        with self._lock, self.as_default():
            before = self._scopes, self._finalized
            self._scopes, self._finalized = Scopes(name=before[0].name, body=body), False
            try:
                yield
            finally:
                self._scopes, self._finalized = before

    def finish_body(self, body: BodyGraph) -> None:
        """Takes out of the collections what the body has put in and what has no value outside; a warning names it."""
        with self._lock:
            collected.withdraw(self._collections, body)

    # -- the rest --------------------------------------------------------------------------------------

    @property
    def seed(self) -> int | None:
        """The graph-level random seed (None: not set)."""
        return self._seed

    @seed.setter
    def seed(self, seed: int | None) -> None:
        self._seed = seed

    @property
    def finalized(self) -> bool:
        return self._finalized

    def finalize(self) -> None:
        """Makes the graph read-only; recording another operation is then a RuntimeError."""
        self._finalized = True

    def _unsafe_unfinalize(self):
        self._finalized = False

    @contextlib.contextmanager
    def unlocked(self) -> Iterator[None]:
        """Context manager: operations can be added though the graph was made read-only; afterwards it is so again."""
        was_finalized, self._finalized = self._finalized, False
        try:
            yield
        finally:
            self._finalized = was_finalized

    def plans_of(self, runtime: Any) -> dict:
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
    def building_function(self) -> bool:
        """Whether this is the body of a function."""
        return False

    def prevent_feeding(self, tensor: Any) -> None:
        """Marks a tensor as one that cannot be fed."""
        self._unfeedable.add(tensor)

    def is_feedable(self, tensor: Any) -> bool:
        """Whether the tensor may be fed; what is inside a body may not."""
        return tensor not in self._unfeedable and tensor.op.body is None

    def prevent_fetching(self, op: Any) -> None:
        """Marks an operation as one that cannot be fetched."""
        self._unfetchable.add(op)

    def is_fetchable(self, tensor_or_op: Any) -> bool:
        """Whether the element may be fetched; what is inside a body may not."""
        operation = tensor_or_op.op if isinstance(tensor_or_op, Tensor) else tensor_or_op
        return operation.body is None and self._unfetchable.isdisjoint((tensor_or_op, operation))

    @property
    def graph_def_versions(self) -> VersionDef:
        """The GraphDef version numbers, as a VersionDef."""
        return versions_pb2.VersionDef(
            producer=self._producer_version, min_consumer=self._min_consumer_version
        )

    def as_graph_def(self, from_version: int | None = None, add_shapes: bool = False) -> GraphDef:
        """The graph as a GraphDef; with `from_version`, only the operations recorded after it."""
        return registry.public_function("graph_to_graph_def")(self, from_version, add_shapes)

    def _as_graph_def(self, from_version=None, add_shapes=False):
        return self.as_graph_def(from_version, add_shapes), self.version

    def _get_control_flow_context(self):
        return None
