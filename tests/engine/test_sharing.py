"""Fetch sets that differ little share their compiled programs."""

import itertools

import numpy as np
import pytest

import evergraph as tf


def _model():
    x, labels = tf.placeholder(tf.float32, [8, 5]), tf.placeholder(tf.int32, [8])
    hidden = tf.layers.dense(x, 7, tf.nn.relu)
    logits = tf.layers.dense(hidden, 3)
    loss = tf.reduce_mean(tf.nn.sparse_softmax_cross_entropy_with_logits(labels=labels, logits=logits))
    accuracy = tf.reduce_mean(tf.to_float(tf.equal(tf.argmax(logits, 1, output_type=tf.int32), labels)))
    step = tf.train.get_or_create_global_step()
    train = tf.train.AdamOptimizer(0.1).minimize(loss, global_step=step)
    summary = tf.summary.merge([tf.summary.scalar("loss", loss), tf.summary.scalar("accuracy", accuracy)])
    random = np.random.RandomState(0)
    feed = {x: random.rand(8, 5), labels: random.randint(3, size=8)}
    return feed, train, {"loss": loss, "accuracy": accuracy, "step": step, "summary": summary}


def _programs(graph):
    """Functions compiled of stages that update the model."""
    tables = graph._plans[1]["plans"]._tables
    programs = [program.lowered for table in tables.values() for program in table.programs.values()]
    return [lowered for lowered in programs if len(lowered.outputs) > 5]


def test_combinations_of_what_is_logged_compile_a_few_programs():
    feed, train, logged = _model()
    with tf.Session() as sess:
        sess.run(tf.global_variables_initializer())
        for count in range(len(logged) + 1):
            for names in itertools.combinations(logged, count):
                values = sess.run({name: logged[name] for name in names} | {"train": train}, feed)
                assert set(values) == {*names, "train"} and values["train"] is None
        taken = sess.run(logged["step"])
        assert taken == 16
        assert len(_programs(sess.graph)) <= 3


def test_a_wider_program_gives_the_same_values():
    results = []
    for order in ("narrow", "wide"):
        with tf.Graph().as_default(), tf.Session() as sess:
            tf.set_random_seed(3)
            feed, train, logged = _model()
            sess.run(tf.global_variables_initializer())
            if order == "wide":
                sess.run(logged["accuracy"], feed)
                sess.run([logged["summary"]], feed)
            results.append([sess.run([train, logged["loss"]], feed)[1] for _ in range(5)])
    np.testing.assert_allclose(results[0], results[1], rtol=1e-6)


def test_what_costs_much_or_may_fail_is_not_added():
    feed, train, logged = _model()
    (x, _), big = feed, tf.reduce_sum(tf.matmul(tf.ones([300, 300]), tf.ones([300, 300])))
    other = tf.reduce_sum(tf.get_variable("other", [3], initializer=tf.zeros_initializer()) * 2.0)
    checked = tf.reduce_sum(tf.gather(x, tf.to_int32(x[0, 0] * 0 + 9)))  # there is no row 9
    with tf.Session() as sess:
        sess.run(tf.global_variables_initializer())
        sess.run([logged["loss"], big, other], feed)
        with pytest.raises(tf.errors.InvalidArgumentError):
            sess.run([logged["loss"], checked], feed)
        sess.run(train, feed)
        update = max(_programs(sess.graph), key=lambda lowered: len(lowered.outputs))
        names = {value.tensor.op.name for value in update.outputs}
        assert not names & {big.op.name, other.op.name, checked.op.name}


def test_an_uninitialised_variable_of_another_fetch_set_does_no_harm():
    feed, train, logged = _model()
    later = tf.get_variable("later", [], initializer=tf.zeros_initializer())
    with tf.Session() as sess:
        sess.run(tf.variables_initializer([v for v in tf.global_variables() if v is not later]))
        with pytest.raises(tf.errors.FailedPreconditionError):
            sess.run([logged["loss"], later + 1.0], feed)
        sess.run(train, feed)
