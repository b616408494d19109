"""What killed saves left is told from what is being written."""

import os

import numpy as np

from evergraph.formats import paths
from evergraph.formats.bundle_writer import BundleWriter
from evergraph.formats.leftovers import hold_parts, release_parts, remove_leftovers

HEX = "0123456789abcdef" * 2


def _save(prefix):
    with BundleWriter(prefix) as writer:
        writer.add("x", np.zeros(3, np.float32))


def test_removes_what_nobody_writes_and_nothing_else(tmp_path):
    _save(str(tmp_path / "m-1"))
    with paths.AsideFile(tmp_path / "busy") as busy:
        busy.write(b"x")
        (tmp_path / f"dead.tempstate{HEX}").write_bytes(b"x" * 100)
        (tmp_path / f"m-2_temp_{HEX}").mkdir()
        (tmp_path / f"m-2_temp_{HEX}" / "part-00000-of-00001.index").write_bytes(b"x")
        held = tmp_path / f"m-3_temp_{HEX}"
        held.mkdir()
        hold_parts(str(held))
        (tmp_path / "my.tempstate").write_bytes(b"mine")
        assert sorted(remove_leftovers(tmp_path)) == [f"dead.tempstate{HEX}", f"m-2_temp_{HEX}"]
        assert remove_leftovers(tmp_path) == []
        release_parts(str(held))
        assert remove_leftovers(tmp_path) == [held.name]
    assert sorted(os.listdir(tmp_path)) == ["busy", "m-1.data-00000-of-00001", "m-1.index", "my.tempstate"]


def test_values_of_an_interrupted_save_go_and_those_whose_index_is_lost_stay(tmp_path):
    for name in ("interrupted", "lost", "replaced"):
        _save(str(tmp_path / name))
    os.rename(tmp_path / "interrupted.index", tmp_path / f"interrupted.index.tempstate{HEX}")
    os.remove(tmp_path / "lost.index")  # not by a save: perhaps somebody can repair it
    (tmp_path / "replaced.data-00001-of-00002").write_bytes(b"old")
    assert sorted(remove_leftovers(tmp_path)) == [
        "interrupted.data-00000-of-00001",
        f"interrupted.index.tempstate{HEX}",
        "replaced.data-00001-of-00002",
    ]
    assert sorted(os.listdir(tmp_path)) == [
        "lost.data-00000-of-00001",
        "replaced.data-00000-of-00001",
        "replaced.index",
    ]


def test_nowhere_and_elsewhere(tmp_path):
    assert remove_leftovers(tmp_path / "none") == remove_leftovers("memory://none") == []
