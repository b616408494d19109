"""Files cross between TensorFlow and this package, both ways, bit for bit."""

import os
import subprocess
import sys

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from evergraph.formats import messages, paths
from evergraph.formats.checkpoint_bundle import BundleReader, BundleWriter, bundle_files, merge_bundles
from evergraph.formats.checkpoint_reader import open_checkpoint
from evergraph.formats.checkpoint_state import (
    make_checkpoint_state,
    read_checkpoint_state,
    write_checkpoint_state,
)
from evergraph.formats.checkpoint_v1 import TensorSliceReader
from evergraph.formats.checkpoint_v1_writer import TensorSliceWriter
from evergraph.formats.events import EventFile, iterate_events
from evergraph.formats.records import RecordWriter, iterate_records
from evergraph.framework import dtypes, errors
from tests.formats.test_checkpoint_bundle import VALUES, same
from tests.formats.test_checkpoint_v1 import V1_VALUES

pytestmark = [pytest.mark.interop, pytest.mark.filterwarnings("ignore")]


@pytest.fixture
def graph(tf1):
    with tf1.Graph().as_default() as graph:
        yield graph


@pytest.fixture
def prefix(tmp_path):
    return str(tmp_path / "m.ckpt")


def save_by_tensorflow(tf1, prefix, values):
    names = sorted(values)
    with tf1.Session() as session:
        session.run(
            tf1.raw_ops.SaveV2(
                prefix=prefix,
                tensor_names=names,
                shape_and_slices=[""] * len(names),
                tensors=[values[name] for name in names],
            )
        )


def test_the_files_are_identical(tf1, graph, prefix):
    save_by_tensorflow(tf1, prefix, VALUES)
    theirs = [paths.read_bytes(path) for path in bundle_files(prefix)]
    with BundleWriter(prefix) as writer:
        for name in sorted(VALUES):
            writer.add(name, VALUES[name])
    assert [paths.read_bytes(path) for path in bundle_files(prefix)] == theirs


def test_a_long_index_is_identical(tf1, graph, prefix):
    values = {f"scope_{i % 7}/layer_{i}/" + "long/" * 20 + "kernel": np.float32(i) for i in range(3000)}
    save_by_tensorflow(tf1, prefix, values)
    theirs = [paths.read_bytes(path) for path in bundle_files(prefix)]
    assert len(theirs[0]) > 150_000
    with BundleWriter(prefix) as writer:
        for name in sorted(values):
            writer.add(name, values[name])
    assert [paths.read_bytes(path) for path in bundle_files(prefix)] == theirs


@pytest.mark.parametrize("sharded", [False, True])
def test_we_read_what_a_saver_wrote(tf1, graph, prefix, sharded):
    with tf1.Session() as session:
        rng = np.random.default_rng(0)
        plain = tf1.get_variable("plain", initializer=rng.normal(size=[3, 4]).astype("f"), use_resource=False)
        resource = tf1.get_variable("resource", initializer=np.int64(5), use_resource=True)
        parts = tf1.get_variable(
            "parts",
            [7, 3],
            initializer=tf1.random_normal_initializer(),
            partitioner=tf1.fixed_size_partitioner(3),
            use_resource=False,
        )
        session.run(tf1.global_variables_initializer())
        saved = tf1.train.Saver(sharded=sharded).save(session, prefix, global_step=3)
        expected = session.run({"plain": plain, "resource": resource, "parts": tf1.convert_to_tensor(parts)})
    with BundleReader(saved) as reader:
        assert reader.keys() == sorted(expected)
        assert len(reader.slices("parts")) == 3
        for name, value in expected.items():
            same(reader.read(name), np.asarray(value))
        same(reader.read("parts", "2,4:1,2"), expected["parts"][2:6, 1:3].copy())
    state = read_checkpoint_state(os.path.dirname(prefix))
    assert state.model_checkpoint_path == saved == prefix + "-3"


def test_a_saver_restores_what_we_wrote(tf1, graph, prefix):
    value = np.arange(21, dtype=np.float32).reshape(7, 3)
    with BundleWriter(prefix) as writer:
        writer.add("plain", value)
        writer.add_slice("sliced", (7, 3), "0,2:-", value[:2])
        writer.add_slice("sliced", (7, 3), "2,5:0,3", value[2:])
        writer.add("parts", value)
    write_checkpoint_state(os.path.dirname(prefix), make_checkpoint_state(os.path.dirname(prefix), prefix))
    with tf1.Session() as session:
        plain = tf1.get_variable("plain", [7, 3])
        sliced = tf1.get_variable("sliced", [7, 3])
        parts = tf1.get_variable("parts", [7, 3], partitioner=tf1.fixed_size_partitioner(3))
        newest = tf1.train.latest_checkpoint(os.path.dirname(prefix))
        assert newest == prefix
        tf1.train.Saver().restore(session, newest)
        for variable in (plain, sliced, tf1.convert_to_tensor(parts)):
            same(session.run(variable), value)


def test_a_checkpoint_reader_reads_what_we_wrote(tf1, prefix):
    with BundleWriter(prefix) as writer:
        for name, value in VALUES.items():
            writer.add(name, value)
        writer.add("quantized", np.array([1, -2], np.int8), dtypes.qint8)
        writer.add_slice("parts \x01ü", (4, 0, 3), "0,1:-:-", np.zeros([1, 0, 3]))
        writer.add_slice("far", (10**6, 1), "999000,1000:0,1", np.ones([1000, 1]))
        writer.add_slice("far", (10**6, 1), "0,999000:0,1", np.ones([999000, 1]))
    reader = tf1.train.NewCheckpointReader(prefix)
    assert set(reader.get_variable_to_shape_map()) == {*VALUES, "quantized", "parts \x01ü", "far"}
    for name, value in VALUES.items():
        found = reader.get_tensor(name)
        if value.dtype == object:
            assert np.asarray(found, object).tolist() == value.tolist()
        else:
            same(np.asarray(found), value)
    assert reader.get_tensor("quantized").astype("i1").tolist() == [1, -2]
    assert reader.get_tensor("far").sum() == 10**6
    with BundleReader(prefix) as ours:
        assert ours.read("far").sum() == 10**6


def test_merged_by_either(tf1, graph, tmp_path):
    def parts(top):
        made = [str(tmp_path / top / f"part-{i}") for i in range(3)]
        os.makedirs(tmp_path / top)
        for i, part in enumerate(made):
            with BundleWriter(part) as writer:
                writer.add(f"v{i}", np.arange(i + 1))
                writer.add_slice("p", (6,), f"{2 * i},2", np.array([i, -i]))
        return made

    merge_bundles(parts("a"), str(tmp_path / "ours"))
    with tf1.Session() as session:
        session.run(
            tf1.raw_ops.MergeV2Checkpoints(
                checkpoint_prefixes=parts("b"), destination_prefix=str(tmp_path / "theirs")
            )
        )
    ours, theirs = (
        [paths.read_bytes(p) for p in bundle_files(str(tmp_path / name))] for name in ("ours", "theirs")
    )
    assert ours == theirs and len(ours) == 4
    assert tf1.train.NewCheckpointReader(str(tmp_path / "ours")).get_tensor("p").tolist() == [
        0,
        0,
        1,
        -1,
        2,
        -2,
    ]


@pytest.mark.parametrize("sharded", [False, True])
def test_v1_checkpoints(tf1, graph, prefix, sharded):
    values = {
        name: value
        for name, value in VALUES.items()
        if value.dtype not in (np.uint16, np.uint32, np.uint64, bool)
        and "bfloat" not in name
        and value.dtype != object
    }
    with tf1.Session() as session:
        for name, value in values.items():
            tf1.Variable(value, name=name.replace(" ", "_"), use_resource=False)
        tf1.get_variable(
            "parts",
            [7, 3],
            initializer=tf1.ones_initializer(),
            use_resource=False,
            partitioner=tf1.fixed_size_partitioner(3),
        )
        session.run(tf1.global_variables_initializer())
        saved = tf1.train.Saver(write_version=tf1.train.SaverDef.V1, sharded=sharded).save(session, prefix)
    with open_checkpoint(saved) as reader:
        assert isinstance(reader, TensorSliceReader)
        assert reader.keys() == sorted([*values, "parts"])
        for name, value in values.items():
            assert reader.describe(name).shape == value.shape
            same(reader.read(name), np.ascontiguousarray(value).reshape(value.shape))
        assert len(reader.slices("parts")) == 3 and reader.slices("half") == []
        assert reader.read("parts").tolist() == [[1] * 3] * 7
        assert reader.read("parts", "2,3:-").shape == (3, 3)
        with pytest.raises(errors.NotFoundError, match="Key none not found"):
            reader.read("none")
    content = bytearray(paths.read_bytes(paths.glob(prefix + "-*-of-*")[0] if sharded else prefix))
    content[20] ^= 1
    damaged = prefix + ".damaged"
    paths.atomic_write(damaged, bytes(content))
    with pytest.raises(errors.DataLossError, match="damaged"), TensorSliceReader(damaged) as reader:
        [reader.read(name) for name in reader.keys()]


def test_v1_strings_and_bools(tf1, graph, prefix):
    values = {"s": np.array([b"a", b"\xff"], object), "flag": np.array([True, False])}
    with tf1.Session() as session:
        tensors = [values[name] for name in values]
        session.run(tf1.raw_ops.Save(filename=prefix, tensor_names=list(values), data=tensors))
    with TensorSliceReader(prefix) as reader:
        for name, value in values.items():
            same(reader.read(name), value)


def test_v1_files_are_identical(tf1, graph, tmp_path):
    noise = np.random.default_rng(0).integers(0, 2**60, [300])  # nothing that TensorFlow would compress
    parts = [("", noise), ("9 300 2,1:-", noise[None]), ("9 300 0,1:-", noise[None] + 1)]
    names = ["b", "a", "a"]
    theirs, ours = str(tmp_path / "theirs"), str(tmp_path / "ours")
    with tf1.Session() as session:
        specs, data = [spec for spec, _ in parts], [value for _, value in parts]
        session.run(
            tf1.raw_ops.SaveSlices(filename=theirs, tensor_names=names, shapes_and_slices=specs, data=data)
        )
    with TensorSliceWriter(ours) as writer:
        for name, (spec, value) in zip(names, parts):
            if spec:
                writer.add_slice(name, (9, 300), spec.split()[-1], value)
            else:
                writer.add(name, value)
    assert paths.read_bytes(ours) == paths.read_bytes(theirs)


def test_a_checkpoint_reader_reads_our_v1_files(tf1, prefix):
    with TensorSliceWriter(prefix) as writer:
        for name, value in V1_VALUES.items():
            if name != "empty":
                writer.add(name, value)
        writer.add_slice("parts", (4, 3), "1,3:-", np.ones([3, 3], np.float32))
        writer.add_slice("parts", (4, 3), "0,1:-", np.zeros([1, 3], np.float32))
    reader = tf1.train.NewCheckpointReader(prefix)
    assert set(reader.get_variable_to_shape_map()) == {*V1_VALUES, "parts"} - {"empty"}
    for name, value in V1_VALUES.items():
        if name in ("global_step", "int32", "int8", "int16", "uint8", "layer/kernel", "layer/kernel/Adam"):
            same(np.asarray(reader.get_tensor(name)), np.ascontiguousarray(value).reshape(value.shape))
        # Values of other types, and slices, its reader gives of no V1 file; its restore operation does, see below.


@pytest.mark.parametrize("sharded", [False, True])
def test_a_saver_restores_our_v1_files(tf1, graph, prefix, sharded):
    files = [f"{prefix}-{shard:05d}-of-00002" for shard in range(2)] if sharded else [prefix] * 2
    writers = {file: TensorSliceWriter(file) for file in files}
    for i, (name, value) in enumerate(V1_VALUES.items()):
        writers[files[i % 2]].add(name.replace(" ", "_"), value)
    writers[files[0]].add_slice("parts", (4, 3), "1,3:-", np.ones([3, 3], np.float32))
    writers[files[1]].add_slice("parts", (4, 3), "0,1:-", np.zeros([1, 3], np.float32))
    for writer in writers.values():
        writer.finish()
    path = f"{prefix}-?????-of-00002" if sharded else prefix
    with tf1.Session() as session:
        variables = {
            name: tf1.get_variable(
                name.replace(" ", "_"),
                initializer=np.zeros_like(value)
                if value.dtype != object
                else np.full(value.shape, b"", object),
                use_resource=False,
            )
            for name, value in V1_VALUES.items()
        }
        parts = tf1.get_variable("parts", [4, 3], use_resource=False)
        tf1.train.Saver().restore(session, path)
        for name, value in V1_VALUES.items():
            found = np.asarray(session.run(variables[name]), value.dtype)
            same(found, np.ascontiguousarray(value).reshape(value.shape))
        assert session.run(parts).sum(axis=1).tolist() == [0, 3, 3, 3]


@pytest.mark.parametrize("compression", ["", "GZIP", "ZLIB"])
def test_records(tf1, tmp_path, compression):
    records = [b"", b"abc", os.urandom(100000), b"x" * 10]
    kinds = tf1.io.TFRecordCompressionType
    options = tf1.io.TFRecordOptions({"": kinds.NONE, "GZIP": kinds.GZIP, "ZLIB": kinds.ZLIB}[compression])
    with tf1.io.TFRecordWriter(str(tmp_path / "theirs"), options) as writer:
        for record in records:
            writer.write(record)
    assert list(iterate_records(tmp_path / "theirs", compression)) == records
    with RecordWriter(tmp_path / "ours", compression) as writer:
        for record in records:
            writer.write(record)
    assert list(tf1.io.tf_record_iterator(str(tmp_path / "ours"), options)) == records
    if not compression:
        assert paths.read_bytes(tmp_path / "ours") == paths.read_bytes(tmp_path / "theirs")


def test_events_we_wrote(tf1, tmp_path):
    with EventFile(tmp_path) as file:
        file.write(
            messages.Event(
                step=3, summary=messages.Summary(value=[messages.Summary.Value(tag="loss", simple_value=0.5)])
            )
        )
    events = list(tf1.train.summary_iterator(file.path))
    assert events[0].file_version == "brain.Event:2"
    assert (events[1].step, events[1].summary.value[0].simple_value) == (3, 0.5)


def test_events_tensorflow_wrote(tf1, graph, tmp_path):
    with tf1.summary.FileWriter(str(tmp_path), graph) as writer:
        writer.add_summary(tf1.Summary(value=[tf1.Summary.Value(tag="loss", simple_value=0.5)]), 3)
    (name,) = os.listdir(tmp_path)
    events = list(iterate_events(str(tmp_path / name)))
    assert events[0].file_version.startswith("brain.Event:") and events[-1].summary.value[0].tag == "loss"


def test_tensorboard_loads_our_events(tmp_path):
    """In a process of its own: TensorBoard's loader imports whatever is called `tensorflow`."""
    with EventFile(tmp_path) as file:
        file.write(
            messages.Event(
                step=3, summary=messages.Summary(value=[messages.Summary.Value(tag="loss", simple_value=0.5)])
            )
        )
    script = (
        "import sys; from tensorboard.backend.event_processing.event_accumulator import EventAccumulator;"
        "a = EventAccumulator(sys.argv[1]); a.Reload(); print(a.Scalars('loss')[0].value)"
    )
    run = subprocess.run(
        [sys.executable, "-c", script, file.path], capture_output=True, text=True, check=True
    )
    assert run.stdout.strip() == "0.5"


@settings(max_examples=30, deadline=None)
@given(
    st.dictionaries(st.text(max_size=5), st.lists(st.integers(-(2**63), 2**63 - 1), max_size=4), max_size=4)
)
def test_examples(tf1, features):
    def make(module):
        return module.Example(
            features=module.Features(
                feature={
                    name: module.Feature(int64_list=module.Int64List(value=values))
                    for name, values in features.items()
                }
            )
        )

    ours, theirs = make(messages), make(tf1.train)
    assert messages.Example.FromString(theirs.SerializeToString()) == ours
    assert tf1.train.Example.FromString(ours.SerializeToString()) == theirs
    assert str(ours) == str(theirs)
