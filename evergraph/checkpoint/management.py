"""The checkpoints of a directory: which is the newest, which are kept, which are removed."""

import os
import re
import uuid
from collections.abc import Iterable, Sequence
from contextlib import suppress

from evergraph.formats import checkpoint_state, paths
from evergraph.formats.background import wait_for_saves
from evergraph.formats.bundle_layout import index_path, split_prefix
from evergraph.formats.checkpoint_bundle import bundle_files
from evergraph.formats.checkpoint_reader import open_checkpoint
from evergraph.formats.messages import CheckpointState
from evergraph.formats.sstable import TABLE_END
from evergraph.framework import errors, logging
from evergraph.framework.public import public, public_module

public_module("python.training.checkpoint_management", "python.training.saver")


@public("train.generate_checkpoint_state_proto")
def generate_checkpoint_state_proto(
    save_dir: str, model_checkpoint_path: str, all_model_checkpoint_paths: Sequence[str] | None = None
) -> CheckpointState:
    """The message that the state file of `save_dir` holds.

    Args:
      save_dir: the directory of the checkpoints.
      model_checkpoint_path: the newest one.
      all_model_checkpoint_paths: all that are kept, oldest first; the newest is appended where it is not the last.
    """
    return checkpoint_state.make_checkpoint_state(save_dir, model_checkpoint_path, all_model_checkpoint_paths)


@public("train.update_checkpoint_state")
def update_checkpoint_state(
    save_dir: str,
    model_checkpoint_path: str,
    all_model_checkpoint_paths: Sequence[str] | None = None,
    latest_filename: str | None = None,
) -> None:
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


@public("train.get_checkpoint_state")
def get_checkpoint_state(checkpoint_dir: str, latest_filename: str | None = None) -> CheckpointState | None:
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
        logging.warning(
            "%s: Checkpoint ignored", checkpoint_state.state_path(checkpoint_dir, latest_filename)
        )
        return None


def readable_state(checkpoint_dir, latest_filename=None) -> CheckpointState | None:
    """`get_checkpoint_state`, but None, with a warning, for a file that names no newest checkpoint: one cut off."""
    try:
        return get_checkpoint_state(checkpoint_dir, latest_filename)
    except ValueError as error:
        logging.warning("%s", error)
        return None


@public("train.latest_checkpoint")
def latest_checkpoint(checkpoint_dir: str, latest_filename: str | None = None) -> str | None:
    """The path of the newest checkpoint that the state file names; None when there is none.

    Where that one is gone or cut short, a warning says so, and the newest of the others that the state file names and
    that are whole is taken.  (Changed bytes are found by restoring: a monitored session then takes an older one.)
    """
    state = get_checkpoint_state(checkpoint_dir, latest_filename)
    if state is None:
        others = [] if latest_filename else checkpoints_on_disk(checkpoint_dir, also_v1=True)
        if others:
            logging.warning(
                "%s is missing or cannot be read, but there are %d checkpoints beside it, the newest of them %s: pass "
                "that to Saver.restore to go on from it.",
                checkpoint_state.state_path(checkpoint_dir),
                len(others),
                others[-1],
            )
        return None
    for path in [state.model_checkpoint_path, *_older_first_choice(state)]:
        reason = damage_of(path)
        if reason is None:
            return path
        if checkpoint_exists(path):
            logging.error("The checkpoint %s is passed over: %s", path, reason)
        else:
            logging.error("Couldn't match files for checkpoint %s", path)
    return None


def _older_first_choice(state):
    """The other checkpoints of a state file, newest first."""
    return [p for p in reversed(state.all_model_checkpoint_paths) if p != state.model_checkpoint_path]


@public()
def damage_of(checkpoint_prefix: str) -> str | None:
    """What is wrong with the files of a checkpoint, as far as their sizes and the index tell; None when nothing is."""
    try:
        with open_checkpoint(paths.as_path(checkpoint_prefix)) as reader:
            reader.check_files()
    except (errors.NotFoundError, errors.DataLossError) as error:
        return error.message
    return None


@public()
def restorable(checkpoint_dir: str, latest_filename: str | None = None) -> list[str]:
    """The checkpoints that a program which goes on may restore, the best choice first; empty when there are none.

    That is the newest of the state file, its others from the newest to the oldest, and then what else lies in the
    directory, the newest first.  Where the state file is missing or cannot be read, what lies in the directory is all
    there is, and a warning says so.  The files are not looked into.
    """
    state = readable_state(checkpoint_dir, latest_filename)
    on_disk = checkpoints_on_disk(checkpoint_dir, also_v1=True)[::-1]
    if state is None:
        if on_disk:
            logging.warning(
                "%s is missing or cannot be read; the directory was searched instead and holds %d checkpoints, the "
                "newest of them %s.",
                checkpoint_state.state_path(checkpoint_dir, latest_filename),
                len(on_disk),
                on_disk[0],
            )
        return on_disk
    named = [state.model_checkpoint_path, *_older_first_choice(state)]
    real = {os.path.realpath(path) for path in named}
    return named + [path for path in on_disk if os.path.realpath(path) not in real]


@public()
def known_checkpoints(prefix: str, named: Iterable[str] = ()) -> list[tuple[str, float]]:
    """(path, time) of all checkpoints of the family of `prefix`, oldest first: those that differ from it in the step.

    Args:
      prefix: the path of one of them.
      named: paths to include wherever they are, if they exist.
    """
    base = re.sub(r"-\d+$", "", paths.as_path(prefix))
    family = re.compile(re.escape(os.path.basename(base)) + r"-\d+")
    directory = parent_directory(prefix)
    found = {os.path.realpath(path): path for path in named if checkpoint_exists(path)}
    for path in checkpoints_on_disk(directory or "."):
        name = os.path.basename(path)
        if family.fullmatch(name):
            found.setdefault(
                os.path.realpath(path), f"{prefix[: len(prefix) - len(os.path.basename(prefix))]}{name}"
            )
    known = list(found.values())
    order = {path: place for place, path in enumerate(named)}
    times = list(zip(known, get_checkpoint_mtimes(known)))
    return sorted(times, key=lambda entry: (entry[1], order.get(entry[0], -1)))


@public()
def checkpoints_on_disk(checkpoint_dir: str, also_v1: bool = False) -> list[str]:
    """The checkpoints that lie in a directory, oldest first, whatever the state file says.

    Args:
      checkpoint_dir: the directory.
      also_v1: whether those of the first format count too, which have no index: files named for a step, or beside a
        metagraph, and those of several shards as the pattern that stands for them.
    """
    wait_for_saves()
    if not paths.isdir(checkpoint_dir):
        return []
    names = paths.listdir(checkpoint_dir)
    files = {name: name.removesuffix(".index") for name in names if name.endswith(".index")}
    if also_v1:
        files.update(_first_format(checkpoint_dir, names))
    found = []
    for name, checkpoint in files.items():
        with suppress(errors.NotFoundError):  # removed since
            time = paths.stat(paths.join(checkpoint_dir, name)).mtime_nsec
            found.append((time, _step_of(name), paths.join(checkpoint_dir, checkpoint)))
    return [path for _, _, path in sorted(found)]


def _first_format(directory, names):
    """{a file of each checkpoint V1: what the checkpoint is called}, one file for each."""
    there, found = set(names), {}
    for name in sorted(names):
        base, shards = name, ""
        if match := re.fullmatch(r"(.+)-\d{5}-of-(\d{5})", name):
            base, shards = match[1], f"-?????-of-{match[2]}"
        if f"{base}.index" in there or base.endswith(".data") or ".tempstate" in name:
            continue
        path = paths.join(directory, name)
        if f"{base}.meta" in there or (re.search(r"-\d+$", base) and _is_table(path)):
            if not paths.isdir(path):
                found.setdefault(f"{base}{shards}", name)
    return {name: checkpoint for checkpoint, name in found.items()}


def _is_table(path):
    """Whether a file ends as tables of sorted strings do."""
    try:
        size = paths.stat(path).length
        with paths.open_file(path) as file:
            file.seek(max(0, size - len(TABLE_END)))
            return file.read(len(TABLE_END)) == TABLE_END
    except (errors.OpError, OSError):
        return False


def _step_of(name):
    match = re.search(r"-(\d+)(?:-\d{5}-of-\d{5})?(?:\.index)?$", name)
    return int(match[1]) if match else -1


@public("train.checkpoint_exists")
def checkpoint_exists(checkpoint_prefix: str) -> bool:
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


@public("train.get_checkpoint_mtimes")
def get_checkpoint_mtimes(checkpoint_prefixes: Iterable[str]) -> list[float]:
    """The modification times, in seconds, of those of the checkpoints that exist."""
    times = []
    for prefix in checkpoint_prefixes:
        found = _identifying_files(paths.as_path(prefix))
        if found:
            times.append(paths.stat(found[0]).mtime_nsec / 1e9)
    return times


@public()
def meta_graph_filename(checkpoint_prefix: str, meta_graph_suffix: str = "meta") -> str:
    """The path of the metagraph beside a checkpoint."""
    base = re.sub(r"-[\d\?]+-of-\d+$", "", paths.as_path(checkpoint_prefix))
    return f"{base}.{meta_graph_suffix}"


@public()
def remove_checkpoint(
    checkpoint_prefix: str, checkpoint_format_version: int = 2, meta_graph_suffix: str = "meta"
) -> None:
    """Removes the files of a checkpoint, and its metagraph.  Files that are gone already do not matter.

    Args:
      checkpoint_prefix: its path, without ".index".
      checkpoint_format_version: 2, or 1 for a checkpoint that is one file (or several, with "?" in the path).
      meta_graph_suffix: what the metagraph's name ends in.
    """
    prefix = paths.as_path(checkpoint_prefix)
    meta_graph = meta_graph_filename(prefix, meta_graph_suffix)
    files = [meta_graph] if paths.exists(meta_graph) else []
    if checkpoint_format_version == 2:
        index = index_path(prefix)
        data = [path for path in bundle_files(prefix) if path != index]
        if paths.is_local(index) and paths.exists(index):
            # Without an index there is no checkpoint.  Under such a name it shows, should this be killed half-way,
            # that the data files are to be removed too (formats.leftovers).
            aside = f"{index}.tempstate{uuid.uuid4().hex}"
            paths.rename(index, aside)
            index = aside
        files += [*data, index]
    else:
        files += paths.glob(prefix)
    for path in files:
        with suppress(errors.NotFoundError):
            paths.remove(path)


def parent_directory(path) -> str:
    """The directory that a checkpoint's files lie in; "" for the current one."""
    return split_prefix(paths.as_path(path))[0]
