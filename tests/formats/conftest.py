import pytest


@pytest.fixture(scope="session")
def tf1():
    """A real TensorFlow, imported by the first test that needs it and not while collecting."""
    return pytest.importorskip("tensorflow").compat.v1
