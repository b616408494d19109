"""What branches and loops leave in collections: nothing that has no value outside, and not without a word."""

import logging

import pytest

import evergraph as tf


@pytest.fixture
def warnings(monkeypatch):
    lines = []
    handler = logging.Handler()
    handler.emit = lambda record: lines.append(record.getMessage())
    logger = logging.getLogger("tensorflow")
    logger.addHandler(handler)
    yield lines
    logger.removeHandler(handler)


def branch_of(make):
    def branch():
        make()
        return tf.constant(1.0)

    return tf.cond(tf.constant(True), branch, lambda: tf.constant(0.0))


def loop_of(make):
    def body(i):
        make()
        return i + 1

    return tf.while_loop(lambda i: i < 2, body, [0])


def test_a_summary_of_a_branch_is_taken_out(warnings):
    tf.summary.scalar("outside", 1.0)
    branch_of(lambda: tf.summary.scalar("inside", 2.0))
    assert [t.op.name for t in tf.get_collection(tf.GraphKeys.SUMMARIES)] == ["outside"]
    assert len(warnings) == 1 and "cond/inside:0" in warnings[0] and "'summaries'" in warnings[0]
    with tf.Session() as session:
        summary = tf.Summary.FromString(session.run(tf.summary.merge_all()))
    assert [value.tag for value in summary.value] == ["outside"]


def test_a_loss_of_a_loop_is_taken_out(warnings):
    tf.losses.add_loss(tf.constant(2.0))
    loop_of(lambda: tf.losses.mean_squared_error([1.0], [3.0]))
    with tf.Session() as session:
        assert session.run(tf.losses.get_total_loss()) == 2.0
    assert len(warnings) == 1 and "while/" in warnings[0] and "'losses'" in warnings[0]


@pytest.mark.parametrize(
    "make",
    [
        lambda: tf.IndexedSlices(tf.constant([1.0]), tf.constant([0])),
        lambda: tf.SparseTensor([[0]], [1.0], [1]),
    ],
)
def test_composites_are_taken_out(make, warnings):
    branch_of(lambda: tf.add_to_collection("mine", make()))
    assert tf.get_collection("mine") == [] and len(warnings) == 1


def test_the_list_itself_is_changed(warnings):
    found = tf.get_collection_ref("mine")
    branch_of(lambda: found.append(tf.constant(1.0)))
    assert found == [] and len(warnings) == 1


def test_what_is_from_outside_stays(warnings):
    x, v = tf.constant(1.0), tf.Variable(1.0)

    def make():
        tf.add_to_collection("mine", x)
        tf.add_to_collection("mine", v)
        tf.add_to_collection("mine", "a word")
        tf.add_to_collection("mine", tf.get_variable("w", initializer=1.0))

    branch_of(make)
    assert tf.get_collection("mine")[:3] == [x, v, "a word"] and len(tf.get_collection("mine")) == 4
    assert warnings == []


def test_inside_everything_is_there(warnings):
    seen = []

    def make():
        tf.add_to_collection("mine", tf.constant(1.0))
        branch_of(lambda: seen.append(len(tf.get_collection("mine"))))

    branch_of(make)
    assert seen == [1] and tf.get_collection("mine") == []


def test_operations_of_a_branch_can_be_waited_for_and_stay(warnings):
    v = tf.Variable(1.0)

    def make():
        tf.add_to_collection("mine", v.assign_add(1.0).op)
        tf.add_to_collection(tf.GraphKeys.UPDATE_OPS, v.assign_add(1.0))

    branch_of(make)
    assert (
        len(tf.get_collection("mine")) == len(tf.get_collection(tf.GraphKeys.UPDATE_OPS)) == 1
        and warnings == []
    )
    loop_of(make)
    assert len(tf.get_collection("mine")) == len(tf.get_collection(tf.GraphKeys.UPDATE_OPS)) == 1
    assert len(warnings) == 2
    with tf.control_dependencies([*tf.get_collection("mine"), *tf.get_collection(tf.GraphKeys.UPDATE_OPS)]):
        done = tf.no_op()
    with tf.Session() as session:
        session.run(v.initializer)
        session.run(done)
        assert session.run(v) == 3.0


def test_a_body_that_fails_leaves_nothing(warnings):
    def make():
        tf.add_to_collection("mine", tf.constant(1.0))
        raise KeyError

    with pytest.raises(KeyError):
        branch_of(make)
    assert tf.get_collection("mine") == [] and tf.get_default_graph().body is None


def test_what_is_minimized_inside_is_not_among_the_training_operations(warnings):
    v = tf.Variable(1.0)
    loop_of(lambda: tf.train.GradientDescentOptimizer(0.1).minimize(v * v))
    assert tf.get_collection(tf.GraphKeys.TRAIN_OP) == [] and warnings == []
