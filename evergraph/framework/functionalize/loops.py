"""Loop frames as `While`: Enter, Merge, Switch, NextIteration, Exit and LoopCond taken together.

1. `_frames`       the frame of each node: a path of frame names, the outermost first
2. `_Loop`         what belongs to a LoopCond: loop variables, what is constant in the loop, the exits
3. `_Extraction`   the nodes of a condition or body, as a function of the loop variables and of what is captured
4. `with_loops`    each loop replaced, the innermost first

A loop variable is Enter -> Merge -> Switch -> (body) -> NextIteration -> Merge, and leaves by Exit; the condition takes the
variables from Merge, the body from the Switch (Yu et al., "Dynamic Control Flow in Large-Scale Machine Learning", 2018).
"""

from evergraph.framework import protos
from evergraph.framework.functionalize.branches import with_conditionals
from evergraph.framework.functionalize.nodes import (
    ENTERS,
    EXITS,
    MERGES,
    NEXTS,
    SWITCHES,
    Function,
    Node,
    NodeGraph,
    Reference,
    refusal,
)

_PASSES_ON = frozenset(["Identity", "RefIdentity", "TensorArrayIdentity", "StackIdentity"])


def with_loops(graph: NodeGraph) -> None:
    """Replaces each loop of a graph by a `While`, and its exits by Identity nodes.

    Raises:
      UnimplementedError: a frame that is no loop as `tf.while_loop` makes them.
    """
    frames = _frames(graph)
    for frame in sorted({f for f in frames.values() if f}, key=len, reverse=True):
        members = {name for name, its in frames.items() if its == frame and name in graph.nodes}
        conditions = [graph.nodes[n] for n in members if graph.nodes[n].op == "LoopCond"]
        for condition in conditions:
            for name in _Loop(graph, condition, members, frames, frame).replace():
                frames[name] = frame[:-1]
                members.discard(name)
        if not conditions:
            raise refusal(graph.nodes[min(members)], "its frame is no loop: it has no LoopCond")
        for name in members:
            del graph.nodes[name]


def _frames(graph) -> dict[str, tuple]:
    frames = {}

    def behind(node):
        if node.op in MERGES:  # NextIteration comes back from a later time
            entering = [n for n, _ in node.inputs if n in graph.nodes and graph.nodes[n].op not in NEXTS]
            return {*entering, *node.controls}
        return node.neighbours()

    for node in graph.in_order(behind):
        outer = [_leaving(graph.nodes[n], frames) for n in behind(node) if n in frames]
        frame = max(outer, key=len, default=())
        if node.op in ENTERS:
            frame = (*frame, node.attr["frame_name"].s.decode())
        frames[node.name] = frame
    return frames


def _leaving(node, frames):
    frame = frames[node.name]
    return frame[:-1] if node.op in EXITS else frame


class _Loop:
    """One loop.

    Attributes:
      merges: the Merge of each loop variable.
      switches: {name of a Switch: the position of its loop variable}.
    """

    def __init__(self, graph, condition, members, frames, frame):
        self.graph, self.condition, self.members = graph, condition, members
        self.frames, self.frame = frames, frame
        self.merges, self.switches = [], {}
        for node in graph.nodes.values():
            if node.op not in SWITCHES or node.name not in members:
                continue
            if graph.through(node.inputs[1])[0] != condition.name:
                continue
            merge = graph.nodes[graph.through(node.inputs[0])[0]]
            if merge.op not in MERGES:
                raise refusal(
                    node, f"its loop variable comes from {merge.name!r} of type {merge.op}, no Merge"
                )
            if merge in self.merges:
                self.switches[node.name] = self.merges.index(merge)
                continue
            self.switches[node.name] = len(self.merges)
            self.merges.append(merge)

    def replace(self) -> list[str]:
        """Records the `While`; gives the names of the nodes that are outside the loop now."""
        graph = self.graph
        test, body = _Extraction(self), _Extraction(self)
        decides = test.take(self.condition.inputs[0])
        after = [body.take(self._next(merge)) for merge in self.merges]
        entering = [self._entering(merge) for merge in self.merges]
        captured = list(dict.fromkeys([*test.captured, *body.captured]))
        waits = [c for e in self._enters() for c in e.controls if c not in self.members]
        scope = self.condition.name.rpartition("/")[0]
        loop = graph.add(f"{scope}/While" if scope else "While", "While", [*entering, *captured], waits)
        loop.attr["_count"] = protos.to_attr_value(len(self.merges))
        loop.functions["cond"] = test.function(captured, [decides])
        loop.functions["body"] = body.function(captured, after)
        outside = [loop.name]
        for node in list(graph.nodes.values()):
            if node.op in EXITS and node.name in self.members:
                position = self._left_by(node)
                if position is not None:
                    node.become_identity((loop.name, position))
                    node.controls = [c for c in node.controls if c not in self.members]
                    outside.append(node.name)
        return outside

    def _entering(self, merge) -> Reference:
        for name, _ in merge.inputs:
            node = self.graph.nodes[name]
            if node.op in ENTERS:
                return node.inputs[0]
        raise refusal(merge, "none of its inputs is an Enter")

    def _next(self, merge) -> Reference:
        for name, _ in merge.inputs:
            node = self.graph.nodes[name]
            if node.op in NEXTS:
                return (name, 0)
        raise refusal(merge, "none of its inputs is a NextIteration")

    def _enters(self):
        return [self.graph.nodes[n] for n in self.members if self.graph.nodes[n].op in ENTERS]

    def _left_by(self, node):
        """Which loop variable leaves by an Exit; None if it is another loop's."""
        name, index = self.graph.through(node.inputs[0], _PASSES_ON)
        if name in self.switches and index == 0:
            return self.switches[name]
        if self.graph.nodes[name].op in SWITCHES:
            return None
        raise refusal(node, f"it takes {name!r}, which is not a loop variable")


class _Extraction:
    """The nodes that some values in a loop need, copied into a function.

    Attributes:
      captured: what they take from outside the loop.
    """

    def __init__(self, loop):
        self._loop = loop
        self._nodes = NodeGraph([], loop.graph.names)
        self.captured: dict[Reference, None] = {}
        self._parameters = [f"variable {i}" for i in range(len(loop.merges))]

    def take(self, reference: Reference) -> Reference:
        """What stands in the function for a value in the loop."""
        waiting = [reference[0]]
        while waiting:
            name = waiting.pop()
            node = self._inside(name)
            if node is None or node.name in self._nodes.nodes:
                continue
            copy = node.copy()
            copy.inputs = [self._value(r) for r in node.inputs]
            if node.op in NEXTS:
                copy.become_identity(copy.inputs[0])
            copy.controls = [c for c in node.controls if self._inside(c) is not None]
            self._nodes.nodes[name] = copy
            waiting.extend(node.neighbours())
        return self._value(reference)

    def function(self, captured, returns) -> Function:
        """The function; its parameters are the loop variables and then all that the loop captures."""
        arguments = [*self._parameters, *(_parameter(r) for r in captured)]
        with_conditionals(self._nodes, returns)
        return Function(arguments, self._nodes, returns)

    def _inside(self, name) -> Node | None:
        """The node that is copied for one of this name; None for what a parameter stands for."""
        loop = self._loop
        node = loop.graph.nodes.get(name)
        if node is None or name not in loop.members or node.op in ENTERS or node in loop.merges:
            return None
        return None if name in loop.switches or node is loop.condition else node

    def _value(self, reference) -> Reference:
        loop, (name, index) = self._loop, reference
        node = loop.graph.nodes[name]
        if node in loop.merges and index == 0:
            return self._parameters[loop.merges.index(node)], 0
        if name in loop.switches and index == 1:
            return self._parameters[loop.switches[name]], 0
        if node.op in ENTERS and name in loop.members:
            return self._capture(node.inputs[0])
        if node is loop.condition or name in loop.switches or node in loop.merges:
            raise refusal(node, "its value is used inside the loop")
        return reference if name in loop.members else self._capture(reference)

    def _capture(self, reference):
        self.captured.setdefault(reference)
        return _parameter(reference), 0


def _parameter(reference):
    return "{}:{} outside".format(*reference)  # no node has such a name
