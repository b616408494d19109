"""What a snapshot is taken of: operations like saving read all variables at one moment, whatever their kind.

The read of a resource variable is an operation, which would run before; the snapshot takes the variable instead.
"""


def read_by_snapshots(block):
    """Has operations that work on a snapshot take variables where they took what reads of them give."""
    used = {value for value in block.fetches if value is not None}
    for node in block.nodes:
        if node.operation.definition.snapshot:
            node.inputs = [_variable(value) for value in node.inputs]
            node.after = [before for before in node.after if before.operation.definition.role != "read"]
        used.update(value for value in node.inputs if value is not None)
    followed = {before for node in block.nodes for before in node.after}
    block.nodes = [
        node
        for node in block.nodes
        if node.operation.definition.role != "read" or node in followed or not used.isdisjoint(node.outputs)
    ]


def _variable(value):
    """The version of a variable that a value was read from; the value itself where that is not all there is to it."""
    if value is None or value.node is None or value.node.operation.definition.role != "read":
        return value
    (version,) = value.node.inputs
    return version if version is not None and version.is_load else value
