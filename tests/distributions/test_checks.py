"""Parameters, values and undefined statistics are checked where that is asked for, and texts and copies say what there is."""

import numpy as np
import pytest

import evergraph as tf
from evergraph.distributions.static import parent_frame_arguments
from tests.distributions.laws import run


def _ds():
    return tf.distributions


@pytest.mark.parametrize(
    "make, message",
    [
        (lambda ds, **k: ds.Normal(0.0, -1.0, **k).scale, "x > 0"),
        (lambda ds, **k: ds.Gamma(-1.0, 1.0, **k).concentration, "x > 0"),
        (lambda ds, **k: ds.Uniform(1.0, 0.0, **k).low, "low >= high"),
        (lambda ds, **k: ds.Beta(-1.0, 1.0, **k).mean(), "must be positive"),
        (lambda ds, **k: ds.Bernoulli(probs=1.5, **k).mean(), "greater than 1"),
        (lambda ds, **k: ds.Categorical(probs=[0.5, 0.6], **k).probs, "does not sum to 1"),
        (lambda ds, **k: ds.Dirichlet([-1.0, 2.0], **k).mean(), "must be positive"),
        (lambda ds, **k: ds.Multinomial(1.5, probs=[0.5, 0.5], **k).mean(), "fractional"),
        (lambda ds, **k: ds.Bernoulli(probs=0.5, **k).log_prob(2), "cannot exceed|Elements"),
        (lambda ds, **k: ds.Categorical(probs=[0.5, 0.5], **k).log_prob(0.5), "int32-equivalent"),
        (lambda ds, **k: ds.Beta(1.0, 2.0, **k).log_prob(1.5), "less than `1`"),
        (lambda ds, **k: ds.Dirichlet([1.0, 2.0], **k).log_prob([0.5, 0.6]), "must sum to `1`"),
        (lambda ds, **k: ds.Multinomial(2.0, probs=[0.5, 0.5], **k).log_prob([1.0, 2]), "must sum to"),
    ],
)
def test_what_is_checked_raises_in_the_run(make, message):
    run(make(_ds()))  # nothing is checked
    with pytest.raises(tf.errors.InvalidArgumentError, match=message):
        run(make(_ds(), validate_args=True))


@pytest.mark.parametrize(
    "make, statistic, message",
    [
        (lambda ds, **k: ds.StudentT([0.5, 3.0], 1.0, 2.0, **k), "mean", "df <= 1"),
        (lambda ds, **k: ds.StudentT([0.5, 3.0], 1.0, 2.0, **k), "variance", "df <= 1"),
        (lambda ds, **k: ds.Gamma([0.5, 3.0], 1.0, **k), "mode", "concentration <= 1"),
        (lambda ds, **k: ds.Beta([0.5, 3.0], 2.0, **k), "mode", "Mode undefined"),
        (lambda ds, **k: ds.Dirichlet([[0.5, 3.0], [2.0, 2.0]], **k), "mode", "Mode undefined"),
    ],
)
def test_a_statistic_that_is_undefined_is_nan_or_an_error(make, statistic, message):
    values = run(getattr(make(_ds()), statistic)())
    assert np.isnan(values[0]).all() and np.isfinite(values[1]).all()
    with pytest.raises(tf.errors.InvalidArgumentError, match=message):
        run(getattr(make(_ds(), allow_nan_stats=False), statistic)())


def test_texts_copies_and_parameters():
    normal = _ds().Normal(loc=[0.0, 1.0], scale=2.0, name="prior")
    assert str(normal) == 'tf.distributions.Normal("prior/", batch_shape=(2,), event_shape=(), dtype=float32)'
    assert repr(normal).startswith("<tf.distributions.Normal 'prior/' batch_shape=(2,)")
    assert normal.parameters == {
        "loc": [0.0, 1.0],
        "scale": 2.0,
        "validate_args": False,
        "allow_nan_stats": True,
        "name": "prior",
    }
    wider = normal.copy(scale=3.0)
    assert run(wider.scale) == 3 and run(wider.loc).tolist() == [0, 1]
    assert normal.log_prob(0.0).name.startswith("prior/log_prob/")
    shapes = _ds().Normal.param_static_shapes([3, 2])
    assert {name: shape.as_list() for name, shape in shapes.items()} == {"loc": [3, 2], "scale": [3, 2]}
    soft = tf.contrib.distributions.NormalWithSoftplusScale(0.0, [0.0, -3.0])
    np.testing.assert_allclose(run(soft.scale), np.log1p(np.exp([0.0, -3.0])), rtol=1e-6)
    assert run(soft.copy(loc=1.0).scale).tolist() == run(soft.scale).tolist()


def test_divergences_of_subclasses_and_their_registration():
    ds = _ds()

    class Mine(ds.Normal):
        pass

    @ds.RegisterKL(Mine, ds.Laplace)
    def divergence(a, b, name=None):
        return tf.constant(7.0)

    mine, normal, laplace = Mine(0.0, 1.0), ds.Normal(0.0, 2.0), ds.Laplace(0.0, 1.0)
    assert run(ds.kl_divergence(mine, laplace)) == 7
    np.testing.assert_allclose(run(mine.kl_divergence(normal)), 0.5 * (0.25 - 1 + np.log(4)), rtol=1e-6)
    with pytest.raises(NotImplementedError, match="Normal"):
        ds.kl_divergence(normal, laplace)
    with pytest.raises(ValueError, match="already been registered"):
        ds.RegisterKL(Mine, ds.Laplace)(divergence)
    with pytest.raises(TypeError, match="callable"):
        ds.RegisterKL(Mine, Mine)(3)


@pytest.mark.parametrize(
    "make, error, message",
    [
        (lambda ds: ds.Normal(0, 1), ValueError, "(?i)float"),
        (lambda ds: ds.Normal(tf.constant(0.0, tf.float64), tf.constant(1.0)), ValueError, "same type"),
        (lambda ds: ds.Bernoulli(), ValueError, "probs or logits"),
        (lambda ds: ds.Bernoulli(logits=1), TypeError, "floating"),
        (lambda ds: ds.Normal(0.0, 1.0).sample([[2]]), ValueError, "neither scalar nor vector"),
        (lambda ds: ds.Normal(0.0, 1.0).covariance(), NotImplementedError, "covariance is not implemented"),
        (lambda ds: ds.Categorical(probs=[0.5, 0.5]).mean(), NotImplementedError, "mean is not implemented"),
        (
            lambda ds: ds.Distribution(tf.float32, ds.NOT_REPARAMETERIZED, False, True, graph_parents=[None]),
            ValueError,
            "not a Tensor",
        ),
    ],
)
def test_what_is_wrong_is_said(make, error, message):
    with pytest.raises(error, match=message):
        make(_ds())


def test_arguments_of_the_function_around():
    def function(a, b, *more, **named):
        a = 42
        c = a + b  # noqa: F841 (no argument)
        return parent_frame_arguments()

    assert function(1, 2, 3, d=4) == {"a": 42, "b": 2, "d": 4}
