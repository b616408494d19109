"""Checks that the host makes before a compiled program runs, on values that it has anyway: labels, row numbers."""

import numpy as np

from evergraph.framework import errors
from evergraph.framework.definition import ROW_MESSAGE
from evergraph.framework.values import Shown

_UNSIGNED = {4: np.uint32, 8: np.uint64}


class RangeCheck:
    """Raises InvalidArgumentError when called with an integer array that is not all in [0, `size`).

    Args:
      operation: the operation that the error names.
      size: the first integer that is not allowed.
      message: what to say; "{0}" stands for the array, "{1}" for the first integer that is not allowed.
    """

    is_elementwise = True  # whether several arrays can be looked at as one

    def __init__(self, operation, size, message):
        self.operation, self.size, self.message = operation, size, message

    def __call__(self, values):
        values = np.asarray(values)
        # Read as unsigned, a negative number is larger than any size: one reduction finds both kinds of mistakes.
        if values.size and values.view(_UNSIGNED[values.itemsize]).max() >= self.size:
            first = values[(values < 0) | (values >= self.size)].flat[0]
            raise errors.InvalidArgumentError(None, self.operation, self.message.format(Shown(values), first))

    def __eq__(self, other):
        return isinstance(other, RangeCheck) and self.size == other.size

    def __hash__(self):
        return hash(self.size)


def row_check(operation, dims):
    """The check of row numbers of a table with the static dimensions `dims`; None when its rows are unknown."""
    return (
        RangeCheck(operation, dims[0], ROW_MESSAGE.format(dims[0])) if dims and dims[0] is not None else None
    )
