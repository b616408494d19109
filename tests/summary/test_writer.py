"""Event files: what is written, when, and by whom."""

import glob
import os
import subprocess
import sys
import threading
from pathlib import Path

import pytest

from evergraph import summary
from evergraph.checkpoint.saver import export_meta_graph
from evergraph.formats.events import EventFile
from evergraph.formats.messages import Event, GraphDef, MetaGraphDef, RunMetadata, SessionLog, Summary
from evergraph.framework import errors
from evergraph.framework.default_graph import get_default_graph
from evergraph.framework.graph import Graph
from evergraph.ops.constants import constant
from evergraph.session.session import Session
from evergraph.summary.iterator import summary_iterator
from evergraph.summary.plugin_asset import PluginAsset, get_plugin_asset
from tests.waiting import until


def _events(directory):
    files = sorted(glob.glob(os.path.join(directory, "*tfevents*")))
    return [event for path in files for event in summary_iterator(path)]


def _scalar(tag, value):
    return Summary(value=[Summary.Value(tag=tag, simple_value=value)])


def test_everything_is_written(tmp_path):
    constant(1.0, name="c")
    graph = get_default_graph()
    with summary.FileWriter(str(tmp_path / "a" / "b"), graph, filename_suffix=".mine") as writer:
        assert writer.get_logdir() == str(tmp_path / "a" / "b")
        writer.add_summary(_scalar("x", 1.5), 3)
        writer.add_summary(_scalar("x", 2.5).SerializeToString(), global_step=4)
        writer.add_session_log(SessionLog(status=SessionLog.START), 4)
        writer.add_run_metadata(RunMetadata(), "first", 5)
        writer.add_meta_graph(export_meta_graph(), 6)
        writer.add_event(Event(wall_time=1.0, step=7))
    events = _events(tmp_path / "a" / "b")
    kinds = [event.WhichOneof("what") for event in events]
    assert kinds == [
        "file_version",
        "graph_def",
        "meta_graph_def",
        "summary",
        "summary",
        "session_log",
        "tagged_run_metadata",
        "meta_graph_def",
        None,
    ]
    assert [event.step for event in events] == [0, 0, 0, 3, 4, 4, 5, 6, 7]
    assert GraphDef.FromString(events[1].graph_def).node[0].name == "c"
    assert MetaGraphDef.FromString(events[2].meta_graph_def).graph_def.node[0].name == "c"
    assert [e.summary.value[0].simple_value for e in events[3:5]] == [1.5, 2.5]
    assert os.listdir(tmp_path / "a" / "b")[0].endswith(".mine")


def test_flush_brings_events_to_the_file_and_close_is_final(tmp_path, caplog):
    writer = summary.FileWriter(str(tmp_path))
    writer.add_summary(_scalar("x", 1.0))
    writer.flush()
    assert len(_events(tmp_path)) == 2
    writer.close()
    writer.close()
    writer.add_summary(_scalar("x", 2.0))
    writer.flush()
    assert "closed FileWriter" in caplog.text and len(_events(tmp_path)) == 2
    writer.reopen()
    writer.reopen()
    writer.add_summary(_scalar("x", 3.0))
    writer.close()
    values = [e.summary.value[0].simple_value for e in _events(tmp_path) if e.HasField("summary")]
    assert values == [1.0, 3.0]


def _wait_for_events(directory, count):
    until(lambda: len(_events(directory)) == count, what=f"that {count} events arrive")


def test_events_arrive_by_themselves(tmp_path):
    writer = summary.FileWriter(str(tmp_path), flush_secs=0.05)
    for count in (2, 3):
        writer.add_summary(_scalar("x", 1.0))
        _wait_for_events(tmp_path, count)
    writer.close()


def test_the_first_event_arrives_at_once_and_the_others_in_time(tmp_path):
    writer = summary.FileWriter(str(tmp_path), flush_secs=1000)
    writer.add_summary(_scalar("x", 1.0))
    _wait_for_events(tmp_path, 2)
    writer.add_summary(_scalar("x", 2.0))
    writer.flush()
    assert len(_events(tmp_path)) == 3
    writer.close()


def test_a_program_that_never_closes_its_writer_loses_nothing(tmp_path):
    program = (
        "import sys; from evergraph.summary.writer import FileWriter; from evergraph.formats.messages import Summary\n"
        "writer = FileWriter(sys.argv[1])\n"
        "for step in range(20): writer.add_summary(Summary(), step)\n"
    )
    subprocess.run([sys.executable, "-c", program, str(tmp_path)], check=True, cwd=Path(__file__).parents[2])
    assert [event.step for event in _events(tmp_path)[1:]] == list(range(20))


def test_many_threads_share_a_writer(tmp_path):
    writer = summary.FileWriter(str(tmp_path), max_queue=2)

    def write(number):
        for step in range(50):
            writer.add_summary(_scalar(f"t{number}", step), step)

    threads = [threading.Thread(target=write, args=(n,)) for n in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    writer.close()
    steps = {}
    for event in _events(tmp_path)[1:]:
        steps.setdefault(event.summary.value[0].tag, []).append(event.step)
    assert steps == {f"t{n}": list(range(50)) for n in range(4)}


def test_metadata_is_written_once_for_a_tag(tmp_path):
    text = _scalar("x", 1.0)
    text.value[0].metadata.plugin_data.plugin_name = "text"
    with summary.FileWriter(str(tmp_path)) as writer:
        writer.add_summary(text)
        writer.add_summary(text)
    assert [e.summary.value[0].HasField("metadata") for e in _events(tmp_path)[1:]] == [True, False]
    assert text.value[0].HasField("metadata"), "the caller's message is the caller's"


class _Failing(EventFile):
    def write(self, event):
        raise errors.ResourceExhaustedError(None, None, "the disk is full")


def test_what_fails_in_the_thread_is_raised_by_the_next_call(tmp_path, monkeypatch):
    monkeypatch.setattr("evergraph.summary.writer.EventFile", _Failing)
    writer = summary.FileWriter(str(tmp_path), max_queue=1)
    writer.add_summary(_scalar("x", 1.0))
    with pytest.raises(errors.ResourceExhaustedError, match="disk is full"):
        writer.flush()
    writer.close()


def test_mistakes(tmp_path):
    with summary.FileWriter(str(tmp_path)) as writer:
        with pytest.raises(ValueError, match="but not both"):
            writer.add_graph(get_default_graph(), graph_def=GraphDef())
        with pytest.raises(TypeError, match="instance of Graph"):
            writer.add_graph("graph")
        with pytest.raises(TypeError, match="MetaGraphDef"):
            writer.add_meta_graph(GraphDef())
        writer.add_run_metadata(RunMetadata(), "a")
        with pytest.raises(ValueError, match="already used.*'a'"):
            writer.add_run_metadata(RunMetadata(), "a")
    with pytest.raises(errors.NotFoundError):
        next(summary_iterator(str(tmp_path / "none")))


def test_writers_of_a_session_share_a_file(tmp_path):
    with Session() as session, Session() as other:
        for step, writer_session in enumerate([session, session, other]):
            writer = summary.FileWriter(str(tmp_path), session=writer_session, filename_suffix=f".{step}")
            writer.add_summary(Summary(value=[Summary.Value(tag=f"tag{step}")]), step)
            writer.flush()
        writer.close()
        writer = summary.FileWriter(str(tmp_path), session=session)
        writer.close()
        writer.close()
    found = [
        [v.tag for e in summary_iterator(str(path)) for v in e.summary.value]
        for path in sorted(tmp_path.iterdir())
    ]
    assert found == [["tag0", "tag1"], ["tag2"]]


def test_one_writer_for_a_directory(tmp_path):
    constant(1.0)
    cache = summary.FileWriterCache
    first = cache.get(str(tmp_path / "a"))
    assert cache.get(str(tmp_path / "a")) is first and cache.get(str(tmp_path / "b")) is not first
    cache.clear()
    assert [e.WhichOneof("what") for e in _events(tmp_path / "a")] == [
        "file_version",
        "graph_def",
        "meta_graph_def",
    ]
    assert cache.get(str(tmp_path / "a")) is not first
    cache.clear()


class _Asset(PluginAsset):
    plugin_name = "mine"
    content = "text"

    def assets(self):
        return {"a.txt": self.content, "b.bin": b"\0"}


class _Other(_Asset):
    pass


class _Nameless(_Asset):
    plugin_name = None


def test_plugin_assets(tmp_path):
    with Graph().as_default() as graph:
        asset = get_plugin_asset(_Asset)
        asset.content = "changed"
        assert get_plugin_asset(_Asset, graph) is asset
        with pytest.raises(ValueError, match="collision"):
            get_plugin_asset(_Other)
        with pytest.raises(ValueError, match="no plugin_name"):
            get_plugin_asset(_Nameless)
        summary.FileWriter(str(tmp_path), graph).close()
    assert (tmp_path / "plugins" / "mine" / "a.txt").read_text() == "changed"
    assert (tmp_path / "plugins" / "mine" / "b.bin").read_bytes() == b"\0"
