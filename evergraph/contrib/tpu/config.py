"""The RunConfig of a TPUEstimator."""

from __future__ import annotations

import collections
from typing import Any

from evergraph.estimator.run_config import RunConfig as _RunConfig
from evergraph.estimator.run_config import TaskType
from evergraph.framework.public import public, public_module

public_module("contrib.tpu.python.tpu.tpu_config")


@public("contrib.tpu.InputPipelineConfig")
class InputPipelineConfig:
    """How inputs were spread over TPUs."""

    PER_SHARD_V1 = 1
    PER_HOST_V1 = 2
    PER_HOST_V2 = 3


def check_positive(value: Any, what: str) -> None:
    """ValueError unless an integer is positive."""
    if value is None or isinstance(value, bool) or int(value) != value or value < 1:
        raise ValueError(f"{what} must be a positive integer, got {value!r}")


@public("contrib.tpu.TPUConfig")
class TPUConfig(
    collections.namedtuple(
        "TPUConfig",
        [
            "iterations_per_loop",
            "num_shards",
            "computation_shape",
            "per_host_input_for_training",
            "tpu_job_name",
            "initial_infeed_sleep_secs",
        ],
    )
):
    """How a model was spread over TPUs: it is checked and kept, and changes nothing here.

    Args:
      iterations_per_loop: steps between two looks at hooks; here hooks see each step.
      num_shards: how many cores there are.
      computation_shape: the cores of one copy of the model, three numbers of 1 or 2.
      per_host_input_for_training: an InputPipelineConfig, or whether there is an input for each host.
      tpu_job_name: the job of the TPUs.
      initial_infeed_sleep_secs: how long the input waits at first.

    Raises:
      ValueError: a number that is not positive, or another shape.
    """

    __slots__ = ()

    def __new__(
        cls,
        iterations_per_loop: int = 2,
        num_shards: int | None = None,
        computation_shape: Any = None,
        per_host_input_for_training: Any = True,
        tpu_job_name: str | None = None,
        initial_infeed_sleep_secs: int | None = None,
    ) -> TPUConfig:
        """See the class."""
        check_positive(iterations_per_loop, "TPUConfig iterations_per_loop")
        if num_shards is not None:
            check_positive(num_shards, "TPUConfig num_shards")
        if computation_shape is not None and (
            len(computation_shape) != 3 or any(size not in (1, 2) for size in computation_shape)
        ):
            raise ValueError(f"computation_shape must be three numbers of 1 or 2; got {computation_shape}")
        if isinstance(per_host_input_for_training, bool):
            kinds = InputPipelineConfig.PER_SHARD_V1, InputPipelineConfig.PER_HOST_V1
            per_host_input_for_training = kinds[per_host_input_for_training]
        if initial_infeed_sleep_secs:
            check_positive(initial_infeed_sleep_secs, "TPUConfig initial_infeed_sleep_secs")
        return super().__new__(
            cls,
            iterations_per_loop,
            num_shards,
            computation_shape,
            per_host_input_for_training,
            tpu_job_name,
            initial_infeed_sleep_secs,
        )


@public("contrib.tpu.RunConfig")
class RunConfig(_RunConfig):
    """A `tf.estimator.RunConfig` with a TPUConfig.

    Args:
      tpu_config: a TPUConfig; one of defaults when None.
      evaluation_master: the target of sessions that evaluate.
      master: the target of sessions that train.
      cluster: an object with `master()`, in place of `master`.
      **kwargs: those of `tf.estimator.RunConfig`.

    Raises:
      ValueError: both `master` and `cluster`.
    """

    def __init__(
        self,
        tpu_config: TPUConfig | None = None,
        evaluation_master: str | None = None,
        master: str | None = None,
        cluster: Any = None,
        **kwargs: Any,
    ) -> None:
        super().__init__(**kwargs)
        self._tpu_config = tpu_config or TPUConfig()
        self._cluster = cluster
        if master is not None and cluster is not None:
            raise ValueError("Both master and cluster are set.")
        if master is not None:
            self._master = master
        elif cluster is not None:
            self._master = cluster.master()
        if evaluation_master is not None:
            self._evaluation_master = evaluation_master
        elif not self._evaluation_master and self.task_type != TaskType.EVALUATOR:
            self._evaluation_master = self._master

    @property
    def tpu_config(self) -> TPUConfig:
        """The TPUConfig."""
        return self._tpu_config

    @property
    def cluster(self) -> Any:
        """What was given as `cluster`."""
        return self._cluster

    def replace(self, **kwargs: Any) -> RunConfig:
        """A copy with other values, also of `tpu_config`; ValueError for what cannot be replaced."""
        tpu_config = kwargs.pop("tpu_config", self._tpu_config)
        made: Any = super().replace(**kwargs)
        made._tpu_config = tpu_config
        return made
