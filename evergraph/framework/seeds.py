"""The seeds of random operations: what a graph's seed and an operation's own seed make together."""

from evergraph.framework.default_graph import get_default_graph
from evergraph.framework.public import public, public_module

public_module("python.framework.random_seed")

DEFAULT_GRAPH_SEED = public()(87654321)
_LIMIT = 2**31 - 1


@public("get_seed")
def get_seed(op_seed: int | None) -> tuple[int | None, int | None]:
    """The two seeds (`seed`, `seed2`) of a random operation recorded now in the default graph.

    With a graph seed, an operation without a seed of its own takes the number of operations recorded so far, so
    that the same program gives the same numbers. With neither seed both are None: drawn anew by each session.

    Args:
      op_seed: the operation's own seed, or None.
    """
    graph = get_default_graph()
    if graph.seed is not None:
        own = graph._last_id if op_seed is None else op_seed
        seeds = graph.seed % _LIMIT, own % _LIMIT
    elif op_seed is not None:
        seeds = DEFAULT_GRAPH_SEED, op_seed % _LIMIT
    else:
        return None, None
    return (0, _LIMIT) if seeds == (0, 0) else seeds  # (0, 0) means "no seed" in an operation's attributes


@public("set_random_seed")
def set_random_seed(seed: int | None) -> None:
    """Sets the seed of the default graph, which random operations recorded from now on mix with their own."""
    get_default_graph().seed = seed
