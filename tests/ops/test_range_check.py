"""Labels and row numbers that come from the host are checked there, before anything runs."""

import numpy as np
import pytest

import evergraph as tf


def _losses(labels):
    logits = tf.get_variable("logits", [3, 4], initializer=tf.zeros_initializer())
    return tf.nn.sparse_softmax_cross_entropy_with_logits(labels=labels, logits=logits), [0, 3, 2], [0, 4, 2]


def _rows(indices):
    table = tf.get_variable("table", [4, 2], initializer=tf.zeros_initializer())
    return tf.gather(table, indices), [0, 3, 3], [0, -1, 3]


def _resource_rows(indices):
    table = tf.get_variable("table", [4, 2], initializer=tf.zeros_initializer(), use_resource=True)
    return tf.nn.embedding_lookup(table, indices), [0, 3, 3], [0, 4, 3]


@pytest.mark.parametrize("kind", [np.int32, np.int64])
@pytest.mark.parametrize("make", [_losses, _rows, _resource_rows])
def test_what_is_fed_is_checked_and_nothing_is_written(make, kind):
    given = tf.placeholder(kind, [3])
    result, good, bad = make(given)
    count = tf.get_variable("count", initializer=0.0)
    with tf.control_dependencies([count.assign_add(1.0)]):
        total = tf.reduce_sum(result)
    with tf.Session() as sess:
        sess.run(tf.global_variables_initializer())
        sess.run(total, {given: good})
        stage = next(
            s for b in sess._runs.values() if hasattr(b, "plan") for s in b.plan.stages if s.value_checks
        )
        assert not stage.has_checks
        with pytest.raises(
            tf.errors.InvalidArgumentError, match=r"outside the valid range of \[0, 4\)|not in \[0, 4\)"
        ):
            sess.run(total, {given: bad})
        assert sess.run(count) == 1.0


def test_what_is_computed_is_checked_on_the_device():
    given = tf.placeholder(tf.int32, [3])
    losses, good, bad = _losses(given + 0)
    with tf.Session() as sess:
        sess.run(tf.global_variables_initializer())
        sess.run(losses, {given: good})
        with pytest.raises(tf.errors.InvalidArgumentError, match=r"outside the valid range of \[0, 4\)"):
            sess.run(losses, {given: bad})


def test_a_batch_without_labels_is_allowed():
    labels = tf.placeholder(tf.int64, [None])
    logits = tf.placeholder(tf.float32, [None, 4])
    losses = tf.nn.sparse_softmax_cross_entropy_with_logits(labels=labels, logits=logits)
    with tf.Session() as sess:
        assert sess.run(losses, {labels: np.zeros([0], np.int64), logits: np.zeros([0, 4])}).shape == (0,)


@pytest.mark.parametrize("optimizer", [tf.train.GradientDescentOptimizer, tf.train.AdagradOptimizer])
def test_two_tables_keep_their_rows_when_the_second_one_fails(optimizer):
    """Also where the row numbers are computed, and are known to be wrong only after the first table's."""
    ids = [tf.placeholder(tf.int32, [2]) for _ in range(2)]
    tables = [tf.get_variable(f"table{i}", [4, 2], initializer=tf.ones_initializer()) for i in range(2)]
    rows = [tf.gather(table, i * 1) for table, i in zip(tables, ids)]
    train = optimizer(0.5).minimize(tf.add_n([tf.reduce_sum(r) for r in rows]))
    with tf.Session() as sess:
        sess.run(tf.global_variables_initializer())
        sess.run(train, {ids[0]: [0, 1], ids[1]: [1, 2]})
        before = sess.run(tables)
        with pytest.raises(tf.errors.InvalidArgumentError, match=r"not in \[0, 4\)"):
            sess.run(train, {ids[0]: [0, 1], ids[1]: [1, 4]})
        for old, new in zip(before, sess.run(tables)):
            np.testing.assert_array_equal(old, new)


def test_row_numbers_that_were_only_rearranged_are_checked_on_the_host():
    ids = tf.placeholder(tf.int32, [2])
    table = tf.get_variable("table", [4, 2], initializer=tf.ones_initializer())
    update = tf.scatter_sub(table, tf.concat([tf.reshape(ids, [2]), [3]], 0), tf.ones([3, 2]))
    with tf.Session() as sess:
        sess.run(tf.global_variables_initializer())
        sess.run(update.op, {ids: [0, 1]})
        (stage,) = next(b for b in sess._runs.values() if hasattr(b, "plan") and b.plan.block.fed).plan.stages
        assert not stage.has_checks and len(stage.value_checks) == 1
        with pytest.raises(tf.errors.InvalidArgumentError, match=r"not in \[0, 4\)"):
            sess.run(update.op, {ids: [0, 7]})
        np.testing.assert_array_equal(sess.run(table)[:, 0], [0, 0, 1, 0])
