"""Variables, with their initial values, and operations, with all that leads to them, copied to another graph."""

from collections.abc import Iterable
from typing import Any

from evergraph.framework.collections import GraphKeys
from evergraph.framework.graph import Graph
from evergraph.framework.operation import Operation
from evergraph.framework.public import public, public_module
from evergraph.framework.tensor import Tensor
from evergraph.ops.variables.creation import new_variable
from evergraph.ops.variables.reference import Variable
from evergraph.session.session import Session

public_module("contrib.copy_graph.python.util.copy_elements")

_SAME = (GraphKeys.GLOBAL_VARIABLES, GraphKeys.TRAINABLE_VARIABLES)


def _named(name, scope):
    return f"{scope}/{name}" if scope else name


def _collections_of(element, scope, same=()):
    graph = element.graph
    keys = [
        key for key in graph.get_all_collection_keys() if any(element is e for e in graph.get_collection(key))
    ]
    return [key if key in same or not scope else f"{scope}/{key}" for key in keys]


@public("contrib.copy_graph.copy_variable_to_graph")
def copy_variable_to_graph(org_instance: Variable, to_graph: Graph, scope: str = "") -> Variable:
    """A variable of another graph whose initial value is the one that `org_instance` is initialized with.

    It joins the collections of the original, others than the global and the trainable variables under the scope.

    Args:
      org_instance: the variable.
      to_graph: the other graph.
      scope: what comes before its name.

    Raises:
      TypeError: no variable.
    """
    if not isinstance(org_instance, Variable):
        raise TypeError(f"{org_instance} is not a Variable")
    with Session(graph=org_instance.graph) as session:
        session.run(org_instance.initializer)
        value = session.run(org_instance)
    name = _named(org_instance.op.name, scope)
    collections = _collections_of(org_instance, scope, _SAME)
    with to_graph.as_default():
        return new_variable(
            value,
            trainable=GraphKeys.TRAINABLE_VARIABLES in collections,
            collections=collections,
            validate_shape=False,
            name=name,
        )


@public("contrib.copy_graph.copy_op_to_graph")
def copy_op_to_graph(
    org_instance: Tensor | Operation, to_graph: Graph, variables: Iterable[Variable], scope: str = ""
) -> Any:
    """The copy of a tensor or operation in another graph; all that leads to it is copied, unless it is there already.

    Args:
      org_instance: the tensor, of any dtype, or operation.
      to_graph: the other graph.
      variables: the copies, in that graph, of the variables that are used.
      scope: what comes before the names.

    Raises:
      TypeError: neither tensor nor operation.
    """
    if not isinstance(org_instance, (Tensor, Operation)):
        raise TypeError(f"Could not copy instance: {org_instance}")
    known = {variable.name: variable for variable in variables}
    return _copied(org_instance, to_graph, known, scope)


def _copied(element, to_graph, variables, scope):
    name = _named(element.name, scope)
    if name in variables:
        return to_graph.get_tensor_by_name(name)
    try:
        return to_graph.as_graph_element(name)
    except (KeyError, ValueError):
        pass
    operation = element.op if isinstance(element, Tensor) else element
    made = _copied_operations(operation, to_graph, variables, scope)
    if isinstance(element, Operation):
        return made
    tensor = made.outputs[element.value_index]
    for key in _collections_of(element, scope):
        to_graph.add_to_collection(key, tensor)
    return tensor


def _copied_operations(operation, to_graph, variables, scope):
    """Copies what leads to an operation, then it; without recursion, since graphs are deep."""
    waiting = [operation]
    while waiting:
        each = waiting[-1]
        before = [t.op for t in each.inputs if _named(t.name, scope) not in variables] + each.control_inputs
        missing = [op for op in before if not _is_there(to_graph, _named(op.name, scope))]
        if missing:
            waiting += missing
            continue
        waiting.pop()
        if not _is_there(to_graph, _named(each.name, scope)):
            _copy(each, to_graph, variables, scope)
    return to_graph.get_operation_by_name(_named(operation.name, scope))


def _is_there(graph, name):
    try:
        graph.get_operation_by_name(name)
    except KeyError:
        return False
    return True


def _copy(operation, to_graph, variables, scope):
    inputs = [to_graph.get_tensor_by_name(_named(tensor.name, scope)) for tensor in operation.inputs]
    before = [to_graph.get_operation_by_name(_named(op.name, scope)) for op in operation.control_inputs]
    with to_graph.as_default(), to_graph.name_scope(None), to_graph.control_dependencies(before):
        name = to_graph.unique_name(_named(operation.name, scope))
        made = to_graph.record(operation.definition, inputs, dict(operation.attrs), f"{name}/")
    for tensor, copied in zip(operation.outputs, made.outputs):
        copied._shape = tensor.shape
    for key in _collections_of(operation, scope):
        to_graph.add_to_collection(key, made)


@public("contrib.copy_graph.get_copied_op")
def get_copied_op(org_instance: Any, graph: Graph, scope: str = "") -> Any:
    """The copy of a tensor, operation or variable in a graph, found by its name under the scope.

    Raises:
      KeyError: there is none.
    """
    return graph.as_graph_element(_named(org_instance.name, scope))
