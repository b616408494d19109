"""What a session target keeps between runs: variables, queues and other resources, random counts."""

import threading
import time
import weakref

import numpy as np

from evergraph.engine.cancellation import Cancellation
from evergraph.engine.cells import Cell, CellStore
from evergraph.engine.feeders import Feeders
from evergraph.engine.seed_table import SeedTable
from evergraph.framework import dtypes, errors
from evergraph.framework.device import DeviceSpec
from evergraph.framework.shapes import unknown_shape


class Resources:
    """The variables and other resources that a session works on.

    `store` has the lock that guards the cells: it spans reading cells, dispatching the program and writing cells.
    `cancellation` wakes the session's blocked operations; `feeders` are the threads of its queue runners.
    """

    def __init__(self):
        self.store = CellStore()
        self.cells = {}
        self.objects = {}
        self.bodies = {}  # body of a control-flow operation that runs on the host -> its executable
        self.seeds = SeedTable()
        self.cancellation = Cancellation()
        self.snapshots = weakref.WeakSet()  # those that keep memory for the next time
        self.feeders = Feeders()
        self.timeout_ms = (
            0  # how long blocking operations wait where a session's config does not say; 0: for ever
        )
        self.broken = None  # the error after which the variables are lost
        self._objects_lock = threading.RLock()
        self._local = set()  # devices of operations that were found to be on the session's own task

    @property
    def lock(self) -> threading.RLock:
        """The lock of the store."""
        return self.store.lock

    def key(self, operation) -> tuple:
        """Under what a variable or resource operation keeps its state; it ends with (container, name)."""
        attrs = operation.attrs
        return attrs.get("container") or "", attrs.get("shared_name") or operation.name

    def task_names(self) -> list[str]:
        """The device names of the tasks that the session reaches, its own first."""
        return ["/job:localhost/replica:0/task:0"]

    def task_of(self, operation) -> str:
        """The device name of the task that an operation is on; InvalidArgumentError when the session does not reach it."""
        own = self.task_names()[0]
        if operation.device and operation.device not in self._local:
            device = DeviceSpec.from_string(operation.device)
            if device.job not in (None, "localhost") or device.replica or device.task:
                raise errors.InvalidArgumentError(
                    operation.node_def,
                    operation,
                    f"Cannot assign a device for operation {operation.name}: it was explicitly assigned to "
                    f"{operation.device}, but a session without a server reaches only {own}; open it on the target of a "
                    "tf.train.Server, or leave the job out (clear_devices=True when a graph is imported)",
                )
            self._local.add(operation.device)
        return own

    def device_count(self, task):
        """The `device_count` of a task; None where a session's own config decides."""
        return None

    def cell(self, variable_tensor) -> Cell:
        """The cell of a variable, given the tensor of its operation.

        Raises:
          InvalidArgumentError: the variable has a value, given by a graph that declares it otherwise.
        """
        operation, declared = variable_tensor.op, _declaration(variable_tensor)
        key = self.key(operation)
        found = self.cells.get(key)
        if found is None:
            with self.lock:
                found = self.cells.setdefault(key, _new_cell(operation.name, *declared))
        if found.value is None:
            found.declared = declared
        elif not _agree(declared, found.declared):
            (dtype, shape), (held_dtype, held_shape) = declared, found.declared
            raise errors.InvalidArgumentError(
                None,
                operation,
                f"this graph declares the variable {found.name!r} as {dtype.name} of shape "
                f"{shape}, but another graph made it on this server, as {held_dtype.name} of shape "
                f"{held_shape}; give it another name or container, or reset the server (tf.Session.reset)",
            )
        return found

    def bound(self, graph, make, elements, fed):
        """What runs flat fetches of a graph for these feeds: `make(elements, fed)`, an `Executable`, or what stands for one."""
        return make(elements, fed)

    def model_is_ready(self, is_ready: bool):
        """Takes note that a model is being made ready, or is; other processes may wait for it."""

    def await_model(self, secs: float):
        """Waits for another process to make the model ready, for so many seconds at most."""
        time.sleep(secs)

    def lose(self, reason: str):
        """Takes note that variables are lost; runs raise AbortedError from now on."""
        self.broken = reason

    def object(self, key, make):
        """The resource (queue, reader, table, ...) under a key, made by `make()` on first use."""
        with self._objects_lock:
            found = self.objects.get(key)
            if found is None:
                found = self.objects[key] = make()
            return found

    def drop_spare_memory(self):
        """Gives back the memory that is kept for the next save: more is needed for something else."""
        for snapshot in list(self.snapshots):
            snapshot.drop_spare()

    def close(self):
        """Drops what belongs to the session alone; it is closed."""
        with self.lock, self._objects_lock:
            self.cells.clear()
            self.objects.clear()


def _new_cell(name, dtype, shape):
    """The cell of a variable that nothing was assigned to. One that is declared without elements has its value already."""
    cell = Cell(name, (dtype, shape))
    if shape.num_elements() == 0:
        cell.value = np.zeros(shape.as_list(), dtype.as_numpy_dtype)
    return cell


def _declaration(variable_tensor):
    """(dtype, shape) of a variable; a resource variable takes values of any shape."""
    if variable_tensor.dtype == dtypes.resource:
        return variable_tensor.op.attrs["dtype"].base_dtype, unknown_shape()
    return variable_tensor.dtype.base_dtype, variable_tensor.op.attrs.get("shape", unknown_shape())


def _agree(declared, held):
    return declared[0] == held[0] and declared[1].is_compatible_with(held[1])
