"""Graphs for TensorFlow too: no operation of Evergraph's own, and the same numbers."""

import itertools

import numpy as np
import pytest

import evergraph as tf
from evergraph.feature_column.safe_lookup import _safe_embedding_lookup_sparse
from evergraph.framework.portability import is_portable, make_portable

TABLE = np.arange(12, dtype=np.float32).reshape(4, 3) + 1
INDICES = [[0, 0], [0, 1], [2, 0], [2, 1], [3, 0]]
IDS = [1, 3, -1, 2, 0]
WEIGHTS = [1.0, 2.0, 3.0, 0.5, -1.0]


def looked_up(portable, combiner, weighted, default_id, shape=(5, 2), indices=INDICES):
    with tf.Graph().as_default() as graph:
        if portable:
            make_portable(graph)
        assert is_portable() == portable
        ids = tf.SparseTensor(indices, IDS, shape)
        weights = tf.SparseTensor(indices, WEIGHTS, shape) if weighted else None
        found = _safe_embedding_lookup_sparse(tf.constant(TABLE), ids, weights, combiner, default_id)
        with tf.Session() as sess:
            return sess.run(found), {operation.type for operation in graph.get_operations()}


@pytest.mark.parametrize(
    "combiner, weighted, default_id",
    list(itertools.product(["sum", "mean", "sqrtn"], [False, True], [None, 2])),
)
def test_embeddings(combiner, weighted, default_id):
    ours, types = looked_up(False, combiner, weighted, default_id)
    assert "PackSparseIds" in types
    theirs, types = looked_up(True, combiner, weighted, default_id)
    assert "PackSparseIds" not in types
    np.testing.assert_allclose(theirs, ours, rtol=1e-6)


def test_embeddings_of_more_dimensions():
    indices = [[0, *index] for index in INDICES]
    ours, _ = looked_up(False, "mean", False, None, (1, 5, 2), indices)
    theirs, _ = looked_up(True, "mean", False, None, (1, 5, 2), indices)
    assert theirs.shape == (1, 5, 3)
    np.testing.assert_allclose(theirs, ours, rtol=1e-6)
