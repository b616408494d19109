"""`tf.contrib.learn.learn_runner`: an Experiment, and which of its methods to call."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from evergraph.contrib.learn.experiment import Experiment
from evergraph.contrib.learn.run_config import RunConfig, TaskType
from evergraph.framework.public import public, public_module

public_module("contrib.learn.learn_runner", "contrib.learn.python.learn.learn_runner")


@public()
def run(
    experiment_fn: Callable,
    output_dir: str | None = None,
    schedule: str | None = None,
    run_config: RunConfig | None = None,
    hparams: Any = None,
) -> Any:
    """Makes an Experiment and does what a schedule says.

    Args:
      experiment_fn: function of `output_dir`; or, where `run_config` is given, of `run_config` and `hparams`.
      output_dir: the directory of the model.
      schedule: the name of a method of Experiment; as the place in the cluster demands when None.
      run_config: a RunConfig with a `model_dir`, in place of `output_dir`.
      hparams: hyperparameters.

    Returns:
      What the method returns.

    Raises:
      ValueError: both or none of `output_dir` and `run_config`; no such schedule.
      TypeError: a function that cannot be called or returns no Experiment.
    """
    if (output_dir is None) == (run_config is None):
        said = "Must set value for" if run_config is None else "Cannot provide both"
        raise ValueError(f"{said} `output_dir` and `run_config`: one of them is needed")
    if not callable(experiment_fn):
        raise TypeError(f'Experiment builder "{experiment_fn}" is not callable.')
    if run_config is not None:
        if not run_config.model_dir:
            raise ValueError("Must specify a model directory `model_dir` in `run_config`.")
        experiment = experiment_fn(run_config=run_config, hparams=hparams)
    else:
        if hparams is not None:
            raise ValueError(
                f"`hparams` goes with `run_config`, not with `output_dir`. Received: {hparams!r}"
            )
        if not output_dir:
            raise ValueError(f"`output_dir` must name a directory. Received: {output_dir!r}")
        experiment = experiment_fn(output_dir=output_dir)
    if not isinstance(experiment, Experiment):
        raise TypeError(
            f"Experiment builder did not return an Experiment instance, got {type(experiment)} instead."
        )
    name = schedule or _schedule_for(run_config or experiment.estimator.config)
    if name.startswith("_") or not callable(getattr(experiment, name, None)):
        allowed = [x for x in dir(experiment) if not x.startswith("_") and callable(getattr(experiment, x))]
        raise ValueError(f"Schedule references non-existent task {name}; allowed are {allowed}")
    return getattr(experiment, name)()


_SCHEDULES = {
    TaskType.MASTER: "train_and_evaluate",
    "chief": "train_and_evaluate",
    TaskType.PS: "run_std_server",
    TaskType.WORKER: "train",
}


def _schedule_for(config):
    cluster = config.cluster_spec
    if not cluster or sum(len(cluster.job_tasks(job)) for job in cluster.jobs) <= 1:
        return "train_and_evaluate"
    if config.task_type not in _SCHEDULES:
        raise ValueError(f"No default schedule for task type: {config.task_type}; must specify a schedule")
    return _SCHEDULES[config.task_type]


@public()
def tune(experiment_fn: Callable, tuner: Any) -> None:
    """Runs an Experiment for each trial of a tuner, which has `next_trial()` and `run_experiment(experiment_fn)`."""
    while tuner.next_trial():
        tuner.run_experiment(experiment_fn)
