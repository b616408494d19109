"""The blocks of the bodies of control-flow operations."""

import threading

from evergraph.engine.block import build_block

_lock = threading.RLock()


def body_block(body):
    """The `Block` of a body, kept on the body (bodies do not change once their operation is recorded)."""
    block = getattr(body, "block", None)
    if block is None:
        with _lock:
            fed = [t for t in body.inputs if t.op.definition.role != "variable"]
            block = body.block = build_block(body.outputs, fed)
    return block
