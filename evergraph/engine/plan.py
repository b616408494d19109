"""A plan: what one kind of `run` call does, as a sequence of stages.

1. `build_block`        the operations in order, variables as versioned values            (engine.block)
2. `_place_integers`    scalar integers that only count (`global_step`) stay on the host
   `place_small`        so do small operations that run once        (engine.placement)
3. `_mark_static`       operands that must be known when XLA compiles; those that depend on a feed, a variable
                        or a host operation cut the stage
   `place_operands`     what these are computed from, on the host where it is known there        (engine.placement)
4. `_level`             host operations as early as data allows, device operations as late as their users allow
5. `_gather_stages`     operations of one kind, device and level make one stage
6. `_transactions`      where the variables' lock is taken, where new values are committed, what is donated

Nothing here depends on a session: plans are keyed by (fetches, fed tensors) and shared by all of them.
"""

import math

from evergraph.engine.block import Block, build_block
from evergraph.engine.placement import place_operands, place_small
from evergraph.engine.places import placed_nodes
from evergraph.framework import dtypes, errors

__all__ = ["Plan", "Stage", "build_plan", "is_foldable"]


class Stage:
    """Operations that run together: one compiled program, or one run of host operations.

    Attributes:
      kind: "host", "device" or "collective"; `device`: the device's name it belongs to ("" for the default).
      nodes: in order.
      inputs: the values it takes from outside (feeds, other stages, variables).
      static: those of `inputs` that are part of the compilation key.
      places: the nodes of whose static operands only the sizes that follow are part of it (engine.places).
      outputs: the values that later stages, fetches or commits need.
      snapshot: whether it runs on a snapshot of the variables, without the lock.
      donated: those of `inputs` that are variables whose buffer the program may reuse.
      has_checks: whether its kernels make checks, which set an error code.
      value_checks: the checks that the host makes before the program runs instead: (value, function that raises), each
        under its key.
      checked: the operations whose checks these are.
    """

    __slots__ = ("kind", "device", "nodes", "inputs", "static", "outputs", "donated", "level", "blocking",
                 "fallible", "has_checks", "random_operations", "locks", "commits", "unlocks", "loads",
                 "snapshot", "value_checks", "checked", "places", "_programs")  # fmt: skip

    def __init__(self, kind, device, level):
        self.kind, self.device, self.level = kind, device, level
        self.nodes, self.inputs, self.static, self.outputs = [], [], set(), []
        self.donated, self.places = set(), []
        self.blocking = self.fallible = self.has_checks = False
        self.snapshot = False
        self.value_checks, self.checked = {}, set()
        self._programs = (None, {})
        self.random_operations = []
        self.locks = self.unlocks = False
        self.commits, self.loads = [], []

    def programs_of(self, runtime) -> dict:
        """What was compiled of the stage under a runtime; that of a runtime before is forgotten."""
        if self._programs[0] is not runtime:
            self._programs = (runtime, {})
        return self._programs[1]

    def share_programs(self, runtime, programs):
        """Lets the stage use what is compiled of another one that does the same."""
        self._programs = (runtime, programs)

    @property
    def has_programs(self) -> bool:
        """Whether anything has been compiled of the stage."""
        return bool(self._programs[1])

    def __repr__(self):
        return f"<{self.kind} stage {self.level}: {len(self.nodes)} operations>"


class Plan:
    """The stages of one kind of run.

    Attributes:
      block: the `Block` they come from.
      stages: in the order they run.
      late_loads: values of variables that no stage uses but a fetch does.
      guarded: ids of the loads that are used only where the variable is known to have a value.
    """

    def __init__(self, block, stages):
        self.block = block
        self.stages = stages
        self.late_loads = []
        self.guarded = _guarded_loads(block)


def build_plan(fetches, fed_tensors, device_of=None, done=frozenset()) -> Plan:
    """The plan that computes `fetches` (tensors and operations) from values for `fed_tensors`.

    `device_of(operation)` names the device an operation runs on ("" for the default); operations in `done` ran
    before.
    """
    block = build_block(fetches, fed_tensors, done)
    if device_of is not None:
        for node in block.nodes:
            if node.placement == "device":
                node.device = device_of(node.operation) or None
    _place_integers(block)
    place_small(block)
    concrete = _mark_static(block)
    while concrete and place_operands(block, concrete.values()):
        concrete = _mark_static(block)
    _level(block, concrete)
    stages = _gather_stages(block, concrete)
    plan = Plan(block, stages)
    _transactions(plan)
    return plan


# -- 2: integers on the host ---------------------------------------------------------------------------------


def _is_counter(tensor):
    return tensor.dtype.base_dtype in (dtypes.int32, dtypes.int64) and tensor.shape.ndims == 0


def _place_integers(block: Block):
    """Moves arithmetic on scalar integer variables to the host when nothing on the device follows it."""
    followed = set()  # nodes that some device node comes after
    for node in reversed(block.nodes):
        stays = node.placement == "device" and not _can_count(node)
        if not stays and node.placement == "device" and id(node) not in followed:
            node.placement, node.counts = "host", True
            node.fallible = node.operation.definition.may_fail(node.operation)  # adding integers cannot fail, counting up to can
            continue
        if node.placement == "device" or id(node) in followed:
            for before in _before(node):
                followed.add(id(before))


def _can_count(node):
    definition = node.operation.definition
    if definition.numpy is None or not all(_is_counter(s) for s, _ in node.writes):
        return False
    if not node.writes:  # what is read off a counter, like the step that hooks ask for
        reads = any(v is not None and v.is_load and _is_counter(v.source) for v in node.inputs)
        if not reads or definition.may_fail(node.operation) or not all(_is_counter(t) for t in node.operation.outputs):
            return False
    return all(
        v is None
        or v.source is not None
        or ((v.constant is not None or v.fed) and v.tensor.shape.ndims == 0)
        for v in node.inputs
    )


def _before(node):
    for value in node.inputs:
        if value is not None and value.node is not None:
            yield value.node
    yield from node.after


# -- 3: static operands ------------------------------------------------------------------------------------------


def is_foldable(value, memo) -> bool:
    """Whether a value is known while a stage is traced: it depends on constants and shapes only."""
    if value.constant is not None:
        return True
    if value.node is None:
        return False
    known = memo.get(value.node)
    if known is None:
        definition = value.node.operation.definition
        if definition.role == "shape":
            known = value.node.placement == "device"
        elif (
            value.node.placement != "device"
            or definition.stateful
            or (definition.leading and definition.numpy is None)
            or value.node.writes
            or any(v is None or v.source is not None for v in value.node.inputs)
        ):
            known = False
        else:
            known = all(is_foldable(v, memo) for v in value.node.inputs)
        memo[value.node] = known
    return known


def _mark_static(block):
    """{(node, position): value} of the static operands that must be computed before their user's stage."""
    memo, concrete = {}, {}
    for node in block.nodes:
        if node.placement != "device":
            continue
        for position in node.operation.definition.static_positions(node.operation):
            value = node.inputs[position]
            if not is_foldable(value, memo):
                concrete[node, position] = value
    return concrete


# -- 4: levels -------------------------------------------------------------------------------------------------


def _color(node):
    """Operations of one color may share a stage.  What may block shares none with what holds the variables."""
    return node.placement, node.device, node.placement == "host" and _touches_variables(node)


def _touches_variables(node):
    return bool(node.writes) or any(v is not None and v.source is not None for v in node.inputs)


def _edges(node, concrete):
    """(predecessor, whether it must be in an earlier stage even when it is of the same kind)."""
    for position, value in enumerate(node.inputs):
        if value is not None and value.node is not None:
            yield value.node, (node, position) in concrete
    for before in node.after:
        yield before, False


def _level(block, concrete):
    edges = [list(_edges(node, concrete)) for node in block.nodes]
    for node, before in zip(block.nodes, edges):
        level = 0
        for predecessor, apart in before:
            step = 1 if apart or _color(predecessor) != _color(node) else 0
            level = max(level, predecessor.level + step)
        node.level = level
    last = {}
    for node in block.nodes:
        color = _color(node)
        last[color] = max(last.get(color, 0), node.level)
    latest = {node: last[_color(node)] for node in block.nodes}
    for node, before in zip(reversed(block.nodes), reversed(edges)):
        if node.placement != "host" or node.counts:  # one stage of counters rather than two
            node.level = latest[node]
        for predecessor, apart in before:
            step = 1 if apart or _color(predecessor) != _color(node) else 0
            latest[predecessor] = min(latest[predecessor], node.level - step)


# -- 5: stages --------------------------------------------------------------------------------------------------


def _gather_stages(block, concrete):
    found = {}
    for node in block.nodes:
        placement, device, touches = _color(node)
        key = (node.level, placement != "host", touches, placement, device or "")
        stage = found.get(key)
        if stage is None:
            stage = found[key] = Stage(node.placement, node.device or "", node.level)
        stage.nodes.append(node)
    stages = [found[key] for key in sorted(found)]
    home = {node: stage for stage in stages for node in stage.nodes}
    for stage in stages:
        _describe(stage, home, concrete)
    wanted = {id(value) for stage in stages for value in stage.inputs}
    wanted.update(id(value) for value in block.fetches if value is not None)
    wanted.update(id(value) for value in block.finals.values())
    for stage in stages:
        for node in stage.nodes:
            made = [v for v in node.outputs if v is not None] + [v for _, v in node.writes]
            stage.outputs.extend(v for v in made if id(v) in wanted)
    return stages


def _guarded_loads(block):
    """Loads of variables that are read only in `cond(is_variable_initialized(v), ...)`: they may have no value."""
    guarded, strict = set(), {id(v) for v in block.fetches if v is not None}
    for node in block.nodes:
        operation = node.operation
        for position, value in enumerate(node.inputs):
            if value is not None and value.is_load and operation.definition.role != "cell":
                predicate = operation.definition.predicate_of(operation, position)
                asked = None if predicate is None else node.inputs[predicate].node
                known = asked is not None and asked.operation.definition.role == "cell" and value in asked.inputs
                (guarded if known else strict).add(id(value))
    return guarded - strict


def _folded_from(node, concrete):
    """The values whose shapes the static operands of a node are folded from: lowering it needs them in its stage."""
    if node.placement == "host":
        return
    positions = node.operation.definition.static_positions(node.operation)
    waiting = [node.inputs[position] for position in positions if (node, position) not in concrete]
    done = set()
    while waiting:
        value = waiting.pop()
        if value is None or value.constant is not None or value.node is None or value.node in done:
            continue
        done.add(value.node)
        if value.node.operation.definition.role == "shape":
            yield from (of for of in value.node.inputs if of is not None and of.constant is None)
        else:
            waiting.extend(value.node.inputs)


def _checks_on_host(node, stage, home):
    """Leaves the checks of a node to the host, if all that they look at comes from there; whether that is so."""
    checks = node.operation.definition.value_checks_of(node.operation)
    if checks is None:
        return False
    found = {}
    for position, check in checks.items():
        for value in _roots(node.inputs[position], home):
            if value is None or (value.constant is not None and not _passes(check, value.constant)):
                return False
            if value.constant is None:
                found.setdefault((id(value), check), (value, check))
    stage.value_checks.update((key, pair) for key, pair in found.items() if key not in stage.value_checks)
    stage.checked.add(node.operation)
    return True


def _roots(value, home):
    """The values on the host whose elements make up a value, all of them; None among them for what a device made."""
    if value is None or value.source is not None:
        yield None
    elif value.constant is not None or value.node is None or home[value.node].kind == "host":
        yield value
    else:
        definition = value.node.operation.definition
        if not definition.rearranges:
            yield None
        for position, name in definition.input_layout(value.node.operation):
            if name in definition.rearranges:
                yield from _roots(value.node.inputs[position], home)


def _passes(check, constant):
    try:
        check(constant)
    except errors.InvalidArgumentError:
        return False  # raised when it runs
    return True


def _describe(stage, home, concrete):
    seen = {}
    stage.places = placed_nodes(stage.nodes, concrete)
    places = {(node, p) for node in stage.places for p in node.operation.definition.place_positions(node.operation)}
    for node in stage.nodes:
        definition = node.operation.definition
        for position, value in enumerate(node.inputs):
            if value is None or value.constant is not None:
                continue
            if definition.role == "cell" and value.is_load:
                continue  # it asks whether the variable has a value: it must not need one
            if value.node is None or home[value.node] is not stage:
                seen[id(value)] = value
                if (node, position) in concrete and (node, position) not in places:
                    stage.static.add(id(value))
        for value in _folded_from(node, concrete):
            if value.node is None or home[value.node] is not stage:
                seen.setdefault(id(value), value)
        if stage.kind == "host":
            stage.blocking |= definition.is_blocking(node.operation)
            stage.fallible |= node.fallible
        elif definition.may_fail(node.operation) and not _checks_on_host(node, stage, home):
            stage.has_checks = True
        for operation in definition.random_operations(node.operation):
            if operation not in stage.random_operations:
                stage.random_operations.append(operation)
    stage.inputs = list(seen.values())
    stage.snapshot = all(node.operation.definition.snapshot for node in stage.nodes)


# -- 6: transactions ----------------------------------------------------------------------------------------------


def _transactions(plan):
    """Decides, for each run of stages without a blocking host stage, where to lock, commit and unlock."""
    group = []
    for stage in [*plan.stages, None]:
        if stage is not None and not stage.blocking:
            group.append(stage)
            if not stage.snapshot:  # the lock is free once it has its snapshot
                continue
            stage = None
        _transaction(group, plan)
        if stage is not None:
            _transaction([stage], plan)
        group = []
    loaded = {id(v) for stage in plan.stages for v in stage.loads}
    for value in plan.block.fetches:
        if value is not None and value.is_load and id(value) not in loaded:
            plan.late_loads.append(value)
            loaded.add(id(value))


def _transaction(group, plan):
    written, loads = set(), {}
    touching = []
    for position, stage in enumerate(group):
        touches = stage.snapshot or bool(stage.random_operations)
        for value in stage.inputs:
            if value.source is not None:
                touches = True
                if value.is_load or value.source not in written:
                    loads[id(value)] = value
        new = {source: version for node in stage.nodes for source, version in node.writes}
        if new:
            touches = True
            written.update(new)
            commit = _commit_stage(group, position)
            commit.commits = list({**dict(commit.commits), **new}.items())
            touching.append(commit)
        if touches:
            touching.append(stage)
    if not touching:
        return
    order = {stage: i for i, stage in enumerate(group)}
    first = min(touching, key=order.__getitem__)
    last = max(touching, key=order.__getitem__)
    first.locks, last.unlocks = True, True
    first.loads = list(loads.values())
    _donate(group, loads, plan)


def _commit_stage(group, position):
    """Where the writes of a stage are committed: after the last later stage that may fail, else at once."""
    for stage in reversed(group[position + 1 :]):
        if (stage.fallible and not stage.snapshot) or stage.has_checks or stage.value_checks:
            return stage
    return group[position]


_SMALL_BYTES = 1 << 22


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


def _donate(group, loads, plan):
    """A variable's buffer is donated to the stage that overwrites it, if nobody needs the old value later."""
    fetched = {id(value) for value in plan.block.fetches if value is not None}
    for position, stage in enumerate(group):
        if stage.kind == "host":
            continue
        if _commit_stage(group, position) is not stage:
            continue  # a later operation may fail: the old values must survive
        later = group[position + 1 :]
        writes_here = {source for node in stage.nodes for source, _ in node.writes}
        by_rows = {
            source for node in stage.nodes if node.operation.definition.row_indices for source, _ in node.writes
        }
        if stage.has_checks and _are_small(writes_here - by_rows):
            writes_here = by_rows  # guarding every other write by the checks would cost more than fresh buffers
        used_later = {id(v) for other in later for v in other.inputs}
        for value in stage.inputs:
            if (
                id(value) in loads
                and value.source in writes_here
                and id(value) not in used_later
                and id(value) not in fetched
                and id(value) not in stage.static
            ):
                stage.donated.add(id(value))
        _pair_donated(stage)


def _pair_donated(stage):
    """Puts the new values of donated variables first among the outputs, and the old ones in that order among the inputs.

    XLA reuses the first donated buffer of a type for the first output of that type: in another order, each variable
    would be copied before and after the step.
    """
    old = {v.source: v for v in stage.inputs if id(v) in stage.donated}
    new = {id(v): v for node in stage.nodes for source, v in node.writes if source in old}
    written = [v for v in stage.outputs if id(v) in new]
    stage.outputs = written + [v for v in stage.outputs if id(v) not in new]
    paired = {id(old[v.source]): old[v.source] for v in written}
    stage.inputs = [*paired.values(), *(v for v in stage.inputs if id(v) not in paired)]
