"""The graph as TensorBoard draws it: the bodies of `cond` and `while_loop` inside their boxes.

A GraphDef has the bodies of control flow as functions in a library, which TensorBoard draws beside the graph, each as a box of
its own without a line to where it is used. The operations of a body have names in the scope of their `cond` or loop, which no
other operation has: put among the graph's own nodes, they are what is in the box `cond` when it is opened, with the lines that
lead into and out of it. Many of a kind in one place (`cond`, `cond_1`, ..., one for each variable with a moving average) are
one box that holds the others.
"""

import collections
import re
from collections.abc import Iterator

from tensorboard.compat.proto import attr_value_pb2, function_pb2, graph_pb2, node_def_pb2

_MANY = 3  # of a kind in one place
_NUMBER = re.compile(r"_\d+\Z")
_TAKES_A_CHOICE = frozenset(["If", "StatelessIf", "Case", "StatelessCase"])  # the first input is which body


def drawn_graph(graph_def: graph_pb2.GraphDef) -> graph_pb2.GraphDef:
    """A GraphDef without functions of control flow; `graph_def` itself when it has none.

    What is returned is to be looked at, not to be run: an `If` has the results of its bodies as further inputs.
    """
    functions = {function.signature.name: function for function in graph_def.library.function}
    if not any(_bodies(node, functions) for node in graph_def.node):
        return graph_def
    drawing = _Drawing(functions, {node.name for node in graph_def.node})
    for node in graph_def.node:
        drawing.add(node, node.name, list(node.input))
    _gather(drawing.nodes, drawing.scopes)
    result = graph_pb2.GraphDef(node=drawing.nodes, versions=graph_def.versions)
    others = [function for name, function in functions.items() if name not in drawing.drawn]
    if others:
        result.library.function.extend(others)
    return result


def _bodies(
    node: node_def_pb2.NodeDef, functions: dict[str, function_pb2.FunctionDef]
) -> dict[str, list[str]]:
    """{attribute: names of the functions in it that the library has}."""
    found = {
        key: [name for name in _named_by(value) if name in functions]
        for key, value in sorted(node.attr.items())
    }
    return {key: names for key, names in found.items() if names}


def _named_by(value: attr_value_pb2.AttrValue) -> Iterator[str]:
    if value.HasField("func"):
        yield value.func.name
    for function in value.list.func:
        yield function.name


class _Drawing:
    """The nodes drawn so far."""

    def __init__(self, functions: dict[str, function_pb2.FunctionDef], taken: set[str]):
        self.functions = functions
        self.taken = taken
        self.drawn: set[str] = set()
        self.nodes: list[node_def_pb2.NodeDef] = []
        self.scopes: set[str] = set()  # of the operations that have bodies

    def add(self, node: node_def_pb2.NodeDef, name: str, inputs: list[str]) -> None:
        """Adds a node under a name and with inputs as the drawing has them, after the nodes of its bodies."""
        drawn = node_def_pb2.NodeDef()
        drawn.CopyFrom(node)
        values = [source for source in inputs if not source.startswith("^")]
        arguments = values[1:] if node.op in _TAKES_A_CHOICE else values
        results = []
        for key, functions in _bodies(node, self.functions).items():
            self.scopes.add(name.rpartition("/")[0])
            del drawn.attr[key]
            for function in functions:
                self.drawn.add(function)
                results += self._add_body(self.functions[function], arguments, f"{name}/{key}")
        drawn.name = name
        del drawn.input[:]
        drawn.input.extend([*values, *results, *(source for source in inputs if source.startswith("^"))])
        self.nodes.append(drawn)

    def _add_body(self, function: function_pb2.FunctionDef, arguments: list[str], scope: str) -> list[str]:
        """Adds a body's nodes; returns its results by their names in the drawing."""
        places = {spec.name: source for spec, source in zip(function.signature.input_arg, arguments)}
        names = {}
        for node in function.node_def:
            names[node.name] = f"{scope}/{node.name}" if node.name in self.taken else node.name
            self.taken.add(names[node.name])

        def place(source: str) -> str | None:
            mark, source = ("^", source[1:]) if source.startswith("^") else ("", source)
            if source in places:
                return places[source]
            name, _, output = source.partition(":")
            index = output.rpartition(":")[2]
            if name not in names:
                return None  # a parameter that is given nothing
            return mark + names[name] + (f":{index}" if index not in ("", "0") else "")

        for node in function.node_def:
            inputs = [at for source in node.input if (at := place(source)) is not None]
            self.add(node, names[node.name], inputs)
        results = [place(function.ret[spec.name]) for spec in function.signature.output_arg]
        return [at for at in results if at is not None]


def _gather(nodes: list[node_def_pb2.NodeDef], scopes: set[str]) -> None:
    """Renames `a/cond`, `a/cond_1`, ... to `a/cond/cond`, `a/cond/cond_1`, ... where there are many of them."""
    kinds: dict[str, list[str]] = collections.defaultdict(list)
    for scope in scopes - {""}:
        parent, slash, name = scope.rpartition("/")
        kinds[parent + slash + _NUMBER.sub("", name)].append(scope)
    moved = {scope: kind for kind, members in kinds.items() if len(members) >= _MANY for scope in members}
    if not moved:
        return

    def new(name: str) -> str:
        mark, name = ("^", name[1:]) if name.startswith("^") else ("", name)
        parts = name.split("/")
        result: list[str] = []
        for end, part in enumerate(parts, 1):
            kind = moved.get("/".join(parts[:end])) if end < len(parts) else None
            result += [kind.rpartition("/")[2], part] if kind is not None else [part]
        return mark + "/".join(result)

    for node in nodes:
        node.name = new(node.name)
        sources = [new(source) for source in node.input]
        del node.input[:]
        node.input.extend(sources)
