"""Elements of a graph: the tensor or operation that an object or a name stands for."""

from typing import Any

from evergraph.framework.operation import Operation
from evergraph.framework.public import public
from evergraph.framework.tensor import Tensor


@public("python.framework.ops._as_graph_element")
def element_behind(obj: Any) -> Any:
    """The Tensor or Operation that an object of another type (a variable) says it stands for; None where it says nothing."""
    convert = getattr(obj, "_as_graph_element", None)
    return convert() if callable(convert) else None


def find_element(graph, obj, allow_tensor=True, allow_operation=True):
    """The Tensor or Operation of `graph` that `obj` (an object or a name) stands for.

    Raises:
      TypeError: `obj` is nothing of the kind, or of a kind that is not allowed.
      KeyError: a name that the graph does not have.
      ValueError: an element of another graph, or a malformed name.
    """
    if not allow_tensor and not allow_operation:
        raise ValueError("allow_tensor and allow_operation can't both be False")
    wanted = " or ".join(w for w, ok in (("Tensor", allow_tensor), ("Operation", allow_operation)) if ok)
    element = element_behind(obj)
    obj = element if element is not None else obj
    if isinstance(obj, bytes):
        obj = obj.decode()
    if isinstance(obj, str):
        if ":" in obj and allow_tensor:
            return _tensor_named(graph, obj)
        return _operation_named(graph, obj, allow_operation, wanted)
    if (isinstance(obj, Tensor) and allow_tensor) or (isinstance(obj, Operation) and allow_operation):
        if obj.graph is not graph:
            kind = "Tensor" if isinstance(obj, Tensor) else "Operation"
            raise ValueError(
                f"{kind} {obj!r} is not an element of this graph. Each session runs one graph: open it with "
                "tf.Session(graph=...), inside `with graph.as_default():`, or build all in one graph."
            )
        return obj
    raise TypeError(f"Can not convert a {type(obj).__name__} into a {wanted}.")


def _tensor_named(graph, name):
    op_name, _, index = name.rpartition(":")
    if not index.isdigit():
        raise ValueError(
            f"The name {name!r} looks like a (invalid) Tensor name, but is not of the form "
            "'<op_name>:<output_index>'."
        )
    operation = graph._nodes_by_name.get(op_name)
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


def _operation_named(graph, name, allow_operation, wanted):
    if ":" in name:
        raise ValueError(f"Name {name!r} appears to refer to a Tensor, not a {wanted}.")
    operation = graph._nodes_by_name.get(name)
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
