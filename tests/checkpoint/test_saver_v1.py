"""Savers that write TensorFlow's first checkpoint format."""

import os

import numpy as np
import pytest

from evergraph.checkpoint import management
from evergraph.checkpoint.reader import NewCheckpointReader
from evergraph.checkpoint.saver import Saver, import_meta_graph
from evergraph.formats.messages import SaverDef
from evergraph.framework import errors
from evergraph.framework.default_graph import device, get_default_graph
from evergraph.framework.graph import Graph
from evergraph.ops.constants import constant
from evergraph.ops.files import saving_v1
from evergraph.ops.files.saving import restore_v2
from evergraph.ops.random import distributions as random_ops
from evergraph.ops.variables.assign import assign
from evergraph.ops.variables.collections import global_variables_initializer
from evergraph.ops.variables.partitioners import fixed_size_partitioner
from evergraph.ops.variables.reference import Variable
from evergraph.ops.variables.resource import ResourceVariable
from evergraph.ops.variables.scope import get_variable
from evergraph.session.session import Session

V1 = SaverDef.V1


def _started():
    session = Session()
    session.run(global_variables_initializer())
    return session


def range_initializer(shape, dtype, partition_info):
    return np.arange(14.0).reshape(7, 2)[partition_info.var_offset[0] :][: int(shape[0])]


def _two_devices():
    with device("/cpu:0"):
        first = Variable([1.0], name="a")
    with device("/cpu:1"):
        return first, ResourceVariable([2, 3], name="b")


@pytest.mark.parametrize("sharded", [False, True])
def test_values_come_back(sharded, tmp_path):
    first, second = _two_devices()
    parts = get_variable("p", [7, 2], "float64", range_initializer, partitioner=fixed_size_partitioner(3))
    saver = Saver(sharded=sharded, write_version=V1)
    assert saver.saver_def.version == V1
    path = saver.save(_started(), str(tmp_path / "m"), global_step=3)
    # Partitions that no device was given for make a third group.
    files = [f"m-3-{shard:05d}-of-00003" for shard in range(3)] if sharded else ["m-3"]
    assert sorted(os.listdir(tmp_path)) == ["checkpoint", *files, "m-3.meta"]
    assert path == str(tmp_path / ("m-3-?????-of-00003" if sharded else "m-3"))
    assert management.latest_checkpoint(str(tmp_path)) == path and management.checkpoint_exists(path)
    [time] = management.get_checkpoint_mtimes([path])
    assert time == pytest.approx(os.stat(tmp_path / files[0]).st_mtime)
    assert NewCheckpointReader(path).get_variable_to_shape_map() == {"a": [1], "b": [2], "p": [7, 2]}
    session = Session()
    saver.restore(session, path)
    assert [v.tolist() for v in session.run([first, second])] == [[1.0], [2, 3]]
    assert session.run(parts.as_tensor()).tolist() == np.arange(14.0).reshape(7, 2).tolist()
    with Graph().as_default(), Session() as other:
        whole = get_variable("p", [7, 2], dtype="float64")
        Saver().restore(other, path)  # a Saver reads either format, whichever it writes
        assert other.run(whole).tolist() == np.arange(14.0).reshape(7, 2).tolist()


def test_operations_have_the_names_of_tensorflow():
    _two_devices()
    Saver(write_version=V1, sharded=True)
    operations = {
        op.name: op.type for op in get_default_graph().get_operations() if op.name.startswith("save/")
    }
    assert (
        operations["save/SaveSlices_1"] == "SaveSlices"
        and operations["save/ShardedFilespec"] == "ShardedFilespec"
    )
    assert (
        operations["save/ShardedFilename_1"] == "ShardedFilename"
        and "save/MergeV2Checkpoints" not in operations
    )


@pytest.mark.parametrize("sharded", [False, True])
def test_old_ones_are_removed(sharded, tmp_path):
    _two_devices()
    session, saver = _started(), Saver(write_version=V1, sharded=sharded, max_to_keep=2)
    kept = [saver.save(session, str(tmp_path / "m"), global_step=step) for step in range(4)][2:]
    assert saver.last_checkpoints == kept
    state = management.get_checkpoint_state(str(tmp_path))
    assert list(state.all_model_checkpoint_paths) == kept
    left = {name.split("-")[1].split(".")[0] for name in os.listdir(tmp_path) if name != "checkpoint"}
    assert left == {"2", "3"}
    management.remove_checkpoint(kept[0], V1)
    assert not management.checkpoint_exists(kept[0]) and management.checkpoint_exists(kept[1])
    again = Saver(write_version=V1, max_to_keep=2)
    again.recover_last_checkpoints(kept)
    assert again.last_checkpoints == kept[1:]


def test_random_numbers_go_on_after_a_restore(tmp_path):
    Variable(0.0, name="v")
    noise, saver = random_ops.random_uniform([3]), Saver(write_version=V1)
    session = _started()
    session.run(noise)
    path = saver.save(session, str(tmp_path / "m"))
    following, session = session.run(noise), Session()
    saver.restore(session, path)
    np.testing.assert_array_equal(session.run(noise), following)
    assert NewCheckpointReader(path).get_variable_to_shape_map() == {"v": []}


def test_an_imported_saver_writes_the_same_format(tmp_path):
    Variable([1.0, 2.0], name="v")
    path = Saver(write_version=V1).save(_started(), str(tmp_path / "m"))
    with Graph().as_default(), Session() as session:
        saver = import_meta_graph(path + ".meta")
        saver.restore(session, path)
        assert saver.saver_def.version == V1
        assert saver.save(session, str(tmp_path / "again")) == str(tmp_path / "again")
    assert NewCheckpointReader(str(tmp_path / "again")).get_tensor("v").tolist() == [1, 2]
    assert (tmp_path / "again").is_file()


def test_a_save_that_fails_leaves_the_old_checkpoint(tmp_path):
    variable = Variable([1.0], name="v")
    Variable([2.0], name="w")
    saver, session = Saver(write_version=V1), _started()
    path = saver.save(session, str(tmp_path / "m"))
    with pytest.raises(errors.FailedPreconditionError):
        saver.save(Session(), path)
    session.run(assign(variable, [9.0]))
    saver.restore(session, path)
    assert session.run(variable) == [1.0]
    Variable(np.array([1], np.uint64), name="u")
    with pytest.raises(errors.UnimplementedError, match="'u' as V1.*no uint64"):
        Saver(write_version=V1).save(_started(), path)
    assert NewCheckpointReader(path).get_variable_to_shape_map() == {"v": [1], "w": [1]}


def test_there_are_two_versions():
    Variable(1.0, name="v")
    with pytest.raises(RuntimeError, match="Unexpected write_version: 3"):
        Saver(write_version=3)


def test_the_operations_themselves(tmp_path):
    path = str(tmp_path / "file")
    with Session() as session:
        session.run(saving_v1.save(path, ["a", "b"], [constant([[1.0, 2.0]]), constant([b"x"])]))
        assert session.run(saving_v1.restore(path, "b", "string")).tolist() == [b"x"]
        assert session.run(saving_v1.restore_slice(path, "a", "1 2 -:1,1", "float32")).tolist() == [[2]]
        with pytest.raises(errors.NotFoundError, match="Key c not found"):
            session.run(saving_v1.restore(path, "c", "string"))
        with pytest.raises(errors.InvalidArgumentError, match="as int32, but .* as float32"):
            session.run(saving_v1.restore(path, "a", "int32"))
        with pytest.raises(errors.InvalidArgumentError, match="2 tensor_names"):
            session.run(saving_v1.save(path, ["a", "b"], [constant(1.0)]))


def test_static_shapes_of_slices():
    with Graph().as_default():
        assert saving_v1.restore_slice("model", "v", "3 4 0,1:-", "float32").shape.as_list() == [1, 4]
        whole, part = restore_v2("model", ["v", "w"], ["", "3 4 0,1:-"], ["float32", "float32"])
        assert whole.shape.ndims is None and part.shape.as_list() == [1, 4]
        with pytest.raises(ValueError, match="must be equal"):
            restore_v2("model", ["v", "w", "x"], ["", ""], ["float32", "float32"])
