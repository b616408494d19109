"""`replica_device_setter`: a device function: variables on parameter servers, the rest on a worker."""

import itertools
from collections.abc import Callable, Sequence
from typing import Any

from evergraph.distributed.cluster import ClusterSpec
from evergraph.formats.messages import NodeDef
from evergraph.framework import logging
from evergraph.framework.device import DeviceSpec
from evergraph.framework.public import public, public_module

public_module("python.training.device_setter")

# Operations that hold a state which all workers share.
_STATE_OPERATIONS = (
    "Variable",
    "VariableV2",
    "AutoReloadVariable",
    "VarHandleOp",
    "MutableHashTable",
    "MutableHashTableV2",
    "MutableHashTableOfTensors",
    "MutableHashTableOfTensorsV2",
    "MutableDenseHashTable",
    "MutableDenseHashTableV2",
    "BoostedTreesEnsembleResourceHandleOp",
)


@public("python.training.device_setter._RoundRobinStrategy")
class RoundRobinStrategy:
    """A strategy for `replica_device_setter`: the next task for each operation.

    Args:
      num_tasks: how many tasks there are.
    """

    def __init__(self, num_tasks: int) -> None:
        self._turns = itertools.cycle(range(num_tasks))

    def __call__(self, operation: Any) -> int:
        """The index of the task for an operation."""
        return next(self._turns)


@public("train.replica_device_setter")
def replica_device_setter(
    ps_tasks: int = 0,
    ps_device: str = "/job:ps",
    worker_device: Any = "/job:worker",
    merge_devices: bool = True,
    cluster: Any = None,
    ps_ops: Sequence[str] | None = None,
    ps_strategy: Callable | None = None,
) -> Callable | None:
    """A device function, for `tf.device`, that spreads variables over the parameter servers.

    What an inner `tf.device` says stands; the function fills in what that leaves open.  A task is chosen only
    when the job is that of `ps_device`.

    Args:
      ps_tasks: how many parameter servers there are; `cluster` overrides it.
      ps_device: the device of the parameter servers, without a task.
      worker_device: the device of everything else.
      merge_devices: False leaves operations alone that have any device already.
      cluster: a ClusterSpec, ClusterDef or dictionary, which says how many tasks the job of `ps_device` has.
      ps_ops: types of the operations that belong on parameter servers; variables and tables when None.
      ps_strategy: function from such an Operation to the index of a task; each in turn when None.

    Returns:
      The device function; None, which changes nothing, when there are no parameter servers.

    Raises:
      TypeError: `cluster` is not a cluster, or `ps_strategy` not callable.
    """
    if cluster is not None:
        job, cluster = DeviceSpec.from_string(ps_device).job, ClusterSpec(cluster)
        ps_tasks = cluster.num_tasks(job) if job in cluster.jobs else 0
    if not ps_tasks:
        return None
    if not merge_devices:
        logging.warning("DEPRECATION: It is recommended to set merge_devices=true in replica_device_setter")
    if ps_strategy is None:
        ps_strategy = RoundRobinStrategy(ps_tasks)
    if not callable(ps_strategy):
        raise TypeError(f"ps_strategy must be callable (it gives the index of a task), got {ps_strategy!r}")
    ps_ops = _STATE_OPERATIONS if ps_ops is None else ps_ops

    def choose(operation):
        if not merge_devices and operation.device:
            return operation.device
        wanted = DeviceSpec.from_string(operation.device or "")
        kind = operation.op if isinstance(operation, NodeDef) else operation.type
        if ps_device and kind in ps_ops:
            chosen = DeviceSpec.from_string(ps_device)
            if chosen.job and wanted.job in (None, chosen.job):
                chosen.task = ps_strategy(operation)
        else:
            chosen = DeviceSpec.from_string(worker_device or "")
        chosen.merge_from(wanted)
        return chosen.to_string()

    return choose
