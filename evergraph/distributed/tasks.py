"""Variables and other resources of the tasks of a cluster: where they are, and what a session sees of them.

A task is known by its address, as in TensorFlow: servers whose clusters give the same address to a task share
the variables that their programs place on it, whichever server a session is connected to.  Every process
keeps all of them itself.
"""

import threading
import weakref
from typing import Any

from evergraph.distributed.cluster import ClusterSpec
from evergraph.engine.cells import CellStore
from evergraph.engine.resources import Resources
from evergraph.framework import errors
from evergraph.framework.device import DeviceSpec


class TaskStore:
    """The variables and other resources of all tasks that the servers of a process know.

    There is one lock, since a run may write variables of several tasks.

    Args:
      device_counts: {address: the `device_count` of the task's server}, filled as servers start.
    """

    def __init__(self, device_counts):
        self.device_counts = device_counts
        self.cell_store = CellStore()
        self.objects_lock = threading.RLock()
        self.cells = {}  # (address, container, name) -> Cell
        self.objects = {}
        self.sessions = weakref.WeakSet()  # the TaskResources of the sessions that were opened

    def clear(self, addresses, containers):
        """Takes the values of variables, and drops the other resources, of some tasks.

        Args:
          addresses: which tasks.
          containers: which containers, all when empty; what has none is in that of its job's name.
        """

        def goes(key):
            return key[0] in addresses and (not containers or key[1] in containers)

        with self.cell_store.lock, self.objects_lock:
            # The cells stay: other servers' sessions hold on to them.
            for key, cell in self.cells.items():
                if goes(key):
                    cell.value = None
            for key in [key for key in self.objects if goes(key)]:
                del self.objects[key]

    def drop_deleted(self):
        """Takes the values of variables whose buffers a failed program has used up."""
        with self.cell_store.lock:
            for cell in self.cells.values():
                if getattr(cell.value, "is_deleted", bool)():
                    cell.value = None


class TaskResources(Resources):
    """What one session on a server works on: each variable is on the task that its device names.

    A device without a job is on the server's task, and so is one that names its job but no task; other jobs'
    first task stands for the job.

    Args:
      store: the TaskStore.
      cluster: the ClusterSpec.
      job: the server's job.
      task: the index of the server's task.
      timeout_ms: how long blocking operations wait by default; 0: for ever.
      trainer: what divides runs among the processes of the cluster; None where this process has all its workers.
    """

    def __init__(
        self,
        store: TaskStore,
        cluster: ClusterSpec,
        job: str,
        task: int,
        timeout_ms: int = 0,
        trainer: Any = None,
    ):
        super().__init__()
        self._trainer = trainer
        self.timeout_ms = timeout_ms
        self.tasks = store
        self.store, self._objects_lock = store.cell_store, store.objects_lock
        self.cells, self.objects = store.cells, store.objects
        self._cluster, self._job, self._task = cluster, job, task
        store.sessions.add(self)

    @property
    def address(self) -> str:
        """The address of the server."""
        return self._cluster.task_address(self._job, self._task)

    def task_names(self):
        own = (self._job, self._task)
        tasks = [(job, i) for job in sorted(self._cluster.jobs) for i in self._cluster.task_indices(job)]
        return [_task_name(job, i) for job, i in sorted(tasks, key=lambda task: task != own)]

    def key(self, operation):
        job, task = self._place(operation)
        container, name = super().key(operation)
        return self._cluster.task_address(job, task), container or job, name

    def task_of(self, operation):
        job, task = self._place(operation)
        return _task_name(job, task)

    def device_count(self, task):
        device = DeviceSpec.from_string(task)
        address = self._cluster.task_address(device.job, device.task)
        return self.tasks.device_counts.get(address, {})

    def _place(self, operation):
        """(job, index) of the task that an operation is on."""
        device = DeviceSpec.from_string(operation.device or "")
        job = self._job if device.job is None else device.job
        if job in self._cluster.jobs and not device.replica:
            tasks = self._cluster.task_indices(job)
            task = device.task
            if task is None and tasks:
                task = self._task if job == self._job else tasks[0]
            if task in tasks:
                return job, task
        raise errors.InvalidArgumentError(
            None,
            operation,
            f"Cannot assign a device for operation {operation.name}: it was explicitly "
            f"assigned to {operation.device}, but the session's cluster is {self._cluster}; use a task of it",
        )

    def bound(self, graph, make, elements, fed):
        if self._trainer is None:
            return make(elements, fed)
        return self._trainer.bound(self, graph, make, elements, fed)

    def model_is_ready(self, is_ready):
        if self._trainer is not None:
            self._trainer.member.prepare(is_ready)

    def await_model(self, secs):
        if self._trainer is None:
            super().await_model(secs)
        else:
            self._trainer.member.await_model(secs)

    def close(self):
        self.tasks.sessions.discard(self)
        if self._trainer is not None:
            self._trainer.closed(self)

    def lose(self, reason):
        self.tasks.drop_deleted()
        for session in list(self.tasks.sessions):
            session.end(reason)

    def end(self, reason):
        """Ends the session: blocked operations are cancelled, later runs raise AbortedError."""
        self.broken = reason
        self.cancellation.cancel()


def _task_name(job, task):
    return f"/job:{job}/replica:0/task:{task}"
