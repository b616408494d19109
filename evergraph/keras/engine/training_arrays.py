"""Training, evaluating and predicting over arrays, and over tensors for a number of steps."""

from typing import Any

import numpy as np

from evergraph.framework.public import public, public_module
from evergraph.keras.basics.generic import make_batches, single_or_list, slice_arrays
from evergraph.keras.basics.progress import Progbar
from evergraph.keras.callbacks.running import for_training
from evergraph.keras.engine.standardize import batch_shuffle, check_num_samples

public_module("python.keras.engine.training_arrays")


class Averages:
    """Averages of what batches gave, weighted by their sizes; stateful metrics give their last values.

    Args:
      model: the model, whose stateful metrics are reset here.
    """

    def __init__(self, model: Any) -> None:
        self.sums, self.count = None, 0
        names = getattr(model, "stateful_metric_names", ())
        self.stateful = {at for at, name in enumerate(getattr(model, "metrics_names", ())) if name in names}
        reset_metrics(model)

    def add(self, values: list, size: int) -> None:
        """Adds the values of a batch of `size` examples."""
        if self.sums is None:
            self.sums = [0.0] * len(values)
        for at, value in enumerate(values):
            if at in self.stateful:
                self.sums[at] = float(value)
            else:
                self.sums[at] += value * size
        self.count += size

    def result(self) -> list:
        """The averages."""
        return [
            each if at in self.stateful else float(each / max(self.count, 1))
            for at, each in enumerate(self.sums or [])
        ]


def reset_metrics(model: Any) -> None:
    """Resets the metrics that count over batches."""
    for metric in getattr(model, "stateful_metric_functions", ()):
        metric.reset_states()


def output_names(model: Any) -> list[str]:
    """The names under which a model reports, unique."""
    return list(model.metrics_names)


@public()
def fit_loop(
    model: Any,
    inputs: list,
    targets: list,
    sample_weights: list | None = None,
    batch_size: int | None = None,
    epochs: int = 100,
    verbose: int = 1,
    callbacks: list | None = None,
    val_inputs: list | None = None,
    val_targets: list | None = None,
    val_sample_weights: list | None = None,
    shuffle: Any = True,
    callback_metrics: list | None = None,
    initial_epoch: int = 0,
    steps_per_epoch: int | None = None,
    validation_steps: int | None = None,
) -> Any:
    """Trains over arrays or tensors; arguments and errors as for `Model.fit`. Returns the `History`.

    ValueError for `validation_steps` without `steps_per_epoch`.
    """
    model._make_train_function()
    validates = bool(val_inputs) or (validation_steps is not None and val_inputs is not None)
    if validation_steps and steps_per_epoch is None:
        raise ValueError("validation_steps goes with steps_per_epoch: both count batches of tensors")
    values = [*inputs, *targets, *(sample_weights or [])]
    samples: Any = check_num_samples(values, batch_size, steps_per_epoch, "steps_per_epoch")
    if verbose and validates and samples and val_inputs and hasattr(val_inputs[0], "shape"):
        print(f"Train on {samples} samples, validate on {val_inputs[0].shape[0]} samples")
    history, chosen = for_training(
        model,
        callbacks,
        verbose=verbose,
        validates=validates,
        validation=[*(val_inputs or []), *(val_targets or []), *(val_sample_weights or [])],
        batch_size=batch_size,
        epochs=epochs,
        steps=steps_per_epoch,
        samples=samples,
    )

    def validate():
        return test_loop(
            model, val_inputs, val_targets, val_sample_weights, batch_size, verbose=0, steps=validation_steps
        )

    chosen.on_train_begin()
    for epoch in range(initial_epoch, epochs):
        if model.stop_training:
            break
        reset_metrics(model)
        chosen.on_epoch_begin(epoch)
        logs: dict = {}
        if steps_per_epoch is not None:
            _epoch_of_steps(model, values, steps_per_epoch, chosen)
        else:
            _epoch_of_batches(model, values, samples, batch_size, shuffle, chosen)
        if validates:
            found = validate()
            found = found if isinstance(found, list) else [found]
            logs.update((f"val_{name}", value) for name, value in zip(output_names(model), found))
        chosen.on_epoch_end(epoch, logs)
    chosen.on_train_end()
    return history


def _epoch_of_steps(model, values, steps, callbacks):
    for step in range(steps):
        if not _trained(model, values, step, 1, callbacks):
            break


def _trained(model, values, index, size, callbacks):
    """Trains on a batch between the calls of the callbacks; whether to go on."""
    logs = {"batch": index, "size": size}
    callbacks.on_batch_begin(index, logs)
    logs.update(zip(output_names(model), model._run(model.train_function, values, 1.0)))
    callbacks.on_batch_end(index, logs)
    return not model.stop_training


def _epoch_of_batches(model, values, samples, batch_size, shuffle, callbacks):
    order = np.arange(samples)
    if shuffle == "batch":
        order = batch_shuffle(order, batch_size)
    elif shuffle:
        np.random.shuffle(order)
    for index, (start, end) in enumerate(make_batches(samples, batch_size)):
        rows = order[start:end]
        batch = slice_arrays(values, rows.tolist() if shuffle else start, None if shuffle else end)
        if not _trained(model, batch, index, len(rows), callbacks):
            break


@public()
def test_loop(
    model: Any,
    inputs: Any,
    targets: Any,
    sample_weights: list | None = None,
    batch_size: Any = None,
    verbose: int = 0,
    steps: int | None = None,
) -> Any:
    """The loss and metrics over arrays or tensors; see `Model.evaluate`."""
    model._make_test_function()
    averages = Averages(model)
    values = [*inputs, *(targets or []), *(sample_weights or [])]
    samples: Any = check_num_samples(values, batch_size, steps, "steps")
    bar = Progbar(target=steps if samples is None else samples) if verbose == 1 else None
    if steps is not None:
        for step in range(steps):
            averages.add(model._run(model.test_function, values, 0.0), 1)
            if bar:
                bar.update(step + 1)
    else:
        for start, end in make_batches(samples or 0, batch_size):
            outs = model._run(model.test_function, slice_arrays(values, start, end), 0.0)
            averages.add(outs, end - start)
            if bar:
                bar.update(end)
    found = averages.result()
    return np.float64(found[0]) if len(found) == 1 else found


@public()
def predict_loop(
    model: Any, inputs: list, batch_size: Any = 32, verbose: int = 0, steps: int | None = None
) -> Any:
    """The outputs over arrays or tensors; see `Model.predict`."""
    model._make_predict_function()
    samples: Any = check_num_samples(inputs, batch_size, steps, "steps")
    bar = Progbar(target=steps if samples is None else samples) if verbose == 1 else None
    parts = []
    if steps is not None:
        for step in range(steps):
            parts.append(model._run(model.predict_function, inputs, 0.0))
            if bar:
                bar.update(step + 1)
    else:
        for start, end in make_batches(samples or 0, batch_size):
            parts.append(model._run(model.predict_function, slice_arrays(inputs, start, end), 0.0))
            if bar:
                bar.update(end)
    return joined(parts)


def joined(parts: list) -> Any:
    """The outputs of batches one after another, as one array or a list of them."""
    if len(parts) == 1:
        return single_or_list(parts[0])
    return single_or_list([np.concatenate(each) for each in zip(*parts)])
