"""`tf.train.summary_iterator`: the events of an event file."""

from collections.abc import Iterator

from evergraph.formats.events import iterate_events
from evergraph.formats.messages import Event
from evergraph.framework.public import public, public_module

public_module("python.summary.summary_iterator", "python.training.summary_io")


@public("train.summary_iterator")
def summary_iterator(path: str) -> Iterator[Event]:
    """Yields the Event messages of the event file `path`.

    Raises:
      NotFoundError: there is no such file.
      DataLossError: it is damaged, or cut short.
    """
    return iterate_events(path)
