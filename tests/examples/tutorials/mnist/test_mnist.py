"""The tutorial's network learns."""

import numpy as np

import evergraph as tf
from evergraph.examples.tutorials.mnist import mnist as mnist_tutorial


def test_it_learns_to_tell_two_images_apart():
    tf.set_random_seed(1)
    images, labels = np.eye(2, mnist_tutorial.IMAGE_PIXELS, dtype=np.float32), np.array([3, 7], np.int32)
    logits = mnist_tutorial.inference(tf.constant(images), 16, 8)
    loss = mnist_tutorial.loss(logits, tf.constant(labels))
    train_op = mnist_tutorial.training(loss, 0.5)
    correct = mnist_tutorial.evaluation(logits, tf.constant(labels))
    assert logits.shape == [2, mnist_tutorial.NUM_CLASSES] and correct.dtype == tf.int32
    assert [v.op.name for v in tf.trainable_variables()][:2] == ["hidden1/weights", "hidden1/biases"]
    with tf.Session() as sess:
        sess.run(tf.global_variables_initializer())
        first = sess.run(loss)
        for _ in range(100):
            sess.run(train_op)
        assert sess.run(loss) < 0.1 * first and sess.run(correct) == 2
        assert sess.run(tf.get_default_graph().get_tensor_by_name("global_step:0")) == 100
