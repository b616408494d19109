"""What runs cost: which runs of a session are measured, and the CostGraphDef of one that was."""

import threading

from tensorboard.compat.proto import cost_graph_pb2

from evergraph.framework.shapes import TensorShape


class CostModel:
    """Counts the runs of an executable; every so many of them one is measured.

    Args:
      executable: what runs.
      every: how many runs there are to one that is measured.
      after: how many runs come before these.
    """

    def __init__(self, executable, every: int, after: int):
        self.executable = executable
        self._every = every
        self._runs = -after
        self._lock = threading.Lock()

    def counts_to_measured(self) -> bool:
        """Counts a run, and says whether it is one to measure."""
        with self._lock:
            self._runs += 1
            return self._runs > 0 and self._runs % self._every == 0

    def run(self, host_run, feeds):
        """Runs the executable where nobody asks for the costs."""
        self.counts_to_measured()
        return self.executable.execute(host_run, feeds)


def fill_cost_graph(message: cost_graph_pb2.CostGraphDef, trace, operations, devices):
    """Writes a node for each operation of a traced run, and one for each compiled program.

    Operations inside a program took part of its time, which nobody knows: they cost 0 and are `inaccurate`.
    """
    records = {}
    for record in trace.records:
        records.setdefault(record.name, record)
    programs = [record for record in trace.records if record.type == "XlaProgram"]
    ids = {name: i for i, name in enumerate([*(op.name for op in operations), *(p.name for p in programs)])}
    inside = {program.name for program in programs}
    used = {tensor.op.name for op in operations for tensor in op.input_tensors}
    for operation in operations:
        record = records.get(operation.name)
        node = message.node.add(
            name=operation.name, id=ids[operation.name], is_final=operation.name not in used
        )
        for tensor in operation.input_tensors:
            if tensor.op.name in ids:
                node.input_info.add(preceding_node=ids[tensor.op.name], preceding_port=tensor.value_index)
        node.control_input.extend(ids[op.name] for op in operation.control_inputs if op.name in ids)
        for tensor in operation.outputs:
            node.output_info.add(
                dtype=tensor.dtype.as_datatype_enum, shape=tensor.shape.as_proto(), alias_input_port=-1
            )
        if record is None or not inside.isdisjoint(record.inputs):
            node.inaccurate = True
        if record is not None:
            _measure(node, record, devices)
    for program in programs:
        node = message.node.add(name=program.name, id=ids[program.name])
        node.control_input.extend(ids[name] for name in program.inputs if name in ids)
        _measure(node, program, devices)


def _measure(node, record, devices):
    node.device = devices.name_of(record.operation, *record.device)
    node.compute_cost = node.compute_time = (record.end - record.start) // 1000
    for output, (_, shape, size, _) in zip(node.output_info, record.values):
        output.size = size
        output.shape.CopyFrom(TensorShape(shape).as_proto())
