"""What the operations on strings share: a function of every element."""

import numpy as np


def each(function, array, dtype=object):
    """`function` of every element."""
    array = np.asarray(array)
    result = np.empty(array.shape, dtype)
    result.reshape(-1)[:] = [function(v) for v in array.reshape(-1).tolist()] or result.reshape(-1)
    return result


def same_shape(operation):
    return operation.input_tensors[0].shape
