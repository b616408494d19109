"""Compiled programs are kept on disk, where the user says."""

import jax
import pytest

from evergraph.engine.compilation_cache import keep_compiled_programs


@pytest.fixture(autouse=True)
def jax_settings():
    before = jax.config.jax_compilation_cache_dir, jax.config.jax_persistent_cache_min_compile_time_secs
    yield
    jax.config.update("jax_compilation_cache_dir", before[0])
    jax.config.update("jax_persistent_cache_min_compile_time_secs", before[1])


def test_in_the_directory_named(monkeypatch, tmp_path):
    monkeypatch.setenv("EVERGRAPH_CACHE", str(tmp_path))
    keep_compiled_programs()
    assert jax.config.jax_compilation_cache_dir.startswith(str(tmp_path))


def test_under_the_users_cache_directory(monkeypatch, tmp_path):
    monkeypatch.delenv("EVERGRAPH_CACHE", raising=False)
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path))
    keep_compiled_programs()
    assert jax.config.jax_compilation_cache_dir.startswith(str(tmp_path / "evergraph"))


def test_nowhere(monkeypatch):
    monkeypatch.setenv("EVERGRAPH_CACHE", "")
    keep_compiled_programs()
    assert jax.config.jax_compilation_cache_dir is None


def test_a_cache_that_jax_has_stays(monkeypatch, tmp_path):
    jax.config.update("jax_compilation_cache_dir", str(tmp_path / "mine"))
    monkeypatch.setenv("EVERGRAPH_CACHE", str(tmp_path))
    keep_compiled_programs()
    assert jax.config.jax_compilation_cache_dir == str(tmp_path / "mine")


def test_a_home_that_cannot_be_written(monkeypatch, tmp_path):
    (tmp_path / "file").write_text("")
    monkeypatch.delenv("EVERGRAPH_CACHE", raising=False)
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "file"))
    keep_compiled_programs()
    assert jax.config.jax_compilation_cache_dir is None
