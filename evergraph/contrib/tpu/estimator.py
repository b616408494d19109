"""`TPUEstimator`: an Estimator that tells input and model functions the size of a batch, and takes TPUEstimatorSpecs."""

from __future__ import annotations

import collections
from collections.abc import Callable
from typing import Any

from evergraph.contrib.summary.writers import summary_writer_initializer_op
from evergraph.contrib.tpu.config import InputPipelineConfig, RunConfig, check_positive
from evergraph.estimator.estimator import Estimator
from evergraph.estimator.model_fn import EstimatorSpec, ModeKeys
from evergraph.framework import structures
from evergraph.framework.arguments import fn_args
from evergraph.framework.default_graph import device
from evergraph.framework.public import public, public_module
from evergraph.ops import event_writing
from evergraph.training.session_run_hook import SessionRunArgs, SessionRunHook

public_module("contrib.tpu.python.tpu.tpu_estimator")

_RESERVED = ("batch_size", "context")


def _check_call(call, what):
    """ValueError unless a host call is (function, its arguments as a list or a dict)."""
    if call is None:
        return
    if not isinstance(call, (tuple, list)) or len(call) != 2 or not callable(call[0]):
        raise ValueError(f"{what} must be (function, tensors), got {call!r}")
    if not isinstance(call[1], (tuple, list, dict)):
        raise ValueError(f"{what}[1] must be tuple or list, or dict, got {call[1]!r}")
    if isinstance(call[1], (tuple, list)):
        names = fn_args(call[0])
        if len(call[1]) > len(names) and "args" not in names:
            raise RuntimeError(
                f"{what}: {call[0]} takes {len(names)} arguments, and {len(call[1])} tensors are given"
            )


def _called(call):
    function, tensors = call
    return function(**tensors) if isinstance(tensors, dict) else function(*tensors)


@public("contrib.tpu.TPUEstimatorSpec")
class TPUEstimatorSpec(
    collections.namedtuple(
        "TPUEstimatorSpec",
        [
            "mode",
            "predictions",
            "loss",
            "train_op",
            "eval_metrics",
            "export_outputs",
            "scaffold_fn",
            "host_call",
        ],
    )
):
    """What a model function gives a TPUEstimator.

    Args:
      mode, predictions, loss, train_op, export_outputs: as in `tf.estimator.EstimatorSpec`.
      eval_metrics: (a function, its tensors as a list or a dict): it gives {name: (value, update)}.
      scaffold_fn: a function that gives the Scaffold.
      host_call: (a function, its tensors): what it gives is run in each step.

    Raises:
      ValueError: `eval_metrics` or `host_call` of another form.
    """

    __slots__ = ()

    def __new__(
        cls,
        mode: str,
        predictions: Any = None,
        loss: Any = None,
        train_op: Any = None,
        eval_metrics: Any = None,
        export_outputs: Any = None,
        scaffold_fn: Callable | None = None,
        host_call: Any = None,
    ) -> TPUEstimatorSpec:
        """See the class."""
        _check_call(eval_metrics, "eval_metrics")
        _check_call(host_call, "host_call")
        return super().__new__(
            cls, mode, predictions, loss, train_op, eval_metrics, export_outputs, scaffold_fn, host_call
        )

    def as_estimator_spec(self) -> EstimatorSpec:
        """The same as a `tf.estimator.EstimatorSpec`."""
        hooks = None if self.host_call is None else [_HostCallHook(_called(self.host_call))]
        return EstimatorSpec(
            mode=self.mode,
            predictions=self.predictions,
            loss=self.loss,
            train_op=self.train_op,
            eval_metric_ops=None if self.eval_metrics is None else _called(self.eval_metrics),
            export_outputs=self.export_outputs,
            scaffold=self.scaffold_fn() if self.scaffold_fn else None,
            training_hooks=hooks,
            evaluation_hooks=hooks,
            prediction_hooks=hooks,
        )


class _HostCallHook(SessionRunHook):
    """Runs what a host call gave in each step, and begins and ends the writers of `tf.contrib.summary`."""

    def __init__(self, fetches):
        self._fetches = structures.flatten(fetches)

    def begin(self):
        self._begin = summary_writer_initializer_op()
        self._end = [event_writing.flush_summary_writer_op(each.inputs[0]) for each in self._begin]

    def after_create_session(self, session, coord):
        session.run(self._begin)

    def before_run(self, run_context):
        return SessionRunArgs(self._fetches)

    def end(self, session):
        session.run(self._end)


@public("contrib.tpu.TPUEstimator")
class TPUEstimator(Estimator):
    """An Estimator of programs that were written for TPUs; it runs on the devices that are there, as one copy of the model.

    `params["batch_size"]` is the size of the batch in the mode at hand, for `input_fn` and `model_fn`.

    Args:
      model_fn: as for `tf.estimator.Estimator`; it takes `params`, and may return a TPUEstimatorSpec.
      model_dir: where checkpoints and events are.
      config: a `tf.contrib.tpu.RunConfig`.
      params: a dict of what `model_fn` and `input_fn` get besides.
      use_tpu: whether the sizes of batches must be given.
      train_batch_size, eval_batch_size, predict_batch_size: these sizes.
      batch_axis, eval_on_tpu, export_to_tpu: without effect.
      warm_start_from: as for `tf.estimator.Estimator`.

    Raises:
      ValueError: another config; reserved names among the params; a size that is not positive, or that is missing.
    """

    def __init__(
        self,
        model_fn: Any = None,
        model_dir: str | None = None,
        config: RunConfig | None = None,
        params: dict[str, Any] | None = None,
        use_tpu: bool = True,
        train_batch_size: int | None = None,
        eval_batch_size: int | None = None,
        predict_batch_size: int | None = None,
        batch_axis: Any = None,
        eval_on_tpu: bool = True,
        export_to_tpu: bool = True,
        warm_start_from: Any = None,
    ) -> None:
        if not isinstance(config, RunConfig):
            raise ValueError(f"`config` must be provided with type `tpu_config.RunConfig`, got {config!r}")
        if params is not None and any(name in params for name in _RESERVED):
            raise ValueError(f"{_RESERVED} are reserved keys but existed in params {params}.")
        sizes = {
            ModeKeys.TRAIN: train_batch_size,
            ModeKeys.EVAL: eval_batch_size,
            ModeKeys.PREDICT: predict_batch_size,
        }
        if use_tpu:
            if train_batch_size is None:
                raise ValueError("`train_batch_size` cannot be `None`")
            if (
                config.tpu_config.per_host_input_for_training == InputPipelineConfig.PER_SHARD_V1
                and config.tpu_config.computation_shape
            ):
                raise ValueError("Model parallelism only supports per host input for training.")
        for mode, size in sizes.items():
            if size is not None:
                check_positive(size, f"the batch size of {mode}")
        self._batch_sizes = sizes
        super().__init__(model_fn, model_dir, config, params or {}, warm_start_from)

    def _params_of(self, mode):
        size = self._batch_sizes[mode]
        return self.params if size is None else {**self.params, "batch_size": size}

    def _call_input_fn(self, input_fn, mode):
        names = fn_args(input_fn)
        if "params" not in names:
            raise ValueError(
                f"input_fn ({input_fn}) does not include params argument, required by TPUEstimator to pass batch size as "
                'params["batch_size"]'
            )
        values = {"mode": mode, "params": self._params_of(mode), "config": self.config}
        with device("/cpu:0"):
            return input_fn(**{name: value for name, value in values.items() if name in names})

    def _call_model_fn(self, features, labels, mode, config):
        names = fn_args(self._model_fn)
        if labels is not None and "labels" not in names:
            raise ValueError("model_fn does not take labels, but input_fn returns labels.")
        values = {"labels": labels, "mode": mode, "params": self._params_of(mode), "config": config}
        spec = self._model_fn(features, **{name: value for name, value in values.items() if name in names})
        if isinstance(spec, TPUEstimatorSpec):
            spec = spec.as_estimator_spec()
        if not isinstance(spec, EstimatorSpec):
            raise ValueError(f"model_fn should return an EstimatorSpec or a TPUEstimatorSpec, not {spec!r}.")
        return spec
