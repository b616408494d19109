"""The laws of distributions, each written once; the tables of the packages give the rows that they are held over.

1. `moments_are_samples`      mean, variance, covariance and entropy are what samples give, and samples have the shape and type claimed
2. `densities_sum_to_one`     over the support; and the cumulative function is the density's sum
3. `both_sides_agree`         log_prob is the logarithm of prob, survival the complement of cdf; quantiles invert it
4. `samples_are_differentiable`   the gradient of reparameterised samples agrees with differences
5. `divergence_is_expected`   the divergence is the mean difference of log-densities
6. `shapes_are_known`         what is claimed of batch and event with parameters of unknown shape is so in the run
7. `agrees_with_tensorflow`   statistics and densities are TensorFlow's

A row is a name, a class, arguments (float64 arrays) with a batch of more than one, those of another instance, and where the
support is: `(low, high)` to be integrated over, an array of all values that matter, or None where it is of more dimensions.
"""

from typing import Any, NamedTuple

import numpy as np
import pytest

import evergraph as tf
from tests.laws import known

DRAWS = 10000


class Row(NamedTuple):
    """A distribution under test."""

    name: str
    arguments: dict[str, Any]
    other: dict[str, Any] | None = None
    support: Any = None
    is_cdf_strict: bool = (
        False  # whether the cumulative function leaves the value itself out, as Categorical's does
    )

    def make(self, ds=None, arguments=None, **options):
        """An instance of the class in a module, tf.distributions when None."""
        given = self.arguments if arguments is None else arguments
        return getattr(ds or tf.distributions, self.name)(**given, **options)


def named(rows, **options):
    """The rows as parameters of a test."""
    return [
        pytest.param(row, id=row.name)
        for row in rows
        if all(getattr(row, k) is not v for k, v in options.items())
    ]


def run(*fetches, feeds=None):
    """The values of tensors, in a session of the default graph."""
    with tf.Session() as session:
        values = session.run(fetches, feeds)
    return values[0] if len(fetches) == 1 else values


_drawn: dict[int, np.ndarray] = {}


def drawn(row, ds=None):
    """DRAWS samples of a row, which are drawn once: to compile what draws them takes longest."""
    if id(row) not in _drawn:
        with tf.Graph().as_default():
            distribution = row.make(ds)
            samples = distribution.sample(DRAWS, seed=7)
            whole = [DRAWS, *distribution.batch_shape.as_list(), *distribution.event_shape.as_list()]
            assert known(samples) == whole and samples.dtype == distribution.dtype
            assert known(distribution.sample([2, 3], seed=1)) == [2, 3, *whole[1:]]
            _drawn[id(row)] = run(samples)
    return _drawn[id(row)]


def implemented(method, *arguments):
    """What a method gives, None where the family has none."""
    try:
        return method(*arguments)
    except NotImplementedError:
        return None


def _near(found, wanted, spread, what):
    """Whether a mean of DRAWS samples is what it should be, within six of its standard errors."""
    error = 6 * np.sqrt(spread / DRAWS) + 1e-9
    assert np.all(np.abs(found - wanted) < error), (
        f"{what}: {found} from samples, {wanted} claimed, within {error}"
    )


def moments_are_samples(row, ds=None):
    distribution = row.make(ds)
    samples = drawn(row, ds)
    wanted = {
        name: implemented(getattr(distribution, name))
        for name in ("mean", "variance", "stddev", "covariance", "entropy")
    }
    wanted["log_prob"] = implemented(distribution.log_prob, samples)
    with tf.Session() as session:
        values = session.run({name: tensor for name, tensor in wanted.items() if tensor is not None})
    samples = samples.astype(np.float64)
    centred = samples - samples.mean(axis=0)
    if "mean" in values:
        assert values["mean"].shape == samples.shape[1:]
        _near(samples.mean(axis=0), values["mean"], samples.var(axis=0), "mean")
    if "variance" in values:
        assert values["variance"].shape == samples.shape[1:]
        _near(samples.var(axis=0), values["variance"], (centred**2).var(axis=0), "variance")
        np.testing.assert_allclose(values["stddev"] ** 2, values["variance"], rtol=1e-6)
    if "covariance" in values:
        products = centred[..., :, None] * centred[..., None, :]
        _near(products.mean(axis=0), values["covariance"], products.var(axis=0), "covariance")
    if "entropy" in values and "log_prob" in values:
        surprises = -values["log_prob"]
        assert values["entropy"].shape == surprises.shape[1:]
        _near(surprises.mean(axis=0), values["entropy"], surprises.var(axis=0), "entropy")


def _places(row, ndims):
    """(places of the support `[m, 1, ...]`, how much each of them weighs in a sum)."""
    if isinstance(row.support, tuple):
        low, high = row.support
        middles = (np.arange(20000) + 0.5) / 20000 * (high - low) + low
        weight = (high - low) / 20000
    else:
        middles, weight = np.asarray(row.support), 1.0
    return middles.reshape([-1] + [1] * ndims), weight


def densities_sum_to_one(row, ds=None):
    distribution = row.make(ds)
    places, weight = _places(row, distribution.batch_shape.ndims)
    value = places.astype(distribution.dtype.as_numpy_dtype)
    wanted = {"density": distribution.prob(value), "cdf": implemented(distribution.cdf, value)}
    with tf.Session() as session:
        values = session.run({name: tensor for name, tensor in wanted.items() if tensor is not None})
    density = values["density"]
    sums = np.cumsum(density * weight, axis=0)
    np.testing.assert_allclose(sums[-1], 1, rtol=2e-4)
    if "cdf" not in values:
        return
    if isinstance(row.support, tuple):
        sums -= density * weight / 2  # a place stands in the middle of what it weighs
    if row.is_cdf_strict:
        sums = sums - density
    np.testing.assert_allclose(values["cdf"], sums, atol=1e-3)


def both_sides_agree(row, ds=None):
    distribution = row.make(ds)
    samples = drawn(row, ds)[:50]
    pairs = [
        (distribution.prob(samples), tf.exp(distribution.log_prob(samples))),
    ]
    if implemented(distribution.cdf, samples) is not None:
        cdf = distribution.cdf(samples)
        pairs += [
            (cdf, tf.exp(distribution.log_cdf(samples))),
            (1 - cdf, distribution.survival_function(samples)),
            (1 - cdf, tf.exp(distribution.log_survival_function(samples))),
        ]
        if isinstance(row.support, tuple) and (back := implemented(distribution.quantile, cdf)) is not None:
            pairs.append((back, tf.constant(samples)))
    for left, right in (
        run(*[tf.stack(pair) for pair in pairs]) if len(pairs) > 1 else [run(tf.stack(pairs[0]))]
    ):
        np.testing.assert_allclose(left, right, rtol=1e-5, atol=1e-7)


def samples_are_differentiable(row, ds=None):
    """The slope of samples of one seed, along a direction of the parameters of which all are floats."""
    names = [k for k, v in row.arguments.items() if isinstance(v, np.ndarray) and v.dtype == np.float64]
    places = {k: tf.placeholder(tf.float64, row.arguments[k].shape) for k in names}
    distribution = row.make(ds, {**row.arguments, **places})
    if distribution.reparameterization_type is not tf.distributions.FULLY_REPARAMETERIZED:
        return
    samples = distribution.sample(5, seed=11)
    weights = np.arange(1.0, 1 + np.prod(known(samples))).reshape(known(samples))
    total = tf.reduce_sum(samples * weights)
    gradients = tf.gradients(total, list(places.values()))
    assert None not in gradients, dict(zip(names, gradients))
    step = 1e-6

    def at(sign, what):
        feeds = {places[k]: row.arguments[k] + sign * step for k in names}
        with tf.Session() as session:  # a new session draws the same numbers
            return session.run(what, feeds)

    high, low, slopes = at(1, total), at(-1, total), at(0, gradients)
    np.testing.assert_allclose(sum(np.sum(s) for s in slopes), (high - low) / (2 * step), rtol=1e-4)


def divergence_is_expected(row, ds=None):
    first, second = row.make(ds), row.make(ds, row.other)
    samples = drawn(row, ds)
    divergence, difference, nothing, crossed, entropy = run(
        tf.distributions.kl_divergence(first, second),
        first.log_prob(samples) - second.log_prob(samples),
        first.kl_divergence(first),
        first.cross_entropy(second),
        first.entropy(),
    )
    _near(difference.mean(axis=0), divergence, difference.var(axis=0), "divergence")
    np.testing.assert_allclose(nothing, 0, atol=1e-9)
    np.testing.assert_allclose(crossed - entropy, divergence, rtol=1e-6)


def shapes_are_known(row, ds=None):
    built = row.make(ds)
    batch, event = built.batch_shape.as_list(), built.event_shape.as_list()
    samples = drawn(row, ds)[:4]
    assert known(built.log_prob(samples)) == [4, *batch]
    feeds = {}
    for name, value in row.arguments.items():
        if isinstance(value, np.ndarray):
            feeds[name] = tf.placeholder(value.dtype, None)
    late = row.make(ds, {**row.arguments, **feeds})
    given = {place: row.arguments[name] for name, place in feeds.items()}
    found = run(
        late.batch_shape_tensor(),
        late.event_shape_tensor(),
        late.sample(4, seed=2),
        late.is_scalar_event(),
        late.is_scalar_batch(),
        feeds=given,
    )
    assert list(found[0]) == batch and list(found[1]) == event
    assert found[2].shape == samples.shape and found[3] == (len(event) == 0) and found[4] == (len(batch) == 0)
    assert late.batch_shape.is_compatible_with(batch) and late.event_shape.is_compatible_with(event)


def agrees_with_tensorflow(row, reference, theirs, ds=None):
    """Statistics and densities at samples, in `theirs`, a module of `reference` with the same classes."""
    # One member in float32: TensorFlow's own parameters do not broadcast everywhere, nor do all statistics take float64.
    arguments = {
        k: v[0].astype(np.float32) if isinstance(v, np.ndarray) else v for k, v in row.arguments.items()
    }
    built = row.make(ds, arguments)
    samples = drawn(row, ds)[:6, 0]
    samples = samples.astype(np.float32) if samples.dtype.kind == "f" else samples
    methods = ["mean", "variance", "stddev", "covariance", "mode", "entropy"]
    on_values = ["log_prob", "prob", "cdf", "log_cdf", "survival_function", "log_survival_function"]

    def asked(distribution):
        found = {m: implemented(getattr(distribution, m)) for m in methods}
        found.update({m: implemented(getattr(distribution, m), samples) for m in on_values})
        return {m: t for m, t in found.items() if t is not None}

    with reference.Graph().as_default(), reference.Session() as session:
        wanted = session.run(asked(row.make(theirs, arguments)))
    ours = asked(built)
    assert wanted.keys() <= ours.keys()
    with tf.Session() as session:
        found = session.run({m: ours[m] for m in wanted})
    for method, value in wanted.items():
        assert found[method].dtype == value.dtype, method
        np.testing.assert_allclose(found[method], value, rtol=2e-4, atol=1e-6, err_msg=method)
