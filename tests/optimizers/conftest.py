"""`eg`: Evergraph under the name that both programs of a comparison use; `tf1`: TensorFlow."""

import pytest

import evergraph


@pytest.fixture(scope="session")
def eg():
    return evergraph


@pytest.fixture(scope="session")
def tf1():
    return pytest.importorskip("tensorflow").compat.v1
