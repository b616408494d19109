"""tf.contrib.losses: predictions first, weights of examples, and metric learning against the formulas."""

import numpy as np
import pytest

import evergraph as tf

losses = tf.contrib.losses
A = np.array([[1.0, 2.0, 3.0], [4.0, 0.0, 1.0]], np.float32)
B = np.array([[0.0, 2.0, 1.0], [1.0, 1.0, 1.0]], np.float32)


@pytest.fixture(autouse=True)
def graph():
    with tf.Graph().as_default() as graph:
        yield graph


def evaluate(fetches):
    with tf.Session() as session:
        return session.run(fetches)


def test_weights_belong_to_examples():
    found = evaluate(
        [
            losses.mean_squared_error(tf.constant(A), tf.constant(B), weight)
            for weight in (1.0, [2.0, 0.0], [[1.0], [3.0]])
        ]
    )
    squares = (A - B) ** 2
    wanted = [squares.mean(), 2 * squares[0].mean(), (squares[0].sum() + 3 * squares[1].sum()) / 6]
    np.testing.assert_allclose(found, wanted, rtol=1e-5)
    assert len(losses.get_losses()) == 3
    assert evaluate(losses.get_total_loss()) == pytest.approx(sum(wanted), rel=1e-5)


def test_values():
    logits, classes = tf.constant(A), tf.constant([2, 0])
    onehot = tf.one_hot(classes, 3)
    found = evaluate(
        [
            losses.absolute_difference(logits, tf.constant(B)),
            losses.softmax_cross_entropy(logits, onehot),
            losses.sparse_softmax_cross_entropy(logits, tf.expand_dims(classes, 1)),
            losses.cosine_distance(logits, tf.constant(B), 1),
            losses.log_loss(tf.constant([0.5]), tf.constant([1.0])),
            losses.mean_pairwise_squared_error(logits, tf.constant(B)),
            losses.sigmoid_cross_entropy(tf.constant([[0.0]]), tf.constant([[1]])),
        ]
    )
    entropy = np.mean([np.log(np.exp(row).sum()) - row[label] for row, label in zip(A, (2, 0))])
    d = A - B
    pairs = sum(2 * ((row**2).sum() / 3 - row.sum() ** 2 / 9) for row in d)
    wanted = [abs(d).mean(), entropy, entropy, (1 - (A * B).sum(1)).mean(), np.log(2), pairs, np.log(2)]
    np.testing.assert_allclose(found, wanted, rtol=1e-4)
    hinge = evaluate(losses.hinge_loss(tf.constant([2.0, 0.5, -1.0]), tf.constant([1.0, 1.0, 0.0])))
    np.testing.assert_allclose(hinge, [0, 0.5, 0])


def test_no_collection_by_scope():
    with tf.contrib.framework.arg_scope([losses.add_loss], loss_collection=None):
        losses.absolute_difference(tf.constant(A), tf.constant(B))
    assert losses.get_losses() == []


def distances(x, squared):
    squares = ((x[:, None] - x[None]) ** 2).sum(-1)
    return squares if squared else np.sqrt(squares)


def test_triplet_loss():
    x = np.random.RandomState(0).normal(size=(6, 4)).astype(np.float32)
    labels = np.array([0, 0, 1, 1, 2, 2])
    d = distances(x, True)
    total, count = 0.0, 0
    for i in range(6):
        negatives = d[i][labels != labels[i]]
        for j in range(6):
            if i != j and labels[i] == labels[j]:
                outside = negatives[negatives > d[i, j]]
                negative = outside.min() if len(outside) else negatives.max()
                total, count = total + max(0.0, 1.0 + d[i, j] - negative), count + 1
    found = evaluate(losses.metric_learning.triplet_semihard_loss(tf.constant(labels), tf.constant(x)))
    assert found == pytest.approx(total / count, rel=1e-4)


def test_lifted_and_contrastive_and_npairs():
    x = np.random.RandomState(1).normal(size=(4, 3)).astype(np.float32)
    labels = np.array([0, 0, 1, 1])
    d = distances(x, False)
    total = 0.0
    for i, j in ((0, 1), (2, 3)):
        negatives = [np.exp(1 - d[k][labels != labels[k]]).sum() for k in (i, j)]
        total += max(0.0, np.log(sum(negatives)) + d[i, j]) ** 2
    similarity = x @ x.T
    shares = (labels[:, None] == labels) / 2.0
    entropy = np.mean(
        [np.log(np.exp(row).sum()) - (row * share).sum() for row, share in zip(similarity, shares)]
    )
    metric = losses.metric_learning
    lifted, near, pairs = evaluate(
        [
            metric.lifted_struct_loss(tf.constant(labels), tf.constant(x)),
            metric.contrastive_loss(tf.constant([1, 0]), tf.constant(x[:2]), tf.constant(x[2:])),
            metric.npairs_loss(tf.constant(labels), tf.constant(x), tf.constant(x), reg_lambda=0.0),
        ]
    )
    assert lifted == pytest.approx(total / 4, rel=1e-3)
    apart = np.linalg.norm(x[:2] - x[2:], axis=1)
    assert near == pytest.approx((apart[0] ** 2 + max(0.0, 1 - apart[1]) ** 2) / 2, rel=1e-4)
    assert pairs == pytest.approx(entropy, rel=1e-4)
