"""`Assert`: a condition that must hold, checked on the device, so that it cuts no program in two."""

import numpy as np

from evergraph.framework import errors
from evergraph.framework.conversion import convert_to_tensor
from evergraph.framework.graph import name_scope
from evergraph.ops.registry import device_op

__all__ = ["Assert"]


def _text(array):
    return " ".join(part.decode("utf-8", "replace") for part in array.ravel())


def _assert_on_host(condition, data, *, summarize):
    if not np.all(condition):
        shown = []
        for array in data:
            array = np.asarray(array)
            flat = array.ravel()[: summarize if summarize > 0 else None]
            parts = [x.decode("utf-8", "replace") if isinstance(x, bytes) else str(x) for x in flat]
            more = "..." if flat.size < array.size else ""
            shown.append(f"[{' '.join(parts)}{more}]")
        raise errors.InvalidArgumentError(None, None, f"assertion failed: {' '.join(shown)}")


@device_op("Assert", "condition: bool, data: [T] ->", role="check", checks=True, stateful=True,
           numpy=_assert_on_host)  # fmt: skip
def assert_op(lowering, condition, data, *, summarize=3):
    parts, operands = [], []
    for array in data:
        if getattr(array, "dtype", None) == object:
            parts.append("[" + _text(array).replace("{", "{{").replace("}", "}}") + "]")
        else:
            parts.append("[{" + str(len(operands)) + "}]")
            operands.append(array)
    lowering.check(condition.all(), "assertion failed: " + " ".join(parts), operands)


def Assert(condition, data, summarize=None, name=None):  # noqa: N802 (TensorFlow's name)
    """An operation that fails the run with InvalidArgumentError unless `condition` is true.

    No variable that the run would write is changed then.

    Args:
      condition: a bool tensor.
      data: tensors (and strings) to show in the message.
      summarize: how many elements of each to show (3).
      name: the operation's name.
    """
    with name_scope(name, "Assert", [condition, *data]):
        tensors = [convert_to_tensor(d) for d in data]
        return assert_op(condition, tensors, summarize=summarize if summarize is not None else 3, name="Assert")
