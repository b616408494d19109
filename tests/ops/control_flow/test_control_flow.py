"""cond, while_loop, case, TensorArray, map_fn and scan: values, gradients, side effects, errors."""

import numpy as np
import pytest

import evergraph as tf

FEED = np.arange(1.0, 7.0, dtype=np.float32).reshape(2, 3)


def _power(lib, x, n):
    return lib.while_loop(lambda i, z: i < n, lambda i, z: (i + 1, z * x), [lib.constant(0), x])[1]


def _rnn(lib, x):
    w = lib.constant(np.eye(3, dtype=np.float32) * 0.5)

    def step(t, h, out):
        h = lib.tanh(lib.matmul(h, w) + x)
        return t + 1, h, out.write(t, h)

    out = lib.TensorArray(lib.float32, size=4)
    _, _, out = lib.while_loop(lambda t, *_: t < 4, step, (0, lib.zeros_like(x), out))
    return out.stack()


def _fibonacci(lib, x):
    return lib.scan(lambda a, _: (a[1], a[0] + a[1]), lib.range(5), initializer=(x, x * 2.0))[0]


# name, function of (lib, x, n) where n is a fed int32 scalar with value 3
PROGRAMS = [
    ("cond true", lambda lib, x, n: lib.cond(n > 1, lambda: x * x, lambda: x)),
    ("cond false", lambda lib, x, n: lib.cond(n > 5, lambda: x * x, lambda: lib.exp(x))),
    ("cond of outer tensors", lambda lib, x, n: lib.cond(n > 1, lambda: x, lambda: x * 2.0)),
    (
        "nested cond",
        lambda lib, x, n: lib.cond(
            n > 1, lambda: lib.cond(n > 2, lambda: x * 3.0, lambda: x), lambda: x * 2.0
        ),
    ),
    (
        "case",
        lambda lib, x, n: lib.case(
            [(lib.equal(n, 1), lambda: x), (lib.equal(n, 3), lambda: x * x)], default=lambda: x * 0.0
        ),
    ),
    ("while with a constant count", lambda lib, x, n: _power(lib, x, 3)),
    ("while with a fed count", lambda lib, x, n: _power(lib, x, n)),
    (
        "while with a bound",
        lambda lib, x, n: lib.while_loop(
            lambda i, z: i < n, lambda i, z: (i + 1, z * x), (lib.constant(0), x), maximum_iterations=2
        )[1],
    ),
    (
        "while that never runs",
        lambda lib, x, n: lib.while_loop(
            lambda i, z: i > n, lambda i, z: (i + 1, z * x), [lib.constant(0), x]
        )[1],
    ),
    (
        "loop in a loop",
        lambda lib, x, n: lib.while_loop(
            lambda i, z: i < 2, lambda i, z: (i + 1, _power(lib, z, 2)), [lib.constant(0), x]
        )[1],
    ),
    (
        "cond in a loop",
        lambda lib, x, n: lib.while_loop(
            lambda i, z: i < n,
            lambda i, z: (i + 1, lib.cond(lib.equal(i, 1), lambda: z * x, lambda: z + x)),
            [lib.constant(0), x],
        )[1],
    ),
    ("loop over a TensorArray", lambda lib, x, n: _rnn(lib, x)),
    ("map_fn", lambda lib, x, n: lib.map_fn(lambda r: lib.reduce_sum(r) * r, x)),
    (
        "map_fn of several",
        lambda lib, x, n: lib.map_fn(lambda r: r[0] * r[1], (x, x + 1.0), dtype=lib.float32),
    ),
    ("scan", lambda lib, x, n: lib.scan(lambda a, r: a * r, x)),
    ("scan of a structure", lambda lib, x, n: _fibonacci(lib, x)),
    ("scan reversed", lambda lib, x, n: lib.scan(lambda a, r: a + r, x, reverse=True)),
    ("foldl", lambda lib, x, n: lib.foldl(lambda a, r: a * r, x)),
    ("foldr", lambda lib, x, n: lib.foldr(lambda a, r: a - r * a, x)),
]


def run(lib, program):
    with lib.Graph().as_default():
        x = lib.placeholder(lib.float32, [None, 3])
        n = lib.placeholder(lib.int32, [])
        y = program(lib, x, n)
        gradient = lib.gradients(y, x)[0]
        with lib.Session() as sess:
            return y.shape.as_list() if y.shape.ndims is not None else None, sess.run(
                [y, gradient], {x: FEED, n: 3}
            )


@pytest.mark.interop
@pytest.mark.parametrize("program", [p[1] for p in PROGRAMS], ids=[p[0] for p in PROGRAMS])
def test_values_and_gradients_agree_with_tensorflow(program):
    tf1 = pytest.importorskip("tensorflow").compat.v1
    with tf1.Graph().as_default():
        tf1.disable_control_flow_v2()
    shape, ours = run(tf, program)
    theirs_shape, theirs = run(tf1, program)
    for a, b in zip(ours, theirs):
        np.testing.assert_allclose(a, b, rtol=1e-5, atol=2e-6)
    if shape is not None and theirs_shape is not None:
        assert all(a is None or b is None or a == b for a, b in zip(shape, theirs_shape))


@pytest.mark.parametrize("program", [p[1] for p in PROGRAMS], ids=[p[0] for p in PROGRAMS])
def test_gradients_agree_with_differences(program):
    with tf.Graph().as_default():
        x = tf.placeholder(tf.float64, [2, 3])
        n = tf.placeholder(tf.int32, [])
        cast = lambda t: tf.cast(t, tf.float32)  # noqa: E731
        y = program(tf, cast(x), n)
        total = tf.reduce_sum(tf.cast(y, tf.float64))
        gradient = tf.gradients(total, x)[0]
        with tf.Session() as sess:
            found = sess.run(gradient, {x: FEED, n: 3})
            step = 1e-2
            for index in ((0, 0), (1, 2)):
                high, low = FEED.astype(np.float64), FEED.astype(np.float64)
                high[index] += step
                low[index] -= step
                slope = (sess.run(total, {x: high, n: 3}) - sess.run(total, {x: low, n: 3})) / (2 * step)
                np.testing.assert_allclose(found[index], slope, rtol=2e-2, atol=2e-2)


def test_only_the_taken_branch_has_effects():
    v = tf.get_variable("v", initializer=1.0)
    taken = tf.placeholder(tf.bool, [])
    result = tf.cond(taken, lambda: tf.assign_add(v, 10.0), lambda: tf.identity(v))
    with tf.Session() as sess:
        sess.run(v.initializer)
        assert sess.run(result, {taken: False}) == 1.0 and sess.run(v) == 1.0
        assert sess.run(result, {taken: True}) == 11.0 and sess.run(v) == 11.0


@pytest.mark.parametrize("use_resource", [False, True])
def test_assignment_in_a_loop_is_loop_state(use_resource):
    v = tf.get_variable("v", initializer=0.0, use_resource=use_resource)

    def body(i):
        with tf.control_dependencies([tf.assign_add(v, tf.to_float(i))]):
            return tf.identity(i + 1)

    loop = tf.while_loop(lambda i: i < 4, body, [tf.constant(0)])
    with tf.Session() as sess:
        sess.run(v.initializer)
        assert sess.run(loop) == 4
        assert sess.run(v) == 6.0


def test_variables_made_in_a_body_belong_to_the_graph():
    x = tf.ones([2, 3])

    def body(i, z):
        w = tf.get_variable("w", [3, 3], initializer=tf.ones_initializer())
        return i + 1, tf.matmul(z, w)

    _, z = tf.while_loop(lambda i, z: i < 2, body, [tf.constant(0), x])
    assert [v.op.name for v in tf.trainable_variables()] == ["w"]
    (gradient,) = tf.gradients(z, tf.trainable_variables())
    with tf.Session() as sess:
        sess.run(tf.global_variables_initializer())
        assert np.all(sess.run(z) == 9.0)
        assert np.all(sess.run(gradient) == 12.0)


def test_host_operations_in_a_body():
    x = tf.placeholder(tf.float32, [])
    seen = []

    def look(value):
        seen.append(float(value))
        return value * 2.0

    _, y = tf.while_loop(
        lambda i, z: i < 3,
        lambda i, z: (i + 1, tf.py_func(look, [z], tf.float32)),
        [tf.constant(0), x],
        shape_invariants=[tf.TensorShape([]), tf.TensorShape(None)],
    )
    chosen = tf.cond(x > 0.0, lambda: tf.py_func(look, [x], tf.float32), lambda: x)
    with tf.Session() as sess:
        assert sess.run(y, {x: 1.0}) == 8.0 and seen == [1.0, 2.0, 4.0]
        assert sess.run(chosen, {x: -1.0}) == -1.0 and len(seen) == 3
        assert sess.run(chosen, {x: 5.0}) == 10.0


def test_strings_in_a_loop():
    _, text = tf.while_loop(
        lambda i, s: i < 3, lambda i, s: (i + 1, tf.string_join([s, "a"])), [tf.constant(0), tf.constant("-")]
    )
    with tf.Session() as sess:
        assert sess.run(text) == b"-aaa"


def test_shapes_that_grow():
    _, z = tf.while_loop(
        lambda i, z: i < 3,
        lambda i, z: (i + 1, tf.concat([z, z], 0)),
        [tf.constant(0), tf.ones([1, 2])],
        shape_invariants=[tf.TensorShape([]), tf.TensorShape([None, 2])],
    )
    with tf.Session() as sess:
        assert sess.run(z).shape == (8, 2)


def test_a_size_that_follows_the_loop_counter():
    _, total = tf.while_loop(
        lambda i, t: i < 4,
        lambda i, t: (i + 1, t + tf.reduce_sum(tf.range(i))),
        [tf.constant(0), tf.constant(0)],
    )
    with tf.Session() as sess:
        assert sess.run(total) == 0 + 0 + 1 + 3


def test_growing_tensor_array():
    ta = tf.TensorArray(tf.float32, size=0, dynamic_size=True)
    _, ta = tf.while_loop(lambda i, _: i < 3, lambda i, a: (i + 1, a.write(i, tf.to_float(i))), (0, ta))
    with tf.Session() as sess:
        stacked, size = sess.run([ta.stack(), ta.size()])
        assert stacked.tolist() == [0.0, 1.0, 2.0] and size == 3


def test_tensor_array_operations():
    x = tf.constant(FEED)
    ta = tf.TensorArray(tf.float32, size=2).unstack(x)
    empty = tf.TensorArray(tf.float32, size=3)
    scattered = tf.TensorArray(tf.float32, size=3).scatter([2, 0, 1], tf.constant([1.0, 2.0, 3.0]))
    with tf.Session() as sess:
        assert sess.run(ta.read(1)).tolist() == FEED[1].tolist()
        assert sess.run(ta.gather([1, 1])).shape == (2, 3)
        assert sess.run(ta.concat()).tolist() == FEED.ravel().tolist()
        assert sess.run(scattered.stack()).tolist() == [2.0, 3.0, 1.0]
        with pytest.raises(tf.errors.InvalidArgumentError):
            sess.run(ta.read(2))
        with pytest.raises(tf.errors.InvalidArgumentError):
            sess.run(empty.read(0))
    with pytest.raises(ValueError, match="Inconsistent shapes"):
        tf.TensorArray(tf.float32, size=2).write(0, [1.0]).write(1, [1.0, 2.0])


def test_check_in_a_body():
    x = tf.placeholder(tf.float32, [])
    v = tf.get_variable("v", initializer=0.0)

    def body(i, z):
        with tf.control_dependencies([tf.Assert(z < 5.0, ["too large"])]):
            return i + 1, z + x

    _, z = tf.while_loop(lambda i, z: i < 3, body, [tf.constant(0), tf.constant(0.0)])
    update = v.assign(z)
    with tf.Session() as sess:
        sess.run(v.initializer)
        assert sess.run(update, {x: 1.0}) == 3.0
        with pytest.raises(tf.errors.InvalidArgumentError, match="too large"):
            sess.run(update, {x: 4.0})
        assert sess.run(v) == 3.0


def test_case_without_a_match():
    n = tf.placeholder(tf.int32, [])
    y = tf.case([(tf.equal(n, 1), lambda: tf.constant(1)), (tf.equal(n, 2), lambda: tf.constant(2))])
    both = tf.case(
        [(n > 0, lambda: tf.constant(1)), (n > 1, lambda: tf.constant(2))],
        default=lambda: tf.constant(0),
        exclusive=True,
    )
    with tf.Session() as sess:
        assert sess.run(y, {n: 2}) == 2
        with pytest.raises(tf.errors.InvalidArgumentError, match="None of the conditions"):
            sess.run(y, {n: 3})
        assert sess.run(both, {n: 1}) == 1
        with pytest.raises(tf.errors.InvalidArgumentError, match="More than one condition"):
            sess.run(both, {n: 2})


def test_control_dependencies_of_a_body_on_outer_operations():
    v = tf.get_variable("v", initializer=1.0)
    write = tf.assign_add(v, 1.0)

    def branch():
        with tf.control_dependencies([write]):
            return v * 2.0

    y = tf.cond(tf.constant(1) > 0, branch, lambda: tf.constant(0.0))
    with tf.Session() as sess:
        sess.run(v.initializer)
        assert sess.run(y) == 4.0


BAD = [
    (lambda: tf.cond(True, lambda: 1, lambda: 2), TypeError, "Python bool"),
    (lambda: tf.cond(tf.constant(True), 1, lambda: 2), TypeError, "callable"),
    (
        lambda: tf.cond(tf.constant(True), lambda: tf.constant(1), lambda: tf.constant(1.0)),
        ValueError,
        "same type",
    ),
    (lambda: tf.cond(tf.constant(True), lambda: [1, 2], lambda: [1]), ValueError, "."),
    (lambda: tf.while_loop(lambda i: i < 1, lambda i: i + 1, []), ValueError, "No loop variables"),
    (lambda: tf.while_loop(1, lambda i: i, [0]), TypeError, "callable"),
    (lambda: tf.while_loop(lambda i: i < 1, lambda i: tf.to_float(i), [tf.constant(0)]), TypeError, "type"),
    (
        lambda: tf.while_loop(lambda i: tf.size(i) < 1, lambda i: tf.concat([i, i], 0), [tf.ones([1])]),
        ValueError,
        "not an invariant",
    ),
    (lambda: tf.map_fn(1, tf.ones([2])), TypeError, "callable"),
    (lambda: tf.map_fn(lambda x: x, tf.ones([])), ValueError, "dimension"),
]


@pytest.mark.parametrize("build, kind, words", BAD, ids=range(len(BAD)))
def test_bad_arguments(build, kind, words):
    with pytest.raises(kind, match=words):
        build()


def test_using_a_bodys_tensor_outside():
    leaked = []

    def branch():
        leaked.append(tf.constant(1.0) * 2.0)
        return leaked[0]

    tf.cond(tf.constant(True), branch, lambda: tf.constant(0.0))
    with pytest.raises(ValueError, match="inside the body"):
        leaked[0] + 1.0


def test_a_branch_that_does_not_fit_matters_where_it_runs():
    x, squeezes = tf.placeholder(tf.float32), tf.placeholder(tf.bool, [])
    result = tf.cond(squeezes, lambda: tf.squeeze(x, [-1]), lambda: x * 2.0)
    (gradient,) = tf.gradients(result, x)
    with tf.Session() as session:
        assert session.run([result, gradient], {x: [1.0, 2.0], squeezes: False})[0].tolist() == [2.0, 4.0]
        assert session.run(gradient, {x: [[1.0], [2.0]], squeezes: True}).tolist() == [[1.0], [1.0]]
        with pytest.raises(tf.errors.InvalidArgumentError, match="squeeze"):
            session.run(result, {x: [1.0, 2.0], squeezes: True})


def test_a_condition_that_follows_from_shapes_chooses_its_branch_when_compiled():
    x = tf.placeholder(tf.float32)
    result = tf.cond(tf.equal(tf.rank(x), 2), lambda: tf.squeeze(x, [-1]), lambda: x * 2.0)
    with tf.Session() as session:
        assert session.run(result, {x: [[1.0], [2.0]]}).tolist() == [1.0, 2.0]
        assert session.run(result, {x: [1.0, 2.0]}).tolist() == [2.0, 4.0]


def test_an_assertion_that_fails_by_shapes_comes_before_the_kernel_that_would():
    values, weights = tf.placeholder(tf.float32), tf.placeholder(tf.float32)
    loss = tf.losses.compute_weighted_loss(values, weights)
    with tf.Session() as session:
        with pytest.raises(tf.errors.InvalidArgumentError, match="weights can not be broadcast to values"):
            session.run(loss, {values: np.ones((3, 2, 4)), weights: np.ones(2)})
        assert session.run(loss, {values: np.ones((3, 2, 4)), weights: np.ones((3, 1, 1))}) == 1.0


def test_what_does_not_fit_in_a_branch_that_does_not_run():
    x, flag = tf.placeholder(tf.float32), tf.placeholder(tf.bool)
    joined = tf.cond(flag, lambda: tf.concat([x, tf.ones([1, 2])], 0), lambda: tf.ones([1, 2]))
    with tf.Session() as sess:
        assert sess.run(joined, {x: np.zeros([0], np.float32), flag: False}).shape == (1, 2)
        assert sess.run(joined, {x: np.zeros([3, 2], np.float32), flag: True}).shape == (4, 2)
        with pytest.raises(tf.errors.InvalidArgumentError, match="should match"):
            sess.run(joined, {x: np.zeros([0], np.float32), flag: True})


@pytest.mark.parametrize("count", [0, 1, 5])
def test_a_loop_that_assigns_other_shapes(count):
    v = tf.Variable(np.zeros([0, 2], np.float32), validate_shape=False)
    limit = tf.placeholder(tf.int32, [])

    def grow(i, _):
        longer = tf.assign(v, tf.concat([v, tf.ones([1, 2])], 0), validate_shape=False)
        return i + 1, tf.shape(longer)[0]

    size = tf.while_loop(lambda i, _: i < limit, grow, [0, 0])[1]
    with tf.Session() as sess:
        sess.run(tf.global_variables_initializer())
        assert sess.run(size, {limit: count}) == count and sess.run(v).shape == (count, 2)


@pytest.mark.parametrize("passed_on", [False, True])
def test_a_body_may_be_given_a_variable_that_it_does_not_use(passed_on):
    v = tf.get_variable("v", initializer=3.0, use_resource=True)

    def body(i):
        handle = tf.identity(v.handle) if passed_on else v.handle
        tf.identity(handle)
        return i + 1

    handle = tf.identity(v.handle)
    last = tf.while_loop(lambda i: i < 5, body, [0])
    taken = tf.cond(last > 3, lambda: (tf.identity(handle), tf.constant(1))[1], lambda: tf.constant(2))
    with tf.Session() as session:
        session.run(v.initializer)
        assert session.run([last, taken]) == [5, 1]


def test_tensor_arrays_of_strings():
    words = tf.TensorArray(tf.string, size=3)
    written = tf.while_loop(
        lambda i, t: i < 3, lambda i, t: (i + 1, t.write(i, tf.as_string(i))), (0, words)
    )[1]
    split = tf.TensorArray(tf.float32, size=2).split([1.0, 2.0, 3.0, 4.0], tf.constant([2, 2]))
    assert split.read(0).shape == [2]
    with tf.Session() as session:
        assert session.run([written.stack(), written.read(1)])[0].tolist() == [b"0", b"1", b"2"]


def test_what_a_tensor_array_refuses():
    fixed, growing = tf.TensorArray(tf.float32, size=2), tf.TensorArray(tf.float32, size=0, dynamic_size=True)
    with pytest.raises(
        tf.errors.InvalidArgumentError, match="TensorArray dtype is float32 but .* write dtype string"
    ):
        fixed.write(0, "text")
    with tf.Session() as session:
        for array, words in (
            (fixed.write(-1, 1.0), "write to index -1"),
            (fixed.write(3, 1.0), "index 3 but array is not resizeable and size is: 2"),
            (growing.write(1, 1.0).write(1, 2.0), "index 1 because it has already been written to"),
        ):
            with pytest.raises(tf.errors.InvalidArgumentError, match=words):
                session.run(array.flow)


@pytest.mark.parametrize("kind", [{"size": 2}, {"size": 2, "infer_shape": False}])
def test_pieces_that_do_not_make_up_a_tensor_array(kind):
    values = tf.placeholder(tf.float32)
    array = tf.TensorArray(tf.float32, **kind)
    with tf.Session() as session:
        for lengths, value, words in (
            ([1, 1], [1.0] * 4, "sum of lengths is 2 and value's shape is: .4"),
            ([1], [1.0], r"size of lengths \(2 vs. 1\)"),
            ([1], 1.0, "at least a vector"),
        ):
            with pytest.raises(tf.errors.InvalidArgumentError, match=words):
                session.run(array.split(values, lengths).flow, {values: value})
        scalars = array.write(0, values).write(1, values).concat()
        with pytest.raises(tf.errors.InvalidArgumentError, match="saw a scalar shape at index 0"):
            session.run(scalars, {values: 1.0})


def test_a_branch_that_returns_a_list_of_one_returns_that_one():
    with tf.Session() as session:
        x = tf.placeholder(tf.float32, [])
        result = tf.cond(x > 0.0, lambda: [x * 2.0], lambda: x)
        assert [session.run(result, {x: value}) for value in (3.0, -1.0)] == [6.0, -1.0]
        kept = tf.cond(x > 0.0, lambda: [x], lambda: [x], strict=True)
        assert session.run(kept, {x: 3.0}) == [3.0]
    with pytest.raises(ValueError, match="structure"):
        tf.cond(x > 0.0, lambda: [x], lambda: x, strict=True)
    with pytest.raises(TypeError):
        tf.cond(x > 0.0, lambda: [x, x], lambda: (x, x))


def test_weights_lose_a_last_dimension_where_only_the_run_knows_their_rank():
    weights = tf.placeholder(tf.float32)
    logits, labels = tf.zeros([3, 2]), tf.constant([0, 1, 0])
    loss = tf.losses.sparse_softmax_cross_entropy(labels, logits, weights=weights)
    with tf.Session() as session:
        for value in ([1.0, 2.0, 3.0], [[1.0], [2.0], [3.0]], 2.0):
            wanted = np.mean(np.broadcast_to(np.ravel(value), 3)) * np.log(2.0)
            np.testing.assert_allclose(session.run(loss, {weights: value}), wanted, rtol=1e-6)
