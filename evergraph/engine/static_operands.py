"""Static operands: what must be known when XLA compiles, and which of it is computed before."""


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


def mark_static(block) -> dict:
    """{(node, position): value} of the static operands that must be computed before their user's stage."""
    memo, concrete = {}, {}
    for node in block.nodes:
        if node.placement != "device":
            continue
        definition = node.operation.definition
        for position in definition.static_positions(node.operation):
            value = node.inputs[position]
            if not is_foldable(value, memo):
                concrete[node, position] = value
        if definition.places is not None and any((node, p) in concrete for p in range(len(node.inputs))):
            # What the graph knows is fed all the same: the sizes follow from all of these operands together.
            for position, name in definition.input_layout(node.operation):
                value = node.inputs[position]
                if name in definition.places.operands and not is_foldable(value, memo):
                    concrete[node, position] = value
    return concrete


def shapes_folded_for(node, concrete):
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


def placed_nodes(nodes, concrete) -> list:
    """The nodes that can do with sizes for some static operands that are known only when the stage runs.

    `concrete`: the (node, position) of all such operands.
    """
    return [
        node
        for node in nodes
        if any(
            (node, position) in concrete
            for position in node.operation.definition.place_positions(node.operation)
        )
    ]
