"""Queue runners for the length of a block."""

import contextlib
import threading
from collections.abc import Iterator

from evergraph.framework.collections import GraphKeys, get_collection
from evergraph.framework.public import public, public_module
from evergraph.session.session import Session
from evergraph.training.coordinator import Coordinator

public_module("contrib.slim.queues", "contrib.slim.python.slim.queues")

_running = threading.Lock()


@public()
class NestedQueueRunnerError(Exception):
    """There is a block with queue runners around already."""


@public()
@contextlib.contextmanager
def QueueRunners(session: Session) -> Iterator[None]:  # noqa: N802 (TensorFlow's name)
    """Runs the graph's queue runners in a session until the block ends.

    Args:
      session: the session.

    Raises:
      NestedQueueRunnerError: such a block is open.
    """
    if not _running.acquire(blocking=False):
        raise NestedQueueRunnerError("QueueRunners cannot be nested: leave the block around first")
    coordinator = Coordinator()
    threads = []
    for runner in get_collection(GraphKeys.QUEUE_RUNNERS):
        threads += runner.create_threads(session, coord=coordinator, daemon=True, start=True)
    try:
        yield
    finally:
        coordinator.request_stop()
        try:
            coordinator.join(threads, stop_grace_period_secs=120)
        except RuntimeError:  # a thread that does not stop: its session does
            session.close()
        _running.release()
