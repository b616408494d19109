"""Checks that the host makes before a compiled program runs, on values that it has anyway: labels, row numbers."""

import numpy as np

from evergraph.framework import errors
from evergraph.framework.values import shown

__all__ = ["range_check"]

_UNSIGNED = {4: np.uint32, 8: np.uint64}


def range_check(operation, size, message):
    """A function that raises InvalidArgumentError unless all of an integer array is in [0, `size`).

    Args:
      operation: the operation that the error names.
      size: the integer that is the first one not allowed.
      message: what to say; "{0}" stands for the array.
    """

    def check(values):
        values = np.asarray(values)
        # Read as unsigned, a negative number is larger than any size: one reduction finds both kinds of mistakes.
        if values.size and values.view(_UNSIGNED[values.itemsize]).max() >= size:
            raise errors.InvalidArgumentError(None, operation, message.format(shown(values)))

    return check
