"""`Callback`, and a list of them."""

import time
from collections import deque
from collections.abc import Iterator
from typing import Any

import numpy as np

from evergraph.framework import logging
from evergraph.framework.public import public, public_module

public_module("python.keras.callbacks")


@public("keras.callbacks.Callback")
class Callback:
    """Something to be called in the course of a training.

    Attributes:
      params: {"epochs", "steps", "samples", "batch_size", "verbose", "metrics", "do_validation"}.
      model: the model that is trained.
      validation_data: inputs, targets and weights to validate with, as one list.
    """

    def __init__(self) -> None:
        self.validation_data: Any = None
        self.model: Any = None
        self.params: dict = {}

    def set_params(self, params: dict) -> None:
        """Takes what is known of the training."""
        self.params = params

    def set_model(self, model: Any) -> None:
        """Takes the model."""
        self.model = model

    def on_epoch_begin(self, epoch: int, logs: dict | None = None) -> None:
        """Before an epoch."""

    def on_epoch_end(self, epoch: int, logs: dict | None = None) -> None:
        """After an epoch; `logs` has the averages of loss and metrics, and those of the validation as `val_...`."""

    def on_batch_begin(self, batch: int, logs: dict | None = None) -> None:
        """Before a batch; `logs` has its `size`."""

    def on_batch_end(self, batch: int, logs: dict | None = None) -> None:
        """After a batch; `logs` has its loss and metrics."""

    def on_train_begin(self, logs: dict | None = None) -> None:
        """Before the training."""

    def on_train_end(self, logs: dict | None = None) -> None:
        """After the training."""


@public()
class CallbackList:
    """Calls callbacks in order, and warns when they are slow beside the training.

    Args:
      callbacks: the callbacks.
      queue_length: of how many batches the times are kept.
    """

    def __init__(self, callbacks: list | None = None, queue_length: int = 10) -> None:
        self.callbacks = list(callbacks or [])
        self.queue_length = queue_length
        self._batch_times: deque = deque(maxlen=queue_length)
        self._call_times: deque = deque(maxlen=queue_length)
        self._batch_began = 0.0

    def append(self, callback: Callback) -> None:
        """Adds a callback."""
        self.callbacks.append(callback)

    def set_params(self, params: dict) -> None:
        """Tells all what is known of the training."""
        for callback in self.callbacks:
            callback.set_params(params)

    def set_model(self, model: Any) -> None:
        """Gives all the model."""
        for callback in self.callbacks:
            callback.set_model(model)

    def on_epoch_begin(self, epoch: int, logs: dict | None = None) -> None:
        """Before an epoch."""
        self._call("on_epoch_begin", epoch, logs)
        self._batch_times.clear()
        self._call_times.clear()

    def on_epoch_end(self, epoch: int, logs: dict | None = None) -> None:
        """After an epoch."""
        self._call("on_epoch_end", epoch, logs)

    def on_batch_begin(self, batch: int, logs: dict | None = None) -> None:
        """Before a batch."""
        self._call("on_batch_begin", batch, logs)
        self._batch_began = time.time()

    def on_batch_end(self, batch: int, logs: dict | None = None) -> None:
        """After a batch."""
        ended = time.time()
        self._batch_times.append(ended - self._batch_began)
        self._call("on_batch_end", batch, logs)
        self._call_times.append(time.time() - ended)
        slow = np.median(self._call_times)
        if slow > 0.1 and slow > 0.95 * np.median(self._batch_times):
            logging.warning(
                "on_batch_end of the callbacks is slow beside the training: %f seconds a batch", slow
            )

    def on_train_begin(self, logs: dict | None = None) -> None:
        """Before the training."""
        for callback in self.callbacks:
            callback.on_train_begin(logs or {})

    def on_train_end(self, logs: dict | None = None) -> None:
        """After the training."""
        for callback in self.callbacks:
            callback.on_train_end(logs or {})

    def _call(self, method, number, logs):
        logs = {} if logs is None else logs
        for callback in self.callbacks:
            getattr(callback, method)(number, logs)

    def __iter__(self) -> Iterator[Callback]:
        return iter(self.callbacks)


@public("keras.callbacks.LambdaCallback")
class LambdaCallback(Callback):
    """A callback whose methods are functions that are given; further ones become attributes."""

    def __init__(
        self,
        on_epoch_begin: Any = None,
        on_epoch_end: Any = None,
        on_batch_begin: Any = None,
        on_batch_end: Any = None,
        on_train_begin: Any = None,
        on_train_end: Any = None,
        **kwargs: Any,
    ) -> None:
        super().__init__()
        vars(self).update(kwargs)
        given = {
            "on_epoch_begin": on_epoch_begin,
            "on_epoch_end": on_epoch_end,
            "on_batch_begin": on_batch_begin,
            "on_batch_end": on_batch_end,
            "on_train_begin": on_train_begin,
            "on_train_end": on_train_end,
        }
        vars(self).update((name, function) for name, function in given.items() if function is not None)
