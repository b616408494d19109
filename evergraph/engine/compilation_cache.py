"""Compiled programs are kept on disk, so that the second start of a program is quick.

They lie in `~/.cache/evergraph` (or under `$XDG_CACHE_HOME`), in a directory for each kind of processor; anything in
it may be deleted at any time.  The environment variable EVERGRAPH_CACHE names another directory, or, when it is
empty, turns this off.  Who has given JAX a cache of their own (`jax_compilation_cache_dir`) keeps it.
"""

import hashlib
import os
import platform
from pathlib import Path

import jax

_VARIABLE = "EVERGRAPH_CACHE"
_DIRECTORY = "jax_compilation_cache_dir"  # what JAX calls it
_WORTH_KEEPING_SECS = 0.1  # how long a program took to compile


def keep_compiled_programs():
    """Gives JAX a directory for compiled programs, unless it has one or the user wants none."""
    if getattr(jax.config, _DIRECTORY) is not None:
        return
    directory = _directory()
    if directory is None:
        return
    jax.config.update(_DIRECTORY, str(directory / _processor()))
    jax.config.update("jax_persistent_cache_min_compile_time_secs", _WORTH_KEEPING_SECS)


def _directory():
    """Where to keep programs; None for nowhere."""
    wanted = os.environ.get(_VARIABLE)
    if wanted is not None:
        return Path(wanted) if wanted else None
    above = os.environ.get("XDG_CACHE_HOME")
    try:
        directory = (Path(above) if above else Path.home() / ".cache") / "evergraph"
        directory.mkdir(parents=True, exist_ok=True)
    except (OSError, RuntimeError):  # no home, or one that cannot be written: there is no cache then
        return None
    return directory if os.access(directory, os.W_OK) else None


def _processor():
    """A name for the kind of processor: programs compiled for one may not run on another."""
    features = platform.machine()
    cpus = Path("/proc/cpuinfo")
    if cpus.exists():
        lines = {
            line
            for line in cpus.read_text().splitlines()
            if line.startswith(("flags", "Features", "model name"))
        }
        features += "".join(sorted(lines))
    return f"{platform.machine()}-{hashlib.sha256(features.encode()).hexdigest()[:12]}"
