"""Heads of tf.contrib.learn: what the loss of a batch is."""

import numpy as np
import pytest

import evergraph as tf

learn = tf.contrib.learn


@pytest.mark.parametrize("weights, share", [((1.0, 1.0), 1.0), ((1.0, 0.0), 0.5), ((4.0, 0.0), 2.0)])
def test_the_loss_of_a_batch_is_divided_by_its_size_whatever_the_weights(weights, share):
    head = learn.multi_class_head(2, weight_column_name="weight")
    ops = head.create_model_fn_ops(
        features={"weight": tf.constant(weights)},
        mode=learn.ModeKeys.TRAIN,
        labels=tf.constant([[1], [1]]),
        train_op_fn=lambda loss: tf.no_op(),
        logits=tf.constant([[1.0], [1.0]]),
    )
    with tf.Session() as session:
        found = session.run(ops.loss)
    np.testing.assert_allclose(found, share * np.log1p(np.exp(-1.0)), rtol=1e-6)


@pytest.mark.parametrize("make", [learn.regression_head, learn.poisson_regression_head])
def test_losses_of_numbers_too(make):
    found = []
    for weights in ((1.0, 1.0), (1.0, 0.0)):
        ops = make(weight_column_name="weight").create_model_fn_ops(
            features={"weight": tf.constant(weights)},
            mode=learn.ModeKeys.EVAL,
            labels=tf.constant([[2.0], [2.0]]),
            logits=tf.constant([[1.0], [1.0]]),
        )
        with tf.Session() as session:
            found.append(session.run(ops.loss))
    np.testing.assert_allclose(found[1], found[0] / 2, rtol=1e-6)
