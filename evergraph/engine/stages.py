"""Stages: the operations of one kind, device and level, which run together."""

from evergraph.engine.host_checks import checks_on_host
from evergraph.engine.levels import UPDATES, color_of
from evergraph.engine.static_operands import placed_nodes, shapes_folded_for


class Stage:
    """Operations that run together: one compiled program, or one run of host operations.

    Attributes:
      kind: "host", "device" or "collective"; `device`: the device's name it belongs to ("" for the default).
      nodes: in order.
      inputs: the values it takes from outside (feeds, other stages, variables).
      static: those of `inputs` that are part of the compilation key.
      places: the nodes of whose static operands only the sizes that follow are part of it (engine.places).
      sized: the nodes with static operands that are known only when the stage runs.
      outputs: the values that later stages, fetches or commits need.
      donated: those of `inputs` that are variables whose buffer the program may reuse.
      blocking: whether it may wait for something.
      fallible: whether it may fail after updates that it does not follow.
      updates: whether it is host operations that update variables under their lock.
      counts: whether it only counts, on integer scalars.
      snapshot: whether it runs on a snapshot of the variables, without the lock.
      has_checks: whether its kernels make checks, which set an error code.
      value_checks: the checks that the host makes before the program runs instead: (value, function that raises), each
        under its key.
      checked: the operations whose checks these are.
      random_operations: those that draw random numbers.
      towers: the `Towers` that it runs as one program on several devices, or None.
      table: the `ProgramTable` that holds what was compiled of it, once a session runs it.
    """

    __slots__ = (
        "kind",
        "device",
        "level",
        "nodes",
        "inputs",
        "static",
        "outputs",
        "donated",
        "blocking",
        "fallible",
        "updates",
        "counts",
        "snapshot",
        "places",
        "sized",
        "has_checks",
        "value_checks",
        "checked",
        "random_operations",
        "towers",
        "table",
    )

    def __init__(self, kind, device, level):
        self.kind, self.device, self.level = kind, device, level
        self.nodes, self.inputs, self.outputs = [], [], []
        self.static, self.donated = set(), set()
        self.places, self.sized = [], []
        self.blocking = self.fallible = self.has_checks = False
        self.updates = self.counts = self.snapshot = False
        self.value_checks, self.checked = {}, set()
        self.random_operations = []
        self.table = self.towers = None

    @property
    def writes(self) -> dict:
        """{variable's tensor: the value of its last version that the stage makes}."""
        return {source: version for node in self.nodes for source, version in node.writes}

    def written_outputs(self) -> dict[int, str]:
        """{position of an output: the name of the variable that it is written to}."""
        kept = {source: value for source, value in self.writes.items() if value in self.outputs}
        return {self.outputs.index(value): source.op.name for source, value in kept.items()}

    def __repr__(self):
        return f"<{self.kind} stage {self.level}: {len(self.nodes)} operations>"


def gather_stages(block, concrete) -> list[Stage]:
    """The stages of a block whose nodes have levels, in the order they run."""
    found = {}
    for node in block.nodes:
        placement, device, touches = color_of(node)
        key = (node.level, placement != "host", touches, placement, device or "")
        stage = found.get(key)
        if stage is None:
            stage = found[key] = Stage(node.placement, node.device or "", node.level)
            stage.updates = placement == "host" and touches == UPDATES
        stage.nodes.append(node)
    stages = [found[key] for key in sorted(found)]
    home = {node: stage for stage in stages for node in stage.nodes}
    for stage in stages:
        _describe(stage, home, concrete)
    wanted = {value for stage in stages for value in stage.inputs}
    wanted.update(value for value in block.fetches if value is not None)
    wanted.update(block.finals.values())
    for stage in stages:
        committed = set(stage.writes.values())
        for node in stage.nodes:
            stage.outputs.extend(v for v in node.made if v in wanted or v in committed)
    return stages


_LARGE_BYTES = 1 << 16


def _is_large(constant):
    return constant.nbytes > _LARGE_BYTES and constant.dtype != object


def _describe(stage, home, concrete):
    inputs = {}
    stage.places = placed_nodes(stage.nodes, concrete)
    places = {
        (node, p) for node in stage.places for p in node.operation.definition.place_positions(node.operation)
    }
    for node in stage.nodes:
        operation, definition = node.operation, node.operation.definition
        for position, value in enumerate(node.inputs):
            if value is None or node.takes_cell(position):
                continue
            if value.constant is not None:
                if stage.kind != "host" and _is_large(value.constant):
                    inputs[value] = None  # an argument of the program, not part of it
                continue
            if value.node is None or home[value.node] is not stage:
                inputs[value] = None
                if (node, position) in concrete and (node, position) not in places:
                    stage.static.add(value)
        for value in shapes_folded_for(node, concrete):
            if value.node is None or home[value.node] is not stage:
                inputs.setdefault(value, None)
        if stage.kind == "host":
            stage.blocking |= definition.is_blocking(operation)
            stage.fallible |= node.fallible
        elif definition.may_fail(operation) and not checks_on_host(node, stage, home):
            stage.has_checks = True
        for random in definition.random_operations(operation):
            if random not in stage.random_operations:
                stage.random_operations.append(random)
    stage.sized = list(dict.fromkeys(node for node, _ in concrete if home[node] is stage))
    stage.inputs = list(inputs)
    stage.snapshot = all(node.operation.definition.snapshot for node in stage.nodes)
    stage.counts = stage.kind == "host" and all(node.counts for node in stage.nodes)
