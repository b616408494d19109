"""The `checkpoint` file of a directory: which checkpoint is the newest, and which others are kept.

It is a CheckpointState message in text form. A relative path in it is relative to the directory it lies in.
"""

from __future__ import annotations

import os
from collections.abc import Sequence

from google.protobuf import text_format

from evergraph.formats import paths
from evergraph.formats.messages import CheckpointState
from evergraph.framework import errors

DEFAULT_FILENAME = "checkpoint"


def state_path(directory: str, filename: str | None = None) -> str:
    """Where the state file of a directory is."""
    return paths.join(paths.as_path(directory), filename or DEFAULT_FILENAME)


def make_checkpoint_state(
    directory: str,
    newest: str,
    kept: Sequence[str] | None = None,
    timestamps: Sequence[float] | None = None,
    last_preserved_timestamp: float | None = None,
    relative: bool = False,
) -> CheckpointState:
    """The message to write into `directory`.

    `kept` lists the checkpoints not deleted yet, oldest first; `newest` is appended where it is not the last.
    Paths that are relative to the working directory become relative to `directory` where that is relative
    too; with `relative`, absolute ones do as well, so that the directory can be moved.
    """
    directory = paths.as_path(directory)
    kept = list(kept or [])
    if not kept or kept[-1] != newest:
        kept.append(newest)
    state = CheckpointState(
        model_checkpoint_path=_within(directory, newest, relative),
        all_model_checkpoint_paths=[_within(directory, path, relative) for path in kept],
        all_model_checkpoint_timestamps=timestamps,
    )
    if last_preserved_timestamp is not None:
        state.last_preserved_timestamp = last_preserved_timestamp
    return state


def _within(directory: str, path: str, relative: bool) -> str:
    path = paths.as_path(path)
    if not paths.is_local(directory) or not paths.is_local(path):
        inside = path.removeprefix(directory.rstrip("/") + "/")
        return inside if relative else path
    if os.path.isabs(path):
        return os.path.relpath(path, directory) if relative else path
    return path if os.path.isabs(directory) else os.path.relpath(path, directory)


def write_checkpoint_state(directory: str, state: CheckpointState, filename: str | None = None) -> None:
    """Writes the state file of `directory`, whole or not at all.

    Raises RuntimeError when the newest checkpoint has the same path as the state file.
    """
    path = state_path(directory, filename)
    if path == state.model_checkpoint_path:
        raise RuntimeError(
            f"The checkpoint path {path!r} is also the path of the checkpoint state file. "
            "Save under another name, or pass another latest_filename."
        )
    paths.atomic_write(path, text_format.MessageToString(state))


def read_checkpoint_state(directory: str, filename: str | None = None) -> CheckpointState | None:
    """The state of `directory` with its paths made usable from here, or None where there is no state file.

    Raises DataLossError when the file is no CheckpointState, ValueError when it names no newest checkpoint.
    """
    path = state_path(directory, filename)
    try:
        content = paths.read_bytes(path)
    except errors.NotFoundError:
        return None
    try:
        state = text_format.Parse(content, CheckpointState())
    except (text_format.ParseError, UnicodeDecodeError) as error:
        raise errors.DataLossError(
            None,
            None,
            f"The checkpoint state file {path!r} cannot be parsed: {error}. Remove it, or write it anew.",
        ) from error
    if not state.model_checkpoint_path:
        raise ValueError(f"The checkpoint state file {path!r} names no model_checkpoint_path. Remove it.")
    state.model_checkpoint_path = _absolute(directory, state.model_checkpoint_path)
    state.all_model_checkpoint_paths[:] = [_absolute(directory, p) for p in state.all_model_checkpoint_paths]
    return state


def _absolute(directory: str, path: str) -> str:
    return (
        path
        if os.path.isabs(path) or not paths.is_local(path)
        else paths.join(paths.as_path(directory), path)
    )
