"""A graph of the eager mode for each test."""

import pytest

from evergraph.eager.graph import EagerGraph


@pytest.fixture(autouse=True)
def eager():
    with EagerGraph().as_default() as graph:
        yield graph
