"""What a feed_dict may have for keys: several for one tensor, nested structures, composites, registered
types.

Each row is run under Evergraph with the expected answer, and under TensorFlow.
"""

import collections

import numpy as np
import pytest

import evergraph
from evergraph.session.fetches import register_session_run_conversion_functions

Pair = collections.namedtuple("Pair", ["first", "second"])


class Feeding:
    """Three placeholders, sparse and indexed ones, and a way to run with a feed_dict."""

    def __init__(self, tf):
        self.tf = tf
        self.x = tf.placeholder(tf.float32, [], name="x")
        self.y = tf.placeholder(tf.float32, [], name="y")
        self.v = tf.placeholder(tf.float32, [2], name="v")
        self.sparse = tf.sparse_placeholder(tf.float32, name="sparse")
        self.dense = tf.sparse_tensor_to_dense(self.sparse)
        self.rows = tf.IndexedSlices(tf.placeholder(tf.float32, [None]), tf.placeholder(tf.int32, [None]))
        self.all = [self.x, self.y, self.v]

    def run(self, fetches, feed):
        with self.tf.Session() as session:
            return plain(session.run(fetches, feed))


def plain(value):
    if isinstance(value, (list, tuple)):
        return [plain(v) for v in value]
    return value.tolist() if hasattr(value, "tolist") else value


V = np.array([5.0, 6.0])
SPARSE = ([[0], [1]], [3.0, 4.0], [2])
ALL = [1.0, 2.0, [5.0, 6.0]]

# name: (function of a Feeding, what it gives or the type of what it raises)
ROWS = {
    "object, then name": (lambda f: f.run(f.all, {f.x: 1, "x:0": 7, f.y: 2, f.v: V}), [7.0, 2.0, [5.0, 6.0]]),
    "name, then object": (lambda f: f.run(f.all, {"x:0": 7, f.x: 1, f.y: 2, f.v: V}), ALL),
    "name, others, object": (lambda f: f.run(f.all, {"x:0": 7, f.y: 2, f.v: V, f.x: 1}), ALL),
    "all twice": (lambda f: f.run(f.all, {"v:0": [0, 0], "y:0": 0, "x:0": 0, f.y: 2, f.x: 1, f.v: V}), ALL),
    "a tuple": (lambda f: f.run(f.all, {(f.x, f.y): (1, 2), f.v: V}), ALL),
    "a tuple in a tuple": (lambda f: f.run(f.all, {((f.x, f.v), f.y): ((1, V), 2)}), ALL),
    "leaves of another structure": (lambda f: f.run(f.all, {((f.x, f.v), f.y): [1, V, 2]}), ALL),
    "a named tuple": (lambda f: f.run(f.all, {Pair(f.y, f.x): Pair(2, 1), f.v: V}), ALL),
    "a named tuple of named tuples": (
        lambda f: f.run(f.all, {Pair(Pair(f.x, f.v), f.y): Pair(Pair(1, V), 2)}),
        ALL,
    ),
    "a named tuple and a tuple": (lambda f: f.run(f.all, {Pair(f.y, f.x): (2, 1), f.v: V}), ALL),
    "names in a tuple": (lambda f: f.run(f.all, {("x:0", "v:0"): (1, V), "y:0": 2}), ALL),
    "a name in a tuple, then the object": (
        lambda f: f.run(f.all, {("x:0", f.y): (7, 2), f.x: 1, f.v: V}),
        ALL,
    ),
    "the object in a tuple twice": (lambda f: f.run(f.all, {(f.x, f.y): (1, 2), f.x: 1, f.v: V}), ValueError),
    "too few values": (lambda f: f.run(f.all, {(f.x, f.y): (1,), f.v: V}), ValueError),
    "too many values": (lambda f: f.run(f.all, {(f.x, f.y): (1, 2, 3), f.v: V}), ValueError),
    "too few for one and too many for another": (
        lambda f: f.run(f.all, {(f.x, f.v): (1,), (f.y,): (V, 2)}),
        ValueError,
    ),
    "lists, which have leaves, for a tuple": (
        lambda f: f.run(f.all, {(f.x, f.v): (1, [5, 6]), f.y: 2}),
        ValueError,
    ),
    "a sparse tensor": (lambda f: f.run(f.dense, {f.sparse: SPARSE}), [3.0, 4.0]),
    "a sparse tensor, then its values": (
        lambda f: f.run(f.dense, {f.sparse: SPARSE, f.sparse.values: [8, 9]}),
        [8.0, 9.0],
    ),
    "its values, then the sparse tensor": (
        lambda f: f.run(f.dense, {f.sparse.values: [8, 9], f.sparse: SPARSE}),
        [3.0, 4.0],
    ),
    "indexed slices": (
        lambda f: f.run([f.rows.values, f.rows.indices], {f.rows: ([1.0], [3])}),
        [[1.0], [3]],
    ),
    "indexed slices with a shape": (
        lambda f: f.run([f.rows.values, f.rows.indices], {f.rows: ([1.0], [3], [4])}),
        [[1.0], [3]],
    ),
    "a callable, one tensor twice": (
        lambda f: plain(f.tf.Session().make_callable(f.all, [f.x, "x:0", f.y, f.v])(7, 1, 2, V)),
        ALL,
    ),
    "a callable of tuples": (
        lambda f: plain(f.tf.Session().make_callable(f.all, [(f.x, f.y), f.v])((1, 2), V)),
        ALL,
    ),
}


def outcome(tf, row):
    with tf.Graph().as_default():
        try:
            return row(Feeding(tf))
        except Exception as error:
            return type(error)


@pytest.mark.parametrize("name", ROWS)
def test_keys(name):
    row, expected = ROWS[name]
    assert outcome(evergraph, row) == expected


@pytest.mark.interop
@pytest.mark.parametrize("name", ROWS)
def test_keys_agree(name):
    row, expected = ROWS[name]
    assert outcome(pytest.importorskip("tensorflow").compat.v1, row) == expected


def test_values_of_a_composite_are_counted():
    f = Feeding(evergraph)
    short, long = SPARSE[:2], (*SPARSE, 1)
    other = evergraph.sparse_placeholder(evergraph.float32)
    for value in (short, long):
        with pytest.raises(ValueError, match="is fed 3 arrays, got"):
            f.run(f.dense, {f.sparse: value})
    with pytest.raises(ValueError, match="is fed 3 arrays, got"):
        f.run(f.dense, {f.sparse: short, other: long})
    with pytest.raises(ValueError, match="is fed 2 arrays, got"):
        f.run(f.rows.values, {f.rows: ([1.0],)})


def test_the_shape_of_a_sparse_tensor_need_not_be_fed_where_it_is_constant():
    tf = evergraph
    sparse = tf.sparse_placeholder(tf.float32, [2, 3])
    with tf.Session() as sess:
        for value in ((np.array([[0, 1]]), [5.0]), tf.SparseTensorValue([[0, 1]], [5.0], [2, 3])):
            found = sess.run(sparse, {sparse: value})
            assert found.dense_shape.tolist() == [2, 3] and found.values.tolist() == [5.0]


def test_a_cell_state_is_fed_by_its_named_tuple():
    tf = evergraph
    cell = tf.nn.rnn_cell.BasicLSTMCell(2)
    state = cell.zero_state(1, tf.float32)
    _, after = cell(tf.ones([1, 3]), state)
    with tf.Session() as session:
        session.run(tf.global_variables_initializer())
        first = session.run(after)
        given = session.run(state, {state: first})
        assert type(given) is type(state)
        np.testing.assert_array_equal(given, first)
        assert not np.allclose(session.run(after, {state: first}).h, first.h)


def test_partial_runs_feed_nested_keys_and_one_tensor_twice():
    f = Feeding(evergraph)
    total = f.x + f.y
    with evergraph.Session() as session:
        handle = session.partial_run_setup([total, f.v], [(f.x, f.y), f.v])
        assert session.partial_run(handle, total, {(f.x, "y:0"): (1, 7), f.y: 2}) == 3.0
        assert session.partial_run(handle, f.v, {f.v: V}).tolist() == [5.0, 6.0]


class Several:
    """Tensors that are fed by one value."""

    def __init__(self, tensors):
        self.tensors = tensors


def feed_several(several, value):
    return list(zip(several.tensors, value.numbers))


class Numbers:
    def __init__(self, *numbers):
        self.numbers = numbers


register_session_run_conversion_functions(
    Several, lambda s: (list(s.tensors), tuple), feed_several, lambda s: s.tensors
)


def test_a_registered_type_feeds_what_its_value_says():
    tf = evergraph
    tensors = [tf.placeholder_with_default(-1.0, [], name=f"p{i}") for i in range(100)]
    several = Several(tensors)
    with tf.Session() as session:
        assert session.run(several, {several: Numbers(*range(100))}) == tuple(range(100))
        few = session.run(several, {several: Numbers(1, 2)})
        assert few == (1, 2) + (-1,) * 98  # the same key, other tensors
        assert session.run(several, {several: Numbers(1, 2), "p1:0": 5})[:2] == (1, 5)
        assert session.make_callable(several, [several])(Numbers(4))[:2] == (4, -1)
        handle = session.partial_run_setup([t + 1 for t in tensors[:2]], [Several(tensors[:2])])
        assert handle
