"""`Scaffold`: the pieces that a training session needs, taken from the graph or added to it."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, Self

from evergraph.checkpoint.saver import Saver
from evergraph.framework import logging
from evergraph.framework.collections import GraphKeys, add_to_collection, get_collection
from evergraph.framework.default_graph import get_default_graph
from evergraph.framework.operation import Operation
from evergraph.framework.public import public, public_module
from evergraph.ops import array as array_ops
from evergraph.ops import resources
from evergraph.ops.control_flow.grouping import group
from evergraph.ops.variables import collections as variable_collections
from evergraph.ops.variables import uninitialized
from evergraph.summary import summary

public_module("python.training.monitored_session")

_OWN_PIECES = (
    "init_op",
    "init_feed_dict",
    "ready_op",
    "ready_for_local_init_op",
    "local_init_op",
    "summary_op",
    "saver",
    "local_init_feed_dict",
)


@public("train.Scaffold")
class Scaffold:
    """What a session needs beside the model: initialisers, a saver, a merged summary.

    `finalize()` fills in what was not given: from the graph's collection for it (`GraphKeys.INIT_OP`, ...,
    `SUMMARY_OP`, `SAVERS`), or with a default that it adds to that collection.

    Args:
      init_op: operation that initialises the model.
      init_feed_dict: feeds for its run.
      init_fn: function `(scaffold, session)` called after it.
      ready_op: string tensor of shape [n]: the names of what is not initialised.
      ready_for_local_init_op: the same for what `local_init_op` needs.
      local_init_op: operation run in every new session, after a restore too.
      summary_op: scalar string tensor, a serialized Summary.
      saver: a Saver.
      copy_from_scaffold: Scaffold whose pieces stand in for those that are None here.
      local_init_feed_dict: feeds for the run of `local_init_op`.

    Raises:
      TypeError: `copy_from_scaffold` is not a Scaffold.
    """

    def __init__(
        self,
        init_op: Any = None,
        init_feed_dict: Mapping | None = None,
        init_fn: Callable | None = None,
        ready_op: Any = None,
        ready_for_local_init_op: Any = None,
        local_init_op: Any = None,
        summary_op: Any = None,
        saver: Saver | None = None,
        copy_from_scaffold: Scaffold | None = None,
        local_init_feed_dict: Mapping | None = None,
    ) -> None:
        self._init_op = init_op
        self._init_feed_dict = init_feed_dict
        self._user_init_fn = init_fn
        self._ready_op = ready_op
        self._ready_for_local_init_op = ready_for_local_init_op
        self._local_init_op = local_init_op
        self._summary_op = summary_op
        self._saver = saver
        self._local_init_feed_dict = local_init_feed_dict
        if copy_from_scaffold is not None:
            if not isinstance(copy_from_scaffold, Scaffold):
                raise TypeError(f"copy_from_scaffold is not a Scaffold instance, but {copy_from_scaffold!r}")
            for piece in _OWN_PIECES:
                if getattr(self, f"_{piece}") is None:
                    setattr(self, f"_{piece}", getattr(copy_from_scaffold, piece))
            if init_fn is None:
                self._user_init_fn = copy_from_scaffold._user_init_fn

    def finalize(self) -> Self:
        """Fills in the pieces that are missing and makes the default graph read-only.

        Returns:
          self

        Raises:
          RuntimeError: a collection holds several candidates for a piece.
        """
        if self._init_op is None:
            self._init_op = self.get_or_default("init_op", GraphKeys.INIT_OP, _default_init_op)
        if self._ready_op is None:
            self._ready_op = self.get_or_default("ready_op", GraphKeys.READY_OP, _default_ready_op)
        if self._ready_for_local_init_op is None:
            self._ready_for_local_init_op = self.get_or_default(
                "ready_for_local_init_op", GraphKeys.READY_FOR_LOCAL_INIT_OP, _default_ready_for_local_init_op
            )
        if self._local_init_op is None:
            self._local_init_op = self.get_or_default(
                "local_init_op", GraphKeys.LOCAL_INIT_OP, self.default_local_init_op
            )
        if self._summary_op is None:
            self._summary_op = self.get_or_default("summary_op", GraphKeys.SUMMARY_OP, summary.merge_all)
        if self._saver is None:
            self._saver = self.get_or_default("saver", GraphKeys.SAVERS, _default_saver)
        self._saver.build()
        get_default_graph().finalize()
        logging.info("Graph was finalized.")
        return self

    @property
    def init_fn(self) -> Callable | None:
        """Function of a session that calls the user's `init_fn(scaffold, session)`; None without one."""
        init_fn = self._user_init_fn
        return None if init_fn is None else lambda session: init_fn(self, session)

    @property
    def init_op(self) -> Any:
        """The operation that initialises the model."""
        return self._init_op

    @property
    def ready_op(self) -> Any:
        """The tensor that names what is not initialised."""
        return self._ready_op

    @property
    def ready_for_local_init_op(self) -> Any:
        """The tensor that names what must still be initialised before `local_init_op`."""
        return self._ready_for_local_init_op

    @property
    def local_init_op(self) -> Any:
        """The operation run in every new session."""
        return self._local_init_op

    @property
    def local_init_feed_dict(self) -> Mapping | None:
        """Feeds for the run of `local_init_op`."""
        return self._local_init_feed_dict

    @property
    def summary_op(self) -> Any:
        """The merged summary; None when the graph has no summaries."""
        return self._summary_op

    @property
    def saver(self) -> Saver | None:
        """The Saver."""
        return self._saver

    @property
    def init_feed_dict(self) -> Mapping | None:
        """Feeds for the run of `init_op`."""
        return self._init_feed_dict

    @staticmethod
    def get_or_default(arg_name: str, collection_key: str, default_constructor: Callable[[], Any]) -> Any:
        """The one element of a collection, or what `default_constructor()` makes, added to it unless None.

        Raises:
          RuntimeError: the collection has several elements.
        """
        elements = get_collection(collection_key)
        if len(elements) > 1:
            raise RuntimeError(
                f'More than one item in the collection "{collection_key}": {elements}. Please indicate which '
                "one to use by passing it to the tf.train.Scaffold constructor as: "
                f"tf.train.Scaffold({arg_name}=item to use)"
            )
        if elements:
            return elements[0]
        made = default_constructor()
        if made is not None:
            add_to_collection(collection_key, made)
        return made

    @staticmethod
    def default_local_init_op() -> Operation:
        """An operation that initialises local variables, tables and local resources."""
        return group(
            variable_collections.local_variables_initializer(),
            resources.tables_initializer(),
            resources.initialize_resources(resources.local_resources()),
        )


def _default_init_op():
    return group(
        variable_collections.global_variables_initializer(),
        resources.initialize_resources(resources.shared_resources()),
    )


def _default_ready_op():
    return array_ops.concat(
        [uninitialized.report_uninitialized_variables(), resources.report_uninitialized_resources()], 0
    )


def _default_ready_for_local_init_op():
    return array_ops.concat(
        [
            uninitialized.report_uninitialized_variables(variable_collections.global_variables()),
            resources.report_uninitialized_resources(resources.shared_resources()),
        ],
        0,
    )


def _default_saver():
    return Saver(sharded=True, allow_empty=True)
