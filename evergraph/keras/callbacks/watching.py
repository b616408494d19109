"""Callbacks that watch a metric: saving, stopping, changing the learning rate."""

from typing import Any

import numpy as np

from evergraph.framework import logging
from evergraph.framework.public import public, public_module
from evergraph.keras import backend
from evergraph.keras.callbacks.callback import Callback

public_module("python.keras.callbacks")


class _Watcher(Callback):
    """Watches one metric.

    Args:
      monitor: its name.
      mode: "min" or "max", which way is better; "auto" tells by the name.
    """

    def __init__(self, monitor, mode):
        super().__init__()
        self.monitor = monitor
        if mode not in ("auto", "min", "max"):
            logging.warning("mode %r of %s is unknown, and counts as auto", mode, type(self).__name__)
            mode = "auto"
        rises = mode == "max" or mode == "auto" and ("acc" in monitor or monitor.startswith("fmeasure"))
        self.monitor_op = np.greater if rises else np.less
        self.worst = -np.inf if rises else np.inf

    def _value(self, logs):
        value = (logs or {}).get(self.monitor)
        if value is None:
            logging.warning(
                "%s watches %r, and there is only %s",
                type(self).__name__,
                self.monitor,
                ", ".join(sorted(logs or {})) or "nothing",
            )
        return value


@public("keras.callbacks.ModelCheckpoint")
class ModelCheckpoint(_Watcher):
    """Saves the model after epochs.

    Args:
      filepath: the file; `{epoch}` and the names of metrics in braces are replaced.
      monitor, mode: the metric that says what is best, and which way.
      verbose: 1 says what is saved.
      save_best_only: whether only a model that is better than all before is saved.
      save_weights_only: whether only the weights are saved.
      period: after how many epochs each.
    """

    def __init__(
        self,
        filepath: str,
        monitor: str = "val_loss",
        verbose: int = 0,
        save_best_only: bool = False,
        save_weights_only: bool = False,
        mode: str = "auto",
        period: int = 1,
    ) -> None:
        super().__init__(monitor, mode)
        self.filepath = filepath
        self.verbose = verbose
        self.save_best_only = save_best_only
        self.save_weights_only = save_weights_only
        self.period = period
        self.epochs_since_last_save = 0
        self.best = self.worst

    def on_epoch_end(self, epoch: int, logs: dict | None = None) -> None:
        """Saves when it is time."""
        self.epochs_since_last_save += 1
        if self.epochs_since_last_save < self.period:
            return
        self.epochs_since_last_save = 0
        path = self.filepath.format(epoch=epoch + 1, **(logs or {}))
        if self.save_best_only:
            value = self._value(logs)
            if value is None:
                return
            if not self.monitor_op(value, self.best):
                if self.verbose:
                    print(f"Epoch {epoch + 1}: {self.monitor} is no better than {self.best:.5f}")
                return
            if self.verbose:
                print(
                    f"Epoch {epoch + 1}: {self.monitor} went from {self.best:.5f} to {value:.5f}, saved to {path}"
                )
            self.best = value
        elif self.verbose:
            print(f"Epoch {epoch + 1}: saved to {path}")
        if self.save_weights_only:
            self.model.save_weights(path, overwrite=True)
        else:
            self.model.save(path, overwrite=True)


@public("keras.callbacks.EarlyStopping")
class EarlyStopping(_Watcher):
    """Stops the training when a metric gets no better.

    Args:
      monitor, mode: the metric, and which way is better.
      min_delta: by how much it must get better.
      patience: how many epochs it may fail to.
      verbose: 1 says when it stops.
    """

    def __init__(
        self,
        monitor: str = "val_loss",
        min_delta: float = 0,
        patience: int = 0,
        verbose: int = 0,
        mode: str = "auto",
    ) -> None:
        super().__init__(monitor, mode)
        self.patience = patience
        self.verbose = verbose
        self.min_delta = abs(min_delta) if self.monitor_op is np.greater else -abs(min_delta)
        self.wait = 0
        self.stopped_epoch = 0

    def on_train_begin(self, logs: dict | None = None) -> None:
        """Begins anew."""
        self.wait = 0
        self.stopped_epoch = 0
        self.best = self.worst

    def on_epoch_end(self, epoch: int, logs: dict | None = None) -> None:
        """Looks at the metric."""
        value = self._value(logs)
        if value is None:
            return
        if self.monitor_op(value - self.min_delta, self.best):
            self.best = value
            self.wait = 0
            return
        self.wait += 1
        if self.wait < self.patience:
            return
        self.model.stop_training = True
        self.stopped_epoch = epoch

    def on_train_end(self, logs: dict | None = None) -> None:
        """Says that it stopped."""
        if self.stopped_epoch > 0 and self.verbose > 0:
            print(f"Epoch {self.stopped_epoch + 1}: early stopping")


@public("keras.callbacks.LearningRateScheduler")
class LearningRateScheduler(Callback):
    """Sets the learning rate before each epoch.

    Args:
      schedule: a function `(epoch, rate) -> rate`, or `(epoch) -> rate`.
      verbose: 1 says which rate is set.
    """

    def __init__(self, schedule: Any, verbose: int = 0) -> None:
        super().__init__()
        self.schedule = schedule
        self.verbose = verbose

    def on_epoch_begin(self, epoch: int, logs: dict | None = None) -> None:
        """Sets the rate; ValueError when the optimizer has none or the schedule gives no float."""
        if not hasattr(self.model.optimizer, "lr"):
            raise ValueError(f"{type(self.model.optimizer).__name__} has no learning rate `lr` to set")
        rate = float(backend.get_value(self.model.optimizer.lr))
        try:
            rate = self.schedule(epoch, rate)
        except TypeError:  # a schedule of the epoch alone
            rate = self.schedule(epoch)
        if not isinstance(rate, (float, np.floating)):
            raise ValueError(f"the schedule should give a float, got {rate!r}")
        backend.set_value(self.model.optimizer.lr, rate)
        if self.verbose > 0:
            print(f"Epoch {epoch + 1}: the learning rate is {rate}")


@public("keras.callbacks.ReduceLROnPlateau")
class ReduceLROnPlateau(_Watcher):
    """Makes the learning rate smaller when a metric gets no better.

    Args:
      monitor, mode: the metric, and which way is better.
      factor: what the rate is multiplied with; below 1.
      patience: how many epochs the metric may fail to get better.
      verbose: 1 says when the rate changes.
      min_delta: by how much the metric must get better (`epsilon` in older programs).
      cooldown: how many epochs after a change nothing counts.
      min_lr: a bound of the rate.

    Raises:
      ValueError: a factor of 1 or more.
    """

    def __init__(
        self,
        monitor: str = "val_loss",
        factor: float = 0.1,
        patience: int = 10,
        verbose: int = 0,
        mode: str = "auto",
        min_delta: float = 1e-4,
        cooldown: int = 0,
        min_lr: float = 0,
        **kwargs: Any,
    ) -> None:
        super().__init__(monitor, mode)
        if factor >= 1.0:
            raise ValueError(f"factor should be below 1, got {factor}")
        self.factor = factor
        self.patience = patience
        self.verbose = verbose
        self.mode = mode
        self.min_delta = kwargs.get("epsilon", min_delta)
        self.cooldown = cooldown
        self.min_lr = min_lr
        self._reset()

    def _reset(self):
        self.cooldown_counter = 0
        self.wait = 0
        self.best = self.worst

    def on_train_begin(self, logs: dict | None = None) -> None:
        """Begins anew."""
        self._reset()

    def in_cooldown(self) -> bool:
        """Whether nothing counts yet."""
        return self.cooldown_counter > 0

    def on_epoch_end(self, epoch: int, logs: dict | None = None) -> None:
        """Looks at the metric."""
        logs = {} if logs is None else logs
        logs["lr"] = backend.get_value(self.model.optimizer.lr)
        value = self._value(logs)
        if value is None:
            return
        if self.in_cooldown():
            self.cooldown_counter -= 1
            self.wait = 0
        needed = self.min_delta if self.monitor_op is np.greater else -self.min_delta
        if self.monitor_op(value - needed, self.best):
            self.best = value
            self.wait = 0
        else:
            self.wait += not self.in_cooldown()
            if self.wait >= self.patience and not self.in_cooldown():
                self._reduce(epoch)

    def _reduce(self, epoch):
        old = float(backend.get_value(self.model.optimizer.lr))
        if old > self.min_lr:
            new = max(old * self.factor, self.min_lr)
            backend.set_value(self.model.optimizer.lr, new)
            if self.verbose > 0:
                print(f"Epoch {epoch + 1}: the learning rate goes down to {new}")
            self.cooldown_counter = self.cooldown
            self.wait = 0
