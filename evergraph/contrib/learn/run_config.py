"""`tf.contrib.learn.RunConfig`: how an estimator of `tf.contrib.learn` runs."""

from __future__ import annotations

import json
import os
from typing import Any

from tensorboard.compat.proto.config_pb2 import ConfigProto, GPUOptions

from evergraph.distributed.cluster import ClusterSpec
from evergraph.estimator import run_config as core
from evergraph.framework.public import public, public_module

public_module("contrib.learn", "contrib.learn.python.learn.estimators.run_config")

# Named as in TensorFlow, whose module this is: programs with a RunConfig of their own look it up.
_DEFAULT_UID_WHITE_LIST = (
    "tf_random_seed",
    "save_summary_steps",
    "save_checkpoints_steps",
    "save_checkpoints_secs",
    "session_config",
    "keep_checkpoint_max",
    "keep_checkpoint_every_n_hours",
    "log_step_count_steps",
)


@public()
class Environment:
    """Where a cluster runs."""

    CLOUD = "cloud"
    GOOGLE = "google"
    LOCAL = "local"


@public()
class TaskType:
    """The jobs of a cluster."""

    MASTER = "master"
    PS = "ps"
    WORKER = "worker"


def _environment():
    return json.loads(os.environ.get("TF_CONFIG") or "{}")


@public("contrib.learn.python.learn.estimators.ClusterConfig")
class ClusterConfig:
    """The place of this process in a cluster, as the environment variable `TF_CONFIG` says it.

    Args:
      master: the target of sessions; that of the task when None.
      evaluation_master: the target of sessions that evaluate.

    Raises:
      ValueError: a task that the cluster does not have.
    """

    def __init__(self, master: str | None = None, evaluation_master: str | None = None) -> None:
        given = _environment()
        self._task_type = given.get("task", {}).get("type")
        self._task_id = self.get_task_id()
        self._cluster_spec = ClusterSpec(given.get("cluster", {}))
        self._master = self._default_master() if master is None else master
        tasks = self._cluster_spec.as_dict()
        self._num_ps_replicas = len(tasks.get(TaskType.PS, ()))
        self._num_worker_replicas = len(tasks.get(TaskType.WORKER, ())) + len(tasks.get(TaskType.MASTER, ()))
        self._environment = given.get("environment", Environment.LOCAL)
        chief = TaskType.MASTER if self._environment == Environment.CLOUD else TaskType.WORKER
        self._is_chief = self._task_id == 0 and self._task_type in (None, chief)
        self._evaluation_master = evaluation_master or ""

    def _default_master(self):
        jobs = self._cluster_spec.jobs
        is_alone = len(jobs) == 1 and len(self._cluster_spec.job_tasks(jobs[0])) == 1
        if not jobs or is_alone or not self._task_type:
            return ""
        note = "Note that these values may be coming from the TF_CONFIG environment variable."
        if self._task_type not in jobs:
            raise ValueError(
                f"{self._task_type} is not a valid task_type in the cluster_spec:\n{self._cluster_spec}\n\n{note}"
            )
        addresses = self._cluster_spec.job_tasks(self._task_type)
        if not 0 <= self._task_id < len(addresses):
            raise ValueError(
                f"{self._task_id} is not a valid task_id for task_type {self._task_type} in the cluster_spec:\n"
                f"{self._cluster_spec}\n\n{note}"
            )
        return f"grpc://{addresses[self._task_id]}"

    @property
    def cluster_spec(self) -> ClusterSpec:
        """The ClusterSpec; empty without a cluster."""
        return self._cluster_spec

    @property
    def environment(self) -> str:
        """Where the cluster runs: one of Environment."""
        return self._environment

    @property
    def evaluation_master(self) -> str:
        """The target of sessions that evaluate."""
        return self._evaluation_master

    @property
    def is_chief(self) -> bool:
        """Whether this process initialises and saves."""
        return self._is_chief

    @property
    def master(self) -> str:
        """The target of sessions."""
        return self._master

    @property
    def num_ps_replicas(self) -> int:
        """How many parameter servers there are."""
        return self._num_ps_replicas

    @property
    def num_worker_replicas(self) -> int:
        """How many workers there are, the master included."""
        return self._num_worker_replicas

    @property
    def task_id(self) -> int:
        """The number of this process within its job."""
        return self._task_id

    @property
    def task_type(self) -> str | None:
        """The job of this process, or None."""
        return self._task_type

    @staticmethod
    def get_task_id() -> int:
        """The number of this process within its job, as the environment says it."""
        return int(_environment().get("task", {}).get("index") or 0)


@public()
class RunConfig(ClusterConfig, core.RunConfig):
    """How an estimator runs.

    Args:
      master: the target of sessions.
      num_cores: how many threads a session has; 0 for as many as there are.
      log_device_placement: whether sessions say where operations run.
      gpu_memory_fraction: accepted.
      tf_random_seed: of graphs.
      save_summary_steps: write summaries every n steps.
      save_checkpoints_secs: save every n seconds; 600 unless steps are given.
      save_checkpoints_steps: save every n steps.
      keep_checkpoint_max: how many checkpoints are kept.
      keep_checkpoint_every_n_hours: one of every n hours is kept besides.
      log_step_count_steps: log steps per second every n steps.
      evaluation_master: the target of sessions that evaluate.
      model_dir: where checkpoints and events are.
      session_config: ConfigProto of sessions.

    Raises:
      ValueError: another `model_dir` than TF_CONFIG says.
    """

    _USE_DEFAULT = 0

    def __init__(
        self,
        master: str | None = None,
        num_cores: int = 0,
        log_device_placement: bool = False,
        gpu_memory_fraction: float = 1,
        tf_random_seed: int | None = None,
        save_summary_steps: int | None = 100,
        save_checkpoints_secs: int | None = _USE_DEFAULT,
        save_checkpoints_steps: int | None = None,
        keep_checkpoint_max: int | None = 5,
        keep_checkpoint_every_n_hours: float = 10000,
        log_step_count_steps: int | None = 100,
        evaluation_master: str = "",
        model_dir: str | None = None,
        session_config: ConfigProto | None = None,
    ) -> None:
        ClusterConfig.__init__(self, master=master, evaluation_master=evaluation_master)
        self._train_distribute = self._device_fn = None
        self._service, self._global_id_in_cluster = None, None
        self._tf_config = ConfigProto(
            log_device_placement=log_device_placement,
            inter_op_parallelism_threads=num_cores,
            intra_op_parallelism_threads=num_cores,
            gpu_options=GPUOptions(per_process_gpu_memory_fraction=gpu_memory_fraction),
        )
        if save_checkpoints_secs == RunConfig._USE_DEFAULT:
            save_checkpoints_secs = 600 if save_checkpoints_steps is None else None
        self._tf_random_seed = tf_random_seed
        self._save_summary_steps = save_summary_steps
        self._save_checkpoints_secs = save_checkpoints_secs
        self._save_checkpoints_steps = save_checkpoints_steps
        self._keep_checkpoint_max = keep_checkpoint_max
        self._keep_checkpoint_every_n_hours = keep_checkpoint_every_n_hours
        self._log_step_count_steps = log_step_count_steps
        self._session_config = session_config
        theirs = _environment().get("model_dir")
        if theirs is not None and model_dir is not None and theirs != model_dir:
            raise ValueError(
                "`model_dir` provided in RunConfig construct, if set, must have the same value as the model_dir in "
                f'TF_CONFIG. model_dir: {model_dir}\nTF_CONFIG["model_dir"]: {theirs}.\n'
            )
        self._model_dir = model_dir or theirs

    @property
    def tf_config(self) -> ConfigProto:
        """The ConfigProto that the arguments make."""
        return self._tf_config

    def uid(self, whitelist: Any = None) -> str:
        """What distinguishes the configurations of different runs, as text; `whitelist` names what does not count."""
        left_out = {f"_{name}" for name in (_DEFAULT_UID_WHITE_LIST if whitelist is None else whitelist)}
        state = {k: v for k, v in sorted(vars(self).items()) if k not in left_out}
        if "_cluster_spec" in state:
            state["_cluster_spec"] = dict(sorted(state["_cluster_spec"].as_dict().items()))
        return ", ".join(f"{key}={value!r}" for key, value in state.items())
