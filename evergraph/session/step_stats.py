"""What `run_metadata` is filled with: StepStats of a traced run, and the graphs that ran on each device."""

import threading

import numpy as np
from tensorboard.compat.proto import graph_pb2, step_stats_pb2

from evergraph.engine.trace import Trace
from evergraph.framework import dtypes
from evergraph.framework.graph_def import node_to_node_def
from evergraph.framework.shapes import TensorShape
from evergraph.session.cost_model import fill_cost_graph


def tracing(executable, options, run_metadata, devices, cost_model=None, add_shapes=False):
    """A function that runs `executable`, and fills `run_metadata` with what the RunOptions ask for.

    The session's `devices` name where operations ran. A CostModel says whether the run's costs are filled in too; with
    `add_shapes` the partition graphs have the static shapes.
    """

    def execute(host_run, feeds):
        measured = cost_model is not None and cost_model.counts_to_measured()
        trace = Trace(executable.runtime) if options.trace_level or measured else None
        values = (
            executable.execute(host_run, feeds) if trace is None else trace.run(executable, host_run, feeds)
        )
        run_metadata.Clear()
        operations = executable.plan.block.operations
        if options.trace_level:
            fill_step_stats(run_metadata.step_stats, trace, devices)
        if measured:
            fill_cost_graph(run_metadata.cost_graph, trace, operations, devices)
        if options.output_partition_graphs:
            fill_partition_graphs(run_metadata, operations, devices.full_name, add_shapes)
        return values

    return execute


def fill_step_stats(message: step_stats_pb2.StepStats, trace, devices):
    """Writes the records of a trace: one `DeviceStepStats` for each device of a session's `devices`."""
    by_name = {}

    def device_stats(operation, place):
        name = devices.name_of(operation, *place)
        if name not in by_name:
            by_name[name] = message.dev_stats.add(device=name)
        return by_name[name].node_stats

    home = trace.place(trace.runtime.devices[0])
    whole = device_stats(None, home).add(node_name="Session.run", timeline_label="Session.run = Run()")
    _times(whole, trace, trace.end)
    for record in trace.records:
        stats = device_stats(record.operation, record.device).add(
            node_name=record.name,
            timeline_label=f"{record.name} = {record.type}({', '.join(record.inputs)}){record.note}",
        )
        _times(stats, record, record.dispatched)
        for slot, value in enumerate(record.values):
            _describe(stats.output.add(slot=slot).tensor_description, value, _allocator(record.device))
        total = sum(value[2] for value in record.values)
        if total:
            stats.memory.add(allocator_name=_allocator(record.device), total_bytes=total, peak_bytes=total)


def _times(stats, record, dispatched):
    stats.all_start_micros = stats.scheduled_micros = record.start // 1000
    stats.all_start_nanos = record.start
    stats.op_end_rel_micros = (dispatched - record.start) // 1000
    stats.all_end_rel_micros = (record.end - record.start) // 1000
    stats.op_end_rel_nanos, stats.all_end_rel_nanos = dispatched - record.start, record.end - record.start
    stats.thread_id = threading.get_ident() & 0x7FFFFFFF


def _allocator(device):
    kind, index = device
    return "cpu" if kind == "CPU" else f"{kind}_{index}_bfc"


def _describe(description, value, allocator):
    dtype, shape, size, identity = value
    description.dtype = dtypes.as_dtype(np.dtype(dtype)).as_datatype_enum
    description.shape.CopyFrom(TensorShape(shape).as_proto())
    allocation = description.allocation_description
    allocation.requested_bytes = allocation.allocated_bytes = size
    allocation.allocator_name = allocator
    allocation.ptr = allocation.allocation_id = identity


def fill_partition_graphs(run_metadata, operations, device_of, add_shapes=False):
    """Writes a GraphDef for each device, of the operations that ran on it."""
    parts = {}
    for operation in operations:
        part = parts.setdefault(device_of(operation), graph_pb2.GraphDef())
        part.node.append(node_to_node_def(operation, add_shapes))
    run_metadata.partition_graphs.extend(part for _, part in sorted(parts.items()))
