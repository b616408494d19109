"""Which seeds a random operation gets."""

import pytest

from evergraph.framework.default_graph import get_default_graph
from evergraph.framework.seeds import DEFAULT_GRAPH_SEED, get_seed, set_random_seed
from evergraph.ops.constants import no_op

LIMIT = 2**31 - 1


@pytest.mark.parametrize(
    "graph_seed, op_seed, expected",
    [
        (None, None, (None, None)),
        (None, 5, (DEFAULT_GRAPH_SEED, 5)),
        (7, 5, (7, 5)),
        (0, 0, (0, LIMIT)),
        (0, 1, (0, 1)),
        (LIMIT, LIMIT + 3, (0, 3)),
        (-1, -2, (LIMIT - 1, LIMIT - 2)),
    ],
)
def test_seeds(graph_seed, op_seed, expected):
    if graph_seed is not None:
        set_random_seed(graph_seed)
    assert get_seed(op_seed) == expected


def test_with_a_graph_seed_operations_differ_by_their_place():
    set_random_seed(3)
    first = get_seed(None)
    no_op()
    assert first == (3, get_default_graph()._last_id - 1)
    assert get_seed(None) == (3, first[1] + 1)
