"""How a run of a cluster's worker is divided: what is an update, what is local, and which round an operation belongs to.

Updates write shared variables.  What may be another value in each worker is local: what depends on a feed, a local variable,
random numbers, files, queues.  All else is agreed: it is made of shared variables and constants, and every worker can make it.
"""

import hashlib
import json

from evergraph.ops.collective import GATHERED, SUMMED

_ASSIGNMENTS = ("Assign", "AssignVariableOp")
COLLECTIVE = (SUMMED, GATHERED)


class Analysis:
    """What the operations of a block are to the workers of a cluster.

    Args:
      block: the Block of the whole run.
      shared: the SharedVariables.

    Attributes:
      updates: the nodes that write shared variables.
      collective: the nodes whose results are those of all workers.
      is_round: whether the run needs rounds.
      rounds: update or collective node -> its round.
      needs: every other node -> how many rounds it comes after.
      once: the updates that are made of averages.
    """

    def __init__(self, block, shared):
        self.block, self.shared = block, shared
        nodes = block.nodes
        self.updates = {n for n in nodes if any(source in shared for source, _ in n.writes)}
        self.collective = {n for n in nodes if n.operation.type in COLLECTIVE}
        self.is_round = bool(self.collective) or any(
            n.operation.type not in _ASSIGNMENTS for n in self.updates
        )
        self.local, self.once = set(), set()
        self.rounds, self.needs, self._agreed = {}, {}, {}
        if self.is_round:
            for node in nodes:
                self._place(node)

    @property
    def count(self):
        """How many rounds there are."""
        return 1 + max(self.rounds.values())

    def _place(self, node):
        if self._follows_average(node):
            self.once.add(node)
        if self._is_local(node):
            self.local.add(node)
        if node in self.updates or node in self.collective:
            self.rounds[node] = self._round_of(node)
            return
        self._agreed[node] = max([self._agreed_round(v) for v in node.inputs], default=0)
        before = [self._need_of(v) for v in node.inputs]
        is_pure = not (node.writes or node.operation.definition.stateful or node.placement == "host")
        for other in node.after:
            if other in self.rounds:
                if not is_pure:  # what has no effects of its own sees what its operands say
                    before.append(self.rounds[other] + 1)
            else:
                before.append(self.needs[other])
        self.needs[node] = max(before, default=0)

    def _follows_average(self, node):
        """Whether what a node takes, or waits for, is made of averages."""
        if node in self.collective:
            return True
        before = [v.node for v in node.inputs if v is not None and v.node is not None]
        return any(other in self.once for other in (*before, *node.after))

    def is_local(self, value):
        """Whether a value may be another one in each worker."""
        if value is None or value.constant is not None:
            return False
        if value.source is not None:
            return value.source not in self.shared
        return value.fed or value.node in self.local

    def _is_local(self, node):
        if node in self.collective:
            return False
        definition = node.operation.definition
        if node in self.updates or (definition.stateful and definition.role not in ("read", "cell")):
            return True
        return any(map(self.is_local, node.inputs))

    def _need_of(self, value):
        """How many rounds a local operation comes after that takes a value."""
        node = None if value is None else value.node
        if node is None:
            return 0
        return self.rounds[node] + 1 if node in self.rounds else self.needs[node]

    def _agreed_round(self, value):
        """The round in which a value is there for updates."""
        node = None if value is None else value.node
        if node is None:
            return 0
        if node in self.rounds:
            return self.rounds[node]
        return self.needs[node] if self.is_local(value) else self._agreed[node]

    def _round_of(self, node):
        found = [self._agreed_round(value) for value in node.inputs]
        if node in self.updates:
            for other in node.after:
                if other in self.rounds:
                    found.append(self.rounds[other])
                elif other in self.local:
                    found.append(self.needs[other])
        return max(found, default=0)


class Round:
    """What this worker's part of a round is made of.

    Attributes:
      key: of the description.
      description: what another worker must know to make the same updates.
      averaged, joined: collective nodes.
      gathered: tensors whose values the others must have.
      wanted: tensors that the updates make for segments after.
      described, layout: of what is averaged, as it was the last time.
    """

    def __init__(self, analysis, number, graph):
        found = [n for n in analysis.block.nodes if analysis.rounds.get(n) == number]
        updates = [n for n in found if n in analysis.updates]
        self.averaged = [n for n in found if n.operation.type == SUMMED]
        self.joined = [n for n in found if n.operation.type == GATHERED]
        single = [n for n in updates if n in analysis.once]
        each = [n for n in updates if n not in analysis.once]
        self.each_fed = _operands(each, analysis)
        results = [n.operation.outputs[0] for n in analysis.block.nodes if n in analysis.collective]
        self.once_fed = _operands(single, analysis)
        self.results = results
        once_fed = [*results, *(t for t in self.once_fed if t not in results)]
        self.description = {
            "each": [n.operation.name for n in each],
            "each_fed": list(self.each_fed.values()),
            "once": [n.operation.name for n in single],
            "once_fed": [self.once_fed.get(t, [t.name]) for t in once_fed],
            "results": [[t.name] for t in results],
            "averaged": [n.operation.name for n in self.averaged],
            "joined": [n.operation.name for n in self.joined],
            "kinds": {n.operation.name: _kind_of(n, graph) for n in (*updates, *self.averaged, *self.joined)},
        }
        self.averaged_names = tuple(self.description["averaged"])
        self.key = hashlib.sha1(json.dumps(self.description).encode()).hexdigest()[:16]
        self.gathered = list(dict.fromkeys([*self.each_fed, *self.once_fed]))
        self.wanted = []
        self.described, self.layout = None, []  # of what is averaged, as it was the last time
        self.nodes = updates

    def inputs(self):
        """The tensors that the segment before must give."""
        collective = [n.operation.input_tensors[0] for n in (*self.averaged, *self.joined)]
        return [*collective, *self.gathered]


def _operands(nodes, analysis):
    """The operands of updates that may be others in each worker: what they read of local things, through what is agreed.

    Returns:
      {tensor: where others find what they call it, for `tensor_at`}: what is local may have other names in each worker.
    """
    found, seen = {}, set()
    stack = [(node, [node.operation.name]) for node in reversed(nodes)]
    while stack:
        node, place = stack.pop()
        if node in seen:
            continue
        seen.add(node)
        for position, value in enumerate(node.inputs):
            if value is None or value.constant is not None or node.takes_cell(position):
                continue
            tensor, before = node.operation.input_tensors[position], value.node
            there = [*place, position]
            if before is not None:
                there = _place_through(there, tensor, before.operation)
            if value.source is not None and value.source in analysis.shared:
                if before is not None and before not in analysis.updates:
                    stack.append((before, there))
            elif analysis.is_local(value):
                found.setdefault(tensor, [*place, position])
            elif before is not None and before not in analysis.collective:
                stack.append((before, there))
    return found


def _place_through(place, tensor, operation):
    """The place of what an operation makes and a tensor hands on; `place` is the tensor's."""
    there = list(place)
    while tensor.op is not operation:
        if not tensor.op.input_tensors:
            return [operation.name]
        tensor = tensor.op.input_tensors[0]
        there.append(0)
    return there


def _kind_of(node, graph):
    """[type, variable that is written, or "", which of the operations of this kind it is, in the order of their creation]"""
    operation = node.operation
    variable = node.writes[0][0].name if node.writes else ""
    return [operation.type, variable, _of_kind(graph, operation.type, variable).index(operation)]


def _of_kind(graph, kind, variable):
    """The operations of a type, on a variable where it has a name, in the order of their creation."""
    if variable:
        return [op for op in dict.fromkeys(graph.get_tensor_by_name(variable).consumers()) if op.type == kind]
    return [op for op in graph.get_operations() if op.type == kind]


def operation_of(graph, name: str, kinds: dict):
    """The operation that another worker calls `name`: the one of this name and its kind, else the one in its place among its kind.

    Args:
      graph: this worker's Graph.
      name: the name in the other worker's graph.
      kinds: {name: kind} of the other's description, for updates and for what all workers make together.

    Raises:
      KeyError: this worker's graph has no such operation.
    """
    if name not in kinds:
        return graph.get_operation_by_name(name)
    kind, variable, position = kinds[name]
    found = _of_kind(graph, kind, variable)
    named = [operation for operation in found if operation.name == name]
    if not named and position >= len(found):
        where = f" of {variable}" if variable else ""
        raise KeyError(
            f"another worker's step runs {name!r}, number {position + 1} of the operations {kind}{where}, of which this worker's "
            f"graph has {len(found)}; all workers build the same updates"
        )
    return named[0] if named else found[position]


def tensor_at(graph, place, kinds: dict | None = None):
    """The tensor that a place means: its name, or that of an operation and the positions of inputs from there on back.

    `kinds` is as `operation_of` takes it.
    """
    first, *positions = place
    if not positions:
        name, _, number = first.rpartition(":")
        return operation_of(graph, name, kinds or {}).outputs[int(number)]
    tensor = operation_of(graph, first, kinds or {}).input_tensors[positions[0]]
    for position in positions[1:]:
        tensor = tensor.op.input_tensors[position]
    return tensor
