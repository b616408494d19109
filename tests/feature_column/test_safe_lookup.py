"""Looking embeddings up for examples with any number of ids: laws against NumPy, and how often that is compiled."""

import numpy as np
import pytest

import evergraph as tf
from evergraph.feature_column.safe_lookup import _safe_embedding_lookup_sparse

TABLE = np.arange(12, dtype=np.float32).reshape(4, 3) + 1
EXAMPLES = [
    [(0, 1.0), (2, 3.0)],
    [],
    [(-1, 1.0)],
    [(3, -2.0), (1, 0.5), (1, 0.25)],
    [(2, 0.0)],
]  # (id, weight)


def as_sparse(examples):
    """SparseTensors of the ids and of the weights."""
    places = np.array([[i, j] for i, row in enumerate(examples) for j in range(len(row))], np.int64).reshape(
        -1, 2
    )
    flat = [pair for row in examples for pair in row]
    shape = [len(examples), 4]
    if not flat:
        flat_ids, flat_weights = np.zeros(0, np.int64), np.zeros(0, np.float32)
    else:
        flat_ids, flat_weights = np.array([i for i, _ in flat]), np.array([w for _, w in flat], np.float32)
    return tf.SparseTensor(places, flat_ids, shape), tf.SparseTensor(places, flat_weights, shape)


def expected(row, combiner, weighted, default_id):
    chosen = [
        (i, w if weighted else 1.0)
        for i, w in row
        if i >= 0 and not (weighted and combiner != "sum" and w <= 0)
    ]
    if not chosen and default_id is not None:
        chosen = [(default_id, 1.0)]
    if not chosen:
        return np.zeros(3)
    weights = np.array([w for _, w in chosen])
    total = sum(w * TABLE[i] for i, w in chosen)
    divisor = {"sum": 1.0, "mean": weights.sum(), "sqrtn": np.sqrt((weights**2).sum())}[combiner]
    return total / divisor


def run(tensor, feed=None):
    with tf.Session() as session:
        session.run(tf.global_variables_initializer())
        return session.run(tensor, feed)


@pytest.mark.parametrize("combiner", ["sum", "mean", "sqrtn"])
@pytest.mark.parametrize("weighted", [False, True])
@pytest.mark.parametrize("default_id", [None, 3])
def test_each_example_combines_its_rows(combiner, weighted, default_id):
    ids, weights = as_sparse(EXAMPLES)
    found = _safe_embedding_lookup_sparse(
        tf.get_variable("table", initializer=TABLE), ids, weights if weighted else None, combiner, default_id
    )
    assert found.shape.as_list() == [5, 3]
    rows = [expected(row, combiner, weighted, default_id) for row in EXAMPLES]
    np.testing.assert_allclose(run(found), rows, rtol=1e-6)


@pytest.mark.parametrize("examples", [[[], []], []])
def test_no_ids_at_all(examples):
    ids, _ = as_sparse(examples)
    table = tf.get_variable("table", initializer=TABLE)
    found = _safe_embedding_lookup_sparse(table, ids)
    (gradient,) = tf.gradients(found, table)
    value, slope = run([found, tf.convert_to_tensor(gradient)])
    assert value.shape == (len(examples), 3) and not value.any() and not slope.any()


@pytest.mark.parametrize("parts", [2, 3])
def test_partitions_are_one_table(parts):
    ids, weights = as_sparse(EXAMPLES)
    table = [tf.constant(part) for part in np.array_split(TABLE, parts)]
    found = _safe_embedding_lookup_sparse(table, ids, weights, "mean")
    np.testing.assert_allclose(run(found), [expected(row, "mean", True, None) for row in EXAMPLES], rtol=1e-6)


def test_ids_of_more_dimensions_combine_along_the_last():
    ids = tf.SparseTensor(
        [[0, 0, 0], [0, 1, 0], [0, 1, 1], [1, 0, 1]], tf.constant([0, 1, 2, 3], tf.int64), [2, 2, 2]
    )
    found = run(_safe_embedding_lookup_sparse(tf.constant(TABLE), ids, combiner="sum"))
    assert found.tolist() == [
        [TABLE[0].tolist(), (TABLE[1] + TABLE[2]).tolist()],
        [TABLE[3].tolist(), [0, 0, 0]],
    ]


def test_gradients_reach_the_table_and_the_weights():
    ids, weights = as_sparse(EXAMPLES)
    table = tf.get_variable("table", initializer=TABLE)
    found = _safe_embedding_lookup_sparse(table, ids, weights, "sum")
    of_table, of_weights = run(
        [tf.convert_to_tensor(g) for g in tf.gradients(found, [table, weights.values])]
    )
    assert of_weights.tolist() == [
        TABLE[0].sum(),
        TABLE[2].sum(),
        0,
        TABLE[3].sum(),
        TABLE[1].sum(),
        TABLE[1].sum(),
        TABLE[2].sum(),
    ]
    assert of_table.tolist() == [[1.0] * 3, [0.75] * 3, [3.0] * 3, [-2.0] * 3]


def test_mistakes():
    ids, _ = as_sparse(EXAMPLES)
    few = tf.SparseTensor([[0, 0]], [1.0], [5, 4])
    with pytest.raises(ValueError, match="Dimensions.*are not compatible"):
        _safe_embedding_lookup_sparse(TABLE, ids, few)
    count = tf.placeholder(tf.float32, [None])
    with pytest.raises(tf.errors.InvalidArgumentError, match="must have the same size"):
        run(
            _safe_embedding_lookup_sparse(TABLE, ids, tf.SparseTensor(ids.indices, count, [5, 4])),
            {count: [1.0]},
        )
    for table in (None, []):
        with pytest.raises(ValueError, match="Missing embedding_weights"):
            _safe_embedding_lookup_sparse(table, ids)
    with pytest.raises(ValueError, match="combiner must be one of"):
        _safe_embedding_lookup_sparse(TABLE, ids, combiner="max")
    beyond = tf.SparseTensor([[0, 0]], tf.constant([4], tf.int64), [1, 1])
    outside = tf.SparseTensor([[1, 0]], tf.constant([0], tf.int64), [1, 1])
    for wrong in (beyond, outside):
        with pytest.raises(tf.errors.InvalidArgumentError):
            run(_safe_embedding_lookup_sparse(tf.constant(TABLE), wrong))


def test_batches_with_other_numbers_of_ids_compile_nothing_new(monkeypatch):
    said = []
    monkeypatch.setattr(
        "evergraph.framework.logging.warning", lambda message, *args: said.append(message % args)
    )
    ids = tf.sparse_placeholder(tf.int64, [None, 40])
    table = tf.get_variable("table", initializer=np.ones([50, 3], np.float32))
    loss = tf.reduce_sum(_safe_embedding_lookup_sparse(table, ids) ** 2)
    train = tf.train.AdagradOptimizer(0.1).minimize(loss)
    rng = np.random.default_rng(0)
    with tf.Session() as session:
        session.run(tf.global_variables_initializer())
        for count in range(
            33, 65
        ):  # all are rounded up to 64; a program that followed them would say so at 8
            places = np.argwhere(np.arange(80).reshape(2, 40) < count)
            session.run(train, {ids: tf.SparseTensorValue(places, rng.integers(0, 50, count), [2, 40])})
    assert said == []
