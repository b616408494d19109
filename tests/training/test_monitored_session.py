"""Monitored sessions: each scenario goes as it does under TensorFlow, and more that Evergraph promises."""

import threading

import pytest

import evergraph as tf
from evergraph.framework import errors
from evergraph.framework.default_graph import get_default_graph
from evergraph.framework.graph import Graph
from evergraph.ops import constants
from evergraph.ops.variables.assign import assign_add
from evergraph.session.session import Session
from evergraph.training import monitored_session
from evergraph.training.global_step import get_or_create_global_step
from evergraph.training.hooks import StopAtStepHook
from evergraph.training.monitored_session import (
    MonitoredSession,
    MonitoredTrainingSession,
    SingularMonitoredSession,
)
from evergraph.training.queue_runner import start_queue_runners
from evergraph.training.scaffold import Scaffold
from evergraph.training.session_creator import ChiefSessionCreator, SessionCreator, WorkerSessionCreator
from evergraph.training.session_run_hook import SessionRunArgs, SessionRunHook
from tests.training import scenarios
from tests.waiting import joined

RECORDED = scenarios.recorded()
KINDS = {"singular": SingularMonitoredSession, "monitored": MonitoredSession}


@pytest.fixture(params=KINDS)
def kind(request):
    return request.param


@pytest.fixture
def graph():
    with Graph().as_default() as graph:
        yield graph


@pytest.mark.parametrize("name", scenarios.SCENARIOS)
def test_goes_as_under_tensorflow(name):
    assert scenarios.record(tf, scenarios.SCENARIOS[name]) == _promised(name)


def _promised(name):
    """What TensorFlow does; but a hook whose `end` raises keeps no other hook from its own."""
    record = list(RECORDED[name])
    if name.startswith("end_raises_"):
        place = next(i for i, line in enumerate(record) if line.startswith("out:"))
        record.insert(place, record[place - 1].replace("end.b", "end.c"))
    return record


def test_every_record_is_of_a_scenario():
    assert RECORDED.keys() == scenarios.SCENARIOS.keys()


@pytest.mark.interop
@pytest.mark.filterwarnings("ignore")
def test_record_is_what_tensorflow_does():
    tf1 = pytest.importorskip("tensorflow").compat.v1
    rows = [(n, scenarios.record(tf1, scenario), RECORDED[n]) for n, scenario in scenarios.SCENARIOS.items()]
    assert [row for row in rows if row[1] != row[2]] == []


# -- beyond TensorFlow -------------------------------------------------------------------------------------


@pytest.mark.parametrize("where", ["after_create_session", "create_session"])
def test_nothing_is_left_of_a_session_that_fails_to_start(graph, kind, where):
    program = scenarios.Program(tf, lambda *words: None)
    if where == "create_session":

        def init_fn(scaffold, session):
            program.sessions.append(session)
            raise ValueError("does not start")

        pieces, hooks = {"init_fn": init_fn}, []
    else:
        pieces, hooks = {}, [program.hook("a", {"created": "ValueError"})]
    with pytest.raises(ValueError):
        program.session(kind, hooks, **pieces)
    (session,) = program.sessions
    with pytest.raises(RuntimeError, match="closed"):
        session.run(program.step)
    for thread in set(threading.enumerate()) - program.earlier_threads:
        joined(thread)
    assert program.threads() == 0


def test_closed_session_says_so(graph, kind):
    x = constants.constant(1)
    session = KINDS[kind]()
    raw = session.raw_session() if kind == "singular" else None
    session.close()
    with pytest.raises(RuntimeError, match="closed"):
        session.run(x)
    with pytest.raises(RuntimeError, match="closed"):
        session.run_step_fn(lambda step_context: 1)
    with pytest.raises(RuntimeError, match="already closed"):
        session.close()
    assert session.should_stop() and session.graph is None
    if kind == "singular":
        assert isinstance(raw, Session) and session.raw_session() is None


def test_end_is_called_once_however_often_it_is_closed(graph, kind):
    program, calls = scenarios.Program(tf, lambda *words: calls.append(words[0])), []
    session = program.session(kind, [program.hook("a")])
    session.close()
    with pytest.raises(RuntimeError):
        session.close()
    assert calls.count("end.a") == 1


def test_options_of_the_caller_stay_as_they_are(graph, kind):
    class Options(SessionRunHook):
        def before_run(self, run_context):
            return SessionRunArgs(None, None, tf.RunOptions(timeout_in_ms=90000))

    mine, metadata, x = tf.RunOptions(timeout_in_ms=5), tf.RunMetadata(), constants.constant(1)
    with KINDS[kind](hooks=[Options()]) as session:
        session.run(x, options=mine, run_metadata=metadata)
    assert mine == tf.RunOptions(timeout_in_ms=5)


def test_run_metadata_of_the_caller_reaches_the_hooks(graph, kind):
    seen = []

    class Watch(SessionRunHook):
        def after_run(self, run_context, run_values):
            seen.append(run_values.run_metadata)

    metadata = tf.RunMetadata()
    x = constants.constant(1)
    with KINDS[kind](hooks=[Watch()]) as session:
        session.run(x, run_metadata=metadata)
        session.run(x)
    assert seen[0] is metadata and seen[1] is not metadata and seen[1] is not None


def test_same_hook_twice_and_unhashable_hooks(graph, kind):
    class Unhashable(SessionRunHook):
        __hash__ = None

        def __init__(self):
            self.results = []

        def before_run(self, run_context):
            return SessionRunArgs(x)

        def after_run(self, run_context, run_values):
            self.results.append(run_values.results)

    x, hook = constants.constant(3), Unhashable()
    with KINDS[kind](hooks=[hook, hook]) as session:
        assert session.run({"y": [x]}) == {"y": [3]}
    assert hook.results == [3, 3]


def test_step_context_has_the_session_that_replaced_a_lost_one(graph):
    x, seen = constants.constant(1), []

    def step(step_context):
        seen.append(step_context.session)
        if len(seen) == 1:
            raise errors.AbortedError(None, None, "lost")
        return step_context.session.run(x)

    with MonitoredSession() as session:
        assert session.run_step_fn(step) == 1
    assert len(set(seen)) == 2


class FailingCreator(SessionCreator):
    """Opens sessions as often as it may, then fails."""

    def __init__(self, *outcomes):
        self.outcomes = list(outcomes)
        self.chief = ChiefSessionCreator()

    def create_session(self):
        outcome = self.outcomes.pop(0)
        if outcome is not None:
            raise outcome
        return self.chief.create_session()


def lost():
    return errors.UnavailableError(None, None, "gone")


def test_start_is_tried_again_until_it_works(graph):
    x = constants.constant(1)
    creator = FailingCreator(lost(), lost(), None)
    with MonitoredSession(creator) as session:
        assert session.run(x) == 1
    assert creator.outcomes == []


def test_lost_session_that_cannot_be_replaced(graph):
    x, ended = constants.constant(1), []

    class Lose(SessionRunHook):
        def before_run(self, run_context):
            raise lost()

        def end(self, session):
            ended.append(session)

    session = MonitoredSession(FailingCreator(None, lost(), ValueError("no more")), hooks=[Lose()])
    first = session._tf_sess()
    with pytest.raises(ValueError, match="no more"):
        session.run(x)
    assert session.should_stop()
    session.close()
    assert ended == [first]
    assert session.should_stop()


def test_the_open_session_and_its_threads_are_one_record(graph):
    x = constants.constant(1)
    with SingularMonitoredSession() as session:
        opened = session._coordinated_creator
        assert opened.tf_sess is session.raw_session() and opened.tf_sess.run(x) == 1
        opened.coord.request_stop(errors.AbortedError(None, None, "a worker is gone"))
        with pytest.raises(errors.AbortedError, match="a worker is gone"):
            session.should_stop()
        opened.coord.clear_stop()
    assert not opened.is_open and opened.tf_sess is None


def test_worker_waits_for_the_chief(graph):
    get_or_create_global_step()
    creator = WorkerSessionCreator(max_wait_secs=0)
    with pytest.raises(errors.DeadlineExceededError, match="global_step"):
        MonitoredSession(creator)


def test_creator_must_be_overridden():
    with pytest.raises(NotImplementedError):
        SessionCreator().create_session()


def test_monitored_sessions_have_started_their_queue_runners(graph, kind):
    with KINDS[kind]() as session:
        assert start_queue_runners(session) == []


def test_runs_from_several_threads(graph, kind):
    step = get_or_create_global_step()
    train_op = assign_add(step, 1)
    with KINDS[kind]() as session:
        threads = [
            threading.Thread(target=lambda: [session.run(train_op) for _ in range(20)]) for _ in range(4)
        ]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        assert session.run(step) == 80


def test_hooks_read_the_step_before_the_run(graph, kind):
    step = get_or_create_global_step()
    train_op = assign_add(step, 1)
    with KINDS[kind](hooks=[StopAtStepHook(num_steps=3)]) as session:
        values = []
        while not session.should_stop():
            values.append(int(session.run(train_op)))
    assert values == [1, 2, 3]


# -- MonitoredTrainingSession ------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "arguments, expected",
    [
        ({}, []),
        (
            {"checkpoint_dir": True},
            ["StepCounter 100 None", "SummarySaver 100 None", "CheckpointSaver None 600"],
        ),
        (
            {
                "checkpoint_dir": True,
                "save_checkpoint_steps": 5,
                "save_summaries_secs": 7,
                "log_step_count_steps": None,
            },
            ["SummarySaver None 7", "CheckpointSaver 5 None"],
        ),
        (
            {
                "checkpoint_dir": True,
                "save_checkpoint_secs": 9,
                "save_summaries_steps": 3,
                "log_step_count_steps": 50,
            },
            ["StepCounter 50 None", "SummarySaver 3 None", "CheckpointSaver None 9"],
        ),
        (
            {
                "checkpoint_dir": True,
                "save_checkpoint_secs": None,
                "save_summaries_steps": None,
                "save_summaries_secs": 0,
            },
            ["StepCounter 100 None"],
        ),
        (
            {
                "checkpoint_dir": True,
                "save_checkpoint_secs": 0,
                "save_summaries_steps": 0,
                "log_step_count_steps": 0,
            },
            [],
        ),
        ({"summary_dir": True}, ["StepCounter 100 None", "SummarySaver 100 None"]),
        ({"is_chief": False, "checkpoint_dir": True}, []),
    ],
)
def test_hooks_of_a_training_session(graph, tmp_path, monkeypatch, arguments, expected):
    made = {}

    def remember(creator, hooks, stop_grace_period_secs):
        made.update(creator=creator, hooks=list(hooks or ()), grace=stop_grace_period_secs)

    monkeypatch.setattr(monitored_session, "MonitoredSession", remember)
    arguments = {k: str(tmp_path) if v is True and k.endswith("_dir") else v for k, v in arguments.items()}
    mine, chiefs = SessionRunHook(), SessionRunHook()
    MonitoredTrainingSession(hooks=[mine], chief_only_hooks=[chiefs], stop_grace_period_secs=3, **arguments)
    is_chief = arguments.get("is_chief", True)
    assert made["grace"] == 3
    assert type(made["creator"]) is (ChiefSessionCreator if is_chief else WorkerSessionCreator)
    hooks = made["hooks"]
    assert hooks.pop() is mine
    if is_chief:
        assert hooks.pop(0) is chiefs
    assert [
        f"{type(h).__name__.removesuffix('Hook')} {h._timer._every_steps} {h._timer._every_secs}"
        for h in hooks
    ] == expected


# -- Scaffold ----------------------------------------------------------------------------------------------


def test_scaffold_has_nothing_before_it_is_finalized(graph):
    scaffold = Scaffold()
    pieces = (
        "init_op",
        "init_feed_dict",
        "init_fn",
        "ready_op",
        "ready_for_local_init_op",
        "local_init_op",
        "saver",
        "summary_op",
    )
    assert [getattr(scaffold, p) for p in pieces] == [None] * len(pieces)
    assert scaffold.finalize() is scaffold and graph.finalized
    for piece in ("init_op", "ready_op", "ready_for_local_init_op", "local_init_op"):
        assert graph.get_collection(getattr(tf.GraphKeys, piece.upper())) == [getattr(scaffold, piece)]
    assert graph.get_collection(tf.GraphKeys.SAVERS) == [scaffold.saver]
    assert scaffold.summary_op is None and graph.get_collection(tf.GraphKeys.SUMMARY_OP) == []
    graph._unsafe_unfinalize()
    other = Scaffold().finalize()
    assert other.init_op is scaffold.init_op and other.saver is scaffold.saver, "taken from the collections"


def test_scaffold_copies_what_is_not_given(graph):
    def init_fn(scaffold, session):
        calls.append((scaffold, session))

    op, calls = constants.no_op(), []
    first = Scaffold(init_op=op, init_feed_dict={"a": 1}, init_fn=init_fn, ready_op=constants.constant([b""]))
    second = Scaffold(ready_op=constants.constant([b"x"]), copy_from_scaffold=first)
    assert second.init_op is op and second.init_feed_dict == {"a": 1}
    assert second.ready_op is not first.ready_op
    second.init_fn("session")
    assert calls == [(second, "session")], "the function gets the scaffold it is called for"
    with pytest.raises(TypeError, match="not a Scaffold"):
        Scaffold(copy_from_scaffold="scaffold")


def test_scaffold_names_what_to_pass_when_there_are_several(graph):
    for _ in range(2):
        graph.add_to_collection("pieces", constants.no_op())
    with pytest.raises(RuntimeError, match=r'"pieces".*saver=item to use'):
        Scaffold.get_or_default("saver", "pieces", constants.no_op)
    assert get_default_graph().get_collection("pieces") != []
