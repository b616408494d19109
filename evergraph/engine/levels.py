"""Levels: host operations as early as data allows, device operations as late as their users allow.

Operations of one color and one level make a stage.

Where a plan has several devices, what a device computes before it waits for another one has a color of its own: late as its
users allow, a tower's arithmetic would else wait in the program that applies the gradients.
"""

from evergraph.framework import dtypes

# How a host operation stands to the variables: apart from them; it only looks at them, or may take its time; it
# updates them at once, under their lock.
FREE, LOOKS, UPDATES = 0, 1, 2


def color_of(node) -> tuple:
    """Operations of one color may share a stage."""
    if node.placement != "host":
        return node.placement, node.device, node.crossings
    looks = any(v is not None and v.source is not None for v in node.inputs)
    if node.counts or (looks and node.writes and not node.is_open):
        return "host", node.device, UPDATES
    return "host", node.device, LOOKS if looks or node.writes else FREE


def set_levels(block, concrete):
    """Gives each node its `level`; `concrete` holds the static operands that need a stage before their user's."""
    edges = [list(_edges(node, concrete)) for node in block.nodes]
    order = _failures_first(block.nodes, edges)
    if has_several_devices(block):
        _count_crossings(block.nodes, edges)
    nodes, edges = [block.nodes[i] for i in order], [edges[i] for i in order]
    colors = {node: color_of(node) for node in block.nodes}

    def step(before, node, apart):
        return 1 if apart or colors[before] != colors[node] else 0

    last = {}
    for node, before in zip(nodes, edges):
        node.level = max((p.level + step(p, node, apart) for p, apart in before), default=0)
        color = colors[node]
        last[color] = max(last.get(color, 0), node.level)
    waits = max((node.level for node in nodes if _waits(node)), default=0)
    # What only counts does so when nothing is waited for any more, or a run that fails there would have counted.
    latest = {node: max(last[colors[node]], waits) if node.counts else last[colors[node]] for node in nodes}
    for node, before in zip(reversed(nodes), reversed(edges)):
        if node.placement != "host" or node.counts:  # one stage of counters rather than two
            node.level = latest[node]
        for predecessor, apart in before:
            latest[predecessor] = min(latest[predecessor], node.level - step(predecessor, node, apart))


def _failures_first(nodes, edges) -> list[int]:
    """Has what may fail go before what may wait and does not lead to it, or a run would wait for ever though it cannot
    succeed.

    What waits for others comes last.  What needs a program stays where it is, or a step would be two programs; see
    `engine.trials` for these.  Returns the positions of the nodes in an order in which all edges lead forward.
    """
    waiting = {n for n in nodes if _waits(n)}
    if not waiting:
        return list(range(len(nodes)))
    last = {n for n in waiting if not n.operation.definition.goes_first}
    used = {t for n in waiting for t in n.operation.input_tensors if t.dtype == dtypes.resource}
    rank, tiers = (
        {},
        ([], [], []),
    )  # 0: waits for nothing, 1: for nothing that goes last, 2: the others, and all after a program
    for node, before in zip(nodes, edges):
        own = 2 if node.placement != "host" or node in last else 1 if node in waiting else 0
        rank[node] = max((rank[p] for p, _ in before), default=0)
        if own == 0 and rank[node] < 2 and _may_fail(node, used):
            tiers[rank[node]].append(node)
        rank[node] = max(rank[node], own)
        if own == 1 and rank[node] == 1:
            tiers[1].append(node)
    for node, before in zip(nodes, edges):
        if node in waiting:
            first = tiers[0] if rank[node] == 1 else [*tiers[0], *tiers[1]]
            before.extend((p, True) for p in first)
    return sorted(range(len(nodes)), key=lambda i: rank[nodes[i]])


def _waits(node) -> bool:
    return node.placement == "host" and node.operation.definition.is_blocking(node.operation)


def _may_fail(node, used):
    """Whether a host node may fail; `used` are the handles of what is waited for, whose users keep their order."""
    operation, definition = node.operation, node.operation.definition
    is_handle = bool(operation.outputs) and all(t.dtype == dtypes.resource for t in operation.outputs)
    if is_handle:
        return False
    if node.uses_cells:
        return True
    if definition.kind != "host":
        return definition.may_fail(operation)
    if not definition.stateful:
        return node.fallible
    apart = definition.snapshot or definition.role == "random"
    return node.fallible and not apart and used.isdisjoint(operation.input_tensors)


def has_several_devices(block) -> bool:
    """Whether a block runs on more than one device beside the host."""
    return len({node.device for node in block.nodes if node.placement != "host"}) > 1


def _count_crossings(nodes, edges):
    """Gives each node its `crossings`: how often a value changes devices, or comes back from the host, on the way to it."""
    for node, before in zip(nodes, edges):
        crossings = 0
        for predecessor, _ in before:
            leaves = predecessor.placement != "host" and (
                node.placement == "host" or node.device != predecessor.device
            )
            crossings = max(crossings, predecessor.crossings + leaves)
        node.crossings = crossings


def _edges(node, concrete):
    """(predecessor, whether it must be in an earlier stage even when it is of the same kind)."""
    for position, value in enumerate(node.inputs):
        if value is not None and value.node is not None:
            yield value.node, (node, position) in concrete
    for before in node.after:
        yield before, False
