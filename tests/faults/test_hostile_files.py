"""Files from elsewhere, and files with changed bytes: a DataLossError or InvalidArgumentError, and nothing worse.

Each case runs under a limit of memory and time, so that a huge allocation or a hang is an error as well.
"""

import os
import pathlib
import resource
import shutil
import signal
import tracemalloc

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

import evergraph as tf
from evergraph.formats.bundle_layout import index_path
from evergraph.formats.checkpoint_bundle import BundleWriter
from evergraph.formats.checkpoint_reader import open_checkpoint
from evergraph.formats.checksums import masked_crc32c
from evergraph.formats.events import iterate_events
from evergraph.formats.messages import BundleEntryProto, BundleHeaderProto
from evergraph.formats.records import RecordWriter, iterate_records
from evergraph.formats.sstable import TableWriter
from evergraph.framework import errors
from tests.faults.processes import count, is_time_up, times

ALLOWED = (
    errors.DataLossError,
    errors.InvalidArgumentError,
    errors.NotFoundError,
    errors.UnimplementedError,
    errors.ResourceExhaustedError,
)

given_often = settings(
    max_examples=times(60, 1500),
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)


@pytest.fixture(autouse=True)
def limits():
    """Eight gigabytes more than there are now, and a minute for each case."""
    soft, hard = resource.getrlimit(resource.RLIMIT_AS)
    with open("/proc/self/statm") as file:
        now = int(file.read().split()[0]) * os.sysconf("SC_PAGE_SIZE")
    resource.setrlimit(resource.RLIMIT_AS, (now + (8 << 30), hard))
    _attempts.clear()
    yield
    resource.setrlimit(resource.RLIMIT_AS, (soft, hard))


_attempts = []  # of the test that runs


def _attempt(function):
    """What `function` gives; None where it refuses as it should, or where the test has had its time."""

    _attempts.append(None)
    if len(_attempts) > 60 and is_time_up():
        return None

    def too_long(*_):
        raise AssertionError("it hangs")

    signal.signal(signal.SIGALRM, too_long)
    signal.alarm(60)
    count("hostile files read")
    try:
        return function()
    except ALLOWED:
        return None
    finally:
        signal.alarm(0)


def _changed(content: bytes, changes) -> bytes:
    """`content` with bytes replaced, removed and added."""
    changed = bytearray(content)
    for kind, place, data in changes:
        place = int(place * len(changed)) if changed else 0
        if kind == "cut":
            del changed[place:]
        elif kind == "insert":
            changed[place:place] = data
        else:
            changed[place : place + len(data)] = data
    return bytes(changed)


CHANGES = st.lists(
    st.tuples(
        st.sampled_from(["replace", "replace", "insert", "cut"]),
        st.floats(0, 1, exclude_max=True),
        st.binary(min_size=1, max_size=8),
    ),
    min_size=1,
    max_size=4,
)


@pytest.fixture(scope="module")
def checkpoint(tmp_path_factory):
    """The prefix of a checkpoint of several dtypes, a slice and strings."""
    prefix = str(tmp_path_factory.mktemp("hostile") / "m")
    with BundleWriter(prefix) as writer:
        writer.add("a", np.arange(100, dtype=np.float32))
        writer.add("text", np.array([b"one", b"", b"three" * 20], object))
        writer.add_slice("part", [4, 2], "0,2:-", np.zeros([2, 2], np.int64))
        writer.add_slice("part", [4, 2], "2,2:-", np.ones([2, 2], np.int64))
    return prefix


def _read_all(prefix):
    with open_checkpoint(prefix) as reader:
        return {tensor.name: reader.read(tensor.name) for tensor in reader.tensors()}


@given_often
@given(which=st.sampled_from([".index", ".data-00000-of-00001"]), changes=CHANGES)
def test_checkpoints_with_changed_bytes(which, changes, checkpoint, tmp_path):
    for suffix in (".index", ".data-00000-of-00001"):
        content = pathlib.Path(checkpoint + suffix).read_bytes()
        (tmp_path / f"m{suffix}").write_bytes(_changed(content, changes) if suffix == which else content)
    _attempt(lambda: _read_all(str(tmp_path / "m")))


ENTRY_FIELDS = st.integers(-(2**63), 2**63 - 1) | st.sampled_from([0, 1, 2**31 - 1, 2**40, 2**62])


@given_often
@given(
    dtype=st.integers(0, 200),
    dims=st.lists(ENTRY_FIELDS, max_size=4),
    shard=st.integers(-(2**31), 2**31 - 1),
    offset=ENTRY_FIELDS,
    size=ENTRY_FIELDS,
    shards=st.integers(-(2**31), 2**31 - 1),
    slices=st.lists(st.lists(st.tuples(ENTRY_FIELDS, ENTRY_FIELDS), max_size=3), max_size=3),
)
def test_checkpoints_whose_checksums_are_right(dtype, dims, shard, offset, size, shards, slices, tmp_path):
    entry = BundleEntryProto(dtype=dtype, shard_id=shard, offset=offset, size=size, crc32c=7)
    for dim in dims:
        entry.shape.dim.add(size=dim)
    for extents in slices:
        one = entry.slices.add()
        for start, length in extents:
            one.extent.add(start=start, length=length)
    prefix = str(tmp_path / "m")
    with open(index_path(prefix), "wb") as file:
        table = TableWriter(file.write)
        table.add(b"", BundleHeaderProto(num_shards=shards).SerializeToString())
        table.add(b"a", entry.SerializeToString())
        table.finish()
    (tmp_path / "m.data-00000-of-00001").write_bytes(b"\0" * 64)
    _attempt(lambda: _read_all(prefix))


@given_often
@given(content=st.binary(max_size=300))
def test_bytes_that_are_no_checkpoint(content, tmp_path):
    for name in ("m.index", "m", "m.data-00000-of-00001"):
        (tmp_path / name).write_bytes(content)
    _attempt(lambda: _read_all(str(tmp_path / "m")))
    os.remove(tmp_path / "m.index")
    _attempt(lambda: _read_all(str(tmp_path / "m")))
    (tmp_path / "checkpoint").write_bytes(content)
    try:
        _attempt(lambda: tf.train.latest_checkpoint(str(tmp_path)))
    except ValueError as error:
        assert "names no model_checkpoint_path" in str(error)


@given_often
@given(changes=CHANGES, compression=st.sampled_from(["", "GZIP", "ZLIB"]))
def test_records_with_changed_bytes(changes, compression, tmp_path):
    path = str(tmp_path / "records")
    with RecordWriter(path, compression) as writer:
        for length in (0, 3, 1000):
            writer.write(b"x" * length)
    content = pathlib.Path(path).read_bytes()
    with open(path, "wb") as file:
        file.write(_changed(content, changes))
    _attempt(lambda: list(iterate_records(path, compression)))


@given_often
@given(length=st.integers(0, 2**64 - 1))
def test_records_that_claim_to_be_long(length, tmp_path):
    head = length.to_bytes(8, "little")
    (tmp_path / "records").write_bytes(head + masked_crc32c(head).to_bytes(4, "little") + b"x" * 100)
    tracemalloc.start()
    _attempt(lambda: list(iterate_records(str(tmp_path / "records"))))
    assert tracemalloc.get_traced_memory()[1] < 100 << 20
    tracemalloc.stop()


@given_often
@given(changes=CHANGES)
def test_events_with_changed_bytes(changes, tmp_path):
    path = tmp_path / "events"
    with RecordWriter(str(path)) as writer:
        writer.write(tf.Event(wall_time=1.0, file_version="brain.Event:2").SerializeToString())
        writer.write(_changed(tf.Event(wall_time=2.0, step=3).SerializeToString(), changes))
    _attempt(lambda: list(iterate_events(str(path))))


@given_often
@given(changes=CHANGES)
def test_examples_with_changed_bytes(changes):
    example = tf.train.Example()
    example.features.feature["x"].float_list.value.extend([1.0, 2.0])
    example.features.feature["y"].bytes_list.value.append(b"text")
    serialized = _changed(example.SerializeToString(), changes)
    with tf.Graph().as_default(), tf.Session() as sess:
        parsed = tf.parse_single_example(
            serialized,
            {"x": tf.FixedLenFeature([2], tf.float32), "y": tf.VarLenFeature(tf.string)},
        )
        _attempt(lambda: sess.run(parsed))


@given_often
@given(changes=CHANGES)
def test_graphs_with_changed_bytes(changes):
    with tf.Graph().as_default() as graph:
        x = tf.placeholder(tf.float32, [None, 2], name="x")
        tf.nn.softmax(tf.matmul(x, tf.constant([[1.0], [2.0]])), name="y")
        content = graph.as_graph_def().SerializeToString()
    message = tf.GraphDef()
    try:
        message.ParseFromString(_changed(content, changes))
    except Exception:  # protobuf's own error, before anything of Evergraph's sees it
        return
    with tf.Graph().as_default():
        try:
            _attempt(lambda: tf.import_graph_def(message, name=""))
        except (ValueError, TypeError, KeyError) as error:
            assert str(error)  # TensorFlow's exceptions for a GraphDef that is none


@pytest.fixture(scope="module")
def images():
    """One small image in each format, by what decodes it."""
    pixels = tf.constant(np.arange(12 * 10 * 3, dtype=np.uint8).reshape(12, 10, 3))
    with tf.Session() as sess:
        png, jpeg = sess.run([tf.image.encode_png(pixels), tf.image.encode_jpeg(pixels)])
    header = b"BM" + np.array([54 + 36 * 4, 0, 54, 40, 4, 4], "<u4").tobytes() + b"\1\0\x18\0" + b"\0" * 24
    return {"png": png, "jpeg": jpeg, "bmp": header + bytes(range(48)), "gif": _GIF}


# One pixel: screen, palette of two colours, image, its data.
_GIF = b"GIF89a\1\0\1\0\x80\0\0\0\0\0\xff\xff\xff,\0\0\0\0\1\0\1\0\0\2\2D\1\0;"


@given_often
@given(kind=st.sampled_from(["png", "jpeg", "bmp", "gif"]), changes=CHANGES)
def test_images_with_changed_bytes(kind, changes, images):
    with tf.Graph().as_default(), tf.Session() as sess:
        contents = tf.placeholder(tf.string, [])
        decoded = {"png": tf.image.decode_png, "jpeg": tf.image.decode_jpeg, "bmp": tf.image.decode_bmp}.get(
            kind, tf.image.decode_gif
        )(contents)
        _attempt(lambda: sess.run(decoded, {contents: _changed(images[kind], changes)}))


@pytest.fixture(scope="module")
def saved_model(tmp_path_factory):
    """The directory of a model with one variable."""
    directory = str(tmp_path_factory.mktemp("models") / "m")
    with tf.Graph().as_default(), tf.Session() as sess:
        given_tensor = tf.placeholder(tf.float32, [None, 2], name="x")
        result = tf.matmul(given_tensor, tf.get_variable("w", [2, 2]))
        sess.run(tf.global_variables_initializer())
        tf.saved_model.simple_save(sess, directory, {"x": given_tensor}, {"y": result})
    return pathlib.Path(directory)


@given_often
@given(changes=CHANGES)
def test_saved_models_with_changed_bytes(changes, saved_model):
    changed = saved_model.parent / "changed"
    shutil.rmtree(changed, ignore_errors=True)
    shutil.copytree(saved_model, changed)
    (changed / "saved_model.pb").write_bytes(_changed((saved_model / "saved_model.pb").read_bytes(), changes))

    def load():
        with tf.Graph().as_default(), tf.Session() as sess:
            try:
                tf.saved_model.loader.load(sess, ["serve"], str(changed))
            except (ValueError, TypeError, KeyError, OSError, RuntimeError):
                pass  # no such tags; no message; what import_graph_def and collections raise

    _attempt(load)
