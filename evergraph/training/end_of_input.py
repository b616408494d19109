"""Whether an OutOfRangeError means that the training input has ended, or that some other input has."""

from __future__ import annotations

from evergraph.framework.operation import Operation
from evergraph.training.global_step import get_global_step
from evergraph.training.reached import reached_from


def is_end_of_training_input(error, fetched, graph) -> bool:
    """Whether an error that ends a session is the end of what it was trained with.

    It is not where it comes from an operation that no run which counts the global step depends on: a validation set
    that has ended, say.  Sessions that never counted the step (those that evaluate) end with any input, and so
    they do with errors that no operation raised.

    Args:
      error: an OutOfRangeError or StopIteration.
      fetched: the different fetches that were run.
      graph: the Graph, or None.
    """
    operation = getattr(error, "op", None)
    if not isinstance(operation, Operation) or graph is None or operation.graph is not graph:
        return True
    step = get_global_step(graph)
    counter = None if step is None else step.op
    trained = False
    for fetches in fetched:
        reached = reached_from(fetches, graph)
        if any(_writes(op, counter) for op in reached):
            trained = True
            if operation in reached:
                return True
    return not trained


def _writes(operation, variable) -> bool:
    _, written = operation.definition.variable_access(operation)
    return any(operation.inputs[place].op is variable for place in written)
