"""What a run does in which order: versions of variables, deterministic where TensorFlow leaves a race."""

import numpy as np
import pytest

import evergraph as tf
from tests.waiting import GUARD_SECS


@pytest.fixture
def sess():
    with tf.Session() as session:
        yield session


def variable(value, use_resource=False, name="v"):
    v = tf.get_variable(name, initializer=tf.constant(value), use_resource=use_resource)
    tf.get_default_session().run(v.initializer)
    return v


def test_reader_that_does_not_depend_on_a_write_sees_the_value_before(sess):
    v = variable(1.0)
    write = tf.assign_add(v, 10.0)
    later = v * 2.0  # created after the write, but ordered by nothing
    assert sess.run([later, write.op])[0] == 2.0
    assert sess.run(later) == 22.0


@pytest.mark.parametrize("use_resource", [False, True])
def test_reader_under_a_control_dependency_sees_the_new_value(sess, use_resource):
    v = variable(1.0, use_resource)
    write = tf.assign_add(v, 10.0)
    with tf.control_dependencies([write]):
        after = v.read_value() * 2.0
    assert sess.run(after) == 22.0


def test_transparent_read_takes_the_order_of_its_consumer(sess):
    v = variable(1.0)
    write = tf.assign_add(v, 10.0)
    with tf.control_dependencies([write]):
        after = v * 2.0  # the snapshot v/read was made before, the consumer counts
    assert sess.run(after) == 22.0


def test_fetching_a_reference_variable_gives_its_value_at_the_end(sess):
    v = variable(1.0)
    write = tf.assign_add(v, 10.0)
    assert sess.run([v, write.op])[0] == 11.0
    assert sess.run([write.op, v, tf.identity(v)])[1:] == [21.0, 11.0]


def test_fetching_a_resource_variable_gives_its_value_at_the_start(sess):
    v = variable(1.0, use_resource=True)
    write = tf.assign_add(v, 10.0)
    assert sess.run([v, write.op])[0] == 1.0
    assert sess.run(v) == 11.0


def test_read_modify_writes_apply_in_creation_order(sess):
    v = variable(1.0)
    plus = tf.assign_add(v, 10.0)
    minus = tf.assign_sub(v, 4.0)
    times = v.assign(v * 2.0)  # reads the value before the run
    sess.run([times.op, minus.op, plus.op])
    assert sess.run(v) == 2.0
    sess.run([minus.op, plus.op])
    assert sess.run(v) == 8.0


def test_swap_reads_both_before_writing(sess):
    a, b = variable(1.0, name="a"), variable(2.0, name="b")
    to_a, to_b = a.assign(b), b.assign(a)
    sess.run([to_a.op, to_b.op])
    assert sess.run([a, b]) == [2.0, 1.0]


def test_fed_tensor_cuts_what_it_depends_on(sess):
    x = tf.placeholder(tf.float32, [])
    y = x * 2.0
    z = y + 1.0
    assert sess.run(z, {y: 5.0}) == 6.0  # x is not needed


def test_feeding_a_variable_leaves_it_alone(sess):
    v = variable(1.0)
    y = v * 2.0
    assert sess.run(y, {v: 5.0}) == 10.0
    assert sess.run(v) == 1.0


def test_global_step_read_and_count_in_one_run(sess):
    step = tf.train.get_or_create_global_step()
    sess.run(step.initializer)
    weight = variable(0.0)
    train = tf.train.GradientDescentOptimizer(1.0).minimize((weight - 3.0) ** 2, global_step=step)
    for expected in (1, 2, 3):
        assert sess.run([train, step])[1] == expected


def test_moving_average_under_a_control_dependency_sees_the_new_weights(sess):
    weight = variable(1.0)
    average = tf.train.ExponentialMovingAverage(0.5)
    train = weight.assign_add(2.0)
    with tf.control_dependencies([train]):
        apply = average.apply([weight])
    sess.run(tf.global_variables_initializer())
    sess.run(apply)
    assert sess.run([weight, average.average(weight)]) == [3.0, 2.0]


def test_edges_changed_afterwards_are_honoured(sess):
    v = variable(1.0)
    read = v + 0.0
    write = tf.assign_add(v, 1.0)
    read.op._add_control_input(write.op)
    assert sess.run(read) == 2.0


def test_adding_operations_keeps_the_plans_that_exist(sess):
    x = tf.constant(1.0) + 1.0
    sess.run(x)
    before = dict(sess._runs)
    tf.constant(2.0)
    sess.run(x)
    assert sess._runs == before


def test_results_are_the_callers_own(sess):
    v = variable(np.zeros(3, np.float32))
    first = sess.run(v)
    first[:] = 7.0
    assert np.all(sess.run(v) == 0.0)
    fetched = sess.run(v.assign_add(np.ones(3, np.float32)))
    fetched[:] = 9.0
    assert np.all(sess.run(v) == 1.0)


def test_a_feed_may_be_changed_after_the_call(sess):
    v = variable(np.zeros(4096, np.float32))
    x = tf.placeholder(tf.float32, [4096])
    add = v.assign_add(x).op
    array = np.ones(4096, np.float32)
    for _ in range(20):
        array[:] = 1.0
        sess.run(add, {x: array})
        array[:] = 100.0
    assert np.all(sess.run(v) == 20.0)


def test_a_constant_made_under_a_control_dependency_passes_it_on(sess):
    ran = []
    with tf.control_dependencies([tf.py_func(lambda: ran.append(1), [], [])]):
        v = variable(1.0)
        count = tf.assign_add(v, 5.0)  # its operand 5.0 was made inside, and waits
    del ran[:]
    sess.run(count)
    assert ran == [1]
    step = tf.get_variable("step", initializer=0, trainable=False)
    train = tf.train.GradientDescentOptimizer(1.0).minimize(v * v, global_step=step)
    sess.run(step.initializer)
    (transaction,) = _executable(sess, train).plan.transactions
    assert (
        transaction.stage.kind == "device" and len(transaction.counters) == 1
    )  # the step is counted with the update


def _executable(sess, fetch):
    sess.run(fetch)
    return next(
        r
        for r in sess._runs.values()
        if hasattr(r, "plan")
        and any(node.operation is fetch for stage in r.plan.stages for node in stage.nodes)
    )


@pytest.mark.parametrize("fail", ["counter", "host operation", "on what is fed"])
def test_a_run_that_cannot_succeed_does_not_wait(fail):
    """In TensorFlow operations run side by side: the first that fails ends the run."""
    queue = tf.FIFOQueue(10, [tf.float32])
    element = queue.dequeue()  # nobody ever puts anything in
    text = tf.placeholder(tf.string, [])
    feeds = {}
    if fail == "counter":
        counter = tf.get_variable("n", initializer=np.int64(3))
        failing, error = counter.count_up_to(3), tf.errors.OutOfRangeError
    elif fail == "host operation":
        failing, error = tf.string_to_number(tf.constant("no number")), tf.errors.InvalidArgumentError
    else:
        failing, error = tf.string_to_number(text), tf.errors.InvalidArgumentError
        feeds = {text: "no number"}
    batches = tf.FIFOQueue(10, [tf.float32, failing.dtype])
    with tf.Session() as sess:
        sess.run(tf.global_variables_initializer())
        for fetches in ([element, failing], [failing, element], batches.enqueue([element, failing])):
            with pytest.raises(error):
                sess.run(fetches, feeds, options=tf.RunOptions(timeout_in_ms=100 * GUARD_SECS))


def test_what_counts_goes_on_with_what_waits():
    queue = tf.FIFOQueue(10, [tf.float32])
    counter = tf.get_variable("n", initializer=0)
    fetches = [queue.dequeue(), counter.count_up_to(2)]
    with tf.Session() as sess:
        sess.run(tf.global_variables_initializer())
        sess.run(queue.enqueue_many([[5.0, 6.0, 7.0]]))
        assert sess.run(fetches) == [5.0, 0]
        assert sess.run(fetches) == [6.0, 1]
        with pytest.raises(tf.errors.OutOfRangeError, match="limit of 2"):
            sess.run(fetches)
        assert sess.run(queue.size()) == 1  # nothing was taken for a run that failed


def test_what_counts_does_not_before_what_waits_though_something_else_goes_first():
    queue = tf.FIFOQueue(10, [tf.float32])
    counter = tf.get_variable("n", initializer=0)
    fetches = [queue.dequeue(), tf.py_func(lambda: np.float32(1), [], tf.float32), tf.assign_add(counter, 1)]
    close = queue.close()
    with tf.Session() as sess:
        sess.run(tf.global_variables_initializer())
        sess.run(queue.enqueue(5.0))
        assert sess.run(fetches) == [5.0, 1.0, 1]
        sess.run(close)
        with pytest.raises(tf.errors.OutOfRangeError):
            sess.run(fetches)
        assert sess.run(counter) == 1
