"""Places at run time: what the programs of a stage must know of static operands that only say where.

1. `placed_nodes`   the nodes of a stage whose programs are keyed by sizes (`framework.places`), not by the operands
2. `StagePlaces`    bound to the slots of an executable: the sizes that follow from the operands of one run
3. `_Facts`         the shapes of what the stage itself computes on the way, by abstract evaluation, once for each
                    combination of shapes that come in
"""

import jax
import numpy as np

from evergraph.engine.lower import Lowering
from evergraph.framework import errors

__all__ = ["StagePlaces", "placed_nodes"]


def placed_nodes(nodes, concrete) -> list:
    """The nodes that can do with sizes for some static operands that are known only when the stage runs.

    `concrete`: the (node, position) of all such operands.
    """
    return [
        node for node in nodes
        if any((node, position) in concrete for position in node.operation.definition.place_positions(node.operation))
    ]  # fmt: skip


class StagePlaces:
    """The sizes that the programs of one stage are made for.

    Args:
      stage: the Stage; its `places` are the nodes.
      slot_of: function from a Value to its slot.
    """

    def __init__(self, stage, slot_of):
        facts = _Facts(stage, slot_of)
        self._nodes = [_PlacedNode(node, stage, slot_of, facts) for node in stage.places]
        self.operands = [value for node in self._nodes for value in node.operands]

    def look(self, slots, key, statics) -> tuple[list, dict, dict]:
        """What the operands in the slots of a run say.

        Args:
          slots: of the run.
          key: of the static operands that are no places.
          statics: {Value: NumPy array} of these.

        Returns:
          (what to add to the compilation key, {node: sizes}, {Value: NumPy array} of operands that must be known).

        Raises:
          InvalidArgumentError: a place that is not allowed.
        """
        parts, sizes, known = list(key), {}, {}
        for node in self._nodes:
            found = node.sizes(slots, tuple(parts), statics, sizes)
            if found is None:
                arrays = {value: np.asarray(slots[slot]) for value, slot in node.slots.items()}
                known.update(arrays)
                statics = {**statics, **arrays}
                parts.append(tuple((a.shape, a.dtype.str, a.tobytes()) for a in arrays.values()))
            else:
                sizes[node.node] = found
                parts.append(found)
        return parts, sizes, known


class _PlacedNode:
    """One node: where the arguments of `Places.sizes` come from."""

    def __init__(self, node, stage, slot_of, facts):
        self.node = node
        self.facts = facts
        self.places, self.kernel_of = node.operation.definition.places_of(node.operation)
        self.definition = self.kernel_of.definition
        self.keywords = self.definition.kernel_keywords(self.kernel_of)
        given = {id(v) for v in stage.inputs}
        static = set(node.operation.definition.static_positions(node.operation))
        places = node.operation.definition.place_positions(node.operation)
        inputs = node.inputs[: len(self.kernel_of.input_tensors)]
        self.slots = {inputs[p]: slot_of(inputs[p]) for p in places if id(inputs[p]) in given}
        self.operands = list(self.slots)
        self.known = {}  # position -> what is the same in every run
        self.values, self.shapes, self.inside = [], [], []  # (position, slot), (position, slot), (position, value, is static)
        for position, value in enumerate(inputs):
            is_static = position in static
            if value is None:
                self.known[position] = None
            elif value.constant is not None:
                self.known[position] = value.constant if is_static else value.constant.shape
            elif id(value) in given:
                (self.values if is_static else self.shapes).append((position, slot_of(value)))
            else:
                self.inside.append((position, value, is_static))

    def sizes(self, slots, key, statics, sizes):
        """`Places.sizes` of the operands of a run; see `StagePlaces.look`."""
        arguments = dict(self.known)
        for position, slot in self.values:
            arguments[position] = np.asarray(slots[slot])
        for position, slot in self.shapes:
            arguments[position] = np.shape(slots[slot])
        if self.inside:
            found = self.facts.of(self.node, self.inside, slots, key, statics, sizes)
            arguments.update(zip((position for position, *_ in self.inside), found))
        flat = [arguments[position] for position in range(len(arguments))]
        try:
            return self.places.sizes(*self.definition.group_inputs(self.kernel_of, flat), **self.keywords)
        except (ValueError, IndexError) as error:
            raise errors.InvalidArgumentError(None, self.kernel_of, str(error)) from error


class _Facts:
    """Shapes, and values that follow from shapes, of what a stage computes before it comes to a node."""

    def __init__(self, stage, slot_of):
        self.stage = stage
        self.home = set(stage.nodes)
        self.slots = {value: slot_of(value) for value in stage.inputs}
        self.before = {}  # node -> (the nodes of the stage that come before, the inputs they take)
        self.memo = {}

    def of(self, node, wanted, slots, key, statics, sizes) -> list:
        """For each of `wanted`, (position, Value, whether its value is wanted): a NumPy array or a shape."""
        if node not in self.before:
            self.before[node] = self._before([value for _, value, _ in wanted])
        nodes, inputs, varying = self.before[node]
        key = (node, key, tuple([np.shape(slots[slot]) for slot in varying]))
        found = self.memo.get(key)
        if found is None:
            arrays = {value: jax.tree.map(_abstract, slots[slot]) for value, slot in inputs.items()}
            found = self.memo[key] = self._evaluate(nodes, arrays, wanted, statics, sizes)
        return found

    def _before(self, values):
        """(the nodes of the stage that compute values, {input they take: slot}, slots of those whose shape varies)."""
        needed, inputs, waiting = set(), {}, list(values)
        while waiting:
            value = waiting.pop()
            if value in self.slots:
                inputs[value] = self.slots[value]
            elif value is not None and value.node in self.home and value.node not in needed:
                needed.add(value.node)
                waiting.extend(value.node.inputs)
        varying = [slot for value, slot in inputs.items() if not _has_fixed_shape(value)]
        return [node for node in self.stage.nodes if node in needed], inputs, varying

    def _evaluate(self, nodes, arrays, wanted, statics, sizes):
        stage, found = self.stage, []

        def evaluate(arrays, counts):
            lowering = Lowering(stage.random_operations, counts)
            lowering.checked, lowering.sizes = stage.checked, sizes
            lowering.known.update(statics)
            lowering.environment.update(arrays)
            lowering.run(nodes)
            for _, value, is_static in wanted:
                found.append(lowering.static(value) if is_static else np.shape(lowering.array(value)))

        values = list(arrays)
        with jax.enable_x64():
            counts = jax.ShapeDtypeStruct((len(stage.random_operations), 3), np.uint32)
            jax.eval_shape(lambda given, c: evaluate(dict(zip(values, given)), c), list(arrays.values()), counts)
        return found


def _abstract(array):
    return jax.ShapeDtypeStruct(np.shape(array), array.dtype if hasattr(array, "dtype") else np.asarray(array).dtype)


def _has_fixed_shape(value):
    """Whether a value has its static shape in every run: feeds are held to it."""
    return value.fed and value.tensor.shape.is_fully_defined()
