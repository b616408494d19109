"""Random numbers that follow from a seed: TensorFlow's, and what they promise."""

import numpy as np
import pytest

import evergraph as tf
from tests.laws import tensorflow_1

stateless = tf.contrib.stateless
SEEDS = [[1, 2], [-5, 7], [2**40 + 3, -1]]
KINDS = {
    "StatelessRandomUniform": stateless.stateless_random_uniform,
    "StatelessRandomNormal": stateless.stateless_random_normal,
    "StatelessTruncatedNormal": stateless.stateless_truncated_normal,
}


def run(tensor, feed=None):
    with tf.Session() as session:
        return session.run(tensor, feed)


@pytest.mark.interop
@pytest.mark.parametrize("dtype", ["float16", "float32", "float64"])
@pytest.mark.parametrize("kind", KINDS)
def test_numbers_are_tensorflows(kind, dtype):
    theirs = tensorflow_1()
    for seed in SEEDS:
        for shape in ([3, 7], [0], [], [100]):
            found = run(KINDS[kind](shape, np.array(seed), dtype=tf.as_dtype(dtype)))
            with theirs.Graph().as_default(), theirs.Session() as session:
                wanted = session.run(
                    getattr(theirs.raw_ops, kind)(shape=shape, seed=np.array(seed), dtype=dtype)
                )
            assert found.dtype == dtype
            np.testing.assert_allclose(found, wanted, rtol=2e-3 if dtype == "float16" else 2e-5, atol=1e-6)


@pytest.mark.interop
def test_classes_are_tensorflows():
    theirs, logits = tensorflow_1(), np.random.RandomState(0).randn(3, 5).astype(np.float32)
    with theirs.Graph().as_default(), theirs.Session() as session:
        wanted = session.run(theirs.raw_ops.StatelessMultinomial(logits=logits, num_samples=20, seed=[3, 4]))
    np.testing.assert_array_equal(run(stateless.stateless_multinomial(logits, 20, [3, 4])), wanted)


@pytest.mark.parametrize("kind", KINDS)
def test_the_same_seed_gives_the_same_numbers(kind):
    seed = tf.placeholder(tf.int64, [2])
    drawn = KINDS[kind]([500], seed)
    assert drawn.shape.as_list() == [500]
    first, again, other = (run(drawn, {seed: value}) for value in ([1, 2], [1, 2], [2, 1]))
    np.testing.assert_array_equal(first, again)
    assert (first != other).mean() > 0.9
    low, high = (0, 1) if kind == "StatelessRandomUniform" else (-6, 6)
    bound = 2 if kind == "StatelessTruncatedNormal" else high
    assert (first >= max(low, -bound)).all() and (first <= bound).all()


def test_classes_follow_their_probabilities():
    logits = np.log(np.array([[0.2, 0.0, 0.8]], np.float32) + 1e-30)
    drawn = run(stateless.stateless_multinomial(logits, 1000, [1, 1], output_dtype=tf.int32))
    assert drawn.dtype == np.int32 and set(drawn.ravel()) == {0, 2}
    assert abs((drawn == 2).mean() - 0.8) < 0.05


def test_a_seed_is_two_integers():
    with pytest.raises(ValueError, match=r"shape \[2\]"):
        run(stateless.stateless_random_uniform([3], [1, 2, 3]))
