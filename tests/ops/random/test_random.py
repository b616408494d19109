"""Random operations: their distributions, what seeds promise, shapes and errors."""

import jax
import numpy as np
import pytest

from evergraph.framework import dtypes, errors
from evergraph.framework.graph import Graph
from evergraph.framework.seeds import set_random_seed
from evergraph.ops.constants import constant, placeholder
from evergraph.ops.random import distributions as random
from evergraph.ops.random.bits import uniform_bits
from evergraph.ops.random.crop import random_crop
from evergraph.session.session import Session

N = 40000
SHAPE = [200, 200]
# name, draw(dtype), mean, standard deviation, lowest, highest
FLOAT_ROWS = [
    ("uniform", lambda d: random.random_uniform(SHAPE, -1, 3, d, seed=1), 1.0, 4 / 12**0.5, -1, 3),
    ("normal", lambda d: random.random_normal(SHAPE, 2.0, 3.0, d, seed=1), 2.0, 3.0, -16, 20),
    (
        "truncated",
        lambda d: random.truncated_normal(SHAPE, 1.0, 2.0, d, seed=1),
        1.0,
        2 * 0.8796256610342398,
        -3,
        5,
    ),
    (
        "parameterized",
        lambda d: random.parameterized_truncated_normal(SHAPE, 0.0, 1.0, -1.0, 1.0, d, seed=1),
        0.0,
        0.539560,
        -1,
        1,
    ),
    (
        "parameterized tail",
        lambda d: random.parameterized_truncated_normal(SHAPE, 0.0, 1.0, 9.0, 30.0, d, seed=1),
        9.108524,
        0.1069,
        9,
        30,
    ),
]


def draw(tensor):
    return Session().run(tensor)


FLOAT_TYPES = [dtypes.float16, dtypes.bfloat16, dtypes.float32, dtypes.float64]


@pytest.fixture(scope="module")
def drawn():
    """{name: {dtype: values}}, all of one run."""
    with Graph().as_default():
        tensors = {name: {d: make(d) for d in FLOAT_TYPES} for name, make, *_ in FLOAT_ROWS}
        return Session().run(tensors)


@pytest.mark.parametrize("dtype", FLOAT_TYPES, ids=lambda d: d.name)
@pytest.mark.parametrize("name, make, mean, deviation, low, high", FLOAT_ROWS, ids=[r[0] for r in FLOAT_ROWS])
def test_distribution(drawn, name, make, mean, deviation, low, high, dtype):
    values = drawn[name][dtype]
    assert values.dtype == dtype.as_numpy_dtype and values.shape == tuple(SHAPE)
    values = values.astype(np.float64)
    assert low <= values.min() and values.max() <= high
    slack = 4 * deviation / N**0.5 + (0.02 if dtype.size == 2 else 0)
    assert abs(values.mean() - mean) < slack
    assert abs(values.std() - deviation) < 0.03 * deviation + (0.02 if dtype.size == 2 else 0)


@pytest.mark.parametrize("dtype", [dtypes.int32, dtypes.int64], ids=lambda d: d.name)
@pytest.mark.parametrize("low, high", [(-3, 4), (-(2**31), 2**31 - 1), (7, 8)])
def test_integers(dtype, low, high):
    values = draw(random.random_uniform([N], low, high, dtype, seed=2))
    assert values.dtype == dtype.as_numpy_dtype
    assert values.min() >= low and values.max() < high
    expected = np.arange(low, high) if high - low < 100 else None
    if expected is not None:
        assert set(values) == set(expected)
        counts = np.bincount(values - low)
        assert np.all(abs(counts - N / len(expected)) < 5 * (N / len(expected)) ** 0.5 + 1)
    else:
        assert abs(values.astype(np.float64).mean() - (low + high) / 2) < 0.03 * (high - low)


@pytest.mark.slow  # compiling the samplers takes ten seconds
def test_gamma_and_poisson_have_their_moments():
    alpha = np.array([0.3, 2.0, 9.0], np.float32)
    gamma = draw(random.random_gamma([N], alpha, beta=2.0, seed=3))
    assert gamma.shape == (N, 3) and gamma.min() > 0
    np.testing.assert_allclose(gamma.mean(0), alpha / 2, rtol=0.05)
    np.testing.assert_allclose(gamma.var(0), alpha / 4, rtol=0.1)
    rate = np.array([0.5, 4.0, 60.0], np.float32)
    poisson = draw(random.random_poisson(rate, [N], seed=3))
    assert poisson.dtype == np.float32 and np.all(poisson == np.round(poisson))
    np.testing.assert_allclose(poisson.mean(0), rate, rtol=0.05)
    np.testing.assert_allclose(poisson.var(0), rate, rtol=0.1)


def test_multinomial_draws_by_weight_and_never_the_impossible():
    probabilities = np.array([[0.1, 0.0, 0.6, 0.3], [0.0, 1.0, 0.0, 0.0]])
    with np.errstate(divide="ignore"):
        logits = np.log(probabilities).astype(np.float32) + 5
    drawn = random.multinomial(logits, N, seed=4, output_dtype=dtypes.int32)
    assert drawn.shape.as_list() == [2, N] and drawn.dtype == dtypes.int32
    values = draw(drawn)
    for row, wanted in zip(values, probabilities):
        np.testing.assert_allclose(np.bincount(row, minlength=4) / N, wanted, atol=0.02)
        assert not np.any(wanted[row] == 0)


def test_shuffle_moves_rows_whole():
    rows = np.arange(600).reshape(200, 3)
    shuffled = draw(random.random_shuffle(constant(rows), seed=5))
    assert not np.array_equal(shuffled, rows)
    np.testing.assert_array_equal(shuffled[np.argsort(shuffled[:, 0])], rows)


def test_crops_are_slices_anywhere():
    image = np.arange(20 * 30).reshape(20, 30)
    crop = random_crop(constant(image), [4, 5], seed=6)
    session, corners = Session(), set()
    for _ in range(20):
        found = session.run(crop)
        y, x = divmod(int(found[0, 0]), 30)
        np.testing.assert_array_equal(found, image[y : y + 4, x : x + 5])
        corners.add((y, x))
    assert len(corners) > 10
    with pytest.raises((errors.InvalidArgumentError, ValueError)):
        session.run(random_crop(constant(image), [21, 5]))


@pytest.mark.parametrize("dtype", [np.uint32, np.uint64])
def test_bits_are_even(dtype):
    """Every byte is uniform by itself and with its neighbour, and keys that differ little share nothing."""
    with jax.enable_x64():
        first, second = (
            np.asarray(uniform_bits(jax.random.fold_in(jax.random.key(0), i), (1 << 16,), dtype))
            for i in (1, 2)
        )
    for words in (first, second, first ^ second, first[1:] ^ first[:-1], first[256:] ^ first[:-256]):
        columns = np.ascontiguousarray(words).view(np.uint8).reshape(len(words), -1).T
        for column in columns:
            counts = np.bincount(column, minlength=256)
            statistic = ((counts - len(column) / 256) ** 2).sum() / (len(column) / 256)
            assert 255 - 5 * 510**0.5 < statistic < 255 + 5 * 510**0.5
    assert len(np.unique(first)) > 0.9999 * len(first) - 5


def numbers(seed, graph_seed=None, runs=2):
    with Graph().as_default():
        if graph_seed is not None:
            set_random_seed(graph_seed)
        drawn = random.random_normal([8], seed=seed)
        session = Session()
        return [session.run(drawn) for _ in range(runs)]


def test_seeds_fix_the_sequence():
    first, second = numbers(1)
    assert not np.array_equal(first, second)
    np.testing.assert_array_equal([first, second], numbers(1))
    np.testing.assert_array_equal(numbers(None, 3), numbers(None, 3))
    assert not np.array_equal(numbers(1), numbers(2))
    assert not np.array_equal(numbers(None, 3), numbers(None, 4))
    assert not np.array_equal(numbers(None), numbers(None))


def test_shape_may_be_fed():
    shape = placeholder(dtypes.int32, [2])
    drawn = random.random_uniform(shape)
    assert drawn.shape.as_list() == [None, None]
    assert Session().run(drawn, {shape: [3, 2]}).shape == (3, 2)


def test_errors():
    with pytest.raises(ValueError, match="maxval"):
        random.random_uniform([2], dtype=dtypes.int32)
    with pytest.raises(ValueError, match="dtype"):
        random.random_uniform([2], 0, 1, dtype=dtypes.string)
    with pytest.raises(TypeError):
        random.random_normal([2], dtype=dtypes.int32)


def test_drawing_from_no_classes():
    with (
        Graph().as_default() as graph,
        pytest.raises(errors.InvalidArgumentError, match="num_classes should be positive"),
    ):
        Session(graph=graph).run(random.multinomial(np.zeros([5, 0], np.float32), 7))
