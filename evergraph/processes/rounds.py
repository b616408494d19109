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

1. `Analysis`      what is an update, what is local, which segment and round an operation belongs to (processes.division)
2. `DividedRun`    the plans, and the run
3. `Updates`       the updates of one worker as a plan of their own: the graph from the updates back to what is fed
"""

import numpy as np

from evergraph.engine.block import build_block
from evergraph.framework import dtypes, errors
from evergraph.processes.division import COLLECTIVE, Analysis, Round, operation_of, tensor_at
from evergraph.processes.farewell import farewell
from evergraph.processes.member import END_OF_INPUT
from evergraph.processes.packing import pack, unpack
from evergraph.processes.parts import Kept, Part, flat_of, layout_of
from evergraph.training.global_step import get_global_step


class Updates:
    """The updates that one worker makes in a round, as a plan that any worker can run.

    Args:
      graph: the Graph.
      writes: names of the operations that update.
      fed: where the tensors are that are given, as `tensor_at` takes it.
      kinds: what another worker's names mean, as `operation_of` takes it.
      executable: function (elements, fed tensors, done operations) -> Executable.
      wanted: tensors that the updates make besides, and that this worker wants.
    """

    def __init__(self, graph, writes, fed, kinds, executable, wanted=()):
        self._writes = [operation_of(graph, name, kinds) for name in writes]
        self.fed = tuple(tensor_at(graph, place, kinds) for place in fed)
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
        analysis = Analysis(block, variables)
        self.assigned = sorted({s.op.name for n in analysis.updates for s, _ in n.writes if s in variables})
        self.rounds, self._segments = [], []
        self._updates, self._parts = {}, {}
        if analysis.is_round:
            self._divide(analysis)
        else:
            self._whole = executable(elements, fed)
        self.averages = bool(analysis.collective)

    # -- dividing ------------------------------------------------------------------------------------------------

    def _divide(self, analysis):
        block, count = analysis.block, analysis.count
        self.rounds = [Round(analysis, number, self._graph) for number in range(count)]
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
            elif tensor.op.type in COLLECTIVE:
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
        with farewell(), member.training:
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
        arrays = [np.asarray(values[n.operation.input_tensors[0]]) for n in rnd.averaged]
        described = [(array.dtype, array.shape) for array in arrays]
        if described != rnd.described:
            rnd.described, rnd.layout = described, layout_of(described)
        flat = flat_of(arrays, rnd.layout)
        sizes = {kind: array.size for kind, array in flat.items()}
        joined = [np.asarray(values[n.operation.input_tensors[0]]) for n in rnd.joined]
        gathered = [np.asarray(values[t]) for t in rnd.gathered]
        while True:
            kept = member.group.kept.get(rnd.averaged_names) or Kept(len(joined))
            packed = pack([*kept.with_rows(joined), *gathered])
            dirty = member.take_written()
            news = self._variables.values(self._resources, dirty) if dirty else b""
            entry = {
                "key": rnd.key,
                "size": len(packed),
                "news": len(news),
                "flat": sizes,
                "given": kept.count + 1,
                "rows": [len(array) for array in joined],
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
        parts = [self._part(one["key"], group) for one in entries]
        left_out = self._left_out(entries, parts)
        if left_out is None:
            group.kept[rnd.averaged_names] = kept.and_also(flat, joined)
            first, averages = None, []
            values.update((n.operation.outputs[0], array) for n, array in zip(rnd.averaged, arrays))
        else:
            group.kept.clear()
            flat = kept.with_sums(flat, group.rank not in left_out)
            first, averages = self._averages(group, flat, rnd.layout if arrays else None, entries, parts)
        packs = self._gathered(group, packed, [one["size"] for one in entries])
        fresh = self._gathered(group, news, [one["news"] for one in entries])
        with self._resources.lock:
            for data in fresh:
                if len(data):
                    self._variables.assign(self._resources, bytes(data))
            self._apply(rnd, host_run, values, parts, first, averages, packs, group, entries, left_out)

    def _left_out(self, entries, parts):
        """The ranks whose newest gradients are too many for the step that is made; None where there are too few to make it."""
        found = [rank for rank, part in enumerate(parts) if part.description["averaged"]]
        wanted = parts[found[0]].wanted if found else 0
        if not wanted:
            return ()
        surplus = sum(entries[rank]["given"] for rank in found) - wanted
        if surplus < 0:
            return None
        turn = self._step() * surplus
        return [found[(turn + i) % len(found)] for i in range(surplus)]

    def _step(self):
        """The global step, which all workers have alike; 0 where there is none."""
        step = get_global_step(self._graph)
        if step is None:
            return 0
        value = self._resources.cell(step.op.outputs[0]).value
        return 0 if value is None else int(value)

    def _part(self, key, group):
        found = self._parts.get(key)
        if found is None:
            found = self._parts[key] = Part(self._graph, group.descriptions[key])
        return found

    def _averages(self, group, flat, layout, entries, parts):
        """The means over the workers of what is averaged, in the order in which the first of them names it."""
        found = [(one, part) for one, part in zip(entries, parts) if part.description["averaged"]]
        if not found:
            return None, []
        sizes, first = found[0][0]["flat"], found[0][1]
        for name, one, part in zip(group.names, entries, parts):
            if part is not first and part.description["averaged"]:
                same = part.averaged == first.averaged
                if not same or one["flat"] != sizes:
                    raise errors.InvalidArgumentError(
                        None,
                        None,
                        f"{name} averages {part.description['averaged']} in a step in which another worker averages "
                        f"{first.description['averaged']}; all workers make the same steps",
                    )
        means = {}
        for kind, count in sizes.items():
            own = flat.get(kind)
            total = group.ring.sum(np.zeros(count, np.dtype(kind)) if own is None else own)
            means[kind] = total / np.asarray(first.wanted or len(found), total.dtype)
        layout = first.layout if layout is None else layout
        arrays = [
            means[kind][begin:end].reshape(shape).astype(dtype, copy=False)
            for kind, begin, end, shape, dtype in layout
        ]
        for position in first.summed:
            arrays[position] = (arrays[position] * (first.wanted or len(found))).astype(
                arrays[position].dtype
            )
        return first, arrays

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

    def _apply(self, rnd, host_run, values, parts, first, averages, packs, group, entries, left_out):
        arrays = [unpack(data) for data in packs]
        if first is not None:
            values.update(zip(first.averaged, averages))
        joins = [rank for rank, part in enumerate(parts) if part.joined]
        for position, tensor in enumerate(parts[joins[0]].joined if joins else ()):
            rows = [arrays[rank][position] for rank in joins]
            for place, rank in enumerate(joins):
                if rank in (left_out or ()):
                    rows[place] = rows[place][: len(rows[place]) - entries[rank]["rows"][position]]
            values[tensor] = np.concatenate(rows)
        for rank, (part, array) in enumerate(zip(parts, arrays)):
            if part.description["each"]:
                updates = self._updates_of(part, "each", rnd if rank == group.rank else None)
                values.update(updates.run(host_run, [array[place] for place in part.each_places]))
        if left_out is None:
            values.update(self._unchanged(rnd))
            return
        for part, array in zip(parts, arrays):
            if part.description["once"]:
                updates = self._updates_of(part, "once", rnd if parts[group.rank] is part else None)
                given = [values[t] if place is None else array[place] for t, place in part.once_places]
                values.update(updates.run(host_run, given))
                break

    def _unchanged(self, rnd):
        """{tensor: what an update that is not made yet gives: the variable as it is}"""
        found = {}
        for node in rnd.nodes:
            if node.operation.name in rnd.description["once"]:
                for tensor, (source, _) in zip(node.operation.outputs, node.writes):
                    if tensor in rnd.wanted:
                        found[tensor] = self._resources.cell(source).value
        return found

    def _updates_of(self, part, kind, own):
        """The `Updates` of a worker's part; those of this worker's own give what it wants besides."""
        found = self._updates.get((part, kind, own))
        if found is None:
            names = part.description[kind]
            wanted = () if own is None else tuple(t for t in own.wanted if t.op.name in names)
            fed, kinds = part.description[f"{kind}_fed"], part.description["kinds"]
            found = Updates(self._graph, names, fed, kinds, self._make, wanted)
            self._updates[part, kind, own] = found
        return found
