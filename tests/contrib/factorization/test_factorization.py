"""`tf.contrib.factorization`: k-means, mixtures of Gaussians, alternating least squares, against what they minimize."""

import numpy as np
import pytest

import evergraph as tf
from evergraph.framework import errors

factorization = tf.contrib.factorization
RANDOM = np.random.RandomState(0)
CENTERS = np.array([[1, 1], [10, 1], [1, 10]], np.float32)
LABELS = RANDOM.randint(3, size=90)
POINTS = (CENTERS[LABELS] + RANDOM.randn(90, 2)).astype(np.float32)
MEANS = np.stack([POINTS[LABELS == label].mean(0) for label in range(3)])


def by_first(rows):
    return rows[np.argsort(rows @ [1.0, 0.1])]


# -- k-means -----------------------------------------------------------------------------------------------------


def clustered(steps=8, **options):
    """(centers, the outputs of the graph, how many runs chose the first centers)."""
    points = tf.placeholder(tf.float32, [None, 2])
    graph = factorization.KMeans([points[:50], points[50:]], 3, random_seed=3, **options).training_graph()
    everything, numbers, distances, is_initialized, init_op, training_op = graph
    runs, feed = 0, {points: POINTS}
    with tf.Session() as session:
        session.run(tf.global_variables_initializer(), feed)
        while not session.run(is_initialized):
            session.run(init_op, feed)
            runs += 1
        for _ in range(steps):
            session.run(training_op, feed)
        centers = session.run(tf.global_variables("clusters")[0])
        outputs = session.run([tf.concat(each, 0) for each in (everything, numbers, distances)], feed)
    return centers, outputs, runs


WAYS = {
    "centers": {"initial_clusters": CENTERS},
    "plus_plus": {"initial_clusters": "kmeans_plus_plus"},
    "chains": {"initial_clusters": "kmc2", "kmc2_chain_length": 16},
    "one by one": {"initial_clusters": lambda inputs, missing: inputs[0][:1] + tf.to_float(missing)},
}


@pytest.mark.parametrize("way", WAYS)
def test_centers_become_means(way):
    centers, (everything, numbers, distances), runs = clustered(**WAYS[way])
    assert runs == (3 if way == "one by one" else 1)
    if way != "one by one":
        np.testing.assert_allclose(by_first(centers), by_first(MEANS), rtol=1e-4)
    wanted = np.square(POINTS[:, None] - centers).sum(2)
    np.testing.assert_allclose(everything, wanted, rtol=1e-3, atol=1e-3)
    np.testing.assert_array_equal(numbers, wanted.argmin(1))
    np.testing.assert_allclose(distances, wanted.min(1), rtol=1e-3, atol=1e-3)


@pytest.mark.parametrize("steps", [1, 3])
def test_small_batches_move_centers_towards_means(steps):
    options = {"use_mini_batch": True, "mini_batch_steps_per_iteration": steps}
    centers, *_ = clustered(initial_clusters=CENTERS, **options)
    np.testing.assert_allclose(by_first(centers), by_first(MEANS), atol=0.1)


def test_a_step_of_a_small_batch():
    points = tf.constant([[1.0], [2.0], [6.0]])
    *_, init_op, step = factorization.KMeans(
        points, 2, initial_clusters=[[0.0], [7.0]], use_mini_batch=True
    ).training_graph()
    clusters, _, counts = tf.global_variables()
    with tf.Session() as session:
        session.run(tf.global_variables_initializer())
        session.run(init_op)
        session.run(step)
        np.testing.assert_allclose(
            session.run(clusters), [[1.0], [6.5]]
        )  # (1 + 2 - 2 * 0) / 3, 7 + (6 - 7) / 2
        assert session.run(counts).tolist() == [3, 2]


@pytest.mark.parametrize("small", [False, True])
def test_cosine_distances(small):
    options = {"use_mini_batch": small, "mini_batch_steps_per_iteration": 2 if small else 1}
    centers, (everything, *_), _ = clustered(distance_metric="cosine", initial_clusters=CENTERS, **options)
    units = POINTS / np.linalg.norm(POINTS, axis=1, keepdims=True)
    np.testing.assert_allclose(np.linalg.norm(centers, axis=1), 1, rtol=1e-4)
    np.testing.assert_allclose(everything, 1 - units @ centers.T, atol=1e-4)


@pytest.mark.parametrize("option", [{"initial_clusters": "best"}, {"distance_metric": "l1"}])
def test_ways_that_there_are_not(option):
    with pytest.raises(ValueError, match="Unsupported"):
        factorization.KMeans(POINTS, 3, **option)
    with pytest.raises(ValueError, match="Unsupported"):
        factorization.KMeansClustering(3, **option)


def test_a_batch_that_is_too_small_for_plus_plus():
    with pytest.raises(errors.InvalidArgumentError):
        clustered_few = factorization.KMeans(tf.constant(POINTS[:2]), 3, "kmeans_plus_plus").training_graph()
        with tf.Session() as session:
            session.run(tf.global_variables_initializer())
            session.run(clustered_few[4])


def points_input(epochs=1):
    return tf.train.limit_epochs(tf.constant(POINTS), num_epochs=epochs)


def test_the_estimator(tmp_path):
    model = factorization.KMeansClustering(
        3, str(tmp_path), CENTERS, use_mini_batch=False, relative_tolerance=1e-4
    )
    model.train(lambda: points_input(None), steps=50)
    assert model.get_variable_value("global_step") < 50  # the loss does not change any more
    np.testing.assert_allclose(model.cluster_centers(), MEANS, rtol=1e-4)
    distances = np.square(POINTS[:, None] - MEANS).sum(2)
    np.testing.assert_allclose(model.score(points_input), distances.min(1).sum(), rtol=1e-3)
    assert list(model.predict_cluster_index(points_input)) == distances.argmin(1).tolist()
    np.testing.assert_allclose(list(model.transform(points_input)), distances, rtol=1e-3, atol=1e-3)


def test_centers_of_several_batches(tmp_path):
    model = factorization.KMeansClustering(5, str(tmp_path), use_mini_batch=True)
    dataset = lambda: tf.data.Dataset.from_tensor_slices(POINTS[:20]).batch(1)  # noqa: E731
    model.train(lambda: dataset().make_one_shot_iterator().get_next(), steps=1)
    found = model.cluster_centers()
    assert found.shape == (5, 2) and all((row == POINTS).all(1).any() for row in found[1:])


def test_points_of_features(tmp_path):
    def inputs():
        return {"b": tf.constant(POINTS[:, 1:]), "a": tf.constant(POINTS[:, :1]), "c": tf.constant(POINTS)}

    columns = [tf.feature_column.numeric_column(key) for key in "ab"]
    model = factorization.KMeansClustering(
        3, str(tmp_path), CENTERS, use_mini_batch=False, feature_columns=columns
    )
    model.train(inputs, steps=8)
    np.testing.assert_allclose(model.cluster_centers(), MEANS, rtol=1e-4)


# -- mixtures ----------------------------------------------------------------------------------------------------


def densities(means, covariances, weights):
    apart = POINTS[None] - means[:, None]
    inverse = np.linalg.inv(covariances + 1e-3 * np.eye(2))
    distances = np.einsum("kni,kij,knj->kn", apart, inverse, apart)
    sizes = np.linalg.slogdet(2 * np.pi * (covariances + 1e-3 * np.eye(2)))[1]
    return np.exp(-0.5 * (distances + sizes[:, None])) * weights[:, None]


@pytest.mark.parametrize("kind", ["full", "diag"])
def test_a_mixture_is_that_of_its_points(kind):
    loss, scores, ((numbers,),), step, init_op, is_initialized = factorization.gmm(
        tf.constant(POINTS), CENTERS, 3, 0, kind
    )
    variables = {v.op.name: v for v in tf.global_variables()}
    with tf.Session() as session:
        session.run(tf.global_variables_initializer())
        assert not session.run(is_initialized)
        session.run(init_op)
        for _ in range(10):
            session.run(step)
        values = session.run({key: variables[key] for key in ("clusters", "clusters_covs", "alphas")})
        loss, scores, numbers = session.run([loss, scores, numbers])
    np.testing.assert_array_equal(numbers, LABELS)
    np.testing.assert_allclose(values["clusters"][:, 0], MEANS, rtol=1e-2)
    np.testing.assert_allclose(values["alphas"], np.bincount(LABELS) / 90, rtol=1e-2)
    covariances = values["clusters_covs"]
    if kind == "diag":
        covariances = np.stack([np.diag(row) for row in covariances])
    found = densities(values["clusters"][:, 0], covariances, values["alphas"])
    np.testing.assert_allclose(scores[:, 0], np.log(found.sum(0)), rtol=1e-3, atol=1e-3)
    np.testing.assert_allclose(loss, np.log(found.sum()), rtol=1e-3)


def test_only_what_is_asked_for_is_trained():
    tool = factorization.GmmAlgorithm([POINTS], 3, CENTERS, params="w")
    with tf.Session() as session:
        session.run(tf.global_variables_initializer())
        session.run(tool.init_ops())
        before = session.run([tool.clusters(), tool.covariances()])
        session.run(tool.training_ops())
        for old, new in zip(before, session.run([tool.clusters(), tool.covariances()])):
            np.testing.assert_array_equal(old, new)
        assert np.ptp(session.run(tool.alphas())) > 0
    with pytest.raises(ValueError, match="covariance"):
        factorization.GmmAlgorithm([POINTS], 3, covariance_type="round")


def test_the_estimator_of_mixtures(tmp_path):
    model = factorization.GMM(3, str(tmp_path), initial_clusters=CENTERS)
    inputs = lambda: (tf.constant(POINTS), None)  # noqa: E731
    model.fit(input_fn=inputs, steps=1)
    before = model.score(input_fn=inputs, steps=1)
    model.fit(input_fn=inputs, steps=5)
    assert model.score(input_fn=inputs, steps=1) > before
    np.testing.assert_allclose(model.clusters(), MEANS, rtol=1e-2)
    assert model.weights().shape == (3,) and model.covariances().shape == (3, 2, 2)
    assert list(model.predict_assignments(input_fn=lambda: (points_input(), None))) == LABELS.tolist()


# -- alternating least squares -----------------------------------------------------------------------------------

MATRIX = (RANDOM.rand(7, 2) @ RANDOM.rand(2, 5)).astype(np.float32)
THERE = RANDOM.rand(7, 5) < 0.6
THERE[0], THERE[:, 0] = True, True
INDICES = np.argwhere(THERE)
VALUES = MATRIX[THERE]


@pytest.mark.parametrize(
    "options",
    [
        {},
        {"num_row_shards": 3, "num_col_shards": 2, "regularization": 0.01},
        {"row_weights": None, "col_weights": None, "unobserved_weight": 1.0},
        {
            "row_weights": np.linspace(0.5, 1, 7),
            "use_factors_weights_cache": False,
            "use_gramian_cache": False,
        },
        {"use_scoped_vars": True, "col_weights": [[0.5] * 5]},
    ],
)
def test_the_loss_is_that_of_the_factors(options):
    options = {"unobserved_weight": 0.001, **options}
    model = factorization.WALSModel(7, 5, 2, **options)
    entries = tf.SparseTensor(INDICES, VALUES, [7, 5])
    rows, columns = model.update_row_factors(entries), model.update_col_factors(entries)
    with tf.Session() as session:
        session.run([model.initialize_op, tf.local_variables_initializer()])
        session.run(model.worker_init)
        losses = []
        for _ in range(10):
            for prepare, start, update in (
                (model.row_update_prep_gramian_op, model.initialize_row_update_op, rows),
                (model.col_update_prep_gramian_op, model.initialize_col_update_op, columns),
            ):
                session.run(prepare)
                session.run(start)
                _, loss, regularization, weights = session.run(update[1:])
                losses.append(loss + regularization)
        u, v = (np.concatenate(session.run(each)) for each in (model.row_factors, model.col_factors))
    r, c = (np.ones(size) if options.get(key, 1) is not None else None for key, size in KINDS)
    if r is not None:
        r, c = (np.ravel(options.get(key, 1)) * ones for (key, _), ones in zip(KINDS, (r, c)))
    wanted = options["unobserved_weight"] + (0 if r is None else THERE * np.outer(r, c))
    wanted = np.broadcast_to(wanted, (7, 5))
    squares = (wanted * np.square(MATRIX * THERE - u @ v.T)).sum()
    np.testing.assert_allclose(loss, squares, rtol=1e-3, atol=1e-5)
    np.testing.assert_allclose(weights, wanted.sum(), rtol=1e-4)
    penalty = options.get("regularization", 0) * (np.square(u).sum() + np.square(v).sum())
    np.testing.assert_allclose(regularization, penalty, rtol=1e-3)
    assert all(after <= before * 1.001 + 1e-6 for before, after in zip(losses, losses[1:]))


KINDS = (("row_weights", 7), ("col_weights", 5))


def test_projections_solve_for_other_rows():
    model = factorization.WALSModel(7, 5, 2, unobserved_weight=0.0, use_factors_weights_cache=False)
    new = tf.SparseTensor([[3, 0], [3, 2], [8, 1], [8, 4]], [1.0, 2.0, 3.0, 4.0], [9, 5])
    found = model.project_row_factors(new, projection_weights=0.5)
    turned = model.project_row_factors(tf.sparse_transpose(new), transpose_input=True)
    with tf.Session() as session:
        session.run([model.initialize_op, tf.local_variables_initializer()])
        session.run(model.initialize_row_update_op)
        found, turned, columns = session.run([found, turned, model.col_factors[0]])
    for row, (places, values) in zip(found, (([0, 2], [1.0, 2.0]), ([1, 4], [3.0, 4.0]))):
        np.testing.assert_allclose(columns[places] @ row, values, rtol=1e-2, atol=1e-2)
    np.testing.assert_allclose(found, turned, rtol=1e-2, atol=1e-2)


@pytest.mark.parametrize(
    ("options", "words"),
    [
        ({"row_weights": None}, "None"),
        ({"row_weights": -1.0}, "negative"),
        ({"row_weights": [1.0, 2.0]}, "shards"),
        ({"row_init": [[1.0]], "num_row_shards": 2}, "shards"),
    ],
)
def test_models_that_do_not_fit(options, words):
    with pytest.raises(ValueError, match=words):
        factorization.WALSModel(7, 5, 2, **options)


def test_sweeps_alternate(tmp_path):
    def inputs(mode="train"):
        rows = tf.SparseTensor(INDICES, VALUES, [7, 5])
        features = {"input_rows": rows, "input_cols": tf.sparse_transpose(rows)}
        if mode == "infer":
            features["project_row"] = tf.constant(True)
        return features, None

    near = np.linalg.svd(MATRIX)[2][:2].T + 0.1  # from random ones it may take any number of sweeps
    model = factorization.WALSMatrixFactorization(
        7,
        5,
        2,
        unobserved_weight=1e-4,
        col_init=[near.astype(np.float32)],
        max_sweeps=20,
        model_dir=str(tmp_path),
    )
    model.fit(input_fn=inputs, steps=100)
    assert model.get_variable_value("completed_sweeps") == 20
    u, v = model.get_row_factors()[0], model.get_col_factors()[0]
    np.testing.assert_allclose((u @ v.T)[THERE], VALUES, atol=0.02)
    projected = []
    for row in model.get_projections(lambda: inputs("infer")):
        projected.append(row)
        if len(projected) == 7:
            break
    np.testing.assert_allclose(projected @ v.T, u @ v.T, atol=0.02)
