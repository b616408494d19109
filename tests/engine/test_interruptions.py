"""Signals at random moments: a run is made whole or not at all, and the session goes on."""

import contextlib
import os
import random
import signal
import sys
import threading
import time

import numpy as np
import pytest

import evergraph as tf
from evergraph.ops.queues.barriers import Barrier

TRIALS = 150

# What a handler raises in the middle of a finalizer or of a callback of the garbage collector, Python only reports.
pytestmark = pytest.mark.filterwarnings("ignore::pytest.PytestUnraisableExceptionWarning")


class Stop(BaseException):
    """What the handlers of these tests raise."""


@contextlib.contextmanager
def handler(signum, action):
    before = signal.signal(signum, action)
    try:
        yield
    finally:
        signal.signal(signum, before)


class Interrupter:
    """Sends this process a signal at a random moment; its handler raises while `armed`."""

    def __init__(self, signum, longest, act=None):
        self.signum, self.longest, self.act = signum, longest, act
        self.armed = False
        self.handled = 0
        self.random = random.Random(signum)

    def handle(self, signum, frame):
        if self.armed:
            self.handled += 1
            if self.act is None:
                self.armed = False
                raise Stop
            self.act()

    def __call__(self, step, trials=TRIALS):
        """Runs `step` again and again, interrupted once in each trial."""
        with handler(self.signum, self.handle):
            for _ in range(trials):
                self._trial(step)

    def _trial(self, step):
        delay = self.random.random() * self.longest
        sent = threading.Event()

        def send():
            time.sleep(delay)
            os.kill(os.getpid(), self.signum)
            sent.set()

        thread = threading.Thread(target=send)
        try:
            self.armed = True
            thread.start()
            while self.armed if self.act is None else not sent.is_set():
                step()
        except Stop:
            pass
        finally:
            self.armed = False
            thread.join()


def _model(checked=False, size=32):
    """A step that adds 1 to every variable and counts; its loss."""
    w = tf.get_variable("w", initializer=np.zeros((size, size), np.float32))
    v = tf.get_variable("v", initializer=np.zeros(3, np.float32))
    table = tf.get_variable("table", initializer=np.zeros((5, 4), np.float32))
    step = tf.train.get_or_create_global_step()
    loss = tf.reduce_sum(tf.matmul(w, w)) * 0.0 + 1.0
    if checked:
        loss = tf.check_numerics(loss, "loss")
    updates = [w.assign_add(tf.ones_like(w) * loss), v.assign_add(tf.ones([3]) * loss)]
    updates.append(tf.scatter_add(table, tf.range(5), tf.ones([5, 4]) * loss))
    with tf.control_dependencies(updates):
        train = tf.assign_add(step, 1).op
    return train, loss, [w, v, table, step]


def _assert_whole(sess, variables):
    """All variables were updated equally often; returns how often."""
    *values, step = sess.run(variables)
    for value in values:
        assert np.all(value == step), (np.unique(value), step)
    return step


SIGNALS = [signal.SIGINT, signal.SIGTERM]


@pytest.mark.parametrize("signum", SIGNALS)
@pytest.mark.parametrize("kind", ["unfetched", "fetched", "checked", "counter and host"])
def test_an_interrupted_step_was_made_whole_or_not_at_all(kind, signum):
    train, loss, variables = _model(checked=kind == "checked")
    fetches = train if kind == "unfetched" else [train, loss]
    if kind == "counter and host":
        fetches = [train, loss, tf.as_string(loss)]
    with tf.Session() as sess:
        sess.run(tf.global_variables_initializer())
        interrupter = Interrupter(signum, 0.004)

        def step():
            before = _assert_whole(sess, variables)
            for _ in range(3):
                sess.run(fetches)
            assert _assert_whole(sess, variables) == before + 3

        interrupter(step)
        assert interrupter.handled == TRIALS
        step()  # a busy machine may have made none of its own


@pytest.mark.parametrize("checked", [False, True])
def test_a_handler_saves_a_whole_model_in_the_middle_of_a_step(tmp_path, checked):
    train, loss, variables = _model(checked)
    saver = tf.train.Saver(variables)
    saved = []
    with tf.Session() as sess:
        sess.run(tf.global_variables_initializer())

        def save():
            path = saver.save(sess, str(tmp_path / "model"), write_meta_graph=False, write_state=False)
            reader = tf.train.NewCheckpointReader(path)
            step = reader.get_tensor("global_step")
            assert all(np.all(reader.get_tensor(v.op.name) == step) for v in variables)
            saved.append(step)

        Interrupter(signal.SIGTERM, 0.01, save)(lambda: sess.run([train, loss]), 40)
        assert len(saved) == 40 and sorted(saved) == saved
        _assert_whole(sess, variables)


def test_a_handler_trains_in_the_middle_of_a_step():
    train, loss, variables = _model()
    with tf.Session() as sess:
        sess.run(tf.global_variables_initializer())
        Interrupter(signal.SIGTERM, 0.004, lambda: sess.run(train))(lambda: sess.run([train, loss]), TRIALS)
        _assert_whole(sess, variables)


@pytest.mark.parametrize("kind", ["FIFOQueue", "RandomShuffleQueue", "PriorityQueue"])
@pytest.mark.parametrize("waits", [True, False])
def test_no_element_is_lost_or_seen_twice(kind, waits):
    queue = {
        "FIFOQueue": lambda: tf.FIFOQueue(10_000, [tf.int64], [[]]),
        "RandomShuffleQueue": lambda: tf.RandomShuffleQueue(10_000, 0, [tf.int64], [[]], seed=1),
        "PriorityQueue": lambda: tf.PriorityQueue(10_000, [tf.int64], [[]]),
    }[kind]()
    x = tf.placeholder(tf.int64, [None])
    put = queue.enqueue_many([x] * len(queue.dtypes))
    count = tf.get_variable("count", initializer=np.zeros([], np.int64), use_resource=True)
    seen = tf.get_variable("seen", initializer=np.zeros(10_000, np.float32))
    element = queue.dequeue() if kind != "PriorityQueue" else queue.dequeue()[1]
    take = tf.group(tf.scatter_add(seen, [element], [1.0]), tf.assign_add(count, 1))
    size = queue.size()
    with tf.Session() as sess:
        sess.run(tf.global_variables_initializer())
        given = 0

        def give(n):
            nonlocal given
            sess.run(put, {x: np.arange(given, given + n) % 10_000})
            given += n

        interrupter = Interrupter(signal.SIGINT, 0.003)
        for _ in range(60):
            give(3 if waits else 60)
            with contextlib.suppress(tf.errors.DeadlineExceededError):  # the interruption was only reported
                interrupter(lambda: sess.run(take, options=tf.RunOptions(timeout_in_ms=2000)), 1)
            assert sess.run(count) == sess.run(seen).sum()
            assert given == sess.run(count) + sess.run(size)
        while sess.run(size):
            sess.run(take)
        np.testing.assert_array_equal(sess.run(seen)[:given], 1.0)


def test_no_record_is_lost_or_read_twice(tmp_path):
    lines = [f"{n}" for n in range(3000)]
    for part in range(3):
        (tmp_path / f"{part}.txt").write_text("\n".join(lines[part * 1000 : part * 1000 + 1000]) + "\n")
    names = tf.FIFOQueue(10, [tf.string], [[]])
    put = names.enqueue_many([[str(tmp_path / f"{part}.txt") for part in range(3)]])
    number = tf.string_to_number(tf.TextLineReader().read(names)[1], tf.int32)
    seen = tf.get_variable("seen", initializer=np.zeros(3000, np.float32))
    count = tf.get_variable("count", initializer=0)
    take = tf.group(tf.scatter_add(seen, [number], [1.0]), tf.assign_add(count, 1))
    with tf.Session() as sess:
        sess.run([tf.global_variables_initializer(), put, names.close()])
        interrupter = Interrupter(signal.SIGINT, 0.002)
        for _ in range(TRIALS):
            with contextlib.suppress(tf.errors.OutOfRangeError):
                interrupter(lambda: sess.run(take), 1)
            assert sess.run(count) == sess.run(seen).sum()
        with contextlib.suppress(tf.errors.OutOfRangeError):
            while True:
                sess.run(take)
        np.testing.assert_array_equal(sess.run(seen), 1.0)


def _interrupted(step, number):
    """Makes a step in which `Stop` is raised where the call with this number begins; whether there was such a call.

    The beginning of a call of a Python function is one of the places where handlers of signals run.
    """
    count = 0

    def trace(frame, event, argument):
        nonlocal count
        count += 1
        if count == number:
            sys.settrace(None)
            raise Stop

    sys.settrace(trace)
    try:
        step()
    except Stop:
        pass
    finally:
        sys.settrace(None)
    return count >= number


def _lines(tmp_path):
    (tmp_path / "lines.txt").write_text("".join(f"{n}\n" for n in range(10_000)))
    names = tf.FIFOQueue(1, [tf.string], [[]])
    return tf.TextLineReader().read(names)[1], names.enqueue([str(tmp_path / "lines.txt")])


def _elements(make):
    def source(tmp_path):
        queue = make()
        return queue.dequeue(), queue.enqueue_many([tf.as_string(tf.range(10_000))])

    return source


def _barrier(tmp_path):
    barrier = Barrier(tf.string, shapes=[[]])
    numbers = tf.as_string(tf.range(10_000))
    _, _, (values,) = barrier.take_many(1)
    return values[0], barrier.insert_many(0, numbers, numbers)


def _data(tmp_path):
    values = tf.data.Dataset.range(10_000).map(lambda n: n * 1).prefetch(2)
    iterator = values.make_initializable_iterator()
    return tf.as_string(iterator.get_next()), iterator.initializer


@pytest.mark.parametrize(
    "source",
    [
        _lines,
        _data,
        _barrier,
        _elements(lambda: tf.FIFOQueue(10_000, [tf.string], [[]])),
        _elements(lambda: tf.RandomShuffleQueue(10_000, 0, [tf.string], [[]], seed=1)),
    ],
    ids=["reader", "data", "barrier", "fifo", "shuffle"],
)
def test_wherever_an_input_is_interrupted_the_next_step_goes_on(source, tmp_path):
    value, fill = source(tmp_path)
    seen = tf.get_variable("seen", initializer=np.zeros(10_000, np.float32))
    count = tf.get_variable("count", initializer=0)
    number = tf.string_to_number(value, tf.int32)
    take = tf.group(tf.scatter_add(seen, [number], [1.0]), tf.assign_add(count, 1))
    options = tf.RunOptions(timeout_in_ms=60_000)  # a guard against hanging
    with tf.Session() as sess:
        sess.run([tf.global_variables_initializer(), fill])
        for _ in range(20):  # from now on nothing is compiled, nor called for the first time
            sess.run(take, options=options)
        at = 0
        while _interrupted(lambda: sess.run(take, options=options), at := at + 1):
            sess.run(take, options=options)
            made = sess.run(count)
            assert made == sess.run(seen).sum()
            assert source not in (_lines, _barrier) or np.all(sess.run(seen)[:made] == 1.0), at
        assert at > 20
        assert sess.run(seen).max() == 1.0


def test_no_gradient_is_lost_or_taken_twice():
    accumulator = tf.ConditionalAccumulator(tf.float32, [])
    one = accumulator.apply_grad(1.0, local_step=10**6)
    total = tf.get_variable("total", initializer=0.0)
    taken = tf.get_variable("taken", initializer=0)
    take = tf.group(total.assign_add(accumulator.take_grad(1)), tf.assign_add(taken, 1))
    waiting = accumulator.num_accumulated()
    with tf.Session() as sess:
        sess.run(tf.global_variables_initializer())
        interrupter = Interrupter(signal.SIGINT, 0.002)
        for _ in range(TRIALS):
            sess.run(one)
            with contextlib.suppress(tf.errors.DeadlineExceededError):
                interrupter(lambda: sess.run(take, options=tf.RunOptions(timeout_in_ms=500)), 1)
            if sess.run(waiting):
                sess.run(take)
            assert sess.run([waiting, total]) == [0, sess.run(taken)]
        assert sess.run(taken) == TRIALS


class Preempted(Exception):
    """An ordinary exception, as handlers of programs raise it."""


def test_an_ordinary_exception_of_a_handler_comes_out_as_it_is():
    train, loss, variables = _model()

    def preempt():
        interrupter.armed = False
        raise Preempted

    interrupter = Interrupter(signal.SIGTERM, 0.003, preempt)
    raised = 0
    with tf.Session() as sess:
        sess.run(tf.global_variables_initializer())
        for _ in range(TRIALS):
            try:
                interrupter(lambda: sess.run([train, loss]), 1)
            except Preempted:
                raised += 1
            _assert_whole(sess, variables)
    assert raised > 0  # the others came between two runs, or in a finalizer


def test_a_blocked_enqueue_that_is_interrupted_adds_nothing():
    queue = tf.FIFOQueue(1, [tf.float32], [[]])
    x = tf.placeholder(tf.float32, [])
    put, get, size = queue.enqueue(x), queue.dequeue(), queue.size()
    with tf.Session() as sess:
        sess.run(put, {x: 1.0})
        options = tf.RunOptions(timeout_in_ms=2000)
        with contextlib.suppress(tf.errors.DeadlineExceededError):
            Interrupter(signal.SIGINT, 0.01)(lambda: sess.run(put, {x: 2.0}, options), 10)
        assert sess.run(get) == 1.0
        assert sess.run(size) == 0


def test_an_interrupted_compilation_leaves_the_session_whole():
    train, loss, variables = _model()
    with tf.Session() as sess:
        sess.run(tf.global_variables_initializer())
        counter = iter(range(1000))

        def compile_and_run():
            sess.run([train, loss * float(next(counter))])

        Interrupter(signal.SIGINT, 0.15)(compile_and_run, 25)
        assert _assert_whole(sess, variables) >= 0


def test_random_numbers_are_those_of_an_undisturbed_run():
    def losses(interrupt):
        with tf.Graph().as_default(), tf.Session() as sess:
            tf.set_random_seed(1)
            v = tf.get_variable("v", initializer=np.zeros(4, np.float32))
            step = tf.train.get_or_create_global_step()
            draw = tf.random_uniform([4])
            with tf.control_dependencies([v.assign_add(draw)]):
                train = tf.assign_add(step, 1).op
            sess.run(tf.global_variables_initializer())
            if interrupt:
                Interrupter(signal.SIGINT, 0.002)(
                    lambda: sess.run(train) if sess.run(step) < 400 else None, 100
                )
            while sess.run(step) < 400:
                sess.run(train)
            return sess.run(v)

    np.testing.assert_array_equal(losses(True), losses(False))
