"""Saving and restoring: what comes back, what the graph holds, what goes wrong."""

import os
import threading

import numpy as np
import pytest

from evergraph.checkpoint import management
from evergraph.checkpoint.builder import BaseSaverBuilder
from evergraph.checkpoint.reader import NewCheckpointReader
from evergraph.checkpoint.retention import Retention
from evergraph.checkpoint.saveable import SaveableObject, SaveSpec
from evergraph.checkpoint.saver import Saver, get_saver_or_default
from evergraph.formats.messages import SaverDef
from evergraph.framework import dtypes, errors
from evergraph.framework.collections import GraphKeys, add_to_collection, get_collection
from evergraph.framework.default_graph import device, get_default_graph
from evergraph.framework.graph import Graph
from evergraph.ops.constants import constant
from evergraph.ops.nn.dropout import dropout
from evergraph.ops.random import distributions as random_ops
from evergraph.ops.variables.assign import assign, assign_add
from evergraph.ops.variables.collections import global_variables_initializer
from evergraph.ops.variables.partitioners import fixed_size_partitioner
from evergraph.ops.variables.reference import Variable
from evergraph.ops.variables.resource import ResourceVariable
from evergraph.ops.variables.scope import get_variable, variable_scope
from evergraph.session.session import Session
from tests.waiting import until


def _started():
    session = Session()
    session.run(global_variables_initializer())
    return session


def _names(prefix="save/"):
    return [(op.type, op.name) for op in get_default_graph().get_operations() if op.name.startswith(prefix)]


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


@pytest.mark.parametrize("kind", [Variable, ResourceVariable])
def test_values_come_back(kind, tmp_path):
    random = np.random.default_rng(1)
    variables, values = [], []
    for name in DTYPES:
        for shape in [(), (3,), (0, 2), (2, 3, 4)]:
            value = np.asarray(random.integers(0, 2 if name == "bool" else 100, shape))
            values.append(value.astype(dtypes.as_dtype(name).as_numpy_dtype))
            variables.append(kind(values[-1]))
    saver = Saver()
    path = saver.save(_started(), str(tmp_path / "m"), write_meta_graph=False)
    session = Session()
    saver.restore(session, path)
    for found, value in zip(session.run(variables), values):
        assert found.dtype == value.dtype and found.shape == value.shape
        np.testing.assert_array_equal(found, value)


def test_strings_come_back(tmp_path):
    variable = Variable(["a", b"\xff\0", ""], name="s")
    saver = Saver()
    path = saver.save(_started(), str(tmp_path / "m"))
    session = Session()
    saver.restore(session, path)
    assert session.run(variable).tolist() == [b"a", b"\xff\0", b""]


def test_operations_have_the_names_of_tensorflow():
    Variable([1.0], name="a")
    ResourceVariable([1.0], name="b")
    saver = Saver()
    assert _names() == [
        ("Const", "save/Const"),
        ("Const", "save/SaveV2/tensor_names"),
        ("Const", "save/SaveV2/shape_and_slices"),
        ("SaveV2", "save/SaveV2"),
        ("Identity", "save/control_dependency"),
        ("Const", "save/RestoreV2/tensor_names"),
        ("Const", "save/RestoreV2/shape_and_slices"),
        ("RestoreV2", "save/RestoreV2"),
        ("Assign", "save/Assign"),
        ("Identity", "save/Identity"),
        ("AssignVariableOp", "save/AssignVariableOp"),
        ("NoOp", "save/restore_all"),
    ]
    assert saver.saver_def == SaverDef(
        filename_tensor_name="save/Const:0",
        save_tensor_name="save/control_dependency:0",
        restore_op_name="save/restore_all",
        max_to_keep=5,
        keep_checkpoint_every_n_hours=10000,
        version=SaverDef.V2,
    )
    assert Saver(max_to_keep=2).saver_def.restore_op_name == "save_1/restore_all"


def test_sharded_operations_and_files(tmp_path):
    with device("/cpu:0"):
        first = Variable([1.0], name="a")
    with device("/cpu:1"):
        second = Variable([2.0], name="b")
    saver = Saver(sharded=True)
    names = [name for _, name in _names()]
    for wanted in (
        "save/StringJoin",
        "save/num_shards",
        "save/ShardedFilename",
        "save/ShardedFilename_1",
        "save/SaveV2_1",
        "save/control_dependency_1",
        "save/MergeV2Checkpoints",
        "save/Identity",
        "save/RestoreV2_1",
        "save/restore_shard",
        "save/restore_all",
    ):
        assert wanted in names
    path = saver.save(_started(), str(tmp_path / "m"), global_step=3, write_meta_graph=False)
    assert path == str(tmp_path / "m-3")
    assert sorted(os.listdir(tmp_path)) == [
        "checkpoint",
        "m-3.data-00000-of-00002",
        "m-3.data-00001-of-00002",
        "m-3.index",
    ]
    session = Session()
    saver.restore(session, path)
    assert session.run([first, second]) == [[1.0], [2.0]]


def test_a_dict_renames_and_a_list_selects(tmp_path):
    a, b = Variable(1.0, name="a"), Variable(2.0, name="b")
    path = Saver({"x": a, "y": b}).save(_started(), str(tmp_path / "m"))
    assert NewCheckpointReader(path).get_variable_to_shape_map() == {"x": [], "y": []}
    session = _started()
    session.run([assign(a, 0.0), assign(b, 0.0)])
    Saver({"y": a}).restore(session, path)
    assert session.run([a, b]) == [2.0, 0.0]


@pytest.mark.parametrize("resource", [False, True])
def test_partitions_are_one_tensor_whatever_the_parts(resource, tmp_path):
    value = np.arange(20, dtype=np.float32).reshape(10, 2)
    with variable_scope("m", use_resource=resource):
        get_variable("w", initializer=constant(value), partitioner=fixed_size_partitioner(3))
    path = Saver().save(_started(), str(tmp_path / "m"))
    reader = NewCheckpointReader(path)
    assert reader.get_variable_to_shape_map() == {"m/w": [10, 2]}
    np.testing.assert_array_equal(reader.get_tensor("m/w"), value)
    for parts in (None, fixed_size_partitioner(3), fixed_size_partitioner(4)):
        with Graph().as_default(), variable_scope("m", use_resource=resource):
            whole = get_variable("w", shape=[10, 2], partitioner=parts)
            session = Session()
            saver = Saver()
            saver.restore(session, path)
            pieces = whole if parts is None else list(whole)
            found = session.run(pieces)
            np.testing.assert_array_equal(found if parts is None else np.concatenate(found), value)


class _Doubled(SaveableObject):
    """Saves twice the value of a variable, under two names."""

    def __init__(self, variable, name):
        self.variable = variable
        specs = [
            SaveSpec(variable + variable, "", name + "/double", dtypes.float32),
            SaveSpec(lambda: constant("note"), "", name + "/note", dtypes.string),
        ]
        super().__init__(variable.op, specs, name)

    def restore(self, restored_tensors, restored_shapes):
        return assign(self.variable, restored_tensors[0] / 2.0)


def test_saveables_of_ones_own(tmp_path):
    variable = Variable(3.0, name="v", collections=[GraphKeys.LOCAL_VARIABLES])
    add_to_collection(GraphKeys.SAVEABLE_OBJECTS, _Doubled(variable, "d"))
    saver = Saver()
    session = Session()
    session.run(variable.initializer)
    path = saver.save(session, str(tmp_path / "m"))
    reader = NewCheckpointReader(path)
    assert reader.get_tensor("d/double") == 6.0 and reader.get_tensor("d/note") == b"note"
    session = Session()
    saver.restore(session, path)
    assert session.run(variable) == 3.0


def test_a_builder_of_ones_own_reads_each_variable_apart(tmp_path):
    variables = [Variable(float(i), name=f"v{i}") for i in range(3)]
    saver = Saver(builder=BaseSaverBuilder(), restore_sequentially=True)
    assert sum(type_ == "RestoreV2" for type_, _ in _names()) == 3
    path = saver.save(_started(), str(tmp_path / "m"))
    session = Session()
    saver.restore(session, path)
    assert session.run(variables) == [0.0, 1.0, 2.0]


def test_reshape_takes_another_layout(tmp_path):
    Variable(np.arange(6.0, dtype=np.float32).reshape(2, 3), name="v")
    path = Saver().save(_started(), str(tmp_path / "m"))
    with Graph().as_default():
        variable = Variable(np.zeros((3, 2), np.float32), name="v")
        session = Session()
        Saver(reshape=True).restore(session, path)
        np.testing.assert_array_equal(session.run(variable), np.arange(6.0).reshape(3, 2))


# -- paths, state, retention ------------------------------------------------------------------------------------


def test_steps_are_numbers_tensors_or_variables(tmp_path):
    step = Variable(7, name="step")
    saver, session = Saver(), _started()
    for given in (7, np.int64(7), step, step.value()):
        assert saver.save(session, str(tmp_path / "m"), global_step=given) == str(tmp_path / "m-7")
    padded = Saver(pad_step_number=True)
    assert padded.save(session, str(tmp_path / "m"), global_step=7) == str(tmp_path / "m-00000007")
    assert management.latest_checkpoint(str(tmp_path)) == str(tmp_path / "m-00000007")


def _saved_steps(directory):
    return sorted(int(n[2:-6]) for n in os.listdir(directory) if n.endswith(".index"))


@pytest.mark.parametrize(
    "keep, left, listed", [(2, [3, 4], [3, 4]), (0, [0, 1, 2, 3, 4], []), (None, [0, 1, 2, 3, 4], [])]
)
def test_max_to_keep(keep, left, listed, tmp_path):
    Variable(1.0)
    saver, session = Saver(max_to_keep=keep), _started()
    for step in range(5):
        saver.save(session, str(tmp_path / "m"), global_step=step)
    assert _saved_steps(tmp_path) == left
    assert saver.last_checkpoints == [str(tmp_path / f"m-{step}") for step in listed]
    assert len([n for n in os.listdir(tmp_path) if n.endswith(".meta")]) == len(left)
    state = management.get_checkpoint_state(str(tmp_path))
    assert list(state.all_model_checkpoint_paths) == (saver.last_checkpoints or [str(tmp_path / "m-4")])


def test_one_checkpoint_for_every_so_many_hours_stays():
    hour = 3600.0
    kept = Retention(1, 2.0, now=0.0)
    removed = []
    for when in range(1, 8):
        kept.add(str(when), when * hour)
        removed += kept.take_removable()
    # 1 and 2 are within the first two hours, 3 the first beyond, 5 the first two hours later.
    assert removed == ["1", "2", "4", "6"] and [p for p, _ in kept.checkpoints] == ["7"]


def test_saving_again_under_the_same_name_keeps_it(tmp_path):
    variable = Variable(1.0)
    saver, session = Saver(max_to_keep=2), _started()
    for value in range(4):
        session.run(assign(variable, float(value)))
        path = saver.save(session, str(tmp_path / "m"))
    assert saver.last_checkpoints == [path]
    saver.restore(session, path)
    assert session.run(variable) == 3.0


def test_a_new_saver_goes_on_with_the_old_checkpoints(tmp_path):
    Variable(1.0)
    session, first = _started(), Saver(max_to_keep=3)
    for step in range(3):
        first.save(session, str(tmp_path / "m"), global_step=step)
    again = Saver(max_to_keep=3)
    state = management.get_checkpoint_state(str(tmp_path))
    again.recover_last_checkpoints([*state.all_model_checkpoint_paths, str(tmp_path / "gone-9")])
    again.save(session, str(tmp_path / "m"), global_step=3)
    assert _saved_steps(tmp_path) == [1, 2, 3]
    assert management.checkpoints_on_disk(str(tmp_path)) == again.last_checkpoints
    again.set_last_checkpoints([])
    assert again.last_checkpoints == []


def test_checkpoints_of_unknown_times_are_older_than_new_ones(tmp_path):
    Variable(1.0)
    saver, session = Saver(max_to_keep=2), _started()
    paths = [saver.save(session, str(tmp_path / "m"), global_step=step) for step in range(2)]
    again = Saver(max_to_keep=2)
    again.set_last_checkpoints(paths)
    newest = again.save(session, str(tmp_path / "m"), global_step=2)
    assert again.last_checkpoints == [paths[1], newest]


def test_relative_paths_survive_a_move(tmp_path):
    variable = Variable(5.0)
    saver = Saver(save_relative_paths=True)
    (tmp_path / "old").mkdir()
    saver.save(_started(), str(tmp_path / "old" / "m"))
    os.rename(tmp_path / "old", tmp_path / "new")
    session = Session()
    saver.restore(session, management.latest_checkpoint(str(tmp_path / "new")))
    assert session.run(variable) == 5.0


def test_what_is_written_can_be_chosen(tmp_path):
    Variable(1.0)
    saver, session = Saver(), _started()
    saver.save(session, str(tmp_path / "m"), write_meta_graph=False, write_state=False)
    assert sorted(os.listdir(tmp_path)) == ["m.data-00000-of-00001", "m.index"]
    saver.save(session, str(tmp_path / "m"), latest_filename="newest", meta_graph_suffix="graph")
    assert {"newest", "m.graph"} <= set(os.listdir(tmp_path))
    assert management.latest_checkpoint(str(tmp_path)) is None
    assert management.latest_checkpoint(str(tmp_path), "newest") == str(tmp_path / "m")


def test_an_unreadable_state_file_is_none_and_the_checkpoints_are_still_found(tmp_path, caplog):
    Variable(1.0)
    path = Saver().save(_started(), str(tmp_path / "m"))
    (tmp_path / "checkpoint").write_text("model_check")
    assert management.latest_checkpoint(str(tmp_path)) is None
    assert "Checkpoint ignored" in caplog.text
    assert management.checkpoints_on_disk(str(tmp_path)) == [path]


# -- sessions -------------------------------------------------------------------------------------------------------


class _Monitored:
    """What a monitored session shows of itself."""

    def __init__(self, session):
        self._session = session

    def raw_session(self):
        return self._session


class _Older:
    def __init__(self, session):
        self._session = session

    def _tf_sess(self):
        return self._session


@pytest.mark.parametrize("wrap", [_Monitored, _Older])
def test_monitored_sessions_are_taken(wrap, tmp_path):
    variable = Variable(4.0)
    saver = Saver()
    path = saver.save(wrap(_started()), str(tmp_path / "m"))
    session = Session()
    saver.restore(wrap(session), path)
    assert session.run(variable) == 4.0
    with pytest.raises(TypeError, match="'sess' must be a Session"):
        saver.save(None, str(tmp_path / "m"))
    with pytest.raises(RuntimeError, match="closed"):
        saver.save(wrap(None), str(tmp_path / "m"))


def test_a_snapshot_is_of_one_moment(tmp_path):
    a, b = Variable(0), ResourceVariable(0)
    both = [assign_add(a, 1), assign_add(b, 1)]
    saver, session = Saver(max_to_keep=0), _started()
    stop = threading.Event()

    def train():
        while not stop.is_set():
            session.run(both)

    threads = [threading.Thread(target=train) for _ in range(2)]
    for thread in threads:
        thread.start()
    try:
        until(lambda: session.run(a) > 0)
        paths = [saver.save(session, str(tmp_path / "m"), i, write_meta_graph=False) for i in range(10)]
        until(lambda: session.run(a) > NewCheckpointReader(paths[0]).get_tensor(a.op.name))
        paths.append(saver.save(session, str(tmp_path / "m"), 10, write_meta_graph=False))
    finally:
        stop.set()
        for thread in threads:
            thread.join()
    values = [[NewCheckpointReader(p).get_tensor(v.op.name) for v in (a, b)] for p in paths]
    assert all(first == second for first, second in values)
    assert values[0][0] < values[-1][0]


# -- what goes wrong ----------------------------------------------------------------------------------------------------


def test_mistakes_in_building():
    with pytest.raises(ValueError, match="No variables to save"):
        Saver()
    v = Variable(1.0, name="v")
    with pytest.raises(ValueError, match="same name: v"):
        Saver([v, v])
    with pytest.raises(ValueError, match="restored with two names"):
        Saver({"x": v, "y": v})
    with pytest.raises(TypeError, match="not a Variable"):
        Saver([constant(1.0)])
    with pytest.raises(TypeError, match="dict or a list"):
        Saver(v)
    with pytest.raises(TypeError, match="not a string"):
        Saver({1: v})
    with pytest.raises(ValueError, match="build cannot be deferred"):
        Saver([v], defer_build=True)
    with pytest.raises(ValueError, match="save_tensor_name"):
        Saver(saver_def=SaverDef(filename_tensor_name="a"))


def test_mistakes_in_saving(tmp_path):
    Variable(1.0, name="v")
    session, saver = _started(), Saver()
    with pytest.raises(ValueError, match="Parent directory of .*nowhere/m doesn't exist"):
        saver.save(session, str(tmp_path / "no" / "nowhere" / "m"))
    with pytest.raises(ValueError, match="must not contain path components"):
        saver.save(session, str(tmp_path / "m"), latest_filename="a/b")
    with pytest.raises(ValueError, match="collides with 'save_path'"):
        saver.save(session, str(tmp_path / "checkpoint"))
    with pytest.raises(errors.FailedPreconditionError, match="v"):
        saver.save(Session(), str(tmp_path / "m"))
    assert os.listdir(tmp_path) == []
    deferred = Saver(defer_build=True)
    with pytest.raises(RuntimeError, match="should be called before save"):
        deferred.save(session, str(tmp_path / "m"))
    deferred.build()
    assert deferred.save(session, str(tmp_path / "m"))


def test_an_empty_saver_does_nothing(tmp_path):
    constant(1)
    saver = Saver(allow_empty=True)
    assert saver.save(Session(), str(tmp_path / "m"), write_meta_graph=False) is None
    saver.restore(Session(), None)
    assert os.listdir(tmp_path) == []


def test_mistakes_in_restoring(tmp_path):
    Variable([1.0, 2.0], name="v")
    path = Saver().save(_started(), str(tmp_path / "m"))
    saver, session = Saver(), Session()
    with pytest.raises(ValueError, match="Can't load save_path when it is None"):
        saver.restore(session, None)
    with pytest.raises(ValueError, match=r"not a valid checkpoint: .*other\. .*newest is .*m'"):
        saver.restore(session, str(tmp_path / "other"))
    with Graph().as_default():
        kept, new = Variable([0.0, 0.0], name="v"), Variable(1.0, name="new")
        session = _started()
        with pytest.raises(errors.NotFoundError, match="Key new not found in checkpoint .*var_list"):
            Saver().restore(session, path)
        assert session.run(kept).tolist() == [0.0, 0.0] and session.run(new) == 1.0
    with Graph().as_default():
        Variable([0.0, 0.0, 0.0], name="v")
        with pytest.raises(
            errors.InvalidArgumentError, match=r"shapes of both tensors to match.*\(3,\).*\[2\]"
        ):
            Saver().restore(Session(), path)
    with Graph().as_default():
        Variable([0, 0], name="v")
        with pytest.raises(errors.InvalidArgumentError, match="'v' is to be restored as int32.*float32"):
            Saver().restore(Session(), path)


@pytest.mark.parametrize(
    "suffix, damage, error",
    [
        (".data-00000-of-00001", lambda b: b[:3], errors.DataLossError),
        (".data-00000-of-00001", lambda b: bytes([b[0] ^ 1]) + b[1:], errors.DataLossError),
        (".index", lambda b: b[:20], errors.DataLossError),
        (".index", lambda b: b[:5] + bytes([b[5] ^ 255]) + b[6:], errors.DataLossError),
    ],
)
def test_damage_is_named_and_changes_nothing(suffix, damage, error, tmp_path):
    variable = Variable([1.0, 2.0], name="v")
    saver, session = Saver(), _started()
    path = saver.save(session, str(tmp_path / "m"))
    session.run(assign(variable, [3.0, 4.0]))
    with open(path + suffix, "r+b") as file:
        content = file.read()
        file.seek(0)
        file.truncate()
        file.write(damage(content))
    with pytest.raises(error, match="m" + suffix.replace(".", r"\.")):
        saver.restore(session, path)
    assert session.run(variable).tolist() == [3.0, 4.0]


def test_a_save_that_fails_leaves_the_old_checkpoint(tmp_path):
    variable = Variable([1.0], name="v")
    Variable([2.0], name="w")
    saver, session = Saver(), _started()
    path = saver.save(session, str(tmp_path / "m"))
    with pytest.raises(errors.FailedPreconditionError):
        saver.save(Session(), str(tmp_path / "m"))
    session.run(assign(variable, [9.0]))
    saver.restore(session, path)
    assert session.run(variable) == [1.0]
    assert not [n for n in os.listdir(tmp_path) if "tempstate" in n]


# -- random numbers ---------------------------------------------------------------------------------------------------


def _program(seed):
    graph = Graph()
    with graph.as_default():
        graph.seed = seed
        total = Variable(0.0, name="total")
        noise = random_ops.random_uniform([3])
        normal = random_ops.random_normal([2], seed=None if seed is None else 5)
        step = assign_add(total, 1.0)
        saver = Saver()
        init = global_variables_initializer()
    return graph, [noise, normal, step], saver, init, total


@pytest.mark.parametrize("seed", [None, 11])
def test_random_numbers_go_on_after_a_restore(seed, tmp_path):
    graph, fetches, saver, init, _ = _program(seed)
    with Session(graph=graph) as session:
        session.run(init)
        for _ in range(3):
            session.run(fetches)
        path = saver.save(session, str(tmp_path / "m"))
        uninterrupted = [session.run(fetches) for _ in range(3)]
    graph, fetches, saver, _, _ = _program(seed)
    with Session(graph=graph) as session:
        saver.restore(session, path)
        resumed = [session.run(fetches) for _ in range(3)]
    for one, other in zip(uninterrupted, resumed):
        for a, b in zip(one, other):
            np.testing.assert_array_equal(a, b)
    assert NewCheckpointReader(path).get_variable_to_shape_map() == {"total": []}


def test_many_random_operations_are_restored_where_none_has_run(tmp_path):
    with Graph().as_default() as graph:
        graph.seed = 3
        draws = [random_ops.random_normal([2]) for _ in range(70)]
        Variable(0.0, name="total")
        saver, init = Saver(), global_variables_initializer()
    with Session(graph=graph) as session:
        session.run([init, draws])
        path = saver.save(session, str(tmp_path / "m"))
        expected = session.run(draws)
    with Session(graph=graph) as session:
        saver.restore(session, path)
        np.testing.assert_array_equal(session.run(draws), expected)


def test_another_seed_draws_other_numbers_after_a_restore(tmp_path):
    drawn = {}
    for seed in (1, 2):
        graph, fetches, saver, init, _ = _program(seed)
        with Session(graph=graph) as session:
            session.run(init)
            drawn[seed] = session.run(fetches[0])
            path = saver.save(session, str(tmp_path / f"m{seed}"))
    graph, fetches, saver, _, _ = _program(1)
    with Session(graph=graph) as session:
        saver.restore(session, path)
        np.testing.assert_array_equal(session.run(fetches[0]), drawn[1])


def test_masks_of_dropout_go_on_after_a_restore(tmp_path):
    weights = Variable(np.ones(64, np.float32), name="w")
    update = assign(weights, dropout(weights + 1.0, 0.5))
    saver = Saver()
    straight = _started()
    for _ in range(2):
        straight.run(update)
    path = saver.save(straight, str(tmp_path / "m"))
    resumed = Session()
    saver.restore(resumed, path)
    for _ in range(3):
        np.testing.assert_array_equal(straight.run(update), resumed.run(update))


def test_a_saver_of_a_part_leaves_random_numbers_alone(tmp_path):
    graph, fetches, saver, init, total = _program(11)
    with Session(graph=graph) as session:
        session.run(init)
        expected = [session.run(fetches)[0] for _ in range(2)]
        path = saver.save(session, str(tmp_path / "m"))
    graph, fetches, _, _, total = _program(11)
    with graph.as_default():
        Variable(0.0, name="mine")
        part = Saver([total])
    with Session(graph=graph) as session:
        part.restore(session, path)
        np.testing.assert_array_equal(session.run(fetches[0]), expected[0])


# -- messages -----------------------------------------------------------------------------------------------------------


def test_a_saver_from_its_message(tmp_path):
    variable = Variable(6.0, name="v")
    saver = Saver(name="mine")
    message = saver.to_proto()
    again = Saver.from_proto(message)
    path = again.save(_started(), str(tmp_path / "m"))
    session = Session()
    Saver(saver_def=saver.as_saver_def()).restore(session, path)
    assert session.run(variable) == 6.0
    assert saver.to_proto("mine").save_tensor_name == "control_dependency:0"
    assert saver.to_proto("other") is None


@pytest.mark.parametrize("sharded", [False, True])
@pytest.mark.parametrize("whole", [False, True])
@pytest.mark.parametrize("reshape", [False, True])
def test_a_saver_knows_operations_that_were_imported(sharded, whole, reshape):
    with device("/cpu:0"):
        saved = [Variable([1.0, 2.0]), ResourceVariable([3.0])]
    with device("/cpu:1"):
        saved.append(get_variable("parts", [4, 2], partitioner=fixed_size_partitioner(2)))
    others = [] if whole else [Variable(1.0)]
    saver = Saver(saved, sharded=sharded, reshape=reshape)
    operations = [op for op in get_default_graph().get_operations() if op.type in ("SaveV2", "RestoreV2")]
    assert len(operations) == (4 if sharded else 2) and len(others) == 1 - whole

    def marks():
        return [
            {k: v for k, v in op.attrs.items() if k in ("_random_state", "_expected_shapes")}
            for op in operations
        ]

    before = marks()
    for op in operations:
        for key in ("_random_state", "_expected_shapes"):
            op.attrs.pop(key, None)
    Saver.from_proto(saver.saver_def)
    for one, other in zip(before, marks()):
        assert one.keys() == other.keys() and one["_random_state"] == other["_random_state"]
        shapes = [[str(shape) for shape in m.get("_expected_shapes", ())] for m in (one, other)]
        assert shapes[0] == shapes[1]


def test_the_default_saver_of_a_graph():
    Variable(1.0)
    saver = get_saver_or_default()
    assert get_saver_or_default() is saver and get_collection(GraphKeys.SAVERS) == [saver]
    add_to_collection(GraphKeys.SAVERS, Saver())
    with pytest.raises(RuntimeError, match="More than one item"):
        get_saver_or_default()


# -- where to ----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("sharded", [False, True])
@pytest.mark.parametrize(
    "path, directory",
    [
        ("m", "."),
        ("./m", "."),
        ("sub/m", "sub"),
        ("memory://saver/m", "memory://saver"),
    ],
)
def test_relative_and_remote_paths(path, directory, sharded, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    (tmp_path / "sub").mkdir()
    variable = Variable(1.0, name="v")
    saver, session = Saver(sharded=sharded, max_to_keep=1), _started()
    for step in range(2):
        saved = saver.save(session, path, global_step=step)
    assert saved == f"{path}-1"
    newest = management.latest_checkpoint(directory)
    other = Session()
    saver.restore(other, newest)
    assert other.run(variable) == 1.0
    assert len(management.checkpoints_on_disk(directory)) == 1
    assert saver.last_checkpoints == [saved]


def test_paths_may_be_path_objects(tmp_path):
    variable = Variable(1.0, name="v")
    saver, session = Saver(), _started()
    assert saver.save(session, tmp_path / "m") == str(tmp_path / "m")
    saver.restore(session, tmp_path / "m")
    assert session.run(variable) == 1.0
