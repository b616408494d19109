"""Training and evaluation loops of tf.contrib.training and slim, with checkpoints and summaries."""

import numpy as np
import pytest

import evergraph as tf

slim = tf.contrib.slim
training = tf.contrib.training
X = np.random.RandomState(0).normal(size=(16, 4)).astype(np.float32)
Y = (X.sum(1, keepdims=True) > 0).astype(np.float32)


@pytest.fixture(autouse=True)
def graph():
    with tf.Graph().as_default() as graph:
        yield graph


def loss_of_model():
    logits = slim.fully_connected(tf.constant(X), 1, activation_fn=None)
    slim.losses.sigmoid_cross_entropy(logits, tf.constant(Y))
    return slim.losses.get_total_loss()


def test_slim_trains_saves_and_goes_on(tmp_path):
    for steps in (5, 8):
        with tf.Graph().as_default():
            train = slim.learning.create_train_op(
                loss_of_model(), tf.train.GradientDescentOptimizer(1.0), clip_gradient_norm=4
            )
            loss = slim.learning.train(train, str(tmp_path), number_of_steps=steps, log_every_n_steps=2)
        assert tf.train.latest_checkpoint(str(tmp_path)).endswith(f"-{steps}")
    assert loss < 0.6


def test_slim_without_a_directory():
    train = slim.learning.create_train_op(loss_of_model(), tf.train.GradientDescentOptimizer(1.0))
    assert slim.learning.train(train, None, number_of_steps=3) > 0
    for options in ({"saver": 1}, {"trace_every_n_steps": 1}, {"summary_op": 1}):
        with pytest.raises(ValueError, match="logdir"):
            slim.learning.train(train, None, **options)
    for options in ({"number_of_steps": 0}, {"train_op": None}):
        with pytest.raises(ValueError):
            slim.learning.train(**{"train_op": train, "logdir": None, **options})


def test_update_ops_run_with_the_step():
    counter = tf.Variable(0.0, trainable=False)
    tf.add_to_collection(tf.GraphKeys.UPDATE_OPS, counter.assign_add(1.0))
    train = training.create_train_op(
        loss_of_model(), tf.train.GradientDescentOptimizer(1.0), summarize_gradients=True
    )
    assert train in tf.get_collection(tf.GraphKeys.TRAIN_OP)
    with tf.Session() as session:
        session.run(tf.global_variables_initializer())
        session.run(train)
        assert session.run([counter, tf.train.get_global_step()]) == [1.0, 1]


def test_gradients_are_multiplied_and_clipped():
    x = tf.get_variable("x", initializer=1.0)
    pairs = [(tf.constant([3.0, 4.0]), x), (None, x)]
    clipped = training.clip_gradient_norms_fn(1.0)(pairs)
    multiplied = training.multiply_gradients(pairs[:1], {"x": 2.0})
    with tf.Session() as session:
        np.testing.assert_allclose(session.run(clipped[0][0]), [0.6, 0.8])
        np.testing.assert_allclose(session.run(multiplied[0][0]), [6, 8])
    assert clipped[1] == (None, x)
    for wrong in ((tuple(pairs), {"x": 1}), (pairs, {}), (pairs, [1]), (pairs, {"x": 1})):
        with pytest.raises(ValueError):
            training.multiply_gradients(*wrong)


def test_training_then_evaluation(tmp_path):
    with tf.Graph().as_default():
        train = training.create_train_op(loss_of_model(), tf.train.GradientDescentOptimizer(1.0))
        training.train(train, str(tmp_path), hooks=[tf.train.StopAtStepHook(num_steps=3)])
    loss = loss_of_model()
    mean, update = tf.metrics.mean(loss)
    tf.summary.scalar("loss", mean)
    found = slim.evaluation.evaluation_loop(
        "",
        str(tmp_path),
        str(tmp_path / "eval"),
        num_evals=2,
        eval_op=update,
        final_op=mean,
        max_number_of_evaluations=1,
    )
    path = tf.train.latest_checkpoint(str(tmp_path))
    once = slim.evaluation.evaluate_once("", path, str(tmp_path / "eval"), eval_op=update, final_op=mean)
    assert found == pytest.approx(once) and 0 < found < 1
    assert list((tmp_path / "eval").glob("events*"))
    assert list(training.checkpoints_iterator(str(tmp_path), timeout=0)) == [path]
    assert training.wait_for_new_checkpoint(str(tmp_path), path, timeout=0) is None
    with pytest.raises(ValueError, match="log_dir"):
        training.SummaryAtEndHook()


def test_hyperparameters():
    hparams = training.HParams(rate=0.1, sizes=[1, 2], flag=True, name="a")
    hparams.parse("rate=1e-2,sizes=[3, 4],flag=false,name=b")
    assert hparams.values() == {"rate": 0.01, "sizes": [3, 4], "flag": False, "name": "b"}
    assert (
        hparams.parse_json(hparams.to_json()).rate == 0.01
        and "rate" in hparams
        and hparams.get("none", 3) == 3
    )
    hparams.del_hparam("rate")
    assert not hasattr(hparams, "rate")
    for text in ("none=1", "sizes=3", "flag=maybe", "flag=true,flag=false", "name"):
        with pytest.raises(ValueError):
            hparams.parse(text)
    with pytest.raises(ValueError):
        hparams.add_hparam("values", 1)
