"""`bounded`: specifications, what it compiles, what it refuses."""

import jax
import jax.numpy as jnp
import numpy as np
import pytest

from evergraph.bounded import Unsupported, bounded


def mean(x, scale=1.0):
    return jnp.mean(x, 0) * scale


def rows(count):
    return np.arange(count * 3, dtype=np.float32).reshape(count, 3)


@pytest.mark.parametrize("spec", ["T, 3", "T, _", ("T", None), ["T", 3]])
def test_axes_are_given_as_names_or_as_text(spec):
    step = bounded(mean, {"x": spec})
    np.testing.assert_allclose(step(rows(5)), rows(5).mean(0), rtol=1e-6)
    np.testing.assert_allclose(step(rows(2), scale=2.0), rows(2).mean(0) * 2, rtol=1e-6)


def test_sizes_of_one_bound_share_a_program():
    step = bounded(mean, {"x": ("T", None)})
    for count in (1, 7, 16):
        step(rows(count))
    assert len(step.programs) == 1
    step(rows(17))
    assert len(step.programs) == 2


def test_bounds_can_be_chosen():
    step = bounded(lambda x: x * 2, {"x": ("T",)}, bounds=lambda sizes: {"T": 100})
    for count in (0, 3, 100):
        assert step(np.ones(count, np.float32)).shape == (count,)
    assert len(step.programs) == 1
    with pytest.raises(ValueError, match="below the sizes"):
        step(np.ones(101, np.float32))


def test_trees_have_trees_of_axes():
    def total(weights, batch):
        return jnp.sum(batch["x"] @ weights["w"]) / batch["n"].shape[0]

    step = bounded(total, {"batch": {"x": ("B", None), "n": ("B",)}})
    batch = {"x": rows(4), "n": np.arange(4)}
    np.testing.assert_allclose(step({"w": np.ones(3, np.float32)}, batch), rows(4).sum() / 4, rtol=1e-6)


def test_results_have_their_true_shapes():
    found = bounded(lambda x, y: (x[:, None] + y, x.sum()), {"x": ("B",), "y": ("T",)})(
        np.ones(3), np.ones(5)
    )
    assert isinstance(found[0], np.ndarray) and found[0].shape == (3, 5)
    assert found[1].shape == ()


def test_donated_buffers_are_used():
    step = bounded(lambda w, x: (w + x.sum(), x.sum()), {"x": ("T",)}, donate=("w",))
    weights = jax.device_put(np.zeros(4, np.float32))
    step(weights, np.ones(3, np.float32))
    assert weights.is_deleted()


def test_sizes_of_one_name_must_be_equal():
    step = bounded(lambda x, y: x + y, {"x": ("T",), "y": ("T",)})
    with pytest.raises(ValueError, match="'T' is 3 in one argument and 4 in another"):
        step(np.ones(3), np.ones(4))


def test_constraints_are_checked():
    step = bounded(lambda x: x[1:], {"x": ("T",)}, constraints=["T >= 2"])
    assert step(np.ones(2)).shape == (1,)
    with pytest.raises(ValueError, match="'T >= 2' does not hold"):
        step(np.ones(1))


def test_a_name_needs_a_parameter():
    with pytest.raises(ValueError, match=r"\['y'\] are no parameters"):
        bounded(mean, {"y": ("T",)})


def test_axes_must_fit_the_array():
    with pytest.raises(ValueError, match="were given for an array of shape"):
        bounded(mean, {"x": ("T",)})(rows(3))


@pytest.mark.parametrize(
    "function, primitive",
    [
        (lambda x: jnp.fft.fft(x).real, "fft"),
        (lambda x: jnp.linalg.cholesky(x[:, None] * x + jnp.eye(x.shape[0])), "cholesky"),
        (lambda x: jax.lax.reduce(x, 0.0, lambda a, b: a + 2 * b, (0,)), "reduce"),
    ],
)
def test_what_has_no_rule_is_refused_by_name(function, primitive):
    with pytest.raises(Unsupported, match=primitive):
        bounded(function, {"x": ("T",)})(np.ones(3, np.float32))
