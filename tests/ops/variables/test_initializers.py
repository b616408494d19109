"""Initializers: what they make, and that their configuration makes them again."""

import types

import numpy as np
import pytest

from evergraph.framework import dtypes
from evergraph.framework.graph import Graph
from evergraph.ops.variables import initializers as init
from evergraph.session.session import Session

# name, initializer, shape, standard deviation
RANDOM = [
    ("random_normal", init.RandomNormal(stddev=0.5, seed=1), [200, 300], 0.5),
    ("random_uniform", init.RandomUniform(-1, 1, seed=1), [200, 300], 3**-0.5),
    ("truncated_normal", init.TruncatedNormal(stddev=0.5, seed=1), [200, 300], 0.5 * 0.87962566103423978),
    ("uniform_unit_scaling", init.UniformUnitScaling(2.0, seed=1), [200, 300], 2 * 200**-0.5),
    ("glorot_uniform", init.glorot_uniform_initializer(seed=1), [200, 300], (2 / 500) ** 0.5),
    ("glorot_normal", init.glorot_normal_initializer(seed=1), [200, 300], (2 / 500) ** 0.5),
    ("lecun_normal", init.lecun_normal(seed=1), [200, 300], 200**-0.5),
    ("lecun_uniform", init.lecun_uniform(seed=1), [200, 300], 200**-0.5),
    ("he_normal", init.he_normal(seed=1), [3, 3, 20, 300], (2 / 180) ** 0.5),
    ("he_uniform", init.he_uniform(seed=1), [3, 3, 20, 300], (2 / 180) ** 0.5),
    ("fan_out", init.VarianceScaling(3.0, "fan_out", seed=1), [50, 1000], (3 / 1000) ** 0.5),
]
ALL = [r[1] for r in RANDOM] + [
    init.Zeros(dtypes.int32),
    init.Ones(),
    init.Constant([1, 2]),
    init.Orthogonal(2.0),
    init.Identity(3.0),
]


def value(tensor):
    return Session().run(tensor)


@pytest.fixture(scope="module")
def made():
    """{name: value}, all of one run."""
    with Graph().as_default():
        return value({name: initializer(shape) for name, initializer, shape, _ in RANDOM})


@pytest.mark.parametrize("name, initializer, shape, deviation", RANDOM, ids=[r[0] for r in RANDOM])
def test_scale(made, name, initializer, shape, deviation):
    found = made[name]
    assert found.shape == tuple(shape) and found.dtype == np.float32
    assert abs(found.mean()) < 0.03 * deviation
    assert found.std() == pytest.approx(deviation, rel=0.03)


@pytest.mark.parametrize("initializer", ALL, ids=lambda i: type(i).__name__)
def test_configuration_round_trip(initializer):
    again = type(initializer).from_config(initializer.get_config())
    assert again.get_config() == initializer.get_config()
    assert initializer.get_config()["dtype"] in ("float32", "int32")


def test_constants():
    np.testing.assert_array_equal(value(init.Zeros()([2, 3])), np.zeros([2, 3], np.float32))
    np.testing.assert_array_equal(value(init.Ones()([2], dtype=dtypes.int32)), np.ones([2], np.int32))
    np.testing.assert_array_equal(value(init.Constant([1, 2])([2, 2])), [[1, 2], [2, 2]])
    assert value(init.Zeros()([2], dtype=dtypes.bool)).tolist() == [False, False]
    with pytest.raises(TypeError):
        init.Constant([1, 2], verify_shape=True)([2, 2])
    with pytest.raises(TypeError, match="Invalid type"):
        init.Constant({})


def test_identity_knows_its_partition():
    part = types.SimpleNamespace(full_shape=[4, 4], var_offset=[2, 0])
    np.testing.assert_array_equal(value(init.Identity(2.0)([2, 4], partition_info=part)), 2 * np.eye(4)[2:])
    with pytest.raises(ValueError, match="2D"):
        init.Identity()([2, 2, 2])


def test_variance_is_that_of_the_whole_variable():
    part = types.SimpleNamespace(full_shape=[1000, 100], var_offset=[0, 0])
    found = value(init.VarianceScaling(seed=1)([100, 100], partition_info=part))
    assert found.std() == pytest.approx(1000**-0.5, rel=0.05)


@pytest.mark.parametrize(
    "arguments, message",
    [
        ({"scale": 0.0}, "scale"),
        ({"mode": "fan"}, "mode"),
        ({"distribution": "cauchy"}, "distribution"),
        ({"dtype": dtypes.int32}, "floating point"),
    ],
)
def test_refused(arguments, message):
    with pytest.raises(ValueError, match=message):
        init.VarianceScaling(**arguments)


@pytest.mark.parametrize("shape", [[6, 4], [4, 6], [2, 3, 5]])
def test_orthogonal(shape):
    found = value(init.Orthogonal(2.0, seed=1)(shape)).reshape(-1, shape[-1])
    product = found @ found.T if len(found) < found.shape[1] else found.T @ found
    np.testing.assert_allclose(product, 4 * np.eye(len(product)), atol=1e-5)
    with pytest.raises(ValueError, match="two-dimensional"):
        init.Orthogonal()([3])
