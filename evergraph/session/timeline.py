"""`Timeline`: the StepStats of a traced run as a Chrome trace, which chrome://tracing and Perfetto open.

Each device is a process with as many rows as operations overlap; arrows go from an operation to those that use what
it gives; a counter for each allocator follows the bytes in use.
"""

import collections
import heapq
import json
import re

from tensorboard.compat.proto.step_stats_pb2 import StepStats

from evergraph.framework.graph import Graph
from evergraph.framework.public import public, public_module

public_module("python.client.timeline")

AllocationMaximum = collections.namedtuple("AllocationMaximum", ("timestamp", "num_bytes", "tensors"))
public()(AllocationMaximum)
StepStatsAnalysis = collections.namedtuple("StepStatsAnalysis", ("chrome_trace", "allocator_maximums"))
public()(StepStatsAnalysis)

_LABEL = re.compile(r"^(.*) = (\w+)\((.*)\)", re.DOTALL)
_TRANSFER = re.compile(r"^(\[.*\]) (.*) from (\S+) to (\S+)$")


class _Activity:
    """One NodeExecStats, read: what ran, when, on which row."""

    def __init__(self, stats, process):
        self.stats, self.process, self.row = stats, process, 0
        self.start = stats.all_start_micros
        self.duration = max(stats.op_end_rel_micros, stats.all_end_rel_micros)
        self.name, self.type, self.inputs = stats.node_name, stats.node_name, []
        label = _LABEL.match(stats.timeline_label)
        transfer = _TRANSFER.match(stats.timeline_label)
        if label is not None:
            self.name, self.type = label[1], label[2]
            self.inputs = [
                name.lstrip("^").partition(":")[0].strip() for name in label[3].split(",") if name.strip()
            ]
        elif transfer is not None:
            edge = re.sub(r"^edge_\d+_", "", transfer[2])
            self.name, self.type, self.inputs = f"{edge} {transfer[1]}", "RecvTensor", [edge]

    @property
    def end(self):
        return self.start + self.duration


class _ChromeTrace:
    """Events in the Trace Event format."""

    def __init__(self):
        self.processes, self.events = [], []

    def add_process(self, name):
        """A process (a device); returns its number."""
        pid = len(self.processes)
        self.processes.append({"name": "process_name", "ph": "M", "pid": pid, "args": {"name": name}})
        return pid

    def add(self, phase, name, pid, ts, tid=0, **fields):
        """An event."""
        self.events.append({"ph": phase, "name": name, "pid": pid, "tid": tid, "ts": ts, **fields})

    def format_to_string(self, pretty=False):
        """The trace as JSON."""
        trace = {"traceEvents": self.processes + self.events}
        return json.dumps(trace, indent=4 if pretty else None, separators=None if pretty else (",", ":"))


@public()
class Timeline:
    """Makes Chrome traces of a StepStats message.

    Args:
      step_stats: of a run with `trace_level=FULL_TRACE`.
      graph: accepted, without effect.
    """

    def __init__(self, step_stats: StepStats, graph: Graph | None = None) -> None:
        self._step_stats = step_stats

    def generate_chrome_trace_format(self, show_dataflow: bool = True, show_memory: bool = False) -> str:
        """The trace as JSON.

        Args:
          show_dataflow: whether arrows lead from operations to the users of their results.
          show_memory: whether counters show the bytes that each allocator has in use.
        """
        return self.analyze_step_stats(show_dataflow, show_memory).chrome_trace.format_to_string(pretty=True)

    def analyze_step_stats(self, show_dataflow: bool = True, show_memory: bool = True) -> StepStatsAnalysis:
        """The trace, and {allocator: AllocationMaximum} with the names of the tensors alive at the peak."""
        trace = _ChromeTrace()
        activities = []
        for device in self._step_stats.dev_stats:
            pid = trace.add_process(f"{device.device} Compute")
            found = [_Activity(stats, pid) for stats in device.node_stats]
            _assign_rows(found)
            activities.extend(found)
        for activity in activities:
            inputs = {f"input{i}": name for i, name in enumerate(activity.inputs)}
            trace.add(
                "X",
                activity.type,
                activity.process,
                activity.start,
                activity.row,
                cat="Op",
                dur=activity.duration,
                args={"name": activity.name, "op": activity.type, **inputs},
            )
        last_use = _last_uses(activities)
        if show_dataflow:
            _add_flows(trace, activities)
        return StepStatsAnalysis(trace, _follow_memory(trace, activities, last_use, show_memory))


def _assign_rows(activities):
    """Gives overlapping activities different rows, as few as possible."""
    busy, free, rows = [], [], 0
    for activity in sorted(activities, key=lambda a: (a.start, -a.duration)):
        while busy and busy[0][0] <= activity.start:
            heapq.heappush(free, heapq.heappop(busy)[1])
        if free:
            activity.row = heapq.heappop(free)
        else:
            activity.row, rows = rows, rows + 1
        heapq.heappush(busy, (activity.end, activity.row))


def _last_uses(activities):
    """{name: when the last user of its value ended}."""
    last = {}
    for activity in activities:
        for name in activity.inputs:
            last[name] = max(last.get(name, 0), activity.end)
    return last


def _add_flows(trace, activities):
    made = {activity.name: activity for activity in activities}
    count = 0
    for user in activities:
        for name in user.inputs:
            maker = made.get(name)
            if maker is None or maker is user:
                continue
            trace.add("s", name, maker.process, maker.end, maker.row, cat="DataFlow", id=count)
            trace.add("t", name, user.process, user.start, user.row, cat="DataFlow", id=count)
            count += 1


def _follow_memory(trace, activities, last_use, show):
    """Counts the bytes in use over time; each array once, however many names it has."""
    changes = collections.defaultdict(list)  # allocator: [(time, bytes, name)]
    end = max((a.end for a in activities), default=0)
    for activity in activities:
        for output in activity.stats.output:
            allocation = output.tensor_description.allocation_description
            if allocation.requested_bytes:
                size = allocation.requested_bytes
                freed = last_use.get(activity.name, end)
                changes[allocation.allocator_name].append((activity.end, size, activity.name))
                changes[allocation.allocator_name].append(
                    (max(freed, activity.end) + 1, -size, activity.name)
                )
    pid = trace.add_process("Memory") if show and changes else None
    maximums = {}
    for allocator, steps in sorted(changes.items()):
        maximums[allocator] = _peak(steps)
        total = 0
        for when, size, _ in sorted(steps, key=_allocations_first) if show else ():
            total += size
            trace.add("C", allocator, pid, when, cat="Memory", args={allocator: total})
    return maximums


def _allocations_first(step):
    when, size, _ = step
    return when, -size  # what an operation gives exists beside what it took


def _peak(steps):
    alive, total = collections.Counter(), 0
    best = AllocationMaximum(0, 0, set())
    for when, size, name in sorted(steps, key=_allocations_first):
        total += size
        alive[name] += 1 if size > 0 else -1
        if total > best.num_bytes:
            best = AllocationMaximum(when, total, {n for n, count in alive.items() if count})
    return best
