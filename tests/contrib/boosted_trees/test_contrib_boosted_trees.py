"""Gradient boosted trees of contrib: quantiles, splits, growth and pruning, beside plain loops; estimators that learn and go on."""

import numpy as np
import pytest

import evergraph as tf
from evergraph.contrib.boosted_trees import losses, messages
from evergraph.contrib.boosted_trees.activity import active_features_op
from evergraph.contrib.boosted_trees.custom_export_strategy import (
    convert_to_universal_format,
    feature_importances,
    make_custom_export_strategy,
)
from evergraph.contrib.boosted_trees.estimator import (
    GradientBoostedDecisionTreeClassifier,
    GradientBoostedDecisionTreeRegressor,
)
from evergraph.contrib.boosted_trees.features import extract_features
from evergraph.contrib.boosted_trees.host_batch import Batch, Sparse, batch_of, goes_left
from evergraph.contrib.boosted_trees.host_ensemble import HostEnsemble
from evergraph.contrib.boosted_trees.host_layer import HostLayer, quantiles
from evergraph.contrib.boosted_trees.host_splits import (
    BIAS,
    CATEGORY,
    DENSE,
    SPARSE,
    Rules,
    best_splits,
    build_splits,
)
from evergraph.contrib.learn.serving import build_parsing_serving_input_fn
from evergraph.framework import errors

RANDOM = np.random.RandomState(0)
SIZE = 80
X = RANDOM.rand(SIZE, 2).astype(np.float32)
LABELS = (X[:, 0] > 0.5).astype(np.int32)[:, None]
NUMBERS = (3 * (X[:, 0] > 0.3) - 2 * (X[:, 1] > 0.6)).astype(np.float32)[:, None]
PER_CLASS = Rules(messages.TREE_PER_CLASS, 0.0, 0.0, 0.0, 0.0, 1)


def config(**kwargs):
    given = messages.LearnerConfig(num_classes=2, multi_class_strategy=messages.TREE_PER_CLASS, **kwargs)
    given.pruning_mode = given.pruning_mode or messages.POST_PRUNE
    given.growing_mode = given.growing_mode or messages.LAYER_BY_LAYER
    given.constraints.max_tree_depth = given.constraints.max_tree_depth or 2
    return given


# -- on the host -----------------------------------------------------------------------------------------------------------


def test_quantiles_part_the_weight_evenly():
    numbers = RANDOM.randn(1000).astype(np.float32)
    weights = RANDOM.rand(1000)
    edges = quantiles(numbers, weights, 10)
    assert edges[0] == numbers.min() and edges[-1] == numbers.max() and len(edges) == 11
    parts = np.bincount(np.searchsorted(edges, numbers), weights)[1:]
    np.testing.assert_allclose(parts, weights.sum() / 10, atol=1.5)
    assert quantiles(np.array([2, 1, 2, 3], np.float32), np.ones(4), 100).tolist() == [1, 2, 3]


def gain_of(sums):
    return sums[0] ** 2 / sums[1] if sums[1] > 0 else 0.0


def test_a_dense_split_is_the_best_of_all():
    rows = np.array([[0, bucket, 0] for bucket in range(6)])
    sums = np.stack([RANDOM.randn(6), RANDOM.rand(6) + 0.1], 1)
    splits = build_splits(DENSE, 1, rows, sums, np.arange(6, dtype=np.float32), 1, PER_CLASS)
    (found,) = best_splits([splits], -1)
    totals = [gain_of(sums[: b + 1].sum(0)) + gain_of(sums[b + 1 :].sum(0)) for b in range(6)]
    best = int(np.argmax(totals))
    info = messages.SplitInfo.FromString(found.infos[0])
    split = info.split_node.dense_float_binary_split
    assert (split.feature_column, split.threshold) == (1, best)
    np.testing.assert_allclose(found.gains, [totals[best] - gain_of(sums.sum(0))], rtol=1e-4)
    left = sums[: best + 1].sum(0)
    np.testing.assert_allclose(info.left_child.vector.value, [-left[0] / left[1]], rtol=1e-5)


def test_examples_without_a_value_go_to_the_better_side():
    """All that have a value pull one way, those without the other."""
    rows = np.array([[0, BIAS, 0], [0, 0, 4], [0, 1, 4]])
    sums = np.array([[0.0, 8.0], [2.0, 2.0], [-2.0, 2.0]])
    sums[0, 0] = -4.0  # without a value: -4, so that it goes right, with the second bucket
    splits = build_splits(SPARSE, 0, rows, sums, np.array([1.0, 2.0], np.float32), 1, PER_CLASS)
    (found,) = best_splits([splits], -1)
    node = messages.SplitInfo.FromString(found.infos[0]).split_node
    split = node.sparse_float_binary_split_default_right.split
    assert (split.dimension_id, split.threshold) == (4, 1.0)


def test_a_category_is_told_from_the_others():
    rows = np.array([[2, BIAS, 0], [2, 7, 0], [2, 9, 0], [3, BIAS, 0]])
    sums = np.array([[1.0, 4.0], [-1.0, 1.0], [2.0, 3.0], [1.0, 1.0]])
    splits = build_splits(CATEGORY, 0, rows, sums, np.zeros(0, np.float32), 1, PER_CLASS)
    (found,) = best_splits([splits], 1)
    info = messages.SplitInfo.FromString(found.infos[0])
    assert found.leaves.tolist() == [2] and info.split_node.categorical_id_binary_split.feature_id == 7
    assert list(info.left_child.sparse_vector.index) == [1]


@pytest.mark.parametrize("kind", [DENSE, SPARSE, CATEGORY])
def test_leaves_are_split_together_as_one_by_one(kind):
    rows = np.array(
        [
            [leaf, bucket, dimension]
            for leaf in (0, 2, 5)
            for bucket in range(4)
            for dimension in range(3 if kind == SPARSE else 1)
        ]
    )
    sums = np.stack([RANDOM.randn(len(rows)), RANDOM.rand(len(rows)) + 0.1], 1)
    if kind != DENSE:
        roots = np.array([[leaf, BIAS, 0] for leaf in (0, 2, 5)])
        rows, sums = np.concatenate([roots, rows]), np.concatenate([[[0.5, 40.0]] * 3, sums])
        order = np.lexsort(rows.T[::-1])
        rows, sums = rows[order], sums[order]
    edges = np.arange(4, dtype=np.float32)
    (together,) = best_splits([build_splits(kind, 0, rows, sums, edges, 1, PER_CLASS)], -1)
    assert together.leaves.tolist() == [0, 2, 5]
    for place, leaf in enumerate(together.leaves):
        mine = rows[:, 0] == leaf
        (alone,) = best_splits([build_splits(kind, 0, rows[mine], sums[mine], edges, 1, PER_CLASS)], -1)
        np.testing.assert_allclose(together.gains[place], alone.gains[0], rtol=1e-5)
        one, other = (
            messages.SplitInfo.FromString(bytes_) for bytes_ in (together.infos[place], alone.infos[0])
        )
        assert one.split_node == other.split_node
        np.testing.assert_allclose(one.left_child.vector.value, other.left_child.vector.value, rtol=1e-5)


def test_of_each_leaf_the_best_feature_is_kept():
    """Two features split leaf 0, the second better; leaf 1 is split by the first alone, leaf 2 by equals."""
    edges = np.arange(2, dtype=np.float32)

    def feature(column, strengths):
        rows = np.array([[leaf, bucket, 0] for leaf in strengths for bucket in range(2)])
        sums = np.array([[sign * strengths[leaf], 1.0] for leaf in strengths for sign in (1, -1)])
        return build_splits(DENSE, column, rows, sums, edges, 1, PER_CLASS)

    first, second, none = best_splits(
        [feature(0, {0: 1.0, 1: 1.0, 2: 3.0}), feature(1, {0: 2.0, 2: 3.0}), feature(2, {2: 1.0})], -1
    )
    assert first.leaves.tolist() == [1] and second.leaves.tolist() == [0, 2] and not none.infos
    np.testing.assert_allclose(second.gains, [8.0, 18.0])


def test_a_layer_writes_one_split_of_each_leaf_however_many_features_there_are():
    layer = HostLayer("many")
    layer.create(0, (30, 0, 0), 6, 3)
    examples = 400
    batch = Batch(list(RANDOM.rand(30, examples).astype(np.float32)), [], [])
    leaves = RANDOM.randint(0, 9, examples).astype(np.int32)
    sums = np.concatenate([RANDOM.randn(examples, 3), RANDOM.rand(examples, 3)], 1).astype(np.float32)
    rules = Rules(messages.DIAGONAL_HESSIAN, 0.0, 1.0, 0.0, 0.0, 3)
    found = []
    for stamp in (1, 2):
        layer.accumulate(leaves, sums, sums[:, 3], np.ones((30, 2), bool), batch)
        _, found = layer.finish(stamp, -1, rules)
    assert sum(len(each.infos) for each in found) == len(np.unique(leaves))
    assert sorted(leaf for each in found for leaf in each.leaves.tolist()) == list(range(9))


@pytest.mark.parametrize("strategy", [messages.DIAGONAL_HESSIAN, messages.FULL_HESSIAN])
def test_weights_of_many_logits_solve_their_equations(strategy):
    is_full = strategy == messages.FULL_HESSIAN
    rules = Rules(strategy, 0.0, 0.5, 0.0, 0.0, 3)
    gradients, matrix = RANDOM.randn(3), np.diag(RANDOM.rand(3) + 1) + 0.1 * is_full
    hessians = matrix.reshape(-1) if is_full else np.diag(matrix)
    weights, gains, usable = rules.weights_and_gains(np.concatenate([gradients, hessians])[None])
    expected = -np.linalg.solve(matrix + 0.5 * np.eye(3), gradients)
    np.testing.assert_allclose(weights[0], expected, rtol=1e-4)
    np.testing.assert_allclose(gains, [-gradients @ expected], rtol=1e-4)
    assert usable.all() and not rules.weights_and_gains(np.zeros((1, len(hessians) + 3)))[2].any()


def test_features_send_examples_left():
    sparse = Sparse(
        np.array([[0, 1], [2, 1], [2, 0]]), np.array([1.0, 5.0, 0.0], np.float32), np.array([3, 2])
    )
    words = Sparse(np.array([[1, 0], [2, 0]]), np.array([7, 9]), np.array([3, 1]))
    batch = Batch([np.array([1, 2, 3], np.float32)], [sparse], [words])
    node = messages.TreeNode()
    node.dense_float_binary_split.threshold = 2
    assert goes_left(node, batch).tolist() == [True, True, False]
    for side, expected in (("left", [True, True, False]), ("right", [True, False, False])):
        node = messages.TreeNode()
        split = getattr(node, f"sparse_float_binary_split_default_{side}").split
        split.threshold, split.dimension_id = 2, 1
        assert goes_left(node, batch).tolist() == expected
    node = messages.TreeNode()
    node.categorical_id_binary_split.feature_id = 7
    assert goes_left(node, batch).tolist() == [False, True, False]
    node.dense_float_binary_split.feature_column = 5
    with pytest.raises(errors.InvalidArgumentError, match="not there"):
        goes_left(node, batch)
    with pytest.raises(errors.InvalidArgumentError, match="same number of examples"):
        batch_of([np.zeros((3, 1)), np.zeros((2, 1))], ((), (), ()), ((), (), ()))


def info_of(threshold, left, right):
    info = messages.SplitInfo()
    info.split_node.dense_float_binary_split.threshold = threshold
    info.left_child.vector.value.append(left)
    info.right_child.vector.value.append(right)
    return info.SerializeToString()


def grown(gains=(1.0, 0.5), **kwargs):
    ensemble, given = HostEnsemble("trees"), config(**kwargs)
    ensemble.take(0, b"")
    first = (np.array([0]), np.array(gains[:1]), [info_of(0.5, -1, 1)])
    ensemble.grow(1, [first], given, 0.1, 0, False)
    second = (np.array([2]), np.array(gains[1:]), [info_of(0.8, 2, 3)])
    ensemble.grow(2, [second], given, 0.1, 0, False)
    return ensemble, given


def test_a_tree_grows_by_layers():
    ensemble, given = grown()
    batch = Batch([np.array([0.2, 0.7, 0.9], np.float32)], [], [])
    logits = ensemble.predict(batch, 1, given, [], False, False)
    np.testing.assert_allclose(logits[:, 0], [-0.1, 0.3, 0.4], rtol=1e-6)
    assert ensemble.stats() == (1, 2, 1, 2, 1, 2)
    assert ensemble.partition(batch).tolist() == [0, 0, 0]
    whole, given = grown(growing_mode=messages.WHOLE_TREE)
    logits = whole.predict(batch, 1, given, [], False, False)
    np.testing.assert_allclose(logits[:, 0], [-0.1, 0.2, 0.3], rtol=1e-6)


@pytest.mark.parametrize(
    "gains, mode, left",
    [
        ((1.0, -0.5), messages.POST_PRUNE, [3]),
        ((-1.0, 0.5), messages.POST_PRUNE, [5]),
        ((-1.0, -0.5), messages.POST_PRUNE, []),
        ((1.0, -0.5), messages.PRE_PRUNE, [3]),
        ((-1.0, -0.5), messages.PRE_PRUNE, []),
    ],
)
def test_what_gains_nothing_is_pruned(gains, mode, left):
    ensemble, _ = grown(gains, pruning_mode=mode)
    assert [len(tree.nodes) for tree in ensemble.message.trees] == left
    assert len(ensemble.message.tree_weights) == len(left)


def test_a_bias_is_centered():
    ensemble = HostEnsemble("trees")
    ensemble.take(0, b"")
    assert ensemble.center(1, np.array([0.5], np.float32), 0.01)
    assert not ensemble.center(2, np.array([0.001], np.float32), 0.01)
    assert ensemble.stats()[:2] == (1, 1)
    np.testing.assert_allclose(ensemble.message.trees[0].nodes[0].leaf.vector.value, [0.501])


def test_trees_that_are_left_out_share_their_weight():
    given = config()
    given.learning_rate_tuner.dropout.dropout_probability = 1.0
    ensemble, _ = grown()
    first = (np.array([0]), np.array([1.0]), [info_of(0.5, -1, 1)])
    second = (np.array([1]), np.array([1.0]), [info_of(0.2, -1, 1)])
    for stamp, each in ((3, first), (4, second)):
        assert ensemble.dropped(1, given, False) == ([] if stamp == 3 else [0])
        ensemble.grow(stamp, [each], given, 0.1, 1, False)
    np.testing.assert_allclose(ensemble.message.tree_weights, [0.05, 0.05])


def test_the_last_trees_are_averaged():
    given = config()
    given.averaging_config.average_last_n_trees = 1
    ensemble, _ = grown()
    batch = Batch([np.array([0.2], np.float32)], [], [])
    full = ensemble.predict(batch, 1, given, [], False, False)
    np.testing.assert_allclose(ensemble.predict(batch, 1, given, [], True, False), full)
    given.averaging_config.average_last_n_trees = 2
    np.testing.assert_allclose(ensemble.predict(batch, 1, given, [], True, False), full)


def test_a_layer_is_its_bytes_and_first_only_looks():
    layer, other = HostLayer("layer"), HostLayer("other")
    for each in (layer, other):
        each.create(0, (1, 0, 0), 2, 1)
    batch = Batch([X[:, 0]], [], [])
    active, leaves = np.ones((1, 2), bool), np.zeros(SIZE, np.int32)
    sums = np.stack([NUMBERS[:, 0], np.ones(SIZE, np.float32)], 1)
    layer.accumulate(leaves, sums, sums[:, 1], active, batch)
    is_ready, _ = layer.finish(1, -1, PER_CLASS)
    assert not is_ready
    layer.accumulate(leaves, sums, sums[:, 1], active, batch)
    other.deserialize(layer.serialize())
    assert other.examples == SIZE and other.stamp == 1
    for each in (layer, other):
        is_ready, (found,) = each.finish(2, -1, PER_CLASS)
        split = messages.SplitInfo.FromString(found.infos[0]).split_node.dense_float_binary_split
        assert is_ready and 0.25 < split.threshold < 0.35
    with pytest.raises(errors.InvalidArgumentError, match="Unable to parse"):
        other.deserialize(b"no")


def test_a_share_of_the_features_is_used():
    with tf.Session() as sess:
        used = np.array([True, False, True, False])

        def active(count, fraction=1.0, per_level=True, most=0):
            return sess.run(
                active_features_op(
                    tf.constant(count, tf.int64),
                    used,
                    fraction=fraction,
                    per_level=per_level,
                    most_features=most,
                )
            )

        assert active(0).all()
        np.testing.assert_array_equal(active(3, 0.5)[:, 1], active(4, 0.5)[:, 0])
        assert active(3, 0.5, per_level=False)[:, 1].all()
        np.testing.assert_array_equal(active(0, most=2), np.stack([used, used], 1))


# -- estimators --------------------------------------------------------------------------------------------------------------


def inputs(labels, x=X):
    return lambda: ({"x": tf.constant(x)}, tf.constant(labels))


def learner(depth=2, rate=0.5, **kwargs):
    given = messages.LearnerConfig(**kwargs)
    given.constraints.max_tree_depth = depth
    given.learning_rate_tuner.fixed.learning_rate = rate
    return given


def test_a_regressor_learns_and_is_exported(tmp_path):
    columns = [tf.contrib.layers.real_valued_column("x", dimension=2)]
    model = GradientBoostedDecisionTreeRegressor(
        learner(),
        SIZE,
        num_trees=8,
        center_bias=False,
        feature_columns=columns,
        model_dir=str(tmp_path / "model"),
    )
    model.fit(input_fn=inputs(NUMBERS))
    found = np.array([p["scores"] for p in model.predict(input_fn=inputs(NUMBERS))])
    assert np.square(found - NUMBERS[:, 0]).mean() < 0.05
    serving = build_parsing_serving_input_fn(tf.contrib.layers.create_feature_spec_for_parsing(columns))
    seen = []

    def convert(trees, names, *rest):
        seen.append((trees, names, convert_to_universal_format(trees, names, *rest[:3])))

    with tf.Graph().as_default():
        strategy = make_custom_export_strategy("trees", convert, columns, serving)
    path = strategy.export(model, str(tmp_path / "exports"))
    trees, names, universal = seen[0]
    assert names == ["x_0", "x_1"] and len(trees.trees) == 8
    assert len(universal.model.ensemble.members) == 8 and sorted(universal.features) == names
    importances = feature_importances(trees, names, 2, 0)
    assert importances["x_0"] > importances["x_1"] > 0
    with tf.gfile.GFile(path.decode() + "/assets.extra/feature_importances") as file:
        text = file.read()
    assert text.splitlines()[0].startswith("x_0, ")


def test_a_classifier_goes_on_where_it_was(tmp_path):
    def model():
        return GradientBoostedDecisionTreeClassifier(learner(), SIZE, num_trees=3, model_dir=str(tmp_path))

    model().fit(input_fn=inputs(LABELS), steps=5)
    before = model().get_variable_value("attempted_trees")
    model().fit(input_fn=inputs(LABELS))
    assert model().get_variable_value("attempted_trees") > before
    assert model().evaluate(input_fn=inputs(LABELS), steps=1)["accuracy"] > 0.95


@pytest.mark.slow
@pytest.mark.parametrize("strategy", [0, messages.TREE_PER_CLASS, messages.FULL_HESSIAN])
def test_many_classes(strategy):
    classes = np.digitize(X[:, 0], [0.3, 0.6])[:, None]
    given = learner(multi_class_strategy=strategy, feature_fraction_per_tree=0.9)
    trees = 12 if strategy == messages.TREE_PER_CLASS else 5
    model = GradientBoostedDecisionTreeClassifier(given, SIZE, 3, num_trees=trees, center_bias=False)
    model.fit(input_fn=inputs(classes), steps=60)
    assert model.evaluate(input_fn=inputs(classes), steps=1)["accuracy"] > 0.9


@pytest.mark.slow
def test_sparse_features_of_both_kinds():
    words = RANDOM.randint(0, 3, SIZE)
    labels = ((X[:, 0] > 0.5) ^ (words == 1)).astype(np.int32)[:, None]

    def input_fn():
        rows = np.stack([np.arange(SIZE), np.zeros(SIZE, int)], 1)
        sparse = tf.SparseTensor(rows[: SIZE // 2], X[: SIZE // 2, 0], [SIZE, 1])
        ids = tf.SparseTensor(rows, tf.constant(words, tf.int64), [SIZE, 1])
        return {"dense": tf.constant(X[:, :1]), "sparse": sparse, "ids": ids}, tf.constant(labels)

    model = GradientBoostedDecisionTreeClassifier(learner(depth=3), SIZE, num_trees=6, center_bias=False)
    model.fit(input_fn=input_fn)
    assert model.evaluate(input_fn=input_fn, steps=1)["accuracy"] > 0.95


def test_what_a_program_gives_wrong_is_said():
    with pytest.raises(ValueError, match=r"n_classes \(3\) doesn't match learner_config \(2\)"):
        GradientBoostedDecisionTreeClassifier(learner(num_classes=2), 1, 3)
    with pytest.raises(ValueError, match="Features dictionary must be specified"):
        extract_features({}, None, False)
    with pytest.raises(ValueError, match="Unsupported dense feature x with dtype int32"):
        extract_features({"x": tf.constant([1])}, None, False)
    names, dense, *_ = extract_features({"y": tf.constant(X), "a": tf.constant([1.0])}, None, False)
    assert names == ["a", "y_0", "y_1"] and [t.shape.as_list() for t in dense] == [
        [1, 1],
        [SIZE, 1],
        [SIZE, 1],
    ]


LOSSES = {
    "logistic": (losses.per_example_logistic_loss, lambda y, z: np.log(1 + np.exp(-(2 * y - 1) * z))),
    "squared": (losses.per_example_squared_loss, lambda y, z: (y - z) ** 2),
    "exp": (
        losses.per_example_exp_loss,
        lambda y, z: np.exp(-np.clip((1 / (1 + np.exp(-z)) - 0.5) / 0.1, -1, 1) * (2 * y - 1)),
    ),
}


@pytest.mark.parametrize("name", LOSSES)
def test_losses_are_their_formulas(name):
    function, formula = LOSSES[name]
    labels, logits = LABELS[:9].astype(np.float32), RANDOM.randn(9, 1).astype(np.float32)
    loss, _ = function(tf.constant(labels), 2 * tf.ones([9, 1]), tf.constant(logits))
    with tf.Session() as sess:
        np.testing.assert_allclose(sess.run(loss), 2 * formula(labels, logits), rtol=1e-4)


def test_the_entropy_of_classes_has_second_derivatives():
    logits = tf.constant(RANDOM.randn(5, 3), tf.float32)
    loss, _ = losses.per_example_maxent_loss(tf.constant([0, 1, 2, 0, 1]), None, logits, 3)
    first = tf.gradients(loss, logits)[0]
    second = tf.gradients(first[:, 0], logits)[0]
    shares = tf.nn.softmax(logits)
    with tf.Session() as sess:
        found, gradient, given = sess.run([second, first, shares])
    np.testing.assert_allclose(gradient, given - np.eye(3)[[0, 1, 2, 0, 1]], atol=1e-5)
    np.testing.assert_allclose(found[:, 0], given[:, 0] * (1 - given[:, 0]), atol=1e-5)
