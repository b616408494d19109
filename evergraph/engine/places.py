"""Places at run time: what the programs of a stage must know of static operands that only say where.

1. `StagePlaces`    bound to the slots of an executable: the sizes that follow from the operands of one run
2. `_Facts`         the shapes of what the stage itself computes on the way, by abstract evaluation, once for each
                    combination of shapes that come in; and the sizes of what is in bodies
"""

import jax
import numpy as np

from evergraph.engine.lower import Lowering
from evergraph.framework import errors


class StagePlaces:
    """The sizes that the programs of one stage are made for.

    Args:
      stage: the Stage; its `places` are the nodes.
      slot_of: function from a Value to its slot.
    """

    def __init__(self, stage, slot_of):
        facts = _Facts(stage, slot_of)
        self._nodes = []
        for node in stage.places:
            places, _ = node.operation.definition.places_of(node.operation)
            kind = _PlacedNode if places is not None else _PlacedBodies
            self._nodes.append(kind(node, stage, slot_of, facts))
        self.operands = [value for node in self._nodes for value in node.slots]

    def look(self, slots, key, statics) -> tuple[list, dict, dict]:
        """What the operands in the slots of a run say.

        Args:
          slots: of the run.
          key: of the static operands that are no places.
          statics: {Value: NumPy array} of these.

        Returns:
          (what to add to the compilation key, {operation: sizes}, {Value: NumPy array} of operands that must be known).

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
                sizes[node.node.operation] = found
                parts.append(found)
        return parts, sizes, known


class _PlacedNode:
    """One node: where the arguments of `Places.sizes` come from."""

    def __init__(self, node, stage, slot_of, facts):
        self.node = node
        self.facts = facts
        self.slots = _place_slots(node, stage, slot_of)
        self.places, self.kernel_of = node.operation.definition.places_of(node.operation)
        self.definition = self.kernel_of.definition
        self.keywords = self.definition.kernel_keywords(self.kernel_of)
        given = set(stage.inputs)
        static = set(node.operation.definition.static_positions(node.operation))
        layout = self.definition.input_layout(self.kernel_of)
        static.update(
            p for p, name in layout if name in self.places.operands
        )  # also where one is known in the graph, but fed
        inputs = node.inputs[: len(self.kernel_of.input_tensors)]
        self.known = {}  # position -> what is the same in every run
        self.values, self.shapes = [], []  # (position, slot)
        self.inside = []  # (position, value, is static)
        for position, value in enumerate(inputs):
            is_static = position in static
            if value is None:
                self.known[position] = None
            elif value.constant is not None:
                self.known[position] = value.constant if is_static else value.constant.shape
            elif value in given:
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
            arguments.update(self.facts.of(self, slots, key, statics, sizes))
        flat = [arguments[position] for position in range(len(arguments))]
        try:
            return self.places.sizes(*self.definition.group_inputs(self.kernel_of, flat), **self.keywords)
        except (ValueError, IndexError) as error:
            raise errors.InvalidArgumentError(None, self.kernel_of, str(error)) from error

    def read_off(self, lowering):
        """{position: shape or value} of the inputs that the stage computes, once these are lowered."""
        return {
            position: lowering.statics.value(value) if is_static else np.shape(lowering.array(value))
            for position, value, is_static in self.inside
        }

    @property
    def wanted(self):
        """The values that have to be lowered for that."""
        return [value for _, value, _ in self.inside]


class _PlacedBodies:
    """One node with bodies, in which operands are places: its sizes are those of the operations in its bodies.

    They come from an abstract evaluation that knows the places.
    """

    def __init__(self, node, stage, slot_of, facts):
        self.node, self.facts = node, facts
        self.slots = _place_slots(node, stage, slot_of)
        self.wanted = node.inputs

    def sizes(self, slots, key, statics, sizes):
        """The pairs of an operation in a body and its sizes; see `StagePlaces.look`."""
        places = {value: np.asarray(slots[slot]) for value, slot in self.slots.items()}
        key = (key, *[(a.shape, a.tobytes()) for a in places.values()])
        return self.facts.of(self, slots, key, {**statics, **places}, sizes)

    def read_off(self, lowering):
        """The sizes, once the inputs are lowered."""
        lowering.run([self.node])
        return _frozen(lowering.record.get(self.node.operation, {}))


def _frozen(record):
    return tuple((op, _frozen(found) if isinstance(found, dict) else found) for op, found in record.items())


def _place_slots(node, stage, slot_of):
    """{Value: slot} of the places that come from outside of the stage."""
    given = set(stage.inputs)
    values = [node.inputs[p] for p in node.operation.definition.place_positions(node.operation)]
    return {value: slot_of(value) for value in values if value in given}


class _Recorder(Lowering):
    """A lowering that knows all places, and takes down the sizes of the operations in bodies that depend on parameters.

    Attributes:
      record: {operation: its sizes, or the record of its bodies}.
    """

    def __init__(self, random_operations=(), counts=None, checked=frozenset(), parent=None):
        super().__init__(random_operations, counts, checked, parent)
        self.record = {} if parent is None else parent.record.setdefault(parent.node.operation, {})

    def _arguments(self, node, definition):
        arguments = super()._arguments(node, definition)
        if self.owner is not None and node.operation in self.sizes and definition.places is not None:
            self.record[node.operation] = self.sizes[node.operation]  # it moves in a loop
        elif self.owner is not None:
            places, kernel_of = definition.places_of(node.operation)
            positions = definition.place_positions(node.operation)
            if places is not None and any(_depends_on_parameters(node.inputs[p], self) for p in positions):
                static = definition.static_positions(node.operation)
                flat = [
                    a if a is None or p in static else np.shape(a)
                    for p, a in enumerate(arguments[: len(kernel_of.input_tensors)])
                ]
                grouped = kernel_of.definition.group_inputs(kernel_of, flat)
                found = places.sizes(*grouped, **kernel_of.definition.kernel_keywords(kernel_of))
                if found is not None:
                    self.record[node.operation] = found
        return arguments


def _depends_on_parameters(value, lowering):
    """Whether a static operand follows from what is given to a body."""
    waiting, seen = [value], set()
    while waiting:
        value = waiting.pop()
        if value is None or value.constant is not None or value in seen:
            continue
        seen.add(value)
        if value.node is None:
            return True
        if value.node.operation.definition.role != "shape":
            waiting.extend(value.node.inputs)
    return False


class _Facts:
    """What a stage knows of its inside before it comes to a node: shapes, and values that follow from shapes."""

    def __init__(self, stage, slot_of):
        self.stage = stage
        self.home = set(stage.nodes)
        self.slots = {value: slot_of(value) for value in stage.inputs}
        self.before = {}  # node -> (the nodes of the stage that come before, the inputs they take)
        self.memo = {}

    def of(self, placed, slots, key, statics, sizes):
        """What `placed.read_off` gives, for one combination of what is static and of shapes that come in."""
        if placed not in self.before:
            self.before[placed] = self._before(placed.wanted)
        nodes, inputs, varying = self.before[placed]
        key = (placed, key, tuple([np.shape(slots[slot]) for slot in varying]))
        found = self.memo.get(key)
        if found is None:
            arrays = {value: jax.tree.map(_abstract, slots[slot]) for value, slot in inputs.items()}
            if len(self.memo) >= _MOST_FACTS:
                self.memo.clear()
            found = self.memo[key] = self._evaluate(placed, nodes, arrays, statics, sizes)
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

    def _evaluate(self, placed, nodes, arrays, statics, sizes):
        found, values = [], list(arrays)

        def evaluate(given, counts):
            lowering = _Recorder(self.stage.random_operations, counts, self.stage.checked)
            lowering.sizes = sizes
            lowering.statics.known.update(statics)
            lowering.has_places = True
            lowering.environment.update(zip(values, given))
            lowering.run(nodes)
            found.append(placed.read_off(lowering))

        with jax.enable_x64():
            counts = jax.ShapeDtypeStruct((len(self.stage.random_operations), 3), np.uint32)
            jax.eval_shape(evaluate, list(arrays.values()), counts)
        return found[0]


_MOST_FACTS = 1024


def _abstract(array):
    return jax.ShapeDtypeStruct(
        np.shape(array), array.dtype if hasattr(array, "dtype") else np.asarray(array).dtype
    )


def _has_fixed_shape(value):
    """Whether a value has its static shape in every run: feeds are held to it."""
    return value.fed and value.tensor.shape.is_fully_defined()
