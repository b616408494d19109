"""`tf.profiler.profile` and `tf.profiler.Profiler`."""

from __future__ import annotations

import re
import sys
from collections.abc import Iterator, Mapping
from typing import Any

from evergraph.formats.messages import OpLogProto, RunMetadata
from evergraph.framework.collections import GraphKeys
from evergraph.framework.default_graph import get_default_graph
from evergraph.framework.graph import Graph
from evergraph.framework.public import public, public_module
from evergraph.platform.file_io import write_string_to_file
from evergraph.profiler.costs import float_operations, parameters
from evergraph.profiler.options import TRAINABLE_VARIABLES, ProfileOptionBuilder

public_module("python.profiler.model_analyzer", "contrib.tfprof.model_analyzer")

TRAINABLE_VARS_PARAMS_STAT_OPTIONS = public(
    "contrib.tfprof.model_analyzer.TRAINABLE_VARS_PARAMS_STAT_OPTIONS"
)(ProfileOptionBuilder.trainable_variables_parameter())
FLOAT_OPS_OPTIONS = public("contrib.tfprof.model_analyzer.FLOAT_OPS_OPTIONS")(
    ProfileOptionBuilder.float_operation()
)
PRINT_ALL_TIMING_MEMORY = public("contrib.tfprof.model_analyzer.PRINT_ALL_TIMING_MEMORY")(
    ProfileOptionBuilder.time_and_memory()
)

# The name of a cost in options: the attribute of a node.
_COSTS = {
    "params": "parameters",
    "float_ops": "float_ops",
    "micros": "exec_micros",
    "bytes": "requested_bytes",
    "occurrence": "run_count",
}
_LEAST = {"params": "min_params", "float_ops": "min_float_ops", "micros": "min_micros", "bytes": "min_bytes"}


@public("profiler.GraphNodeProto")
class GraphNodeProto:
    """A line of a profile: an operation, a scope or a type of operations, with what it costs and what all below it cost.

    Attributes:
      name: its name.
      parameters, float_ops, exec_micros, requested_bytes, run_count: its own costs.
      total_parameters, ...: with those of all below it.
      children: the lines below.
    """

    parameters: int
    float_ops: int
    exec_micros: int
    requested_bytes: int
    run_count: int

    def __init__(self, name: str) -> None:
        self.name = name
        self.children: list[GraphNodeProto] = []
        for cost in _COSTS.values():
            setattr(self, cost, 0)

    def __getattr__(self, name: str) -> Any:
        own = name.removeprefix("total_")
        if own == name or own not in _COSTS.values():
            raise AttributeError(f"{type(self).__name__} has no attribute {name!r}", name=name)
        return getattr(self, own) + sum(getattr(child, name) for child in self.children)


def _times(run_meta):
    """{name of an operation: (microseconds, bytes)} of a run."""
    found = {}
    for device in run_meta.step_stats.dev_stats if run_meta is not None else ():
        for node in device.node_stats:
            name = node.node_name.partition(":")[0]
            micros, size = found.get(name, (0, 0))
            size += sum(memory.total_bytes for memory in node.memory)
            found[name] = micros + node.all_end_rel_micros, size
    return found


def _counted(graph, run_meta, options) -> Iterator[tuple[Any, GraphNodeProto]]:
    """(type, line) of all operations that count, and of what a run says of no operation: the compiled programs."""
    types = options["account_type_regexes"]
    trained = {variable.op.name for variable in graph.get_collection(GraphKeys.TRAINABLE_VARIABLES)}
    times = _times(run_meta)
    for operation in graph.get_operations():
        kinds = [operation.type, *([TRAINABLE_VARIABLES] if operation.name in trained else [])]
        if not any(re.fullmatch(pattern, kind) for pattern in types for kind in kinds):
            continue
        if any(re.fullmatch(pattern, operation.name) for pattern in options.get("trim_name_regexes", ())):
            continue
        node = GraphNodeProto(operation.name)
        node.parameters, node.float_ops = parameters(operation), float_operations(operation)
        node.exec_micros, node.requested_bytes = times.get(operation.name, (0, 0))
        node.run_count = 1
        yield operation.type, node
    known = {operation.name for operation in graph.get_operations()}
    for name in times.keys() - known:
        node = GraphNodeProto(name.replace("/", "|"))
        node.exec_micros, node.requested_bytes = times[name]
        yield node.name, node


def _by_scope(counted) -> GraphNodeProto:
    root = GraphNodeProto("_TFProfRoot")
    found = {"": root}

    def node_of(name):
        if name not in found:
            found[name] = GraphNodeProto(name)
            node_of(name.rpartition("/")[0]).children.append(found[name])
        return found[name]

    for _, counted_node in counted:
        node = node_of(counted_node.name)
        for cost in _COSTS.values():
            setattr(node, cost, getattr(counted_node, cost))
    return root


def _by_type(counted) -> GraphNodeProto:
    root, found = GraphNodeProto("_TFProfRoot"), {}
    for kind, counted_node in counted:
        if kind not in found:
            found[kind] = GraphNodeProto(kind)
            root.children.append(found[kind])
        for cost in _COSTS.values():
            node = found[kind]
            setattr(node, cost, getattr(node, cost) + getattr(counted_node, cost))
    return root


def _lines(node, options, depth=0) -> Iterator[str]:
    selected = [cost for cost in options["select"] if cost in _COSTS]
    shown = ", ".join(f"{getattr(node, 'total_' + _COSTS[cost]):,} {cost}" for cost in selected)
    yield f"{'  ' * depth}{node.name} ({shown})"
    order = options["order_by"]
    key = (lambda n: n.name) if order not in _COSTS else (lambda n: -getattr(n, "total_" + _COSTS[order]))
    if depth >= options["max_depth"]:
        return
    for child in sorted(node.children, key=key):
        is_enough = all(
            getattr(child, "total_" + _COSTS[cost]) >= options.get(least, 0)
            for cost, least in _LEAST.items()
            if cost in selected
        )
        if is_enough:
            yield from _lines(child, options, depth + 1)


def _write(root, options):
    output = options["output"]
    if file := options.get("dump_to_file"):  # how TensorFlow 1.0 to 1.2 said it
        output = f"file:outfile={file}"
    if output == "none":
        return
    text = "\n".join(_lines(root, options)) + "\n"
    if output.startswith("file:outfile="):
        write_string_to_file(output.removeprefix("file:outfile="), text)
    elif output == "stdout":
        sys.stdout.write(text)
    else:
        raise ValueError(f'the output of a profile is "none", "stdout" or "file:outfile=...", not {output!r}')


@public("profiler.profile")
def profile(
    graph: Graph | None = None,
    run_meta: RunMetadata | None = None,
    op_log: OpLogProto | None = None,
    cmd: str = "scope",
    options: Mapping[str, Any] | None = None,
) -> GraphNodeProto:
    """What a graph costs.

    Args:
      graph: the graph; the default graph when None.
      run_meta: the RunMetadata of a traced run, for times and memory.
      op_log: accepted.
      cmd: "scope" or "graph" for a tree of names; "op" for types of operations.
      options: those of ProfileOptionBuilder; time and memory when None.

    Returns:
      The line of all, whose `total_parameters`, `total_float_ops` and the like are sums, and whose children are the tree.

    Raises:
      ValueError: another command, or another output.
    """
    options = {**ProfileOptionBuilder().build(), **(options or {})}
    counted = _counted(graph or get_default_graph(), run_meta, options)
    if cmd in ("scope", "graph"):
        root = _by_scope(counted)
    elif cmd == "op":
        root = _by_type(counted)
    else:
        raise ValueError(f'the command of a profile is "scope", "graph" or "op", not {cmd!r}')
    _write(root, options)
    return root


@public("contrib.tfprof.model_analyzer.print_model_analysis")
def print_model_analysis(
    graph: Graph,
    run_meta: RunMetadata | None = None,
    op_log: OpLogProto | None = None,
    tfprof_cmd: str = "scope",
    tfprof_options: Mapping[str, Any] | None = None,
) -> GraphNodeProto:
    """`tf.profiler.profile` under its older name."""
    return profile(graph, run_meta, op_log, tfprof_cmd, tfprof_options)


@public("profiler.Profiler")
class Profiler:
    """Profiles of several steps of one graph.

    Args:
      graph: the graph; the default graph when None.
      op_log: accepted.
    """

    def __init__(self, graph: Graph | None = None, op_log: OpLogProto | None = None) -> None:
        self._graph = graph or get_default_graph()
        self._steps: dict[int, RunMetadata] = {}

    def add_step(self, step: int, run_meta: RunMetadata) -> None:
        """Takes the RunMetadata of a step."""
        self._steps[step] = run_meta

    def _run(self, cmd, options):
        step = options.get("step", -1)
        if step not in self._steps and step != -1:
            raise ValueError(f"step {step} was not added: there are {sorted(self._steps)}")
        chosen = self._steps.get(step, next(reversed(self._steps.values()), None))
        return profile(self._graph, chosen, None, cmd, options)

    def profile_name_scope(self, options: Mapping[str, Any]) -> GraphNodeProto:
        """By scopes; of the last step unless the options say which."""
        return self._run("scope", options)

    def profile_graph(self, options: Mapping[str, Any]) -> GraphNodeProto:
        """By scopes too."""
        return self._run("graph", options)

    def profile_operations(self, options: Mapping[str, Any]) -> GraphNodeProto:
        """By types of operations."""
        return self._run("op", options)
