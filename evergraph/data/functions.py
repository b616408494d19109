"""Datasets that apply functions to the elements of others: map, filter, take_while, flat_map, interleave, scan."""

from __future__ import annotations

import functools
import types
from typing import Any

import numpy as np

from evergraph.data.calls import Function
from evergraph.data.nodes import Cursor, Node, Wrapper, number
from evergraph.framework import errors
from evergraph.framework.default_graph import get_default_graph
from evergraph.framework.dtypes import as_dtype
from evergraph.framework.shapes import as_shape, unknown_shape
from evergraph.ops.constants import captured_value_op
from evergraph.ops.control_flow.bodies import ControlFlowDefinition, captured_parameters, variables_of


class FunctionDatasetDefinition(ControlFlowDefinition):
    """An operation that describes a dataset with functions.

    `functions` says which attributes are bodies, and which input holds what each has captured. The operation only binds
    these: variables by their place, so that each call reads them as they are then.
    """

    def __init__(self, type, signature, kernel, *, functions):  # noqa: A002
        super().__init__(
            type,
            signature,
            kernel,
            kind="host",
            stateful=False,
            shape=lambda op: [as_shape([])],
            differentiable=False,
            python_name=kernel.__name__,
        )
        self.functions = functions

    def parameters(self, operation):
        layout = {}
        for position, name in self.input_layout(operation):
            layout.setdefault(name, []).append(position)
        return [
            (operation.attrs[body], layout.get(captured, [])) for body, captured in self.functions.items()
        ]

    def attributes_from_import(self, attrs, inputs, nodes):
        described = types.SimpleNamespace(attrs=attrs)
        layout = self.input_layout(described)
        for key, name in self.functions.items():
            positions = [position for position, argument in layout if argument == name]
            given = nodes.library.functions.get(attrs[key].name)
            arguments = [] if given is None else given.signature.input_arg
            own = arguments[: len(arguments) - len(positions)]
            makers = [functools.partial(_imported_parameter, as_dtype(argument.type)) for argument in own]
            body = nodes.library.body(attrs[key], [*makers, *captured_parameters(inputs, positions)], nodes)
            attrs = {**attrs, key: body}
        return attrs

    def _variables(self, operation):
        reads = set()
        for body, positions in self.parameters(operation):
            read, written = variables_of(body)
            captured = body.inputs[len(body.inputs) - len(positions) :]
            reads.update(p for t, p in zip(captured, positions) if t in read or t in written)
        return tuple(sorted(reads)), ()

    def _static(self, operation):
        return ()

    def _places(self, operation):
        return ()

    def placement(self, operation):
        return "host"

    def host_kernel(self, operation):
        return self.kernel

    def is_blocking(self, operation):
        return False

    def may_fail(self, operation):
        return False

    def random_operations(self, operation):
        return []


def _imported_parameter(dtype):
    """A component of an element, in a body that is read from a GraphDef: of its shape nothing is said there."""
    graph = get_default_graph()
    attrs = {"dtype": dtype, "shape": unknown_shape()}
    tensor = graph.record(captured_value_op, [], attrs, "arg").outputs[0]
    graph.body.inputs.append(tensor)
    return tensor


def function_dataset_op(type: str, inputs: str, **functions: str):  # noqa: A002
    """Decorator: defines an operation that describes a dataset; `functions` as for FunctionDatasetDefinition."""

    def define(kernel):
        return FunctionDatasetDefinition(type, f"{inputs} -> handle: variant", kernel, functions=functions)

    return define


# -- map and filter ----------------------------------------------------------------------------------------------------


class MapNode(Node):
    """The results of a function for each element."""

    def __init__(self, source: Node, function: Function) -> None:
        self.source, self.function = source, function

    def cursor(self):
        return _Map(self.source.cursor(), self.function)

    def mapped(self):
        return (self.source, self.function, 1) if self.function.takes_many() else None

    def is_light(self):
        return self.source.is_light() and self.function.is_light()


class _Map(Wrapper):
    def __init__(self, source, function):
        super().__init__(source)
        self.function = function

    def next(self):
        element = self.source.next()
        return None if element is None else self.function(element, self.function.number())

    def save(self):
        return [self.function.save(), self.source.save()]

    def restore(self, state):
        function, source = state
        self.function.restore(function)
        self.source.restore(source)


@function_dataset_op(
    "MapDataset", "input_dataset: variant, other_arguments: [Targuments]", f="other_arguments"
)
def map_dataset_op(run, input_dataset, other_arguments, *, f, output_types: list, output_shapes: list):
    return MapNode(input_dataset, Function(run, f, other_arguments))


class _FilterNode(Node):
    def __init__(self, source, function):
        self.source, self.function = source, function

    def cursor(self):
        return _Filter(self.source.cursor(), self.function)

    def is_light(self):
        return self.source.is_light() and self.function.is_light()


class _Filter(_Map):
    def next(self):
        while True:
            element = self.source.next()
            if element is None or bool(self.function(element, self.function.number())[0]):
                return element


class _TakeWhileNode(Node):
    def __init__(self, source, function):
        self.source, self.function = source, function

    def is_light(self):
        return self.source.is_light() and self.function.is_light()

    def cursor(self):
        return _TakeWhile(self.source.cursor(), self.function)


class _TakeWhile(_Map):
    def __init__(self, source, function):
        super().__init__(source, function)
        self.has_ended = False

    def next(self):
        element = None if self.has_ended else self.source.next()
        if element is not None and bool(self.function(element, self.function.number())[0]):
            return element
        self.has_ended = True
        return None

    def save(self):
        return [self.has_ended, super().save()]

    def restore(self, state):
        self.has_ended, rest = state
        super().restore(rest)


@function_dataset_op(
    "TakeWhileDataset", "input_dataset: variant, other_arguments: [Targuments]", predicate="other_arguments"
)
def take_while_dataset_op(
    run, input_dataset: Any, other_arguments, *, predicate, output_types: list, output_shapes: list
):
    return _TakeWhileNode(input_dataset, Function(run, predicate, other_arguments))


@function_dataset_op(
    "FilterDataset", "input_dataset: variant, other_arguments: [Targuments]", predicate="other_arguments"
)
def filter_dataset_op(
    run, input_dataset, other_arguments, *, predicate, output_types: list, output_shapes: list
):
    return _FilterNode(input_dataset, Function(run, predicate, other_arguments))


# -- a dataset for each element ----------------------------------------------------------------------------------------


class _Inner(Cursor):
    """A cursor of the dataset that a function gives for an element; it knows where it came from."""

    def __init__(self, function, element, call, state=None):
        self.function, self.element, self.call = function, element, call
        (node,) = function(element, call)
        if not isinstance(node, Node):
            raise errors.InvalidArgumentError(None, None, f"the function gave {node!r} instead of a dataset")
        self.cursor = node.cursor()
        self.next = self.cursor.next
        if state is not None:
            self.cursor.restore(state)

    def save(self):
        return [list(self.element), self.call, self.cursor.save()]

    @classmethod
    def restored(cls, function, state):
        element, call, inner = state
        return cls(function, tuple(element), call, inner)


class _InterleaveNode(Node):
    def __init__(self, source, function, cycle, block):
        self.source, self.function, self.cycle, self.block = source, function, cycle, block

    def cursor(self):
        return _Interleave(self)


class _Interleave(Cursor):
    """Goes through `cycle` datasets in turn, `block` elements of each; one that ends gives way to the next."""

    def __init__(self, node):
        self.node, self.source = node, node.source.cursor()
        self.open = [None] * node.cycle
        self.turn, self.given, self.has_ended = 0, 0, False

    def next(self):
        open_ones, block = self.open, self.node.block
        while True:
            inner = open_ones[self.turn]
            if inner is not None:
                element = inner.next()
                if element is not None:
                    self.given += 1
                    if self.given == block:
                        self._turn()
                    return element
                open_ones[self.turn] = None
                self._turn()
            elif not self.has_ended:
                element = self.source.next()
                if element is None:
                    self.has_ended = True
                else:
                    open_ones[self.turn] = _Inner(self.node.function, element, self.node.function.number())
            elif any(inner is not None for inner in open_ones):
                self._turn()
            else:
                return None

    def _turn(self):
        self.turn, self.given = (self.turn + 1) % self.node.cycle, 0

    def save(self):
        return [
            self.node.function.save(),
            self.source.save(),
            [None if inner is None else inner.save() for inner in self.open],
            [self.turn, self.given, self.has_ended],
        ]

    def restore(self, state):
        function, source, open_ones, (self.turn, self.given, self.has_ended) = state
        self.node.function.restore(function)
        self.source.restore(source)
        self.open = [
            None if inner is None else _Inner.restored(self.node.function, inner) for inner in open_ones
        ]


@function_dataset_op(
    "FlatMapDataset", "input_dataset: variant, other_arguments: [Targuments]", f="other_arguments"
)
def flat_map_dataset_op(run, input_dataset, other_arguments, *, f, output_types: list, output_shapes: list):
    return _InterleaveNode(input_dataset, Function(run, f, other_arguments), 1, -1)


@function_dataset_op(
    "InterleaveDataset",
    "input_dataset: variant, other_arguments: [Targuments], cycle_length: int64, block_length: int64",
    f="other_arguments",
)
def interleave_dataset_op(
    run,
    input_dataset,
    other_arguments,
    cycle_length,
    block_length,
    *,
    f,
    output_types: list,
    output_shapes: list,
):
    cycle, block = number(cycle_length, "cycle_length"), number(block_length, "block_length")
    for value, name in ((cycle, "cycle_length"), (block, "block_length")):
        if value < 1:
            raise errors.InvalidArgumentError(None, None, f"{name} must be greater than zero, got {value}.")
    return _InterleaveNode(input_dataset, Function(run, f, other_arguments), cycle, block)


# -- with a state ------------------------------------------------------------------------------------------------------


class _ScanNode(Node):
    def __init__(self, source, function, initial):
        self.source, self.function, self.initial = source, function, initial

    def cursor(self):
        return _Scan(self)


class _Scan(_Map):
    def __init__(self, node):
        super().__init__(node.source.cursor(), node.function)
        self.state = node.initial

    def next(self):
        element = self.source.next()
        if element is None:
            return None
        results = self.function((*self.state, *element), self.function.number())
        self.state = results[: len(self.state)]
        return results[len(self.state) :]

    def save(self):
        return [list(self.state), super().save()]

    def restore(self, state):
        current, rest = state
        self.state = tuple(current)
        super().restore(rest)


@function_dataset_op(
    "ScanDataset",
    "input_dataset: variant, initial_state: [Tstate], other_arguments: [Targuments]",
    f="other_arguments",
)
def scan_dataset_op(
    run,
    input_dataset: Any,
    initial_state,
    other_arguments,
    *,
    f,
    output_types: list,
    output_shapes: list,
):
    initial = tuple(s if not hasattr(s, "dtype") else np.asarray(s) for s in initial_state)
    return _ScanNode(input_dataset, Function(run, f, other_arguments), initial)
