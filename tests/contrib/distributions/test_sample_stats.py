"""Statistics of samples, moving ones, matrices from vectors, seeds, and posteriors."""

import numpy as np
import pytest

import evergraph as tf
from tests.distributions.laws import run


def _ds():
    return tf.contrib.distributions


@pytest.mark.parametrize("interpolation", ["lower", "higher", "nearest"])
def test_percentiles_are_entries(interpolation):
    x = np.random.RandomState(1).standard_normal((5, 4, 3))
    found = run(
        _ds().percentile(x, 30.0, interpolation=interpolation),
        _ds().percentile(x, 42.0, axis=[0, 2], interpolation=interpolation),
        _ds().percentile(x, 80.0, axis=-1, interpolation=interpolation, keep_dims=True),
        _ds().percentile(x, 0.0, keep_dims=True),
    )
    np.testing.assert_equal(found[0], np.percentile(x, 30, method=interpolation))
    np.testing.assert_equal(found[1], np.percentile(x, 42, axis=(0, 2), method=interpolation))
    np.testing.assert_equal(found[2], np.percentile(x, 80, axis=-1, method=interpolation, keepdims=True))
    np.testing.assert_equal(found[3], x.min(keepdims=True))
    with pytest.raises(ValueError, match="interpolation"):
        _ds().percentile(x, 30.0, interpolation="linear")
    with pytest.raises(ValueError, match="interval"):
        _ds().percentile(x, 30.0, axis=3)


def test_moving_statistics():
    values = np.random.RandomState(2).standard_normal((50, 2)) * 2 + 1
    place = tf.placeholder(tf.float64, [2])
    moved = _ds().moving_mean_variance(place, 0.9)
    mean, variance = np.zeros(2), np.zeros(2)
    log_mean = tf.Variable(np.log(_floats(1, 2)))
    moved_log = _ds().assign_log_moving_mean_exp(log_mean, np.log(_floats(3, 1)), 0.75)
    with tf.Session() as session:
        session.run(tf.global_variables_initializer())
        for value in values:
            found = session.run(moved, {place: value})
            delta = value - mean
            mean = mean + 0.1 * delta
            variance = 0.9 * (variance + 0.1 * delta**2)
        np.testing.assert_allclose(found, [mean, variance])
        np.testing.assert_allclose(np.exp(session.run(moved_log)), [1.5, 1.75])


def _floats(*values):
    return np.array(values, np.float64)


def test_matrices_of_vectors():
    ds = _ds()
    x = np.arange(12.0).reshape(2, 6) + 1
    late = tf.placeholder(tf.float64, None)
    lower, upper = ds.fill_triangular(x), ds.fill_triangular(x, upper=True)
    assert lower.shape.as_list() == [2, 3, 3]
    with tf.Session() as session:
        found = session.run(
            [
                lower,
                upper,
                ds.fill_triangular(late),
                ds.fill_triangular_inverse(lower),
                ds.fill_triangular_inverse(upper, upper=True),
                ds.tridiag(_floats(1, 2), _floats(3, 4, 5), _floats(6, 7)),
                ds.matrix_diag_transform(lower, tf.exp),
            ],
            {late: x},
        )
    assert found[0][0].tolist() == [[4, 0, 0], [6, 5, 0], [3, 2, 1]]
    assert found[1][0].tolist() == [[1, 2, 3], [0, 5, 6], [0, 0, 4]]
    np.testing.assert_equal(found[2], found[0])
    np.testing.assert_equal(found[3], x)
    np.testing.assert_equal(found[4], x)
    assert found[5].tolist() == [[3, 6, 0], [1, 4, 7], [0, 2, 5]]
    np.testing.assert_allclose(np.diagonal(found[6][0]), np.exp([4, 5, 1]))
    with pytest.raises(ValueError, match="triangular"):
        ds.fill_triangular([1.0, 2.0])
    with pytest.raises(ValueError, match="at least one"):
        ds.tridiag()


def test_numbers():
    ds = _ds()
    x = _floats(1e-12, 0.5, 3, 40, 1000)
    logs, weights = _floats([0.1, 2, -1], [1000, 999, 0]), _floats(1, -2, 3)
    back, plain, (weighted, sign) = (
        tf.nn.softplus(ds.softplus_inverse(x)),
        ds.reduce_weighted_logsumexp(logs, axis=-1),
        ds.reduce_weighted_logsumexp(logs, weights, axis=-1, return_sign=True),
    )
    values = run(back, plain, weighted, sign)
    np.testing.assert_allclose(values[0], x, rtol=1e-6)
    np.testing.assert_allclose(values[1], np.logaddexp.reduce(logs, axis=-1))
    shift = logs.max(axis=-1, keepdims=True)
    total = (weights * np.exp(logs - shift)).sum(axis=-1)
    np.testing.assert_allclose(values[2], np.log(np.abs(total)) + shift[:, 0])
    np.testing.assert_array_equal(values[3], np.sign(total))


def test_seeds_follow_from_one():
    ds = _ds()
    first, same, other = ds.SeedStream(7, "a"), ds.SeedStream(7, "a"), ds.SeedStream(7, "b")
    seeds = [first() for _ in range(3)]
    assert seeds == [same() for _ in range(3)] and len(set(seeds)) == 3
    assert not set(seeds) & {other() for _ in range(3)}
    again = ds.SeedStream(first, "b")
    assert again.original_seed == 7 and again.salt == "b" and ds.SeedStream(None, "a")() is None


def test_what_is_known_of_a_mean():
    ds = _ds()
    numbers = np.random.RandomState(3).standard_normal(9) * 2 + 3
    prior, total = ds.Normal(_floats(1.0)[0], _floats(0.5)[0]), tf.constant(numbers.sum())
    after = ds.normal_conjugates_known_scale_posterior(prior, _floats(2.0)[0], total, 9)
    following = ds.normal_conjugates_known_scale_predictive(prior, _floats(2.0)[0], total, 9)
    # Bayes' rule, on a grid
    grid = np.linspace(-2, 6, 4001)
    weights = -0.5 * ((grid - 1) / 0.5) ** 2 - 0.5 * (((numbers[:, None] - grid) / 2) ** 2).sum(axis=0)
    weights = np.exp(weights - weights.max())
    weights /= weights.sum()
    mean = weights @ grid
    variance = weights @ (grid - mean) ** 2
    found = run(after.mean(), after.variance(), following.mean(), following.variance())
    np.testing.assert_allclose(found, [mean, variance, mean, variance + 4], rtol=1e-6)
    with pytest.raises(TypeError, match="prior"):
        ds.normal_conjugates_known_scale_posterior(ds.Laplace(0.0, 1.0), 1.0, total, 9)
