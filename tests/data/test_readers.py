"""Datasets of files."""

import gzip
import zlib

import pytest

import evergraph as tf
from tests.data.test_pipelines import elements


@pytest.fixture(autouse=True)
def graph():
    with tf.Graph().as_default() as made:
        yield made


def packed(data, compression):
    return {"": lambda d: d, "GZIP": gzip.compress, "ZLIB": zlib.compress}[compression](data)


@pytest.mark.parametrize("compression", ["", "GZIP", "ZLIB"])
def test_lines(tmp_path, compression):
    names = [str(tmp_path / name) for name in "ab"]
    for name, data in zip(names, (b"one\ntwo\r\n\n", b"last")):
        (tmp_path / name).write_bytes(packed(data, compression))
    dataset = tf.data.TextLineDataset(names, compression)
    assert elements(dataset) == [b"one", b"two", b"", b"last"]
    assert dataset.output_shapes.as_list() == []


@pytest.mark.parametrize("compression", ["", "GZIP", "ZLIB"])
@pytest.mark.parametrize("reads", [None, 2])
def test_records(tmp_path, compression, reads):
    names = [str(tmp_path / name) for name in "ab"]
    kinds = tf.python_io.TFRecordCompressionType
    options = tf.python_io.TFRecordOptions(
        {"": kinds.NONE, "GZIP": kinds.GZIP, "ZLIB": kinds.ZLIB}[compression]
    )
    for name in names:
        with tf.python_io.TFRecordWriter(name, options) as writer:
            for i in range(3):
                writer.write(f"{name[-1]}{i}".encode())
    found = elements(tf.data.TFRecordDataset(names, compression, num_parallel_reads=reads))
    in_turn = [b"a0", b"b0", b"a1", b"b1", b"a2", b"b2"]
    assert found == (sorted(in_turn) if reads is None else in_turn)
    files = tf.data.Dataset.from_tensor_slices(names)
    assert elements(tf.data.TFRecordDataset(files, compression)) == sorted(in_turn)


def test_records_of_one_length(tmp_path):
    (tmp_path / "a").write_bytes(b"HEaabbccF")
    name = str(tmp_path / "a")
    dataset = tf.data.FixedLengthRecordDataset(name, 2, header_bytes=2, footer_bytes=1)
    assert elements(dataset) == [b"aa", b"bb", b"cc"]
    following = tf.data.FixedLengthRecordDataset(name, 4, 2, 1).make_one_shot_iterator().get_next()
    with tf.Session() as session, pytest.raises(tf.errors.InvalidArgumentError, match="exact multiple"):
        session.run(following)


def test_a_missing_file_is_an_error_and_so_is_another_type(tmp_path):
    following = tf.data.TextLineDataset(str(tmp_path / "none")).make_one_shot_iterator().get_next()
    with tf.Session() as session, pytest.raises(tf.errors.NotFoundError):
        session.run(following)
    with pytest.raises(TypeError):
        tf.data.TFRecordDataset(tf.constant([1, 2]))
    with pytest.raises(TypeError):
        tf.data.TFRecordDataset(tf.data.Dataset.range(3))


def test_files_are_listed(tmp_path):
    for name in "cab":
        (tmp_path / f"{name}.txt").write_text(name)
    names = [str(tmp_path / f"{name}.txt").encode() for name in "abc"]
    assert elements(tf.data.Dataset.list_files(str(tmp_path / "*.txt"), shuffle=False)) == names
    assert sorted(elements(tf.data.Dataset.list_files(str(tmp_path / "*.txt"), seed=3))) == names


def test_a_cache_in_files_is_read_by_the_next(tmp_path):
    name = str(tmp_path / "cache")
    pairs = tf.data.Dataset.from_tensor_slices(([1, 2], ["x", "y"]))
    assert elements(pairs.cache(name)) == [(1, b"x"), (2, b"y")]
    other = tf.data.Dataset.from_tensor_slices(([0], ["z"])).cache(name).repeat(2)
    assert elements(other) == [(1, b"x"), (2, b"y")] * 2
