"""Checkpoints written from values, without operations in a graph: those of objects, and those of the eager mode."""

from __future__ import annotations

import os
from collections.abc import Mapping
from typing import Any

from evergraph.checkpoint import management
from evergraph.checkpoint.retention import Retention
from evergraph.formats import paths
from evergraph.formats.background import wait_for_saves
from evergraph.formats.checkpoint_bundle import BundleWriter
from evergraph.formats.messages import SaverDef
from evergraph.framework import errors, logging


class ValueFiles:
    """Writes checkpoints and keeps the newest five, as a `Saver` does."""

    def __init__(self) -> None:
        self._retention = Retention(5, 10000.0)

    def write(self, prefix: str, values: Mapping[str, Any], number: int | None) -> str:
        """Writes values by name as a checkpoint, whole or not at all, and the state file that names it.

        Args:
          prefix: the path, to which "-<number>" is added; directories that are missing are made.
          values: {name: array}.
          number: of the checkpoint; None for none.

        Returns:
          The path of the checkpoint.
        """
        wait_for_saves()
        path = paths.as_path(prefix) if number is None else f"{paths.as_path(prefix)}-{number}"
        directory = os.path.dirname(path)
        if directory and not paths.isdir(directory):
            paths.makedirs(directory)
        with BundleWriter(path) as writer:
            for name in sorted(values):
                writer.add(name, values[name])
        self._retention.add(path)
        kept = [each for each, _ in self._retention.checkpoints]
        management.write_state(management.parent_directory(path), path, kept, "checkpoint", False)
        for old in self._retention.take_removable():
            try:
                management.remove_checkpoint(old, SaverDef.V2, "meta")
            except errors.OpError as error:
                logging.warning("The old checkpoint %s could not be removed: %s", old, error)
        return path
