"""Towers: parts of a run that do the same on different devices, and so are one program over these devices.

The usual loop over `num_gpus` records the same operations for each device.  Where a run has such towers, all its device
operations make one program, which each of the devices runs (SPMD): each runs the operations of one tower, on that tower's
inputs, and all of them what the towers have in common (the mean of the gradients, the updates), on variables that every device
holds.  What one tower gives and others take goes between the devices once.

1. `find_towers`    takes the operations of one device as a pattern, and looks for it on each other device
2. `_Matching`      the same operations with the same attributes, in the order they were created, on values that correspond:
                    the same value, values of operations that correspond, or inputs of the towers' own
3. `_complete`      what all towers are followed by alike, whatever its device, and what follows the first tower alone (its
                    accuracy, the moving averages that it updates): each device computes that for its own tower
4. `_schedule`      the order in which a device goes through its tower and what is common

Towers are joined only where all of that is proved; else each device has its own programs (engine.levels).
"""

import heapq

import numpy as np

from evergraph.engine.likeness import same_attributes, same_input, same_types
from evergraph.framework import dtypes

_LEAST_PART = 0.9  # of a device's operations that must have their like in each tower


class Towers:
    """The towers of a run.

    Attributes:
      devices: the key of each tower's device.
      classes: {node of the first tower: its like in each tower}.
      solo: the nodes that follow the first tower alone.
      made: {value: (the first tower's like of it, number of the tower)} of what the towers make.
      own: {value of the first tower: its like in each tower} of what they take from outside, each its own.
      order: the nodes to run: of the first tower in the place of all, and the common ones.
    """

    def __init__(self, devices, classes, solo, own, order):
        self.devices, self.classes, self.solo, self.own, self.order = devices, classes, solo, own, order
        self.made = {}
        for first, nodes in classes.items():
            for value, *others in zip(first.made, *(node.made for node in nodes[1:])):
                for tower, like in enumerate((value, *others)):
                    self.made[like] = value, tower
        self.made.update((value, (value, 0)) for node in solo for value in node.made)

    @property
    def key(self) -> str:
        """What the engine calls their devices together."""
        return "+".join(device or "default" for device in self.devices)

    def put_together(self, block):
        """Gives all device operations of a block one device in common."""
        for node in block.nodes:
            if node.placement == "device":
                node.device = self.key

    def settle(self, stages) -> bool:
        """Gives the stage that has the towers them; whether there is one, and one program can do all it does."""
        nodes = {node for alike in self.classes.values() for node in alike} | set(self.solo)
        mine = [stage for stage in stages if stage.device == self.key]
        with_towers = [stage for stage in mine if not nodes.isdisjoint(stage.nodes)]
        if len(with_towers) != 1:
            return False
        (stage,) = with_towers
        here = set(stage.nodes)
        if not nodes <= here or stage.static or stage.places or stage.sized:
            return False
        self.order = [node for node in self.order if node in here]
        stage.towers = self
        for other in mine:
            if other is not stage:
                other.device = ""
        return True

    def random_rows(self, operation_of, rows):
        """{random operation of the first tower: the row of each tower's}.

        Args:
          operation_of: function from an operation to those that draw when it runs.
          rows: {random operation: row}.
        """
        found = {}
        for nodes in self.classes.values():
            for alike in zip(*(operation_of(node.operation) for node in nodes)):
                found[alike[0]] = [rows[operation] for operation in alike]
        return found


def find_towers(block) -> Towers | None:
    """The towers of a block on several devices; None where there are none, or not provably."""
    groups = {}
    for node in block.nodes:
        if node.placement == "device":
            groups.setdefault(node.device, []).append(node)
        elif node.placement != "host":
            return None
    for device in _patterns(groups):
        matching = _match(groups, device)
        if matching is not None:
            return _joined(block, groups, *matching)
    return None


def _patterns(groups):
    """The devices whose operations may be the pattern, the likeliest first: those that do least, and as much as another."""
    sizes = {device: sum(map(_may_be_of_tower, nodes)) for device, nodes in groups.items()}
    counts = list(sizes.values())
    return sorted((d for d in sizes if sizes[d]), key=lambda d: (-counts.count(sizes[d]), sizes[d]))


def _may_be_of_tower(node) -> bool:
    return node.placement == "device" and not node.writes


def _match(groups, pattern):
    """(the matched nodes of each tower by pattern node, the Matching of each other tower); None where there are not two."""
    nodes = [node for node in groups[pattern] if _may_be_of_tower(node)]
    least = _LEAST_PART * len(nodes)
    others = [device for device in groups if device != pattern]
    while nodes:
        found = {}
        for device in others:
            matching = _Matching(nodes, groups[device])
            if len(matching.pairs) >= least:
                found[device] = matching
        if not found:
            return None
        kept = [node for node in nodes if all(node in matching.pairs for matching in found.values())]
        if len(kept) < least:
            return None
        if len(kept) == len(nodes):
            return pattern, found, nodes
        nodes = kept
    return None


class _Matching:
    """Which nodes of one tower are the like of those of another.

    Args:
      nodes: those of the pattern, in order.
      candidates: nodes of the other device, in order; there may be more.

    Attributes:
      pairs: {node of the pattern: its like}.
      values: {value that the pattern makes: its like}.
      own: {value that the pattern takes from outside: another that the other takes in its place}.
    """

    def __init__(self, nodes, candidates):
        self.pairs, self.values, self.own = {}, {}, {}
        self._inside = set(nodes)
        self._operations = {}  # operation of the pattern -> its like
        self._taken = set()
        waiting = {}
        for node in candidates:
            if _may_be_of_tower(node):
                waiting.setdefault(node.operation.type, []).append(node)
        for node in nodes:
            alike = waiting.get(node.operation.type, ())
            for position, candidate in enumerate(alike):
                if self.add(node, candidate):
                    del alike[position]
                    break

    def add(self, node, other) -> bool:
        """Pairs two nodes if they are alike."""
        own = {}
        if not same_attributes(node.operation, other.operation, self._operations):
            return False
        if len(node.inputs) != len(other.inputs) or not same_types(node, other):
            return False
        for position, (value, like) in enumerate(zip(node.inputs, other.inputs)):
            if not self._correspond(node, position, value, like, own):
                return False
        self.own.update(own)
        self._taken.update(own.values())
        self.pairs[node] = other
        self._operations[node.operation] = other.operation
        self.values.update(zip(node.made, other.made))
        return True

    def _correspond(self, node, position, value, like, own):
        if value is like:
            return value is None or value.node not in self._inside
        if value is None or like is None:
            return False
        if value in self.values:
            return self.values[value] is like
        if value.node in self._inside:
            return False  # its maker has no like, or has yet to find it
        known = own.get(value, self.own.get(value))
        if known is not None:
            return known is like
        if like in self._taken or value.source is not None or like.source is not None:
            return False
        static = node.operation.definition.static_positions(node.operation)
        if value.constant is not None or like.constant is not None:
            if value.constant is None or like.constant is None:
                return False
            a, b = value.constant, like.constant
            if a.dtype != b.dtype or a.shape != b.shape:
                return False
            if a.dtype == object or np.array_equal(a, b):
                return (
                    a.dtype != object
                    or list(a.flat) == list(b.flat)
                    or node.operation.definition.role == "check"
                )
            if position in static:
                return False
        elif position in static or value.tensor.dtype in (dtypes.resource, dtypes.variant):
            return False
        elif value.tensor.dtype != like.tensor.dtype or not value.tensor.shape.is_compatible_with(
            like.tensor.shape
        ):
            return False
        if (
            value.constant is None
            or like.constant is None
            or not np.array_equal(value.constant, like.constant)
        ):
            own[value] = like
        return True


# -- 3: completing them ------------------------------------------------------------------------------------------


def _joined(block, groups, pattern, found, nodes):
    """The towers that were matched, with all that follows them alike; None where they do not fit together."""
    identity = _Matching([], [])
    identity.pairs = {node: node for node in nodes}
    by_device = {pattern: identity, **found}
    devices = sorted(by_device, key=lambda device: by_device[device].pairs[nodes[0]].position)
    towers = [[by_device[device].pairs[node] for node in nodes] for device in devices]
    classes = {first: alike for first, *alike in zip(towers[0], *towers)}
    own = _own_inputs(classes)
    if own is None:
        return None
    solo = _complete(block, classes, own, len(devices))
    if _left_out_work(groups, classes):
        return None
    order = _schedule(block, classes)
    return None if order is None else Towers(devices, classes, solo, own, order)


def _own_inputs(classes):
    """{value of the first tower from outside: its like in each}; None where one of them has two likes."""
    inside = {node for alike in classes.values() for node in alike}
    own = {}
    for alike in classes.values():
        for values in zip(*(node.inputs for node in alike)):
            if values[0] is None or values[0].node in inside or all(v is values[0] for v in values):
                continue
            if values[0].constant is not None and all(
                np.array_equal(values[0].constant, v.constant) for v in values
            ):
                continue
            if own.setdefault(values[0], values) != values:
                return None
    return own


def _complete(block, classes, own, count):
    """Adds to `classes` what follows all towers alike; returns the nodes that follow the first one alone."""
    likes = _Likes(classes, own, count)
    users = {}
    for node in block.nodes:
        if node.placement == "device" and node not in likes.nodes and _may_be_of_tower(node):
            for value in {v: None for v in node.inputs if v in likes.tower_of or v is not None and v.node}:
                users.setdefault(value, []).append(node)
    solo = {}
    for node in block.nodes:
        if node in likes.nodes or node.placement != "device" or not _may_be_of_tower(node):
            continue
        towers = {likes.tower_of[v] for v in node.inputs if v in likes.tower_of}
        alone = any(v is not None and v.node in solo for v in node.inputs)
        if towers - {0} or not (towers or alone):
            continue
        alike = [node] if alone else [node, *(likes.of_node(node, tower, users) for tower in range(1, count))]
        definition = node.operation.definition
        if not alone and None not in alike:
            classes[node] = alike
            likes.add(alike)
        elif definition.role != "random" and not definition.may_fail(node.operation):
            solo[node] = None
    return solo


class _Likes:
    """What corresponds to what the first tower has, in each tower.

    Attributes:
      nodes: those of all towers.
      tower_of: {value: the number of its tower}.
    """

    def __init__(self, classes, own, count):
        self.nodes, self.tower_of, self._values = set(), {}, {}
        self._operations = [
            {} for _ in range(count)
        ]  # operation of the first tower -> its like, for each tower
        for alike in classes.values():
            self.add(alike)
        for values in own.values():
            self._add_values(values)

    def add(self, alike):
        """Adds nodes that correspond, one of each tower."""
        self.nodes.update(alike)
        for pairs, node in zip(self._operations, alike):
            pairs[alike[0].operation] = node.operation
        for values in zip(*(node.made for node in alike)):
            self._add_values(values)

    def _add_values(self, values):
        self._values[values[0]] = values
        self.tower_of.update((value, tower) for tower, value in enumerate(values))

    def of_node(self, node, tower, users):
        """The node of another tower that does to its values what `node` does to the first one's, or None."""
        wanted = [self._values[v][tower] if v in self._values else v for v in node.inputs]
        start = next(w for v, w in zip(node.inputs, wanted) if v is not w)
        for other in users.get(start, ()):
            if other in self.nodes or len(other.inputs) != len(wanted) or not same_types(node, other):
                continue
            if all(same_input(v, w) for v, w in zip(wanted, other.inputs)) and same_attributes(
                node.operation, other.operation, self._operations[tower]
            ):
                return other
        return None


_HEAVY = frozenset(["MatMul", "BatchMatMul", "BatchMatMulV2", "SparseTensorDenseMatMul"])


def _left_out_work(groups, classes):
    """Whether much of what is expensive is in no tower: all devices would do all of it."""
    inside = {node for alike in classes.values() for node in alike}
    heavy = [node for nodes in groups.values() for node in nodes if _is_heavy(node)]
    return sum(node not in inside for node in heavy) > 0.1 * len(heavy)


def _is_heavy(node):
    forward = node.operation.attrs.get("_forward") or node.operation
    return (
        forward.type in _HEAVY or forward.definition.has_bodies or bool(forward.definition.work_of(forward))
    )


# -- 4: order --------------------------------------------------------------------------------------------------


def _schedule(block, classes):
    """The first tower's nodes and the common ones, each after what it takes of any tower; None where there is a cycle."""
    first_of = {node: first for first, alike in classes.items() for node in alike}
    nodes = [n for n in block.nodes if n.placement == "device" and first_of.get(n, n) is n]
    before = {node: set() for node in nodes}
    for node in block.nodes:
        if node.placement != "device":
            continue
        here = first_of.get(node, node)
        makers = [v.node for v in node.inputs if v is not None and v.node is not None]
        for maker in (*makers, *node.after):
            if maker.placement == "device" and first_of.get(maker, maker) is not here:
                before[here].add(first_of.get(maker, maker))
    users = {node: [] for node in nodes}
    for node, makers in before.items():
        for maker in makers:
            users[maker].append(node)
    waiting = {node: len(makers) for node, makers in before.items()}
    ready = [(node.position, node) for node in nodes if not waiting[node]]
    heapq.heapify(ready)
    order = []
    while ready:
        _, node = heapq.heappop(ready)
        order.append(node)
        for user in users[node]:
            waiting[user] -= 1
            if not waiting[user]:
                heapq.heappush(ready, (user.position, user))
    return order if len(order) == len(nodes) else None
