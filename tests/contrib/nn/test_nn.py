"""Relatives of `tf.nn`, sparsemax, and derivatives forwards."""

import numpy as np
import pytest

import evergraph as tf
from evergraph.contrib.nn.softplus import fwd_gradients
from tests.laws import gradients_are_differences, tensorflow_1

nn = tf.contrib.nn
RANDOM = np.random.RandomState(2)
LOGITS = RANDOM.randn(4, 6).astype(np.float32)


def run(tensor):
    with tf.Session() as session:
        return session.run(tensor)


def test_alpha_dropout_keeps_mean_and_deviation():
    x = RANDOM.randn(200, 200).astype(np.float32)
    dropped = run(nn.alpha_dropout(x, 0.7, seed=1))
    assert abs(dropped.mean()) < 0.02 and abs(dropped.std() - 1) < 0.02
    values, counts = np.unique(dropped.round(4), return_counts=True)
    assert abs(counts.max() / x.size - 0.3) < 0.02
    tensor = tf.constant(x)
    assert nn.alpha_dropout(tensor, 1.0) is tensor
    with pytest.raises(ValueError, match="keep_prob"):
        nn.alpha_dropout(x, 0.0)


def test_a_scaled_softplus_tends_to_relu():
    np.testing.assert_allclose(run(nn.scaled_softplus(LOGITS, 1e-3)), np.maximum(LOGITS, 0), atol=1e-3)
    np.testing.assert_allclose(
        run(nn.scaled_softplus(LOGITS, 0.5)), 0.5 * np.log1p(np.exp(LOGITS / 0.5)), rtol=1e-5
    )
    assert run(nn.scaled_softplus(LOGITS, 0.5, 0.25)).max() == 0.25


@pytest.mark.slow
def test_gradients():
    gradients_are_differences(LOGITS, lambda tf, x: tf.contrib.nn.scaled_softplus(x, 0.7, 1.5))
    gradients_are_differences(LOGITS, lambda tf, x: tf.contrib.nn.nth_element(x, 2))
    gradients_are_differences(LOGITS, lambda tf, x: tf.contrib.sparsemax.sparsemax(x))


@pytest.mark.parametrize("reverse", [False, True])
def test_the_nth_element(reverse):
    ordered = np.sort(LOGITS, 1)[:, ::-1] if reverse else np.sort(LOGITS, 1)
    for n in (0, 2, 5):
        np.testing.assert_array_equal(run(nn.nth_element(LOGITS, n, reverse=reverse)), ordered[:, n])
    x = tf.constant([[1.0, 2.0, 2.0]])
    assert run(tf.gradients(nn.nth_element(x, 1), x)[0]).tolist() == [[0, 0.5, 0.5]]


def test_one_dimensional_transposed_convolution():
    value = tf.constant(RANDOM.randn(2, 5, 3).astype(np.float32))
    kernel = tf.constant(RANDOM.randn(4, 2, 3).astype(np.float32))
    for padding, width in (("SAME", 10), ("VALID", 12)):
        found = nn.conv1d_transpose(value, kernel, [2, width, 2], 2, padding)
        wide = tf.zeros([2, width, 2])
        wanted = tf.gradients(tf.nn.conv1d(wide, kernel, 2, padding), wide, value)[0]
        across = nn.conv1d_transpose(
            tf.transpose(value, [0, 2, 1]), kernel, [2, 2, width], 2, padding, data_format="NCW"
        )
        ours, theirs, turned = run([found, wanted, across])
        np.testing.assert_allclose(ours, theirs, rtol=1e-4, atol=1e-5)
        np.testing.assert_allclose(turned.transpose(0, 2, 1), theirs, rtol=1e-4, atol=1e-5)
    with pytest.raises(ValueError, match="channels"):
        nn.conv1d_transpose(value, tf.zeros([4, 2, 5]), [2, 10, 2], 2)


def test_flipped_arguments_and_sampled_losses():
    labels = np.eye(6, dtype=np.float32)[:4]
    flipped = [
        nn.deprecated_flipped_softmax_cross_entropy_with_logits(LOGITS, labels),
        nn.deprecated_flipped_sparse_softmax_cross_entropy_with_logits(LOGITS, [0, 1, 2, 3]),
        tf.nn.softmax_cross_entropy_with_logits_v2(labels=labels, logits=LOGITS),
    ]
    first, second, wanted = run(flipped)
    np.testing.assert_allclose(first, wanted, rtol=1e-5)
    np.testing.assert_allclose(second, wanted, rtol=1e-5)
    weights, inputs = RANDOM.randn(20, 3).astype(np.float32), RANDOM.randn(4, 3).astype(np.float32)
    true, biases = [[1], [4], [7], [19]], np.zeros(20, np.float32)
    drawn = [
        np.array(value)
        for value in run(list(tf.nn.log_uniform_candidate_sampler(true, 1, 8, True, 20, seed=1)))
    ]
    sparse = nn.sampled_sparse_softmax_loss(weights, biases, true, inputs, 8, 20, sampled_values=drawn)
    dense = tf.nn.sampled_softmax_loss(weights, biases, true, inputs, 8, 20, sampled_values=drawn)
    np.testing.assert_allclose(*run([sparse, dense]), rtol=1e-5)
    ranked = nn.rank_sampled_softmax_loss(
        weights, biases, true, inputs, 8, 3, 20, 1, drawn, 1.0, False, "mod"
    )
    likely = np.log(np.exp(weights[drawn[0]] @ inputs.T).sum(1))
    kept = np.argsort(-likely)[:3]
    fewer = (drawn[0][kept], drawn[1], drawn[2][kept])
    wanted = tf.nn.sampled_softmax_loss(
        weights, biases, true, inputs, 3, 20, sampled_values=fewer, remove_accidental_hits=False
    )
    np.testing.assert_allclose(*run([ranked, wanted]), rtol=1e-4)


def test_sparsemax_is_the_nearest_point_of_the_simplex():
    chosen = tf.contrib.sparsemax.sparsemax(LOGITS)
    found = run(chosen)
    np.testing.assert_allclose(found.sum(1), 1, rtol=1e-5)
    others = RANDOM.dirichlet(np.ones(6), 200)
    for logits, point in zip(LOGITS, found):
        assert ((logits - point) ** 2).sum() <= ((logits - others) ** 2).sum(1).min() + 1e-5
    logits = tf.constant(LOGITS)
    labels = np.eye(6, dtype=np.float32)[:4]
    loss = tf.contrib.sparsemax.sparsemax_loss(logits, tf.contrib.sparsemax.sparsemax(logits), labels)
    assert run(loss).min() >= 0
    np.testing.assert_allclose(run(tf.gradients(loss, logits)[0]), found - labels, atol=1e-5)


def test_derivatives_forwards():
    x = tf.constant([1.0, 2.0, 3.0])
    (found,) = fwd_gradients([x * x * x], [x], [tf.constant([1.0, 0.0, 2.0])])
    np.testing.assert_allclose(run(found), [3, 0, 54])


@pytest.mark.interop
def test_the_nth_element_is_tensorflows():
    theirs = tensorflow_1()
    with theirs.Graph().as_default(), theirs.Session() as session:
        wanted = session.run(theirs.raw_ops.NthElement(input=LOGITS, n=3, reverse=True))
    np.testing.assert_array_equal(run(nn.nth_element(LOGITS, 3, reverse=True)), wanted)
