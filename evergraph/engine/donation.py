"""Donation: a variable's buffer is given to the program that overwrites it, if nobody needs the old value later."""

import math

from evergraph.framework import dtypes

_SMALL_BYTES = 1 << 22


def donate(stage, free):
    """Marks the inputs of a device stage whose buffers its program may reuse.

    Args:
      stage: the Stage; its inputs and outputs are put into the order that lets XLA reuse the buffers.
      free: the values whose cells it gives new ones, and that nothing else needs.
    """
    written = {source for node in stage.nodes for source, _ in node.writes}
    by_rows = {
        source for node in stage.nodes if node.operation.definition.row_indices for source, _ in node.writes
    }
    if stage.has_checks and _are_small(written - by_rows):
        written = by_rows  # guarding every other write by the checks would cost more than fresh buffers
    # What changes its shape has no use for the old buffer, which could not stand in its place when a check fails either.
    written = {source for source in written if source.shape.is_fully_defined()}
    stage.donated.update(
        v for v in stage.inputs if v in free and v.source in written and v not in stage.static
    )
    _pair(stage)


def _pair(stage):
    """Puts the new values of donated variables first among the outputs, and the old ones in that order among the inputs.

    XLA reuses the first donated buffer of a type for the first output of that type: in another order, each variable
    would be copied before and after the step.
    """
    old = {v.source: v for v in stage.inputs if v in stage.donated}
    new = {v for node in stage.nodes for source, v in node.writes if source in old}
    written = [v for v in stage.outputs if v in new]
    stage.outputs = written + [v for v in stage.outputs if v not in new]
    paired = {old[v.source]: None for v in written}
    stage.inputs = [*paired, *(v for v in stage.inputs if v not in paired)]


def _are_small(variables):
    """Whether the variables take few bytes together."""
    total = 0
    for source in variables:
        is_handle = source.dtype == dtypes.resource
        shape = source.op.attrs["shape"] if is_handle else source.shape
        dtype = source.op.attrs["dtype"] if is_handle else source.dtype
        if not shape.is_fully_defined():
            return False
        total += math.prod(shape.as_list()) * dtype.base_dtype.size
    return total <= _SMALL_BYTES
