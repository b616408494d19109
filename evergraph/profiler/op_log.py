"""`tf.profiler.write_op_log`: what a graph's operations cost, as the message that the tfprof tool reads beside the graph."""

from __future__ import annotations

import os

from evergraph.formats.messages import OpLogProto, RunMetadata
from evergraph.framework.collections import GraphKeys
from evergraph.framework.default_graph import get_default_graph
from evergraph.framework.graph import Graph
from evergraph.framework.public import public, public_module
from evergraph.platform.file_io import recursive_create_dir, write_string_to_file
from evergraph.profiler.costs import float_operations
from evergraph.profiler.options import TRAINABLE_VARIABLES

public_module("python.profiler.tfprof_logger", "contrib.tfprof.tfprof_logger")

public("python.profiler.tfprof_logger.TRAINABLE_VARIABLES")(TRAINABLE_VARIABLES)


@public("profiler.write_op_log")
def write_op_log(
    graph: Graph | None,
    log_dir: str,
    op_log: OpLogProto | None = None,
    run_meta: RunMetadata | None = None,
    add_trace: bool = True,
) -> None:
    """Writes the file `tfprof_log` of a directory, an OpLogProto: operations that count, and variables that are trained.

    Args:
      graph: the graph; the default graph when None.
      log_dir: the directory; it is made.
      op_log: entries to write besides: types are added to, a number of floating-point operations takes its place.
      run_meta: accepted; operations are counted by their static shapes.
      add_trace: whether lines say where operations were created.
    """
    graph = graph or get_default_graph()
    trained = {variable.op.name for variable in graph.get_collection(GraphKeys.TRAINABLE_VARIABLES)}
    log, numbers = OpLogProto(), {}
    entries = {}
    for operation in graph.get_operations():
        count = float_operations(operation)
        types = [TRAINABLE_VARIABLES] if operation.name in trained else []
        if count or types or add_trace:
            entry = entries[operation.name] = log.log_entries.add(name=operation.name, types=types)
            if count:
                entry.float_ops = int(count)
            if add_trace:
                _add_trace(entry, operation, numbers)
    for given in op_log.log_entries if op_log is not None else ():
        entry = entries.get(given.name) or log.log_entries.add(name=given.name)
        entry.types.extend(kind for kind in given.types if kind not in entry.types)
        if given.float_ops:
            entry.float_ops = given.float_ops
    for text, number in numbers.items():
        log.id_to_string[number] = text
    recursive_create_dir(log_dir)
    write_string_to_file(os.path.join(log_dir, "tfprof_log"), log.SerializeToString())


def _add_trace(entry, operation, numbers):
    """Adds the frames that created an operation; texts are written once, by number."""

    def number_of(text):
        return numbers.setdefault(text or "", len(numbers) + 1)

    for file, line, function, text, start in operation.traceback_with_start_lines:
        entry.code_def.traces.add(
            file_id=number_of(file),
            lineno=line,
            function_id=number_of(function),
            line_id=number_of(text),
            func_start_line=start,
        )
