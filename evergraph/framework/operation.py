"""`Operation`: a node of the graph."""

from __future__ import annotations

import linecache
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

from tensorboard.compat.proto.node_def_pb2 import NodeDef
from tensorboard.compat.proto.op_def_pb2 import OpDef

from evergraph.framework import conversion, dtypes, errors, protos, registry
from evergraph.framework.public import public, public_module
from evergraph.framework.shapes import in_brackets
from evergraph.framework.tensor import Tensor

if TYPE_CHECKING:
    from evergraph.framework.definition import OpDefinition
    from evergraph.framework.graph import Graph

public_module("python.framework.ops")


@public("Operation")
class Operation:
    """A node of a Graph: computes zero or more tensors from zero or more tensors.

    Attributes:
      graph: the Graph.
      body: the BodyGraph it belongs to; None outside control flow.
      type: the operation's type in TensorFlow, e.g. "MatMul".
      name: its unique name in the graph.
      inputs: the tensors it takes.
      control_inputs: operations that run before it.
      outputs: the tensors it gives.
      device: the device it was recorded under ("" for none).
      attrs: its attributes as Python values; `get_attr` gives them as TensorFlow does.
      definition: the `OpDefinition` whose kernel computes it.
    """

    __slots__ = (
        "graph",
        "body",
        "definition",
        "type",
        "_name",
        "_inputs",
        "_control_inputs",
        "outputs",
        "attrs",
        "_device",
        "_id",
        "frames",
        "_control_outputs",
        "_colocation",
        "_original_op",
        "__weakref__",
        "__dict__",
    )
    recordings = 0  # how many have it, of those behind tapes (`framework.recordings`)

    def __init__(
        self,
        graph: Graph,
        definition: OpDefinition,
        type: str,
        name: str,
        inputs: Sequence[Tensor],
        control_inputs: Sequence[Operation],
        attrs: dict,
        device: Any,
        frames: Sequence,
    ) -> None:  # noqa: A002
        self.graph = graph
        self.body = None
        self.definition = definition
        self.type = type
        self._name = name
        self._inputs = tuple(inputs)
        self._control_inputs = tuple(control_inputs)
        self.outputs: Sequence[Tensor] = ()  # set when it has been recorded
        self.attrs = attrs
        self._device = device
        self.frames = frames
        self._control_outputs = []
        self._colocation: list[str] | None = None
        self._original_op: Operation | None = None  # whose gradient it is part of
        self._id: Any = None

    @property
    def name(self) -> str:
        return self._name

    @property
    def inputs(self) -> list[Tensor]:
        return list(self._inputs)

    @property
    def input_tensors(self) -> tuple[Tensor, ...]:
        """The inputs as an immutable tuple (what the engine walks)."""
        return self._inputs

    @property
    def control_inputs(self) -> list[Operation]:
        return list(self._control_inputs)

    @property
    def device(self) -> str:
        return self._device

    def _set_device(self, device):
        self._device = registry.public_function("canonical_device")(device)

    @property
    def node_def(self) -> NodeDef:
        """The operation as a NodeDef."""
        return registry.public_function("node_to_node_def")(self)

    @property
    def op_def(self) -> OpDef:
        """The signature as an OpDef: names and types of the arguments and attributes."""
        return registry.public_function("op_def_of")(self.definition)

    @property
    def traceback(self) -> list[tuple]:
        """The frames that created it, outermost first: (filename, line number, function, text of the line)."""
        return [
            (code.co_filename, line, code.co_name, linecache.getline(code.co_filename, line).strip() or None)
            for code, line in reversed(self.frames)
        ]

    @property
    def traceback_with_start_lines(self) -> list[tuple]:
        """The frames as `traceback` has them, each with the line where its function begins."""
        starts = [code.co_firstlineno for code, _ in reversed(self.frames)]
        return [(*frame, start) for frame, start in zip(self.traceback, starts, strict=True)]

    def get_attr(self, name: str) -> Any:
        """The value of an attribute; ValueError when the operation has none of that name."""
        if name == "_class" and self._colocation:
            return [group.encode() for group in self._colocation]
        if name not in self.attrs:
            raise ValueError(
                f"Operation '{self.name}' has no attr named '{name}'; it has {sorted(self.attrs)}."
            )
        value = _given(self.attrs[name])
        if isinstance(value, dict):
            return protos.to_attr_value(value)
        if isinstance(value, (list, tuple)):
            return [_given(part) for part in value]
        return value

    def _set_attr(self, name, attr_value):
        self.attrs[name] = protos.from_attr_value(attr_value)

    def colocation_groups(self) -> list[bytes]:
        """The colocation groups it belongs to, its own by default, as bytes `loc:@name`."""
        if self._colocation:
            return [group.encode() for group in self._colocation]
        return [f"loc:@{self.name}".encode()]

    def values(self) -> tuple[Tensor, ...]:
        """The outputs as a tuple."""
        return tuple(self.outputs)

    def run(self, feed_dict: Mapping | None = None, session: Any = None) -> None:
        """Runs the operation in the default (or given) session."""
        registry.public_function("run_operation")(self, feed_dict, session)

    def _add_control_inputs(self, operations):
        known = set(self._control_inputs)
        for op in operations:
            if op not in known:
                known.add(op)
                self._control_inputs += (op,)
                op._control_outputs.append(self)
        self.graph._version_of_edges += 1

    def _remove_control_inputs(self, operations):
        gone = set(operations)
        self._control_inputs = tuple(op for op in self._control_inputs if op not in gone)
        for op in gone:
            op._control_outputs.remove(self)
        self.graph._version_of_edges += 1

    def _add_control_input(self, operation):
        self._add_control_inputs([operation])

    def _remove_all_control_inputs(self):
        self._remove_control_inputs(self._control_inputs)

    def _update_input(self, index, tensor):
        """Replaces one input (used while a graph is rewritten, before any session has planned it).

        Raises:
          OutOfRangeError: there is no such input.
          ValueError: the tensor is of another graph.
          InvalidArgumentError: its static shape contradicts the one that was there, or its dtype is another.
        """
        inputs = list(self._inputs)
        if not 0 <= index < len(inputs):
            raise errors.OutOfRangeError(
                None,
                self,
                f"Cannot update edge. Input index [{index}] is greater than the number of total inputs [{len(inputs)}].",
            )
        if tensor.graph is not self.graph:
            raise ValueError(f"{tensor} must be from the same graph as {self!r}")
        if not tensor.shape.is_compatible_with(inputs[index].shape):
            raise errors.InvalidArgumentError(
                None,
                self,
                f"Cannot update edge, incompatible shapes: {in_brackets(tensor.shape)} and "
                f"{in_brackets(inputs[index].shape)}.",
            )
        inputs[index]._consumers.remove(self)
        inputs[index] = tensor
        tensor._consumers.append(self)
        self._inputs = tuple(inputs)
        self.graph._version_of_edges += 1

    def move_to_host(self) -> None:
        """Has plans that are made from now on run the operation on the host."""
        graph = self.graph
        graph.moved_to_host.add(self)
        graph._version_of_edges += 1

    @property
    def is_moved_to_host(self) -> bool:
        """Whether `move_to_host` was called."""
        return self in self.graph.moved_to_host

    def _get_control_flow_context(self):
        return None

    def __repr__(self):
        return f"<tf.Operation {self._name!r} type={self.type}>"

    def __str__(self):
        return str(self.node_def)

    def __copy__(self):
        return self

    def __deepcopy__(self, memo):
        return self


def _given(value):
    """A value of an attribute as `get_attr` gives it: text as bytes, shapes as messages."""
    if isinstance(value, str):
        return value.encode()
    if hasattr(value, "as_proto") and not isinstance(value, dtypes.DType):
        return value.as_proto()
    return value


@public("python.framework.ops._NodeDef")
def make_node_def(op_type: str, name: str, device: Any = None, attrs: Mapping | None = None) -> NodeDef:
    """A NodeDef without inputs.

    Args:
      op_type: the type of the operation.
      name: its name.
      device: a device's name or DeviceSpec, or a function that takes the NodeDef and gives one; None for none.
      attrs: {name: AttrValue}.
    """
    node = NodeDef(op=op_type, name=name)
    for key, value in (attrs or {}).items():
        node.attr[key].CopyFrom(value)
    if device is not None:
        node.device = registry.public_function("canonical_device")(
            device(node) if callable(device) else device
        )
    return node


def _refuse_operation(value, dtype=None, name=None, as_ref=False):
    raise TypeError(
        f"Can't convert Operation {value.name!r} to Tensor (target dtype={dtype}, name={name!r}, as_ref={as_ref}): give "
        "one of its outputs"
    )


conversion.register_tensor_conversion_function(Operation, _refuse_operation, 0)
