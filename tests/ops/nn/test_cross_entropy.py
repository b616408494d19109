"""Cross entropies of labels that are shaped differently from the logits."""

import numpy as np
import pytest

import evergraph as tf


@pytest.mark.parametrize("outer", [[1, 4], [2, 2], [4]])
def test_labels_with_as_many_rows_as_the_logits(outer):
    random = np.random.RandomState(0)
    logits, labels = random.randn(4, 3).astype(np.float32), random.dirichlet([1.0] * 3, 4).astype(np.float32)
    given = tf.placeholder(tf.float32, [*[None] * len(outer), 3])
    cost = tf.nn.softmax_cross_entropy_with_logits_v2(labels=given, logits=logits)
    assert cost.shape.as_list() == [4]
    shifted = logits - logits.max(1, keepdims=True)
    log_softmax = shifted - np.log(np.exp(shifted).sum(1, keepdims=True))
    with tf.Session() as sess:
        found = sess.run(cost, {given: labels.reshape(*outer, 3)})
    np.testing.assert_allclose(found, -(labels * log_softmax).sum(1), rtol=1e-5)
