"""`tf.contrib.distributions`: the laws of distributions over its families, and what is particular to one."""

import numpy as np
import pytest

import evergraph as tf
from tests.distributions import laws
from tests.distributions.laws import Row, named


def _floats(*values):
    return np.array(values, np.float64)


_LOC = _floats([1.0, -1], [0, 2])
_TRIL = _floats([[1.0, 0], [0.5, 2]], [[0.5, 0], [-1, 1]])
ROWS = [
    Row("Logistic", {"loc": _floats(0.5, -1), "scale": _floats(0.5, 0.3)}, None, (-15, 15)),
    Row("HalfNormal", {"scale": _floats(0.5, 2)}, None, (0, 14)),
    Row("InverseGamma", {"concentration": _floats(6.0, 7), "rate": _floats(2.0)}, None, (1e-9, 60)),
    Row("Chi2", {"df": _floats(5.0, 7)}, {"df": _floats(4.0)}, (0, 90)),
    Row("Kumaraswamy", {"concentration1": _floats(2.5, 3), "concentration0": _floats(2.0)}, None, (0, 1)),
    Row("Poisson", {"rate": _floats(2.5, 0.5)}, None, np.arange(40)),
    Row("Geometric", {"probs": _floats(0.4, 0.7)}, None, np.arange(80)),
    Row("NegativeBinomial", {"total_count": _floats(3.0, 5), "probs": _floats(0.4)}, None, np.arange(120)),
    Row("Binomial", {"total_count": _floats(6.0, 8), "probs": _floats(0.3)}, None, np.arange(9)),
    Row(
        "MultivariateNormalDiag",
        {"loc": _LOC, "scale_diag": _floats([0.5, 2], [1, 3])},
        {"loc": _LOC[0], "scale_diag": _floats(1, 1)},
    ),
    Row("MultivariateNormalDiagWithSoftplusScale", {"loc": _LOC, "scale_diag": _floats([0.5, 2], [1, 3])}),
    Row(
        "MultivariateNormalTriL", {"loc": _LOC, "scale_tril": _TRIL}, {"loc": _LOC[0], "scale_tril": _TRIL[1]}
    ),
    Row(
        "MultivariateNormalFullCovariance", {"loc": _LOC, "covariance_matrix": _TRIL @ _TRIL.swapaxes(-1, -2)}
    ),
    Row(
        "MultivariateNormalDiagPlusLowRank",
        {"loc": _LOC, "scale_diag": _floats([0.5, 2], [1, 3]), "scale_perturb_factor": _floats([1.0], [0.5])},
        {"loc": _LOC[0], "scale_diag": _floats(1, 1)},
    ),
    Row(
        "OneHotCategorical",
        {"probs": _floats([0.2, 0.3, 0.5], [0.7, 0.2, 0.1])},
        {"probs": _floats([0.4, 0.3, 0.3])},
    ),
    Row(
        "RelaxedBernoulli",
        {"temperature": _floats(0.8)[0], "probs": _floats(0.3, 0.6)},
        None,
        (1e-9, 1 - 1e-9),
    ),
    Row(
        "ExpRelaxedOneHotCategorical",
        {"temperature": _floats(0.8)[0], "probs": _floats([0.2, 0.3, 0.5], [0.7, 0.2, 0.1])},
    ),
    Row(
        "RelaxedOneHotCategorical",
        {"temperature": _floats(0.8)[0], "probs": _floats([0.2, 0.3, 0.5], [0.7, 0.2, 0.1])},
    ),
]
SAMPLED = [row for row in ROWS if row.name != "Binomial"]  # which TensorFlow cannot draw either


def _ds():
    return tf.contrib.distributions


@pytest.mark.parametrize("row", named(SAMPLED))
def test_moments_are_those_of_samples(row):
    laws.moments_are_samples(row, _ds())


@pytest.mark.parametrize("row", named(ROWS, support=None))
def test_densities_sum_to_one(row):
    laws.densities_sum_to_one(row, _ds())


@pytest.mark.parametrize("row", named(SAMPLED))
def test_both_sides_agree(row):
    laws.both_sides_agree(row, _ds())


@pytest.mark.parametrize("row", named(SAMPLED))
def test_samples_are_differentiable(row):
    laws.samples_are_differentiable(row, _ds())


@pytest.mark.parametrize("row", named(SAMPLED, other=None))
def test_divergences_are_expectations(row):
    laws.divergence_is_expected(row, _ds())


@pytest.mark.parametrize("row", named(SAMPLED))
def test_shapes_are_known(row):
    laws.shapes_are_known(row, _ds())
