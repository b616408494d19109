"""What fails, fails clearly and loses nothing."""

import numpy as np
import pytest

import evergraph as tf


@pytest.fixture
def sess():
    with tf.Session() as session:
        yield session


def test_reading_an_uninitialized_variable_names_it_and_says_what_to_do(sess):
    v = tf.get_variable("weights", [2])
    with pytest.raises(tf.errors.FailedPreconditionError) as info:
        sess.run(v * 2.0)
    assert "weights" in str(info.value) and "global_variables_initializer" in str(info.value)
    assert "test_failures.py" in str(info.value)  # the user's line


def test_unfed_placeholder(sess):
    x = tf.placeholder(tf.float32, [2, None], name="images")
    with pytest.raises(
        tf.errors.InvalidArgumentError, match="You must feed a value for placeholder tensor 'images'"
    ):
        sess.run(x * 2.0)


def test_failed_check_leaves_every_variable_as_it_was(sess):
    v = tf.get_variable("v", initializer=np.ones(3, np.float32))
    w = tf.get_variable("w", initializer=np.ones(3, np.float32))
    x = tf.placeholder(tf.float32, [])
    check = tf.Assert(x > 0.0, ["x must be positive, it is", x])
    with tf.control_dependencies([check]):
        updates = [v.assign_add(w * x), w.assign(v)]
    sess.run(tf.global_variables_initializer())
    sess.run(updates, {x: 1.0})
    before = sess.run([v, w])
    with pytest.raises(tf.errors.InvalidArgumentError, match=r"x must be positive, it is.*-2"):
        sess.run(updates, {x: -2.0})
    np.testing.assert_array_equal(sess.run([v, w]), before)
    sess.run(updates, {x: 1.0})  # and the session goes on


def test_bad_index_of_a_gather_stops_the_update(sess):
    table = tf.get_variable("table", initializer=np.ones((4, 2), np.float32))
    ids = tf.placeholder(tf.int32, [None])
    loss = tf.reduce_sum(tf.gather(table, ids))
    train = tf.train.GradientDescentOptimizer(1.0).minimize(loss)
    sess.run(table.initializer)
    with pytest.raises(tf.errors.InvalidArgumentError, match=r"not in \[0, 4\)"):
        sess.run(train, {ids: [1, 4]})
    assert np.all(sess.run(table) == 1.0)
    sess.run(train, {ids: [1, 3]})
    assert sess.run(table)[:, 0].tolist() == [1.0, 0.0, 1.0, 0.0]


def test_incompatible_shapes_when_running_name_the_operation(sess):
    x = tf.placeholder(tf.float32, [None, None])
    y = tf.matmul(x, x, name="product")
    with pytest.raises(tf.errors.InvalidArgumentError) as info:
        sess.run(y, {x: np.ones((2, 3))})
    assert info.value.op.name == "product" and "[2, 3]" in str(info.value)


def test_incompatible_shapes_when_building():
    with pytest.raises(ValueError, match="MatMul|Dimensions|incompatible"):
        tf.matmul(tf.zeros([2, 3]), tf.zeros([2, 3]))


def test_check_numerics(sess):
    x = tf.placeholder(tf.float32, [2])
    y = tf.check_numerics(x, "the loss")
    assert sess.run(y, {x: [1, 2]}).tolist() == [1, 2]
    with pytest.raises(tf.errors.InvalidArgumentError, match="the loss.*NaN|the loss.*Inf"):
        sess.run(y, {x: [1, np.nan]})


def test_a_lost_donated_variable_breaks_the_session_and_says_so(sess):
    v = tf.get_variable("v", initializer=np.ones(3, np.float32))
    sess.run(v.initializer)
    update = v.assign_add(np.ones(3, np.float32)).op
    sess.run(update)
    executable = next(
        r
        for r in sess._runs.values()
        if hasattr(r, "plan")
        and any(node.operation is update for stage in r.plan.stages for node in stage.nodes)
    )
    (program,) = executable.bound[0].step.table.programs.values()

    def out_of_memory(donated, inputs, counts):
        for array in donated:
            array.delete()
        raise RuntimeError("RESOURCE_EXHAUSTED: out of memory")

    program.call = out_of_memory
    with pytest.raises(tf.errors.AbortedError, match="out of memory.*restore the newest checkpoint"):
        sess.run(update)  # AbortedError, so that a MonitoredSession recovers
    with pytest.raises(tf.errors.AbortedError, match="lost"):
        sess.run(v)


@pytest.mark.parametrize("use_resource", [False, True])
@pytest.mark.parametrize("method", ["assign", "assign_add", "assign_sub"])
def test_assigning_another_shape(sess, method, use_resource):
    v = tf.get_variable("v", initializer=np.zeros(2, np.float32), use_resource=use_resource)
    count = tf.get_variable("count", initializer=0, use_resource=use_resource)
    x = tf.placeholder(tf.float32)
    n = tf.placeholder(tf.int32)
    updates = [getattr(v, method)(x), getattr(count, method)(n)]
    sess.run(tf.global_variables_initializer())
    for feed in ({x: [1, 2, 3], n: 1}, {x: [1, 2], n: [1, 2]}):
        with pytest.raises(tf.errors.InvalidArgumentError, match="shape"):
            sess.run(updates, feed)
    assert sess.run([v, count])[0].tolist() == [0.0, 0.0] and sess.run(count) == 0


def test_a_check_after_a_row_update_guards_the_table_too(sess):
    table = tf.get_variable("table", initializer=np.zeros((4, 2), np.float32))
    x = tf.placeholder(tf.float32, [])
    update = tf.scatter_add(table, [1], [[1.0, 1.0]])
    with tf.control_dependencies([update]):
        check = tf.Assert(x > 0.0, ["no"])
    sess.run(table.initializer)
    with pytest.raises(tf.errors.InvalidArgumentError):
        sess.run(check, {x: -1.0})
    assert not sess.run(table).any()
    sess.run(check, {x: 1.0})
    assert sess.run(table).sum() == 2.0


@pytest.mark.parametrize("small", [1 << 22, -1], ids=["kept for the case of failure", "donated and guarded"])
def test_a_failed_check_leaves_variables_as_they_were(sess, monkeypatch, small):
    monkeypatch.setattr("evergraph.engine.donation._SMALL_BYTES", small)
    v = tf.get_variable("v", initializer=np.ones(3, np.float32))
    x = tf.placeholder(tf.float32, [3])
    update = v.assign_add(tf.check_numerics(x, "the step")).op
    sess.run(v.initializer)
    sess.run(update, {x: [1, 1, 1]})
    with pytest.raises(tf.errors.InvalidArgumentError, match="the step"):
        sess.run(update, {x: [1, np.nan, 1]})
    assert sess.run(v).tolist() == [2, 2, 2]
    sess.run(update, {x: [1, 1, 1]})
    assert sess.run(v).tolist() == [3, 3, 3]
    (stage,) = [s for r in sess._runs.values() if hasattr(r, "plan") for s in r.plan.stages if s.has_checks]
    assert bool(stage.donated) == (small < 0)


def test_a_program_without_variables_that_fails_leaves_the_commit_of_others(sess):
    x = tf.placeholder(tf.float32, [3])
    y = tf.exp(x)
    sess.run(y, {x: [1, 2, 3]})
    (program,) = (
        next(r for r in sess._runs.values() if hasattr(r, "bound")).bound[0].step.table.programs.values()
    )

    def fail(donated, inputs, counts):
        raise RuntimeError("no")

    program.call = fail
    pending = sess.resources.store.pending = (
        [],
        None,
        (),
    )  # of another thread, which waits for its error code
    with pytest.raises((tf.errors.InternalError, RuntimeError)):
        sess.run(y, {x: [1, 2, 3]})
    assert sess.resources.store.pending is pending
    sess.resources.store.pending = None
