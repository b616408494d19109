"""A plan: what one kind of `run` call does, as a sequence of transactions.

1. `build_block`         the operations in order, variables as versioned values                 (engine.block)
   `read_by_snapshots`   what saves takes the variables themselves                             (engine.snapshot_reads)
2. `place_counters`      scalar integers that only count (`global_step`) stay on the host       (engine.counters)
   `divide_on_host`      so does what divides a batch among several devices                     (engine.placement)
   `find_towers`         what does the same on each of them becomes one program                (engine.towers)
   `place_small`         and small operations that run once
   `keep_on_host`        and views of what is there, for operations of the host
   `join_repeats`        of host operations that compute the same, one stays                (engine.repeats)
3. `mark_static`         operands that must be known when XLA compiles; those that depend on a feed, a variable
                         or a host operation cut the stage                                      (engine.static_operands)
   `place_operands`      what these are computed from, on the host where it is known there      (engine.placement)
4. `set_levels`          host operations as early as data allows, device operations as late as their users allow
                                                                                                (engine.levels)
5. `gather_stages`       operations of one kind, device and level make one stage                (engine.stages)
6. `make_transactions`   where the variables' lock is taken, what is read and committed under it, what is donated
                                                                                                (engine.transactions)

Nothing here depends on a session: plans are keyed by (fetches, fed tensors) and shared by all of them.
"""

from evergraph.engine.block import build_block
from evergraph.engine.counters import place_counters
from evergraph.engine.levels import has_several_devices, set_levels
from evergraph.engine.placement import (
    divide_on_host,
    keep_images_on_host,
    keep_on_host,
    movable,
    move_to_host,
    place_elements,
    place_operands,
    place_small,
)
from evergraph.engine.repeats import join_repeats
from evergraph.engine.snapshot_reads import read_by_snapshots
from evergraph.engine.stages import gather_stages
from evergraph.engine.static_operands import mark_static
from evergraph.engine.towers import find_towers
from evergraph.engine.transactions import make_transactions


class Plan:
    """The stages of one kind of run.

    Attributes:
      fetches, device_of, done: what it was built for, see `build_plan`.
      block: the `Block` they come from.
      transactions: what runs, in order.
      late_loads: values of variables that no stage uses but a fetch does.
      guarded: the loads that are used only where the variable is known to have a value.
    """

    def __init__(self, block, stages, fetches, device_of, done):
        self.fetches, self.device_of, self.done = fetches, device_of, done
        self.block = block
        self.transactions, self.late_loads = make_transactions(block, stages)
        self.guarded = _guarded_loads(block)

    @property
    def stages(self) -> list:
        """The stages in the order they run."""
        return [stage for transaction in self.transactions for stage in transaction.stages]


def build_plan(
    fetches, fed_tensors, device_of=None, done=frozenset(), join=True, of_elements=False, of_one_shape=False
) -> Plan:
    """The plan that computes `fetches` (tensors and operations) from values for `fed_tensors`.

    `device_of(operation)` names the device an operation runs on ("" for the default); operations in `done` ran
    before.  `join` says whether towers may be one program, `of_elements` whether it is called for single elements of data,
    `of_one_shape` whether for elements that are alike in shape.
    """
    block = build_block(fetches, fed_tensors, done)
    if device_of is not None:
        for node in block.nodes:
            if node.placement == "device":
                node.device = device_of(node.operation) or None
    read_by_snapshots(block)
    place_counters(block)
    towers = None
    if has_several_devices(block):
        divide_on_host(block)
        towers = find_towers(block) if join else None
        if towers is not None:
            towers.put_together(block)
    place_small(block)
    keep_on_host(block)
    if not of_one_shape:
        keep_images_on_host(block)
    if of_elements:
        place_elements(block)
    for node in block.nodes:
        if node.operation.is_moved_to_host and movable(node):
            move_to_host(node)
    join_repeats(block)
    concrete = mark_static(block)
    while concrete and place_operands(block, concrete.values()):
        concrete = mark_static(block)
    set_levels(block, concrete)
    stages = gather_stages(block, concrete)
    if towers is not None and not towers.settle(stages):
        return build_plan(fetches, fed_tensors, device_of, done, join=False)
    return Plan(block, stages, fetches, device_of, done)


def _guarded_loads(block):
    """Loads of variables that are read only in `cond(is_variable_initialized(v), ...)`: they may have no value."""
    guarded, strict = set(), {v for v in block.fetches if v is not None}
    for node in block.nodes:
        operation = node.operation
        for position, value in enumerate(node.inputs):
            if value is not None and value.is_load and not node.takes_cell(position):
                predicate = operation.definition.predicate_of(operation, position)
                asked = None if predicate is None else node.inputs[predicate].node
                known = (
                    asked is not None and asked.operation.definition.role == "cell" and value in asked.inputs
                )
                (guarded if known else strict).add(value)
    return guarded - strict
