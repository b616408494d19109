"""Objects that depend on one another, as a checkpoint has them: numbered, with the keys of what they save.

The message is TensorFlow's `CheckpointableObjectGraph`, saved under `_CHECKPOINTABLE_OBJECT_GRAPH`.  A variable's key is
the path of names that leads to it from the root, `model/dense/kernel/.ATTRIBUTES/VARIABLE_VALUE`; that of a slot
continues its variable's, `model/dense/kernel/.OPTIMIZER_SLOT/optimizer/Momentum/.ATTRIBUTES/VARIABLE_VALUE`.
"""

from __future__ import annotations

import collections
from typing import Any

from evergraph.checkpoint.reader import CheckpointReader
from evergraph.checkpoint.saveable import SaveableObject, saveables_for
from evergraph.formats.messages import CheckpointableObjectGraph
from evergraph.framework.conversion import convert_to_tensor
from evergraph.framework.execution import executing_eagerly
from evergraph.framework.tracking import VARIABLE_VALUE_KEY, CheckpointableBase
from evergraph.ops.variables.reference import Variable

OBJECT_GRAPH_KEY = "_CHECKPOINTABLE_OBJECT_GRAPH"


def _escaped(name):
    return name.replace(".", "..").replace("/", ".S")


def _is_optimizer(value):
    return hasattr(value, "get_slot_names")


class _Numbered:
    """All objects that a root depends on, the nearest first, then the slots of optimizers; `paths` are their keys' begins."""

    def __init__(self, root):
        self.objects: list[Any] = []
        self.paths: list[str] = []
        self.numbers: dict[int, int] = {}  # by identity: variables do not compare
        self.slots: dict[int, list[tuple[int, str, int]]] = collections.defaultdict(list)
        self.add(root, "")
        for number, each in enumerate(self.objects):  # grows as it goes
            for name, dependency in each._checkpoint_dependencies:
                if id(dependency) not in self.numbers:
                    begin = f"{self.paths[number]}/" if self.paths[number] else ""
                    self.add(dependency, begin + _escaped(name))
        for number, each in enumerate(list(self.objects)):
            if _is_optimizer(each):
                self._add_slots(number, each)

    def add(self, each, path):
        self.numbers[id(each)] = len(self.objects)
        self.objects.append(each)
        self.paths.append(path)

    def _add_slots(self, number, optimizer):
        variables = [(n, each) for n, each in enumerate(self.objects) if isinstance(each, Variable)]
        for name in optimizer.get_slot_names():
            for of, variable in variables:
                slot = optimizer.get_slot(variable, name)
                if slot is None:
                    continue
                if id(slot) not in self.numbers:
                    own = f"{self.paths[of]}/.OPTIMIZER_SLOT/{self.paths[number]}/{_escaped(name)}"
                    self.add(slot, own)
                self.slots[number].append((of, name, self.numbers[id(slot)]))


def list_objects(root: CheckpointableBase) -> list:
    """The object and all that it depends on, slots of optimizers among them, the nearest first."""
    return _Numbered(root).objects


def saveables_of(value: Any, path: str) -> dict[str, tuple[str, list[SaveableObject]]]:
    """{attribute: (its key in the checkpoint, what saves it)} of an object, no variable, whose keys begin with `path`."""
    found = {}
    for attribute, item in value._gather_saveables_for_checkpoint().items():
        key = f"{path}/.ATTRIBUTES/{_escaped(attribute)}"
        if callable(item) and not isinstance(item, (Variable, SaveableObject)):
            item = item(name=key)
        found[attribute] = key, list(saveables_for(item, key))
    return found


def describe(root: CheckpointableBase) -> tuple[bytes, dict[str, Any]]:
    """The serialized object graph below `root`, and {key: variable or tensor} of the values in it."""
    numbered, message, values = _Numbered(root), CheckpointableObjectGraph(), {}
    for number, (each, path) in enumerate(zip(numbered.objects, numbered.paths)):
        node = message.nodes.add()
        for name, dependency in each._checkpoint_dependencies:
            node.children.add(node_id=numbered.numbers[id(dependency)], local_name=name)
        if isinstance(each, Variable):
            key = f"{path}/.ATTRIBUTES/{VARIABLE_VALUE_KEY}"
            node.attributes.add(name=VARIABLE_VALUE_KEY, full_name=each._shared_name, checkpoint_key=key)
            values[key] = each
        else:
            for attribute, (key, saveables) in saveables_of(each, path).items():
                node.attributes.add(name=attribute, checkpoint_key=key)
                values.update((spec.name, spec.tensor) for saveable in saveables for spec in saveable.specs)
        for of, name, slot in numbered.slots.get(number, ()):
            node.slot_variables.add(original_variable_node_id=of, slot_name=name, slot_variable_node_id=slot)
    return message.SerializeToString(), values


class Restoration:
    """A checkpoint of objects, and which objects of the program stand for those in it.

    In the eager mode an object is given its values when it is found, and what is made later when it becomes a
    dependency; in a graph `assignments` has what is to be run.

    Args:
      reader: reads the checkpoint.
      root: the object that stands for the one that was saved.
    """

    def __init__(self, reader: CheckpointReader, root: CheckpointableBase) -> None:
        self._reader = reader
        serialized = reader.get_tensor(OBJECT_GRAPH_KEY)
        self.nodes = CheckpointableObjectGraph.FromString(serialized).nodes
        self._root = root
        self._is_eager = executing_eagerly()
        self._slots = collections.defaultdict(list)  # variable -> [(optimizer, name, slot)], as numbers
        for number, node in enumerate(self.nodes):
            for slot in node.slot_variables:
                place = (number, slot.slot_name, slot.slot_variable_node_id)
                self._slots[slot.original_variable_node_id].append(place)
        self.objects: dict[int, Any] = {}
        self._numbers: dict[int, int] = {}
        self.walk()

    def walk(self) -> None:
        """Finds again who stands for whom; what was found in the eager mode stays."""
        if not self._is_eager:
            self.objects, self._numbers = {}, {}
        self._found(0, self._root)

    def _found(self, number, each):
        """Notes what stands for a node, unless something does already, and goes on with its dependencies."""
        waiting = [(number, each)]
        while waiting:
            number, each = waiting.pop()
            known = self.objects.get(number)
            if known is None:
                self.objects[number], self._numbers[id(each)] = each, number
                if self._is_eager:
                    vars(each).setdefault("_checkpoint_restorations", []).append((self, number))
                    for run in self._assignments_of(number, each):
                        run(None)
            elif known is not each:
                continue
            elif self._is_eager:
                continue
            node = self.nodes[number]
            for child in node.children:
                dependency = each._lookup_dependency(child.local_name)
                if dependency is not None:
                    waiting.append((child.node_id, dependency))
            for optimizer, name, slot in self._slots.get(number, ()):
                waiting += self._slot(optimizer, number, name, slot)
            for slot in node.slot_variables:
                of = slot.original_variable_node_id
                waiting += self._slot(number, of, slot.slot_name, slot.slot_variable_node_id)

    def _slot(self, optimizer, variable, name, slot):
        if slot in self.objects or optimizer not in self.objects or variable not in self.objects:
            return []
        made = self.objects[optimizer].get_slot(self.objects[variable], name)
        return [] if made is None else [(slot, made)]

    def found_dependency(self, number: int, name: str, dependency: Any) -> None:
        """The object that stands for node `number` has got a dependency."""
        for child in self.nodes[number].children:
            if child.local_name == name:
                self._found(child.node_id, dependency)

    def found_slot(self, number: int, variable: Any, name: str, slot: Any) -> None:
        """The optimizer that stands for node `number` has made a slot."""
        of = self._numbers.get(id(variable))
        for row in self.nodes[number].slot_variables:
            if row.slot_name == name and row.original_variable_node_id == of:
                self._found(row.slot_variable_node_id, slot)

    # -- values ------------------------------------------------------------------------------------------------------

    def assignments(self) -> list:
        """A function of a session for each value in the checkpoint that an object stands for."""
        return [run for number, each in self.objects.items() for run in self._assignments_of(number, each)]

    def _assignments_of(self, number, each):
        saved = {attribute.name: attribute.checkpoint_key for attribute in self.nodes[number].attributes}
        if isinstance(each, Variable):
            return [self._assignment(each, key) for key in saved.values()]
        own = saveables_of(each, "") if saved else {}
        return [
            self._restoring(saveable, key, own[name][0])
            for name, key in saved.items()
            if name in own
            for saveable in own[name][1]
        ]

    def _assignment(self, variable, key):
        def run(session):
            assign(variable, self._reader.get_tensor(key), session)

        return run

    def _restoring(self, saveable, key, own_key):
        def run(session):
            names = [key + spec.name.removeprefix(own_key) for spec in saveable.specs]
            values = [convert_to_tensor(self._reader.get_tensor(name)) for name in names]
            operation = saveable.restore(values, None)
            if session is not None:
                session.run(operation)

        return run

    def check_consumed(self) -> None:
        """AssertionError unless each object in the checkpoint has one here that stands for it, and the other way around."""
        self.walk()
        for number, node in enumerate(self.nodes):
            if number not in self.objects:
                keys = [attribute.checkpoint_key for attribute in node.attributes]
                raise AssertionError(
                    f"Unresolved object in checkpoint: object {number} of it, with the values {keys}, has no counterpart "
                    "in the program"
                )
        for each in list_objects(self._root):
            if id(each) not in self._numbers:
                raise AssertionError(f"Object not assigned a value from checkpoint: {each!r}")

    def missing(self) -> list:
        """The objects of the program that are not in the checkpoint."""
        return [each for each in list_objects(self._root) if id(each) not in self._numbers]


def assign(variable: Variable, value: Any, session: Any) -> None:
    """Gives a variable a value: at once in the eager mode (`session` None), else in the session."""
    if session is None:
        variable.assign(value)
    else:
        variable.load(value, session)
