"""Checkpoints, operation names and metagraphs held against TensorFlow."""

import os

import numpy as np
import pytest

from evergraph.checkpoint import inspect, management
from evergraph.checkpoint.reader import NewCheckpointReader
from evergraph.checkpoint.saver import Saver
from evergraph.formats.messages import SaverDef
from evergraph.framework import dtypes
from evergraph.framework.graph import Graph
from evergraph.ops.constants import constant
from evergraph.ops.random import distributions as random_ops
from evergraph.ops.variables.collections import global_variables, global_variables_initializer
from evergraph.ops.variables.partitioners import fixed_size_partitioner
from evergraph.ops.variables.reference import Variable
from evergraph.ops.variables.scope import get_variable
from evergraph.session.session import Session
from evergraph.training.monitored_session import SingularMonitoredSession
from evergraph.training.scaffold import Scaffold
from evergraph.training.session_run_hook import SessionRunHook

pytestmark = pytest.mark.interop
DTYPES = [
    "float16",
    "float32",
    "float64",
    "bfloat16",
    "int8",
    "int16",
    "int32",
    "int64",
    "uint8",
    "uint16",
    "bool",
    "complex64",
    "complex128",
]
SHAPES = [(), (3,), (0, 2), (2, 3, 4)]


@pytest.fixture
def tf1():
    return pytest.importorskip("tensorflow").compat.v1


def _values(version=SaverDef.V2):
    random = np.random.default_rng(3)
    found = {}
    for name in DTYPES:
        if version == SaverDef.V1 and name == "bfloat16":
            continue  # V1 has no place for it
        for i, shape in enumerate(SHAPES):
            value = np.asarray(random.normal(0, 50, shape))
            value = value > 0 if name == "bool" else value
            found[f"{name}_{i}"] = np.abs(value).astype(dtypes.as_dtype(name).as_numpy_dtype)
    found["strings"] = np.array([[b"a", b""], [b"\xff\x00", b"long" * 100]], object)
    return found


def _same(found, value):
    assert found.shape == value.shape and found.dtype == value.dtype
    assert found.tobytes() == value.tobytes() if value.dtype != object else found.tolist() == value.tolist()


@pytest.mark.parametrize("version", [SaverDef.V1, SaverDef.V2])
@pytest.mark.parametrize("sharded", [False, True])
def test_tensorflow_restores_what_was_saved(sharded, version, tf1, tmp_path):
    values = _values(version)
    for name, value in values.items():
        Variable(value, name=name)
    random = random_ops.random_uniform([2])
    session = Session()
    session.run([global_variables_initializer(), random])
    path = Saver(sharded=sharded, write_version=version).save(session, str(tmp_path / "m"), global_step=3)
    assert tf1.train.latest_checkpoint(str(tmp_path)) == path
    with tf1.Graph().as_default(), tf1.Session() as theirs:
        variables = {n: tf1.get_variable(n, initializer=v, use_resource=False) for n, v in values.items()}
        tf1.train.Saver().restore(theirs, path)
        for name, value in values.items():
            _same(np.asarray(theirs.run(variables[name])), value)


@pytest.mark.parametrize("version", [SaverDef.V1, SaverDef.V2])
@pytest.mark.parametrize("sharded", [False, True])
def test_what_tensorflow_saved_is_restored(sharded, version, tf1, tmp_path):
    values = _values(version)
    with tf1.Graph().as_default(), tf1.Session() as theirs:
        for name, value in values.items():
            tf1.get_variable(name, initializer=value, use_resource=True)
        theirs.run(tf1.global_variables_initializer())
        saver = tf1.train.Saver(sharded=sharded, write_version=version)
        path = saver.save(theirs, str(tmp_path / "m"), global_step=3)
    assert management.latest_checkpoint(str(tmp_path)) == path
    variables = [
        Variable(np.zeros_like(v) if v.dtype != object else np.full(v.shape, b"", object), name=n)
        for n, v in values.items()
    ]
    session = Session()
    Saver().restore(session, path)
    for found, value in zip(session.run(variables), values.values()):
        _same(np.asarray(found), value)
    assert inspect.list_variables(path) == tf1.train.list_variables(path)


@pytest.mark.parametrize("sharded", [False, True])
def test_the_older_format_is_restored(sharded, tf1, tmp_path):
    with tf1.Graph().as_default(), tf1.Session() as theirs:
        for name, place in (("a", "/cpu:0"), ("b", "/job:localhost")):
            with tf1.device(place):
                tf1.get_variable(name, initializer=np.arange(3, dtype=np.float32), use_resource=False)
        theirs.run(tf1.global_variables_initializer())
        saver = tf1.train.Saver(sharded=sharded, write_version=tf1.train.SaverDef.V1)
        path = saver.save(theirs, str(tmp_path / "m"), global_step=2)
    assert management.latest_checkpoint(str(tmp_path)) == path and management.checkpoint_exists(path)
    variables = [Variable(np.zeros(3, np.float32), name=name) for name in "ab"]
    saver, session = Saver(), Session()
    saver.restore(session, path)
    assert [v.tolist() for v in session.run(variables)] == [[0.0, 1.0, 2.0]] * 2
    assert inspect.load_variable(path, "b").tolist() == [0.0, 1.0, 2.0]
    assert len(management.get_checkpoint_mtimes([path])) == 1


@pytest.mark.parametrize("version", [SaverDef.V1, SaverDef.V2])
def test_partitions_cross_over(version, tf1, tmp_path):
    value = np.arange(20, dtype=np.float32).reshape(10, 2)
    get_variable("w", initializer=constant(value), partitioner=fixed_size_partitioner(3))
    session = Session()
    session.run(global_variables_initializer())
    path = Saver(write_version=version).save(session, str(tmp_path / "ours"))
    with tf1.Graph().as_default(), tf1.Session() as theirs:
        whole = tf1.get_variable("w", [10, 2], partitioner=tf1.fixed_size_partitioner(4), use_resource=False)
        saver = tf1.train.Saver(write_version=version)
        saver.restore(theirs, path)
        np.testing.assert_array_equal(theirs.run(whole.as_tensor()), value)
        back = saver.save(theirs, str(tmp_path / "theirs"))
    np.testing.assert_array_equal(NewCheckpointReader(back).get_tensor("w"), value)
    other = Session()
    Saver().restore(other, back)
    parts = sorted(global_variables(), key=lambda v: v.name)
    np.testing.assert_array_equal(np.concatenate(other.run(parts)), value)


def test_files_are_the_same_byte_for_byte(tf1, tmp_path):
    values = _values()
    for name, value in values.items():
        Variable(value, name=name)
    session = Session()
    session.run(global_variables_initializer())
    ours = Saver().save(session, str(tmp_path / "a"), write_meta_graph=False)
    with tf1.Graph().as_default(), tf1.Session() as theirs:
        for name, value in values.items():
            tf1.get_variable(name, initializer=value, use_resource=False)
        theirs.run(tf1.global_variables_initializer())
        path = tf1.train.Saver().save(theirs, str(tmp_path / "b"), write_meta_graph=False)
    for suffix in (".index", ".data-00000-of-00001"):
        with open(ours + suffix, "rb") as a, open(path + suffix, "rb") as b:
            assert a.read() == b.read()


def test_the_metagraph_is_imported_and_goes_on(tf1, tmp_path):
    from_ours = Variable([1.0, 2.0], name="v")
    total = from_ours * 3.0
    session = Session()
    session.run(global_variables_initializer())
    path = Saver().save(session, str(tmp_path / "m"))
    with tf1.Graph().as_default() as graph, tf1.Session() as theirs:
        saver = tf1.train.import_meta_graph(path + ".meta")
        saver.restore(theirs, path)
        assert theirs.run(total.name).tolist() == [3.0, 6.0]
        assert [v.name for v in tf1.trainable_variables()] == ["v:0"]
        assert saver.save(theirs, str(tmp_path / "again"))
        assert graph.get_tensor_by_name("v:0").shape == [2]
    assert os.path.exists(tmp_path / "again.index")


def test_readers_agree(tf1, tmp_path):
    Variable(np.ones([2, 3], np.float32), name="a/w")
    Variable(np.int64(3), name="b")
    session = Session()
    session.run([global_variables_initializer(), random_ops.random_uniform([2])])
    path = Saver([v for v in global_variables()]).save(session, str(tmp_path / "m"))
    theirs, ours = tf1.train.NewCheckpointReader(path), NewCheckpointReader(path)
    assert ours.get_variable_to_shape_map() == {
        k: v for k, v in theirs.get_variable_to_shape_map().items() if not k.startswith("_EVERGRAPH")
    }
    for name, dtype in ours.get_variable_to_dtype_map().items():
        assert theirs.get_variable_to_dtype_map()[name].name == dtype.name
        np.testing.assert_array_equal(ours.get_tensor(name), theirs.get_tensor(name))
    assert set(ours.debug_string().splitlines()) <= set(theirs.debug_string().splitlines())


def _operation_names(graph):
    return {(op.type, op.name) for op in graph.get_operations()}


@pytest.mark.parametrize("sharded", [False, True])
def test_operation_names_agree_where_the_versions_do(sharded, tf1):
    # TensorFlow 2 has a placeholder (save/filename) in front of save/Const, and chooses the place of shards by
    # a pattern on the path (save/StaticRegexFullMatch and what follows).
    with tf1.Graph().as_default() as theirs:
        for name in "ab":
            tf1.get_variable(name, [2], use_resource=False)
        tf1.train.Saver(sharded=sharded)
    with Graph().as_default() as ours:
        for name in "ab":
            get_variable(name, [2])
        Saver(sharded=sharded)
    only_theirs = {
        name for _, name in _operation_names(theirs) - _operation_names(ours) if name.startswith("save")
    }
    only_ours = {
        name for _, name in _operation_names(ours) - _operation_names(theirs) if name.startswith("save")
    }
    later = {"filename/input", "filename", "Const", "Const_1", "Const_2", "Select", "StaticRegexFullMatch"}
    assert only_theirs <= {f"save/{name}" for name in later}
    assert only_ours <= {"save/Const", "save/StringJoin/inputs_1"}


@pytest.mark.parametrize("sharded", [False, True])
def test_tensorflow_restores_what_was_saved_again_under_one_prefix_with_the_state_of_hooks(
    sharded, tf1, tmp_path
):
    class Hook(SessionRunHook):
        def checkpoint_state(self):
            return {"best": 1.5, "names": [b"a", b"b"]}

    weight = Variable(np.zeros([2], np.float32), name="weight")
    grow = weight.assign_add([1.0, 1.0])
    saver = Saver(sharded=sharded)
    with SingularMonitoredSession([Hook()], Scaffold(saver=saver)) as sess:
        for _ in range(3):
            sess.run(grow)
            path = saver.save(sess, str(tmp_path / "m"))
    with tf1.Graph().as_default(), tf1.Session() as theirs:
        variable = tf1.get_variable("weight", [2], use_resource=False)
        tf1.train.Saver().restore(theirs, path)
        assert theirs.run(variable).tolist() == [3.0, 3.0]
    shards = sorted(p.name for p in tmp_path.glob("m.data-*"))
    assert shards == ["m.data-00000-of-00001"]
