"""The checkpoints of a directory: which is the newest, which are kept, which are removed."""

import re
import time

from evergraph.formats import checkpoint_state, paths
from evergraph.formats.background import wait_for_saves
from evergraph.formats.bundle_layout import split_prefix
from evergraph.formats.checkpoint_bundle import bundle_files, index_path
from evergraph.formats.messages import CheckpointState
from evergraph.framework import errors, logging

__all__ = [
    "Retention",
    "checkpoint_exists",
    "checkpoints_on_disk",
    "generate_checkpoint_state_proto",
    "get_checkpoint_mtimes",
    "get_checkpoint_state",
    "latest_checkpoint",
    "meta_graph_filename",
    "remove_checkpoint",
    "update_checkpoint_state",
]


def generate_checkpoint_state_proto(save_dir, model_checkpoint_path,
                                    all_model_checkpoint_paths=None) -> CheckpointState:  # fmt: skip
    """The message that the state file of `save_dir` holds.

    Args:
      save_dir: the directory of the checkpoints.
      model_checkpoint_path: the newest one.
      all_model_checkpoint_paths: all that are kept, oldest first; the newest is appended where it is not the last.
    """
    return checkpoint_state.make_checkpoint_state(save_dir, model_checkpoint_path, all_model_checkpoint_paths)


def update_checkpoint_state(save_dir, model_checkpoint_path, all_model_checkpoint_paths=None,
                            latest_filename=None) -> None:  # fmt: skip
    """Writes the state file of `save_dir`, whole or not at all.

    Args are those of `generate_checkpoint_state_proto`; `latest_filename` is the file's name ("checkpoint").

    Raises:
      RuntimeError: a checkpoint has the path of the state file.
    """
    write_state(save_dir, model_checkpoint_path, all_model_checkpoint_paths, latest_filename, relative=False)


def write_state(save_dir, newest, kept, latest_filename, relative):
    """`update_checkpoint_state`; with `relative`, paths within `save_dir` are written relative to it."""
    state = checkpoint_state.make_checkpoint_state(save_dir, newest, kept, relative=relative)
    checkpoint_state.write_checkpoint_state(save_dir, state, latest_filename)


def get_checkpoint_state(checkpoint_dir, latest_filename=None) -> CheckpointState | None:
    """What the state file of a directory says, with its paths made usable from here.

    Returns None where there is no such file, or (with a warning) where it cannot be read;
    `checkpoints_on_disk` then tells what is there.

    Raises:
      ValueError: the file names no newest checkpoint.
    """
    wait_for_saves()
    try:
        return checkpoint_state.read_checkpoint_state(checkpoint_dir, latest_filename)
    except errors.OpError as error:
        logging.warning("%s: %s", type(error).__name__, error.message)
        logging.warning("%s: Checkpoint ignored", checkpoint_state.state_path(checkpoint_dir, latest_filename))
        return None


def latest_checkpoint(checkpoint_dir, latest_filename=None) -> str | None:
    """The path of the newest checkpoint that the state file names; None when there is none, or it is gone."""
    state = get_checkpoint_state(checkpoint_dir, latest_filename)
    if state is None:
        return None
    if checkpoint_exists(state.model_checkpoint_path):
        return state.model_checkpoint_path
    logging.error("Couldn't match files for checkpoint %s", state.model_checkpoint_path)
    return None


def checkpoints_on_disk(checkpoint_dir) -> list[str]:
    """The checkpoints (V2) whose index lies in a directory, oldest first, whatever the state file says."""
    wait_for_saves()
    if not paths.isdir(checkpoint_dir):
        return []
    found = []
    for name in paths.listdir(checkpoint_dir):
        if name.endswith(".index"):
            path = paths.join(checkpoint_dir, name)
            found.append((paths.stat(path).mtime_nsec, _step_of(name), path.removesuffix(".index")))
    return [path for _, _, path in sorted(found)]


def _step_of(name):
    match = re.search(r"-(\d+)\.index$", name)
    return int(match[1]) if match else -1


def checkpoint_exists(checkpoint_prefix) -> bool:
    """Whether there is a checkpoint, V2 or V1, of this path; "?" and "*" in it match as in a shell."""
    wait_for_saves()
    return bool(_identifying_files(paths.as_path(checkpoint_prefix)))


def _identifying_files(prefix):
    """The files by which a checkpoint is known: its index (V2), or itself (V1)."""
    for path in (index_path(prefix), prefix):
        if paths.exists(path) and not paths.isdir(path):
            return [path]
        if any(c in path for c in "?*"):
            found = paths.glob(path)
            if found:
                return found
    return []


def get_checkpoint_mtimes(checkpoint_prefixes) -> list[float]:
    """The modification times, in seconds, of those of the checkpoints that exist."""
    times = []
    for prefix in checkpoint_prefixes:
        found = _identifying_files(paths.as_path(prefix))
        if found:
            times.append(paths.stat(found[0]).mtime_nsec / 1e9)
    return times


def meta_graph_filename(checkpoint_prefix, meta_graph_suffix="meta") -> str:
    """The path of the metagraph beside a checkpoint."""
    base = re.sub(r"-[\d\?]+-of-\d+$", "", paths.as_path(checkpoint_prefix))
    return f"{base}.{meta_graph_suffix}"


def remove_checkpoint(checkpoint_prefix, checkpoint_format_version=2, meta_graph_suffix="meta") -> None:
    """Removes the files of a checkpoint, and its metagraph.  Files that are gone already do not matter.

    Args:
      checkpoint_prefix: its path, without ".index".
      checkpoint_format_version: 2, or 1 for a checkpoint that is one file (or several, with "?" in the path).
      meta_graph_suffix: what the metagraph's name ends in.
    """
    prefix = paths.as_path(checkpoint_prefix)
    files = [meta_graph_filename(prefix, meta_graph_suffix)]
    files += bundle_files(prefix) if checkpoint_format_version == 2 else paths.glob(prefix)
    for path in files:
        if paths.exists(path):
            paths.remove(path)


class Retention:
    """Which checkpoints of a Saver are kept.

    The `max_to_keep` newest are; of those that drop out, one is kept for every so many hours of training.

    Args:
      max_to_keep: 0 keeps all, and remembers none.
      keep_checkpoint_every_n_hours: hours between those that are kept for good.
      now: the time it begins, in seconds.
    """

    def __init__(self, max_to_keep, keep_checkpoint_every_n_hours, now=None):
        self.max_to_keep = max_to_keep
        self._interval = keep_checkpoint_every_n_hours * 3600
        self._next_kept = (time.time() if now is None else now) + self._interval
        self.checkpoints = []  # [(path, time)], oldest first
        self._dropped = []

    def add(self, path, now=None) -> None:
        """A checkpoint was written."""
        if not self.max_to_keep:
            return
        self.checkpoints = [entry for entry in self.checkpoints if entry[0] != path]
        self.checkpoints.append((path, time.time() if now is None else now))
        if len(self.checkpoints) > self.max_to_keep:
            self._dropped.append(self.checkpoints.pop(0))

    def take_removable(self) -> list[str]:
        """The paths to remove now: those that dropped out, less those that are kept for good."""
        removable = []
        for path, when in self._dropped:
            if when > self._next_kept:
                self._next_kept += self._interval
            else:
                removable.append(path)
        self._dropped = []
        return removable


def parent_directory(path) -> str:
    """The directory that a checkpoint's files lie in; "" for the current one."""
    return split_prefix(paths.as_path(path))[0]
