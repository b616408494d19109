"""Compiled programs: which there are, and how many are kept."""

import threading

import numpy as np
import pytest

import evergraph as tf
from evergraph.engine import any_length, programs
from evergraph.engine.programs import ProgramTable
from tests.waiting import GUARD_SECS, joined


def tables(sess):
    executables = [r for r in sess._runs.values() if hasattr(r, "bound")]
    return [bound.step.table for e in executables for bound in e.bound if bound.step is not None]


def test_the_least_recently_used_program_goes(monkeypatch):
    monkeypatch.setattr(programs, "_MOST_PROGRAMS", 3)
    table, made = ProgramTable(), []

    def make(key):
        return table.make(key, lambda: (made.append(key) or (lambda: key), None))

    for key in "abc":
        make(key)
    for program in table.programs.values():
        program.used = False
    table.programs["a"].used = True
    make("d")
    assert set(table.programs) == {"a", "c", "d"} or set(table.programs) == {"a", "b", "d"}
    assert table.programs["a"].call() == "a"
    make("a")
    assert made == ["a", "b", "c", "d"]


def test_programs_of_many_shapes_are_kept_within_a_bound(monkeypatch):
    monkeypatch.setattr(any_length, "is_enabled", lambda: False)
    monkeypatch.setattr(programs, "_MOST_PROGRAMS", 4)
    x = tf.placeholder(tf.float32, [None])
    y = tf.reduce_sum(x * 2.0)
    with tf.Session() as sess:
        for size in [*range(1, 12), 3, 11, 2]:
            assert sess.run(y, {x: np.ones(size)}) == 2.0 * size
        (table,) = tables(sess)
        assert len(table.programs) == 4


def test_a_program_that_cannot_be_made_leaves_nothing_behind():
    table = ProgramTable()

    def fail():
        raise tf.errors.InvalidArgumentError(None, None, "no")

    for _ in range(2):
        with pytest.raises(tf.errors.InvalidArgumentError):
            table.make("key", fail)
    assert table.make("key", lambda: (len, None)).call is len


def test_who_wants_what_is_being_made_waits_for_it():
    table, made, got = ProgramTable(), [], []
    gate, begun = threading.Event(), threading.Event()

    def trace():
        begun.set()
        assert gate.wait(GUARD_SECS)
        made.append(1)
        return len, None

    threads = [threading.Thread(target=lambda: got.append(table.make("key", trace))) for _ in range(3)]
    for thread in threads:
        thread.start()
    assert begun.wait(GUARD_SECS)
    gate.set()
    for thread in threads:
        joined(thread)
    assert made == [1] and len(set(map(id, got))) == 1


def test_checks_belong_to_the_shape_they_were_traced_for():
    data, ids = tf.placeholder(tf.float32, [None]), tf.placeholder(tf.int32, [None])
    out = tf.unsorted_segment_sum(data, ids * 1, 3)
    with tf.Session() as sess:
        assert sess.run(out, {data: [1, 2], ids: [0, 1]}).tolist() == [1, 2, 0]
        assert sess.run(out, {data: [], ids: []}).tolist() == [0, 0, 0]
        with pytest.raises(tf.errors.InvalidArgumentError, match="7"):
            sess.run(out, {data: [1, 2], ids: [0, 7]})


def test_a_large_constant_is_an_argument_of_the_program_and_shared():
    data = np.arange(100_000, dtype=np.float32)
    c = tf.constant(data)
    i = tf.placeholder(tf.int32, [])
    fetches = [c[i] * float(k) for k in range(1, 4)]
    with tf.Session() as sess:
        for k, fetch in enumerate(fetches, 1):
            assert sess.run(fetch, {i: 7}) == 7.0 * k
        executables = [r for r in sess._runs.values() if hasattr(r, "bound")]
        held = [a for e in executables for a in e.template if getattr(a, "shape", None) == data.shape]
    assert len(held) == 3 and len({id(a) for a in held}) == 1
    assert held[0].unsafe_buffer_pointer() == c.op.attrs["value"].ctypes.data  # no memory of its own


SIZED = [
    (lambda x, n: x[:n] + 1.0, lambda x, n: x[:n] + 1.0),
    (lambda x, n: tf.range(n) * 2, lambda x, n: np.arange(n) * 2),
    (lambda x, n: tf.fill([n], 2.0) + 1.0, lambda x, n: np.full(n, 3.0)),
]


@pytest.mark.parametrize("fetch, expected", SIZED)
def test_a_number_that_sets_a_size_moves_its_operation_to_the_host_after_a_few_values(fetch, expected):
    x, n = tf.placeholder(tf.float32, [50]), tf.placeholder(tf.int32, [])
    y = fetch(x, n)
    value = np.arange(50, dtype=np.float32)
    with tf.Session() as sess:
        for size in range(1, 40):
            np.testing.assert_array_equal(sess.run(y, {x: value, n: size}), expected(value, size))
        sized = [
            stage for e in sess._runs.values() if hasattr(e, "plan") for stage in e.plan.stages if stage.sized
        ]
        assert not sized


def test_the_gradient_of_a_slice_whose_size_is_fed():
    n = tf.placeholder(tf.int32, [])
    v = tf.get_variable("v", initializer=np.arange(20, dtype=np.float32))
    gradient = tf.gradients(tf.reduce_sum(tf.square(v[:n])), v)[0]
    with tf.Session() as sess:
        sess.run(v.initializer)
        for size in [*range(1, 12), 3]:
            expected = np.where(np.arange(20) < size, 2.0 * np.arange(20), 0.0)
            np.testing.assert_allclose(sess.run(gradient, {n: size}), expected)
