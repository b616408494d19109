"""Which variables the workers share, and their values as bytes.

A variable is shared when TensorFlow would keep it where all workers find it: on a parameter server, or on no task in
particular.  It is a worker's own when its device names a task of a job of workers, or when it is in the collection of local
variables and not in that of global ones.
"""

import json

import jax
import numpy as np

from evergraph.framework import dtypes
from evergraph.framework.collections import GraphKeys
from evergraph.framework.device import DeviceSpec

_HOLDERS = ("VariableV2", "Variable", "VarHandleOp", "AutoReloadVariable")


class SharedVariables:
    """The shared variables of a graph.

    Args:
      graph: the Graph.
      is_worker_job: function from the name of a job: whether its tasks train.
    """

    def __init__(self, graph, is_worker_job):
        self._graph = graph
        self._is_worker_job = is_worker_job
        self._known = {}
        self._count = -1
        self._variables = []

    def __contains__(self, tensor):
        """Whether the variable whose tensor this is is shared."""
        operation = tensor.op
        found = self._known.get(operation)
        if found is None:
            found = self._known[operation] = self._is_shared(operation)
        return found

    def _is_shared(self, operation):
        if operation in self._own:
            return False
        device = DeviceSpec.from_string(operation.device or "")
        return device.job is None or device.task is None or not self._is_worker_job(device.job)

    @property
    def _own(self):
        every = {v.op for v in self._graph.get_collection(GraphKeys.GLOBAL_VARIABLES)}
        return {v.op for v in self._graph.get_collection(GraphKeys.LOCAL_VARIABLES)} - every

    @property
    def variables(self) -> list:
        """Their tensors, in the order in which they were made."""
        if self._count != self._graph.version:
            self._count = self._graph.version
            self._variables = [
                op.outputs[0]
                for op in self._graph.operations_outside_bodies()
                if op.type in _HOLDERS and op.outputs[0] in self
            ]
        return self._variables

    def claim(self) -> list[str]:
        """What graphs of workers that train together must have in common: the updates of optimizers, as lines."""
        found = []
        for operation in self._graph.operations_outside_bodies():
            if "Apply" not in operation.type or not operation.input_tensors:
                continue
            variable = operation.input_tensors[0]
            if variable.op.type in _HOLDERS and variable in self:
                shape = variable.op.attrs.get("shape")
                found.append(f"{operation.type} on {variable.op.name} of shape {shape}")
        return sorted(found)

    # -- values ---------------------------------------------------------------------------------------------

    def values(self, resources, names=None) -> bytes:
        """The values of those that have one, as bytes.

        Args:
          resources: the Resources that hold them.
          names: of which operations; all when None.
        """
        found = []
        store = resources.store
        with store.lock:
            if store.pending is not None:
                store.settle()
            for tensor in self.variables:
                value = resources.cell(tensor).value
                if value is not None and (names is None or tensor.op.name in names):
                    array = np.array(value)
                    if array.dtype != object:
                        found.append((tensor.op.name, array))
        head = json.dumps([(name, array.dtype.name, array.shape) for name, array in found]).encode()
        return b"".join([len(head).to_bytes(8, "big"), head, *(array.tobytes() for _, array in found)])

    def assign(self, resources, data: bytes) -> None:
        """Gives the variables of this graph the values that `values` has made of those of another."""
        length = int.from_bytes(data[:8], "big")
        head, place = json.loads(data[8 : 8 + length]), 8 + length
        arrays = {}
        for name, dtype, shape in head:
            kind = np.dtype(dtypes.as_dtype(dtype).as_numpy_dtype)
            count = int(np.prod(shape, dtype=np.int64))
            arrays[name] = np.frombuffer(data, kind, count, place).reshape(shape)
            place += count * kind.itemsize
        with jax.enable_x64():
            placed = {name: jax.device_put(array, may_alias=False) for name, array in arrays.items()}
        store = resources.store
        with store.lock:
            if store.pending is not None:
                store.settle()
            for tensor in self.variables:
                if tensor.op.name in placed:
                    resources.cell(tensor).value = placed[tensor.op.name]

    def forget(self, resources) -> None:
        """Takes their values away: they are to come from the chief again."""
        store = resources.store
        with store.lock:
            if store.pending is not None:
                store.settle()
            for tensor in self.variables:
                resources.cell(tensor).value = None
