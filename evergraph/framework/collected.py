"""What the body of control flow leaves in the collections of its graph.

A tensor of a body has no value outside.  A program that finds one in a shared collection (a loss, a
summary) and uses it would fail far from the line that put it there, so it is taken out when the body is
finished, with a warning that names it. An operation of a branch may stay: whatever waits for it outside
waits for the branch (`BodyGraph.run_always`).
"""

from evergraph.framework import logging
from evergraph.framework.bodies import is_around
from evergraph.framework.operation import Operation
from evergraph.framework.tensor import Tensor

_AWAITED = "update_ops"  # what waits for these does not ask for values


def withdraw(collections, body):
    """Takes out of `collections` ({name: list}) what a finished body, or one inside it, has made."""
    for name, items in collections.items():
        gone = [item for item in items if _is_lost(item, name, body)]
        if not gone:
            continue
        items[:] = [item for item in items if not any(item is other for other in gone)]
        for item in gone:
            logging.warning(
                "%s was put into the collection %r inside the body %r of control flow. It has no value outside and was "
                "taken out again: return it from the body, and put what tf.cond or tf.while_loop gives into the "
                "collection.",
                getattr(item, "name", item),
                name,
                body.name,
            )


def _is_lost(item, name, body):
    made_by = _maker(item)
    if made_by is None or not is_around(body, made_by.body):
        return False
    may_be_awaited = isinstance(item, Operation) or (name == _AWAITED and isinstance(item, Tensor))
    return not (body.runs_once and may_be_awaited)


def _maker(item):
    """The operation that makes an item of a collection; None for what is neither operation nor tensor nor made of these."""
    if isinstance(item, Operation):
        return item
    operation = getattr(item, "op", None)
    return operation if isinstance(operation, Operation) else None
