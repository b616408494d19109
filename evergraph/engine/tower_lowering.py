"""Lowering towers: a stage becomes one function that each of its devices runs, on its own tower's inputs.

    (donated variables, (shared inputs, inputs of the towers' own), random counts)
        -> ((common outputs, outputs of the towers' own), error, check operands)

Variables, shared inputs and common outputs are whole on every device.  What is the towers' own is joined along its first axis, so
that each device's part is its tower's array; a scalar is an array of one element there.

Each device goes through the operations of the first tower in the place of its own, then through what is common.  Where that
takes what the towers have made, the devices exchange it: a sum or a mean over all towers is one all-reduce.
"""

from typing import Any

import jax
import jax.numpy as jnp
import numpy as np
from jax.sharding import PartitionSpec

from evergraph.engine.lower import Lowering, StageFunction, distinct
from evergraph.engine.runtime_checks import RuntimeChecks

AXIS = "tower"


class TowerFunction(StageFunction):
    """The function of a stage of towers.

    Attributes: those of a StageFunction, and
      shared: the values of the inputs that are whole on every device.
      own: [(value of each tower, ...)] of the inputs that are the towers' own.
      common: the outputs that are whole on every device, in order.
      apart: the first tower's like of each output that is the towers' own.
    """

    def __init__(self, stage):
        super().__init__(stage)
        self.shared, self.own = divided_inputs(stage, self.inputs)
        self.common, self.apart = divided_outputs(stage)


def divided_inputs(stage, inputs):
    """(the values that all devices take, [the towers' own, one of each]) of a stage's inputs."""
    given, towers = set(inputs), stage.towers
    own = [
        values
        for values in towers.own.values()
        if len(set(values)) == len(values) and all(v in given and v.constant is None for v in values)
    ]
    divided = {value for values in own for value in values}
    return [value for value in inputs if value not in divided], own


def divided_outputs(stage):
    """(the outputs that are the same on all devices, what the first tower has in the place of those that are not)."""
    made = stage.towers.made
    apart = {made[value][0]: None for value in stage.outputs if value in made}
    return [value for value in stage.outputs if value not in made], list(apart)


def lower_towers(stage, mesh) -> TowerFunction:
    """The `TowerFunction` of a stage with towers, for the devices of a mesh with the one axis `AXIS`."""
    lowered = TowerFunction(stage)
    whole, divided = PartitionSpec(), PartitionSpec(AXIS)

    def on_one_device(donated, shared, own, counts):
        lowering = _TowerLowering(stage, lowered, counts)
        environment, checks = lowering.environment, lowering.checks
        tracers = set()
        for value, array in zip(lowered.donated + lowered.shared, (*donated, *shared)):
            environment[value] = array
            tracers.add(id(array))
        for values, array in zip(lowered.own, own):
            lowering.own[values[0]] = array if np.ndim(array) == len(_dims(values[0], array)) else array[0]
        lowering.run(stage.towers.order)
        common = [lowering.array(value) for value in lowered.common]
        lowering.gather_checks()
        if checks.table:
            old = {value.source: array for value, array in zip(lowered.donated, donated)}
            common = checks.guard(lowered.common, common, old)
        apart = [jnp.copy(jnp.atleast_1d(lowering.of_tower(value))) for value in lowered.apart]
        lowered.checks = checks.table
        return (distinct(common, tracers), apart), checks.error, checks.operands

    def function(donated, inputs, counts):
        shared, own = inputs
        return jax.shard_map(
            on_one_device,
            mesh=mesh,
            in_specs=(whole, whole, divided, whole),
            out_specs=((whole, divided), whole, whole),
            check_vma=False,
        )(donated, shared, own, counts)

    lowered.function = function
    return lowered


def _dims(value, array):
    """The dimensions of a tower's own value; of one whose rank the graph does not know, those of the array."""
    dims = value.tensor.shape.dims_or_none
    return np.shape(array) if dims is None else dims


class _TowerLowering(Lowering):
    """The state of lowering what one device does.

    Attributes:
      environment: the arrays of what is common.
      own: those of what is this device's tower's, under the first tower's values.
    """

    cuts_chains = False  # the partitioner takes no function that is not inlined

    def __init__(self, stage, lowered, counts):
        super().__init__(stage.random_operations, counts, stage.checked)
        self.towers = towers = stage.towers
        self.index = jax.lax.axis_index(AXIS)
        self.own, self._common, self._is_own = {}, self.environment, False
        self._of_towers = dict(towers.made)
        for values in lowered.own:
            self._of_towers.update((value, (values[0], tower)) for tower, value in enumerate(values))
        self._exchanged = {}  # value of the first tower -> those of all
        self._joined, self._waiting = {}, {}  # what is made of all towers' values, until somebody takes it
        self._checks, self._own_checks = self.checks, RuntimeChecks(stage.checked)
        for operation, rows in towers.random_rows(
            lambda op: op.definition.random_operations(op), self.rows
        ).items():
            row: Any = jnp.asarray(rows)[self.index]
            self.rows[operation] = row

    def inside(self):
        """The state of lowering a body: there are no towers inside."""
        return Lowering(parent=self)

    def _run_node(self, node, wanted):
        self._is_own = node in self.towers.classes or node in self.towers.solo
        self.environment = self.own if self._is_own else self._common
        self.checks = self._own_checks if self._is_own else self._checks
        if self._is_own or not self._run_across(node):
            super()._run_node(node, wanted)
        self.environment, self.checks, self._is_own = self._common, self._checks, False

    def array(self, value):
        """The array of a value: this device's where an operation of the tower asks, else of the tower that has made it."""
        if self._is_own:
            found = self.own.get(value)
            if found is not None:
                return found
            if value in self.towers.own:
                return self.of_tower(value)
        found = self._common.get(value)
        if found is not None:
            return found
        found = self._exchange(value)
        if found is not None:
            return found
        if value in self._of_towers:
            first, tower = self._of_towers[value]
            found = self._common[value] = self._of_all(first)[tower]
            return found
        if value.constant is None:
            raise KeyError(f"{value} was not computed before its use")
        found = self._common[value] = jnp.asarray(value.constant)
        return found

    def of_tower(self, value):
        """This device's array of a value of the first tower."""
        found = self.own.get(value)
        if found is None:  # each tower takes another value that is common
            was, self._is_own = self._is_own, False
            arrays = [self.array(like) for like in self.towers.own[value]]
            self._is_own = was
            found = self.own[value] = jnp.stack(arrays)[self.index]
        return found

    def gather_checks(self):
        """Puts the checks of all towers behind those of what is common."""
        own = self._own_checks
        if own.error is not None:
            alike = {
                first.operation: [n.operation for n in nodes] for first, nodes in self.towers.classes.items()
            }
            everywhere = len(self.towers.devices)
            self._checks.add_of_towers(
                own,
                jax.lax.all_gather(own.error, AXIS),
                [jax.lax.all_gather(operand, AXIS) for operand in own.operands],
                lambda operation: alike.get(operation) or [operation] * everywhere,
            )

    # -- what goes between the devices ----------------------------------------------------------------------------

    def _of_all(self, first):
        """The arrays of all towers, of what one has: `[towers, ...]`."""
        found = self._exchanged.get(first)
        if found is None:
            found = self._exchanged[first] = jax.lax.all_gather(self.of_tower(first), AXIS)
        return found

    def _run_across(self, node) -> bool:
        """Runs an operation on the values of all towers as an exchange; whether it could."""
        kind = node.operation.type
        if kind in ("ConcatV2", "Pack", "AddN"):
            first = self._first_of_all(node.inputs[:-1] if kind == "ConcatV2" else node.inputs)
            if first is None:
                return False
            array = self.of_tower(first)
            if kind == "AddN":
                self._waiting[node.outputs[0]] = array, 1
                return True
            if kind == "Pack":
                axis = _axis(node.operation.attrs["axis"], array.ndim + 1)
                array = jnp.expand_dims(array, axis)
            else:
                axis = _axis(int(self.statics.value(node.inputs[-1])), array.ndim)
            self._joined[node.outputs[0]] = array, axis
            return True
        if kind in ("Mean", "Sum") and node.inputs[0] in self._joined:
            array, axis = self._joined[node.inputs[0]]
            axes = self.statics.value(node.inputs[1])
            if axis not in [_axis(int(a), array.ndim) for a in np.reshape(axes, [-1])]:
                return False
            if not jnp.issubdtype(array.dtype, jnp.inexact):
                return False
            self.operation = node.operation
            (result,) = self.caller(node.operation)([array, axes])
            self._waiting[node.outputs[0]] = result, len(self.towers.devices) if kind == "Mean" else 1
            return True
        return False

    def _exchange(self, value):
        """The array of a value that is an exchange between the devices; None if it is none.

        All sums that are waited for go together.
        """
        if value in self._joined:
            array, axis = self._joined[value]
            self._common[value] = jax.lax.all_gather(array, AXIS, axis=axis, tiled=True)
        elif value in self._waiting:
            sums = jax.lax.psum([array for array, _ in self._waiting.values()], AXIS)
            for (made, (_, count)), total in zip(self._waiting.items(), sums):
                self._common[made] = total if count == 1 else total / np.asarray(count, total.dtype)
            self._waiting.clear()
        return self._common.get(value)

    def _first_of_all(self, values):
        """The first tower's value if these are those of all towers, in order; else None."""
        found = [self._of_towers.get(value) for value in values]
        count = len(self.towers.devices)
        if len(found) != count or found[0] is None:
            return None
        return found[0][0] if found == [(found[0][0], tower) for tower in range(count)] else None


def _axis(axis, ndim):
    return axis + ndim if axis < 0 else axis
