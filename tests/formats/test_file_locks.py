"""Locks that end with who holds them; what other processes see is in tests/faults/test_two_writers.py."""

import os
import shutil

from evergraph.formats.file_locks import DirectoryLock, is_free


def test_locks_of_one_process_share_a_directory(tmp_path):
    first, second = DirectoryLock(str(tmp_path), "files"), DirectoryLock(str(tmp_path / "."), "files")
    assert not first.shared and second.shared and not is_free(str(tmp_path))
    first.release()
    first.release()
    assert not is_free(str(tmp_path))
    second.release()
    assert is_free(str(tmp_path)) and os.listdir(tmp_path) == []


def test_a_directory_that_was_removed_and_made_anew_is_another(tmp_path):
    place = tmp_path / "run"
    place.mkdir()
    old = DirectoryLock(str(place), "files")
    shutil.rmtree(place)
    place.mkdir()
    new = DirectoryLock(str(place), "files")
    assert not new.shared and not is_free(str(place))
    old.release()
    assert not is_free(str(place))
    new.release()
    assert is_free(str(place))


def test_what_is_not_there_is_not_free(tmp_path):
    assert not is_free(str(tmp_path / "none"))
