"""`tf.estimator.RunConfig`: how an Estimator runs, and its place in a cluster (`TF_CONFIG`)."""

from __future__ import annotations

import copy
import json
import os
from collections.abc import Callable
from typing import Any

from tensorboard.compat.proto.config_pb2 import ConfigProto

from evergraph.distributed.cluster import ClusterSpec
from evergraph.framework import logging
from evergraph.framework.arguments import fn_args
from evergraph.framework.public import public, public_module

public_module("python.estimator.run_config")

_USE_DEFAULT = object()
_REPLACEABLE = (
    "model_dir",
    "tf_random_seed",
    "save_summary_steps",
    "save_checkpoints_steps",
    "save_checkpoints_secs",
    "session_config",
    "keep_checkpoint_max",
    "keep_checkpoint_every_n_hours",
    "log_step_count_steps",
    "train_distribute",
    "device_fn",
)
_BOTH = "`save_checkpoints_steps` and `save_checkpoints_secs` cannot be both set."
# {property: (what holds of a value that is not None, what to say)}
_LAWS = {
    "model_dir": (lambda v: v, "should be non-empty"),
    "save_summary_steps": (lambda v: v >= 0, "should be >= 0"),
    "save_checkpoints_steps": (lambda v: v >= 0, "should be >= 0"),
    "save_checkpoints_secs": (lambda v: v >= 0, "should be >= 0"),
    "session_config": (lambda v: isinstance(v, ConfigProto), "must be instance of ConfigProto"),
    "keep_checkpoint_max": (lambda v: v >= 0, "should be >= 0"),
    "keep_checkpoint_every_n_hours": (lambda v: v > 0, "should be > 0"),
    "log_step_count_steps": (lambda v: v > 0, "should be > 0"),
    "tf_random_seed": (lambda v: isinstance(v, int), "must be integer."),
    "device_fn": (
        lambda v: callable(v) and set(fn_args(v)) == {"op"},
        'must be callable with exactly one argument "op".',
    ),
}


@public()
class TaskType:
    """The jobs of a cluster."""

    MASTER = "master"
    PS = "ps"
    WORKER = "worker"
    CHIEF = "chief"
    EVALUATOR = "evaluator"


class _Reader(property):
    """A property that gives the attribute of its name with an underscore before it."""

    def __init__(self, text: str) -> None:
        super().__init__(lambda config: getattr(config, self._attribute), doc=text)

    def __set_name__(self, owner: type, name: str) -> None:
        self._attribute = f"_{name}"


@public("estimator.RunConfig", "python.estimator.estimator_lib.RunConfig")
class RunConfig:
    """How an Estimator runs.

    The place in a cluster is read from the environment variable `TF_CONFIG`, JSON:
    `{"cluster": {"chief": [...], "ps": [...], "worker": [...]}, "task": {"type": "worker", "index": 1}}`. Without it, the
    program runs alone.

    Args:
      model_dir: where checkpoints and events are.
      tf_random_seed: of graphs.
      save_summary_steps: write summaries every n steps.
      save_checkpoints_steps: save every n steps, in place of seconds.
      save_checkpoints_secs: save every n seconds; 600 when neither is given. None for both: never.
      session_config: ConfigProto of sessions.
      keep_checkpoint_max: how many checkpoints are kept; 0 or None for all.
      keep_checkpoint_every_n_hours: one of every n hours is kept besides.
      log_step_count_steps: log the loss, and steps per second, every n steps.
      train_distribute: a `tf.contrib.distribute.DistributionStrategy` to train with, or None.
      device_fn: function of an operation that gives its device; None spreads variables over parameter servers.

    Raises:
      ValueError: both ways of saving; a value that is not allowed; a `TF_CONFIG` that contradicts itself.
    """

    def __init__(
        self,
        model_dir: str | None = None,
        tf_random_seed: int | None = None,
        save_summary_steps: int | None = 100,
        save_checkpoints_steps: Any = _USE_DEFAULT,
        save_checkpoints_secs: Any = _USE_DEFAULT,
        session_config: ConfigProto | None = None,
        keep_checkpoint_max: int | None = 5,
        keep_checkpoint_every_n_hours: float = 10000,
        log_step_count_steps: int | None = 100,
        train_distribute: Any = None,
        device_fn: Callable | None = None,
    ) -> None:
        if save_checkpoints_steps is _USE_DEFAULT and save_checkpoints_secs is _USE_DEFAULT:
            save_checkpoints_steps, save_checkpoints_secs = None, 600
        elif save_checkpoints_secs is _USE_DEFAULT:
            save_checkpoints_secs = None
        elif save_checkpoints_steps is _USE_DEFAULT:
            save_checkpoints_steps = None
        elif save_checkpoints_steps is not None and save_checkpoints_secs is not None:
            raise ValueError(_BOTH)
        environment = json.loads(os.environ.get("TF_CONFIG") or "{}")
        if environment:
            logging.info("TF_CONFIG environment variable: %s", environment)
        RunConfig._replace(
            self,
            _REPLACEABLE,
            model_dir=_chosen_model_dir(environment, model_dir),
            tf_random_seed=tf_random_seed,
            save_summary_steps=save_summary_steps,
            save_checkpoints_steps=save_checkpoints_steps,
            save_checkpoints_secs=save_checkpoints_secs,
            session_config=session_config,
            keep_checkpoint_max=keep_checkpoint_max,
            keep_checkpoint_every_n_hours=keep_checkpoint_every_n_hours,
            log_step_count_steps=log_step_count_steps,
            train_distribute=train_distribute,
            device_fn=device_fn,
        )
        self._take_place(environment)

    def _take_place(self, environment):
        """Reads the place in a cluster."""
        self._service = environment.get("service")
        if self._service is not None and not isinstance(self._service, dict):
            raise TypeError(
                f'If "service" is set in TF_CONFIG, it must be a dict. Given {type(self._service)}'
            )
        self._cluster_spec = ClusterSpec(environment.get("cluster", {}))
        task = environment.get("task", {})
        if not self._cluster_spec:
            return self._run_alone(task, environment)
        jobs = self._cluster_spec.jobs
        chief = TaskType.MASTER if TaskType.MASTER in jobs else TaskType.CHIEF
        if chief == TaskType.MASTER and TaskType.CHIEF in jobs:
            raise ValueError("If `master` node exists in `cluster`, job `chief` is not supported.")
        self._task_type, self._task_id = _checked_task(self._cluster_spec, task, chief)
        if chief == TaskType.MASTER and self._task_type == TaskType.EVALUATOR:
            raise ValueError("If `master` node exists in `cluster`, task_type `evaluator` is not supported.")
        self._evaluation_master = _evaluation_master(self._task_type, environment)
        self._is_chief = self._task_type == chief
        if self._task_type == TaskType.EVALUATOR:  # it does not talk to the others
            self._cluster_spec = ClusterSpec({})
            self._master = ""
            self._num_ps_replicas = self._num_worker_replicas = 0
            self._global_id_in_cluster = None
            return None
        tasks = self._cluster_spec.as_dict()
        self._master = _session_master(self._cluster_spec, self._task_type, self._task_id, environment)
        self._num_ps_replicas = len(tasks.get(TaskType.PS, ()))
        self._num_worker_replicas = len(tasks.get(TaskType.WORKER, ())) + len(tasks[chief])
        self._global_id_in_cluster = _global_id(self._cluster_spec, self._task_type, self._task_id, chief)
        return None

    def _run_alone(self, task, environment):
        self._task_type = task.get("type", TaskType.WORKER)
        self._task_id = int(task.get("index", 0))
        self._global_id_in_cluster = 0
        if self._task_type != TaskType.WORKER:
            raise ValueError('If "cluster" is not set in TF_CONFIG, task type must be WORKER.')
        if self._task_id != 0:
            raise ValueError('If "cluster" is not set in TF_CONFIG, task index must be 0.')
        self._master = environment.get("session_master", "")
        self._evaluation_master = environment.get("eval_session_master", "")
        self._is_chief = True
        self._num_ps_replicas, self._num_worker_replicas = 0, 1

    def replace(self, **kwargs: Any) -> RunConfig:
        """A copy with other values; giving one way of saving drops the other.  ValueError for what cannot be replaced."""
        return RunConfig._replace(copy.deepcopy(self), _REPLACEABLE, **kwargs)

    @staticmethod
    def _replace(config, allowed_properties_list=None, **kwargs):
        allowed = allowed_properties_list or ()
        for key, value in kwargs.items():
            if key not in allowed:
                raise ValueError(f"Replacing {key} is not supported. Allowed properties are {list(allowed)}.")
            setattr(config, f"_{key}", value)
        steps, secs = kwargs.get("save_checkpoints_steps"), kwargs.get("save_checkpoints_secs")
        if steps is not None and secs is not None:
            raise ValueError(_BOTH)
        if steps is not None:
            config._save_checkpoints_secs = None
        elif secs is not None:
            config._save_checkpoints_steps = None
        for key, (holds, words) in _LAWS.items():
            value = getattr(config, f"_{key}", None)
            if value is not None and not holds(value):
                raise ValueError(f"{key} {words} Given: {value!r}")
        return config

    cluster_spec = _Reader("The ClusterSpec; empty when the program runs alone.")
    device_fn = _Reader("Function of an operation that gives its device, or None.")
    evaluation_master = _Reader("The target of sessions that evaluate.")
    is_chief = _Reader("Whether this process initialises and saves.")
    master = _Reader("The target of sessions that train.")
    num_ps_replicas = _Reader("How many parameter servers there are.")
    num_worker_replicas = _Reader("How many workers there are, the chief included.")
    task_id = _Reader("The number of this process within its job.")
    task_type = _Reader("The job of this process.")
    global_id_in_cluster = _Reader(
        "The number of this process among all, the chief 0; None for an evaluator."
    )
    service = _Reader('What TF_CONFIG says under "service", or None.')
    tf_random_seed = _Reader("The seed of graphs, or None.")
    save_summary_steps = _Reader("How many steps pass between summaries, or None.")
    save_checkpoints_secs = _Reader("How many seconds pass between checkpoints, or None.")
    save_checkpoints_steps = _Reader("How many steps pass between checkpoints, or None.")
    session_config = _Reader("The ConfigProto of sessions, or None.")
    keep_checkpoint_max = _Reader("How many checkpoints are kept.")
    keep_checkpoint_every_n_hours = _Reader("One checkpoint for every so many hours is kept.")
    log_step_count_steps = _Reader("How many steps pass between lines in the log, or None.")
    model_dir = _Reader("Where checkpoints and events are, or None.")
    train_distribute = _Reader("The strategy that training is distributed by, or None.")


def _chosen_model_dir(environment, model_dir):
    if model_dir is not None:
        model_dir = os.fspath(model_dir)
    theirs = environment.get("model_dir")
    for where, value in (("model_dir", model_dir), ("model_dir in TF_CONFIG", theirs)):
        if value == "":
            raise ValueError(f"{where} should be non-empty.")
    if theirs and model_dir and theirs != model_dir:
        raise ValueError(
            "`model_dir` provided in RunConfig construct, if set, must have the same value as the model_dir in "
            f'TF_CONFIG. model_dir: {model_dir}\nTF_CONFIG["model_dir"]: {theirs}.\n'
        )
    if theirs:
        logging.info("Using model_dir in TF_CONFIG: %s", theirs)
    return model_dir or theirs


def _checked_task(cluster, task, chief):
    """(type, index) of this process."""
    if chief not in cluster.jobs:
        raise ValueError(f'If "cluster" is set in TF_CONFIG, it must have one "{chief}" node.')
    if len(cluster.job_tasks(chief)) > 1:
        raise ValueError(f'The "cluster" in TF_CONFIG must have only one "{chief}" node.')
    task_type, index = task.get("type"), task.get("index")
    if not task_type:
        raise ValueError('If "cluster" is set in TF_CONFIG, task type must be set.')
    if index is None:
        raise ValueError('If "cluster" is set in TF_CONFIG, task index must be set.')
    index = int(index)
    if index < 0:
        raise ValueError(f"Task index must be non-negative number. Given: {index}")
    if task_type == TaskType.EVALUATOR:
        return task_type, index
    note = "Note that these values may be coming from the TF_CONFIG environment variable."
    if task_type not in cluster.jobs:
        raise ValueError(f"{task_type} is not a valid task_type in the cluster_spec:\n{cluster}\n\n{note}")
    if index >= len(cluster.job_tasks(task_type)):
        raise ValueError(
            f"{index} is not a valid task_id for task_type {task_type} in the cluster_spec:\n{cluster}\n\n{note}"
        )
    return task_type, index


def _session_master(cluster, task_type, task_id, environment):
    if "session_master" in environment:
        return environment["session_master"]
    jobs = cluster.jobs
    if len(jobs) == 1 and len(cluster.job_tasks(jobs[0])) == 1:
        return ""  # alone
    return f"grpc://{cluster.job_tasks(task_type)[task_id]}"


def _evaluation_master(task_type, environment):
    if task_type == TaskType.EVALUATOR:
        return environment.get("eval_session_master", "")
    if "eval_session_master" in environment:
        raise ValueError(
            f"Key (eval_session_master) should not be set for task type other than {TaskType.EVALUATOR}. Task type: "
            f"{task_type}"
        )
    return ""


def _global_id(cluster, task_type, task_id, chief):
    """The number of a task: the chief first, parameter servers last, the other jobs by name."""
    jobs = [chief, *(job for job in sorted(cluster.jobs) if job not in (chief, TaskType.PS)), TaskType.PS]
    before = jobs[: jobs.index(task_type)]
    return sum(len(cluster.job_tasks(job)) for job in before) + task_id
