import os
import re

import pytest

from evergraph.formats import paths
from evergraph.formats.events import EventFile, iterate_events
from evergraph.formats.messages import Event, SessionLog, Summary
from evergraph.framework import errors


def scalar(step):
    return Event(step=step, summary=Summary(value=[Summary.Value(tag="loss", simple_value=step / 2)]))


@pytest.fixture(params=["local", "memory"])
def directory(request, tmp_path):
    if request.param == "local":
        return str(tmp_path / "deep" / "logs")
    top = f"memory://{tmp_path.name}"
    request.addfinalizer(lambda: paths.remove_recursively(top))
    return paths.join(top, "logs")


def test_round_trip(directory):
    with EventFile(directory, ".suffix") as file:
        assert re.fullmatch(r"events\.out\.tfevents\.\d{10,}\..+\.suffix", os.path.basename(file.path))
        first = next(iterate_events(file.path))  # there from the start, so that TensorBoard finds it
        assert first.file_version == "brain.Event:2" and first.wall_time > 1e9
        for step in range(3):
            file.write(scalar(step))
        file.flush()
        assert [event.step for event in iterate_events(file.path)] == [0, 0, 1, 2]
        file.write(Event(session_log=SessionLog(status=SessionLog.STOP)).SerializeToString())
    events = list(iterate_events(file.path))
    assert events[3] == scalar(2) and events[4].session_log.status == SessionLog.STOP
    file.close()
    with pytest.raises(errors.FailedPreconditionError, match="closed"):
        file.write(scalar(1))


def test_a_deleted_file_is_begun_anew(tmp_path):
    with EventFile(tmp_path) as file:
        file.write(scalar(1))
        file.flush()
        os.remove(file.path)
        file.write(scalar(2))
    assert [event.step for event in iterate_events(file.path)] == [0, 2]


def test_damage(tmp_path):
    with EventFile(tmp_path) as file:
        file.write(scalar(1))
    os.truncate(file.path, os.path.getsize(file.path) - 1)
    events = iterate_events(file.path)
    next(events)
    with pytest.raises(errors.DataLossError, match="tfevents"):
        next(events)
    with pytest.raises(errors.NotFoundError):
        next(iterate_events(tmp_path / "none"))
