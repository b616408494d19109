"""Ways to spread attention, against loops over the places."""

import numpy as np
import pytest

import evergraph as tf

seq2seq = tf.contrib.seq2seq
RANDOM = np.random.RandomState(0)


def _run(fetches, feed=None):
    with tf.Session() as session:
        return session.run(fetches, feed)


def test_hardmax():
    with tf.Graph().as_default():
        logits = tf.placeholder(tf.float32, [None, None])
        found = _run(seq2seq.hardmax(logits), {logits: [[1, 3, 2], [9, 8, 7]]})
    np.testing.assert_array_equal(found, [[0, 1, 0], [1, 0, 0]])
    assert found.dtype == np.float32


def test_a_product_of_what_would_underflow():
    x = RANDOM.uniform(0.1, 1, [2, 5])
    with tf.Graph().as_default():
        found = _run([seq2seq.safe_cumprod(x, axis=1), seq2seq.safe_cumprod(x, axis=1, exclusive=True)])
    np.testing.assert_allclose(found[0], np.cumprod(x, 1), rtol=1e-6)
    np.testing.assert_allclose(found[1][:, 1:], np.cumprod(x, 1)[:, :-1], rtol=1e-6)


def _place_by_place(p, previous):
    found = np.zeros_like(p)
    for row in range(len(p)):
        reached = 0.0
        for place in range(p.shape[1]):
            stayed = 1 if place == 0 else 1 - p[row, place - 1]
            reached = stayed * reached + previous[row, place]
            found[row, place] = p[row, place] * reached
    return found


@pytest.mark.parametrize("mode", ["recursive", "parallel"])
def test_monotonic_attention(mode):
    p = RANDOM.uniform(0.1, 0.9, [2, 5]).astype(np.float32)
    previous = RANDOM.dirichlet(np.ones(5), 2).astype(np.float32)
    with tf.Graph().as_default():
        found = _run(seq2seq.monotonic_attention(p, previous, mode))
    np.testing.assert_allclose(found, _place_by_place(p, previous), rtol=1e-4)


def test_hard_attention_takes_the_first_place_from_where_it_was():
    p = np.float32([[1, 0, 1, 1], [1, 0, 0, 0]])
    previous = np.float32([[0, 1, 0, 0], [0, 1, 0, 0]])
    with tf.Graph().as_default():
        found = _run(seq2seq.monotonic_attention(p, previous, "hard"))
        with pytest.raises(ValueError, match="mode must be 'recursive', 'parallel' or 'hard', not 'soft'"):
            seq2seq.monotonic_attention(p, previous, "soft")
    np.testing.assert_array_equal(found, [[0, 0, 1, 0], [0, 0, 0, 0]])
