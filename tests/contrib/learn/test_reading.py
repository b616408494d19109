"""Examples from files, in batches."""

import pytest

import evergraph as tf

learn = tf.contrib.learn


def test_features_of_records(tmp_path):
    path = str(tmp_path / "records")
    with tf.python_io.TFRecordWriter(path) as writer:
        for number in range(7):
            example = tf.train.Example()
            example.features.feature["n"].int64_list.value.append(number)
            writer.write(example.SerializeToString())
    spec = {"n": tf.FixedLenFeature([], tf.int64)}
    for shuffled in (False, True):
        with tf.Graph().as_default():
            made = learn.read_batch_record_features(path, 3, spec, shuffled, num_epochs=1)
            found = []
            with tf.train.SingularMonitoredSession() as session:
                while not session.should_stop():
                    found.append(session.run(made["n"]).tolist())
            assert [len(batch) for batch in found] == [3, 3, 1]
            numbers = [number for batch in found for number in batch]
            assert (sorted(numbers) if shuffled else numbers) == list(range(7))


def test_what_is_wrong_is_said():
    with pytest.raises(ValueError, match="No files match"):
        learn.read_batch_examples("/nowhere/*", 2, tf.TextLineReader)
    with pytest.raises(ValueError, match="with queue_capacity 2"):
        learn.read_batch_examples("/nowhere/*", 2, tf.TextLineReader, queue_capacity=2)
