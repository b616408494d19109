"""`tf.contrib.crf` against the sums and maxima over all sequences of tags, written out."""

import itertools

import numpy as np
import pytest

import evergraph as tf

crf = tf.contrib.crf
RANDOM = np.random.RandomState(0)
SCORES = RANDOM.randn(3, 4, 3).astype(np.float32)
TRANSITIONS = RANDOM.randn(3, 3).astype(np.float32)
TAGS = np.array([[0, 2, 1, 1], [2, 1, 0, 0], [1, 1, 1, 1]])
LENGTHS = [4, 2, 1]


@pytest.fixture(autouse=True)
def graph():
    with tf.Graph().as_default() as made:
        yield made


def _run(fetches, feed=None):
    with tf.Session() as session:
        session.run(tf.global_variables_initializer())
        return session.run(fetches, feed)


def _score(scores, tags):
    own = sum(row[tag] for row, tag in zip(scores, tags))
    return own + sum(TRANSITIONS[pair] for pair in zip(tags, tags[1:]))


def _all_scores(scores, length):
    ways = itertools.product(range(3), repeat=length)
    return {tags: _score(scores, tags) for tags in ways}


@pytest.mark.parametrize("dtype", [np.int32, np.int64])
def test_scores_of_tags(dtype):
    found = _run(crf.crf_sequence_score(SCORES, TAGS.astype(dtype), LENGTHS, TRANSITIONS))
    expected = [_score(s, tuple(t[:n])) for s, t, n in zip(SCORES, TAGS, LENGTHS)]
    np.testing.assert_allclose(found, expected, rtol=1e-5)


def test_the_norm_is_the_sum_over_all_tags():
    expected = [np.log(sum(np.exp(v) for v in _all_scores(s, n).values())) for s, n in zip(SCORES, LENGTHS)]
    np.testing.assert_allclose(_run(crf.crf_log_norm(SCORES, LENGTHS, TRANSITIONS)), expected, rtol=1e-5)
    np.testing.assert_array_equal(_run(crf.crf_log_norm(SCORES, [0, 0, 0], TRANSITIONS)), 0)


@pytest.mark.parametrize("steps", [4, 1])
def test_decoding_finds_the_best_tags(steps):
    lengths = np.minimum(LENGTHS, steps)
    found, best = _run(crf.crf_decode(SCORES[:, :steps], TRANSITIONS, lengths))
    assert found.dtype == np.int32 and found.shape == (3, steps)
    for scores, length, tags, score in zip(SCORES, lengths, found, best):
        ways = _all_scores(scores, length)
        assert tuple(tags[:length]) == max(ways, key=ways.get)
        np.testing.assert_allclose(score, max(ways.values()), rtol=1e-5)
        assert not tags[length:].any()
        by_numpy, score_by_numpy = crf.viterbi_decode(scores[:length], TRANSITIONS)
        assert list(tags[:length]) == by_numpy
        np.testing.assert_allclose(score, score_by_numpy, rtol=1e-5)


def test_the_likelihood_is_learnt_with_unknown_sizes():
    inputs = tf.placeholder(tf.float32, [None, None, 3])
    tags = tf.placeholder(tf.int32, [None, None])
    lengths = tf.placeholder(tf.int32, [None])
    likelihood, transitions = crf.crf_log_likelihood(inputs, tags, lengths)
    assert [v.op.name for v in tf.global_variables()] == ["transitions"]
    train = tf.train.GradientDescentOptimizer(0.5).minimize(-tf.reduce_mean(likelihood))
    decoded, _ = crf.crf_decode(inputs, transitions, lengths)
    feed = {inputs: np.zeros([1, 4, 3]), tags: TAGS[:1], lengths: [4]}
    with tf.Session() as session:
        session.run(tf.global_variables_initializer())
        first = session.run(likelihood, feed)
        for _ in range(20):
            session.run(train, feed)
        assert first < session.run(likelihood, feed) < 0
        assert session.run(decoded, {inputs: np.zeros([2, 1, 3]), lengths: [1, 1]}).shape == (2, 1)
        alone = {inputs: SCORES[:, :1], tags: TAGS[:, :1], lengths: [1, 1, 0]}
        expected = SCORES[np.arange(2), 0, TAGS[:2, 0]] - np.log(np.exp(SCORES[:2, 0]).sum(1))
        np.testing.assert_allclose(session.run(likelihood, alone), [*expected, 0], rtol=1e-5)


def test_the_likelihoods_of_all_tags_sum_to_one():
    ways = np.array(list(itertools.product(range(3), repeat=3)))
    scores = np.tile(SCORES[:1, :3], [len(ways), 1, 1])
    found, _ = crf.crf_log_likelihood(scores, ways, [3] * len(ways), tf.constant(TRANSITIONS))
    np.testing.assert_allclose(np.exp(_run(found)).sum(), 1, rtol=1e-5)
    with pytest.raises(ValueError, match="needs a known number of tags"):
        crf.crf_log_likelihood(tf.placeholder(tf.float32, [1, 2, None]), [[0, 1]], [2])
