"""Threads that make batches ahead of the training."""

import queue
import random
import threading
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from typing import Any

from evergraph.framework.condition import Event, Queue
from evergraph.framework.public import public, public_module
from evergraph.keras.basics.sequence import Sequence

public_module("python.keras.utils.data_utils")

_END = object()


@public("keras.utils.SequenceEnqueuer")
class SequenceEnqueuer:
    """Batches made by threads: `start`, `get` (an iterator), `stop`."""

    def is_running(self) -> bool:
        """Whether the threads are there."""
        raise NotImplementedError(f"{type(self).__name__} must define is_running()")

    def start(self, workers: int = 1, max_queue_size: int = 10) -> None:
        """Starts threads, which keep up to `max_queue_size` batches ready."""
        raise NotImplementedError(f"{type(self).__name__} must define start()")

    def stop(self, timeout: float | None = None) -> None:
        """Stops the threads and waits for them."""
        raise NotImplementedError(f"{type(self).__name__} must define stop()")

    def get(self) -> Iterator[Any]:
        """An iterator over the batches."""
        raise NotImplementedError(f"{type(self).__name__} must define get()")


class _Enqueuer(SequenceEnqueuer):
    """One thread that puts what it makes, in order, into a queue; what it dies of is raised by `get`."""

    def __init__(self):
        self.queue: Any = None
        self._thread = None
        self._stopping = Event()

    def is_running(self) -> bool:
        """Whether the threads are there."""
        return self._thread is not None and not self._stopping.is_set()

    def start(self, workers: int = 1, max_queue_size: int = 10) -> None:
        """Starts `workers` threads, which keep up to `max_queue_size` batches ready."""
        self._stopping.clear()
        self.queue = Queue(max(max_queue_size, 1))
        self._thread = threading.Thread(target=self._work, args=(max(workers, 1),), daemon=True)
        self._thread.start()

    def stop(self, timeout: float | None = None) -> None:
        """Stops the threads and waits for them."""
        self._stopping.set()
        if self._thread is not None:
            self._thread.join(timeout)
            self._thread = None

    def _put(self, item):
        """Puts an item when there is room; False when the threads stop."""
        while not self._stopping.is_set():
            try:
                self.queue.put(item, timeout=0.05)
                return True
            except queue.Full:
                continue
        return False

    def _work(self, workers):
        try:
            self._make(workers)
            self._put((None, _END))
        except Exception as error:  # raised where the batches are taken
            self._put((error, None))

    def get(self) -> Iterator[Any]:
        """An iterator over the batches; raises what the threads died of."""
        while self.is_running():
            error, batch = self.queue.get()
            if error is not None:
                raise error
            if batch is _END:
                return
            if hasattr(batch, "result"):
                batch = batch.result()
            if batch is not None:
                yield batch

    def _make(self, workers):
        raise NotImplementedError


@public()
class OrderedEnqueuer(_Enqueuer):
    """The batches of a `Sequence` again and again, in order, made by several threads.

    Args:
      sequence: a `Sequence`.
      use_multiprocessing: not used: threads make the batches.
      shuffle: whether the order of the batches is new each time.
    """

    def __init__(self, sequence: Sequence, use_multiprocessing: bool = False, shuffle: bool = False) -> None:
        super().__init__()
        self.sequence = sequence
        self.shuffle = shuffle

    def _make(self, workers):
        order = list(range(len(self.sequence)))
        with ThreadPoolExecutor(workers) as pool:
            while True:
                if self.shuffle:
                    random.shuffle(order)
                futures = []
                for index in order:
                    futures.append(pool.submit(self.sequence.__getitem__, index))
                    if not self._put((None, futures[-1])):
                        for each in futures:
                            each.cancel()
                        return
                for each in futures:
                    if not each.cancelled():
                        each.exception()  # the end of the epoch is after its last batch
                self.sequence.on_epoch_end()


@public("keras.utils.GeneratorEnqueuer")
class GeneratorEnqueuer(_Enqueuer):
    """The batches of a generator, taken by one thread.

    Args:
      generator: an iterator.
      use_multiprocessing: not used: a thread takes the batches.
      wait_time: seconds; not used: the thread sleeps until there is room.
      seed: not used: there are no processes to seed.
    """

    def __init__(
        self,
        generator: Any,
        use_multiprocessing: bool = False,
        wait_time: float = 0.05,
        seed: int | None = None,
    ) -> None:
        super().__init__()
        self._generator = generator

    def _make(self, workers):
        for batch in self._generator:
            if not self._put((None, batch)):
                return
