"""The same calls under TensorFlow: values, dtypes, static shapes, and what is refused."""

import functools
import importlib.util
import pathlib

import numpy as np
import pytest

from evergraph.framework.graph import Graph
from evergraph.gradients.gradients import gradients
from evergraph.ops import array as array_ops
from evergraph.ops import math as math_ops
from evergraph.ops.constants import placeholder
from evergraph.session.session import Session

pytestmark = pytest.mark.interop
_spec = importlib.util.spec_from_file_location("array_cases", pathlib.Path(__file__).with_name("cases.py"))
cases = importlib.util.module_from_spec(_spec)
_spec.loader.exec_module(cases)


@pytest.fixture(scope="module")
def tf1():
    tf1 = pytest.importorskip("tensorflow").compat.v1
    renamed = {"matrix_transpose": tf1.linalg.transpose, "roll": tf1.manip.roll}

    class Names:
        def __getattr__(self, name):
            return renamed[name] if name in renamed else getattr(tf1, name)

    return Names()


def run(module, make_placeholder, graph, session, inputs, function):
    with graph.as_default():
        places = [make_placeholder(dtype, shape) for dtype, shape, _ in inputs]
        result = function(module, *places)
        tensors = result if isinstance(result, list) else [result]
        values = session(graph=graph).run(tensors, dict(zip(places, [v for *_, v in inputs])))
    shapes = [None if t.shape.ndims is None else t.shape.as_list() for t in tensors]
    return values, shapes, [t.dtype.base_dtype.name for t in tensors]


@pytest.mark.parametrize("name, inputs, function", [pytest.param(*row, id=row[0]) for row in cases.ROWS])
def test_agrees(tf1, name, inputs, function):
    theirs = run(tf1, tf1.placeholder, tf1.Graph(), tf1.Session, inputs, function)
    ours = run(array_ops, placeholder, Graph(), Session, inputs, function)
    assert ours[2] == theirs[2]
    for mine, reference in zip(ours[0], theirs[0], strict=True):
        assert_same = np.testing.assert_array_equal
        if name.startswith("fake_quant"):  # rounded products of rounded steps
            assert_same = functools.partial(np.testing.assert_allclose, rtol=1e-6, atol=1e-6)
        assert_same(mine, reference)
    for mine, reference in zip(ours[1], theirs[1]):
        if reference is not None:  # at least as much is known as there
            assert mine is not None and len(mine) == len(reference)
            assert all(r is None or m == r for m, r in zip(mine, reference)), (mine, reference)


@pytest.mark.parametrize("name, inputs, function", [pytest.param(*row, id=row[0]) for row in cases.REFUSED])
def test_refuses_alike(tf1, name, inputs, function):
    kinds = []
    for module, make, graph in ((tf1, tf1.placeholder, tf1.Graph()), (array_ops, placeholder, Graph())):
        with graph.as_default(), pytest.raises((ValueError, TypeError)) as caught:
            function(module, *[make(dtype, shape) for dtype, shape, _ in inputs])
        kinds.append(ValueError if isinstance(caught.value, ValueError) else TypeError)
    assert kinds[0] is kinds[1]


@pytest.mark.parametrize("name, inputs, function", [pytest.param(*row, id=row[0]) for row in cases.FAILING])
def test_fails_alike(tf1, name, inputs, function):
    with pytest.raises(tf1.errors.InvalidArgumentError):
        run(tf1, tf1.placeholder, tf1.Graph(), tf1.Session, inputs, function)


def derivative(module, make_placeholder, graph, session, differentiate, inputs, function, reduce_sum):
    """d(sum of squares of the float results) / d(float inputs)."""
    with graph.as_default():
        places = [make_placeholder(dtype, shape) for dtype, shape, _ in inputs]
        result = function(module, *places)
        results = [
            t for t in (result if isinstance(result, list) else [result]) if t.dtype.base_dtype.is_floating
        ]
        sources = [p for p, (dtype, *_) in zip(places, inputs) if dtype == "float32"]
        if not results or not sources:
            return None
        found = differentiate([reduce_sum(t * t) for t in results], sources)
        found = [None if g is None else module.reshape(g, module.shape(s)) for g, s in zip(found, sources)]
        values = session(graph=graph).run(
            [g for g in found if g is not None], dict(zip(places, [v for *_, v in inputs]))
        )
    return [g is None for g in found], values


# TensorFlow has no gradient for `unique` and says so; here no gradient flows through it.
DIFFERENTIABLE = [row for row in cases.ROWS if row[0] != "unique"]


@pytest.mark.parametrize("name, inputs, function", [pytest.param(*row, id=row[0]) for row in DIFFERENTIABLE])
def test_gradients_agree(tf1, name, inputs, function):
    ours = derivative(
        array_ops, placeholder, Graph(), Session, gradients, inputs, function, math_ops.reduce_sum
    )
    if ours is None:
        pytest.skip("nothing to differentiate")
    theirs = derivative(
        tf1, tf1.placeholder, tf1.Graph(), tf1.Session, tf1.gradients, inputs, function, tf1.reduce_sum
    )
    assert ours[0] == theirs[0]
    for mine, reference in zip(ours[1], theirs[1], strict=True):
        np.testing.assert_allclose(mine, reference, rtol=1e-5)
