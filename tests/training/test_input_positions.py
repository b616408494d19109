"""The position of the training input in checkpoints: a run that is killed and resumed sees what one that is not sees."""

import collections

import numpy as np
import pytest

import evergraph as tf


@pytest.fixture
def files(tmp_path):
    """Three files of seven lines, 0 to 20."""
    names = []
    for number in range(3):
        path = tmp_path / f"{number}.txt"
        path.write_text("".join(f"{number * 7 + line}\n" for line in range(7)))
        names.append(str(path))
    return names


def lines(files, epochs, **options):
    """A line's number, as tf.string_input_producer and a reader give it."""
    queue = tf.train.string_input_producer(files, num_epochs=epochs, seed=3, **options)
    _, line = tf.TextLineReader().read(queue)
    return tf.string_to_number(line, tf.int32)


def batched(files):
    return tf.train.batch([lines(files, 3)], 4, capacity=6)


def shuffled(files):
    return tf.train.shuffle_batch([lines(files, 3)], 4, capacity=16, min_after_dequeue=6, seed=5)


def sliced(files):
    row, square = tf.train.slice_input_producer(
        [np.arange(21, dtype=np.int32), np.arange(21, dtype=np.int32) ** 2], num_epochs=3, seed=7, capacity=5
    )
    row, _ = tf.train.batch([row, square], 4, capacity=5)
    return row


def padded(files):
    number = lines(files, 3)
    ragged = tf.ones([number % 3 + 1], tf.int32) * number
    return tf.train.batch([ragged], 4, capacity=6, dynamic_pad=True)[:, 0]


def two_readers(files):
    first = lines(files, 3, capacity=1)
    second = lines(files, 3, capacity=1, shuffle=False)
    return tf.train.batch([first + 0 * second], 4, capacity=6)


def after_the_enqueue(files):
    """A runner that counts what it has put on the queue after it has."""
    count = tf.Variable(0, trainable=False, collections=[tf.GraphKeys.LOCAL_VARIABLES], name="used")
    queue = tf.FIFOQueue(5, tf.int32, [[]])
    position = tf.identity(count)
    with tf.control_dependencies([queue.enqueue_many([tf.range(position, position + 7)])]):
        feed = tf.assign(count, position + 7)
    tf.train.add_queue_runner(tf.train.QueueRunner(queue, [feed.op]))
    return queue.dequeue_many(4) % 21


def seen_by(directory, make, files, steps, kill=False):
    """The batches of up to `steps` steps; a session that is killed makes no save of its own at the end."""
    seen = []
    with tf.Graph().as_default():
        tf.set_random_seed(1)
        batch = make(files)
        step = tf.train.get_or_create_global_step()
        total = tf.get_variable("total", [], tf.int32, tf.zeros_initializer())
        train = tf.group(total.assign(total * 3 + tf.reduce_sum(batch)), tf.assign_add(step, 1))
        session = tf.train.MonitoredTrainingSession(
            checkpoint_dir=str(directory),
            save_checkpoint_steps=3,
            save_summaries_steps=None,
            log_step_count_steps=None,
        )
        try:
            while not session.should_stop() and len(seen) < steps:
                seen.append(session.run([batch, train])[0].tolist())
        except tf.errors.OutOfRangeError:
            session.close()
            return seen, None
        if kill:
            tf_sess = session._coordinated_creator.tf_sess
            session._coordinated_creator.coord.request_stop()
            tf_sess.close()
            for hook in session._hooks:
                getattr(hook, "release", lambda: None)()
            session._stop.remove()
            return seen, None
        value = session.run(total)
        session.close()
        return seen, value


@pytest.mark.parametrize("make", [batched, shuffled, sliced, padded, two_readers, after_the_enqueue])
def test_resumed_input_is_that_of_an_undisturbed_run(make, files, tmp_path):
    whole, value = seen_by(tmp_path / "a", make, files, 14)
    assert len(whole) == 14
    seen, step = [], 0
    for killed_after in (4, 2, 5):
        part, _ = seen_by(tmp_path / "b", make, files, killed_after, kill=True)
        seen[step:] = part
        step = int(tf.train.latest_checkpoint(str(tmp_path / "b")).rpartition("-")[2])
    part, resumed = seen_by(tmp_path / "b", make, files, 14 - step)
    seen[step:] = part
    assert seen == whole
    assert resumed == value


def test_an_input_at_its_end_begins_anew(files, tmp_path):
    def make(files):
        return tf.train.batch([lines(files, 1)], 7)

    for _ in range(2):
        seen, _ = seen_by(tmp_path, make, files, 100)
        assert sorted(sum(seen, [])) == list(range(21))


def test_another_input_begins_at_its_beginning(files, tmp_path):
    def make(files):
        return tf.train.batch([lines(files, 1, shuffle=False)], 2)

    seen_by(tmp_path, make, files, 4, kill=True)
    seen, _ = seen_by(tmp_path, make, files[1:], 3, kill=True)
    assert seen[0] == [7, 8], "files that are not those of the checkpoint"


def test_what_is_too_large_is_left_out(files, tmp_path, monkeypatch):
    monkeypatch.setenv("EVERGRAPH_INPUT_STATE_MB", "0.000001")
    seen_by(tmp_path, batched, files, 4, kill=True)
    names = [name for name, _ in tf.train.list_variables(str(tmp_path))]
    assert names and not [name for name in names if name.startswith("_EVERGRAPH/inputs/")]


def test_each_element_of_an_epoch_comes_once_with_several_threads(files, tmp_path):
    def make(files):
        return tf.train.batch([lines(files, 2)], 2, capacity=5, num_threads=3, allow_smaller_final_batch=True)

    seen, step = [], 0
    for killed_after in (4, 2, 5, 100):
        part, _ = seen_by(tmp_path / "b", make, files, killed_after, kill=killed_after < 100)
        seen[step:] = part
        if killed_after < 100:
            step = int(tf.train.latest_checkpoint(str(tmp_path / "b")).rpartition("-")[2])
    counts = collections.Counter(number for batch in seen for number in batch)
    assert counts == {number: 2 for number in range(21)}
