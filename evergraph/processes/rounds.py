"""A run of a cluster's worker, divided where the workers have to agree.

`DividedRun` takes the place of an `Executable`.  A run that updates shared variables is made of segments, which are plans of
this process alone, and of rounds between them, which all workers make together:

    segment 0    up to the gradients: everything that needs no result of a round
    round 0      1. `Member.round`: all workers are ready; each says what its round is made of, and how large it is
                 2. one collective: gradients that are to be averaged are summed, other operands of updates gathered
                 3. every process applies the updates of all workers, in the order of their ranks, to its own copy of the
                    shared variables; what is made of averages is applied once
    segment 1    what follows the updates

So all copies go through the same values, and those are what the workers would have made of one copy had they come to it one
after the other.  What a run only assigns outside of a round (`tf.assign`, restoring) is its worker's own until the next round
hands it on.

1. `_Analysis`     what is an update, what is local, which segment and round an operation belongs to
2. `DividedRun`    the plans, and the run
3. `Updates`       the updates of one worker as a plan of their own: the graph from the updates back to what is fed
"""

import hashlib
import json

import numpy as np

from evergraph.engine.block import build_block
from evergraph.framework import dtypes, errors
from evergraph.ops.collective import GATHERED, SUMMED
from evergraph.processes.member import END_OF_INPUT
from evergraph.processes.packing import pack, unpack

_ASSIGNMENTS = ("Assign", "AssignVariableOp")
_COLLECTIVE = (SUMMED, GATHERED)


class _Analysis:
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
        self.collective = {n for n in nodes if n.operation.type in _COLLECTIVE}
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


class Updates:
    """The updates that one worker makes in a round, as a plan that any worker can run.

    Args:
      graph: the Graph.
      writes: names of the operations that update.
      fed: names of the tensors that are given.
      wanted: tensors that the updates make besides, and that this worker wants.
    """

    def __init__(self, graph, writes, fed, executable, wanted=()):
        self._writes = [graph.get_operation_by_name(name) for name in writes]
        self.fed = tuple(graph.get_tensor_by_name(name) for name in fed)
        self.wanted = tuple(wanted)
        elements = (*self.wanted, *self._writes)
        self._executable = executable(elements, self.fed, self._done())

    def _done(self):
        """What the updates wait for and is no part of them: it has run."""
        needed, done, stack = set(), set(), list(self._writes)
        fed = set(self.fed)
        own = set(self._writes)
        while stack:
            operation = stack.pop()
            if operation in needed:
                continue
            needed.add(operation)
            stack.extend(t.op for t in operation.input_tensors if t not in fed)
            for control in operation._control_inputs:
                if control in own or control.definition.role == "nothing":
                    stack.append(control)
                else:
                    done.add(control)
        return frozenset(done - needed)

    def run(self, host_run, values) -> dict:
        """Makes the updates, given the values of `fed`; {wanted tensor: value}."""
        results = self._executable.execute(host_run, values)
        return dict(zip(self.wanted, results))


class _Segment:
    """What runs between two rounds: a plan, the tensors it takes and those it gives."""

    def __init__(self, executable, taken, given):
        self.executable, self.taken, self.given = executable, taken, given


class _Round:
    """What this worker's part of a round is made of.

    Attributes:
      key: of the description.
      description: what another worker must know to make the same updates.
      averaged, joined: collective nodes.
      gathered: tensors whose values the others must have.
      wanted: tensors that the updates make for segments after.
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
            "each_fed": [t.name for t in self.each_fed],
            "once": [n.operation.name for n in single],
            "once_fed": [t.name for t in once_fed],
            "results": [t.name for t in results],
            "averaged": [n.operation.name for n in self.averaged],
            "joined": [n.operation.name for n in self.joined],
        }
        self.key = hashlib.sha1(json.dumps(self.description).encode()).hexdigest()[:16]
        self.gathered = list(dict.fromkeys([*self.each_fed, *self.once_fed]))
        self.wanted = []
        self.nodes = updates

    def inputs(self):
        """The tensors that the segment before must give."""
        collective = [n.operation.input_tensors[0] for n in (*self.averaged, *self.joined)]
        return [*collective, *self.gathered]


def _operands(nodes, analysis):
    """The operands of updates that may be others in each worker: what they read of local things, through what is agreed."""
    found, seen, stack = {}, set(), list(reversed(nodes))
    while stack:
        node = stack.pop()
        if node in seen:
            continue
        seen.add(node)
        for position, value in enumerate(node.inputs):
            if value is None or value.constant is not None or node.takes_cell(position):
                continue
            if value.source is not None and value.source in analysis.shared:
                if value.node is not None and value.node not in analysis.updates:
                    stack.append(value.node)
            elif analysis.is_local(value):
                found[node.operation.input_tensors[position]] = None
            elif value.node is not None and value.node not in analysis.collective:
                stack.append(value.node)
    return list(found)


class DividedRun:
    """A kind of run of a session on a cluster of several workers; it has what sessions ask of an `Executable`.

    Args:
      member: the Member.
      variables: the SharedVariables.
      graph: the session's Graph.
      resources: its Resources.
      executable: function (elements, fed tensors, done operations) -> Executable.
      elements, fed: the flat fetches and the fed tensors.
    """

    asks_for_run = True
    borrowed = frozenset()

    def __init__(self, member, variables, graph, resources, executable, elements, fed):
        self._member, self._variables = member, variables
        self._graph, self._resources, self._make = graph, resources, executable
        self._elements, self._fed = elements, fed
        block = build_block(elements, fed)
        analysis = _Analysis(block, variables)
        self.assigned = sorted({s.op.name for n in analysis.updates for s, _ in n.writes if s in variables})
        self.rounds, self._segments = [], []
        self._updates = {}  # key of a description, and whether it is this worker's own -> (Updates, Updates)
        if analysis.is_round:
            self._divide(analysis)
        else:
            self._whole = executable(elements, fed)
        self.averages = bool(analysis.collective)

    # -- dividing ------------------------------------------------------------------------------------------------

    def _divide(self, analysis):
        block, count = analysis.block, analysis.count
        self.rounds = [_Round(analysis, number, self._graph) for number in range(count)]
        homes = {}  # tensor -> the segment that makes it
        for node, segment in analysis.needs.items():
            homes.update(dict.fromkeys(node.operation.outputs, segment))
        made = {t: r for r, rnd in enumerate(self.rounds) for n in rnd.nodes for t in n.operation.outputs}
        handles = {
            t for t in homes if t.dtype == dtypes.resource
        }  # each segment names what it works on itself
        takes = [{} for _ in range(count + 1)]  # of each segment: what it takes of those before
        gives = [{} for _ in range(count + 1)]

        def want(tensor, segment):
            """Has a tensor be there in a segment."""
            home = homes.get(tensor)
            if home is not None:
                if home < segment:
                    gives[home][tensor] = takes[segment][tensor] = None
                elif home == segment:
                    gives[segment][tensor] = None
            elif tensor in made:
                rnd = self.rounds[made[tensor]]
                if tensor not in rnd.wanted:
                    rnd.wanted.append(tensor)
                takes[segment][tensor] = None
            elif tensor.op.type in _COLLECTIVE:
                takes[segment][tensor] = None
            else:  # the value of a variable of this worker's own
                gives[segment][tensor] = None

        for node, segment in analysis.needs.items():
            for tensor, value in zip(node.operation.input_tensors, node.inputs):
                if (
                    value is not None
                    and value.constant is None
                    and value.source is None
                    and value.node is not None
                ):
                    if homes.get(tensor) != segment and tensor not in handles:
                        want(tensor, segment)
        for number, rnd in enumerate(self.rounds):
            for tensor in rnd.inputs():
                if tensor not in self._fed:
                    want(tensor, number)
        self._places = []  # of each fetch: (segment, tensor), or None
        for element, value in zip(self._elements, block.fetches):
            if value is None:
                self._places.append(None)
                continue
            segment = count
            if value.source is None and value.node is not None and value.node in analysis.needs:
                segment = analysis.needs[value.node]
            elif value.source is None and value.node is not None:
                want(element, count)
            gives[segment][element] = None
            self._places.append(element)
        every = frozenset(n.operation for n in block.nodes) - {t.op for t in handles}
        for segment in range(count + 1):
            own = [n.operation for n, s in analysis.needs.items() if s == segment]
            effects = [
                n.operation
                for n, s in analysis.needs.items()
                if s == segment and (n.writes or n.operation.definition.stateful or n.placement == "host")
            ]
            taken = tuple(t for t in takes[segment] if t not in self._fed)
            given = tuple(t for t in gives[segment] if t not in taken)
            elements = (*given, *effects)
            if not elements:
                self._segments.append(None)
                continue
            done = every - frozenset(own)
            executable = self._make(elements, (*self._fed, *taken), done)
            self._segments.append(_Segment(executable, taken, given))

    # -- running -------------------------------------------------------------------------------------------------

    def execute(self, host_run, feeds):
        """Runs; takes the fed arrays, and returns the raw values of the fetches."""
        member = self._member
        if not self.rounds:
            if member.group is None:
                member.attend()
            results = self._whole.execute(host_run, feeds)
            if self.assigned:
                member.wrote(self.assigned)
            return results
        with member.training:
            cancelled = lambda: host_run.cancellation.cancelled  # noqa: E731
            self._refuse_after_end(member.enter(cancelled))
            values = dict(zip(self._fed, feeds))
            try:
                for number, segment in enumerate(self._segments):
                    if segment is not None:
                        self._run_segment(segment, host_run, values)
                    if number < len(self.rounds):
                        self._round(self.rounds[number], host_run, values, cancelled)
            except errors.OutOfRangeError:
                member.ended(END_OF_INPUT)
                raise
            return [None if place is None else values[place] for place in self._places]

    def _refuse_after_end(self, gone):
        """With averages, the end of one worker's input is the end of the training."""
        ended = sorted(name for name, why in gone.items() if why == END_OF_INPUT)
        if ended and self.averages:
            self._member.ended(END_OF_INPUT)
            raise errors.OutOfRangeError(
                None, None, f"the input of {', '.join(ended)} has ended, and no step is made without it"
            )

    def _run_segment(self, segment, host_run, values):
        feeds = [values[t] for t in (*self._fed, *segment.taken)]
        results = segment.executable.execute(host_run, feeds)
        values.update(zip(segment.given, results))

    def _round(self, rnd, host_run, values, cancelled):
        member = self._member
        flat, shapes = _flat([np.asarray(values[n.operation.input_tensors[0]]) for n in rnd.averaged])
        joined = [np.asarray(values[n.operation.input_tensors[0]]) for n in rnd.joined]
        packed = pack([*joined, *(np.asarray(values[t]) for t in rnd.gathered)])
        while True:
            dirty = member.take_written()
            news = self._variables.values(self._resources, dirty) if dirty else b""
            entry = {
                "key": rnd.key,
                "size": len(packed),
                "news": len(news),
                "flat": {k: a.size for k, a in flat.items()},
            }
            if rnd.key not in member.group.descriptions:
                entry["description"] = rnd.description
            entries, gone = member.round(entry, cancelled)
            if entries is not None:
                break
            self._refuse_after_end(gone)
        group = member.group
        for one in entries:
            if "description" in one:
                group.descriptions[one["key"]] = one["description"]
        parts = [group.descriptions[one["key"]] for one in entries]
        averages = self._averages(group, flat, shapes, rnd, entries, parts)
        packs = self._gathered(group, packed, [one["size"] for one in entries])
        fresh = self._gathered(group, news, [one["news"] for one in entries])
        with self._resources.lock:
            for data in fresh:
                if len(data):
                    self._variables.assign(self._resources, bytes(data))
            self._apply(rnd, host_run, values, parts, averages, packs, group)

    def _averages(self, group, flat, shapes, rnd, entries, parts):
        """{tensor: mean over the workers} of what is averaged."""
        with_averages = [p for p in parts if p["averaged"]]
        if not with_averages:
            return {}
        first = with_averages[0]
        size = next(one["flat"] for one, p in zip(entries, parts) if p is first)
        for name, one, part in zip(group.names, entries, parts):
            if part["averaged"] and (part["averaged"] != first["averaged"] or one["flat"] != size):
                raise errors.InvalidArgumentError(
                    None,
                    None,
                    f"{name} averages {part['averaged']} ({one['flat']}) in a step in which another worker averages "
                    f"{first['averaged']} ({size}); all workers make the same steps",
                )
        means = {}
        for kind, count in size.items():
            own = flat.get(kind)
            if own is None:
                own = np.zeros(count, np.dtype(kind))
            total = group.ring.sum(own)
            means[kind] = total / np.asarray(len(with_averages), total.dtype)
        if not rnd.averaged:
            graph_nodes = [self._graph.get_operation_by_name(name) for name in first["averaged"]]
            shapes = [
                (op.input_tensors[0].dtype.as_numpy_dtype, tuple(op.input_tensors[0].shape.as_list()))
                for op in graph_nodes
            ]
        averages = {}
        for name, mean in zip(first["averaged"], _shaped(means, shapes)):
            if self._graph.get_operation_by_name(name).attrs["final_op"] != "Div":
                mean = (mean * len(with_averages)).astype(mean.dtype)
            averages[f"{name}:0"] = mean
        return averages

    def _gathered(self, group, data, sizes):
        """The bytes of all workers, by rank."""
        largest = max(sizes)
        if not largest:
            return [b""] * len(sizes)
        if min(sizes) != largest:
            largest = 1 << (largest - 1).bit_length()  # so that few programs are compiled where sizes vary
        row = np.zeros(largest, np.uint8)
        row[: len(data)] = np.frombuffer(data, np.uint8)
        rows = group.ring.gather(row)
        return [rows[rank, :size].tobytes() for rank, size in enumerate(sizes)]

    def _apply(self, rnd, host_run, values, parts, averages, packs, group):
        arrays = [unpack(data) for data in packs]
        results = dict(averages)
        joins = [(p, a) for p, a in zip(parts, arrays) if p["joined"]]
        if joins:
            for position, name in enumerate(joins[0][0]["joined"]):
                results[f"{name}:0"] = np.concatenate([a[position] for _, a in joins])
        for name, value in results.items():
            values[self._graph.get_tensor_by_name(name)] = value
        given_of = []
        for part, array in zip(parts, arrays):
            names = list(
                dict.fromkeys([*part["each_fed"], *(n for n in part["once_fed"] if n not in part["results"])])
            )
            given_of.append(dict(zip(names, array[len(part["joined"]) :])))
        for rank, (part, given) in enumerate(zip(parts, given_of)):
            if part["each"]:
                updates = self._updates_of(part, "each", rank == group.rank and rnd)
                values.update(updates.run(host_run, [given[n] for n in part["each_fed"]]))
        for part, given in zip(parts, given_of):
            if part["once"]:
                updates = self._updates_of(part, "once", rnd if parts[group.rank] == part else None)
                given = {
                    **{t.name: v for t, v in values.items() if t.name in part["results"]},
                    **given,
                    **results,
                }
                values.update(updates.run(host_run, [given[n] for n in part["once_fed"]]))
                break

    def _updates_of(self, part, kind, own):
        """The `Updates` of a worker's part; those of this worker's own give what it wants besides."""
        names = tuple(part[kind])
        wanted = ()
        if own:
            wanted = tuple(t for t in own.wanted if t.op.name in names)
        key = kind, names, tuple(part[f"{kind}_fed"]), wanted
        found = self._updates.get(key)
        if found is None:
            fed = part[f"{kind}_fed"]
            found = self._updates[key] = Updates(self._graph, names, fed, self._make, wanted)
        return found


def _flat(arrays):
    """({dtype: all arrays of it in one}, [(dtype, shape)]); short floats are summed as float32."""
    groups, shapes = {}, []
    for array in arrays:
        kind = np.dtype(np.float32) if array.dtype.itemsize == 2 else array.dtype
        groups.setdefault(kind.name, []).append(array.reshape(-1).astype(kind, copy=False))
        shapes.append((array.dtype, array.shape))
    return {kind: np.concatenate(parts) for kind, parts in groups.items()}, shapes


def _shaped(flat, shapes):
    """The arrays of `_flat` again."""
    places = dict.fromkeys(flat, 0)
    found = []
    for dtype, shape in shapes:
        dtype = np.dtype(dtype)
        kind = "float32" if dtype.itemsize == 2 else dtype.name
        count = int(np.prod(shape, dtype=np.int64))
        begin = places[kind]
        places[kind] = begin + count
        found.append(flat[kind][begin : begin + count].reshape(shape).astype(dtype, copy=False))
    return found
