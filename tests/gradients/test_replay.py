"""Gradients of loops and conditionals that run on the host: values, effects, second derivatives."""

import threading

import numpy as np
import pytest

import evergraph as tf

SCALAR, VECTOR = tf.TensorShape([]), tf.TensorShape([None])


def host(lib, tensor):
    """The tensor, from a Python function: no gradient flows through it."""
    return lib.reshape(lib.py_func(lambda a: a, [tensor], tensor.dtype), lib.shape(tensor))


def repeat(lib, count, step, start, invariant=None):
    """`step`, some times."""
    invariants = None if invariant is None else [lib.TensorShape([]), lib.TensorShape(invariant)]
    return lib.while_loop(lambda i, _: i < count, lambda i, h: (i + 1, step(h)), [0, start], invariants)[1]


def growing(lib, x):
    return lib.reduce_sum(repeat(lib, 3, lambda h: lib.concat([h, h * x], 0), lib.stack([x]), [None]))


def masked(lib, x):
    start = lib.stack([x, x * 2, x * 3, -x])
    return lib.reduce_sum(repeat(lib, 3, lambda h: lib.boolean_mask(h, h > 2.5) * 1.5, start, [None]))


def dequeuing(lib, x):
    queue = lib.FIFOQueue(10, lib.float32, [[]])
    with lib.control_dependencies([queue.enqueue_many([[2.0, 3.0, 4.0, 5.0]])]):
        x = lib.identity(x)
    return repeat(lib, 3, lambda h: h * queue.dequeue(), x)


def strings(lib, x):
    def step(h):
        return h * lib.string_to_number(lib.as_string(h, precision=0))

    return repeat(lib, 2, step, x)


def growing_inside_a_compiled_loop(lib, x):
    def step(h):
        return lib.reduce_sum(repeat(lib, 2, lambda k: lib.concat([k, k * x], 0), lib.stack([h]), [None]))

    return repeat(lib, 2, step, x)


def compiled_inside(lib, x):
    w = x * 1.0

    def step(i, h):
        inner = lib.while_loop(lambda j, _: j < i + 1, lambda j, k: (j + 1, k * w), [0, h])[1]
        return i + 1, inner + host(lib, h)

    return lib.while_loop(lambda i, _: i < 2, step, [0, x])[1]


def written(lib, x, size, count=3, **options):
    array = lib.TensorArray(lib.float32, size=size, clear_after_read=False, **options)
    return lib.while_loop(
        lambda i, *_: i < count, lambda i, h, a: (i + 1, h * x, a.write(i, h * h)), (0, x, array)
    )[2]


def growing_array(lib, x):
    array = written(lib, x, 0, dynamic_size=True)
    read = 3 * lib.reduce_sum(array.read(1)) + lib.reduce_sum(array.gather([0, 2, 2]))
    return lib.reduce_sum(array.stack()) + read


def array_of_different_shapes(lib, x):
    array = lib.TensorArray(lib.float32, size=3, infer_shape=False, clear_after_read=False)
    _, array = lib.while_loop(
        lambda i, _: i < 3, lambda i, a: (i + 1, a.write(i, lib.ones([i]) * x * lib.to_float(i))), (0, array)
    )
    joined = array.concat()
    return lib.reduce_sum(joined * joined) + lib.reduce_sum(array.read(2))


def array_split(lib, x):
    array = lib.TensorArray(lib.float32, size=2, infer_shape=False).split(
        lib.stack([x, x * x, x * x * x]), [1, 2]
    )
    return lib.reduce_sum(array.read(0) * 2) + lib.reduce_sum(array.read(1) * 5)


def array_scattered(lib, x):
    array = lib.TensorArray(lib.float32, size=0, dynamic_size=True).scatter([2, 0], lib.stack([x, x * x]))
    return lib.reduce_sum(array.gather([0, 2]) * [5.0, 9.0])


def captured_array(lib, x, **options):
    array = lib.TensorArray(lib.float32, clear_after_read=False, **options).unstack(
        lib.stack([x, x * x, x * x * x])
    )
    return lib.while_loop(
        lambda i, _: i < 3, lambda i, h: (i + 1, h * array.read(i) * host(lib, h) + array.read(0)), (0, x)
    )[1]


def array_through_a_conditional(lib, x):
    def step(i, h, a):
        h, a = lib.cond(h > 5, lambda: (h * 0.5, a.write(i, h * h)), lambda: (h * x, a.write(i, h)))
        return i + 1, h, a

    array = lib.TensorArray(lib.float32, size=0, dynamic_size=True)
    array = lib.while_loop(lambda i, *_: i < 4, step, (0, x, array))[2]
    return lib.reduce_sum(array.stack() * [1.0, 2.0, 3.0, 4.0])


def map_of_sizes(lib, x):
    def each(i):
        return lib.reduce_sum(lib.ones([i]) * x * x)

    return lib.reduce_sum(lib.map_fn(each, lib.constant([1, 2, 5]), dtype=lib.float32))


# name: (function of (lib, x), its value at 2, its derivative there)
PROGRAMS = {
    "python function": (lambda lib, x: repeat(lib, 3, lambda h: h * host(lib, h) * x, x), 32768, 65536),
    "nothing but a python function": (lambda lib, x: repeat(lib, 3, lambda h: host(lib, h), x), 2, 0),
    "beside a python function": (lambda lib, x: repeat(lib, 3, lambda h: h + host(lib, h), x), 16, 1),
    "growing": (growing, 54, 81),
    "boolean_mask": (masked, 33.75, 16.875),
    "queue": (dequeuing, 48, 24),
    "strings": (strings, 16, 8),
    "loop in a loop": (
        lambda lib, x: repeat(lib, 2, lambda h: repeat(lib, 2, lambda k: k * host(lib, k) * 0.1 + h, h), x),
        3.6254861,
        1.8127432,
    ),
    "growing in a compiled loop": (growing_inside_a_compiled_loop, 162, 297),
    "compiled loop in a loop": (compiled_inside, 30, 40),
    "conditional in a loop": (
        lambda lib, x: repeat(
            lib, 3, lambda h: lib.cond(h < 10.0, lambda: h * host(lib, h), lambda: h * 0.5), x
        ),
        8,
        4,
    ),
    "compiled conditional in a loop": (
        lambda lib, x: repeat(
            lib, 3, lambda h: lib.cond(h < 10.0, lambda: h * h, lambda: h * 0.5) + 0 * host(lib, h), x
        ),
        8,
        16,
    ),
    "loop in a conditional": (
        lambda lib, x: lib.cond(x > 0, lambda: repeat(lib, 3, lambda h: h * host(lib, h), x), lambda: x * 3),
        256,
        128,
    ),
    "loop in the other branch": (
        lambda lib, x: lib.cond(x < 0, lambda: repeat(lib, 3, lambda h: h * host(lib, h), x), lambda: x * 3),
        6,
        3,
    ),
    "conditional": (lambda lib, x: lib.cond(x > 0, lambda: x * host(lib, x) * x, lambda: x), 8, 8),
    "conditional of other shapes": (
        lambda lib, x: lib.reduce_sum(lib.cond(x > 0, lambda: lib.stack([x]), lambda: lib.stack([x, x])) * x),
        4,
        4,
    ),
    "case": (
        lambda lib, x: lib.case(
            [(x < 0, lambda: host(lib, x)), (x > 1, lambda: x * x * host(lib, x))], default=lambda: x
        ),
        8,
        8,
    ),
    "no iteration": (lambda lib, x: repeat(lib, 0, lambda h: h * host(lib, h), x), 2, 1),
    "growing array": (growing_array, 264, 712),
    "array of different shapes": (array_of_different_shapes, 44, 40),
    "array split": (array_split, 64, 82),
    "array scattered": (array_scattered, 38, 29),
    "captured array": (lambda lib, x: captured_array(lib, x, size=3), 1292834, 4386625),
    "captured growing array": (
        lambda lib, x: captured_array(lib, x, size=0, dynamic_size=True),
        1292834,
        4386625,
    ),
    "array through a conditional": (array_through_a_conditional, 218, 609),
    "map_fn of sizes": (map_of_sizes, 32, 32),
    "map_fn": (
        lambda lib, x: lib.reduce_sum(
            lib.map_fn(lambda r: r * host(lib, r) * x, lib.stack([x, x * x]), infer_shape=False)
        ),
        40,
        56,
    ),
    "scan": (
        lambda lib, x: lib.reduce_sum(lib.scan(lambda a, r: a * r * host(lib, r), lib.stack([x, x * x, x]))),
        162,
        305,
    ),
    "foldr": (
        lambda lib, x: lib.reduce_sum(lib.foldr(lambda a, r: a * r + host(lib, a), lib.stack([x, x * x, x]))),
        30,
        34,
    ),
}


def value_and_slope(lib, program):
    with lib.Graph().as_default():
        x = lib.constant(2.0)
        y = program(lib, x)
        (slope,) = lib.gradients(y, [x])
        with lib.Session() as session:
            return session.run([y, slope])


@pytest.mark.parametrize("name", PROGRAMS)
def test_values_and_slopes(name):
    program, value, slope = PROGRAMS[name]
    np.testing.assert_allclose(value_and_slope(tf, program), [value, slope], rtol=1e-5)


@pytest.mark.interop
@pytest.mark.parametrize("name", PROGRAMS)
def test_tensorflow_agrees(name):
    tf1 = pytest.importorskip("tensorflow").compat.v1
    with tf1.Graph().as_default():
        tf1.disable_control_flow_v2()
    program, value, slope = PROGRAMS[name]
    np.testing.assert_allclose(value_and_slope(tf1, program), [value, slope], rtol=1e-5)


@pytest.mark.parametrize("use_resource", [False, True])
def test_variables(use_resource):
    x = tf.constant(2.0)
    v = tf.get_variable("v", initializer=3.0, use_resource=use_resource)
    w = tf.get_variable("w", initializer=4.0, use_resource=use_resource)
    y = repeat(tf, 3, lambda h: h * v + w * host(tf, h), x)
    gradients = tf.gradients(y, [x, v, w])
    with tf.Session() as session:
        session.run(tf.global_variables_initializer())
        assert session.run([y, *gradients]) == [686, 27, 158, 158]


def test_a_variable_that_the_body_changes_is_as_the_reads_saw_it():
    x = tf.constant(2.0)
    w = tf.get_variable("w", initializer=2.0, use_resource=True)

    def body(i, h):
        h = h * w * tf.stop_gradient(host(tf, h))
        with tf.control_dependencies([w.assign_add(1.0)]):
            return i + 1, tf.identity(h)

    y = tf.while_loop(lambda i, _: i < 3, body, (0, x))[1]
    gradients = tf.gradients(y, [x, w])
    with tf.Session() as session:
        session.run(w.initializer)
        assert session.run([y, *gradients]) == [147456, 73728, 159744]
        assert session.run(w) == 5


def test_rows_of_a_variable():
    x = tf.constant(2.0)
    table = tf.get_variable("table", initializer=[[3.0, 1.0], [2.0, 2.0]], use_resource=True)
    y = repeat(tf, 2, lambda h: h * host(tf, h) * tf.reduce_sum(tf.gather(table, [1, 1, 0])), x)
    gradients = tf.gradients(y, [x, table])
    with tf.Session() as session:
        session.run(table.initializer)
        value, slope, rows = session.run([y, *gradients])
    assert [value, slope] == [27648, 13824]
    np.testing.assert_allclose(rows, [[4608, 4608], [9216, 9216]])


@pytest.mark.parametrize("fetched", ["value", "gradient", "second", "all"])
def test_what_the_body_does_happens_once(fetched):
    calls = []

    def look(value):
        calls.append(float(value))
        return value

    queue = tf.FIFOQueue(10, tf.float32, [[]])
    fill = queue.enqueue_many([[2.0, 3.0, 4.0]])
    count = tf.get_variable("count", initializer=0)
    weight = tf.get_variable("weight", initializer=1.0, use_resource=True)
    x = tf.constant(2.0)

    def body(i, h):
        with tf.control_dependencies([count.assign_add(1), weight.assign_add(1.0)]):
            return i + 1, h * h * queue.dequeue() * tf.reshape(tf.py_func(look, [h], tf.float32), [])

    y = tf.while_loop(lambda i, _: i < 2, body, [0, x])[1]
    (slope,) = tf.gradients(y, x)
    (second,) = tf.gradients(slope, x)
    # With what was dequeued and looked at, y = 768 x^4.
    values = {"value": (y, 12288), "gradient": (slope, 24576), "second": (second, 36864)}
    chosen = values if fetched == "all" else [fetched]
    with tf.Session() as session:
        session.run(tf.global_variables_initializer())
        session.run(fill)
        assert session.run([values[each][0] for each in chosen]) == [values[each][1] for each in chosen]
        assert calls == [2.0, 16.0]
        assert session.run([count, weight, queue.size()]) == [2, 3.0, 1]


def test_higher_derivatives():
    """With c for what Python gave: c x^8."""
    x = tf.constant(2.0)
    y = repeat(tf, 3, lambda h: h * h * host(tf, h), x)
    first = tf.gradients(y, x)[0]
    second = tf.gradients(first, x)[0]
    third = tf.gradients(second, x)[0]
    with tf.Session() as session:
        found = session.run([y, first, second, third])
    np.testing.assert_allclose(found, 2.0**27 * np.array([1, 8 / 2, 56 / 4, 336 / 8]), rtol=1e-6)


def test_second_derivative_of_a_loop_in_a_loop():
    with tf.Graph().as_default():
        x = tf.placeholder(tf.float64, [])
        fixed = tf.placeholder(tf.float64, [])

        def constant(h):  # what Python gives must not move with x, for differences to tell its slope
            return tf.reshape(tf.py_func(lambda a: np.float64(0.5), [h], tf.float64), [])

        y = repeat(tf, 2, lambda h: repeat(tf, 2, lambda k: k * k * 0.1 + constant(k) * h * fixed, h), x)
        (slope,) = tf.gradients(y, x)
        (second,) = tf.gradients(slope, x)
        with tf.Session() as session:
            at = lambda fetch, where: session.run(fetch, {x: where, fixed: 0.7})  # noqa: E731
            step = 1e-5
            np.testing.assert_allclose(
                at(slope, 1.3), (at(y, 1.3 + step) - at(y, 1.3 - step)) / (2 * step), rtol=1e-6
            )
            np.testing.assert_allclose(
                at(second, 1.3), (at(slope, 1.3 + step) - at(slope, 1.3 - step)) / (2 * step), rtol=1e-6
            )


@pytest.mark.parametrize("inside_a_conditional", [False, True])
def test_random_numbers_are_those_of_the_forward_pass(inside_a_conditional):
    x = tf.constant(2.0)

    def step(h):
        drawn = lambda: h * (tf.random_uniform([]) + 1.0)  # noqa: E731
        return (tf.cond(h > -1.0, drawn, lambda: h) if inside_a_conditional else drawn()) + 0.0 * host(tf, h)

    y = repeat(tf, 3, step, x)
    (slope,) = tf.gradients(y, x)
    with tf.Session() as session:
        first, second = session.run([y, slope]), session.run([y, slope])
    np.testing.assert_allclose([first[0] / first[1], second[0] / second[1]], [2.0, 2.0], rtol=1e-5)
    assert first != second


def test_gradients_in_a_finalized_graph_of_a_loop_that_turns_out_not_to_compile():
    x = tf.placeholder(tf.float32, [None])
    n = tf.placeholder(tf.int32, [])
    y = tf.while_loop(
        lambda i, _: i < n, lambda i, h: (i + 1, tf.concat([h, x * h[0]], 0)), [0, x], [SCALAR, VECTOR]
    )[1]
    (slope,) = tf.gradients(y, x)
    graph = tf.get_default_graph()
    graph.finalize()
    with tf.Session() as session:
        for count in (2, 0, 3):
            value, found = session.run([y, slope], {x: [2.0, 3.0], n: count})
            assert len(value) == 2 * (count + 1)
            # each round appends x * x[0]
            np.testing.assert_allclose(found, [1 + count * (2 * 2.0 + 3.0), 1 + count * 2.0])


def test_gradients_that_nothing_connects():
    a, b = tf.constant(3.0), tf.constant(4.0)
    loop = tf.while_loop(
        lambda i, *_: i < 3, lambda i, h, k: (i + 1, h * 2.0 + 0.0 * host(tf, k), k * 3.0), [0, a, b]
    )
    with tf.Session() as session:
        assert session.run(tf.gradients(loop[1], [a, b])) == [8, 0]  # b is on the way, as in TensorFlow


def test_a_gradient_of_its_own_inside():
    @tf.custom_gradient
    def square(h):
        return h * h, lambda dy: dy * 100.0

    x = tf.constant(2.0)
    y = repeat(tf, 2, lambda h: square(h) * 0.1 + 0.0 * host(tf, h), x)
    (slope,) = tf.gradients(y, x)
    with tf.Session() as session:
        np.testing.assert_allclose(session.run(slope), 100.0, rtol=1e-6)


def test_a_gradient_that_uses_what_its_body_does_not():
    scale = tf.constant(5.0)

    @tf.custom_gradient
    def square(h):
        return h * h, lambda dy: dy * scale

    x = tf.constant(2.0)
    y = repeat(tf, 2, lambda h: square(h) + host(tf, h), x)
    (slope,) = tf.gradients(y, x)
    with tf.Session() as session:
        assert session.run(slope) == 25


def test_partial_runs_go_back_through_what_an_earlier_step_did():
    calls = []

    def look(value):
        calls.append(value)
        return value

    a, b = tf.placeholder(tf.float32, []), tf.placeholder(tf.float32, [])
    y = repeat(tf, 3, lambda h: h * tf.reshape(tf.py_func(look, [h], tf.float32), []), a)
    (slope,) = tf.gradients(y, a, grad_ys=b)
    with tf.Session() as session:
        handle = session.partial_run_setup([y, slope], [a, b])
        assert session.partial_run(handle, y, {a: 2.0}) == 256
        assert session.partial_run(handle, slope, {b: 3.0}) == 3 * 128
    assert len(calls) == 3


def test_a_loop_whose_value_is_fed():
    a = tf.placeholder(tf.float32, [])
    y = repeat(tf, 3, lambda h: h * host(tf, h), a)
    (slope,) = tf.gradients(y * y, a)
    with tf.Session() as session:
        assert session.run(slope, {a: 2.0, y: 1.0}) == 2 * 128


def test_many_threads():
    x = tf.placeholder(tf.float32, [])
    y = repeat(tf, 5, lambda h: h * host(tf, h) * 0.5, x)
    (slope,) = tf.gradients(y, x)
    places = [1.0, 1.1, 1.2, 1.3]
    with tf.Session() as session:
        expected = [session.run(slope, {x: place}) for place in places]
        wrong = []

        def go(place, right):
            wrong.extend(1 for _ in range(20) if session.run(slope, {x: place}) != right)

        threads = [threading.Thread(target=go, args=pair) for pair in zip(places, expected)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
    assert not wrong


def test_from_a_graph_def():
    with tf.Graph().as_default() as graph:
        a = tf.placeholder(tf.float32, [], name="a")
        y = repeat(tf, 3, lambda h: h * tf.reduce_sum(tf.to_float(tf.where(tf.stack([h, -h]) > 0) + 2)), a)
        tf.identity(tf.gradients(y, a)[0], name="slope")
        definition = graph.as_graph_def()
    with tf.Graph().as_default():
        tf.import_graph_def(definition, name="")
        with tf.Session() as session:
            assert session.run("slope:0", {"a:0": 2.0}) == 8


def test_training_through_sizes_that_vary():
    x = tf.placeholder(tf.float32, [None])
    weight = tf.get_variable("weight", initializer=1.5)
    y = repeat(tf, 2, lambda h: tf.boolean_mask(h * weight, h > 0.1), x, [None])
    loss = tf.reduce_mean(tf.square(y - 2 * x[-1]))
    train = tf.train.GradientDescentOptimizer(0.02).minimize(loss)
    with tf.Session() as session:
        session.run(tf.global_variables_initializer())
        for step in range(40):
            session.run(train, {x: [0.0, 1.0] if step % 2 else [1.0]})
        np.testing.assert_allclose(session.run(weight), np.sqrt(2.0), rtol=1e-3)
