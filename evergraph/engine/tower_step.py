"""A device stage with towers, bound to a session: one program that all their devices run (engine.towers).

Between two runs a variable's cell holds the array of one device, as everybody else expects.  `CellStore.spread` has, beside it, the
array over all devices that it is a part of: the next run takes that, and nothing is copied unless somebody else has given the
variable a new value.
"""

import functools

import jax
import numpy as np
from jax.sharding import Mesh, NamedSharding, PartitionSpec

from evergraph.engine import wide_types
from evergraph.engine.device_step import DeviceStep
from evergraph.engine.run_on_host import RunOnHost
from evergraph.engine.tower_lowering import AXIS, divided_inputs, divided_outputs, lower_towers


class Unlike(RunOnHost):
    """The inputs of the towers have different shapes in this run: each device has its own program."""


class TowerStep(DeviceStep):
    """Runs a device stage with towers as one compiled program.

    Attributes: those of a DeviceStep, and
      devices: the JAX device of each tower.
    """

    def __init__(self, executable, transaction):
        towers = transaction.stage.towers
        runtime = executable.runtime
        self.devices = [runtime.device_named(key or "") for key in towers.devices]
        self._home = self.devices.index(runtime.devices[0]) if runtime.devices[0] in self.devices else 0
        mesh = Mesh(np.array(self.devices), (AXIS,))
        self._mesh = mesh
        self._whole, self._divided = (
            NamedSharding(mesh, PartitionSpec()),
            NamedSharding(mesh, PartitionSpec(AXIS)),
        )
        self._common, self._apart = divided_outputs(transaction.stage)
        super().__init__(executable, transaction)
        self.spread = executable.resources.store.spread
        shared, own = divided_inputs(self.stage, self._inputs)
        position = {value: i for i, value in enumerate(self._inputs)}
        self._shared = [position[value] for value in shared]
        self._own = [[position[value] for value in values] for values in own]
        self._shared_cells = [executable.cell(v.source) if v.is_load else None for v in shared]
        self._constants = {}
        self.parts = [  # slots of outputs that come as one element of each tower
            slot
            for slot, value in zip(self.outputs, self.stage.outputs)
            if value in towers.made and value.tensor.shape.ndims in (0, None)
        ]

    def _find_device(self, executable):
        return self.devices[self._home]

    # -- what it takes ------------------------------------------------------------------------------------------

    def placed(self, arrays):
        """The donated variables, on all devices."""
        return self._everywhere(arrays, self.donated_cells)

    def placed_inputs(self, arrays):
        """(what all devices take, what each takes a part of) of the inputs.

        Raises:
          Unlike: the parts have different shapes.
        """
        own = [[arrays[position] for position in positions] for positions in self._own]
        for parts in own:
            shape, dtype = np.shape(parts[0]), parts[0].dtype
            if any(np.shape(part) != shape or part.dtype != dtype for part in parts):
                raise Unlike()
        shared = self._everywhere([arrays[position] for position in self._shared], self._shared_cells)
        return shared, tuple(self._divide(parts) for parts in own)

    def _everywhere(self, arrays, cells):
        spread, found, missing = self.spread, [], []
        for position, (array, cell) in enumerate(zip(arrays, cells)):
            known = spread.get(cell) if cell is not None else self._constants.get(id(array))
            if known is not None and known[0] is array and known[1].sharding == self._whole:
                found.append(known[1])
            else:
                missing.append(position)
                found.append(None)
        if missing:
            with wide_types.widened():
                put = jax.device_put([arrays[position] for position in missing], self._whole)
            for position, array in zip(missing, put):
                found[position] = array
                if cells[position] is not None:
                    spread[cells[position]] = arrays[position], array
        return tuple(found)

    def _divide(self, parts):
        shape = np.shape(parts[0])
        if not shape:
            parts, shape = [np.reshape(part, [1]) for part in parts], (1,)
        with wide_types.widened():
            placed = jax.device_put(parts, self.devices)
            whole = (len(parts) * shape[0], *shape[1:])
            return jax.make_array_from_single_device_arrays(whole, self._divided, placed)

    # -- making it ----------------------------------------------------------------------------------------------

    def _lowered(self, statics, sizes, known, sizes_vary=False):
        return lower_towers(self.stage, self._mesh)

    def _output(self, outputs, value):
        return outputs[0][self._common.index(value)]

    # -- what it gave -------------------------------------------------------------------------------------------

    def _new_value(self, source, value, cell):
        home = source.name("home", functools.partial(self._at_home, cell))
        return f"{home}(outputs[0][{self._common.index(value)}])"

    def _at_home(self, cell, array):
        """The part of an array over all devices that a variable's cell holds."""
        part = array.addressable_data(self._home)
        self.spread[cell] = part, array
        return part

    def _is_of(self, cell, array):
        known = self.spread.get(cell)
        return known is not None and known[0] is cell.value and known[1] is array

    def given(self, outputs) -> tuple:
        """The stage's outputs, each on one device."""
        common, apart = outputs
        made, found = self.stage.towers.made, []
        for value in self.stage.outputs:
            if value in made:
                first, tower = made[value]
                found.append(apart[self._apart.index(first)].addressable_data(tower))
            else:
                found.append(common[self._common.index(value)].addressable_data(self._home))
        return tuple(found)

    def part(self, array):
        """What one tower has made of one element."""
        return np.asarray(array).reshape(())
