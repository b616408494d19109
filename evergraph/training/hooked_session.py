"""A session with hooks and nothing else: what tests of hooks make for themselves."""

from collections.abc import Sequence
from typing import Any

from tensorboard.compat.proto.config_pb2 import RunMetadata, RunOptions

from evergraph.framework.graph import Graph
from evergraph.framework.public import public
from evergraph.session.session import Session
from evergraph.training.monitored_session import merge_feeds, merge_options
from evergraph.training.session_run_hook import (
    SessionRunArgs,
    SessionRunContext,
    SessionRunHook,
    SessionRunValues,
)


@public("python.training.monitored_session._HookedSession")
class _HookedSession:
    """A session whose runs call hooks; it neither begins nor ends them.

    Args:
      sess: the session that runs.
      hooks: the hooks, in their order.
    """

    def __init__(self, sess: Session, hooks: Sequence[SessionRunHook]) -> None:
        self._sess, self._hooks = sess, list(hooks)
        self._should_stop = False

    @property
    def graph(self) -> Graph:
        """The graph of the session."""
        return self._sess.graph

    def run(
        self,
        fetches: Any,
        feed_dict: dict | None = None,
        options: RunOptions | None = None,
        run_metadata: RunMetadata | None = None,
    ) -> Any:
        """`Session.run` of the fetches and of what hooks want; the results of the fetches.

        Raises:
          RuntimeError: a hook has asked to stop, or a tensor is fed twice.
        """
        if self._should_stop:
            raise RuntimeError("Run called even after should_stop requested.")
        options, metadata = options or RunOptions(), run_metadata or RunMetadata()
        context = SessionRunContext(SessionRunArgs(fetches, feed_dict), self._sess)
        wanted = [hook.before_run(context) for hook in self._hooks]
        extras = [args for args in wanted if args is not None]
        asked = {i: args.fetches for i, args in enumerate(wanted) if args and args.fetches is not None}
        found = self._sess.run(
            {**asked, "fetches": fetches},
            merge_feeds(feed_dict, extras),
            merge_options(options, extras),
            metadata,
        )
        for i, hook in enumerate(self._hooks):
            hook.after_run(context, SessionRunValues(found.get(i), options, metadata))
        self._should_stop = context.stop_requested
        return found["fetches"]

    def should_stop(self) -> bool:
        """Whether a hook has asked to stop."""
        return self._should_stop

    def close(self) -> None:
        """Closes the session."""
        self._sess.close()
