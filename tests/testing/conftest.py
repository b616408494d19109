import pytest

from evergraph.framework.graph import _default_graphs


@pytest.fixture(autouse=True)
def default_graphs():
    """Puts back the default graphs of these tests' own surroundings, which `setUp` leaves."""
    stack = _default_graphs.stack
    saved = list(stack)
    yield
    stack[:] = saved
