"""The law of results: a kernel gives the dtype that its operation declares, itself, before any conversion.

`strict` holds it for every program that a test compiles (`tests/conftest.py`); here it is held for the rows of the
tables of operations, for their NumPy kernels and host kernels besides.
"""

import numpy as np
import pytest

import evergraph as tf
from evergraph.ops import array as array_ops
from evergraph.ops.registry import device_op
from tests.laws import kernels_hold, placed, tensors_of
from tests.ops import size_cases as sizes
from tests.ops.array import cases as arrays
from tests.ops.math import test_against_tensorflow as functions
from tests.ops.nn import test_against_tensorflow as networks

DRAWN = dict(n=3, m=4, k=2, t=5, h=4, w=5)


def rows():
    """(name, a function that gives (results, feeds))."""
    for name, inputs, function in arrays.ROWS:
        yield f"array: {name}", lambda i=inputs, f=function: placed(tf, i, f, array_ops)
    for name, inputs, function in sizes.ROWS:
        yield f"sizes: {name}", lambda i=inputs, f=function: placed(tf, sizes.inputs_at(i, DRAWN), f)
    for name, (function, inputs, _) in networks.ROWS.items():
        yield (
            f"networks: {name}",
            lambda i=inputs, f=function: placed(
                tf, [(np.asarray(v).dtype, np.shape(v), v) for v in i], f, networks.EG
            ),
        )
    for make in ("scalar_rows", "pair_rows", "reduction_rows", "product_rows"):
        for name, function in getattr(functions, make)():
            yield f"{make}: {name}", lambda f=function: (f(tf), {})


@pytest.mark.slow
@pytest.mark.parametrize("make", [pytest.param(make, id=name) for name, make in rows()])
def test_kernels_give_what_is_declared(make):
    with tf.Graph().as_default(), tf.Session() as session:
        result, feeds = make()
        session.run(tensors_of(result), feeds)
        kernels_hold(session, feeds)


@device_op("TestWide", "x: float32 -> y: float32")
def wide(x):
    return x.astype(np.float64)


@device_op("TestClaim", "x: float32 -> y: float32", shape=lambda op: [[3]])
def claim(x):
    return x


def test_a_kernel_of_another_type_fails():
    with pytest.raises(tf.errors.InternalError, match="gave float64 for.*TestWide.*float32"):
        tf.Session().run(wide(tf.placeholder_with_default([1.0], [1])))


def test_a_claim_that_does_not_hold_fails():
    with pytest.raises(tf.errors.InternalError, match=r"\(1,\)"):
        tf.Session().run(claim(tf.placeholder_with_default([1.0], [1])))
