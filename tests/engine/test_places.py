"""A number that only says where is an argument of the program: one program serves all places."""

import jax
import numpy as np
import pytest

import evergraph as tf
from evergraph.ops.imported.gradients import strided_slice_grad_op

_COMPILED = []


def _note(event, seconds, fun_name="", **_):
    if event.endswith("backend_compile_duration") and fun_name == "jit(function)":  # that of a stage
        _COMPILED.append(event)


jax.monitoring.register_event_duration_secs_listener(_note)

DATA = np.arange(60, dtype=np.float32).reshape(10, 6)


class Programs:
    """Counts the programs compiled within a `with` block."""

    def __enter__(self):
        self.start = len(_COMPILED)
        return self

    def __exit__(self, *_):
        self.count = len(_COMPILED) - self.start


def run_at(build, places, data=DATA, shape=(None, 6)):
    """([(value, gradient) for each place], programs compiled) of `build(x, n)` for a fed n."""
    x = tf.placeholder(tf.float32, shape)
    n = tf.placeholder(tf.int32, [])
    y = build(x, n)
    (gradient,) = tf.gradients(tf.reduce_sum(y * y), x)
    with tf.Session() as sess, Programs() as programs:
        found = [sess.run([y, gradient], {x: data, n: place}) for place in places]
    return found, programs.count


def gradient_of(index, data=DATA):
    """The gradient of the sum of squares of `data[index]`."""
    gradient = np.zeros_like(data)
    gradient[index] = 2 * data[index]
    return gradient


@pytest.mark.parametrize(
    "build, index",
    [
        (lambda x, n: x[n : n + 3], lambda n: np.s_[n : n + 3]),
        (lambda x, n: x[n], lambda n: np.s_[n]),
        (lambda x, n: x[-1 - n], lambda n: np.s_[-1 - n]),
        (lambda x, n: x[n, n : n + 2], lambda n: np.s_[n, n : n + 2]),
        (lambda x, n: x[n + 2 : n : -1, ..., 1:3], lambda n: np.s_[n + 2 : n : -1, ..., 1:3]),
        (lambda x, n: x[n : n + 5 : 2, None, n], lambda n: np.s_[n : n + 5 : 2, None, n]),
        (lambda x, n: tf.strided_slice(x, [0, n], [10, n + 2]), lambda n: np.s_[:, n : n + 2]),
        (lambda x, n: tf.slice(x, [n, 0], [4, -1]), lambda n: np.s_[n : n + 4]),
        (lambda x, n: tf.slice(x, [n, 0], [4, tf.shape(x)[1]]), lambda n: np.s_[n : n + 4]),
    ],
)
def test_slices_of_one_size_are_one_program(build, index):
    found, programs = run_at(build, range(4))
    assert programs == 1
    for place, (value, gradient) in enumerate(found):
        np.testing.assert_array_equal(value, DATA[index(place)])
        np.testing.assert_array_equal(gradient, gradient_of(index(place)))


def test_a_slice_that_is_cut_off_at_the_end_is_a_program_of_its_own_size():
    found, programs = run_at(lambda x, n: x[n : n + 4], [0, 3, 6, 8, -3, 12, -20])
    assert [value.shape[0] for value, _ in found] == [4, 4, 4, 2, 0, 0, 0]
    assert programs == 3  # 4 rows, 2, none
    for place, (value, gradient) in zip([0, 3, 6, 8, -3, 12, -20], found):
        np.testing.assert_array_equal(value, DATA[place : place + 4])
        np.testing.assert_array_equal(gradient, gradient_of(np.s_[place : place + 4]))


def test_places_within_what_the_program_computes_itself():
    found, programs = run_at(lambda x, n: tf.concat([x * 2.0, x[n : n + 3]], 0)[n + 1 :][n : n + 2], range(3))
    assert programs == 3  # of 10, 9 and 8 rows in between
    for place, (value, _) in enumerate(found):
        whole = np.concatenate([DATA * 2, DATA[place : place + 3]])
        np.testing.assert_array_equal(value, whole[place + 1 :][place : place + 2])


def test_what_comes_in_may_have_any_shape():
    x, n = tf.placeholder(tf.float32), tf.placeholder(tf.int32, [])
    y = (x * 1.0)[n : n + 2]
    with tf.Session() as sess, Programs() as programs:
        for data in (DATA, DATA[:3], DATA[None]):
            for place in range(3):
                np.testing.assert_array_equal(sess.run(y, {x: data, n: place}), data[place : place + 2])
    assert programs.count == 5  # DATA; 2 rows of 3, 1 of 3; 1 of 1, none of 1


@pytest.mark.parametrize(
    "build, expected",
    [
        (lambda x, n: tf.manip.roll(x, n, 0), lambda n: np.roll(DATA, n, 0)),
        (lambda x, n: tf.manip.roll(x, [n, 1 - n], [0, 1]), lambda n: np.roll(DATA, [n, 1 - n], [0, 1])),
        (lambda x, n: tf.pad(x, [[n, 3 - n], [0, 0]]), lambda n: np.pad(DATA, [[n, 3 - n], [0, 0]])),
        (
            lambda x, n: tf.pad(x, [[n, 3 - n], [n, 3 - n]], "REFLECT"),
            lambda n: np.pad(DATA, [[n, 3 - n], [n, 3 - n]], "reflect"),
        ),
        (lambda x, n: x * 0 + tf.to_float(tf.range(n, n + 6)), lambda n: DATA * 0 + np.arange(n, n + 6)),
        (lambda x, n: tf.gather(x, tf.range(n, n + 6, 2)), lambda n: DATA[n : n + 6 : 2]),
        (
            lambda x, n: tf.image.crop_to_bounding_box(x[:, :, None], n, 1, 3, 2)[:, :, 0],
            lambda n: DATA[n : n + 3, 1:3],
        ),
        (
            lambda x, n: tf.image.pad_to_bounding_box(x[:, :, None], n, 1, 14, 7)[:, :, 0],
            lambda n: np.pad(DATA, [[n, 4 - n], [1, 0]]),
        ),
    ],
)
def test_other_operations_at_places(build, expected):
    found, programs = run_at(build, range(4), shape=(10, 6))
    assert programs == 1
    for place, (value, _) in enumerate(found):
        np.testing.assert_array_equal(value, expected(place))


def test_a_place_that_is_not_allowed_is_an_error_and_no_program():
    x, n = tf.placeholder(tf.float32, [None, 6]), tf.placeholder(tf.int32, [])
    taken, padded = x[n, n : n + 1], tf.pad(x, [[n, 3 - n], [0, 0]])
    with tf.Session() as sess, Programs() as programs:
        for y, place in ((taken, 10), (taken, -11), (padded, 5), (padded, -1)):
            with pytest.raises(tf.errors.InvalidArgumentError):
                sess.run(y, {x: DATA, n: place})
    assert programs.count == 0


def test_a_dequeued_position_and_a_training_step():
    data = tf.constant(np.arange(41, dtype=np.int32).reshape(1, 41))
    i = tf.train.range_input_producer(5, shuffle=False).dequeue()
    x = tf.strided_slice(data, [0, i * 8], [1, (i + 1) * 8])
    y = tf.strided_slice(data, [0, i * 8 + 1], [1, (i + 1) * 8 + 1])
    table = tf.get_variable("table", [41, 4], initializer=tf.ones_initializer())
    loss = tf.reduce_sum(tf.nn.embedding_lookup(table, x) * tf.to_float(y)[..., None])
    train = tf.train.GradientDescentOptimizer(0.1).minimize(loss, tf.train.get_or_create_global_step())
    with tf.train.SingularMonitoredSession() as sess:
        seen = [sess.run([x, y, train])[:2]]
        with Programs() as programs:
            seen += [sess.run([x, y, train])[:2] for _ in range(4)]
        assert programs.count == 0
        trained = sess.run(table)
    np.testing.assert_array_equal(np.concatenate([x for x, _ in seen], 1), [np.arange(40)])
    np.testing.assert_array_equal(np.concatenate([y for _, y in seen], 1), [np.arange(1, 41)])
    np.testing.assert_allclose(trained[:40, 0], 1 - 0.1 * np.arange(1, 41), rtol=1e-6)


def test_a_place_that_follows_from_a_variable():
    step = tf.train.get_or_create_global_step()
    window = tf.constant(DATA)[step * 2 : step * 2 + 2]
    with tf.control_dependencies([window]):
        count = tf.assign_add(step, 1)
    with tf.Session() as sess:
        sess.run(step.initializer)
        sess.run([window, count])
        with Programs() as programs:
            found = [sess.run([window, count])[0] for _ in range(4)]
    assert programs.count == 0
    np.testing.assert_array_equal(np.concatenate(found), DATA[2:])


def test_a_place_that_the_device_computes():
    x = tf.placeholder(tf.float32, [10])
    top = tf.argmax(tf.tanh(x / 10), output_type=tf.int32)
    y = tf.exp(x)[top - 1 : top + 1]
    with tf.Session() as sess:
        sess.run(y, {x: np.eye(10)[1]})
        with Programs() as programs:
            for place in range(2, 10):
                np.testing.assert_allclose(sess.run(y, {x: np.eye(10)[place]}), [1, np.e], rtol=1e-6)
    assert programs.count == 0


@pytest.mark.parametrize("resource", [False, True])
def test_assigning_to_a_place(resource):
    v = tf.get_variable("v", initializer=np.zeros((10, 6), np.float32), use_resource=resource)
    n, new = tf.placeholder(tf.int32, []), tf.placeholder(tf.float32, [None, 2])
    writes = [
        (v[n : n + 3, 1:3].assign(new), lambda n: np.s_[n : n + 3, 1:3], 3),
        (v[n + 5 : n : -2, 3:5].assign(new), lambda n: np.s_[n + 5 : n : -2, 3:5], 3),
    ]
    expected = np.zeros((10, 6), np.float32)
    with tf.Session() as sess:
        sess.run(v.initializer)
        for write, index, rows in writes:
            with Programs() as programs:
                for place in range(4):
                    value = np.random.RandomState(place).randn(rows, 2).astype(np.float32)
                    sess.run(write.op, {n: place, new: value})
                    expected[index(place)] = value
            assert programs.count == 1
            np.testing.assert_array_equal(sess.run(v), expected)
        sess.run(writes[0][0].op, {n: 9, new: [[1, 2]]})
        expected[9:12, 1:3] = [[1, 2]]
        np.testing.assert_array_equal(sess.run(v), expected)
        with pytest.raises(tf.errors.InvalidArgumentError, match="cannot be assigned"):
            sess.run(writes[0][0].op, {n: 9, new: np.zeros((3, 2))})
        np.testing.assert_array_equal(sess.run(v), expected)


@pytest.mark.parametrize(
    "build, expected",
    [
        (
            lambda x, n: tf.cond(n > 1, lambda: x[n : n + 2] * 2.0, lambda: x[n + 1 : n + 3]),
            lambda n: DATA[n : n + 2] * 2 if n > 1 else DATA[n + 1 : n + 3],
        ),
        (
            lambda x, n: tf.while_loop(
                lambda i, a: i < 3, lambda i, a: (i + 1, a + x[n : n + 2]), (0, x[:2])
            )[1],
            lambda n: DATA[:2] + 3 * DATA[n : n + 2],
        ),
        (
            lambda x, n: tf.map_fn(lambda row: row[n : n + 2] * row[n], x),
            lambda n: DATA[:, n : n + 2] * DATA[:, n : n + 1],
        ),
        (
            lambda x, n: tf.map_fn(lambda row: tf.cond(n > 1, lambda: row[n : n + 2], lambda: row[:2]), x),
            lambda n: DATA[:, n : n + 2] if n > 1 else DATA[:, :2],
        ),
    ],
)
def test_places_in_bodies(build, expected):
    found, programs = run_at(build, range(4))
    assert programs == 1
    for place, (value, _) in enumerate(found):
        np.testing.assert_array_equal(value, expected(place))


def test_a_place_that_moves_in_a_loop():
    x, n = tf.placeholder(tf.float32, [10, 6]), tf.placeholder(tf.int32, [])

    def body(i, total):
        part = x[i, n] + x[-1 - i, 0] + tf.slice(x, [0, i], [-1, 2])[n, 1] + tf.manip.roll(x, i * n, 0)[0, 0]
        return i + 1, total + part

    y = tf.while_loop(lambda i, _: i < 3, body, (0, 0.0))[1]
    (gradient,) = tf.gradients(y, x)
    with tf.Session() as sess, Programs() as programs:
        for place in range(4):
            value, slope = sess.run([y, gradient], {x: DATA, n: place})
            at = [
                index
                for i in range(3)
                for index in ((i, place), (9 - i, 0), (place, i + 1), (-i * place % 10, 0))
            ]
            expected = np.zeros_like(DATA)
            np.add.at(expected, tuple(np.array(at).T), 1)
            np.testing.assert_allclose(value, sum(DATA[index] for index in at))
            np.testing.assert_array_equal(slope, expected)
    assert programs.count == 1


def test_a_window_that_moves_in_a_loop():
    x, n = tf.placeholder(tf.float32, [None, 6]), tf.placeholder(tf.int32, [])

    def body(i, total):
        part = x[i : i + 3, n + i : n + i + 1]
        return i + 1, total + tf.reduce_sum(part * part)

    y = tf.while_loop(lambda i, _: i < 3, body, (0, 0.0))[1]
    (gradient,) = tf.gradients(y, x)
    with tf.Session() as sess, Programs() as programs:
        for place in range(3):
            value, slope = sess.run([y, gradient], {x: DATA, n: place})
            parts = [np.s_[i : i + 3, place + i : place + i + 1] for i in range(3)]
            np.testing.assert_allclose(value, sum((DATA[part] ** 2).sum() for part in parts), rtol=1e-6)
            np.testing.assert_allclose(slope, sum(gradient_of(part) for part in parts), rtol=1e-6)
    assert programs.count == 1


@pytest.mark.parametrize("trips", [9, None])
def test_a_window_that_is_cut_off_in_a_loop_runs_on_the_host_with_a_program_for_each_size(trips):
    x, n = tf.placeholder(tf.float32, [10, 6]), tf.placeholder(tf.int32, [])
    limit = trips or n
    y = tf.while_loop(
        lambda i, _: i < limit, lambda i, a: (i + 1, a + tf.reduce_sum(x[i : i + 3])), (0, 0.0)
    )[1]
    with tf.Session() as sess:
        sess.run(y, {x: DATA, n: 9})
        with Programs() as programs:
            value = sess.run(y, {x: DATA + 1, n: 9})
    assert programs.count == 0
    assert value == sum((DATA + 1)[i : i + 3].sum() for i in range(9))


def test_a_size_is_part_of_the_key_whatever_it_is_computed_from():
    a, b = tf.placeholder(tf.int32, []), tf.placeholder(tf.int32, [])
    y = tf.reduce_sum(tf.to_float(tf.range(a, b)))
    with tf.Session() as sess, Programs() as programs:
        for start in range(5):
            assert sess.run(y, {a: start, b: start + 4}) == 4 * start + 6
            assert sess.run(y, {a: start, b: start + 2}) == 2 * start + 1
    assert programs.count == 2


def test_the_gradient_operation_of_imported_graphs():
    n, dy = tf.placeholder(tf.int32, []), tf.placeholder(tf.float32, [2, 3])
    begin, end = tf.stack([n, 0]), tf.stack([n + 4, 3])
    y = strided_slice_grad_op([10, 6], begin, end, [2, 1], dy)
    with tf.Session() as sess, Programs() as programs:
        for place in range(4):
            expected = np.zeros((10, 6), np.float32)
            expected[place : place + 4 : 2, :3] = DATA[:2, :3]
            np.testing.assert_array_equal(sess.run(y, {n: place, dy: DATA[:2, :3]}), expected)
    assert programs.count == 1


def test_a_random_place_of_a_fed_size():
    x, n = tf.placeholder(tf.float32, [10, 6]), tf.placeholder(tf.int32, [])
    y = tf.random_crop(x, tf.stack([n, 2]), seed=3)
    seen = set()
    with tf.Session() as sess:
        for size in (3, 4):
            for run in range(8):
                with Programs() as programs:
                    crop = sess.run(y, {x: DATA, n: size})
                row, column = divmod(int(crop[0, 0]), 6)
                np.testing.assert_array_equal(crop, DATA[row : row + size, column : column + 2])
                seen.add((row, column))
                assert run == 0 or programs.count == 0
    assert len(seen) > 4


def test_operands_that_the_graph_knows_may_be_fed():
    x, i = tf.placeholder(tf.float32, [2, 3, 4]), tf.placeholder(tf.int32, [])
    size, strides = tf.constant([1, 2, 4]), tf.constant([1])
    a, b = tf.slice(x, [0, i, 0], size), tf.strided_slice(x, [i], [2], strides)
    value = np.arange(24.0).reshape(2, 3, 4)
    with tf.Session() as sess:
        np.testing.assert_array_equal(sess.run(a, {x: value, i: 1, size: [1, 2, 4]}), value[:1, 1:])
        np.testing.assert_array_equal(sess.run(b, {x: value, i: 1, strides: [1]}), value[1:])
