"""Points and centers: the operations of `tf.contrib.factorization` that TensorFlow 2 still has."""

import numpy as np
import pytest

import evergraph as tf
from evergraph.framework import errors
from evergraph.ops import clustering
from tests.laws import tensorflow_1

RANDOM = np.random.RandomState(0)
POINTS = RANDOM.randn(100, 4).astype(np.float32)
CENTERS = RANDOM.randn(6, 4).astype(np.float32)
DISTANCES = (RANDOM.rand(300) ** 3).astype(np.float32)


def run(tensors):
    with tf.Session() as session:
        return session.run(tensors)


@pytest.mark.parametrize("count", [0, 1, 3, 9])
def test_nearest_centers_are_those_of_all_distances(count):
    found = clustering.nearest_neighbors(POINTS, CENTERS, count)
    distances = np.square(POINTS[:, None] - CENTERS).sum(2)
    numbers, nearest = run(found)
    wanted = np.argsort(distances, 1, kind="stable")[:, :count]
    assert numbers.dtype == np.int64 and found[0].shape.as_list() == [100, min(count, 6)]
    np.testing.assert_array_equal(numbers, wanted)
    np.testing.assert_allclose(nearest, np.take_along_axis(distances, wanted, 1), rtol=1e-4, atol=1e-5)


def test_of_equal_centers_the_first_is_nearest():
    numbers, _ = run(clustering.nearest_neighbors(POINTS, np.repeat(CENTERS, 2, 0), 4))
    assert (numbers[:, ::2] % 2 == 0).all() and (numbers[:, 1::2] == numbers[:, ::2] + 1).all()


def test_first_centers_are_different_points():
    chosen = run(clustering.kmeans_plus_plus_initialization(POINTS, 20, 3, -1))
    assert len(np.unique(chosen, axis=0)) == 20
    assert all((point == POINTS).all(1).any() for point in chosen)
    again = run(clustering.kmeans_plus_plus_initialization(POINTS, 20, 3, -1))
    np.testing.assert_array_equal(chosen, again)


def test_too_few_different_points_are_repeated():
    chosen = run(clustering.kmeans_plus_plus_initialization(np.ones([5, 2], np.float32), 3, 0, 2))
    np.testing.assert_array_equal(chosen, np.ones([3, 2]))


def test_a_chain_goes_to_a_far_candidate():
    far = np.where(np.arange(50) == 7, 1e9, 1e-3).astype(np.float32)
    assert run(clustering.kmc2_chain_initialization(far, 5)) == 7
    assert run(clustering.kmc2_chain_initialization(far[:1], 5)) == 0


MATRIX, VECTOR, NONE = np.ones([3, 2], np.float32), np.ones([3], np.float32), np.ones([0, 2], np.float32)


@pytest.mark.parametrize(
    ("make", "words"),
    [
        (lambda p: clustering.nearest_neighbors(p(NONE), MATRIX, 1), "rows"),
        (lambda p: clustering.nearest_neighbors(p(MATRIX), p(np.ones([2, 5], np.float32)), 1), "dimensions"),
        (lambda p: clustering.nearest_neighbors(p(VECTOR), MATRIX, 1), "matrix"),
        (lambda p: clustering.kmeans_plus_plus_initialization(p(MATRIX), 4, 0, 0), "num_to_sample"),
        (lambda p: clustering.kmeans_plus_plus_initialization(p(MATRIX), 0, 0, 0), "num_to_sample"),
        (lambda p: clustering.kmeans_plus_plus_initialization(p(NONE), 1, 0, 0), "rows"),
        (lambda p: clustering.kmc2_chain_initialization(p(MATRIX), 0), "vector"),
        (lambda p: clustering.kmc2_chain_initialization(p(VECTOR[:0]), 0), "size"),
    ],
)
def test_what_is_refused(make, words):
    feeds = {}

    def unknown(value):
        place = tf.placeholder(value.dtype)
        feeds[place] = value
        return place

    with tf.Session() as session, pytest.raises(errors.InvalidArgumentError, match=words):
        session.run(make(unknown), feeds)


@pytest.mark.interop
@pytest.mark.parametrize("seed", [0, 5, -3, 123456789012])
def test_the_same_numbers_as_tensorflow(seed):
    tensorflow = tensorflow_1()
    with tensorflow.Graph().as_default(), tensorflow.Session() as session:
        raw = tensorflow.raw_ops
        wanted = session.run(
            [
                raw.KmeansPlusPlusInitialization(
                    points=POINTS, num_to_sample=7, seed=seed, num_retries_per_sample=2
                ),
                raw.KMC2ChainInitialization(distances=DISTANCES, seed=seed),
                *raw.NearestNeighbors(points=POINTS, centers=CENTERS, k=3),
            ]
        )
    found = run(
        [
            clustering.kmeans_plus_plus_initialization(POINTS, 7, seed, 2),
            clustering.kmc2_chain_initialization(DISTANCES, seed),
            *clustering.nearest_neighbors(POINTS, CENTERS, 3),
        ]
    )
    for ours, theirs in zip(found[:3], wanted[:3]):
        np.testing.assert_array_equal(ours, theirs)
    np.testing.assert_allclose(found[3], wanted[3], rtol=1e-4, atol=1e-5)
