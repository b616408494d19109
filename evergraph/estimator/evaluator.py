"""Evaluating the newest checkpoint, once, and handing the result to the exporters."""

from __future__ import annotations

import os
import time
from collections.abc import Mapping
from typing import Any, NamedTuple

from evergraph.estimator.specs import EvalSpec
from evergraph.framework import logging
from evergraph.framework.collections import GraphKeys
from evergraph.framework.public import public, public_module

public_module("python.estimator.training")

_SECS_BETWEEN_WARNINGS = 600


@public("python.estimator.training._EvalStatus")
class EvalStatus:
    """What came of an attempt to evaluate."""

    EVALUATED = "evaluated"
    MISSING_CHECKPOINT = "missing checkpoint"
    NO_NEW_CHECKPOINT = "no new checkpoint"


class _Fields(NamedTuple):
    status: str
    metrics: Mapping[str, Any] | None
    checkpoint_path: str | None


@public("python.estimator.training._EvalResult")
class EvalResult(_Fields):
    """The result of an evaluation, or why there is none.

    Raises:
      ValueError: results where there are none, or none where there must be some.
      TypeError: metrics that are no dict.
    """

    def __new__(
        cls, status: str, metrics: Mapping[str, Any] | None = None, checkpoint_path: str | None = None
    ) -> EvalResult:
        if status != EvalStatus.EVALUATED:
            if metrics:
                raise ValueError(
                    f"metrics must be `None` if status is not {EvalStatus.EVALUATED}; got status {status}, metrics "
                    f"{metrics}"
                )
            if checkpoint_path:
                raise ValueError(
                    f"checkpoint must be `None` if status is not {EvalStatus.EVALUATED}; got status {status}, "
                    f"checkpoint_path {checkpoint_path}"
                )
            return super().__new__(cls, status, metrics, checkpoint_path)
        if not metrics:
            raise ValueError("Internal error: `Estimator.evaluate` should never return empty metrics.")
        if not isinstance(metrics, dict):
            raise TypeError(f"`Estimator.evaluate` should return dict. Given {type(metrics)}.")
        if GraphKeys.GLOBAL_STEP not in metrics:
            raise ValueError(
                f"Internal error: `Estimator.evaluate` result should have `global_step` in result. Given {metrics}"
            )
        if not checkpoint_path:
            raise ValueError("Internal error: `checkpoint_path` should never be empty.")
        return super().__new__(cls, status, metrics, checkpoint_path)


def check_eval_spec(eval_spec: Any) -> None:
    """TypeError for what is no EvalSpec."""
    if not isinstance(eval_spec, EvalSpec):
        raise TypeError(f"`eval_spec` must have type `tf.estimator.EvalSpec`. Got: {type(eval_spec)}")


class Evaluator:
    """Evaluates checkpoints, each once.

    Args:
      estimator: the Estimator.
      eval_spec: an EvalSpec.
      max_training_steps: the step at which training ends, or None.
    """

    def __init__(self, estimator: Any, eval_spec: EvalSpec, max_training_steps: int | None) -> None:
        check_eval_spec(eval_spec)
        self._estimator, self._eval_spec, self._max_training_steps = estimator, eval_spec, max_training_steps
        self._is_final_export_triggered = False
        self._previous_ckpt_path = None
        self._last_warning_time = 0.0

    @property
    def is_final_export_triggered(self) -> bool:
        """Whether the checkpoint of the last step was evaluated."""
        return self._is_final_export_triggered

    def evaluate_and_export(self) -> tuple[EvalResult, list]:
        """Evaluates the newest checkpoint, unless that was done; returns its result, and those of the exporters."""
        path = self._estimator.latest_checkpoint()
        if not path:
            self._warn("Estimator is not trained yet. Will start an evaluation when a checkpoint is ready.")
            return EvalResult(EvalStatus.MISSING_CHECKPOINT), []
        if path == self._previous_ckpt_path:
            self._warn(
                "No new checkpoint ready for evaluation. Skip the current evaluation pass as evaluation results are "
                "expected to be same for the same checkpoint."
            )
            return EvalResult(EvalStatus.NO_NEW_CHECKPOINT), []
        spec = self._eval_spec
        metrics = self._estimator.evaluate(
            input_fn=spec.input_fn,
            steps=spec.steps,
            name=spec.name,
            checkpoint_path=path,
            hooks=spec.hooks,
        )
        result = EvalResult(EvalStatus.EVALUATED, metrics, path)
        is_last = bool(
            self._max_training_steps and metrics[GraphKeys.GLOBAL_STEP] >= self._max_training_steps
        )
        exported = [self._export(exporter, result, is_last) for exporter in spec.exporters]
        if is_last:
            logging.debug("Calling exporter with the `is_the_final_export=True`.")
            self._is_final_export_triggered = True
        self._last_warning_time = 0.0
        self._previous_ckpt_path = path
        return result, exported

    def _export(self, exporter, result, is_last):
        return exporter.export(
            estimator=self._estimator,
            export_path=os.path.join(_text(self._estimator.model_dir), "export", _text(exporter.name)),
            checkpoint_path=result.checkpoint_path,
            eval_result=result.metrics,
            is_the_final_export=is_last,
        )

    def _warn(self, message):
        now = time.time()
        if now - self._last_warning_time > _SECS_BETWEEN_WARNINGS:
            logging.warning(message)
            self._last_warning_time = now


def _text(name):
    return os.fsdecode(name) if isinstance(name, bytes) else str(name)
