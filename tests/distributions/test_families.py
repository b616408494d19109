"""`tf.distributions`: the laws over its families, and what is particular to one."""

import numpy as np
import pytest

from tests.distributions import laws
from tests.distributions.laws import Row, named
from tests.laws import tensorflow_1


def floats(*values):
    return np.array(values, np.float64)


ROWS = [
    Row(
        "Normal",
        {"loc": floats(0.5, -1), "scale": floats(1.5, 0.3)},
        {"loc": floats(0.0), "scale": floats(2.0)},
        (-9, 9),
    ),
    Row("Laplace", {"loc": floats(0.5, -1), "scale": floats(1.5, 0.3)}, None, (-30, 30)),
    Row(
        "Gamma",
        {"concentration": floats(3.5, 2), "rate": floats(2.0)},
        {"concentration": floats(2.0), "rate": floats(1, 3)},
        (0, 30),
    ),
    Row("Exponential", {"rate": floats(2, 0.7)}, {"rate": floats(1.0)}, (0, 40)),
    Row(
        "Beta",
        {"concentration1": floats(2.5, 3), "concentration0": floats(2.0)},
        {"concentration1": floats(1.5, 2), "concentration0": floats(3.0)},
        (0, 1),
    ),
    Row("Uniform", {"low": floats(-1, 2), "high": floats(4.0)}, None, (-2, 5)),
    Row("StudentT", {"df": floats(7, 9), "loc": floats(1.0), "scale": floats(0.5, 2)}, None, (-200, 200)),
    Row("Bernoulli", {"probs": floats(0.3, 0.9)}, {"probs": floats(0.5, 0.6)}, [0, 1]),
    Row(
        "Categorical",
        {"probs": floats([0.2, 0.3, 0.5], [0.7, 0.2, 0.1])},
        {"probs": floats([0.4, 0.3, 0.3])},
        [0, 1, 2],
        True,
    ),
    Row(
        "Dirichlet", {"concentration": floats([1.5, 2, 3], [2, 2, 2])}, {"concentration": floats([2.0, 2, 2])}
    ),
    Row("Multinomial", {"total_count": floats(4, 7), "probs": floats([0.2, 0.3, 0.5])}),
    Row("DirichletMultinomial", {"total_count": floats(4, 7), "concentration": floats([1.5, 2, 3])}),
]


@pytest.mark.parametrize("row", named(ROWS))
def test_moments_are_those_of_samples(row):
    laws.moments_are_samples(row)


@pytest.mark.parametrize("row", named(ROWS, support=None))
def test_densities_sum_to_one(row):
    laws.densities_sum_to_one(row)


@pytest.mark.parametrize("row", named(ROWS))
def test_both_sides_agree(row):
    laws.both_sides_agree(row)


@pytest.mark.parametrize("row", named(ROWS))
def test_samples_are_differentiable(row):
    laws.samples_are_differentiable(row)


@pytest.mark.parametrize("row", named(ROWS, other=None))
def test_divergences_are_expectations(row):
    laws.divergence_is_expected(row)


@pytest.mark.parametrize("row", named(ROWS))
def test_shapes_are_known(row):
    laws.shapes_are_known(row)


@pytest.mark.interop
@pytest.mark.parametrize("row", named(ROWS))
def test_tensorflow_agrees(row):
    reference = tensorflow_1()
    laws.agrees_with_tensorflow(row, reference, reference.distributions)
