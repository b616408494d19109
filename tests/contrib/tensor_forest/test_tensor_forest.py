"""Random forests: what leaves count and split by, beside loops; forests learn, resume exactly, and are estimators."""

import numpy as np
import pytest

import evergraph as tf
from evergraph.contrib.learn.datasets.tables import load_iris
from evergraph.contrib.tensor_forest import data_ops, eval_metrics, messages, operations, random_forest
from evergraph.contrib.tensor_forest.host_inputs import DATA_CATEGORICAL, Examples, InputSpec, Targets
from evergraph.contrib.tensor_forest.host_stats import HostStats
from evergraph.contrib.tensor_forest.host_tree import HostTree, Split
from evergraph.contrib.tensor_forest.hparams import ForestHParams, build_params_proto
from evergraph.contrib.tensor_forest.rivals import resolve
from evergraph.contrib.tensor_forest.scores import divides, split_scores
from evergraph.contrib.tensor_forest.tensor_forest import RandomForestGraphs
from evergraph.framework import errors
from evergraph.ops import resources

RANDOM = np.random.RandomState(0)
X = RANDOM.randn(300, 4).astype(np.float32)
CLASSES = ((X[:, 0] > 0) + 2 * (X[:, 1] > 0.3)).astype(np.int32)
NO_WEIGHTS, NO_INDICES = np.zeros(0, np.float32), np.zeros(0, np.int64)


def hparams(**kwargs):
    given = {"num_classes": 4, "num_features": 4, "num_trees": 3, "max_nodes": 100, "split_after_samples": 20}
    return ForestHParams(**{**given, **kwargs}).fill()


def examples_of(x, kind=0):
    spec = InputSpec(
        f"dense_features_size: {x.shape[1]} dense: [{{name: x original_type: {kind} size: {x.shape[1]}}}] sparse: []"
    )
    return Examples(spec, x, NO_INDICES, NO_WEIGHTS, NO_INDICES)


def stats_of(params):
    stats = HostStats("stats")
    stats.take(build_params_proto(params), b"")
    return stats


# -- on the host ---------------------------------------------------------------------------------------------------------


def test_a_leaf_begins_with_candidates_and_then_counts():
    stats = stats_of(hparams(num_splits_to_consider=5))
    targets = Targets(CLASSES[:12].astype(np.float32), NO_WEIGHTS, 4, False)
    stats.process(np.zeros(12, np.int32), examples_of(X[:12]), targets, seed=1)
    row = stats._rows[0]
    assert stats.splits[row] == 5 and stats.weight[row] == 7
    for place in range(5):
        feature, threshold = stats.feature[row, place], stats.threshold[row, place]
        assert threshold == X[place, feature]
        left = X[5:12, feature] <= threshold
        np.testing.assert_array_equal(stats.left[row, place], np.bincount(CLASSES[5:12][left], minlength=4))
    np.testing.assert_array_equal(stats.total[row], np.bincount(CLASSES[5:12], minlength=4))


def test_collated_examples_wait_for_the_candidates():
    stats = stats_of(hparams(num_splits_to_consider=5, collate_examples=True))
    targets = Targets(CLASSES[:12].astype(np.float32), NO_WEIGHTS, 4, False)
    for expected in (0, 12):
        stats.process(np.zeros(12, np.int32), examples_of(X[:12]), targets, seed=1)
        assert stats.weight[0 + stats._rows[0]] == expected


def test_a_threshold_may_be_between_two_classes():
    stats = stats_of(hparams(num_splits_to_consider=2, initialize_average_splits=True, num_features=1))
    x, labels = np.array([[0.0], [4.0], [6.0], [1.0]], np.float32), np.array([0, 0, 1, 1], np.float32)
    stats.process(np.zeros(4, np.int32), examples_of(x), Targets(labels, NO_WEIGHTS, 4, False), seed=1)
    row = stats._rows[0]
    assert stats.threshold[row, :2].tolist() == [3.0, 5.0] and stats.weight[row] == 1


def test_weights_count():
    stats = stats_of(hparams(num_splits_to_consider=1))
    targets = Targets(np.array([0, 1, 1], np.float32), np.array([9, 0.5, 2], np.float32), 4, False)
    stats.process(np.zeros(3, np.int32), examples_of(X[:3]), targets, seed=1)
    np.testing.assert_array_equal(stats.total[stats._rows[0]], [0, 2.5, 0, 0])


def test_scores_are_the_formulas():
    left, total = np.array([[3, 1], [0, 0], [4, 2]], np.float32), np.array([4, 2], np.float32)
    smoothed = lambda c: c.sum() * (1 - ((c + 1) ** 2).sum() / (c.sum() + 2) ** 2)  # noqa: E731
    found = split_scores(left, total, False)
    np.testing.assert_allclose(found, [smoothed(each) + smoothed(total - each) for each in left], rtol=1e-6)
    assert divides(left, total, False).tolist() == [True, False, False]
    numbers, side = X[:20, 0], X[:20, 1] > 0
    sums = lambda y: np.array([y.sum(), (y * y).sum(), len(y)], np.float32)  # noqa: E731
    found = split_scores(sums(numbers[side])[None], sums(numbers), True)
    assert found[0] == pytest.approx(numbers[side].var() + numbers[~side].var(), rel=1e-3)


@pytest.mark.parametrize("name, left", [("half", 5), ("quarter", 8), ("10_percent", 9), ("hoeffding", None)])
def test_the_worst_candidates_are_pruned(name, left):
    params = hparams(
        num_splits_to_consider=10, split_pruning_name=name, prune_every_samples=60, split_after_samples=100
    )
    stats, unpruned = stats_of(params), stats_of(hparams(num_splits_to_consider=10, split_after_samples=100))
    targets = Targets(CLASSES[:75].astype(np.float32), NO_WEIGHTS, 4, False)
    for each in (stats, unpruned):
        each.process(np.zeros(75, np.int32), examples_of(X[:75]), targets, seed=3)
    row = stats._rows[0]
    assert stats.splits[row] == left or (left is None and 1 <= stats.splits[row] <= 10)
    assert stats.best_split(0)[0] == unpruned.best_split(0)[0]


@pytest.mark.parametrize("checkpointed", [True, False])
@pytest.mark.parametrize("kwargs", [{}, {"model_name": "all_sparse"}, {"regression": True, "num_classes": 2}])
def test_stats_are_their_bytes(kwargs, checkpointed):
    params = hparams(checkpoint_stats=checkpointed, **kwargs)
    stats, other = stats_of(params), HostStats("other")
    labels = X[:50, :2] if params.regression else CLASSES[:50].astype(np.float32)
    targets = Targets(labels, NO_WEIGHTS, params.num_classes, params.regression)
    stats.process(np.zeros(50, np.int32), examples_of(X[:50]), targets, seed=1)
    other.take(build_params_proto(params), stats.serialize())
    assert other.serialize() == stats.serialize()
    if checkpointed:
        first, second = stats.best_split(0), other.best_split(0)
        assert first[0] == second[0]
        np.testing.assert_array_equal(first[1], second[1])
    else:
        assert other.best_split(0) is None


@pytest.mark.parametrize("kwargs", [{}, {"model_name": "all_sparse"}, {"split_name": "less"}])
def test_a_tree_is_its_bytes(kwargs):
    tree, other = HostTree("tree"), HostTree("other")
    params = build_params_proto(hparams(**kwargs))
    tree.take(params, b"")
    tree.split(0, Split(1, 0.5, 0), np.array([1, 2, 0, 0], np.float32), np.array([0, 0, 3, 4], np.float32))
    tree.split(2, Split(0, float(X[3, 0]), DATA_CATEGORICAL), np.ones(4, np.float32), np.zeros(4, np.float32))
    other.take(params, tree.serialize())
    assert other.serialize() == tree.serialize() and other.count == 5
    leaves, _ = other.traverse(examples_of(X))
    expected = [1 if row[1] <= 0.5 else 3 if row[0] == X[3, 0] else 4 for row in X]
    np.testing.assert_array_equal(leaves, expected)
    np.testing.assert_allclose(other.predict(np.array([1])), [[1 / 3, 2 / 3, 0, 0]], rtol=1e-6)
    assert other.usage(4).tolist() == [1, 1, 0, 0]


def test_sparse_features_are_dense_ones_with_zeros():
    dense = np.where(RANDOM.rand(30, 4) < 0.5, X[:30], 0).astype(np.float32)
    indices = np.argwhere(dense)
    spec = InputSpec("dense_features_size: 0 dense: [] sparse: [{name: s original_type: 0 size: -1}]")
    sparse = Examples(spec, NO_WEIGHTS, indices, dense[tuple(indices.T)], np.array([30, 4]))
    rows, features = np.arange(30)[:, None], np.arange(4)
    np.testing.assert_array_equal(sparse.values(rows, features), dense)
    drawn = sparse.random_features(np.flatnonzero(dense.any(1)), np.random.default_rng(0))
    assert dense[np.flatnonzero(dense.any(1)), drawn].all()


@pytest.mark.parametrize(
    "text, depth, expected",
    [
        ("constant_value: 3", 5, 3),
        ("linear {slope: 2 y_intercept: 1 min_val: 0 max_val: 8}", 2, 5),
        ("linear {slope: 2 y_intercept: 1 min_val: 0 max_val: 8}", 9, 8),
        ("exponential {bias: 1 base: 2 multiplier: 3 depth_multiplier: 1}", 2, 13),
        ("threshold {on_value: 5 off_value: 7 threshold: 3}", 2, 7),
        ("threshold {on_value: 5 off_value: 7 threshold: 3}", 3, 5),
    ],
)
def test_parameters_may_depend_on_the_depth(text, depth, expected):
    params = build_params_proto(hparams(split_after_samples=text))
    assert resolve(params.split_after_samples, depth) == expected


# -- parameters ------------------------------------------------------------------------------------------------------------


def test_parameters_follow_from_each_other():
    assert hparams(num_features=60).num_splits_to_consider == 10
    assert hparams(num_features=1000).num_splits_to_consider == 31
    assert hparams(num_splits_to_consider="1000000").num_splits_to_consider == "1000000"
    filled = hparams(split_pruning_name="half", feature_bagging_fraction=0.5)
    assert filled.prune_every_samples == 10 and [len(each) for each in filled.bagged_features] == [2, 2, 2]
    with pytest.raises(AttributeError, match="num_features"):
        ForestHParams(num_classes=2).fill()
    with pytest.raises(ValueError, match="prune_every_samples must be given"):
        hparams(split_pruning_name="half", split_after_samples="linear {slope: 1}")
    with pytest.raises(errors.InvalidArgumentError, match="min_split_samples"):
        stats_of(hparams(split_finish_name="hoeffding"))
    with pytest.raises(errors.InvalidArgumentError, match="stats_type 3 is not supported"):
        stats_of(hparams(model_name="sparse_then_dense"))


def test_an_early_finish_needs_fewer_examples(tmp_path):
    path = tmp_path / "params"
    path.write_text("min_split_samples { constant_value: 10 }")
    params = hparams(
        split_finish_name="hoeffding", split_after_samples=10000, param_file=str(path), dominate_fraction=0.5
    )
    params.early_finish_check_every_samples, params.num_splits_to_consider = 10, 2
    first = np.arange(200, dtype=np.float32) % 2
    for second, expected in ((first, []), (RANDOM.rand(200) < 0.5, [0])):
        x = np.stack([first, second, first, first], 1).astype(np.float32)
        targets, stats = Targets(first * 3, NO_WEIGHTS, 4, False), stats_of(params)
        leaves = np.zeros(200, np.int32)
        stats.process(leaves[:2], examples_of(x[:2]), Targets(first[:2], NO_WEIGHTS, 4, False), seed=1)
        stats.feature[stats._rows[0]], stats.threshold[stats._rows[0]] = [0, 1], 0
        assert stats.process(leaves, examples_of(x), targets, seed=1).tolist() == expected


# -- in sessions ------------------------------------------------------------------------------------------------------------


def forest(params, x=X, y=CLASSES, **kwargs):
    graphs = RandomForestGraphs(params)
    features, labels = tf.placeholder(tf.float32, [None, 4]), tf.placeholder(tf.float32, [None, *y.shape[1:]])
    train = graphs.training_graph(features, labels, **kwargs)
    predict, paths, variance = graphs.inference_graph(features)
    start = tf.group(
        tf.global_variables_initializer(), resources.initialize_resources(resources.shared_resources())
    )
    return graphs, features, labels, train, predict, start, paths, variance


def steps(sess, built, count, y=CLASSES, first=0):
    _, features, labels, train, *_ = built
    for step in range(first, first + count):
        rows = np.random.RandomState(step).randint(0, len(X), 100)
        sess.run(train, {features: X[rows], labels: y[rows]})


def test_a_forest_learns_and_resumes_exactly(tmp_path):
    params = hparams(base_random_seed=5, checkpoint_stats=True, inference_tree_paths=True)
    built = forest(params)
    graphs, features, _, _, predict, start, paths, variance = built
    loss, importances = graphs.training_loss(None, None), graphs.feature_importances()
    assert predict.shape.as_list() == [None, 4]
    saver = tf.train.Saver()
    with tf.Session() as sess:
        sess.run(start)
        assert sess.run(loss) == -1
        steps(sess, built, 20)
        path = saver.save(sess, str(tmp_path / "model"))
        steps(sess, built, 10, first=20)
        expected = sess.run(predict, {features: X})
        assert (expected.argmax(1) == CLASSES).mean() > 0.9
        np.testing.assert_allclose(expected.sum(1), 1, rtol=1e-5)
        assert sess.run(loss) < -9
        assert sess.run(importances)[:2].sum() > 0.6
        found, spread = sess.run([paths, variance], {features: X[:3]})
        assert found.shape == (3, 3) and (spread >= 0).all()
        nodes = messages.TreePath.FromString(found[0, 0]).nodes_visited
        assert nodes[0].WhichOneof("node_type") == "binary_node" and nodes[-1].HasField("leaf")
    with tf.Session() as sess:
        saver.restore(sess, path)
        steps(sess, built, 10, first=20)
        np.testing.assert_array_equal(sess.run(predict, {features: X}), expected)


def test_the_seed_of_the_graph_is_that_of_the_forest():
    results = []
    for _ in range(2):
        with tf.Graph().as_default():
            tf.set_random_seed(3)
            built = forest(hparams())
            with tf.Session() as sess:
                sess.run(built[5])
                steps(sess, built, 10)
                results.append(sess.run(built[4], {built[1]: X}))
    np.testing.assert_array_equal(*results)


@pytest.mark.parametrize("kwargs", [{}, {"bagging_fraction": 0.7, "feature_bagging_fraction": 0.8}])
def test_a_regression_learns(kwargs):
    y = np.stack([X[:, 0] + X[:, 1], X[:, 2]], 1)
    built = forest(hparams(regression=True, num_classes=2, num_trees=8, base_random_seed=1, **kwargs), y=y)
    with tf.Session() as sess:
        sess.run(built[5])
        steps(sess, built, 30, y=y)
        found = sess.run(built[4], {built[1]: X})
    assert np.square(found - y).mean() < 0.6 * y.var()


def test_dictionaries_and_sparse_tensors_are_features():
    sparse = tf.SparseTensor([[0, 1], [1, 0]], tf.constant([5, 7], tf.int64), [2, 3])
    data = {
        "a": tf.constant([1.0, 2.0]),
        "b": tf.constant([[1, 2], [3, 4]]),
        "c": sparse,
        "d": tf.constant(["x", "y"]),
    }
    dense, found, spec = data_ops.ParseDataTensorOrDict(data)
    assert dense.shape.as_list() == [2, 4] and spec.dense_features_size == 4
    assert [c.original_type for c in spec.dense.cols] == [0, 1, 1]
    parsed = InputSpec(spec.SerializeToString())
    assert parsed.kinds.tolist() == [0, 1, 1, 1] and parsed.sparse_kind == DATA_CATEGORICAL
    graphs = RandomForestGraphs(hparams(num_features=7, num_splits_to_consider=1))
    train = graphs.training_graph(data, tf.constant([0, 1]))
    predict, *_ = graphs.inference_graph(data)
    with tf.Session() as sess:
        sess.run(
            [tf.global_variables_initializer(), resources.initialize_resources(resources.shared_resources())]
        )
        assert sess.run(found.values).tolist() == [5.0, 7.0]
        sess.run(train)
        assert sess.run(predict).shape == (2, 4)


def test_what_a_program_gives_wrong_is_said():
    with pytest.raises(TypeError, match="bool"):
        data_ops.ParseDataTensorOrDict(tf.constant([[True]]))
    with pytest.raises(ValueError, match="n known"):
        data_ops.ParseDataTensorOrDict(tf.placeholder(tf.float32, [None, None]))
    built = forest(hparams())
    _, features, labels, train, predict, start, *_ = built
    with tf.Session() as sess:
        with pytest.raises(errors.NotFoundError, match="not initialized"):
            sess.run(predict, {features: X})
        sess.run(start)
        with pytest.raises(errors.InvalidArgumentError, match="num_classes"):
            sess.run(train, {features: X, labels: CLASSES + 1})


def test_a_program_may_begin_with_trees_of_its_own():
    model = messages.Model()
    root = model.decision_tree.nodes.add()
    root.binary_node.inequality_left_child_test.feature_id.id.value = "1"
    root.binary_node.inequality_left_child_test.threshold.float_value = 0.0
    root.binary_node.left_child_id.value, root.binary_node.right_child_id.value = 1, 2
    for number, values in ((1, (0, 1)), (2, (1, 1))):
        node = model.decision_tree.nodes.add()
        node.node_id.value = number
        for value in values:
            node.leaf.vector.value.add().float_value = value
    graphs = RandomForestGraphs(hparams(num_classes=2, num_trees=1), [model.SerializeToString()])
    predict, *_ = graphs.inference_graph(X[:5])
    with tf.Session() as sess:
        sess.run(
            [tf.global_variables_initializer(), resources.initialize_resources(resources.shared_resources())]
        )
        expected = [[0.0, 1.0] if row[1] <= 0 else [0.5, 0.5] for row in X[:5]]
        np.testing.assert_array_equal(sess.run(predict), expected)


def test_numbers_of_strings_and_blocks_that_are_added():
    variable = tf.Variable(np.zeros((2, 3), np.float32))
    one = operations.scatter_add_ndim_op(variable._ref(), [[0, 1], [1, 2], [0, 1]], [1.0, 2.0, 3.0])
    block = operations.scatter_add_ndim_op(variable._ref(), [[1]], [1.0, 1.0, 1.0])
    numbers = operations.reinterpret_string_to_float_op(tf.constant(["a", "b", "a"]))
    with tf.Session() as sess:
        sess.run(tf.global_variables_initializer())
        sess.run(one)
        sess.run(block)
        assert sess.run(variable).tolist() == [[0, 4, 0], [1, 1, 3]]
        first, second, third = sess.run(numbers)
        assert first == third != second


# -- estimators --------------------------------------------------------------------------------------------------------------


def test_an_estimator_tells_irises(tmp_path):
    iris = load_iris()
    data, labels = iris.data.astype(np.float32), iris.target.astype(np.int32)
    params = ForestHParams(
        num_trees=5, max_nodes=100, num_classes=3, num_features=4, split_after_samples=20, base_random_seed=2
    )
    model = random_forest.TensorForestEstimator(
        params, model_dir=str(tmp_path), report_feature_importances=True, early_stopping_rounds=20
    )
    model.fit(x=data, y=labels, steps=60, batch_size=50)
    assert model.evaluate(x=data, y=labels)["accuracy"] > 0.9
    predictions = list(model.predict(x=data[:4]))
    assert predictions[0]["classes"] == 0 and predictions[0]["prediction_variance"].shape == (3,)


@pytest.mark.slow
def test_several_forests_are_one_estimator():
    labels = np.stack([CLASSES % 2, CLASSES // 2], 1)
    params = [hparams(num_classes=2, num_trees=2, base_random_seed=1) for _ in range(2)]
    model = random_forest.MultiForestMultiHeadEstimator(params)
    model.fit(x=X, y=labels, steps=30, batch_size=100)
    found = np.array([p["classes"] for p in model.predict(x=X)])
    assert (found == labels).mean() > 0.8


def test_the_training_ends_when_the_loss_stays():
    loss = tf.Variable(1.0)
    step = tf.train.get_or_create_global_step()
    count = tf.assign_add(step, 1)
    hook = random_forest.TensorForestLossHook(3, 0.001, loss + 0.0)
    runs = 0
    with tf.train.SingularMonitoredSession(hooks=[hook]) as sess:
        while not sess.should_stop():
            sess.run(count)
            runs += 1
    assert runs == 6  # the first is where it begins, the second has the least


@pytest.mark.parametrize(
    "name", ["auc", "accuracy", "r2", "precision", "recall", "classification_log_loss", "top_5"]
)
def test_metrics_have_names(name):
    labels = tf.constant([[0], [1], [1]])
    if eval_metrics.get_prediction_key(name) == "probabilities":
        width = 6 if name == "top_5" else 2
        predictions = tf.one_hot([0, 1, 1], width) * 0.8 + 0.1
    else:
        predictions = tf.constant([[0.0], [1.0], [1.0]]) if name == "r2" else tf.constant([[0], [1], [1]])
    _, update = eval_metrics.get_metric(name)(predictions, labels)
    with tf.Session() as sess:
        sess.run(tf.local_variables_initializer())
        value = sess.run(update)
    assert value == pytest.approx(0.1053605 if name == "classification_log_loss" else 1.0, rel=1e-3)
