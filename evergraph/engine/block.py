"""A block: the operations that some fetches need, in order, with every value they use made explicit.

Variables become values too: each write makes a new version, and every reader is given the version it must
see (static single assignment).  What the graph left to a race is decided here, once:

* operations run in dependency order, ties by creation;
* a reader sees the last write it depends on, else the value before the run;
* read-modify-writes apply in order, each on the version before it;
* fetching a reference gives the value at the end of the run, fetching a resource variable's read the value
  that the read saw.

1. `_collect`   the operations that the fetches need, cut at the fed tensors
2. `_order`     dependency order, ties by creation
3. `_number`    versions: one `Node` for each operation, one `Value` for each thing it uses or makes
"""

import heapq
from collections.abc import Iterable
from typing import Any

from evergraph.engine.values import Block, Node, Value
from evergraph.framework import dtypes, errors


def build_block(fetches, fed_tensors, done: frozenset = frozenset()) -> Block:
    """The block that computes `fetches` (tensors and operations) given values for `fed_tensors`.

    Operations in `done` (of a partial run) ran before, and do not run again.
    """
    # A placeholder that is fed has run: what waits for it waits for nothing.
    done = done.union(t.op for t in fed_tensors if t.op.definition.role == "placeholder")
    operations = _order(_collect(fetches, set(fed_tensors), done))
    block = _Numbering(operations, fetches, fed_tensors, done).block
    block.operations = operations
    return block


def _collect(fetches, fed, done):
    needed, stack = dict.fromkeys(done), []
    for fetch in fetches:
        operation = getattr(fetch, "op", fetch)
        if fetch not in fed:
            stack.append(operation)
    while stack:
        operation = stack.pop()
        if operation in needed:
            continue
        needed[operation] = None
        for tensor in operation.input_tensors:
            if tensor not in fed and tensor.op not in needed:
                stack.append(tensor.op)
        for control in operation._control_inputs:
            if control not in needed:
                stack.append(control)
    for operation in done:
        del needed[operation]
    return needed, fed, done


def _order(collected):
    needed, fed, done = collected
    operations = sorted(needed, key=lambda op: op._id)
    seen = set(done)
    for operation in operations:
        if not all(op in seen for op in _predecessors(operation, fed)):
            return _order_by_dependency(operations, fed, done)
        seen.add(operation)
    return operations


def _predecessors(operation, fed):
    yield from (t.op for t in operation.input_tensors if t not in fed)
    yield from operation._control_inputs


def _order_by_dependency(operations, fed, done):
    """Kahn's algorithm with the earliest created first: for graphs whose edges were changed afterwards."""
    waiting, users, ready = {}, {op: [] for op in operations}, []
    for operation in operations:
        before = set(_predecessors(operation, fed)).difference(done)
        waiting[operation] = len(before)
        for op in before:
            users[op].append(operation)
        if not before:
            ready.append((operation._id, operation))
    heapq.heapify(ready)
    ordered = []
    while ready:
        _, operation = heapq.heappop(ready)
        ordered.append(operation)
        for user in users[operation]:
            waiting[user] -= 1
            if not waiting[user]:
                heapq.heappush(ready, (user._id, user))
    if len(ordered) != len(operations):
        stuck = sorted(op.name for op in operations if waiting[op])
        raise errors.InvalidArgumentError(
            None,
            None,
            f"Graph is invalid, contains a cycle with {len(stuck)} nodes, including: {', '.join(stuck[:5])}",
        )
    return ordered


class _Numbering:
    """Gives every use of a variable its version; see the module's rules."""

    def __init__(self, operations, fetches, fed_tensors, done: Iterable[Any]):
        self.block = Block()
        self.values = {}  # tensor -> Value
        self.versions = {}  # variable's tensor -> [Value, ...], version 0 first
        self.version_bits = {}  # variable's tensor -> [bit of the writer, ...], 0 for version 0
        self.depends = {}  # operation -> mask of the writes it comes after
        self.nodes = {}  # operation -> Node
        self.aliases = {}  # tensor -> variable's tensor
        self.passed_on = {}  # operation without a node -> operations with nodes that it waits for
        self.pending_bit = 1
        for tensor in fed_tensors:
            value = Value(None, 0, tensor, fed=True)
            self.values[tensor] = self.block.fed[tensor] = value
        for operation in sorted(done, key=lambda op: op._id):
            self._pass_through(operation)
        for operation in operations:
            self._add(operation)
        self.block.fetches = [self._fetch(fetch) for fetch in fetches]
        for source, versions in self.versions.items():
            if len(versions) > 1:
                self.block.finals[source] = versions[-1]

    def _pass_through(self, operation):
        """An operation that ran before: the references it gives are the variables themselves."""
        self.depends[operation] = 0
        for position, tensor in enumerate(operation.outputs):
            alias = operation.definition.aliased_input(position)
            if alias is not None:
                source = operation.input_tensors[alias]
                self.aliases[tensor] = self.aliases.get(source, source)

    def _add(self, operation):
        definition = operation.definition
        mask = 0
        for tensor in operation.input_tensors:
            if tensor not in self.block.fed:
                mask |= self.depends[tensor.op]
        for control in operation._control_inputs:
            mask |= self.depends[control]
        self.depends[operation] = mask
        if definition.role == "constant":
            output = operation.outputs[0]
            if output not in self.values:
                self.values[output] = Value(None, 0, output, constant=operation.attrs["value"])
            return
        if definition.role == "nothing":  # what waits for it waits for what it waits for
            return
        if definition.role == "variable":
            self._source(operation.outputs[0])
            return
        if definition.role == "identity" and self._is_reference_read(operation):
            for tensor in operation.outputs:
                self.aliases[tensor] = self._source(operation.input_tensors[0])
            return
        self._add_node(operation, definition, mask)

    def _is_reference_read(self, operation):
        (tensor,) = operation.input_tensors
        is_handle = tensor.dtype._is_ref_dtype or (
            tensor.dtype == dtypes.resource and tensor.op.definition.role in ("variable", "identity")
        )
        return is_handle and tensor not in self.block.fed

    def _add_node(self, operation, definition, mask):
        node = Node(operation, definition.placement(operation))
        reads, writes = definition.variable_access(operation)
        for position, tensor in enumerate(operation.input_tensors):
            if definition.role == "cell" and tensor not in self.block.fed:
                node.inputs.append(self._visible(self._source(tensor), mask))
            else:
                node.inputs.append(self._use(tensor, mask, position in reads, position in writes))
        if operation._control_inputs:
            node.after = [self.nodes[op] for op in operation._control_inputs if op in self.nodes]
        node.after.extend(self._order_through_aliases(operation))
        forward = operation.attrs.get("_forward")
        if forward is not None and forward in self.nodes:
            node.after.append(self.nodes[forward])
            self.nodes[forward].differentiated = True
        written = [self._source(operation.input_tensors[position]) for position in writes]
        for index, source in enumerate(written):
            version = Value(node, index, source, source=source)
            self.versions[source].append(version)
            self.version_bits[source].append(self.pending_bit)
            node.writes.append((source, version))
        if writes:
            self.depends[operation] = mask | self.pending_bit
            self.pending_bit <<= 1
        index = 0
        for position, tensor in enumerate(operation.outputs):
            alias = definition.aliased_input(position)
            if alias is not None:
                node.outputs.append(None)
                self.aliases[tensor] = self._source(operation.input_tensors[alias])
                continue
            value = Value(node, index, tensor)
            index += 1
            node.outputs.append(value)
            if tensor not in self.values:
                self.values[tensor] = value
        node.position = len(self.block.nodes)
        self.nodes[operation] = node
        self.block.nodes.append(node)

    def _order_through_aliases(self, operation):
        """Nodes that a constant, a transparent read or a NoOp waits for: its user must wait for them."""
        found = []
        for tensor in operation.input_tensors:
            passed = tensor.op not in self.nodes and (tensor in self.aliases or tensor.op._control_inputs)
            if passed and tensor not in self.block.fed:
                found.extend(self.nodes[op] for op in self._alias_controls(tensor.op) if op in self.nodes)
        for control in operation._control_inputs:
            if control not in self.nodes:
                found.extend(self.nodes[op] for op in self._alias_controls(control) if op in self.nodes)
        return found

    def _alias_controls(self, operation):
        """The operations with nodes that one without a node waits for, directly or through others without."""
        known = self.passed_on.get(operation)
        if known is None:
            known = self.passed_on[operation] = self._find_alias_controls(operation)
        return known

    def _find_alias_controls(self, operation):
        controls, stack, seen = [], [operation], set()
        while stack:
            current = stack.pop()
            if current in seen:
                continue
            seen.add(current)
            if current in self.nodes:
                controls.append(current)
                continue
            stack.extend(current._control_inputs)
            stack.extend(t.op for t in current.input_tensors if t not in self.block.fed)
        return controls

    def _source(self, tensor):
        """The variable's tensor that a reference or handle stands for, with its version 0 made."""
        source = self.aliases.get(tensor, tensor)
        if source not in self.versions:
            load = Value(None, 0, source, source=source)
            self.versions[source] = [load]
            self.version_bits[source] = [0]
            self.block.sources[source] = None
        return source

    def _use(self, tensor, mask, reads, writes):
        if tensor in self.block.fed:
            return self.values[tensor]
        if tensor.dtype == dtypes.resource and not (reads or writes):
            if tensor in self.aliases or tensor.op.definition.role == "variable":
                return None  # a body is given it, and does nothing with it
            return self.values[tensor]
        is_place = tensor.dtype == dtypes.resource or tensor.dtype._is_ref_dtype
        if (
            tensor in self.aliases or writes or is_place
        ):  # what is read may be a value that stands for the variable
            if writes and not reads:
                self._source(tensor)
                return None
            source = self._source(tensor)
            version = self.versions[source][-1] if writes else self._visible(source, mask)
            return self._mark(version)
        return self.values[tensor]

    def _visible(self, source, mask):
        bits = self.version_bits[source]
        for index in range(len(bits) - 1, 0, -1):
            if bits[index] & mask:
                return self.versions[source][index]
        return self.versions[source][0]

    def _mark(self, version):
        if version.is_load:
            self.block.loads[version.source] = version
        return version

    def _fetch(self, fetch):
        if not hasattr(fetch, "value_index"):
            return None
        if fetch in self.block.fed:
            return self.values[fetch]
        if fetch in self.aliases or fetch.dtype._is_ref_dtype:
            return self._mark(self.versions[self._source(fetch)][-1])
        if fetch not in self.values and fetch in self.versions:
            return self.versions[fetch][-1]  # a resource handle
        return self.values[fetch]
