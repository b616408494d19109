"""The callbacks that every training has: averages, the bar, the history."""

from typing import Any

from evergraph.framework.public import public, public_module
from evergraph.keras.basics.progress import Progbar
from evergraph.keras.callbacks.callback import Callback, CallbackList

public_module("python.keras.callbacks")


@public("keras.callbacks.BaseLogger")
class BaseLogger(Callback):
    """Averages the metrics of an epoch's batches, and writes the averages into the epoch's `logs`.

    Args:
      stateful_metrics: names of metrics whose last value counts.
    """

    def __init__(self, stateful_metrics: Any = None) -> None:
        super().__init__()
        self.stateful_metrics = set(stateful_metrics or ())

    def on_epoch_begin(self, epoch: int, logs: dict | None = None) -> None:
        """Starts the averages."""
        self.seen = 0
        self.totals: dict = {}

    def on_batch_end(self, batch: int, logs: dict | None = None) -> None:
        """Adds a batch to the averages."""
        logs = logs or {}
        size = logs.get("size", 0)
        self.seen += size
        for name, value in logs.items():
            if name in self.stateful_metrics:
                self.totals[name] = value
            else:
                self.totals[name] = self.totals.get(name, 0) + value * size

    def on_epoch_end(self, epoch: int, logs: dict | None = None) -> None:
        """Writes the averages into `logs`."""
        if logs is not None:
            for name in self.params["metrics"]:
                if name in self.totals:
                    total = self.totals[name]
                    logs[name] = float(total if name in self.stateful_metrics else total / max(self.seen, 1))


@public("keras.callbacks.TerminateOnNaN")
class TerminateOnNaN(Callback):
    """Stops the training when the loss is not a finite number."""

    def on_batch_end(self, batch: int, logs: dict | None = None) -> None:
        """Looks at the loss."""
        loss = (logs or {}).get("loss")
        if loss is not None and not abs(loss) < float("inf"):
            print(f"Batch {batch}: the loss is {loss}, the training ends")
            self.model.stop_training = True


@public("keras.callbacks.ProgbarLogger")
class ProgbarLogger(Callback):
    """Prints a bar for each epoch.

    Args:
      count_mode: "samples" or "steps".
      stateful_metrics: names of metrics whose last value is shown.

    Raises:
      ValueError: another `count_mode`.
    """

    def __init__(self, count_mode: str = "samples", stateful_metrics: Any = None) -> None:
        super().__init__()
        if count_mode not in ("samples", "steps"):
            raise ValueError(f"count_mode should be samples or steps, got {count_mode!r}")
        self.use_steps = count_mode == "steps"
        self.stateful_metrics = set(stateful_metrics or ())

    def on_train_begin(self, logs: dict | None = None) -> None:
        """Takes how much there is to print."""
        self.verbose = self.params["verbose"]
        self.epochs = self.params["epochs"]

    def on_epoch_begin(self, epoch: int, logs: dict | None = None) -> None:
        """Begins a bar."""
        self.seen = 0
        self.target = self.params["steps" if self.use_steps else "samples"]
        if self.verbose:
            if self.epochs > 1:
                print(f"Epoch {epoch + 1}/{self.epochs}")
            self.progbar = Progbar(self.target, verbose=self.verbose, stateful_metrics=self.stateful_metrics)

    def on_batch_begin(self, batch: int, logs: dict | None = None) -> None:
        """Forgets the values of the last batch."""
        self.log_values = []

    def on_batch_end(self, batch: int, logs: dict | None = None) -> None:
        """Moves the bar."""
        logs = logs or {}
        self.seen += 1 if self.use_steps else logs.get("size", 0)
        self.log_values = [(name, logs[name]) for name in self.params["metrics"] if name in logs]
        # The end of the bar waits for the values of the validation.
        if self.verbose and (self.target is None or self.seen < self.target):
            self.progbar.update(self.seen, self.log_values)

    def on_epoch_end(self, epoch: int, logs: dict | None = None) -> None:
        """Ends the bar, with the averages of the epoch."""
        if self.verbose:
            logs = logs or {}
            values = [(name, logs[name]) for name in self.params["metrics"] if name in logs]
            self.progbar._values.clear()
            self.progbar.stateful_metrics.update(name for name, _ in values)
            self.progbar.target = self.seen or self.target
            self.progbar.update(self.seen, values)


@public("keras.callbacks.History")
class History(Callback):
    """What `fit` returns.

    Attributes:
      epoch: the numbers of the epochs.
      history: {name: the value of each epoch} of loss and metrics.
    """

    def on_train_begin(self, logs: dict | None = None) -> None:
        """Begins with nothing."""
        self.epoch: list = []
        self.history: dict = {}

    def on_epoch_end(self, epoch: int, logs: dict | None = None) -> None:
        """Adds an epoch."""
        self.epoch.append(epoch)
        for name, value in (logs or {}).items():
            self.history.setdefault(name, []).append(value)


def for_training(
    model: Any,
    given: list | None,
    *,
    verbose: int,
    validates: bool,
    validation: list,
    batch_size: int | None,
    epochs: int,
    steps: int | None,
    samples: int | None,
) -> tuple[History, CallbackList]:
    """The history of a training that begins, and the callbacks around those of the user."""
    stateful = list(getattr(model, "stateful_metric_names", ()))
    names = list(model.metrics_names)
    history = model.history = History()
    bar = ProgbarLogger("samples" if steps is None else "steps", stateful_metrics=stateful)
    callbacks = CallbackList(
        [BaseLogger(stateful_metrics=stateful), *(given or []), *([bar] if verbose else []), history]
    )
    callbacks.set_model(getattr(model, "callback_model", None) or model)
    callbacks.set_params(
        {
            "batch_size": batch_size,
            "epochs": epochs,
            "steps": steps,
            "samples": samples,
            "verbose": verbose,
            "do_validation": validates,
            "metrics": names + ([f"val_{name}" for name in names] if validates else []),
        }
    )
    for callback in callbacks:
        callback.validation_data = validation
    model.stop_training = False
    return history, callbacks
