"""The sizes of operations and variables."""

from collections.abc import Iterable
from typing import Any

from evergraph.framework.graph import Graph
from evergraph.framework.public import public, public_module

public_module("contrib.slim.model_analyzer", "contrib.slim.python.slim.model_analyzer")


@public()
def tensor_description(var: Any) -> str:
    """The dtype and shape of a tensor or variable, as in "(float32 3x4)"."""
    return f"({var.dtype.name} {'x'.join(str(size) for size in var.get_shape())})"


def _headline(text):
    print("---------", text, "---------", sep="\n")


@public()
def analyze_ops(graph: Graph, print_info: bool = False) -> int:
    """How many elements the outputs of all operations have together, those of unknown size left out.

    Args:
      graph: the graph.
      print_info: whether to print a line for each operation.
    """
    if print_info:
        _headline("Operations: name -> (type shapes) [size]")
    total = 0
    for operation in graph.get_operations():
        size = sum(output.get_shape().num_elements() or 0 for output in operation.outputs)
        shapes = [tensor_description(output) for output in operation.outputs if output.get_shape()]
        if print_info:
            print(operation.name, "\t->", ", ".join(shapes), f"[{size}]")
        total += size
    return total


@public()
def analyze_vars(variables: Iterable[Any], print_info: bool = False) -> tuple[int, int]:
    """How many elements and bytes variables have together.

    Args:
      variables: the variables.
      print_info: whether to print a line for each.
    """
    if print_info:
        _headline("Variables: name (type shape) [size]")
    elements = size = 0
    for variable in variables:
        count = variable.get_shape().num_elements() or 0
        elements += count
        size += count * variable.dtype.size
        if print_info:
            print(
                variable.name,
                tensor_description(variable),
                f"[{count}, bytes: {count * variable.dtype.size}]",
            )
    if print_info:
        print(f"Total size of variables: {elements}")
        print(f"Total bytes of variables: {size}")
    return elements, size
