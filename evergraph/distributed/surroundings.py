"""Where a process is in a job that a scheduler has started: Slurm, Kubernetes, Open MPI, as `jax.distributed` finds them.

JAX looks for what a scheduler has left in the environment, and asks Kubernetes: the address of the first process, how many
there are, and which of them this one is.  That is all that a cluster needs: no other port than the leader's is answered
(`processes.lobby`), so the addresses of the other tasks are names, with port 0 for any free one.
"""

import os
import warnings
from typing import Any

from jax._src import clusters

_WAIT_SECS = 300


def cluster_of_job(ps: int = 0, has_chief: bool = False) -> dict[str, Any] | None:
    """What `TF_CONFIG` is to hold in this process of a job that a scheduler has started.

    The first process is the chief or worker 0, the last ones are parameter servers, the others the workers in order.

    Args:
      ps: how many of the processes are parameter servers.
      has_chief: whether the first worker's job is called `chief`.

    Returns:
      {"cluster": {job: addresses}, "task": {"type": job, "index": index}}; None where no scheduler is found.

    Raises:
      ValueError: too few processes for so many parameter servers.
      RuntimeError: Kubernetes is there, but does not say what is needed.
    """
    with warnings.catch_warnings(record=True) as found:
        warnings.simplefilter("always")
        address, count, rank, _ = clusters.ClusterEnv.auto_detect_unset_distributed_params(
            None, None, None, None, None, _WAIT_SECS
        )
    if address is None or count is None or rank is None:
        if "KUBERNETES_SERVICE_HOST" in os.environ and "JOB_COMPLETION_INDEX" in os.environ:
            raise RuntimeError(
                "this is an indexed job of Kubernetes, but it cannot be asked for its size: "
                + " ".join(str(found[0].message).split() if found else ["install the package `kubernetes`"])
            )
        return None
    if count - ps < 1:
        raise ValueError(
            f"the job has {count} processes, and {ps} of them are to be parameter servers: none is left to train"
        )
    jobs = [("chief", 1)] if has_chief else []
    jobs += [("worker", count - ps - has_chief), ("ps", ps)]
    places = [(job, index) for job, number in jobs for index in range(number)]
    tasks = {job: [] for job, number in jobs if number}
    for position, (job, _) in enumerate(places):
        tasks[job].append(address if position == 0 else f"process-{position}:0")
    return {"cluster": tasks, "task": {"type": places[rank][0], "index": places[rank][1]}}
