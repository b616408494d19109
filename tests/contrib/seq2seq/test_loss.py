"""`tf.contrib.seq2seq.sequence_loss` against its sums in NumPy."""

import numpy as np
import pytest

import evergraph as tf

RANDOM = np.random.RandomState(0)


@pytest.mark.parametrize("over_time", [True, False])
@pytest.mark.parametrize("over_batch", [True, False])
def test_averages(over_time, over_batch):
    logits, targets = RANDOM.randn(2, 3, 4), RANDOM.randint(0, 4, [2, 3])
    weights = np.array([[1, 2, 0], [1, 0, 0.0]])
    log_p = logits - np.log(np.exp(logits).sum(-1, keepdims=True))
    losses = -np.take_along_axis(log_p, targets[..., None], -1)[..., 0] * weights
    axes = tuple(axis for axis, wanted in enumerate((over_batch, over_time)) if wanted)
    expected = losses.sum(axes) / (weights.sum(axes) + 1e-12) if axes else losses
    with tf.Graph().as_default(), tf.Session() as session:
        fed = tf.placeholder(tf.float64, [None, None, None])
        loss = tf.contrib.seq2seq.sequence_loss(
            fed, tf.constant(targets), tf.constant(weights), over_time, over_batch
        )
        np.testing.assert_allclose(session.run(loss, {fed: logits}), expected, rtol=1e-6, atol=1e-12)


def test_another_loss_and_other_ranks():
    with tf.Graph().as_default(), tf.Session() as session:
        logits, targets, weights = tf.ones([2, 3, 4]), tf.ones([2, 3], tf.int32), tf.ones([2, 3])
        loss = tf.contrib.seq2seq.sequence_loss(
            logits, targets, weights, softmax_loss_function=lambda labels, logits: tf.to_float(labels) * 5
        )
        assert session.run(loss) == 5
        with pytest.raises(ValueError, match=r"logits must be a tensor \[batch, time, symbols\], not of"):
            tf.contrib.seq2seq.sequence_loss(targets, targets, weights)
        with pytest.raises(ValueError, match=r"weights must be a tensor \[batch, time\], not of"):
            tf.contrib.seq2seq.sequence_loss(logits, targets, logits)
