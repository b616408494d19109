"""Trains a small convolutional net on handwritten digits: a TensorFlow 1 program.

The input is a pipeline of queues, each filled by a queue runner's thread:

    train.tfrecord -> names of files -> one epoch of records, shuffled -> images and labels -> batches

Checkpoints and summaries go to --directory. A run that was stopped, however hard, goes on from the
last checkpoint there, with the records that would have come next (see `training_records`).

    python examples/digits/train.py --directory /tmp/digits
    tensorboard --logdir /tmp/digits
"""

import argparse
import os

import numpy as np

import evergraph as tf

HERE = os.path.dirname(os.path.abspath(__file__))
TRAIN_FILE = os.path.join(HERE, "train.tfrecord")
TEST_FILE = os.path.join(HERE, "test.tfrecord")
TRAIN_COUNT = 1500
TEST_COUNT = 297
BATCH_SIZE = 50


# Input


def training_records(batch_size, seed):
    """Returns one serialized record, a different one whenever it is run, in an order that a restart keeps.

    TensorFlow has the content of no queue in its checkpoints, but the number of steps, and from it follows how many
    records have been used. So the order is made a function of that number: epoch e is the permutation drawn
    from (seed, e), and a local variable counts the records handed out. Local variables are initialised after
    a restore, so after a restart the count begins at the restored step's first record. One thread fills
    each queue, so that nothing overtakes.
    """

    def order_of_epoch(epoch):
        return np.random.RandomState([seed, epoch]).permutation(TRAIN_COUNT)

    files = tf.train.string_input_producer([TRAIN_FILE], shuffle=False)
    _, records = tf.TFRecordReader().read_up_to(files, TRAIN_COUNT)

    first = tf.train.get_or_create_global_step() * batch_size
    used = tf.Variable(
        first, trainable=False, name="records_used", collections=[tf.GraphKeys.LOCAL_VARIABLES]
    )
    position = tf.identity(used)
    order = tf.py_func(order_of_epoch, [position // TRAIN_COUNT], tf.int64, stateful=False)
    order.set_shape([TRAIN_COUNT])
    shuffled = tf.gather(records, order[position % TRAIN_COUNT :])

    queue = tf.FIFOQueue(capacity=2 * TRAIN_COUNT, dtypes=[tf.string], shapes=[[]], name="epochs")
    with tf.control_dependencies([queue.enqueue_many([shuffled])]):
        enqueue_epoch = tf.assign(used, (position // TRAIN_COUNT + 1) * TRAIN_COUNT)
    tf.train.add_queue_runner(tf.train.QueueRunner(queue, [enqueue_epoch.op]))
    return queue.dequeue()


def parse(record):
    """Returns the image, uint8 [8, 8, 1], and the label, int64 [], of one serialized record."""
    features = tf.parse_single_example(
        record,
        features={
            "image": tf.FixedLenFeature([], tf.string),
            "label": tf.FixedLenFeature([], tf.int64),
        },
    )
    image = tf.reshape(tf.decode_raw(features["image"], tf.uint8), [8, 8, 1])
    return image, features["label"]


def training_batches(batch_size, seed):
    with tf.name_scope("input"):
        image, label = parse(training_records(batch_size, seed))
        return tf.train.batch([image, label], batch_size, capacity=10 * batch_size)


def test_batches(batch_size):
    """Returns batches of the test images in the order of the file; after the last, OutOfRangeError."""
    with tf.name_scope("input"):
        files = tf.train.string_input_producer([TEST_FILE], num_epochs=1, shuffle=False)
        _, record = tf.TFRecordReader().read(files)
        image, label = parse(record)
        return tf.train.batch([image, label], batch_size, allow_smaller_final_batch=True)


# Model


def weights_and_bias(shape):
    weights = tf.get_variable("weights", shape, initializer=tf.variance_scaling_initializer(scale=2.0))
    bias = tf.get_variable("bias", shape[-1:], initializer=tf.zeros_initializer())
    return weights, bias


def convolve(name, images, channels):
    with tf.variable_scope(name):
        weights, bias = weights_and_bias([3, 3, images.shape[-1].value, channels])
        return tf.nn.relu(tf.nn.bias_add(tf.nn.conv2d(images, weights, [1, 1, 1, 1], "SAME"), bias))


def infer(images, keep_prob):
    """Returns the logits, float32 [N, 10], of uint8 images [N, 8, 8, 1]."""
    with tf.variable_scope("net"):
        hidden = tf.cast(images, tf.float32) / 16.0
        hidden = convolve("conv1", hidden, 24)
        hidden = convolve("conv2", hidden, 48)
        hidden = tf.nn.max_pool(hidden, [1, 2, 2, 1], [1, 2, 2, 1], "VALID")
        hidden = tf.nn.dropout(tf.reshape(hidden, [-1, 4 * 4 * 48]), keep_prob)
        with tf.variable_scope("dense"):
            weights, bias = weights_and_bias([4 * 4 * 48, 96])
            hidden = tf.nn.dropout(tf.nn.relu(tf.matmul(hidden, weights) + bias), keep_prob)
        with tf.variable_scope("logits"):
            weights, bias = weights_and_bias([96, 10])
            return tf.matmul(hidden, weights) + bias


def averages():
    """What training keeps of every weight, and evaluation uses in its place."""
    return tf.train.ExponentialMovingAverage(0.98)


# Programs


class ProgressHook(tf.train.SessionRunHook):
    """Prints a line with the step, the loss and the accuracy of the batch, once every few steps."""

    def __init__(self, loss, accuracy, every, last_step):
        self._fetches = [tf.train.get_global_step(), loss, accuracy]
        self._every = every
        self._last_step = last_step

    def after_create_session(self, session, coord):
        print(f"training from step {session.run(self._fetches[0])}", flush=True)

    def before_run(self, run_context):
        return tf.train.SessionRunArgs(self._fetches)

    def after_run(self, run_context, run_values):
        step, loss, accuracy = run_values.results
        if step % self._every == 0 or step == self._last_step:
            print(
                f"step {step:4d} of {self._last_step}   loss {loss:.4f}   batch accuracy {accuracy:6.1%}",
                flush=True,
            )


def train(directory, steps, seed):
    with tf.Graph().as_default():
        tf.set_random_seed(seed)
        global_step = tf.train.get_or_create_global_step()
        images, labels = training_batches(BATCH_SIZE, seed)
        logits = infer(images, keep_prob=0.6)
        loss = tf.reduce_mean(tf.nn.sparse_softmax_cross_entropy_with_logits(labels=labels, logits=logits))
        accuracy = tf.reduce_mean(tf.cast(tf.equal(tf.argmax(logits, 1), labels), tf.float32))

        rate = tf.train.exponential_decay(2e-3, global_step, decay_steps=200, decay_rate=0.7)
        update = tf.train.AdamOptimizer(rate).minimize(loss, global_step=global_step)
        with tf.control_dependencies([update]):
            train_op = averages().apply(tf.trainable_variables())

        tf.summary.scalar("loss", loss)
        tf.summary.scalar("accuracy", accuracy)
        tf.summary.scalar("learning_rate", rate)
        tf.summary.image("digits", images * 15, max_outputs=4)
        for variable in tf.trainable_variables():
            tf.summary.histogram("weights/" + variable.op.name, variable)

        hooks = [
            tf.train.StopAtStepHook(last_step=steps),
            tf.train.CheckpointSaverHook(directory, save_steps=50),
            tf.train.SummarySaverHook(save_steps=50, output_dir=directory, summary_op=tf.summary.merge_all()),
            ProgressHook(loss, accuracy, 50, steps),
        ]
        with tf.train.SingularMonitoredSession(hooks=hooks, checkpoint_dir=directory) as session:
            while not session.should_stop():
                session.run(train_op)


def evaluate(directory):
    """Returns the share of test images that the newest checkpoint's averaged weights get right."""
    with tf.Graph().as_default():
        images, labels = test_batches(99)
        logits = infer(images, keep_prob=1.0)
        right = tf.reduce_sum(tf.cast(tf.equal(tf.argmax(logits, 1), labels), tf.int64))
        scaffold = tf.train.Scaffold(saver=tf.train.Saver(averages().variables_to_restore()))
        total = 0
        with tf.train.SingularMonitoredSession(scaffold=scaffold, checkpoint_dir=directory) as session:
            while not session.should_stop():
                total += session.run(right)
    return total / TEST_COUNT


def main():
    parser = argparse.ArgumentParser(description="Train a convolutional net on handwritten digits.")
    parser.add_argument(
        "--directory", required=True, help="for checkpoints and summaries; a run goes on from what is there"
    )
    parser.add_argument("--steps", type=int, default=1000, help="the last step (default: %(default)s)")
    parser.add_argument(
        "--seed", type=int, default=1, help="of weights, dropout and input order (default: %(default)s)"
    )
    arguments = parser.parse_args()
    tf.logging.set_verbosity(tf.logging.WARN)
    train(arguments.directory, arguments.steps, arguments.seed)
    print(f"test accuracy: {100 * evaluate(arguments.directory):.1f} %")


if __name__ == "__main__":
    main()
