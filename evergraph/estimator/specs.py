"""What `train_and_evaluate` is told: `TrainSpec` and `EvalSpec`."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any, NamedTuple

from evergraph.estimator.exporter import Exporter
from evergraph.framework.public import public, public_module
from evergraph.training.session_run_hook import SessionRunHook

public_module("python.estimator.training")


def _check_input_fn(input_fn):
    if not callable(input_fn):
        raise TypeError(f"`input_fn` must be callable, given: {input_fn!r}")


def checked_hooks(hooks: Sequence[SessionRunHook] | None) -> tuple[SessionRunHook, ...]:
    """Hooks as a tuple; TypeError for one that is none."""
    hooks = tuple(hooks or ())
    for hook in hooks:
        if not isinstance(hook, SessionRunHook):
            raise TypeError(f"All hooks must be `SessionRunHook` instances, given: {hook!r}")
    return hooks


def _checked_exporters(exporters):
    if not exporters:
        return ()
    message = f"`exporters` must be an Exporter, an iterable of Exporter, or `None`, found {exporters!r}."
    if isinstance(exporters, Exporter):
        exporters = [exporters]
    try:
        exporters = tuple(exporters)
    except TypeError:
        raise TypeError(message) from None
    if not all(isinstance(exporter, Exporter) for exporter in exporters):
        raise TypeError(message)
    names = [exporter.name for exporter in exporters]
    for name in names:
        if not name:
            raise ValueError(
                f"An Exporter cannot have a name that is `None` or empty. All exporter names: {names}"
            )
        if not isinstance(name, str):
            raise ValueError(f"An Exporter must have a string name. Given: {type(name)}")
    if len(set(names)) != len(names):
        raise ValueError(
            f"`exporters` must have unique names. Such a name cannot be `None`. All exporter names: {names}"
        )
    return exporters


class _TrainFields(NamedTuple):
    input_fn: Callable
    max_steps: int | None
    hooks: tuple[SessionRunHook, ...]


@public("estimator.TrainSpec", "python.estimator.estimator_lib.TrainSpec")
class TrainSpec(_TrainFields):
    """How to train.

    Args:
      input_fn: as of `Estimator.train`.
      max_steps: the global step at which training ends; without end when None.
      hooks: SessionRunHooks.

    Raises:
      ValueError: `max_steps` is not positive.
      TypeError: the function cannot be called, or a hook is none.
    """

    def __new__(
        cls,
        input_fn: Callable,
        max_steps: int | None = None,
        hooks: Sequence[SessionRunHook] | None = None,
    ) -> TrainSpec:
        _check_input_fn(input_fn)
        if max_steps is not None and max_steps <= 0:
            raise ValueError(f"Must specify max_steps > 0, given: {max_steps}")
        return super().__new__(cls, input_fn, max_steps, checked_hooks(hooks))


class _EvalFields(NamedTuple):
    input_fn: Callable
    steps: int | None
    name: str | None
    hooks: tuple[SessionRunHook, ...]
    exporters: tuple[Exporter, ...]
    start_delay_secs: float
    throttle_secs: float


@public("estimator.EvalSpec", "python.estimator.estimator_lib.EvalSpec")
class EvalSpec(_EvalFields):
    """How to evaluate, and what to export.

    Args:
      input_fn: as of `Estimator.evaluate`.
      steps: how many batches; until the input ends when None.
      name: of the evaluation.
      hooks: SessionRunHooks.
      exporters: an Exporter, or several with different names.
      start_delay_secs: how long an evaluator of a cluster waits first.
      throttle_secs: how many seconds of training pass, at least, between evaluations.

    Raises:
      ValueError: a number out of range; exporters without names or with the same.
      TypeError: something of another kind.
    """

    def __new__(
        cls,
        input_fn: Callable,
        steps: int | None = 100,
        name: str | None = None,
        hooks: Sequence[SessionRunHook] | None = None,
        exporters: Any = None,
        start_delay_secs: float = 120,
        throttle_secs: float = 600,
    ) -> EvalSpec:
        _check_input_fn(input_fn)
        if steps is not None and steps <= 0:
            raise ValueError(f"Must specify steps > 0, given: {steps}")
        if name is not None and not isinstance(name, str):
            raise TypeError(f"`name` must be string, given: {name!r}")
        for what, value in (("start_delay_secs", start_delay_secs), ("throttle_secs", throttle_secs)):
            if value < 0:
                raise ValueError(f"Must specify {what} >= 0, given: {value}")
        hooks, exporters = checked_hooks(hooks), _checked_exporters(exporters)
        return super().__new__(cls, input_fn, steps, name, hooks, exporters, start_delay_secs, throttle_secs)
