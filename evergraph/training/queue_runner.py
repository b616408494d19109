"""`QueueRunner`: fills a queue from threads, and closes it when the input ends or the program stops."""

from __future__ import annotations

import functools
import threading
import weakref
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from evergraph.checkpoint.meta_graph import register_collection_class
from evergraph.formats.messages import QueueRunnerDef
from evergraph.framework import errors, logging
from evergraph.framework.collections import GraphKeys, add_to_collection
from evergraph.framework.default_graph import get_default_graph
from evergraph.framework.operation import Operation
from evergraph.framework.public import public, public_module
from evergraph.ops.queues.classes import QueueBase
from evergraph.session.defaults import get_default_session
from evergraph.session.session import SessionInterface

if TYPE_CHECKING:
    from evergraph.training.coordinator import Coordinator

public_module("train.queue_runner", "python.training.queue_runner", "python.training.queue_runner_impl")


@public("train.QueueRunner")
class QueueRunner:
    """Runs each of a list of enqueue operations in a thread of its own, again and again.

    A thread ends when its operation raises one of `queue_closed_exception_types`: its input is exhausted.
    The last one to end so closes the queue, so that what is in it is still consumed.  When the coordinator
    stops, the queue is closed at once and pending enqueues are cancelled.

    Args:
      queue: the queue.
      enqueue_ops: list of operations; the same one several times gives several threads.
      close_op: operation that closes the queue; made when None.
      cancel_op: operation that closes it and cancels pending enqueues; made when None.
      queue_closed_exception_types: tuple of exception types, `(tf.errors.OutOfRangeError,)` when None.
      queue_runner_def: a QueueRunnerDef to make it from, in place of the other arguments.
      import_scope: name scope under which the names of `queue_runner_def` are found in the graph.

    Raises:
      ValueError: `queue` or `enqueue_ops` is missing, or given together with `queue_runner_def`.
      TypeError: `queue_closed_exception_types` is not a tuple of tf.errors types.
    """

    def __init__(
        self,
        queue: QueueBase | None = None,
        enqueue_ops: Sequence[Operation] | None = None,
        close_op: Operation | None = None,
        cancel_op: Operation | None = None,
        queue_closed_exception_types: tuple[type[BaseException], ...] | None = None,
        queue_runner_def: Any = None,
        import_scope: str | None = None,
    ) -> None:
        if queue_runner_def is not None:
            if queue is not None or enqueue_ops:
                raise ValueError("queue_runner_def and queue are mutually exclusive.")
            self._read_definition(queue_runner_def, import_scope)
        else:
            if queue is None or not enqueue_ops:
                raise ValueError(f"Must provide queue and enqueue_ops, but got {queue!r} and {enqueue_ops!r}")
            self._queue = queue
            self._enqueue_ops = enqueue_ops
            self._close_op = queue.close() if close_op is None else close_op
            self._cancel_op = queue.close(cancel_pending_enqueues=True) if cancel_op is None else cancel_op
            self._queue_closed_exception_types: Any = _checked_types(queue_closed_exception_types)
        self._lock = threading.Lock()
        self._runs_per_session = weakref.WeakKeyDictionary()  # session -> threads that still enqueue
        self._exceptions_raised = []

    def _read_definition(self, definition, import_scope):
        if not isinstance(definition, QueueRunnerDef):
            raise TypeError(f"queue_runner_def must be a QueueRunnerDef, but got {type(definition)}")
        graph = get_default_graph()

        def element(name):
            return graph.as_graph_element(f"{import_scope}/{name}" if import_scope else name)

        self._queue = element(definition.queue_name)
        self._enqueue_ops = [element(name) for name in definition.enqueue_op_name]
        self._close_op = element(definition.close_op_name)
        self._cancel_op = element(definition.cancel_op_name)
        codes = definition.queue_closed_exception_types or (errors.OUT_OF_RANGE,)
        self._queue_closed_exception_types = tuple(errors.exception_type_from_error_code(c) for c in codes)

    @property
    def queue(self) -> QueueBase:
        """The queue."""
        return self._queue

    @property
    def enqueue_ops(self) -> Sequence[Operation]:
        """The operations, one for each thread."""
        return self._enqueue_ops

    @property
    def close_op(self) -> Operation:
        """The operation that closes the queue."""
        return self._close_op

    @property
    def cancel_op(self) -> Operation:
        """The operation that closes the queue and cancels pending enqueues."""
        return self._cancel_op

    @property
    def queue_closed_exception_types(self) -> tuple[type[BaseException], ...]:
        """Exceptions that mean the end of the input."""
        return self._queue_closed_exception_types

    @property
    def exceptions_raised(self) -> list[BaseException]:
        """Exceptions that ended threads which had no coordinator to report them to."""
        return self._exceptions_raised

    @property
    def name(self) -> str:
        """The name of the queue."""
        return self._queue.name

    def create_threads(
        self, sess: Any, coord: Coordinator | None = None, daemon: bool = False, start: bool = False
    ) -> list[threading.Thread]:
        """The threads that run the enqueue operations in a session: one for each.

        With a coordinator there is one more, which closes the queue when a stop is requested; all are
        registered with it.

        Args:
          sess: the Session.
          coord: a Coordinator, which hears of exceptions and says when to stop.
          daemon: whether the threads let the program end while they run.
          start: whether to start them.

        Returns:
          The threads; none if those of this session still run.
        """
        with self._lock:
            if self._runs_per_session.get(sess, 0) > 0:
                return []
            self._runs_per_session[sess] = len(self._enqueue_ops)
            self._exceptions_raised = []
        prefix = f"QueueRunnerThread-{self.name}"
        threads = [
            threading.Thread(
                target=self._fill, args=(sess, op, coord), name=f"{prefix}-{op.name}", daemon=daemon
            )
            for op in self._enqueue_ops
        ]
        if coord is not None:
            threads.append(
                threading.Thread(
                    target=self._close_on_stop,
                    args=(sess, coord),
                    name=f"{prefix}-close_on_stop",
                    daemon=daemon,
                )
            )
        for thread in threads:
            if coord is not None:
                coord.register_thread(thread)
            if start:
                thread.start()
        return threads

    def _fill(self, sess, enqueue_op, coord):
        """What a thread does: enqueues until the input ends, a stop is requested or something fails."""
        exhausted = False
        try:
            enqueue = getattr(sess, "make_feeding", sess.make_callable)(enqueue_op)
            resources = getattr(sess, "resources", None)  # which a session of the user's own may not have
            if resources is not None:
                enqueue = functools.partial(resources.feeders.run, enqueue)
            while coord is None or not coord.should_stop():
                enqueue()
        except self._queue_closed_exception_types:
            exhausted = True
        except Exception as error:
            if coord is None:
                logging.error("Exception in QueueRunner: %s", error)
                with self._lock:
                    self._exceptions_raised.append(error)
                raise
            coord.request_stop(error)
        finally:
            with self._lock:
                self._runs_per_session[sess] -= 1
                is_last = self._runs_per_session[sess] == 0
        if exhausted and is_last:
            _run_ignoring_errors(sess, self._close_op)

    def _close_on_stop(self, sess, coord):
        coord.wait_for_stop()
        _run_ignoring_errors(sess, self._cancel_op)

    def to_proto(self, export_scope: str | None = None) -> Any:
        """This queue runner as a QueueRunnerDef; None if its queue is not under `export_scope`."""
        if export_scope is not None and not self.name.startswith(export_scope):
            return None

        def name_of(element):
            return element.name.removeprefix(f"{export_scope}/") if export_scope else element.name

        return QueueRunnerDef(
            queue_name=name_of(self._queue),
            enqueue_op_name=[name_of(op) for op in self._enqueue_ops],
            close_op_name=name_of(self._close_op),
            cancel_op_name=name_of(self._cancel_op),
            queue_closed_exception_types=[
                errors.error_code_from_exception_type(t) for t in self._queue_closed_exception_types
            ],
        )

    @staticmethod
    def from_proto(queue_runner_def: Any, import_scope: str | None = None) -> QueueRunner:
        """The QueueRunner that a QueueRunnerDef describes, in the default graph."""
        return QueueRunner(queue_runner_def=queue_runner_def, import_scope=import_scope)


def _checked_types(types):
    if types is None:
        return (errors.OutOfRangeError,)
    is_tuple = isinstance(types, tuple) and len(types) > 0
    if not is_tuple or not all(isinstance(t, type) and issubclass(t, errors.OpError) for t in types):
        raise TypeError(
            "queue_closed_exception_types, when provided, must be a tuple of tf.error types, but saw: "
            f"{types!r}"
        )
    return types


def _run_ignoring_errors(sess, op):
    """Closes a queue that others may have closed, in a session that may be gone."""
    try:
        sess.run(op)
    except Exception as error:
        logging.vlog(1, "Ignored exception: %s", error)


register_collection_class([GraphKeys.QUEUE_RUNNERS], QueueRunnerDef, QueueRunner.from_proto)


@public("train.add_queue_runner")
def add_queue_runner(qr: QueueRunner, collection: str = GraphKeys.QUEUE_RUNNERS) -> None:
    """Adds a QueueRunner to a collection of the default graph, for `start_queue_runners`."""
    add_to_collection(collection, qr)


@public("train.start_queue_runners")
def start_queue_runners(
    sess: Any = None,
    coord: Coordinator | None = None,
    daemon: bool = True,
    start: bool = True,
    collection: str = GraphKeys.QUEUE_RUNNERS,
) -> list[threading.Thread]:
    """Starts all queue runners in a collection of the session's graph.

    Args:
      sess: the Session; the default one when None.  A monitored session has started them already.
      coord: a Coordinator for the threads.
      daemon: whether the threads let the program end while they run.
      start: whether to start the threads or only make them.
      collection: the key of the collection.

    Returns:
      The list of threads.

    Raises:
      ValueError: there is no session.
      TypeError: `sess` is not a session.
    """
    if sess is None:
        sess = get_default_session()
        if sess is None:
            raise ValueError(
                "Cannot start queue runners: No default session is registered. Use `with sess.as_default()` "
                "or pass an explicit session to tf.start_queue_runners(sess=sess)"
            )
    if not isinstance(sess, SessionInterface):
        if type(sess).__name__ in ("MonitoredSession", "SingularMonitoredSession"):
            return []
        raise TypeError(f"sess must be a `tf.Session` object. Given class: {type(sess)}")
    threads = []
    with sess.graph.as_default():
        for runner in sess.graph.get_collection(collection):
            threads.extend(runner.create_threads(sess, coord=coord, daemon=daemon, start=start))
    return threads
