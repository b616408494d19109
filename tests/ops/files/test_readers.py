"""Readers: one program each, run here and (marked interop) under TensorFlow on the same files."""

import gzip
import zlib

import pytest

import evergraph
from evergraph.framework import errors
from evergraph.framework.graph import Graph
from evergraph.ops.files import contents as files
from evergraph.ops.files import readers
from evergraph.ops.queues import classes as queues
from evergraph.platform.python_io import TFRecordOptions, TFRecordWriter
from evergraph.session.session import Session

EVERGRAPH = evergraph


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    where = tmp_path_factory.mktemp("files")
    (where / "a.txt").write_bytes(b"one\ntwo\r\n\nfo\rur\n")
    (where / "b.txt").write_bytes(b"header\nlast without end")
    (where / "empty.txt").write_bytes(b"")
    (where / "bytes.bin").write_bytes(b"HH" + bytes(range(65, 80)) + b"FFF")
    (where / "bytes.zlib").write_bytes(zlib.compress(b"HH" + bytes(range(65, 80)) + b"FFF"))
    (where / "bytes.gzip").write_bytes(gzip.compress(b"HH" + bytes(range(65, 80)) + b"FFF"))
    for name, kind in (("plain", 0), ("zlib", 1), ("gzip", 2)):
        with TFRecordWriter(str(where / f"{name}.tfrecord"), TFRecordOptions(kind)) as writer:
            for number in range(5):
                writer.write(b"x" * number)
    damaged = bytearray((where / "plain.tfrecord").read_bytes())
    damaged[-1] ^= 1
    (where / "damaged.tfrecord").write_bytes(damaged)
    return where


def _records(tf, make, names, how="read", count=3):
    """Everything that happens when a reader reads some files to the end: records, counters, the last error."""
    seen = []
    with tf.Graph().as_default(), tf.Session() as session:
        queue = tf.FIFOQueue(20, tf.string, shapes=[()])
        reader = make(tf)
        record = reader.read(queue) if how == "read" else reader.read_up_to(queue, count)
        counters = [reader.num_records_produced(), reader.num_work_units_completed()]
        session.run(queue.enqueue_many(([str(name) for name in names],)))
        session.run(queue.close())
        for _ in range(40):
            try:
                found = session.run(record)
                seen.append([f.tolist() if how != "read" else f for f in found])
            except (tf.errors.OutOfRangeError, tf.errors.OpError) as error:
                seen.append(type(error).__name__)
                if isinstance(error, tf.errors.OutOfRangeError):
                    break
            seen.append([int(c) for c in session.run(counters)])
        session.run(reader.reset())
        seen.append([int(c) for c in session.run(counters)])
    return seen


def _gzip_records(tf):
    return tf.TFRecordReader(options=tf.python_io.TFRecordOptions(tf.python_io.TFRecordCompressionType.GZIP))


def _zlib_records(tf):
    return tf.TFRecordReader(options=tf.python_io.TFRecordOptions(tf.python_io.TFRecordCompressionType.ZLIB))


TEXTS = ["a.txt", "empty.txt", "b.txt"]
READERS = {
    "text": (lambda tf: tf.TextLineReader(), TEXTS),
    "text without header": (lambda tf: tf.TextLineReader(skip_header_lines=1), TEXTS),
    "whole": (lambda tf: tf.WholeFileReader(), TEXTS),
    "identity": (lambda tf: tf.IdentityReader(), TEXTS),
    "records": (lambda tf: tf.TFRecordReader(), ["plain.tfrecord", "plain.tfrecord"]),
    "gzip records": (_gzip_records, ["gzip.tfrecord"]),
    "zlib records": (_zlib_records, ["zlib.tfrecord"]),
    "fixed": (lambda tf: tf.FixedLengthRecordReader(4, 2, 3), ["bytes.bin", "bytes.bin"]),
    "fixed with hops": (lambda tf: tf.FixedLengthRecordReader(4, 2, 3, 2), ["bytes.bin"]),
    "fixed with wide hops": (lambda tf: tf.FixedLengthRecordReader(2, hop_bytes=5), ["bytes.bin"]),
    "fixed zlib": (lambda tf: tf.FixedLengthRecordReader(4, 2, 3, encoding="ZLIB"), ["bytes.zlib"]),
    "fixed gzip": (lambda tf: tf.FixedLengthRecordReader(4, 2, 3, encoding="GZIP"), ["bytes.gzip"]),
    "missing": (lambda tf: tf.TextLineReader(), ["nowhere.txt", "b.txt"]),
    "damaged": (lambda tf: tf.TFRecordReader(), ["damaged.tfrecord"]),
}


@pytest.mark.interop
@pytest.mark.parametrize("how", ["read", "read_up_to"])
@pytest.mark.parametrize("name", READERS)
def test_readers_agree_with_tensorflow(folder, name, how):
    tf1 = pytest.importorskip("tensorflow").compat.v1
    make, names = READERS[name]
    paths = [folder / name for name in names]
    assert _records(EVERGRAPH, make, paths, how) == _records(tf1, make, paths, how)


def _values(name, folder):
    make, names = READERS[name]
    seen = _records(EVERGRAPH, make, [folder / n for n in names])
    return [s[1] for s in seen[:-2:2]]


def test_lines(folder):
    assert _values("text", folder) == [b"one", b"two", b"", b"fo\rur", b"header", b"last without end"]
    assert _values("text without header", folder) == [b"two", b"", b"fo\rur", b"last without end"]


def test_records(folder):
    for name in ("records", "gzip records", "zlib records"):
        times = len(READERS[name][1])
        assert _values(name, folder) == [b"x" * n for n in range(5)] * times


def test_fixed_length_records(folder):
    assert _values("fixed", folder) == [b"ABCD", b"EFGH", b"IJKL"] * 2
    assert _values("fixed with hops", folder)[:3] == [b"ABCD", b"CDEF", b"EFGH"]


def test_a_reader_keeps_its_place_between_runs_and_sessions_have_their_own(folder):
    with Graph().as_default():
        queue = queues.FIFOQueue(5, "string", shapes=[()])
        key, value = readers.TextLineReader().read(queue)
        for _ in range(2):
            with Session() as session:
                session.run(queue.enqueue(str(folder / "a.txt")))
                assert [session.run(value) for _ in range(2)] == [b"one", b"two"]
                assert session.run(key) == f"{folder}/a.txt:3".encode()


def test_identity_reader_state():
    with Graph().as_default(), Session() as session:
        queue = queues.FIFOQueue(5, "string", shapes=[()])
        reader = readers.IdentityReader()
        assert reader.supports_serialize and not readers.TFRecordReader().supports_serialize
        read = reader.read(queue)
        state = reader.serialize_state()
        session.run(queue.enqueue_many((["x", "y", "z"],)))
        session.run(read)
        saved = session.run(state)
        session.run(read)
        assert session.run(reader.num_records_produced()) == 2
        session.run(reader.restore_state(saved))
        assert session.run(reader.num_records_produced()) == 1
        session.run(reader.reset())
        assert session.run(reader.num_records_produced()) == 0
        with pytest.raises(errors.InvalidArgumentError):
            session.run(reader.restore_state(b"\xff\xff"))
        with pytest.raises(errors.UnimplementedError):
            session.run(readers.TextLineReader().serialize_state())


@pytest.mark.parametrize(
    "options",
    [
        dict(record_bytes=0),
        dict(record_bytes=4, header_bytes=-1),
        dict(record_bytes=4, footer_bytes=-1),
        dict(record_bytes=4, hop_bytes=-1),
        dict(record_bytes=4, encoding="LZ4"),
    ],
)
def test_bad_fixed_length_readers(options):
    with Graph().as_default(), Session() as session:
        reader = readers.FixedLengthRecordReader(**options)
        with pytest.raises(errors.InvalidArgumentError, match=list(options)[-1]):
            session.run(reader.num_records_produced())


def test_a_queue_of_numbers_has_no_file_names():
    with Graph().as_default(), Session() as session:
        queue = queues.FIFOQueue(5, "int32", shapes=[()])
        with pytest.raises(errors.InvalidArgumentError, match="queue of single strings"):
            session.run(readers.TextLineReader().read(queue))


def test_files(tmp_path):
    path = tmp_path / "deep" / "down" / "x.bin"
    with Graph().as_default(), Session() as session:
        session.run(files.write_file(str(path), b"\x00data\x00"))
        assert session.run(files.read_file(str(path))) == b"\x00data\x00"
        (path.parent / "y.txt").write_text("y")
        found = session.run(files.matching_files(str(path.parent / "*")))
        assert [f.decode() for f in found] == [str(path), str(path.parent / "y.txt")]
        both = session.run(files.matching_files([str(path), str(path.parent / "*.txt")]))
        assert len(both) == 2 and len(session.run(files.matching_files("/nowhere/*"))) == 0
        with pytest.raises(errors.NotFoundError, match="nowhere"):
            session.run(files.read_file("/nowhere"))
