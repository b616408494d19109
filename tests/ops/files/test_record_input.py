"""`RecordInput`: records of many files in random order."""

import numpy as np
import pytest

import evergraph as tf
from evergraph.ops.files.record_input import RecordInput

NAMES = {0: "NONE", 1: "ZLIB", 2: "GZIP"}


@pytest.fixture
def pattern(tmp_path):
    for number in range(3):
        write(tmp_path / f"part.{number}", [b"%d" % (4 * number + i) for i in range(4)])
    return str(tmp_path / "part.*")


def write(path, records, compression=0):
    with tf.python_io.TFRecordWriter(str(path), tf.python_io.TFRecordOptions(compression)) as writer:
        for record in records:
            writer.write(record)


@pytest.mark.parametrize("buffer_size", [1, 5, 100])
def test_each_epoch_gives_each_record_once(pattern, buffer_size):
    batches = RecordInput(pattern, buffer_size=buffer_size, shift_ratio=0.4, seed=3, batches=2).get_yield_op()
    assert [len(batch) for batch in batches] == [1, 1] and batches[0][0].shape == ()
    epochs = []
    with tf.Session() as session:
        for _ in range(3):
            found = [r for _ in range(6) for batch in session.run(batches) for r in batch]
            assert sorted(map(int, found)) == list(range(12))
            epochs.append(found)
    assert epochs[0] != epochs[1]


def test_a_seed_gives_the_same_order_again(pattern):
    def records():
        with tf.Graph().as_default(), tf.Session() as session:
            return session.run(
                RecordInput(pattern, batch_size=12, buffer_size=6, seed=7).get_yield_op()
            ).tolist()

    assert records() == records()


@pytest.mark.parametrize("compression", NAMES, ids=NAMES.get)
def test_compressed_files(tmp_path, compression):
    write(tmp_path / "a", [b"one"], compression)
    records = RecordInput(str(tmp_path / "a"), compression_type=compression).get_yield_op()
    with tf.Session() as session:
        np.testing.assert_array_equal(session.run(records), [b"one"])


def test_no_files_and_files_that_come_later(tmp_path):
    records = RecordInput(str(tmp_path / "a")).get_yield_op()
    with tf.Session() as session:
        with pytest.raises(tf.errors.NotFoundError, match="Found no files"):
            session.run(records)
        write(tmp_path / "a", [])
        with pytest.raises(tf.errors.OutOfRangeError, match="no records"):
            session.run(records)
        write(tmp_path / "a", [b"one"])
        assert session.run(records).tolist() == [b"one"]
