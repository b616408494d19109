"""A session of its own for each test, which has a graph of its own."""

import pytest

import evergraph as tf


@pytest.fixture(autouse=True)
def own_session():
    tf.keras.backend.set_session(None)
    yield
    tf.keras.backend.set_session(None)
