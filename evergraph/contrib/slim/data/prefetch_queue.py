"""A queue of batches that are made ahead."""

from collections.abc import Mapping, Sequence
from typing import Any

from evergraph.framework import dtypes
from evergraph.framework.default_graph import name_scope
from evergraph.framework.public import public, public_module
from evergraph.framework.tensor import Tensor
from evergraph.ops import math as math_ops
from evergraph.ops.queues.classes import FIFOQueue, PaddingFIFOQueue, QueueBase
from evergraph.summary import summary
from evergraph.training.queue_runner import QueueRunner, add_queue_runner

public_module("contrib.slim.prefetch_queue", "contrib.slim.python.slim.data.prefetch_queue")


@public()
def prefetch_queue(
    tensors: Sequence[Tensor] | Mapping[str, Tensor],
    capacity: int = 8,
    num_threads: int = 1,
    dynamic_pad: bool = False,
    shared_name: str | None = None,
    name: str | None = None,
) -> QueueBase:
    """A queue that threads fill with values of some tensors.

    Args:
      tensors: a list, or a dict whose keys are the names of the components.
      capacity: how many values it holds.
      num_threads: how many threads fill it.
      dynamic_pad: whether shapes may be known in part; what is dequeued together is padded then.
      shared_name: of the queue, across sessions.
      name: a name for the operations.

    Raises:
      ValueError: a shape that is not known, without padding.
    """
    if isinstance(tensors, Mapping):
        names = sorted(tensors)
        listed = [tensors[each] for each in names]
    else:
        names, listed = None, list(tensors)
    with name_scope(name, "prefetch_queue", listed):
        options: dict[str, Any] = {
            "capacity": capacity,
            "dtypes": [each.dtype for each in listed],
            "shapes": [each.get_shape() for each in listed],
            "names": names,
            "shared_name": shared_name,
        }
        queue = (PaddingFIFOQueue if dynamic_pad else FIFOQueue)(**options)
        fill = queue.enqueue(tensors)
        add_queue_runner(QueueRunner(queue, [fill] * num_threads))
        size = math_ops.cast(queue.size(), dtypes.float32)
        summary.scalar(f"fraction_of_{capacity}_full", size * (1.0 / capacity))
        return queue
