import pytest

from evergraph.framework.graph_stack import GRAPHS


@pytest.fixture(autouse=True)
def default_graphs():
    """Puts back the default graphs of these tests' own surroundings, which `setUp` leaves."""
    stack = GRAPHS.stack
    saved = list(stack)
    yield
    stack[:] = saved
