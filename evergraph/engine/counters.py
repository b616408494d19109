"""Counting: arithmetic on scalar integer variables (`global_step`) stays on the host where nothing on the device follows it.

A hook that looks at the step then waits for nothing.
"""

from evergraph.engine.values import Block
from evergraph.framework import dtypes


def place_counters(block: Block):
    """Moves arithmetic on scalar integer variables to the host when nothing on the device follows it."""
    followed = set()  # nodes that some device node comes after
    for node in reversed(block.nodes):
        if node.placement == "device" and node not in followed and _can_count(node):
            node.placement, node.counts = "host", True
            # Adding integers cannot fail, counting up to a limit can.
            node.fallible = node.operation.definition.may_fail(node.operation)
        elif node.placement == "device" or node in followed:
            followed.update(_before(node))


def _is_counter(tensor):
    return tensor.dtype.base_dtype in (dtypes.int32, dtypes.int64) and tensor.shape.ndims == 0


def _can_count(node):
    definition = node.operation.definition
    if definition.numpy is None or not all(_is_counter(source) for source, _ in node.writes):
        return False
    if not node.writes:  # what is read off a counter, like the step that hooks ask for
        reads = any(v is not None and v.is_load and _is_counter(v.source) for v in node.inputs)
        if (
            not reads
            or definition.may_fail(node.operation)
            or not all(_is_counter(t) for t in node.operation.outputs)
        ):
            return False
    return all(
        v is None or v.source is not None or ((v.constant is not None or v.fed) and v.tensor.shape.ndims == 0)
        for v in node.inputs
    )


def _before(node):
    for value in node.inputs:
        if value is not None and value.node is not None:
            yield value.node
    yield from node.after


def only_counts(node) -> bool:
    """Whether a host node takes integer scalars, gives one, and cannot fail."""
    definition = node.operation.definition
    results = node.results
    return (
        definition.kind == "device"
        and not definition.has_bodies
        and not definition.may_fail(node.operation)
        and not any(spec.is_list for spec in definition.signature.inputs)
        and len(results) == 1
        and all(v is not None and _is_counter(v.tensor) for v in (*node.inputs, *results))
    )
