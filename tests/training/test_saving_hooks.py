"""Hooks that save: which files and events there are, and what a program that goes on finds."""

import pytest
from google.protobuf import text_format

import evergraph as tf
from evergraph.checkpoint.management import get_checkpoint_state, latest_checkpoint
from evergraph.checkpoint.saver import Saver
from evergraph.formats.events import iterate_events
from evergraph.formats.messages import GraphDef
from evergraph.framework import logging
from evergraph.framework.collections import GraphKeys
from evergraph.framework.graph import Graph
from evergraph.ops.constants import constant, no_op
from evergraph.ops.variables import reference
from evergraph.ops.variables.assign import assign_add
from evergraph.summary import summary
from evergraph.summary.writer_cache import FileWriterCache
from evergraph.training.global_step import get_or_create_global_step
from evergraph.training.graph_io import write_graph
from evergraph.training.monitored_session import SingularMonitoredSession
from evergraph.training.saving_hooks import (
    CheckpointSaverHook,
    CheckpointSaverListener,
    StepCounterHook,
    SummarySaverHook,
)
from evergraph.training.scaffold import Scaffold
from tests.training.saving_programs import PROGRAMS, Files


@pytest.fixture(autouse=True)
def graph():
    with Graph().as_default() as graph:
        yield graph
    FileWriterCache.clear()


@pytest.fixture
def files(tmp_path):
    return Files(tmp_path, iterate_events)


SAVED = {
    "singular": (
        "begin init_fn before-0 after-0 before-2 after-2 before-4 after-4 step-5 before-5 after-5 end-5 "
        "begin before-5 after-5 before-7 after-7 before-9 after-9 step-10 before-10 after-10 end-10",
        ["4", "5", "7", "9", "10"],
        "1 3 5 6 8 10",
    ),
    "training": ("", ["0", "3", "6", "7"], "1 3 5 7"),
    "without_graph": ("", ["1"], ""),
}


@pytest.mark.parametrize("name", PROGRAMS)
def test_programs_save(name, files):
    log, steps, summaries = SAVED[name]
    assert " ".join(word.replace(" ", "-") for word in PROGRAMS[name](tf, files)) == log
    base, with_graph = ("mine", False) if name == "without_graph" else ("model.ckpt", True)
    suffixes = ["data-00000-of-00001", "index"] + ["meta"] * with_graph
    assert files.names() == sorted(
        [f"{base}-{step}.{suffix}" for step in steps for suffix in suffixes]
        + ["checkpoint"]
        + ["graph.pbtxt"] * with_graph
    )
    events = files.events()
    assert " ".join(e.split()[0] for e in events if e.endswith("summary weight_now")) == summaries
    state = get_checkpoint_state(str(files.directory))
    assert [p.rsplit("-")[-1] for p in state.all_model_checkpoint_paths] == steps
    assert state.model_checkpoint_path == latest_checkpoint(str(files.directory))


@pytest.mark.interop
@pytest.mark.filterwarnings("ignore")
@pytest.mark.parametrize("name", PROGRAMS)
def test_files_and_events_are_those_of_tensorflow(name, tmp_path):
    tf1 = pytest.importorskip("tensorflow").compat.v1
    found = []
    for directory, module, events_in in (
        (tmp_path / "a", tf, iterate_events),
        (tmp_path / "b", tf1, tf1.train.summary_iterator),
    ):
        directory.mkdir()
        files = Files(directory, events_in)
        found.append((PROGRAMS[name](module, files), files.names(), files.events()))
    assert found[0] == found[1]


def test_listener_may_stop_training(files):
    train_op = assign_add(get_or_create_global_step(), 1)

    class Stop(CheckpointSaverListener):
        def after_save(self, session, global_step_value):
            return global_step_value >= 4

    hook = CheckpointSaverHook(
        str(files.directory),
        save_steps=2,
        listeners=[CheckpointSaverListener(), Stop()],
        scaffold=(scaffold := Scaffold()),
    )
    values = []
    with SingularMonitoredSession([hook], scaffold) as session:
        while not session.should_stop():
            values.append(int(session.run(train_op)))
    assert values == [1, 2, 3, 4]


def test_restored_model_is_not_initialised_but_local_variables_are(files):
    calls = []
    for expected in ([], ["init_fn"]):
        with Graph().as_default():
            train_op = assign_add(get_or_create_global_step(), 1)
            weight = reference.Variable(2.0, name="weight")
            grow = assign_add(weight, 1.0)
            local = reference.Variable(
                7.0, name="local", trainable=False, collections=[GraphKeys.LOCAL_VARIABLES]
            )
            grow_local = assign_add(local, 1.0)
            scaffold = Scaffold(init_fn=lambda scaffold, session: calls.append("init_fn"))
            hook = CheckpointSaverHook(str(files.directory), save_steps=100, scaffold=scaffold)
            assert calls == expected
            with SingularMonitoredSession([hook], scaffold, checkpoint_dir=str(files.directory)) as session:
                session.run([train_op, grow])
                assert session.run(grow_local) == 8.0
                last = session.run([weight, get_or_create_global_step()])
    assert calls == ["init_fn"] and last == [4.0, 2]
    with Graph().as_default():
        weight = reference.Variable(2.0, name="weight")
        get_or_create_global_step()
        path = str(files.directory / "model.ckpt-1")
        with SingularMonitoredSession(checkpoint_filename_with_path=path) as session:
            assert session.run(weight) == 3.0


def test_both_kinds_of_checkpoint_arguments_are_refused(files):
    get_or_create_global_step()
    with pytest.raises(ValueError, match="checkpoint_dir and checkpoint_filename_with_path"):
        SingularMonitoredSession(checkpoint_dir=str(files.directory), checkpoint_filename_with_path="x")


@pytest.mark.parametrize(
    "savers, said", [(0, "No items in collection"), (2, "More than one item in collection")]
)
def test_saver_must_be_clear(files, savers, said):
    get_or_create_global_step()
    for _ in range(savers):
        tf.add_to_collection(GraphKeys.SAVERS, Saver())
    mine = Scaffold(saver=Saver())
    with pytest.raises(RuntimeError, match=said):
        SingularMonitoredSession([CheckpointSaverHook(str(files.directory), save_steps=1)], mine)


@pytest.mark.parametrize(
    "make",
    [
        lambda d: CheckpointSaverHook(d, save_steps=1, saver=1, scaffold=1),
        lambda d: CheckpointSaverHook(d),
        lambda d: CheckpointSaverHook(d, save_steps=1, save_secs=1),
        lambda d: SummarySaverHook(save_steps=1),
        lambda d: SummarySaverHook(save_steps=1, scaffold=1, summary_op=1),
        lambda d: SummarySaverHook(summary_op=1),
        lambda d: StepCounterHook(every_n_steps=None),
        lambda d: StepCounterHook(every_n_secs=1),
    ],
)
def test_contradictory_arguments(make, files):
    with pytest.raises(ValueError):
        make(str(files.directory))


@pytest.mark.parametrize(
    "make",
    [
        lambda d: CheckpointSaverHook(d, save_steps=1),
        lambda d: SummarySaverHook(save_steps=1, summary_op=1),
        lambda d: StepCounterHook(),
    ],
)
def test_global_step_is_needed(make, files):
    with pytest.raises(RuntimeError, match="Global step should be created"):
        make(str(files.directory)).begin()


def test_steps_per_second(files, caplog):
    caplog.set_level(logging.INFO, logger="tensorflow")
    train_op = assign_add(get_or_create_global_step(), 1)
    with SingularMonitoredSession(
        [StepCounterHook(every_n_steps=3, output_dir=str(files.directory))]
    ) as session:
        for _ in range(8):
            session.run(train_op)
    FileWriterCache.clear()
    assert [e for e in files.events() if "sec" in e] == [
        "4 summary global_step/sec",
        "7 summary global_step/sec",
    ]
    assert len([m for m in caplog.messages if m.startswith("global_step/sec: ")]) == 2


def test_forgotten_global_step_is_noticed(caplog):
    get_or_create_global_step()
    nothing = no_op()
    with SingularMonitoredSession([StepCounterHook()]) as session:
        for _ in range(45):
            session.run(nothing)
    assert len([m for m in caplog.messages if "has not been increased" in m]) == 2


def test_list_of_summaries_and_none(files):
    step = get_or_create_global_step()
    train_op = assign_add(step, 1)
    both = [summary.scalar("a", constant(1.0)), summary.scalar("b", constant(2.0))]
    hooks = [
        SummarySaverHook(save_steps=2, output_dir=str(files.directory), summary_op=both),
        SummarySaverHook(save_steps=1, summary_op=both[0]),
    ]  # no directory: nothing to write to
    with SingularMonitoredSession(hooks) as session:
        for _ in range(3):
            session.run(train_op)
    assert [e for e in files.events() if "summary" in e] == [
        "1 summary a",
        "1 summary b",
        "3 summary a",
        "3 summary b",
    ]


def test_write_graph(tmp_path, graph):
    constant(1, name="one")
    path = write_graph(graph, str(tmp_path / "new"), "graph.pbtxt")
    again = text_format.Parse((tmp_path / "new" / "graph.pbtxt").read_text(), GraphDef())
    assert [node.name for node in again.node] == ["one"]
    assert path == str(tmp_path / "new" / "graph.pbtxt")
    write_graph(again, str(tmp_path), "graph.pb", as_text=False)
    assert GraphDef.FromString((tmp_path / "graph.pb").read_bytes()) == again
