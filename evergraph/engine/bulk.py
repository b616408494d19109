"""Feeding in bulk: a thread that runs `enqueue(f(read()))` again and again does so for many elements at a time.

A run of a session costs tens of microseconds, a program for one small element more than its arithmetic.  So what a feeding thread
runs is cut in three: a source that gives many elements as quickly as one (a reader's records, a first-in-first-out queue), the
operations between, called for all of them (engine.batched), and the queue they are put into.  It is as if the thread had been
quick: no element is read for which the queue has no room, but the one that a run of its own would wait with, too; each random
operation draws what it would draw in runs of one; and where an element fails, those before it are in the queue.

1. `bulk_feeding`           says whether an operation can be run so, and makes a `BulkFeeding`
2. `BulkFeeding.__call__`   feeds as many elements as there is room for

All calls run the same program, which takes `most` elements, so that results do not depend on how many there happened to be.
"""

import math
from typing import Any

import numpy as np

from evergraph.engine.batched import BatchedBody, batched
from evergraph.framework import dtypes, errors

_MOST, _LEAST = 32, 4  # elements at a time
_BYTES = 1 << 20  # that they may have: one that is alone costs as much arithmetic as all of them


def bulk_feeding(operation, executable, new_run):
    """The BulkFeeding of an operation that puts an element into a queue; None where it must be run for one at a time.

    Args:
      operation: what a feeding thread runs.
      executable: function of fetches and fed tensors: the Executable of such runs.
      new_run: function that makes a HostRun.
    """
    if operation.definition.puts_many is None:
        return None
    block = executable((operation,), ()).plan.block
    sources = [op for op in block.operations if op.definition.gives_many is not None]
    if block.loads or len(sources) != 1 or operation._control_inputs:
        return None
    source = sources[0]
    give = source.definition.gives_many(source)
    if give is None:
        return None
    queue, *components = operation.input_tensors
    handles = [queue, *source.input_tensors]
    if any(handle.op.inputs or handle.dtype != dtypes.resource for handle in handles):
        return None
    taken = {tensor for op in block.operations for tensor in op.input_tensors}
    fed = tuple(tensor for tensor in source.outputs if tensor in taken)
    between = executable(tuple(components), fed)
    known = {operation, source, *(handle.op for handle in handles), *between.plan.block.operations}
    if source in between.plan.block.operations or not known.issuperset(block.operations):
        return None
    body, most = batched(between), _most(components)
    if body is None or most < _LEAST or not any(value in body.fed for value in _needed(body)):
        return None
    return BulkFeeding(operation, source, give, fed, body, most, executable, new_run)


def _needed(body):
    """The values that a body's results are made of."""
    found = [value for value in body.fetches if value is not None]
    for stage in body.executable.plan.stages:
        found.extend(value for node in stage.nodes for value in node.inputs if value is not None)
    return found


def _most(components):
    """How many elements to take at a time."""
    widest = max(
        math.prod(1 if d is None else d for d in (c.shape.dims_or_none or ()))
        * (8 if c.dtype == dtypes.string else c.dtype.size)
        for c in components
    )
    return min(_MOST, _BYTES // max(1, widest))


class BulkFeeding:
    """Feeds a queue; called, it does so once, and waits while the queue is full.

    It is for one thread or several.  Calling it raises what running the operation would.

    Args:
      operation: what puts an element into the queue.
      source: the operation that gives the elements.
      give: what it does to give many.
      fed: those of its outputs that are used.
      body: the BatchedBody between them.
      most: how many elements its program takes.
      executable, new_run: see `bulk_feeding`.
    """

    def __init__(self, operation, source, give, fed, body: BatchedBody, most, executable, new_run):
        self.operation, self.source, self.give, self.body, self.most = operation, source, give, body, most
        self._columns = [source.outputs.index(tensor) for tensor in fed]
        self._fed, self._executable, self._new_run = fed, executable, new_run
        self._handles = executable((operation.input_tensors[0], *source.input_tensors), ())
        self._takes_many = True
        body.least, body.largest = most, 4 * _BYTES

    def __call__(self) -> None:
        run = self._new_run()
        try:
            queue, *inputs = self._handles.execute(run, [])
            room, put = self.operation.definition.puts_many
            count = max(1, min(self.most, room(queue)))
            columns = self._of(self.source, run, self.give, count, *inputs)
            columns = [columns[i] for i in self._columns]
            elements = self._made(run, columns, len(columns[0]))
            if elements is not None:
                self._of(self.operation, run, put, queue, elements)
                return
        except BaseException as error:
            run.left_by(error)
            raise
        single = self._executable((self.operation,), self._fed)
        for element in zip(*columns):
            single.execute(self._new_run(), [_scalar(value) for value in element])

    @staticmethod
    def _of(operation, run, function, *arguments):
        """Calls a function for an operation, which the errors it raises then name."""
        run.operation = operation
        try:
            return function(run, *arguments)
        except errors.OpError as error:
            if error.op is None:
                error._op = operation
            raise

    def _made(self, run, columns, count) -> Any:
        """What the body makes of some elements; None where they must be taken one by one."""
        if not self._takes_many:
            return None
        drawn: list[Any] = []
        try:
            return self.body.call(
                run, columns, [], range(count), _each, lambda ops: self._draw(ops, count, drawn)
            )
        except ValueError:
            self._takes_many = False  # they differ in shape
        except errors.OpError:
            pass  # of one of them: it is met again when they are run one by one
        for rows, taken in drawn:
            self.body.executable.resources.seeds.give_back(rows, taken, count)
        return None

    def _draw(self, operations, count, drawn):
        """What the random operations draw in `count` runs, along the first axis."""
        seeds = self.body.executable.resources.seeds
        rows = np.array([seeds.row_of(operation) for operation in operations])
        taken = seeds.take_many(rows, count)
        drawn.append((rows, taken))
        counts = np.repeat(taken[np.newaxis], count, axis=0)
        counts[:, :, 2] += np.arange(count, dtype=np.uint32)[:, np.newaxis]
        return counts


def _each(call, count):
    return map(call, range(count))


def _scalar(value):
    return (
        value
        if isinstance(value, np.ndarray)
        else np.array(value, object if isinstance(value, bytes) else None)
    )
