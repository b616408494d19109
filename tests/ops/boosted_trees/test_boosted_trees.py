"""Ensembles of boosted trees: sums, gains, growth, pruning and predictions, beside plain loops over examples."""

import numpy as np
import pytest

import evergraph as tf
from evergraph.framework import errors
from evergraph.ops.boosted_trees import functions as trees
from evergraph.ops.boosted_trees import operations
from evergraph.ops.boosted_trees.gains import best_splits
from evergraph.ops.boosted_trees.host import POST_PRUNING, PRE_PRUNING, Ensemble, Splits
from evergraph.ops.boosted_trees.messages import TreeEnsemble
from tests.laws import dtypes_hold, kernels_hold, named, placed, static_shapes_hold

RANDOM = np.random.RandomState(0)
NODES, BUCKETS, BATCH = 7, 5, 40
IDS = RANDOM.randint(0, NODES, BATCH).astype(np.int32)
GRADIENTS, HESSIANS = RANDOM.randn(BATCH, 1).astype(np.float32), RANDOM.rand(BATCH, 1).astype(np.float32)
FEATURES = [RANDOM.randint(0, BUCKETS, BATCH).astype(np.int32) for _ in range(2)]
SUMS = RANDOM.randn(2, NODES, BUCKETS, 2).astype(np.float32) * [1, 0.5] + [0, 1]
SUMS = SUMS.astype(np.float32)


def summary(ids, gradients, hessians, *features):
    return trees.make_stats_summary(
        ids, gradients, hessians, list(features), max_splits=NODES, num_buckets=BUCKETS
    )


def gains(nodes, first, second, l1=0.1):
    found = trees.calculate_best_gains_per_feature(
        nodes, [first, second], l1, 0.2, 0.3, 0.5, max_splits=NODES
    )
    return [tensor for kind in found for tensor in kind]


ROWS = [
    (
        "sums",
        [
            ("int32", [None], IDS),
            ("float32", [None, 1], GRADIENTS),
            ("float32", [None, 1], HESSIANS),
            *[("int32", [BATCH], feature) for feature in FEATURES],
        ],
        lambda names, *inputs: summary(*inputs),
    ),
    (
        "gains",
        [
            ("int32", [2], np.array([1, 6], np.int32)),
            *[("float32", [NODES, None, 2], sums) for sums in SUMS],
        ],
        lambda names, *inputs: gains(*inputs),
    ),
]


@pytest.mark.parametrize("inputs, function", named(ROWS))
def test_shapes_and_dtypes_are_those_that_are_declared(inputs, function):
    result, feeds = placed(tf, inputs, function)
    tensors = result if isinstance(result, list) else [result]
    with tf.Session() as sess:
        values = sess.run(tensors, feeds)
        static_shapes_hold(tensors, values)
        dtypes_hold(tensors, values)
        kernels_hold(sess, feeds)


def test_sums_are_those_of_a_loop():
    expected = np.zeros((2, NODES, BUCKETS, 2))
    for f, feature in enumerate(FEATURES):
        for i in range(BATCH):
            expected[f, IDS[i], feature[i]] += GRADIENTS[i, 0], HESSIANS[i, 0]
    with tf.Session() as sess:
        found = sess.run(summary(IDS, GRADIENTS, HESSIANS, *FEATURES))
    np.testing.assert_allclose(found, expected, rtol=1e-6)


def loss_of_leaf(g, h, l1, l2):
    """The least of g w + (h + l2) w^2 / 2 + l1 |w| over w, and the w, by trying many."""
    w = np.linspace(-20, 20, 400001)
    losses = g * w + (h + l2) * w * w / 2 + l1 * np.abs(w)
    return losses.min(), w[losses.argmin()]


@pytest.mark.parametrize("l1, l2", [(0.0, 0.0), (0.0, 0.7), (0.4, 0.3)])
def test_the_best_split_lowers_the_loss_most(l1, l2):
    sums = np.abs(SUMS[0]) * [[[1, 1]]] - [[[0.8, 0]]]
    found = best_splits(0, NODES, sums.astype(np.float32), *map(np.float32, (l1, l2, 0.25, 0.0)))
    for node in range(NODES):
        total = sums[node].sum(0)
        cut = [(sums[node, : b + 1].sum(0), sums[node, b + 1 :].sum(0)) for b in range(BUCKETS)]
        losses = [
            sum(loss_of_leaf(*side, l1, l2)[0] if side[1] + l2 > 1e-9 else 0 for side in s) for s in cut
        ]
        best = int(np.argmin(losses))
        assert found.thresholds[node] == best
        gain = 2 * (loss_of_leaf(*total, l1, l2)[0] - losses[best]) - 0.25
        np.testing.assert_allclose(found.gains[node], gain, atol=2e-3)
        np.testing.assert_allclose(
            found.left_contribs[node, 0], loss_of_leaf(*cut[best][0], l1, l2)[1], atol=2e-3
        )


def test_light_nodes_are_not_split():
    sums = np.ones((3, 2, 2), np.float32)
    sums[1] = 0.1
    found = best_splits(0, 3, sums, *map(np.float32, (0, 0, 0, 1.0)))
    assert found.node_ids.tolist() == [0, 2]


def test_nan_gains_are_never_best():
    sums = np.ones((1, 3, 2), np.float32)
    sums[0, 2, 0] = np.nan
    found = best_splits(0, 1, sums, *map(np.float32, (0, 0, 0, 0)))
    assert found.thresholds.tolist() == [0] and found.left_contribs.tolist() == [[0.0]]


# -- growth -------------------------------------------------------------------------------------------------------------


def splits(feature, nodes, gain, thresholds, left, right):
    as_array = lambda values, dtype: np.array(values, dtype)  # noqa: E731
    column = lambda values: np.array(values, np.float32)[:, None]  # noqa: E731
    return Splits(
        feature,
        as_array(nodes, np.int32),
        as_array(gain, np.float32),
        as_array(thresholds, np.int32),
        column(left),
        column(right),
    )


def grown(pruning=0, gain=(1.0, 0.5, -0.5)):
    """A tree of two layers, and an empty one."""
    ensemble = Ensemble("trees")
    ensemble.create(0, b"")
    ensemble.grow([splits(0, [0], gain[:1], [2], [-1], [1])], 2, np.float32(0.5), pruning)
    ensemble.grow([splits(1, [1, 2], gain[1:], [1, 3], [-2, 3], [2, 4])], 2, np.float32(0.5), pruning)
    return ensemble


def walk(message, row):
    """What trees say of one example, by their messages."""
    total = 0.0
    for tree, weight in zip(message.trees, message.tree_weights):
        node = tree.nodes[0]
        while node.WhichOneof("node") == "bucketized_split":
            split = node.bucketized_split
            node = tree.nodes[split.left_id if row[split.feature_id] <= split.threshold else split.right_id]
        total += weight * node.leaf.scalar
    return total


def test_predictions_are_those_of_a_walk():
    ensemble = grown()
    found = ensemble.predict(FEATURES)
    expected = [walk(ensemble.message, row) for row in zip(*FEATURES)]
    np.testing.assert_allclose(found[:, 0], expected, rtol=1e-6)
    assert sorted(set(found[:, 0].tolist())) == [-1.5, 0.5, 2.0, 2.5]


@pytest.mark.parametrize("pruning", [0, PRE_PRUNING, POST_PRUNING])
def test_training_adds_what_is_new(pruning):
    """Where an example was before, and its logit then, give the logit of now: whatever was grown or pruned."""
    ensemble, logits = Ensemble("trees"), np.zeros((BATCH, 1), np.float32)
    ensemble.create(0, b"")
    ids = nodes = np.zeros(BATCH, np.int32)
    for layer in range(7):
        more, ids, nodes = ensemble.training_predict(ids, nodes, FEATURES)
        logits = logits + more
        np.testing.assert_allclose(logits, ensemble.predict(FEATURES), atol=1e-5)
        sums = [
            operations.stats_summary(nodes, RANDOM.randn(BATCH), RANDOM.rand(BATCH), f, (NODES, BUCKETS))
            for f in FEATURES
        ]
        first, end = ensemble.states()[4]
        found = [best_splits(first, end, s, *map(np.float32, (0, 0.1, 0.5 * layer, 0))) for s in sums]
        candidates = [Splits(f, *best) for f, best in enumerate(found)]
        ensemble.grow(candidates, 2, np.float32(0.3), pruning)


def test_what_gains_nothing_is_pruned():
    assert [len(tree.nodes) for tree in grown().message.trees] == [7, 1]
    assert [len(tree.nodes) for tree in grown(PRE_PRUNING).message.trees] == [5, 1]
    pruned = grown(POST_PRUNING).message
    assert [len(tree.nodes) for tree in pruned.trees] == [5, 1]
    moved = [(u.new_node_id, u.logit_change) for u in pruned.tree_metadata[0].post_pruned_nodes_meta]
    assert moved == [(0, 0), (1, 0), (2, 0), (3, 0), (4, 0), (2, -1.5), (2, -2.0)]
    gone = grown(POST_PRUNING, (-1.0, -0.5, -0.5)).message
    assert [len(tree.nodes) for tree in gone.trees] == [1, 1]
    assert [u.new_node_id for u in gone.tree_metadata[0].post_pruned_nodes_meta] == [0] * 7


def test_the_states_say_how_far_it_is():
    ensemble = Ensemble("trees")
    ensemble.create(3, b"")
    assert ensemble.states() == (3, 0, 0, 0, (0, 1))
    ensemble.grow([splits(0, [0], [1.0], [2], [-1], [1])], 2, np.float32(0.5), 0)
    assert ensemble.states() == (4, 1, 0, 1, (1, 3))
    ensemble.grow([splits(0, [1], [1.0], [0], [-1], [1])], 2, np.float32(0.5), 0)
    assert ensemble.states() == (5, 2, 1, 2, (0, 1))
    ensemble.grow([], 2, np.float32(0.5), 0)
    assert ensemble.states() == (6, 2, 1, 3, (0, 1))


def test_an_ensemble_is_its_bytes():
    ensemble = grown(POST_PRUNING)
    stamp, serialized = ensemble.serialize()
    other = Ensemble("other")
    other.create(stamp, serialized)
    assert other.serialize() == (stamp, serialized)
    np.testing.assert_array_equal(other.predict(FEATURES), ensemble.predict(FEATURES))


# -- what is wrong ------------------------------------------------------------------------------------------------------


def test_wrong_input_is_said():
    ensemble = Ensemble("trees")
    with pytest.raises(errors.NotFoundError, match="'trees' is not initialized"):
        ensemble.predict(FEATURES)
    with pytest.raises(errors.InvalidArgumentError, match="Unable to parse tree ensemble proto"):
        ensemble.create(0, b"\xff\xff")
    ensemble = grown()
    with pytest.raises(errors.InvalidArgumentError, match="splits by feature 1, but there are 1 features"):
        ensemble.predict(FEATURES[:1])
    with pytest.raises(errors.InvalidArgumentError, match="no leaf"):
        ensemble.grow([splits(0, [5], [1.0], [2], [-1], [1])], 2, np.float32(0.5), 0)
    ids = np.zeros(BATCH, np.int32)
    with pytest.raises(errors.InvalidArgumentError, match=r"cached_node_ids of tree 0 are in \[0, 7\)"):
        ensemble.training_predict(ids, ids + 9, FEATURES)
    with pytest.raises(errors.InvalidArgumentError, match=r"cached_tree_ids are in \[0, 1\]"):
        ensemble.training_predict(ids + 2, ids, FEATURES)
    with tf.Session() as sess:
        with pytest.raises(errors.InvalidArgumentError, match=r"node_ids must be in \[0, 7\)"):
            sess.run(summary(IDS + 7, GRADIENTS, HESSIANS, *FEATURES))
        with pytest.raises(errors.InvalidArgumentError, match=r"must be in \[0, 7\], got \[2, 9\)"):
            sess.run(gains([2, 9], *SUMS))
    with pytest.raises(ValueError, match="rank"):
        summary(IDS, GRADIENTS[:, 0], HESSIANS, *FEATURES)


def test_the_messages_are_tensorflows():
    """The bytes of a small ensemble, written by hand from the .proto file."""
    ensemble = TreeEnsemble.FromString(
        b"\x0a\x09\x0a\x07\x0a\x05\x1d\x00\x00\x00\x3f\x12\x04\x00\x00\x80\x3f\x1a\x02\x10\x01"
    )
    assert ensemble.trees[0].nodes[0].leaf.scalar == 0.5
    assert list(ensemble.tree_weights) == [1.0] and ensemble.tree_metadata[0].num_layers_grown == 1
