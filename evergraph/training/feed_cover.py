"""Whether a run is given the feeds that a hook's own fetches need."""

from evergraph.framework import logging
from evergraph.framework.structures import flatten
from evergraph.framework.tensor import Tensor
from evergraph.session.fetches import fetch_key
from evergraph.training.reached import reached_from


class FeedCover:
    """Lets a hook wait for a run that its fetches can join: `sess.run(global_step)` feeds no batch to a summary.

    A placeholder is given where the caller feeds it, or where the caller's own fetches need it as well.

    Args:
      hook: the hook, for the message.
    """

    def __init__(self, hook):
        self._hook = hook
        self._needed = {}  # key of fetches -> the placeholders they depend on
        self._warned = False

    def holds(self, run_context, fetches) -> bool:
        """Whether `fetches` can be added to a run; where not, a warning says so, once."""
        graph = run_context.session.graph
        needed = self._placeholders(graph, fetches)
        if not needed:
            return True
        given = run_context.original_args
        missing = needed - {_fed(graph, key) for key in given.feed_dict or ()}
        if missing:
            missing = missing - self._placeholders(graph, given.fetches)
        if missing and not self._warned:
            self._warned = True
            names = ", ".join(sorted(operation.name for operation in missing))
            logging.warning(
                "%s waits for a run that feeds %s, which what it fetches depends on.",
                type(self._hook).__name__,
                names,
            )
        return not missing

    def _placeholders(self, graph, fetches):
        try:
            key = fetch_key(fetches)
            found = self._needed.get(key)
        except TypeError:  # something without a hash
            key = found = None
        if found is None:
            found = _placeholders_of(graph, fetches)
            if key is not None:
                self._needed[key] = found
        return found


def _fed(graph, key):
    for part in flatten(key):
        if isinstance(part, str):
            part = graph.as_graph_element(part)
        return part.op if isinstance(part, Tensor) else part
    return None


def _placeholders_of(graph, fetches):
    return {
        operation
        for operation in reached_from(fetches, graph)
        if operation.type in ("Placeholder", "PlaceholderV2")
    }
