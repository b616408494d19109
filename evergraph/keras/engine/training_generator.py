"""Training, evaluating and predicting over the batches of a generator or `Sequence`."""

import contextlib
from collections.abc import Iterator
from typing import Any

from evergraph.framework import logging
from evergraph.framework.public import public, public_module
from evergraph.keras.basics.enqueuers import GeneratorEnqueuer, OrderedEnqueuer
from evergraph.keras.basics.progress import Progbar
from evergraph.keras.basics.sequence import Sequence
from evergraph.keras.callbacks.running import for_training
from evergraph.keras.engine.training_arrays import Averages, joined, output_names, reset_metrics

public_module("python.keras.engine.training_generator")


@contextlib.contextmanager
def _batches(generator, workers, max_queue_size, shuffle=False) -> Iterator[Any]:
    """An iterator over the batches of a generator or Sequence, made by threads."""
    if workers == 0:
        yield _for_ever(generator) if isinstance(generator, Sequence) else generator
        return
    enqueuer = (
        OrderedEnqueuer(generator, shuffle=shuffle)
        if isinstance(generator, Sequence)
        else GeneratorEnqueuer(generator)
    )
    enqueuer.start(workers=workers, max_queue_size=max_queue_size)
    try:
        yield enqueuer.get()
    finally:
        enqueuer.stop()


def _for_ever(sequence):
    while True:
        for index in range(len(sequence)):
            yield sequence[index]
        sequence.on_epoch_end()


def _steps_of(generator, steps, name):
    if steps is not None:
        return steps
    if isinstance(generator, Sequence):
        return len(generator)
    raise ValueError(
        f"`{name}` must say how many batches to take of a generator: only a `Sequence` has a length"
    )


def _parts(batch):
    """(x, y, weights) of a batch."""
    if not hasattr(batch, "__len__") or not 2 <= len(batch) <= 3 or isinstance(batch, dict):
        raise ValueError(
            f"a generator should give tuples (x, y) or (x, y, sample_weight), got {type(batch).__name__}: {batch!r}"
        )
    return batch if len(batch) == 3 else (*batch, None)


def size_of(x: Any) -> int:
    """How many examples a batch holds."""
    if isinstance(x, list):
        return x[0].shape[0]
    if isinstance(x, dict):
        return next(iter(x.values())).shape[0]
    return x.shape[0]


@public()
def fit_generator(
    model: Any,
    generator: Any,
    steps_per_epoch: int | None = None,
    epochs: int = 1,
    verbose: int = 1,
    callbacks: list | None = None,
    validation_data: Any = None,
    validation_steps: int | None = None,
    class_weight: Any = None,
    max_queue_size: int = 10,
    workers: int = 1,
    use_multiprocessing: bool = False,
    shuffle: bool = True,
    initial_epoch: int = 0,
) -> Any:
    """Trains over the batches of a generator; arguments as for `Model.fit_generator`. Returns the `History`.

    ValueError for batches or `validation_data` of another form, or a generator without `steps_per_epoch`.
    """
    model._check_compiled()
    if use_multiprocessing:
        logging.warning("use_multiprocessing is not used: threads make the batches")
    steps = _steps_of(generator, steps_per_epoch, "steps_per_epoch")
    from_generator = hasattr(validation_data, "__next__") or isinstance(validation_data, Sequence)
    held = None
    if from_generator:
        validation_steps = _steps_of(validation_data, validation_steps, "validation_steps")
    elif validation_data:
        if len(validation_data) not in (2, 3):
            raise ValueError(
                f"`validation_data` should be (x, y) or (x, y, sample_weight), got {len(validation_data)} elements"
            )
        held = model._standardize_user_data(*validation_data)

    def validate():
        if from_generator:
            return evaluate_generator(model, validation_data, validation_steps, max_queue_size, workers)
        x, y, *weights = validation_data
        return model.evaluate(x, y, None, 0, *weights)

    history, chosen = None, None
    with _batches(generator, workers, max_queue_size, shuffle) as batches:
        for epoch in range(initial_epoch, epochs):
            if chosen is None:
                history, chosen = for_training(
                    model,
                    callbacks,
                    verbose=verbose,
                    validates=bool(validation_data),
                    validation=[] if held is None else [each for part in held for each in part],
                    batch_size=None,
                    epochs=epochs,
                    steps=steps,
                    samples=None,
                )
                chosen.on_train_begin()
            if model.stop_training:
                break
            reset_metrics(model)
            chosen.on_epoch_begin(epoch)
            _train_steps(model, batches, steps, class_weight, chosen)
            logs = {}
            if validation_data:
                found = validate()
                found = found if isinstance(found, list) else [found]
                logs.update((f"val_{name}", value) for name, value in zip(output_names(model), found))
            chosen.on_epoch_end(epoch, logs)
    if chosen is not None:
        chosen.on_train_end()
    return history


def _train_steps(model, batches, steps, class_weight, callbacks):
    for step in range(steps):
        batch = next(batches, None)
        if batch is None:
            logging.warning("the generator ended after %d of the %d batches of this epoch", step, steps)
            model.stop_training = True
            return
        x, y, weights = _parts(batch)
        logs = {"batch": step, "size": size_of(x)}
        callbacks.on_batch_begin(step, logs)
        outs = model.train_on_batch(x, y, sample_weight=weights, class_weight=class_weight)
        logs.update(zip(output_names(model), outs if isinstance(outs, list) else [outs]))
        callbacks.on_batch_end(step, logs)
        if model.stop_training:
            return


@public()
def evaluate_generator(
    model: Any,
    generator: Any,
    steps: int | None = None,
    max_queue_size: int = 10,
    workers: int = 1,
    use_multiprocessing: bool = False,
    verbose: int = 0,
) -> Any:
    """The loss and metrics over the batches of a generator; see `Model.evaluate_generator`.

    ValueError for batches of another form, or a generator without `steps`.
    """
    model._make_test_function()
    steps = _steps_of(generator, steps, "steps")
    averages = Averages(model)
    bar = Progbar(target=steps) if verbose == 1 else None
    with _batches(generator, workers, max_queue_size) as batches:
        for step in range(steps):
            x, y, weights = _parts(next(batches))
            outs = model.test_on_batch(x, y, sample_weight=weights)
            averages.add(outs if isinstance(outs, list) else [outs], size_of(x))
            if bar:
                bar.update(step + 1)
    found = averages.result()
    return found[0] if len(found) == 1 else found


@public()
def predict_generator(
    model: Any,
    generator: Any,
    steps: int | None = None,
    max_queue_size: int = 10,
    workers: int = 1,
    use_multiprocessing: bool = False,
    verbose: int = 0,
) -> Any:
    """The outputs over the batches of a generator; see `Model.predict_generator`.

    ValueError for batches of another form, or a generator without `steps`.
    """
    model._make_predict_function()
    steps = _steps_of(generator, steps, "steps")
    bar = Progbar(target=steps) if verbose == 1 else None
    parts = []
    with _batches(generator, workers, max_queue_size) as batches:
        for step in range(steps):
            batch = next(batches)
            x = batch
            if isinstance(batch, tuple):
                if len(batch) not in (1, 2, 3):
                    raise ValueError(
                        f"a generator should give x, (x, y) or (x, y, sample_weight), got {len(batch)} elements"
                    )
                x = batch[0]
            outs = model.predict_on_batch(x)
            parts.append(outs if isinstance(outs, list) else [outs])
            if bar:
                bar.update(step + 1)
    return joined(parts)
