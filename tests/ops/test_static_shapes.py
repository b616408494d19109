"""The law of static shapes: what is claimed while the graph is built holds in every run, whatever the sizes."""

import os

import numpy as np
import pytest

import evergraph
from tests.laws import covers, known, named, static_shapes_hold, tensorflow_1, tensors_of
from tests.ops import size_cases as cases
from tests.ops.size_cases import size_of, value_of

SIZES = (0, 1, 2, 3, 5, 7, 8, 31, 101, 128)
LETTERS = "nmkthw"
# Every combination takes a quarter of an hour; else a part of them is tried.
LONG = bool(os.environ.get("EVERGRAPH_LONG_LAWS"))
PAIRS = [
    (which, use)
    for i, which in enumerate(cases.COMPUTED)
    for j, use in enumerate(cases.USES)
    if LONG or (i + j) % 12 == 0
]
FAST_RUNS = [dict(n=1, m=3, k=1, t=5, h=4, w=3), dict(n=101, m=5, k=2, t=7, h=8, w=9)]


def drawn_runs(count):
    random = np.random.RandomState(7)
    return [dict.fromkeys(LETTERS, 0)] + [
        {k: int(random.choice(SIZES)) for k in LETTERS} for _ in range(count)
    ]


def build(tf, inputs, function, sizes=None):
    """(placeholders, results); with sizes, the first size of each placeholder is known."""
    places = []
    for dtype, dims in inputs:
        static = [d if isinstance(d, int) else None for d in dims]
        if sizes is not None and static:
            static[0] = size_of(dims[0], sizes)
        places.append(tf.placeholder(dtype.partition("<")[0], static))
    return places, tensors_of(function(tf, *places))


def hold(inputs, function, runs, partly=False):
    """Asserts the law for each run that does not refuse its sizes; some of them must not."""
    made = 0
    for sizes in runs:
        with evergraph.Graph().as_default() as graph:
            try:
                places, tensors = build(evergraph, inputs, function, sizes if partly else None)
            except ValueError:
                assert partly
                continue
        feed = {p: value_of(*row, sizes) for p, row in zip(places, inputs)}
        with evergraph.Session(graph=graph) as session:
            try:
                values = session.run(tensors, feed)
            except evergraph.errors.InvalidArgumentError:
                continue
        made += 1
        static_shapes_hold(tensors, values, f"for {sizes}")
    assert made


@pytest.mark.parametrize("inputs, function", named(cases.ROWS))
def test_claims_hold(inputs, function):
    hold(inputs, function, FAST_RUNS)


def computed(which, use):
    return lambda tf, x: use(tf, x, cases.COMPUTED[which](tf, cases.count(tf, x)))


@pytest.mark.parametrize("which", cases.COMPUTED)
def test_claims_of_computed_sizes_hold(which):
    """All uses of a size at once, so that few programs are compiled."""
    for sizes in FAST_RUNS:
        with evergraph.Graph().as_default() as graph:
            x = evergraph.placeholder("float32", [None, 4])
            size = cases.COMPUTED[which](evergraph, cases.count(evergraph, x))
            tensors = []
            for name in (
                "zeros",
                "ones beside",
                "fill",
                "range",
                "items",
                "one_hot",
                "tile",
                "pad",
                "broadcast",
            ):
                tensors.append(cases.USES[name](evergraph, x, size))
        with evergraph.Session(graph=graph) as session:
            values = session.run(tensors, {x: np.ones((sizes["n"], 4))})
        static_shapes_hold(tensors, values, f"for {sizes}")


@pytest.mark.parametrize("use", cases.USES)
def test_claims_where_sizes_are_used_hold(use):
    for which in ("minimum", "negative mod", "floordiv large", "difference"):
        hold([cases.BATCH], computed(which, cases.USES[use]), FAST_RUNS)


@pytest.mark.slow
@pytest.mark.parametrize("partly", [False, True] if LONG else [True])
@pytest.mark.parametrize("inputs, function", named(cases.ROWS))
def test_claims_hold_for_drawn_sizes(inputs, function, partly):
    hold(inputs, function, drawn_runs(6 if LONG else 2), partly)


@pytest.mark.slow
@pytest.mark.parametrize("which, use", PAIRS)
def test_claims_hold_wherever_a_computed_size_is_used(which, use):
    hold([cases.BATCH], computed(which, cases.USES[use]), [dict.fromkeys(LETTERS, n) for n in (3, 0, 101, 8)])


# -- beside TensorFlow ----------------------------------------------------------------------------------------------


def known_there(inputs, function):
    """(shapes here, shapes there) of a row, as lists with None."""
    tensorflow = tensorflow_1()
    with evergraph.Graph().as_default():
        here = [known(t) for t in build(evergraph, inputs, function)[1]]
    with tensorflow.Graph().as_default():
        there = [known(t) for t in build(tensorflow, inputs, function)[1]]
    return here, there


@pytest.mark.interop
@pytest.mark.parametrize("inputs, function", named(cases.ROWS))
def test_what_tensorflow_knows_is_known(inputs, function):
    for here, there in zip(*known_there(inputs, function), strict=True):
        assert covers(here, there), f"{here} here, {there} in TensorFlow"


@pytest.mark.interop
@pytest.mark.parametrize("which, use", PAIRS)
def test_what_tensorflow_knows_of_computed_sizes_is_known(which, use):
    for here, there in zip(*known_there([cases.BATCH], computed(which, cases.USES[use])), strict=True):
        assert covers(here, there), f"{here} here, {there} in TensorFlow"


def test_a_size_of_unknown_shape_is_one_size_beside_others():
    tf = evergraph
    size, both = tf.placeholder(tf.int32), tf.placeholder(tf.int32)
    images = tf.reshape(tf.placeholder(tf.float32, [None, 4, 4]), [size, 16])
    shapes = [
        images,
        tf.zeros([size, 37]),
        tf.fill(tf.stack([2, size, 5]), 1.0),
        tf.random_uniform([-1 + size, 3]),
    ]
    assert [tensor.shape.as_list() for tensor in shapes] == [[None, 16], [None, 37], [2, None, 5], [None, 3]]
    assert tf.zeros([size, both]).shape.ndims is None  # what is stacked may be vectors
    assert tf.layers.dense(images, 3).shape.as_list() == [None, 3]
