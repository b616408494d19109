"""Levels: host operations as early as data allows, device operations as late as their users allow.

Operations of one color and one level make a stage.

Where a plan has several devices, what a device computes before it waits for another one has a color of its own: late as its
users allow, a tower's arithmetic would else wait in the program that applies the gradients.
"""

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
    for edges_of_waiting, failing in _failures_first(block.nodes, edges):
        edges_of_waiting.extend((node, True) for node in failing)
    if has_several_devices(block):
        _count_crossings(block.nodes, edges)
    colors = {node: color_of(node) for node in block.nodes}

    def step(before, node, apart):
        return 1 if apart or colors[before] != colors[node] else 0

    last = {}
    for node, before in zip(block.nodes, edges):
        node.level = max((p.level + step(p, node, apart) for p, apart in before), default=0)
        color = colors[node]
        last[color] = max(last.get(color, 0), node.level)
    latest = {node: last[colors[node]] for node in block.nodes}
    for node, before in zip(reversed(block.nodes), reversed(edges)):
        if node.placement != "host" or node.counts:  # one stage of counters rather than two
            node.level = latest[node]
        for predecessor, apart in before:
            latest[predecessor] = min(latest[predecessor], node.level - step(predecessor, node, apart))


def _failures_first(nodes, edges):
    """For each node that may wait, its edges, and the nodes that may fail and do not come after anything that waits.

    That goes first, or a run would wait for ever for an element, though it cannot succeed.  What needs a program stays
    where it is: a step would be two programs.
    """
    waiting = {n for n in nodes if n.placement == "host" and n.operation.definition.is_blocking(n.operation)}
    if not waiting:
        return
    apart, failing = set(), []  # on the device, after something that waits, or after such
    for node, before in zip(nodes, edges):
        if node.placement != "host" or node.is_open or any(p in apart for p, _ in before):
            apart.add(node)
        elif _may_fail(node):
            failing.append(node)
    if failing:
        yield from ((before, failing) for node, before in zip(nodes, edges) if node in waiting)


def _may_fail(node):
    definition = node.operation.definition
    if definition.kind == "host":
        return node.fallible and not definition.stateful
    return definition.may_fail(node.operation)


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
