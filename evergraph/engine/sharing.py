"""Fetch sets that differ little share their compiled programs.

1. `share_programs`   stages of different plans that do the same use the same compiled programs
2. `widen`            a plan that would need a program of its own computes, besides, what other fetch sets took from the
                      device before (a loss, a summary's input): the next combination of these finds the program there

Only values that are next to free are added: a few scalars from operations that are pure, cannot fail, read no other
variable or feed and handle few numbers.
"""

import math

from evergraph.engine.plan import build_plan
from evergraph.engine.programs import ProgramTable
from evergraph.framework import dtypes

_WORTH_WIDENING = 16  # operations on the device; smaller programs compile quickly
_CHEAP_ELEMENTS = 20_000  # of all inputs and outputs of the operations that an added value needs
_SMALL_ELEMENTS = 1_024  # of an added value
_MOST_ADDED = 32  # values


def share_programs(plan, tables, graph_sizes=None):
    """Gives each device stage of a plan the `ProgramTable` of the same stage of another plan, or a new one."""
    for stage in plan.stages:
        if stage.kind == "device":
            stage.table = tables.setdefault(_signature(stage), ProgramTable(graph_sizes))


def _signature(stage):
    """Equal for stages that lower to the same function of the same arguments."""
    names = {}
    for node in stage.nodes:
        names.update((v, (node.operation, i)) for i, v in enumerate(node.outputs) if v is not None)
        names.update((v, (node.operation, source)) for source, v in node.writes)

    def name(value):
        if value is None:
            return None
        made_by = value.node and value.node.operation
        return names.get(value) or (value.fed, value.is_load, value.source, value.tensor, made_by)

    return (
        stage.kind,
        stage.device,
        tuple((node.operation, *map(name, node.inputs)) for node in stage.nodes),
        tuple((name(v), v in stage.donated, v in stage.static) for v in stage.inputs),
        tuple(map(name, stage.outputs)),
        tuple(stage.random_operations),
        frozenset(stage.checked),
    )


def widen(plan, fetches, fed_tensors, seen, device_of):
    """A plan for `fetches` and, after them, for what other fetch sets were given by the device.

    Args:
      plan: the plan for `fetches` alone.
      seen: {tensor: None} of small values that left the device in plans of the same feeds; those of this plan are
        added.

    Returns:
      (the plan to use, the tensors that it computes besides).
    """
    stages = [stage for stage in plan.stages if stage.kind == "device"]
    if sum(len(stage.nodes) for stage in stages) < _WORTH_WIDENING:
        return plan, ()
    here = {v.tensor for stage in stages for v in stage.outputs if v.source is None and _is_small(v.tensor)}
    compiled = all(stage.table.programs for stage in stages)
    there = set(plan.block.operations)
    extras = () if compiled else tuple(t for t in seen if t not in here and _is_cheap(t, there, fed_tensors))
    for tensor in here:
        if len(seen) < _MOST_ADDED:
            seen[tensor] = None
    if not extras:
        return plan, ()
    return build_plan((*fetches, *extras), fed_tensors, device_of), extras


def _is_small(tensor):
    return (
        tensor.dtype.base_dtype not in (dtypes.string, dtypes.resource, dtypes.variant)
        and _elements(tensor) <= _SMALL_ELEMENTS
    )


def _elements(tensor):
    dims = tensor.shape.dims_or_none
    return math.inf if dims is None or None in dims else math.prod(dims)


def _is_cheap(tensor, there, fed_tensors):
    """Whether computing a tensor, besides the operations that are `there`, costs next to nothing and has no effect."""
    waiting, done, elements = [tensor.op], set(), 0
    while waiting:
        operation = waiting.pop()
        if operation in there or operation in done:
            continue
        done.add(operation)
        definition = operation.definition
        if definition.role not in (None, "read", "constant", "shape") or definition.has_bodies:
            return False
        if (
            definition.stateful
            or definition.may_fail(operation)
            or definition.placement(operation) != "device"
        ):
            return False
        elements += sum(map(_elements, (*operation.input_tensors, *operation.outputs)))
        if elements > _CHEAP_ELEMENTS:
            return False
        waiting.extend(t.op for t in operation.input_tensors if t not in fed_tensors)
        waiting.extend(operation._control_inputs)
    return True
