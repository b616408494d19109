"""`tf.contrib.distributions.bijectors`: the laws of maps with inverses, over all of them."""

import numpy as np
import pytest

import evergraph as tf
from tests.laws import known

_RANDOM = np.random.RandomState(5)


def _floats(*values):
    return np.array(values, np.float64)


def _tril(n):
    return np.tril(_RANDOM.standard_normal((n, n)) * 0.3, -1) + np.diag(np.arange(1.0, n + 1))


def _moves(y, count=None):
    """A shift and a log scale whose entry i depends on the entries before it (on all, where `count` others are moved)."""
    if count is not None:
        total = tf.reduce_sum(y, axis=-1, keepdims=True) + tf.zeros([count], y.dtype)
        return total, 0.1 * tf.sin(total)
    before = tf.cumsum(y, axis=-1, exclusive=True)
    return before, 0.1 * tf.sin(before)


NUMBERS = _floats([0.3, 0.7, 0.1], [0.2, 0.9, 0.5])
VECTORS = _floats([0.3, -0.7, 1.1], [0.2, 0.9, -0.5])
# name: (the bijector in a module, values of x)
ROWS = {
    "Identity": (lambda b: b.Identity(), NUMBERS),
    "Exp": (lambda b: b.Exp(), VECTORS),
    "PowerTransform": (lambda b: b.PowerTransform(power=0.4), VECTORS),
    "Sigmoid": (lambda b: b.Sigmoid(), VECTORS),
    "Softplus": (lambda b: b.Softplus(), VECTORS),
    "soft Softplus": (lambda b: b.Softplus(hinge_softness=_floats(0.5)[0]), VECTORS),
    "Softsign": (lambda b: b.Softsign(), VECTORS),
    "Square": (lambda b: b.Square(), NUMBERS),
    "AffineScalar": (lambda b: b.AffineScalar(_floats(1.0)[0], _floats(-2.0)[0]), VECTORS),
    "SinhArcsinh": (lambda b: b.SinhArcsinh(0.3, _floats(1.5)[0]), VECTORS),
    "Gumbel": (lambda b: b.Gumbel(_floats(0.5)[0], _floats(2.0)[0]), VECTORS),
    "Weibull": (lambda b: b.Weibull(_floats(0.5)[0], _floats(2.0)[0]), NUMBERS),
    "Kumaraswamy": (lambda b: b.Kumaraswamy(_floats(0.5)[0], _floats(2.0)[0]), NUMBERS),
    "Chain": (lambda b: b.Chain([b.Exp(), b.AffineScalar(_floats(1.0)[0], _floats(2.0)[0])]), VECTORS),
    "Invert": (lambda b: b.Invert(b.Sigmoid()), NUMBERS),
    "Inline": (
        lambda b: b.Inline(
            tf.exp, tf.log, inverse_log_det_jacobian_fn=lambda y: -tf.log(y), forward_min_event_ndims=0
        ),
        VECTORS,
    ),
    "Affine": (
        lambda b: b.Affine(_floats(1, 2, 3), scale_tril=_tril(3), scale_diag=_floats(1, 2, 3)),
        VECTORS,
    ),
    "Affine multiple": (lambda b: b.Affine(_floats(1, 2, 3), _floats(-2.0)[0]), VECTORS),
    "Affine of low rank": (
        lambda b: b.Affine(scale_diag=_floats(1, 2, 3), scale_perturb_factor=_floats([1], [0.5], [0])),
        VECTORS,
    ),
    "AffineLinearOperator": (
        lambda b: b.AffineLinearOperator(_floats(1, 2, 3), tf.linalg.LinearOperatorLowerTriangular(_tril(3))),
        VECTORS,
    ),
    "Permute": (lambda b: b.Permute([2, 0, 1]), VECTORS),
    "Ordered": (lambda b: b.Ordered(), np.cumsum(NUMBERS, axis=-1)),
    "SoftmaxCentered": (lambda b: b.SoftmaxCentered(), VECTORS),
    "Chain of vectors": (lambda b: b.Chain([b.SoftmaxCentered(), b.Exp(), b.Permute([1, 2, 0])]), VECTORS),
    "MaskedAutoregressiveFlow": (lambda b: b.MaskedAutoregressiveFlow(_moves), VECTORS),
    "unrolled flow": (lambda b: b.MaskedAutoregressiveFlow(_moves, unroll_loop=True), VECTORS),
    "RealNVP": (lambda b: b.RealNVP(1, _moves), VECTORS),
    "Reshape": (lambda b: b.Reshape([1, 3], [3]), VECTORS),
}


@pytest.mark.parametrize("name", ROWS)
def test_the_inverse_comes_back_and_volumes_are_those_of_the_slopes(name):
    make, x = ROWS[name]
    bijector = make(tf.contrib.distributions.bijectors)
    place = tf.placeholder(tf.float64, x.shape)
    y = bijector.forward(place)
    seen = tf.placeholder(tf.float64, known(y))  # another tensor, of which nothing is remembered
    back = bijector.inverse(seen)
    ends = 1 + known(y).index(known(y)[0]) if name == "Reshape" else 1
    there = bijector.forward_log_det_jacobian(place, event_ndims=1)
    again = bijector.inverse_log_det_jacobian(seen, event_ndims=len(known(y)) - ends)
    step = 1e-6
    with tf.Session() as session:
        value = session.run(y, {place: x})
        found = session.run([back, there, again], {place: x, seen: value})
        slopes = []
        for axis in range(x.shape[-1]):
            moved = step * np.eye(x.shape[-1])[axis]
            high, low = (session.run(y, {place: x + sign * moved}) for sign in (1, -1))
            slopes.append((high - low) / (2 * step))
    np.testing.assert_allclose(found[0], x, rtol=1e-7, atol=1e-9)
    matrix = np.stack(slopes, axis=-1).reshape(len(x), -1, x.shape[-1])[:, : x.shape[-1]]
    wanted = np.linalg.slogdet(matrix)[1]
    np.testing.assert_allclose(np.broadcast_to(found[1], wanted.shape), wanted, rtol=1e-6, atol=1e-8)
    np.testing.assert_allclose(np.broadcast_to(found[2], wanted.shape), -wanted, rtol=1e-6, atol=1e-8)
    event = bijector.forward_event_shape([x.shape[-1]])
    assert event.as_list() == list(value.shape[1:])
    assert bijector.inverse_event_shape(event).as_list() == [x.shape[-1]]


def test_matrices():
    b = tf.contrib.distributions.bijectors
    x = np.stack([_tril(3), _tril(3) * 2])
    outer, inverse = b.CholeskyOuterProduct(), b.MatrixInverseTriL()
    with tf.Session() as session:
        values = session.run(
            [
                outer.forward(x),
                outer.inverse(x @ x.swapaxes(-1, -2)),
                outer.forward_log_det_jacobian(x, event_ndims=2),
                inverse.forward(x),
                inverse.forward_log_det_jacobian(x, event_ndims=2),
            ]
        )
    np.testing.assert_allclose(values[0], x @ x.swapaxes(-1, -2))
    np.testing.assert_allclose(values[1], x)
    np.testing.assert_allclose(values[3], np.linalg.inv(x), atol=1e-12)
    diagonal = np.log(np.diagonal(x, axis1=-2, axis2=-1))
    np.testing.assert_allclose(values[2], 3 * np.log(2) + diagonal @ [3, 2, 1])
    np.testing.assert_allclose(values[4], -6 * diagonal.sum(axis=-1))


def test_a_map_with_two_inverses():
    b = tf.contrib.distributions.bijectors
    bijector = b.AbsoluteValue(validate_args=True)
    with tf.Session() as session:
        assert session.run(bijector.forward(_floats(-2, 3))).tolist() == [2, 3]
        below, above = session.run(bijector.inverse(_floats(2, 3)))
        assert below.tolist() == [-2, -3] and above.tolist() == [2, 3]
        with pytest.raises(tf.errors.InvalidArgumentError, match="negative"):
            session.run(bijector.inverse(_floats(-1.0)))
    with pytest.raises(NotImplementedError, match="non-injective"):
        b.Invert(bijector)
    with pytest.raises(NotImplementedError, match="non-injective"):
        b.Chain([bijector])


def test_networks_for_flows():
    b, ds = tf.contrib.distributions.bijectors, tf.contrib.distributions
    base = ds.MultivariateNormalDiag(tf.zeros([3]), tf.ones([3]))
    made = {
        "autoregressive": b.MaskedAutoregressiveFlow(b.masked_autoregressive_default_template([6, 6])),
        "coupling": b.RealNVP(2, b.real_nvp_default_template([4])),
        "normalized": b.BatchNormalization(training=False),
    }
    flows = {name: ds.TransformedDistribution(base, bijector) for name, bijector in made.items()}
    samples = {name: flow.sample(5, seed=1) for name, flow in flows.items()}
    remembered = {name: flow.log_prob(samples[name]) for name, flow in flows.items()}
    places = {name: tf.placeholder(tf.float32, [5, 3]) for name in flows}
    anew = {name: flow.log_prob(places[name]) for name, flow in flows.items()}
    variables = tf.trainable_variables()
    assert len(variables) == 6 + 4 + 2  # each template makes its own once, whatever is asked of it
    gradients = tf.gradients(sum(tf.reduce_sum(value) for value in anew.values()), variables[:10])
    assert None not in gradients
    with tf.Session() as session:
        session.run(tf.global_variables_initializer())
        drawn, first = session.run([samples, remembered])
        second = session.run(anew, {places[name]: drawn[name] for name in places})
    for name in flows:
        np.testing.assert_allclose(first[name], second[name], rtol=1e-3, atol=1e-3, err_msg=name)


def test_batch_normalization_sees_the_batch():
    b = tf.contrib.distributions.bijectors
    y = _RANDOM.standard_normal((20, 2)).astype(np.float32) * 3 + 1
    bijector = b.BatchNormalization()
    x, stretch = bijector.inverse(y), bijector.inverse_log_det_jacobian(y, event_ndims=1)
    with tf.Session() as session:
        session.run(tf.global_variables_initializer())
        value, volume = session.run([x, stretch])
    np.testing.assert_allclose(value.mean(axis=0), 0, atol=1e-5)
    np.testing.assert_allclose(value.std(axis=0), 1, atol=1e-3)
    np.testing.assert_allclose(volume, -np.log(y.std(axis=0)).sum(), rtol=1e-3)


@pytest.mark.parametrize(
    "make, error, message",
    [
        (lambda b: b.PowerTransform(power=-1.0), ValueError, "non-negative"),
        (lambda b: b.Permute([0, 0]), ValueError, "exactly one"),
        (lambda b: b.Permute([0.0]), TypeError, "int"),
        (lambda b: b.Reshape([-1, -1]), ValueError, "at most one"),
        (lambda b: b.Reshape([2], [3]).forward(np.zeros([4])), ValueError, "does not match"),
        (lambda b: b.RealNVP(0, _moves), ValueError, "positive"),
        (lambda b: b.Affine(scale_perturb_diag=[1.0]), ValueError, "scale_perturb_factor"),
        (lambda b: b.Inline(forward_min_event_ndims=0).forward(1.0), NotImplementedError, "forward_fn"),
        (lambda b: b.Inline(), ValueError, "at least one"),
        (lambda b: b.Softmax(), AttributeError, "Softmax"),
        (
            lambda b: b.SoftmaxCentered().inverse_log_det_jacobian([0.5, 0.5], event_ndims=0),
            ValueError,
            "min_event_ndims",
        ),
    ],
)
def test_what_is_wrong_is_said(make, error, message):
    with pytest.raises(error, match=message):
        make(tf.contrib.distributions.bijectors)
