"""`tf.train.Saver`.

`Saver.save`, in order:
1. the path, with the step              `_checkpoint_path`
2. one run of the save operation        a consistent snapshot, written whole or not at all (ops.saving)
3. the metagraph beside it              `export_meta_graph`
4. the state file, last                 `management.write_state`
5. old checkpoints are removed          `retention.Retention`
"""

from __future__ import annotations

import math
import os
import re
from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING, Any

import numpy as np
from tensorboard.compat.proto.graph_pb2 import GraphDef

from evergraph.checkpoint import management, program_state
from evergraph.checkpoint.adoption import adopt_operations
from evergraph.checkpoint.builder import BulkSaverBuilder
from evergraph.checkpoint.meta_graph import (
    import_meta_graph_def,
    read_meta_graph_file,
    register_collection_class,
    write_meta_graph,
)
from evergraph.checkpoint.retention import Retention
from evergraph.formats import paths
from evergraph.formats.background import wait_for_saves
from evergraph.formats.leftovers import remove_leftovers
from evergraph.formats.messages import MetaGraphDef, SaverDef
from evergraph.formats.save_options import save_options
from evergraph.framework import errors, logging
from evergraph.framework.collections import GraphKeys, add_to_collection, get_collection
from evergraph.framework.default_graph import get_default_graph
from evergraph.framework.graph import Graph
from evergraph.framework.public import public, public_module
from evergraph.framework.types import TensorLike
from evergraph.ops.name_scopes import prepend_name_scope, strip_name_scope
from evergraph.ops.variables.collections import all_saveable_objects

if TYPE_CHECKING:
    from evergraph.checkpoint.builder import BaseSaverBuilder

public_module("python.training.saver")


@public("train.Saver")
class Saver:
    """Saves variables to checkpoints, and restores them.

        saver = tf.train.Saver()
        path = saver.save(sess, "/tmp/model.ckpt", global_step=7)      # "/tmp/model.ckpt-7"
        saver.restore(sess, path)

    A Saver of all the program's global variables also carries the session's random state, so that a program
    that is restored goes on with the random numbers it would have drawn.

    Args:
      var_list: a list of variables, partitioned variables and SaveableObjects, saved under their operations'
        names, or a dict {name in the checkpoint: variable}; all global variables and the graph's saveable objects
        when None.
      reshape: whether a variable may be restored from one of another shape with as many elements.
      sharded: whether each device writes a data file of its own.
      max_to_keep: how many of the newest checkpoints to keep; None or 0 keeps all.
      keep_checkpoint_every_n_hours: one checkpoint for every so many hours is never removed.
      name: the name scope of the operations ("save").
      restore_sequentially: accepted; a builder that reads by several operations orders them.
      saver_def: a SaverDef naming operations that the graph has already: none are added.
      builder: what adds the operations; a `BulkSaverBuilder` when None.
      defer_build: whether the operations are added by `build()`, not now.
      allow_empty: whether there may be nothing to save; `save` and `restore` then do nothing.
      write_version: `SaverDef.V2`, or `SaverDef.V1` for programs that read nothing else: one file (with `sharded`, one
        for each device, which appear one after another) without its `.index` and `.data`. Both versions can be restored.
      pad_step_number: whether steps in paths have eight digits.
      save_relative_paths: whether the state file holds paths relative to it, so that the directory can be moved.
      filename: the path the operations use when none is fed ("model").
      retention: what to keep, as values (`KeepLatest(2)`, or a list of such), in place of `max_to_keep` and
        `keep_checkpoint_every_n_hours`.

    Raises:
      ValueError: nothing to save (unless `allow_empty`), two variables of one name, `var_list` with
        `defer_build`, an incomplete `saver_def`.
      TypeError: something in `var_list` that cannot be saved.
    """

    def __init__(
        self,
        var_list: Any = None,
        reshape: bool = False,
        sharded: bool = False,
        max_to_keep: int | None = 5,
        keep_checkpoint_every_n_hours: float = 10000.0,
        name: str | None = None,
        restore_sequentially: bool = False,
        saver_def: SaverDef | None = None,
        builder: BaseSaverBuilder | None = None,
        defer_build: bool = False,
        allow_empty: bool = False,
        write_version: int = SaverDef.V2,
        pad_step_number: bool = False,
        save_relative_paths: bool = False,
        filename: str | None = None,
        retention: Any = None,
    ) -> None:
        if defer_build and var_list:
            raise ValueError(
                "If `var_list` is provided then build cannot be deferred: leave out one of var_list and defer_build"
            )
        self._var_list = var_list
        self._reshape = reshape
        self._sharded = sharded
        self._max_to_keep = max_to_keep
        self._keep_hours = keep_checkpoint_every_n_hours
        self._name = name
        self._restore_sequentially = restore_sequentially
        self.saver_def: Any = saver_def
        self._builder = builder
        self._allow_empty = allow_empty
        self._write_version = write_version
        self._pad_step_number = pad_step_number
        self._save_relative_paths = save_relative_paths
        self._filename = filename
        self._is_built = False
        self._is_empty = None
        if retention is not None and not isinstance(retention, (list, tuple)):
            retention = [retention]
        self._policies = retention
        self._retention = Retention(max_to_keep or 0, keep_checkpoint_every_n_hours, policies=retention)
        self._restored_from = None  # the checkpoint that this Saver goes on from
        self._cleaned = set()  # directories in which nothing that was killed has left anything any more
        if not defer_build:
            self.build()
        if self.saver_def:
            self._check_saver_def()

    # -- building --------------------------------------------------------------------------------------------

    def build(self) -> None:
        """Adds the operations, when the constructor was told to defer that.  Once built, does nothing.

        Raises:
          ValueError: nothing to save, or a `saver_def` whose operations the graph does not have.
        """
        if self._is_built:
            return
        self._is_built = True
        if self.saver_def:
            self._check_saver_def()
            if self._name:
                for field in ("filename_tensor_name", "save_tensor_name", "restore_op_name"):
                    setattr(
                        self.saver_def, field, prepend_name_scope(getattr(self.saver_def, field), self._name)
                    )
            adopt_operations(self.saver_def)
        else:
            if self._var_list is None:
                self._var_list = all_saveable_objects()
            if not self._var_list:
                if not self._allow_empty:
                    raise ValueError(
                        "No variables to save: create them before the Saver, or pass allow_empty=True"
                    )
                self._is_empty = True
                return
            self._is_empty = False
            self._builder = self._builder or BulkSaverBuilder(self._write_version)
            self.saver_def = self._builder.build(
                self._var_list,
                reshape=self._reshape,
                sharded=self._sharded,
                max_to_keep=self._max_to_keep,
                keep_checkpoint_every_n_hours=self._keep_hours,
                name=self._name,
                restore_sequentially=self._restore_sequentially,
                filename=self._filename,
            )
        self._check_saver_def()
        self._retention = Retention(
            self.saver_def.max_to_keep, self.saver_def.keep_checkpoint_every_n_hours, policies=self._policies
        )

    def _check_saver_def(self):
        if not isinstance(self.saver_def, SaverDef):
            raise ValueError(f"saver_def must be a tf.train.SaverDef, got {self.saver_def!r}")
        for field in ("save_tensor_name", "restore_op_name"):
            if not getattr(self.saver_def, field):
                raise ValueError(f"saver_def must specify the {field}, got: {self.saver_def}")

    # -- saving ----------------------------------------------------------------------------------------------

    def save(
        self,
        sess: Any,
        save_path: str,
        global_step: Any = None,
        latest_filename: str | None = None,
        meta_graph_suffix: str = "meta",
        write_meta_graph: bool = True,
        write_state: bool = True,
        strip_default_attrs: bool = False,
        metric: TensorLike = None,
    ) -> str | None:
        """Saves the variables, which must have been initialized.

        Args:
          sess: a session, plain or monitored, in which the graph was launched.
          save_path: the path of the checkpoint, without ".index" or ".data".
          global_step: a step number, or a tensor or variable of it, to append as "-<step>".
          latest_filename: the name of the state file ("checkpoint"), which names the newest checkpoint.
          meta_graph_suffix: what the metagraph's file name ends in.
          write_meta_graph: whether to write the metagraph beside the checkpoint.
          write_state: whether to write the state file (and to remove old checkpoints).
          strip_default_attrs: whether to leave attributes with their default values out of the metagraph.
          metric: how good the checkpoint is, for a retention that keeps the best.

        Returns:
          The path of the checkpoint, for `restore`; None when the Saver is empty.

        Raises:
          TypeError: `sess` is no session.
          ValueError: `latest_filename` has a directory or collides with `save_path`; the parent directory of
            `save_path` does not exist.
          RuntimeError: the operations were not built.
          FailedPreconditionError: a variable that was not initialized.
        """
        if not self._is_built:
            raise RuntimeError("`build()` should be called before save if defer_build==True")
        wait_for_saves()  # which may be of this Saver
        sess = _raw_session(sess)
        save_path = paths.as_path(save_path)
        latest_filename = latest_filename or "checkpoint"
        if os.path.split(latest_filename)[0]:
            raise ValueError(f"'latest_filename' must not contain path components, got {latest_filename!r}")
        if global_step is None and os.path.basename(save_path) == latest_filename and not self._sharded:
            raise ValueError(
                f"'latest_filename' collides with 'save_path': {latest_filename!r} and {save_path!r}; "
                "save under another name"
            )
        directory = management.parent_directory(save_path)
        if directory not in self._cleaned:
            self._cleaned.add(directory)
            remove_leftovers(directory or ".")
        path = self._checkpoint_path(sess, save_path, global_step)
        if not self._is_empty:
            path = self._run_save(sess, path, save_path)
        if write_meta_graph:
            with sess.graph.as_default():
                self.export_meta_graph(
                    management.meta_graph_filename(path, meta_graph_suffix),
                    strip_default_attrs=strip_default_attrs,
                )
        if self._is_empty:
            return None
        if write_state:
            self._go_on_with_what_is_there(path, latest_filename)
            self._retention.add(path, metric=metric)
            management.write_state(
                directory, path, self.last_checkpoints, latest_filename, self._save_relative_paths
            )
            self._remove_old(meta_graph_suffix)
        return path

    def _checkpoint_path(self, sess, save_path, global_step):
        if global_step is None:
            return save_path
        if not isinstance(global_step, (int, np.integer)):
            global_step = int(sess.run(global_step))
        return f"{save_path}-{global_step:08d}" if self._pad_step_number else f"{save_path}-{global_step}"

    def _go_on_with_what_is_there(self, path, latest_filename):
        """Counts, once, the older checkpoints of the run that this Saver has restored and now goes on with."""
        restored, self._restored_from = self._restored_from, None
        if restored is None or self._retention.checkpoints or _family(restored) != _family(path):
            return
        state = management.readable_state(management.parent_directory(path), latest_filename)
        self.adopt_checkpoints(restored, [] if state is None else state.all_model_checkpoint_paths)

    def adopt_checkpoints(self, restored: str, named: Iterable[str] = ()) -> None:
        """Counts, from now on, all checkpoints of the run that `restored` is of as if this Saver had saved them.

        Args:
          restored: the path of one of them; the others lie beside it and differ in the step.
          named: paths that a state file lists, oldest first.
        """
        self._restored_from = None
        self._retention.adopt(management.known_checkpoints(restored, list(named)))

    def _run_save(self, sess, path, save_path):
        try:
            with program_state.held_state(sess) as (state, release):
                held = None if self._sharded else release  # of shards, the first is not the last
                with save_options(extra=state, held=held):
                    saved = sess.run(
                        self.saver_def.save_tensor_name, {self.saver_def.filename_tensor_name: path}
                    )
        except (errors.FailedPreconditionError, errors.NotFoundError) as error:
            parent = management.parent_directory(save_path)
            if parent and not paths.isdir(parent):
                raise ValueError(f"Parent directory of {save_path} doesn't exist, can't save.") from error
            raise
        return saved.decode("utf-8", "surrogateescape") if isinstance(saved, bytes) else str(saved)

    def _remove_old(self, meta_graph_suffix):
        for path in self._retention.take_removable():
            try:
                management.remove_checkpoint(path, self.saver_def.version, meta_graph_suffix)
            except errors.OpError as error:
                # The new checkpoint is safe; that an old one stays is no reason to stop training.
                logging.warning("The old checkpoint %s could not be removed: %s", path, error)

    # -- restoring -------------------------------------------------------------------------------------------

    def restore(self, sess: Any, save_path: str) -> None:
        """Restores variables, which need not have been initialized.

        Args:
          sess: a session, plain or monitored.
          save_path: what `save` or `latest_checkpoint` returned.

        Raises:
          ValueError: `save_path` is None, or no checkpoint.
          NotFoundError: the checkpoint lacks a variable.
          InvalidArgumentError: a variable has another shape or dtype than in the checkpoint.
          DataLossError: a damaged file, which the message names.
          On any of these all variables keep their values.
        """
        if self._is_empty:
            return
        if save_path is None:
            raise ValueError(
                "Can't load save_path when it is None: tf.train.latest_checkpoint() returns None when the "
                "directory holds no checkpoint"
            )
        if not self._is_built:
            raise RuntimeError("`build()` should be called before restore if defer_build==True")
        sess = _raw_session(sess)
        save_path = paths.as_path(save_path)
        if not management.checkpoint_exists(save_path):
            raise ValueError(
                f"The passed save_path is not a valid checkpoint: {save_path}. {_nearby(save_path)}"
            )
        logging.info("Restoring parameters from %s", save_path)
        sess.run(self.saver_def.restore_op_name, {self.saver_def.filename_tensor_name: save_path})
        program_state.read_state(sess, save_path)
        self._restored_from = save_path

    # -- which checkpoints there are -------------------------------------------------------------------------

    @property
    def last_checkpoints(self) -> list[str]:
        """The paths of the checkpoints that are kept, oldest first."""
        return [path for path, _ in self._retention.checkpoints]

    def set_last_checkpoints(self, last_checkpoints: Sequence[str]) -> None:
        """Deprecated: use `set_last_checkpoints_with_time`.  Sets the paths that are kept, oldest first."""
        _require_list(last_checkpoints)
        self._retention.checkpoints = [(path, math.inf) for path in last_checkpoints]

    def set_last_checkpoints_with_time(self, last_checkpoints_with_time: Sequence[tuple[str, float]]) -> None:
        """Sets the kept checkpoints: (path, time in seconds), oldest first."""
        _require_list(last_checkpoints_with_time)
        self._retention.checkpoints = [(path, when) for path, when in last_checkpoints_with_time]

    def adopt_measured(self, measured: Iterable[tuple[str, float | None]]) -> None:
        """Counts, from now on, checkpoints whose metrics are known: [(path, metric)], oldest first."""
        times = management.get_checkpoint_mtimes([path for path, _ in measured])
        self._retention.adopt((path, when, metric) for (path, metric), when in zip(measured, times))

    def set_retention(self, retention: Any) -> None:
        """What to keep from now on: a value such as `KeepLatest(2)`, or a list of such."""
        self._policies = list(retention) if isinstance(retention, (list, tuple)) else [retention]
        self._retention.policies = self._policies

    def recover_last_checkpoints(self, checkpoint_paths: Sequence[str]) -> None:
        """Takes over, after a restart, those of the paths (oldest first) that exist, with their times.

        Nothing else that may lie beside them is counted then.
        """
        self._restored_from = None
        existing = [path for path in checkpoint_paths if management.checkpoint_exists(path)]
        self.set_last_checkpoints_with_time(list(zip(existing, management.get_checkpoint_mtimes(existing))))

    # -- as messages -----------------------------------------------------------------------------------------

    def as_saver_def(self) -> SaverDef:
        """The SaverDef that names its operations."""
        return self.saver_def

    def to_proto(self, export_scope: str | None = None) -> SaverDef | None:
        """A SaverDef with names relative to `export_scope`; None when it is not in that scope."""
        if export_scope is None:
            return self.saver_def
        names = ("filename_tensor_name", "save_tensor_name", "restore_op_name")
        if not all(getattr(self.saver_def, field).startswith(export_scope) for field in names):
            return None
        message = SaverDef()
        message.CopyFrom(self.saver_def)
        for field in names:
            setattr(message, field, strip_name_scope(getattr(message, field), export_scope))
        return message

    @staticmethod
    def from_proto(saver_def: SaverDef, import_scope: str | None = None) -> Saver:
        """The Saver that a SaverDef describes, from operations that are in the graph already."""
        return Saver(saver_def=saver_def, name=import_scope)

    def export_meta_graph(
        self,
        filename: str | None = None,
        collection_list: Iterable[str] | None = None,
        as_text: bool = False,
        export_scope: str | None = None,
        clear_devices: bool = False,
        clear_extraneous_savers: bool = False,
        strip_default_attrs: bool = False,
    ) -> MetaGraphDef:
        """`tf.train.export_meta_graph` of the default graph, with this Saver in it."""
        return export_meta_graph(
            filename=filename,
            saver_def=self.saver_def,
            collection_list=collection_list,
            as_text=as_text,
            export_scope=export_scope,
            clear_devices=clear_devices,
            clear_extraneous_savers=clear_extraneous_savers,
            strip_default_attrs=strip_default_attrs,
        )


def _raw_session(sess):
    """The session behind a monitored one, whose hooks must not see a saver's run; others as they are."""
    for attribute in ("raw_session", "_tf_sess"):
        raw = getattr(sess, attribute, None)
        if raw is not None:
            found = raw() if callable(raw) else raw
            if found is None:
                raise RuntimeError(f"{sess!r} has no session at the moment: it is closed, or not started yet")
            return found
    if not hasattr(sess, "run") or not hasattr(sess, "graph"):
        raise TypeError(f"'sess' must be a Session, got {sess!r} of type {type(sess).__name__}")
    return sess


def _family(path):
    """What checkpoints of one run share: the path without the step."""
    return os.path.realpath(re.sub(r"-\d+$", "", path))


def _nearby(save_path):
    """What is there instead."""
    directory = management.parent_directory(save_path)
    if directory and not paths.isdir(directory):
        return f"The directory {directory!r} does not exist."
    found = management.checkpoints_on_disk(directory or ".")
    if not found:
        return f"There are no checkpoints in {directory or '.'!r}."
    return f"The directory holds {len(found)} checkpoints, the newest is {found[-1]!r}."


def _require_list(value):
    if not isinstance(value, list):
        raise AssertionError(f"the checkpoints must be given as a list, oldest first; got {value!r}")


@public("python.training.saver._get_saver_or_default")
def get_saver_or_default() -> Saver:
    """The Saver of the graph's SAVERS collection; a sharded one of everything is made (and added) where none is.

    Raises:
      RuntimeError: the collection has several.
    """
    savers = get_collection(GraphKeys.SAVERS)
    if len(savers) > 1:
        raise RuntimeError(
            f"More than one item in collection {GraphKeys.SAVERS}: {savers}. Please indicate which one to use by "
            "passing it to the constructor."
        )
    if savers:
        return savers[0]
    saver = Saver(sharded=True, allow_empty=True)
    add_to_collection(GraphKeys.SAVERS, saver)
    return saver


@public("train.export_meta_graph")
def export_meta_graph(
    filename: str | None = None,
    meta_info_def: MetaGraphDef.MetaInfoDef | None = None,
    graph_def: GraphDef | None = None,
    saver_def: SaverDef | None = None,
    collection_list: Iterable[str] | None = None,
    as_text: bool = False,
    graph: Graph | None = None,
    export_scope: str | None = None,
    clear_devices: bool = False,
    clear_extraneous_savers: bool = False,
    strip_default_attrs: bool = False,
    **kwargs: Any,
) -> MetaGraphDef:
    """The graph, its collections and its Saver as a MetaGraphDef, from which a program can be rebuilt.

    Args:
      filename: where to write it; None only returns it.
      meta_info_def: a MetaInfoDef to begin with (tags, version).
      graph_def: a GraphDef to use; that of `graph` when None.
      saver_def: the SaverDef to include.
      collection_list: the names of the collections to include; all when None.
      as_text: whether to write text, not bytes.
      graph: the Graph; the default graph when None.
      export_scope: include only what is in this name scope, without the scope in its name.
      clear_devices: whether to leave out devices.
      clear_extraneous_savers: whether to leave out the operations of other Savers.
      strip_default_attrs: whether to leave out attributes that have their default values.

    Returns:
      The MetaGraphDef.

    Raises:
      ValueError: the message would be larger than 2 GB; both `graph_def` and `export_scope`.
    """
    return write_meta_graph(
        filename,
        meta_info_def=meta_info_def,
        graph_def=graph_def,
        saver_def=saver_def,
        collection_list=collection_list,
        as_text=as_text,
        graph=graph or get_default_graph(),
        export_scope=export_scope,
        clear_devices=clear_devices,
        clear_extraneous_savers=clear_extraneous_savers,
        strip_default_attrs=strip_default_attrs,
        **kwargs,
    )


@public("train.import_meta_graph")
def import_meta_graph(
    meta_graph_or_file: MetaGraphDef | str,
    clear_devices: bool = False,
    import_scope: str | None = None,
    **kwargs: Any,
) -> Saver | None:
    """Recreates a graph and its collections from a MetaGraphDef.

    Args:
      meta_graph_or_file: the MetaGraphDef, or the path of its file.
      clear_devices: whether to leave out devices.
      import_scope: a name scope to put everything in.
      **kwargs: `input_map` and `return_elements`, as for `tf.import_graph_def`, and `graph`, in place of the default one.

    Returns:
      A Saver of the SaverDef in it (of all variables where it has none); None when there are no variables.

    Raises:
      OSError: the file does not exist, or holds no MetaGraphDef.
    """
    meta_graph = (
        meta_graph_or_file
        if isinstance(meta_graph_or_file, MetaGraphDef)
        else read_meta_graph_file(meta_graph_or_file)
    )
    variables, scope = import_meta_graph_def(
        meta_graph, clear_devices=clear_devices, import_scope=import_scope, **kwargs
    )
    if meta_graph.HasField("saver_def"):
        saver_def = SaverDef()
        saver_def.CopyFrom(meta_graph.saver_def)
        return Saver(saver_def=saver_def, name=scope)
    if all_saveable_objects():
        return Saver()
    logging.info("Saver not created because there are no variables in the graph to restore")
    return None


register_collection_class([GraphKeys.SAVERS], SaverDef, Saver.from_proto)
