"""Distributions made of distributions: transformed, independent, mixed, quantized, autoregressive, conditional."""

import numpy as np
import pytest

import evergraph as tf
from tests.distributions.laws import implemented, run
from tests.laws import known

DRAWS = 10000


def _floats(*values):
    return np.array(values, np.float64)


def _ds():
    return tf.contrib.distributions


def _normal(loc, scale):
    return tf.distributions.Normal(_floats(*loc), _floats(*scale))


def _conditioned(x=None):
    """Normal entries, each of mean half the sum of those before it."""
    mean = tf.zeros([2, 3], tf.float64) if x is None else 0.5 * tf.cumsum(x, axis=-1, exclusive=True)
    return _ds().Independent(tf.distributions.Normal(mean, tf.ones([], tf.float64)), 1)


# name: (a distribution, its batch and event)
ROWS = {
    "Independent": (lambda: _ds().Independent(_normal([[0, 1], [2, 3]], [[1, 2], [3, 4]]), 1), [2], [2]),
    "Mixture": (
        lambda: _ds().Mixture(
            tf.distributions.Categorical(probs=_floats([0.3, 0.7], [0.5, 0.5])),
            [_normal([0, 1], [1, 2]), _normal([3, 1], [0.5, 1])],
        ),
        [2],
        [],
    ),
    "Mixture of vectors": (
        lambda: _ds().Mixture(
            tf.distributions.Categorical(probs=_floats(0.3, 0.7)),
            [_ds().MultivariateNormalDiag(_floats(0, k), _floats(1, 2)) for k in range(2)],
        ),
        [],
        [2],
    ),
    "MixtureSameFamily": (
        lambda: _ds().MixtureSameFamily(
            tf.distributions.Categorical(probs=_floats(0.3, 0.7)), _normal([[0, 2], [1, 4]], [[1, 2], [1, 1]])
        ),
        [2],
        [],
    ),
    "MixtureSameFamily of vectors": (
        lambda: _ds().MixtureSameFamily(
            tf.distributions.Categorical(probs=_floats(0.3, 0.7)),
            _ds().MultivariateNormalDiag(_floats([0, 1], [2, 3]), _floats([1, 2], [1, 1])),
        ),
        [],
        [2],
    ),
    "log-normal": (
        lambda: _ds().TransformedDistribution(_normal([0, 1], [0.3, 0.5]), _ds().bijectors.Exp()),
        [2],
        [],
    ),
    "made of scalars": (
        lambda: _ds().TransformedDistribution(
            tf.distributions.Normal(_floats(0.0)[0], _floats(1.0)[0]),
            _ds().bijectors.Affine(_floats(1, 2), scale_tril=_floats([1, 0], [1, 2])),
            batch_shape=[3],
            event_shape=[2],
        ),
        [3],
        [2],
    ),
    "made of a batch": (
        lambda: _ds().TransformedDistribution(
            _normal([0, 1, 2], [1, 1, 2]), _ds().bijectors.Permute([1, 0]), event_shape=[2]
        ),
        [3],
        [2],
    ),
    "Autoregressive": (lambda: _ds().Autoregressive(_conditioned), [2], [3]),
    "SinhArcsinh": (lambda: _ds().SinhArcsinh(_floats(1, 2), _floats(0.5)[0], 0.2, 1.3), [2], []),
    "VectorSinhArcsinhDiag": (
        lambda: _ds().VectorSinhArcsinhDiag(_floats(1, 2), _floats(0.5, 1), skewness=0.2),
        [],
        [2],
    ),
    "VectorExponentialDiag": (lambda: _ds().VectorExponentialDiag(_floats(1, 2), _floats(0.5, 1)), [], [2]),
    "VectorLaplaceDiag": (lambda: _ds().VectorLaplaceDiag(_floats(1, 2), _floats(0.5, 1)), [], [2]),
}


@pytest.mark.parametrize("name", ROWS)
def test_samples_have_the_moments_and_the_density(name):
    make, batch, event = ROWS[name]
    distribution = make()
    assert distribution.batch_shape.as_list() == batch and distribution.event_shape.as_list() == event
    samples = distribution.sample(DRAWS, seed=3)
    assert known(samples) == [DRAWS, *batch, *event]
    asked = {
        method: implemented(getattr(distribution, method))
        for method in ("mean", "variance", "covariance", "entropy")
    }
    asked = {method: tensor for method, tensor in asked.items() if tensor is not None}
    asked.update(samples=samples, log_prob=distribution.log_prob(samples))
    asked.update(batch=distribution.batch_shape_tensor(), event=distribution.event_shape_tensor())
    place = tf.placeholder(tf.float64, [DRAWS, *batch, *event])
    anew = distribution.log_prob(place)  # of which no bijector remembers where it came from
    with tf.Session() as session:
        found = session.run(asked)
        again = session.run(anew, {place: found["samples"]})
    assert list(found["batch"]) == batch and list(found["event"]) == event
    np.testing.assert_allclose(found["log_prob"], again, rtol=1e-5, atol=1e-6)
    assert found["log_prob"].shape == (DRAWS, *batch)
    drawn = found["samples"]
    centred = drawn - drawn.mean(axis=0)
    spread = {
        "mean": drawn,
        "variance": centred**2,
        "entropy": -found["log_prob"],
    }
    if event:
        spread["covariance"] = centred[..., :, None] * centred[..., None, :]
    for method, values in spread.items():
        if method in found:
            error = 6 * values.std(axis=0) / np.sqrt(DRAWS) + 1e-9
            assert np.all(np.abs(values.mean(axis=0) - found[method]) < error), method
    if not event:  # the density at a place is how many samples fall around it
        width = 0.2
        for place_of in (0.5, 1.5):
            share = (np.abs(drawn - place_of) < width / 2).mean(axis=0) / width
            density = run(distribution.prob(_floats(place_of)[0]))
            np.testing.assert_allclose(share, density, atol=6 * np.sqrt(1 / (width * DRAWS)) + 0.02)


def test_a_quantized_distribution_counts_what_falls_between():
    ds = _ds()
    distribution = ds.QuantizedDistribution(_normal([2.0], [1.5]), low=_floats(0.0)[0], high=_floats(5.0)[0])
    numbers = np.arange(-1.0, 7.0)[:, None]
    samples, prob, log_prob, cdf, survival = run(
        distribution.sample(DRAWS, seed=1),
        distribution.prob(numbers),
        distribution.log_prob(numbers[1:-1]),
        distribution.cdf(numbers),
        distribution.survival_function(numbers),
    )
    np.testing.assert_allclose(prob.sum(), 1)
    np.testing.assert_allclose(np.exp(log_prob), prob[1:-1])
    np.testing.assert_allclose(np.cumsum(prob), cdf[:, 0], atol=1e-12)
    np.testing.assert_allclose(cdf + survival, 1)
    shares = [(samples == number).mean() for number in numbers]
    np.testing.assert_allclose(shares, prob[:, 0], atol=6 * 0.5 / np.sqrt(DRAWS))
    checked = ds.QuantizedDistribution(_normal([2.0], [1.5]), validate_args=True)
    with pytest.raises(tf.errors.InvalidArgumentError, match="non-integer"):
        run(checked.prob(_floats(0.5)))


def test_named_arguments_reach_a_conditional_distribution():
    ds = _ds()

    class Shifted(ds.ConditionalDistribution):
        def __init__(self):
            super().__init__(tf.float32, tf.distributions.NOT_REPARAMETERIZED, False, True)

        def _batch_shape(self):
            return tf.TensorShape([])

        _event_shape = _batch_shape

        def _sample_n(self, n, seed=None, shift=0.0):
            return tf.zeros([n]) + shift

        def _log_prob(self, value, shift=0.0):
            return value - shift

        def _cdf(self, value, shift=0.0):
            return value / shift

    class Scaled(ds.bijectors.ConditionalBijector):
        def __init__(self):
            super().__init__(forward_min_event_ndims=0)

        def _forward(self, x, scale=1.0):
            return x * scale

        def _inverse(self, y, scale=1.0):
            return y / scale

        def _inverse_log_det_jacobian(self, y, scale=1.0):
            return -tf.log(scale) + tf.zeros_like(y)

    base = Shifted()
    both = ds.ConditionalTransformedDistribution(base, Scaled())
    given = {"bijector_kwargs": {"scale": 4.0}, "distribution_kwargs": {"shift": 3.0}}
    values = run(
        base.sample(2, shift=5.0),
        base.log_prob(2.0, shift=0.5),
        base.prob(0.0, shift=0.0),
        base.survival_function(1.0, shift=4.0),
        both.sample(2, **given),
        both.log_prob(8.0, **given),
    )
    assert values[0].tolist() == [5, 5] and values[1] == 1.5 and values[2] == 1 and values[3] == 0.75
    assert values[4].tolist() == [12, 12]
    np.testing.assert_allclose(values[5], 2 - 3 - np.log(4), rtol=1e-6)


def test_divergences_of_independent_entries_add_up():
    ds = _ds()
    first, second = _normal([0, 1], [1, 2]), _normal([1, 1], [2, 2])
    whole, parts = run(
        ds.kl_divergence(ds.Independent(first, 1), ds.Independent(second, 1)), ds.kl_divergence(first, second)
    )
    np.testing.assert_allclose(whole, parts.sum())


@pytest.mark.parametrize(
    "make, error, message",
    [
        (lambda ds: ds.Independent(_normal([0], [1]), 2), ValueError, "cannot exceed"),
        (lambda ds: ds.Mixture(_normal([0], [1]), [_normal([0], [1])]), TypeError, "must be a Categorical"),
        (lambda ds: ds.Mixture(ds.Categorical(probs=[0.5, 0.5]), []), ValueError, "non-empty"),
        (
            lambda ds: ds.Mixture(ds.Categorical(probs=[0.5, 0.5]), [ds.Normal(0.0, 1.0)]),
            ValueError,
            "num_classes",
        ),
        (
            lambda ds: ds.MixtureSameFamily(ds.Categorical(probs=[0.5, 0.5]), ds.Normal([0.0, 1, 2], 1.0)),
            ValueError,
            "does not equal",
        ),
        (
            lambda ds: ds.TransformedDistribution(ds.Normal([0.0, 1.0], 1.0), batch_shape=[2]),
            ValueError,
            "not scalar",
        ),
        (lambda ds: ds.MultivariateNormalDiag(), ValueError, "Cannot infer"),
        (lambda ds: ds.MultivariateNormalTriL(), ValueError, "Must specify"),
        (
            lambda ds: ds.kl_divergence(ds.Normal(0.0, 1.0), ds.Laplace(0.0, 1.0)),
            NotImplementedError,
            "Normal and distribution_b type Laplace",
        ),
    ],
)
def test_what_is_wrong_is_said(make, error, message):
    with pytest.raises(error, match=message):
        make(_ds())


@pytest.mark.parametrize("is_factor", [False, True])
def test_wishart_matrices(is_factor):
    ds = _ds()
    scale = _floats([[2.0, 0.3], [0.3, 1]], [[1, 0], [0, 0.5]])
    distribution = ds.WishartFull(_floats(4, 6.5), scale, cholesky_input_output_matrices=is_factor)
    by_factor = ds.WishartCholesky(_floats(4, 6.5), np.linalg.cholesky(scale))
    samples = distribution.sample(DRAWS, seed=2)
    assert known(samples) == [DRAWS, 2, 2, 2]
    matrices = tf.matmul(samples, samples, adjoint_b=True) if is_factor else samples
    found = run(
        matrices,
        by_factor.mean(),
        by_factor.variance(),
        by_factor.entropy(),
        by_factor.mean_log_det(),
        -distribution.log_prob(samples),
        -by_factor.log_prob(matrices),
    )
    drawn = found[0]
    wanted = {
        "mean": (drawn, found[1]),
        "variance": ((drawn - drawn.mean(axis=0)) ** 2, found[2]),
        "entropy": (found[5], found[3]),
        "determinant": (np.linalg.slogdet(drawn)[1], found[4]),
    }
    for what, (values, claimed) in wanted.items():
        error = 6 * values.std(axis=0) / np.sqrt(DRAWS)
        assert np.all(np.abs(values.mean(axis=0) - claimed) < error), what
    np.testing.assert_allclose(found[5], found[6], rtol=1e-6)
    with pytest.raises(ValueError, match="Degrees of freedom"):
        ds.WishartFull(1.0, np.eye(2, dtype=np.float32))


def test_a_batch_in_another_shape():
    ds = _ds()
    whole = ds.MultivariateNormalDiag(np.arange(12.0).reshape(6, 2), np.ones([6, 2]))
    shaped = ds.BatchReshape(whole, [2, -1])
    assert shaped.batch_shape.as_list() == [2, 3] and shaped.event_shape.as_list() == [2]
    samples = shaped.sample(4, seed=1)
    assert known(samples) == [4, 2, 3, 2]
    values = run(
        samples,
        shaped.log_prob(samples),
        whole.log_prob(tf.reshape(samples, [4, 6, 2])),
        shaped.mean(),
        shaped.covariance(),
        shaped.entropy(),
        shaped.batch_shape_tensor(),
    )
    np.testing.assert_allclose(values[1].reshape(4, 6), values[2])
    assert values[3].shape == (2, 3, 2) and values[4].shape == (2, 3, 2, 2) and values[5].shape == (2, 3)
    assert list(values[6]) == [2, 3]
    with pytest.raises(ValueError, match="must match"):
        ds.BatchReshape(whole, [4, 2])
    with pytest.raises(NotImplementedError, match="too few"):
        shaped.log_prob(np.zeros([2]))


def test_poisson_numbers_of_lognormal_rates():
    ds = _ds()
    loc, scale = _floats(0.5, 1), _floats(0.3)[0]
    compound = ds.PoissonLogNormalQuadratureCompound(
        loc, scale, 12, ds.quadrature_scheme_lognormal_gauss_hermite
    )
    numbers = np.arange(60.0)[:, None]
    prob, mean, variance, samples = run(
        compound.prob(numbers), compound.mean(), compound.variance(), compound.sample(DRAWS, seed=3)
    )
    np.testing.assert_allclose(prob.sum(axis=0), 1)
    rate = np.exp(loc + scale**2 / 2)
    np.testing.assert_allclose(mean, rate, rtol=1e-6)
    np.testing.assert_allclose(variance, rate + rate**2 * np.expm1(scale**2), rtol=1e-5)
    np.testing.assert_allclose((samples == 1).mean(axis=0), prob[1], atol=6 * 0.5 / np.sqrt(DRAWS))
    rough = ds.PoissonLogNormalQuadratureCompound(_floats(0.1), scale)
    assert run(rough.sample(5, seed=1)).shape == (5, 1) and rough.quadrature_size == 8
