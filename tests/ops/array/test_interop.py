"""The same calls under TensorFlow: values, dtypes, static shapes, and what is refused."""

import numpy as np
import pytest

import evergraph
from evergraph.framework.graph import Graph
from evergraph.gradients.gradients import gradients
from evergraph.ops import array as array_ops
from evergraph.ops import math as math_ops
from evergraph.ops.constants import placeholder
from evergraph.session.session import Session
from tests.laws import agree, named, outcome, tensorflow_1
from tests.ops.array import cases

pytestmark = pytest.mark.interop


@pytest.fixture(scope="module")
def tf1():
    tf1 = tensorflow_1()
    renamed = {"matrix_transpose": tf1.linalg.transpose, "roll": tf1.manip.roll}

    class Names:
        def __getattr__(self, name):
            return renamed[name] if name in renamed else getattr(tf1, name)

    return Names()


@pytest.mark.parametrize("name, inputs, function", [pytest.param(*row, id=row[0]) for row in cases.ROWS])
def test_agrees(tf1, name, inputs, function):
    tolerance = 1e-6 if name.startswith("fake_quant") else 0.0  # rounded products of rounded steps
    ours = outcome(evergraph, inputs, function, array_ops)
    agree(ours, outcome(tf1, inputs, function), rtol=tolerance, atol=tolerance)


@pytest.mark.parametrize("inputs, function", named(cases.REFUSED))
def test_refuses_alike(tf1, inputs, function):
    kinds = []
    for module, make, graph in ((tf1, tf1.placeholder, tf1.Graph()), (array_ops, placeholder, Graph())):
        with graph.as_default(), pytest.raises((ValueError, TypeError)) as caught:
            function(module, *[make(dtype, shape) for dtype, shape, _ in inputs])
        kinds.append(ValueError if isinstance(caught.value, ValueError) else TypeError)
    assert kinds[0] is kinds[1]


@pytest.mark.parametrize("inputs, function", named(cases.FAILING))
def test_fails_alike(tf1, inputs, function):
    with pytest.raises(tf1.errors.InvalidArgumentError):
        outcome(tf1, inputs, function)


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


@pytest.mark.parametrize("inputs, function", named(DIFFERENTIABLE))
def test_gradients_agree(tf1, inputs, function):
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


@pytest.mark.parametrize("function, text", named(cases.REFUSED_RANKS))
def test_tensorflow_says_this_of_a_refused_rank(tf1, function, text):
    with tf1.Graph().as_default(), pytest.raises(ValueError, match=text + " for '"):
        function(tf1)
