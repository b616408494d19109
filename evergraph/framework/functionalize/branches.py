"""What predicates switch as `If`: Switch and Merge taken together.

1. `_States.find`         under which predicates a node runs, from its inputs: {(predicate, side)}
2. `_keep_effects`        what something outside only waits for gets a result to wait for
3. `_Groups`              the Merges of one predicate that can be results of one `If`
4. `_Branch`              the nodes of one side, as a function of what is switched
5. `_draw_outside`        random numbers that a branch and its gradient share are drawn before both

A Merge takes what is false first.  Gradients that TensorFlow recorded switch by the predicate of the forward branch and
use its values: the branch of the gradient computes those again, so they may have no effects.
"""

from evergraph.framework import registry
from evergraph.framework.functionalize.nodes import (
    MERGES,
    SWITCHES,
    Function,
    Node,
    NodeGraph,
    Reference,
    refusal,
)

_PASSES_ON = frozenset(["Identity", "RefIdentity", "TensorArrayIdentity", "StackIdentity"])
_OF_THEIR_OWN = frozenset(
    ["Stack", "StackV2", "StackPushV2", "StackPopV2", "TensorArrayV3"]
)  # made where they are used
_SIDES = {"else_branch": 0, "then_branch": 1}


def with_conditionals(graph: NodeGraph, returns: list[Reference]) -> None:
    """Replaces what is switched in a graph without loop frames by `If`s.

    Args:
      graph: its Merges become Identity nodes; what belongs to a branch is taken out.
      returns: what is wanted of it if it is a function.

    Raises:
      UnimplementedError: a Merge of something other than both sides of a predicate, or effects that two `If`s would have.
    """
    if not any(node.op in SWITCHES or node.op in MERGES for node in graph.nodes.values()):
        return
    _wait_for_what_is_switched(graph)
    states = _States(graph)
    _keep_effects(graph, states)
    if _fix_known(graph, states, returns):
        states.find()
    groups = _Groups(states).innermost_first()
    while _draw_outside(graph, states, groups):
        groups = _Groups(states).innermost_first()
    for group in groups:
        _record(graph, states, group)
    _take_out(graph, states, returns)


def _wait_for_what_is_switched(graph):
    """Has what waits for a Switch wait for what the Switch takes."""
    for node in graph.nodes.values():
        waits, found = list(node.controls), {}
        while waits:
            waited = graph.nodes.get(waits.pop(0))
            if waited is None:
                continue
            if waited.op in SWITCHES:
                waits.extend(sorted(waited.neighbours()))
            else:
                found.setdefault(waited.name)
        node.controls = list(found)


def _fix_known(graph, states, returns) -> bool:
    """Lets pass what the predicates switch on which a function is run at all; whether there are any.

    A loop in a branch switches by the predicate of that branch, too, what its gradient keeps.
    """
    known = frozenset().union(*(states.value(reference) for reference in returns))
    sides = dict(known)
    if len(sides) < len(known):
        raise refusal(graph.nodes[returns[0][0]], "it takes both sides of a predicate")
    passed = {}
    for node in list(graph.nodes.values()):
        if node.op in SWITCHES and (predicate := states.predicate(node)) in sides:
            passed[node.name, sides[predicate]] = node
    for node in passed.values():
        node.become_identity(node.inputs[0])
    for node in graph.nodes.values():
        node.inputs = [(r[0], 0) if r in passed else r for r in node.inputs]
    returns[:] = [(r[0], 0) if r in passed else r for r in returns]
    return bool(passed)


class _States:
    """Under which predicates nodes run.

    Attributes:
      of: {name: frozenset of (predicate, side)}.
      merges: {name of a Merge: (predicate, the state of its result)}.
      order: the nodes, each after those that it takes.
    """

    def __init__(self, graph):
        self.graph = graph
        self.find()

    def find(self):
        """Looks at all nodes anew."""
        self.of, self.merges = {}, {}
        self.order = self.graph.in_order()
        if len(self.order) < len(self.graph.nodes):
            stuck = sorted(self.graph.nodes.keys() - {node.name for node in self.order})
            raise ValueError(f"The GraphDef has a cycle through {stuck[:5]}; its nodes have no order")
        for node in self.order:
            given = [self.value(r) for r in node.inputs]
            if node.op in MERGES:
                self.of[node.name] = self._merged(node, given)
                continue
            waits = [self.of.get(name, frozenset()) for name in node.controls]
            always = node.op == "ControlTrigger"  # runs whatever was switched off
            self.of[node.name] = frozenset() if always else frozenset().union(*given, *waits)

    def predicate(self, switch) -> Reference:
        """What decides a Switch."""
        return self.graph.through(switch.inputs[1], _PASSES_ON)

    def value(self, reference) -> frozenset:
        """Under which predicates a value is there."""
        node = self.graph.nodes.get(reference[0])
        if node is None:
            return frozenset()
        state = self.of.get(node.name, frozenset())
        return state | {(self.predicate(node), reference[1])} if node.op in SWITCHES else state

    def _merged(self, node, given):
        for i, state in enumerate(given):
            if all(state <= other for other in given):  # it is always there
                node.become_identity(node.inputs[i])
                return state
        if len(given) == 2:
            for predicate, side in given[0] - given[1]:
                if (predicate, 1 - side) in given[1]:
                    state = given[0] & given[1]
                    self.merges[node.name] = predicate, state, side
                    return state
        raise refusal(node, "it does not merge the two sides of a predicate")


def _keep_effects(graph, states):
    """Gives what runs in a branch, and is only waited for outside, a Merge to be waited for."""
    made = {}
    for node in states.order:
        outside = states.of[node.name]
        for i, name in enumerate(node.controls):
            waited = graph.nodes.get(name)
            if waited is None or waited.op in SWITCHES:
                continue
            while states.of[name] - outside:
                state = states.of[name]
                predicate, side = next(iter(state - outside))
                if name not in made:
                    made[name] = _merge_for(graph, name, predicate, side)
                    states.of[made[name]] = state - {(predicate, side)}
                name = made[name]
            node.controls[i] = name
    if made:
        states.find()


def _merge_for(graph, name, predicate, side):
    """The name of a Merge that waits for a node if its branch runs."""
    switch = graph.add(f"{name}/Switch", "Switch", [predicate, predicate])
    ends = [graph.add(f"{name}/side", "Identity", [(switch.name, i)]) for i in range(2)]
    ends[side].controls.append(name)
    return graph.add(f"{name}/Merge", "Merge", [(end.name, 0) for end in ends]).name


class _Group:
    """Merges that become results of one `If`."""

    def __init__(self, predicate, state):
        self.predicate, self.state = predicate, state
        self.merges: list[Node] = []
        self.behind: set[_Group] = set()  # what must have run


class _Groups:
    """The Merges in groups: as few as can be, without a cycle between them."""

    def __init__(self, states):
        self._groups: list[_Group] = []
        behind: dict[str, set[_Group]] = {}  # node: the groups that it depends on
        for node in states.order:
            before = set().union(*(behind.get(n, ()) for n in node.neighbours()))
            if node.name in states.merges:
                predicate, state, _ = states.merges[node.name]
                group = self._group(predicate, state, before)
                group.merges.append(node)
                group.behind |= before - {group}
                before = before | {group}
            behind[node.name] = before

    def _group(self, predicate, state, before):
        needed = set(before)
        waiting = list(before)
        while waiting:
            for group in waiting.pop().behind - needed:
                needed.add(group)
                waiting.append(group)
        for group in self._groups:
            if (group.predicate, group.state) == (predicate, state) and group not in needed:
                return group
        self._groups.append(_Group(predicate, state))
        return self._groups[-1]

    def innermost_first(self):
        """The groups, those within branches before those around them."""
        return sorted(self._groups, key=lambda group: len(group.state), reverse=True)


class _Branch:
    """One side of a group.

    Attributes:
      captured: what it takes from outside.
      nodes: the names of its nodes.
    """

    def __init__(self, graph, states, group, side):
        self._graph, self._states = graph, states
        self._here = (group.predicate, side)
        self.captured: dict[Reference, None] = {}
        self.waits: dict[str, None] = {}
        self.nodes: dict[str, Node] = {}
        # A Merge takes the false side first, unless it was written otherwise.
        self._wanted = [
            merge.inputs[0 if states.merges[merge.name][2] == side else 1] for merge in group.merges
        ]
        self.returns = [self._value(r) for r in self._wanted]
        waiting = [r[0] for r in self._wanted]
        while waiting:
            node = graph.nodes.get(waiting.pop())
            if node is None or node.name in self.nodes or not self._is_inside(node):
                continue
            copy = node.copy()
            copy.inputs = [self._value(r) for r in node.inputs]
            copy.controls = []
            for name in node.controls:
                other = graph.nodes.get(name)
                if other is not None and self._is_inside(other):
                    copy.controls.append(name)
                elif other is not None and other.op not in SWITCHES:
                    self.waits.setdefault(name)
            self.nodes[node.name] = copy
            waiting.extend(node.neighbours())

    def _is_inside(self, node):
        return self._here in self._states.of[node.name]

    def _value(self, reference) -> Reference:
        node = self._graph.nodes.get(reference[0])
        while node is not None and node.op in SWITCHES and self._here[0] == self._states.predicate(node):
            reference = node.inputs[0]
            node = self._graph.nodes.get(reference[0])
        if node is not None and self._is_inside(node):
            return reference
        self.captured.setdefault(reference)
        return _parameter(reference), 0

    def function(self, captured) -> Function:
        """The branch as a function of all that both sides capture."""
        nodes = NodeGraph(self.nodes.values(), self._graph.names)
        return Function([_parameter(r) for r in captured], nodes, self.returns)


def _draw_outside(graph, states, groups) -> bool:
    """Moves random numbers that two groups would draw in front of both; whether there were any.

    Raises:
      UnimplementedError: two groups would have another effect.
    """
    users: dict[tuple, set[str]] = {}
    moved = False
    for group in groups:
        seen = users.setdefault((group.predicate, group.state), set())
        here = {name for side in _SIDES.values() for name in _Branch(graph, states, group, side).nodes}
        for name in here & seen:
            node = graph.nodes[name]
            kind = _effect_of(node)
            if kind == "random":
                _move_out(graph, states, node, group.predicate)
                moved = True
            elif kind is not None:
                raise refusal(node, "a branch and the gradient of that branch would both run it")
        seen |= here
    if moved:
        states.find()
    return moved


def _effect_of(node) -> str | None:
    """ "random", "effect", or None where a node may run twice."""
    if node.functions:
        inside = [n for function in node.functions.values() for n in function.graph.nodes.values()]
        return "effect" if any(_effect_of(n) for n in inside) else None
    if node.op in _OF_THEIR_OWN or not registry.has_definition(node.op):
        return None
    definition = registry.definition_named(node.op)
    if definition.role == "random":
        return "random"
    return "effect" if definition.stateful and definition.role != "read" else None


def _move_out(graph, states, node, predicate):
    """Has a node, and what it takes of its branch, run whatever a predicate says."""
    inputs = []
    for reference in node.inputs:
        source = graph.nodes.get(reference[0])
        while source is not None and source.op in SWITCHES and states.predicate(source) == predicate:
            reference = source.inputs[0]
            source = graph.nodes.get(reference[0])
        if source is not None and any(p == predicate for p, _ in states.of[source.name]):
            if _effect_of(source) == "effect":
                raise refusal(source, "random numbers that a branch and its gradient share depend on it")
            _move_out(graph, states, source, predicate)
        inputs.append(reference)
    node.inputs = inputs
    node.controls = []


def _parameter(reference):
    return "{}:{} outside".format(*reference)  # no node has such a name


def _record(graph, states, group):
    """Records the `If` of a group; its Merges become Identity nodes."""
    sides = {key: _Branch(graph, states, group, side) for key, side in _SIDES.items()}
    captured = list(dict.fromkeys(r for branch in sides.values() for r in branch.captured))
    waits = list(dict.fromkeys(name for branch in sides.values() for name in branch.waits))
    scope = group.merges[0].name.rpartition("/")[0]
    name = f"{scope}/If" if scope else "If"
    conditional = graph.add(name, "If", [group.predicate, *captured], waits)
    conditional.functions = {key: branch.function(captured) for key, branch in sides.items()}
    states.of[conditional.name] = group.state
    for i, merge in enumerate(group.merges):
        controls = [c for c in merge.controls if states.of.get(c, frozenset()) <= group.state]
        merge.become_identity((conditional.name, i))
        merge.controls = controls


def _take_out(graph, states, returns):
    """Takes out what is inside functions now, and what nothing can reach."""
    for node in list(graph.nodes.values()):
        if states.of[node.name] or node.op in SWITCHES:
            del graph.nodes[node.name]
    for name, _ in returns:
        if name in states.of and name not in graph.nodes:
            raise refusal(Node(name, "Identity"), "a loop wants its value, which a predicate may switch off")
    for node in graph.nodes.values():
        node.controls = [c for c in node.controls if c in graph.nodes or c not in states.of]
