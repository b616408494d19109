"""`ClusterSpec`: which tasks a cluster is made of, and where they listen."""

from typing import Any

from evergraph.formats.messages import ClusterDef
from evergraph.framework.public import public, public_module

public_module("python.training.server_lib")


@public("train.ClusterSpec")
class ClusterSpec:
    """The tasks of a cluster: jobs by name, and the network address of each of their tasks.

    Args:
      cluster: a dict from job names to lists of addresses ("host:port"), or to dicts from task indices to
        addresses where some tasks are left out; a ClusterDef; or a ClusterSpec.

    Raises:
      TypeError: anything else, or names and addresses that are not strings.
    """

    def __init__(self, cluster: Any) -> None:
        if isinstance(cluster, ClusterSpec):
            cluster = cluster.as_cluster_def()
        if isinstance(cluster, ClusterDef):
            self._cluster_def = ClusterDef()
            self._cluster_def.CopyFrom(cluster)
            self._tasks = {job.name: dict(job.tasks) for job in cluster.job}
        elif isinstance(cluster, dict):
            self._tasks = {_text(job, "job name"): _tasks_of(job, tasks) for job, tasks in cluster.items()}
            self._cluster_def = _definition(self._tasks)
        else:
            raise TypeError(
                "`cluster` must be a dictionary from job names to lists of network addresses, a ClusterDef "
                f"or a ClusterSpec, but got {cluster!r}"
            )

    def __bool__(self):
        return bool(self._tasks)

    def __eq__(self, other):
        if isinstance(other, ClusterSpec):
            return self._tasks == other._tasks
        return self._tasks == other

    def __str__(self):
        described = self.as_dict()
        return "ClusterSpec({" + ", ".join(f"{job!r}: {described[job]!r}" for job in sorted(described)) + "})"

    __repr__ = __str__

    @property
    def jobs(self) -> list[str]:
        """The names of the jobs."""
        return list(self._tasks)

    def as_dict(self) -> dict:
        """{job name: list of addresses}; a job that leaves out tasks gives {task index: address}."""
        return {job: self._described(job) for job in self._tasks}

    def _described(self, job):
        addresses = self.job_tasks(job)
        return addresses if None not in addresses else dict(sorted(self._tasks[job].items()))

    def as_cluster_def(self) -> ClusterDef:
        """The cluster as a ClusterDef; jobs are sorted by name."""
        return self._cluster_def

    def num_tasks(self, job_name: str) -> int:
        """How many tasks a job has.

        Raises:
          ValueError: there is no such job.
        """
        return len(self._job(job_name))

    def task_indices(self, job_name: str) -> list[int]:
        """The indices of the tasks of a job, sorted.

        Raises:
          ValueError: there is no such job.
        """
        return sorted(self._job(job_name))

    def task_address(self, job_name: str | None, task_index: int | None) -> str:
        """The address of a task.

        Raises:
          ValueError: there is no such job, or it has no such task.
        """
        tasks = self._job(job_name)
        if task_index is None or task_index not in tasks:
            raise ValueError(f"No task with index {task_index!r} in job {job_name!r}; it has {sorted(tasks)}")
        return tasks[task_index]

    def job_tasks(self, job_name: str) -> list[str | None]:
        """The addresses of a job's tasks by index; None where an index is left out.

        Raises:
          ValueError: there is no such job.
        """
        tasks = self._job(job_name)
        return [tasks.get(index) for index in range(max(tasks, default=-1) + 1)]

    def _job(self, job_name):
        if job_name not in self._tasks:
            raise ValueError(f"No such job in cluster: {job_name!r}; its jobs are {sorted(self._tasks)}")
        return self._tasks[job_name]


def _tasks_of(job, tasks):
    """{task index: address} of what a dictionary gives for a job."""
    if isinstance(tasks, (list, tuple)):
        tasks = dict(enumerate(tasks))
    if not isinstance(tasks, dict):
        raise TypeError(
            f"The tasks of job {job!r} must be a list of addresses or a dictionary from task indices to "
            f"addresses, but got {tasks!r}"
        )
    return {i: _text(address, f"address of task {i} of job {job!r}") for i, address in tasks.items()}


def _text(value, what):
    if isinstance(value, bytes):
        return value.decode()
    if not isinstance(value, str):
        raise TypeError(f"The {what} must be a string, but got {value!r}")
    return value


def _definition(tasks):
    definition = ClusterDef()
    for name in sorted(tasks):
        job = definition.job.add(name=name)
        for index, address in sorted(tasks[name].items()):
            job.tasks[index] = address
    return definition
