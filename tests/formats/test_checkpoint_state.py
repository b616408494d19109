import os

import pytest

from evergraph.formats import paths
from evergraph.formats.checkpoint_state import (
    make_checkpoint_state,
    read_checkpoint_state,
    state_path,
    write_checkpoint_state,
)
from evergraph.framework import errors

ROWS = [
    # directory, newest, kept, relative -> written newest, written kept
    ("/d", "/d/m-2", ["/d/m-1", "/d/m-2"], False, "/d/m-2", ["/d/m-1", "/d/m-2"]),
    ("/d", "/d/m-2", ["/d/m-1"], True, "m-2", ["m-1", "m-2"]),
    ("/d", "m-2", None, False, "m-2", ["m-2"]),
    ("d", "d/m-2", ["d/m-1", "/e/m"], False, "m-2", ["m-1", "/e/m", "m-2"]),
    ("d", "e/m-2", None, False, "../e/m-2", ["../e/m-2"]),
    ("/d", "/e/m-2", None, True, "../e/m-2", ["../e/m-2"]),
    ("gs://b/d", "gs://b/d/m-2", ["gs://b/d/m-1"], False, "gs://b/d/m-2", ["gs://b/d/m-1", "gs://b/d/m-2"]),
    ("gs://b/d", "gs://b/d/m-2", None, True, "m-2", ["m-2"]),
]


@pytest.mark.parametrize("directory,newest,kept,relative,written,written_kept", ROWS)
def test_paths_as_written(directory, newest, kept, relative, written, written_kept):
    state = make_checkpoint_state(directory, newest, kept, relative=relative)
    assert state.model_checkpoint_path == written
    assert list(state.all_model_checkpoint_paths) == written_kept


def test_round_trip(tmp_path):
    kept = [str(tmp_path / "m-1"), str(tmp_path / "m-2")]
    state = make_checkpoint_state(str(tmp_path), kept[-1], kept, [1.5, 2.5], 1.0, relative=True)
    write_checkpoint_state(str(tmp_path), state)
    assert (tmp_path / "checkpoint").read_text().startswith('model_checkpoint_path: "m-2"\n')
    read = read_checkpoint_state(str(tmp_path))
    assert read.model_checkpoint_path == kept[-1] and list(read.all_model_checkpoint_paths) == kept
    assert list(read.all_model_checkpoint_timestamps) == [1.5, 2.5] and read.last_preserved_timestamp == 1.0
    assert os.listdir(tmp_path) == ["checkpoint"]


def test_a_directory_behind_a_scheme():
    write_checkpoint_state(
        "memory://state/d", make_checkpoint_state("memory://state/d", "memory://state/d/m", relative=True)
    )
    assert read_checkpoint_state("memory://state/d").model_checkpoint_path == "memory://state/d/m"
    paths.remove_recursively("memory://state")


def test_absent_damaged_and_empty(tmp_path):
    assert read_checkpoint_state(str(tmp_path)) is None
    assert read_checkpoint_state(str(tmp_path / "none")) is None
    path = tmp_path / "checkpoint"
    for content in (b"no message", b"\xff\xfe"):
        path.write_bytes(content)
        with pytest.raises(errors.DataLossError, match="cannot be parsed"):
            read_checkpoint_state(str(tmp_path))
    path.write_bytes(b"")
    with pytest.raises(ValueError, match="names no model_checkpoint_path"):
        read_checkpoint_state(str(tmp_path))


def test_the_state_file_is_not_overwritten_by_a_checkpoint(tmp_path):
    directory = str(tmp_path)
    with pytest.raises(RuntimeError, match="latest_filename"):
        write_checkpoint_state(directory, make_checkpoint_state(directory, state_path(directory)))
