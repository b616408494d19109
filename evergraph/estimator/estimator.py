"""`tf.estimator.Estimator`: trains, evaluates, asks and exports a model that a function describes."""

from __future__ import annotations

import copy
import os
import tempfile
from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any, Self

import numpy as np
from tensorboard.compat.proto.config_pb2 import ConfigProto

from evergraph.checkpoint import inspect, management
from evergraph.checkpoint.saver import Saver
from evergraph.distributed.device_setter import replica_device_setter
from evergraph.estimator import distributed, results, warm_start
from evergraph.estimator.export.writing import add_meta_graph_for_mode, export_saved_model
from evergraph.estimator.input_fn import FreshInputHook, features_of_input_fn_result, parse_input_fn_result
from evergraph.estimator.model_fn import LOSS_METRIC_KEY, EstimatorSpec, ModeKeys
from evergraph.estimator.run_config import RunConfig
from evergraph.framework import errors, logging
from evergraph.framework.arguments import fn_args
from evergraph.framework.collections import GraphKeys, add_to_collection, get_collection
from evergraph.framework.default_graph import device, get_default_graph
from evergraph.framework.graph import Graph
from evergraph.framework.public import public, public_module
from evergraph.framework.seeds import set_random_seed
from evergraph.framework.structures import flatten
from evergraph.framework.tensor import Tensor
from evergraph.ops.control_flow.grouping import group
from evergraph.ops.distribute import DistributionStrategy
from evergraph.ops.metrics import mean
from evergraph.summary import summary
from evergraph.training import evaluation
from evergraph.training.global_step import create_global_step, get_or_create_global_step_read
from evergraph.training.hooks import LoggingTensorHook, NanTensorHook, StopAtStepHook
from evergraph.training.monitored_session import MonitoredSession, MonitoredTrainingSession
from evergraph.training.saving_hooks import CheckpointSaverHook, CheckpointSaverListener
from evergraph.training.session_creator import ChiefSessionCreator
from evergraph.training.session_run_hook import SessionRunHook

public_module("python.estimator.estimator")

_MODEL_FN_ARGUMENTS = {"features", "labels", "mode", "params", "self", "config"}
_MAY_BE_OVERRIDDEN = {
    "_call_input_fn",
    "_create_global_step",
    "_convert_train_steps_to_hooks",
    "_convert_eval_steps_to_hooks",
    "_validate_features_in_predict_input",
    "_call_model_fn",
    "_add_meta_graph_for_mode",
}


@public("estimator.Estimator", "python.estimator.estimator_lib.Estimator")
class Estimator:
    """Trains, evaluates, asks and exports the model that `model_fn` describes.

    Each call builds the model in a graph of its own and runs it in a monitored session. What was learned is in the
    checkpoints of `model_dir`, and each call begins with the newest; the events of an evaluation are in `eval` below it
    (`eval_<name>` for one that has a name).

    Args:
      model_fn: function of `features`, and of any of `labels`, `mode`, `params`, `config`, by these names, that returns an
        EstimatorSpec.
      model_dir: where checkpoints and events are; that of `config`, else a new temporary directory, when None.
      config: a RunConfig.
      params: what `model_fn` gets as `params`: a dict of numbers and the like.
      warm_start_from: a checkpoint, its directory, a SavedModel or WarmStartSettings that the first training begins with.

    Raises:
      ValueError: `model_fn` takes other arguments; two values of `model_dir`; a subclass that overrides a public method.
    """

    def __init__(
        self,
        model_fn: Callable,
        model_dir: str | None = None,
        config: RunConfig | None = None,
        params: Any = None,
        warm_start_from: Any = None,
    ) -> None:
        Estimator._assert_members_are_not_overridden(self)
        if config is None:
            config = RunConfig()
            logging.info("Using default config.")
        elif not isinstance(config, RunConfig):
            raise ValueError(f"config must be an instance of RunConfig, but provided {config!r}.")
        if not isinstance(config.train_distribute, DistributionStrategy | None):
            raise ValueError(
                f"train_distribute must be a DistributionStrategy, such as tf.contrib.distribute.MirroredStrategy, or None, "
                f"got {config.train_distribute!r}"
            )
        self._config = self._with_model_dir(config, model_dir)
        self._model_dir: str = self._config.model_dir
        logging.info("Using config: %s", vars(self._config))
        self._session_config = self._config.session_config or ConfigProto(allow_soft_placement=True)
        self._device_fn = self._config.device_fn or _device_setter(self._config)
        if model_fn is None:
            raise ValueError("model_fn must be provided to Estimator.")
        _check_model_fn(model_fn, params)
        self._model_fn = model_fn
        self._params = copy.deepcopy(params or {})
        self._warm_start_settings = warm_start.settings_of(warm_start_from)

    @staticmethod
    def _with_model_dir(config, model_dir):
        model_dir = None if model_dir is None else os.fsdecode(model_dir)
        if model_dir is not None and config.model_dir is not None and model_dir != config.model_dir:
            raise ValueError(
                "model_dir are set both in constructor and RunConfig, but with different values. In constructor: "
                f"'{model_dir}', in RunConfig: '{config.model_dir}'"
            )
        chosen = model_dir or config.model_dir
        if chosen is None:
            chosen = tempfile.mkdtemp()
            logging.warning("Using temporary folder as model directory: %s", chosen)
        return config if config.model_dir else config.replace(model_dir=chosen)

    def _assert_members_are_not_overridden(self):
        own = {name for name in vars(Estimator) if not name.startswith("__")} - _MAY_BE_OVERRIDDEN
        overridden = sorted(
            name
            for name in own & set(vars(type(self)))
            if vars(type(self))[name] is not vars(Estimator)[name]
        )
        if overridden:
            raise ValueError(
                f"Subclasses of Estimator cannot override members of Estimator. {type(self)} does override {overridden}"
            )

    # -- what it is ------------------------------------------------------------------------------------------

    @property
    def model_dir(self) -> str:
        """Where checkpoints and events are."""
        return self._model_dir

    @property
    def config(self) -> RunConfig:
        """A copy of the RunConfig."""
        return copy.deepcopy(self._config)

    @property
    def params(self) -> Any:
        """A copy of the parameters."""
        return copy.deepcopy(self._params)

    @property
    def model_fn(self) -> Callable:
        """Function `(features, labels, mode, config)` that returns the EstimatorSpec."""

        def public_model_fn(features, labels, mode, config):
            return self._call_model_fn(features, labels, mode, config)

        return public_model_fn

    def get_variable_value(self, name: str) -> Any:
        """The value of a variable in the newest checkpoint, as an array.  ValueError when there is no checkpoint."""
        self._require_checkpoint()
        return inspect.load_variable(self.model_dir, name)

    def get_variable_names(self) -> list[str]:
        """The names of the variables in the newest checkpoint.  ValueError when there is no checkpoint."""
        self._require_checkpoint()
        return [name for name, _ in inspect.list_variables(self.model_dir)]

    def latest_checkpoint(self) -> str | None:
        """The path of the newest checkpoint, or None."""
        return management.latest_checkpoint(self.model_dir)

    def eval_dir(self, name: str | None = None) -> str:
        """Where the events of an evaluation are."""
        return os.path.join(self._model_dir, f"eval_{name}" if name else "eval")

    def _require_checkpoint(self):
        if not self.latest_checkpoint():
            raise ValueError(f"Could not find trained model in model_dir: {self.model_dir}.")

    # -- training --------------------------------------------------------------------------------------------

    def train(
        self,
        input_fn: Callable,
        hooks: Sequence[SessionRunHook] | None = None,
        steps: int | None = None,
        max_steps: int | None = None,
        saving_listeners: Sequence[CheckpointSaverListener] | None = None,
    ) -> Self:
        """Trains until the input ends, or for so many steps.

        Args:
          input_fn: function of any of `mode`, `params`, `config` that returns (features, labels) or a dataset of these.
          hooks: SessionRunHooks.
          steps: how many steps to train from where training stands.
          max_steps: at which global step to stop; nothing is done when it is reached.
          saving_listeners: called before and after each checkpoint.

        Returns:
          self

        Raises:
          ValueError: both numbers of steps, one that is not positive, listeners without checkpoints.
        """
        if steps is not None and max_steps is not None:
            raise ValueError("Can not provide both steps and max_steps.")
        _check_positive(steps, "steps")
        _check_positive(max_steps, "max_steps")
        if max_steps is not None and max_steps <= _step_of_newest(self._model_dir):
            logging.info("Skipping training since max_steps has already saved.")
            return self
        hooks = _checked_hooks(hooks)
        hooks.extend(self._convert_train_steps_to_hooks(steps, max_steps))
        loss = self._train_model(input_fn, hooks, _checked_listeners(saving_listeners))
        logging.info("Loss for final step: %s.", loss)
        return self

    def _convert_train_steps_to_hooks(self, steps, max_steps):
        return [] if steps is None and max_steps is None else [StopAtStepHook(steps, max_steps)]

    def _train_model(self, input_fn, hooks, saving_listeners):
        if self._config.train_distribute is not None:
            return distributed.train_model(
                self, self._config.train_distribute, input_fn, hooks, saving_listeners
            )
        graph = Graph()
        with graph.as_default(), device(self._device_fn):
            set_random_seed(self._config.tf_random_seed)
            step = self._create_global_step(graph)
            get_or_create_global_step_read(graph)
            features, labels, input_hooks = self._get_features_and_labels_from_input_fn(
                input_fn, ModeKeys.TRAIN
            )
            spec = self._call_model_fn(features, labels, ModeKeys.TRAIN, self.config)
            return self._train_with_estimator_spec(spec, list(input_hooks), hooks, step, saving_listeners)

    def _train_with_estimator_spec(self, spec, worker_hooks, hooks, step, saving_listeners):
        warm_start.warm_start(self._warm_start_settings)
        if not any(tensor.op.name == "loss" for tensor in get_collection(GraphKeys.SUMMARIES)):
            summary.scalar("loss", spec.loss)
        add_to_collection(GraphKeys.LOSSES, spec.loss)
        config = self._config
        worker_hooks = [FreshInputHook(), *worker_hooks, *hooks, NanTensorHook(spec.loss)]
        if config.log_step_count_steps is not None:
            shown = {"loss": spec.loss, "step": step}
            worker_hooks.append(LoggingTensorHook(shown, every_n_iter=config.log_step_count_steps))
        worker_hooks.extend(spec.training_hooks)
        if not (spec.scaffold.saver or get_collection(GraphKeys.SAVERS)):
            saver = Saver(
                sharded=True,
                max_to_keep=config.keep_checkpoint_max,
                keep_checkpoint_every_n_hours=config.keep_checkpoint_every_n_hours,
                defer_build=True,
                save_relative_paths=True,
            )
            add_to_collection(GraphKeys.SAVERS, saver)
        chief_hooks = list(spec.training_chief_hooks)
        saver_hooks = [h for h in worker_hooks + chief_hooks if isinstance(h, CheckpointSaverHook)]
        if not saver_hooks and (config.save_checkpoints_secs or config.save_checkpoints_steps):
            saver_hooks = [
                CheckpointSaverHook(
                    self._model_dir,
                    save_secs=config.save_checkpoints_secs,
                    save_steps=config.save_checkpoints_steps,
                    scaffold=spec.scaffold,
                )
            ]
            chief_hooks = saver_hooks + chief_hooks
        if saving_listeners:
            if not saver_hooks:
                raise ValueError(
                    "There should be a CheckpointSaverHook to use saving_listeners. Please set one of the "
                    "RunConfig.save_checkpoints_steps or RunConfig.save_checkpoints_secs."
                )
            saver_hooks[0]._listeners.extend(saving_listeners)
        loss = None
        with MonitoredTrainingSession(
            master=config.master,
            is_chief=config.is_chief,
            checkpoint_dir=self._model_dir,
            scaffold=spec.scaffold,
            hooks=worker_hooks,
            chief_only_hooks=chief_hooks,
            save_checkpoint_secs=0,  # by the hook above
            save_summaries_steps=config.save_summary_steps,
            config=self._session_config,
            log_step_count_steps=config.log_step_count_steps,
        ) as session:
            while not session.should_stop():
                _, loss = session.run([spec.train_op, spec.loss])
        return loss

    # -- evaluation ------------------------------------------------------------------------------------------

    def evaluate(
        self,
        input_fn: Callable,
        steps: int | None = None,
        hooks: Sequence[SessionRunHook] | None = None,
        checkpoint_path: str | None = None,
        name: str | None = None,
    ) -> dict[str, Any]:
        """Evaluates a checkpoint until the input ends, or for so many steps.

        Args:
          input_fn: as in `train`.
          steps: how many batches.
          hooks: SessionRunHooks.
          checkpoint_path: the checkpoint; the newest when None. Without one, the model as it is initialised.
          name: of the evaluation, for several on different data.

        Returns:
          {name: value} of the metrics, with `loss` (the mean over the batches) and `global_step`.

        Raises:
          ValueError: `steps` is not positive; a metric has one of these two names.
        """
        hooks = _checked_hooks(hooks)
        hooks.extend(self._convert_eval_steps_to_hooks(steps))
        path = self._checkpoint_for(checkpoint_path, "evaluate")
        with Graph().as_default():
            scaffold, update, values, hooks = self._evaluate_build_graph(input_fn, hooks, path)
            return self._evaluate_run(path, scaffold, update, values, hooks, self.eval_dir(name))

    def _evaluate_run(self, checkpoint_path, scaffold, update_op, eval_dict, all_hooks, output_dir):
        """Runs an evaluation, logs and writes its results, and returns them."""
        found = evaluation.evaluate_once(
            checkpoint_path=checkpoint_path,
            master=self._config.evaluation_master,
            scaffold=scaffold,
            eval_ops=update_op,
            final_ops=eval_dict,
            hooks=all_hooks,
            config=self._session_config,
        )
        step = found[GraphKeys.GLOBAL_STEP]
        results.write_results(output_dir, found, step)
        if checkpoint_path:
            results.write_checkpoint_path(output_dir, checkpoint_path, step)
        return found

    def _convert_eval_steps_to_hooks(self, steps):
        _check_positive(steps, "steps")
        return [] if steps is None else [evaluation.StopAfterNEvalsHook(num_evals=steps)]

    def _checkpoint_for(self, checkpoint_path, what):
        path = checkpoint_path or self.latest_checkpoint()
        if not path:
            logging.info(
                "Could not find trained model in model_dir: %s, running initialization to %s.",
                self._model_dir,
                what,
            )
        return path

    def _evaluate_build_graph(self, input_fn, hooks, checkpoint_path):
        """(scaffold, update operation, {name: value}, hooks) of an evaluation."""
        set_random_seed(self._config.tf_random_seed)
        step = self._create_global_step(get_default_graph())
        features, labels, input_hooks = self._get_features_and_labels_from_input_fn(input_fn, ModeKeys.EVAL)
        spec = self._call_model_fn(features, labels, ModeKeys.EVAL, self.config)
        if not checkpoint_path:
            warm_start.warm_start(self._warm_start_settings)
        for key in (LOSS_METRIC_KEY, GraphKeys.GLOBAL_STEP):
            if key in spec.eval_metric_ops:
                raise ValueError(
                    f'Metric with name "{key}" is not allowed, because Estimator already defines a default metric with '
                    "the same name."
                )
        metrics = {**spec.eval_metric_ops, LOSS_METRIC_KEY: mean(spec.loss)}
        update = group(*(metrics[key][1] for key in sorted(metrics)))
        values = {key: metrics[key][0] for key in sorted(metrics)}
        values[GraphKeys.GLOBAL_STEP] = step
        return spec.scaffold, update, values, [FreshInputHook(), *input_hooks, *hooks, *spec.evaluation_hooks]

    # -- prediction ------------------------------------------------------------------------------------------

    def predict(
        self,
        input_fn: Callable,
        predict_keys: Any = None,
        hooks: Sequence[SessionRunHook] | None = None,
        checkpoint_path: str | None = None,
        yield_single_examples: bool = True,
    ) -> Iterator[Any]:
        """Yields the predictions for the examples of an input, until it ends.

        Args:
          input_fn: as in `train`; labels are left aside.
          predict_keys: a key of the predictions, or a list of some; all when None.
          hooks: SessionRunHooks.
          checkpoint_path: the checkpoint; the newest when None. Without one, the model as it is initialised.
          yield_single_examples: whether batches are taken apart.

        Yields:
          The value, or {key: value}, for each example, or for each batch.

        Raises:
          ValueError: none of the keys exists; predictions with batches of different sizes.
        """
        hooks = _checked_hooks(hooks)
        path = self._checkpoint_for(checkpoint_path, "predict")
        graph = Graph()
        with graph.as_default():
            set_random_seed(self._config.tf_random_seed)
            self._create_global_step(graph)
            features, input_hooks = features_of_input_fn_result(
                self._call_input_fn(input_fn, ModeKeys.PREDICT)
            )
            self._validate_features_in_predict_input(features)
            spec = self._call_model_fn(features, None, ModeKeys.PREDICT, self.config)
            if not path:
                warm_start.warm_start(self._warm_start_settings)
            predictions = _chosen(spec.predictions, predict_keys)
            creator = ChiefSessionCreator(
                checkpoint_filename_with_path=path,
                master=self._config.master,
                scaffold=spec.scaffold,
                config=self._session_config,
            )
            session = MonitoredSession(
                creator, hooks=[FreshInputHook(), *input_hooks, *hooks, *spec.prediction_hooks]
            )
        with session:  # while the caller looks at what is yielded, the default graph is the caller's
            while not session.should_stop():
                values = session.run(predictions)
                if not yield_single_examples:
                    yield values
                elif not isinstance(predictions, dict):
                    yield from values
                else:
                    for number in range(_batch_size(values)):
                        yield {key: value[number] for key, value in values.items()}

    def _validate_features_in_predict_input(self, result):
        if not _can_end(result):
            logging.warning(
                "Input graph does not use tf.data.Dataset or contain a QueueRunner. That means predict yields forever. "
                "This is probably a mistake."
            )

    # -- export ----------------------------------------------------------------------------------------------

    def export_savedmodel(
        self,
        export_dir_base: str,
        serving_input_receiver_fn: Callable,
        assets_extra: Mapping[str, str] | None = None,
        as_text: bool = False,
        checkpoint_path: str | None = None,
        strip_default_attrs: bool = False,
    ) -> bytes:
        """Writes a SavedModel for serving.

        Args:
          export_dir_base: where the directory of the model, named by the time in seconds, is made.
          serving_input_receiver_fn: function that returns a ServingInputReceiver.
          assets_extra: {path below `assets.extra` of the model: file that is copied there}.
          as_text: whether the graph is written as text.
          checkpoint_path: the checkpoint; the newest when None.
          strip_default_attrs: whether attributes with default values are left out.

        Returns:
          The path of the directory, as bytes.

        Raises:
          ValueError: no checkpoint, no function, no `export_outputs` in the EstimatorSpec.
        """
        return self._export_all_saved_models(
            export_dir_base,
            {ModeKeys.PREDICT: serving_input_receiver_fn},
            assets_extra,
            as_text,
            checkpoint_path,
            strip_default_attrs,
        )

    def _export_saved_model_for_mode(
        self,
        export_dir_base,
        input_receiver_fn,
        assets_extra=None,
        as_text=False,
        checkpoint_path=None,
        strip_default_attrs=False,
        mode=ModeKeys.PREDICT,
    ):
        return self._export_all_saved_models(
            export_dir_base,
            {mode: input_receiver_fn},
            assets_extra,
            as_text,
            checkpoint_path,
            strip_default_attrs,
        )

    def _export_all_saved_models(
        self,
        export_dir_base,
        input_receiver_fn_map,
        assets_extra=None,
        as_text=False,
        checkpoint_path=None,
        strip_default_attrs=False,
    ):
        if not all(input_receiver_fn_map.values()):
            raise ValueError("An input_receiver_fn must be defined.")
        checkpoint_path = checkpoint_path or self.latest_checkpoint()
        if not checkpoint_path:
            raise ValueError(f"Couldn't find trained model at {self._model_dir}.")
        return export_saved_model(
            self,
            export_dir_base,
            input_receiver_fn_map,
            assets_extra,
            as_text,
            checkpoint_path,
            strip_default_attrs,
        )

    def _add_meta_graph_for_mode(
        self,
        builder,
        input_receiver_fn_map,
        checkpoint_path,
        strip_default_attrs,
        save_variables=True,
        mode=ModeKeys.PREDICT,
        export_tags=None,
    ):
        add_meta_graph_for_mode(
            self,
            builder,
            input_receiver_fn_map[mode],
            checkpoint_path,
            strip_default_attrs,
            save_variables,
            mode,
            export_tags,
        )

    # -- the program's functions -----------------------------------------------------------------------------

    def _create_global_step(self, graph):
        return create_global_step(graph)

    def _get_features_and_labels_from_input_fn(self, input_fn, mode):
        return parse_input_fn_result(self._call_input_fn(input_fn, mode))

    def _call_input_fn(self, input_fn, mode):
        names = fn_args(input_fn)
        values = {"mode": mode, "params": self.params, "config": self.config}
        with device("/cpu:0"):
            return input_fn(**{name: value for name, value in values.items() if name in names})

    def _call_model_fn(self, features, labels, mode, config):
        names = fn_args(self._model_fn)
        if labels is not None and "labels" not in names:
            raise ValueError("model_fn does not take labels, but input_fn returns labels.")
        values = {"labels": labels, "mode": mode, "params": self.params, "config": config}
        logging.info("Calling model_fn.")
        spec = self._model_fn(
            features=features, **{name: value for name, value in values.items() if name in names}
        )
        logging.info("Done calling model_fn.")
        if not isinstance(spec, EstimatorSpec):
            raise ValueError(f"model_fn should return an EstimatorSpec, not {spec!r}.")
        return spec


def _check_positive(number, what):
    if number is not None and number <= 0:
        raise ValueError(f"Must specify {what} > 0, given: {number}")


def _checked_hooks(hooks) -> list[Any]:
    hooks = list(hooks or ())
    for hook in hooks:
        if not isinstance(hook, SessionRunHook):
            raise TypeError(f"Hooks must be a SessionRunHook, given: {hook!r}")
    return hooks


def _checked_listeners(listeners):
    listeners = list(listeners or ())
    for listener in listeners:
        if not isinstance(listener, CheckpointSaverListener):
            raise TypeError(
                f"saving_listeners must be a list of CheckpointSaverListener, given: {listener!r}"
            )
    return listeners


@public()
def _verify_model_fn_args(model_fn: Callable, params: Any) -> None:
    """ValueError when a model_fn takes other arguments than those that are allowed."""
    _check_model_fn(model_fn, params)


def _check_model_fn(model_fn, params):
    names = set(fn_args(model_fn))
    if "features" not in names:
        raise ValueError(f"model_fn ({model_fn}) must include features argument.")
    if params is not None and "params" not in names:
        raise ValueError(
            f"model_fn ({model_fn}) does not include params argument, but params ({params}) is passed to Estimator."
        )
    if params is None and "params" in names:
        logging.warning(
            "Estimator's model_fn (%s) includes params argument, but params are not passed to Estimator.",
            model_fn,
        )
    others = sorted(names - _MODEL_FN_ARGUMENTS)
    if others:
        raise ValueError(
            f"model_fn ({model_fn}) has following not expected args: {others}; "
            f"{sorted(_MODEL_FN_ARGUMENTS - {'self'})} are allowed"
        )


@public("python.estimator.estimator._get_replica_device_setter")
def _device_setter(config: RunConfig) -> Callable | None:
    """A device function that spreads variables over the parameter servers of a cluster; None without any."""
    if not config.num_ps_replicas:
        return None
    worker = f"/job:{config.task_type}/task:{config.task_id}" if config.task_type else "/job:worker"
    return replica_device_setter(
        ps_tasks=config.num_ps_replicas, worker_device=worker, merge_devices=True, cluster=config.cluster_spec
    )


@public("python.estimator.estimator._load_global_step_from_checkpoint_dir")
def _step_of_newest(checkpoint_dir: str) -> int:
    """The global step of the newest checkpoint of a directory; 0 when there is none, or none with a step."""
    newest = management.latest_checkpoint(checkpoint_dir)
    if newest is None:
        return 0
    try:
        return int(inspect.load_variable(newest, GraphKeys.GLOBAL_STEP))
    except errors.NotFoundError:
        return 0


def _chosen(predictions, keys):
    if not keys:
        return predictions
    if not isinstance(predictions, dict):
        raise ValueError("predict_keys argument is not valid in case of non-dict predictions.")
    chosen = {key: tensor for key, tensor in predictions.items() if key in keys}
    if not chosen:
        raise ValueError(f"Expected to run at least one output from {list(predictions)}, provided {keys}.")
    return chosen


def _batch_size(values):
    sizes = {key: np.shape(value)[0] for key, value in values.items()}
    if len(set(sizes.values())) > 1:
        raise ValueError(f"Batch length of predictions should be same. The batch lengths are {sizes}.")
    return next(iter(sizes.values()))


def _can_end(features):
    """Whether features come from a queue runner, a dataset or arrays in batches."""
    tensors = [tensor for tensor in flatten(features) if isinstance(tensor, Tensor)]
    return bool(get_collection(GraphKeys.QUEUE_RUNNERS)) or any(
        "IteratorGetNext" in tensor.op.type or tensor.op.type == "PyFunc" for tensor in tensors
    )
