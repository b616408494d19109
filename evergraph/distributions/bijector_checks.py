"""Properties that every bijector has, as checks for tests of bijectors."""

from __future__ import annotations

from typing import Any

import numpy as np

from evergraph.distributions.bijector import Bijector
from evergraph.framework.public import public, public_module
from evergraph.session.defaults import get_default_session
from evergraph.session.session import Session

public_module("python.ops.distributions.bijector_test_util")

_SEEDS = (0, 1)  # of the points in the domain and in the range


@public()
def assert_finite(array: Any) -> None:
    """AssertionError where an array has infinite entries, or such that are no numbers."""
    wrong = np.asarray(array)[~np.isfinite(array)]
    if wrong.size:
        raise AssertionError(f"{wrong.size} of {np.size(array)} entries are not finite: {wrong[:10]}")


@public()
def assert_strictly_increasing(array: Any) -> None:
    """AssertionError where an entry of a vector is not larger than the one before."""
    np.testing.assert_array_less(np.asarray(array)[:-1], np.asarray(array)[1:])


@public()
def assert_strictly_decreasing(array: Any) -> None:
    """AssertionError where an entry of a vector is not smaller than the one before."""
    assert_strictly_increasing(np.asarray(array)[::-1])


@public()
def assert_strictly_monotonic(array: Any) -> None:
    """AssertionError where a vector does not keep to the direction from its first entry to its last."""
    rises = array[0] < array[-1]
    (assert_strictly_increasing if rises else assert_strictly_decreasing)(array)


def _session(given: Session | None) -> Session:
    sess = given or get_default_session()
    if sess is None:
        raise ValueError("there is no default session: give one, or enter `with session.as_default()`")
    return sess


@public()
def assert_scalar_congruency(
    bijector: Bijector,
    lower_x: float,
    upper_x: float,
    n: int = 10000,
    rtol: float = 0.01,
    sess: Session | None = None,
) -> None:
    """Checks a map of an interval: it is monotonic, `forward` and `inverse` undo each other, and lengths change as it says.

    Args:
      bijector: a map of real numbers.
      lower_x: where the interval begins.
      upper_x: where it ends; both are in the domain.
      n: how many points are drawn.
      rtol: how far the length of the interval, found by drawing points from its image, may be off.
      sess: where it runs, the default session when None.

    Raises:
      AssertionError: one of these does not hold.
      ValueError: there is no session.
    """
    sess = _session(sess)
    dtype = np.float32 if bijector.dtype is None else bijector.dtype.as_numpy_dtype
    images = sess.run(bijector.forward(np.linspace(lower_x, upper_x, 10).astype(dtype)))
    assert_strictly_monotonic(images)
    lower_y, upper_y = sorted((images[0], images[-1]))
    xs, ys = (
        np.random.RandomState(seed).uniform(low, high, n).astype(dtype)
        for seed, low, high in zip(_SEEDS, (lower_x, lower_y), (upper_x, upper_y))
    )
    back = bijector.inverse(ys)
    there_and_back, back_and_there, inverse_stretch, stretch = sess.run(
        [
            bijector.inverse(bijector.forward(xs)),
            bijector.forward(back),
            bijector.inverse_log_det_jacobian(ys, event_ndims=0),
            bijector.forward_log_det_jacobian(back, event_ndims=0),
        ]
    )
    np.testing.assert_allclose(there_and_back, xs, atol=1e-5, rtol=1e-3)
    np.testing.assert_allclose(back_and_there, ys, atol=1e-5, rtol=1e-3)
    np.testing.assert_allclose(np.exp(inverse_stretch), np.exp(-stretch), atol=1e-5, rtol=1e-3)
    length = (upper_y - lower_y) * np.mean(np.exp(inverse_stretch))  # the integral of |dx/dy| over the image
    np.testing.assert_allclose(length, upper_x - lower_x, rtol=rtol)


@public()
def assert_bijective_and_finite(
    bijector: Bijector,
    x: np.ndarray,
    y: np.ndarray,
    event_ndims: int,
    atol: float = 0,
    rtol: float = 1e-5,
    sess: Session | None = None,
) -> None:
    """Checks that a map and its inverse undo each other at the points given, stretch as each other, and stay finite.

    Args:
      bijector: the map.
      x: points of its domain, best near to the edges.
      y: points of its range.
      event_ndims: how many dimensions an event has.
      atol: the absolute tolerance.
      rtol: the relative tolerance.
      sess: where it runs, the default session when None.

    Raises:
      AssertionError: one of these does not hold.
      ValueError: there is no session.
    """
    sess = _session(sess)
    there, back = bijector.forward(x), bijector.inverse(y)
    results = sess.run(
        {
            "images": there,
            "origins": back,
            "x": bijector.inverse(there),
            "y": bijector.forward(back),
            "stretch at x": bijector.forward_log_det_jacobian(x, event_ndims=event_ndims),
            "inverse stretch at x": bijector.inverse_log_det_jacobian(there, event_ndims=event_ndims),
            "stretch at y": bijector.forward_log_det_jacobian(back, event_ndims=event_ndims),
            "inverse stretch at y": bijector.inverse_log_det_jacobian(y, event_ndims=event_ndims),
        }
    )
    for array in (x, y, *results.values()):
        assert_finite(array)
    for point, given in (("x", x), ("y", y)):
        np.testing.assert_allclose(results[point], given, atol=atol, rtol=rtol)
        stretch, inverse = results[f"stretch at {point}"], results[f"inverse stretch at {point}"]
        np.testing.assert_allclose(-inverse, stretch, atol=atol, rtol=rtol)
