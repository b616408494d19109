"""Operands that are scalars or vectors by what they mean, and what TensorFlow's kernels say where one is not.

A placeholder without a shape lets through what a shape rule refuses, so the values are looked at as well.
"""

import functools
from collections.abc import Callable, Mapping, Sequence
from typing import Any

import numpy as np


def checked(function: Callable, names: Sequence[str], ranks: Mapping[str, tuple[int, str]]) -> Callable:
    """A kernel, or what takes its arguments, that refuses operands of another rank.

    Args:
      function: its last positional arguments are the inputs, arrays or shapes (tuples).
      names: of the inputs.
      ranks: name of an input: its rank, and what is said where it has another one.

    Raises (when it is called):
      ValueError: an operand has another rank.
    """
    rows = [(names.index(name) - len(names), rank, words) for name, (rank, words) in ranks.items()]

    @functools.wraps(function)
    def call(*args, **kwargs):
        for position, rank, words in rows:
            if _rank(args[position]) != rank:
                raise ValueError(f"{words}, not {_described(args[position])}")
        return function(*args, **kwargs)

    return call


def _rank(operand: Any) -> int:
    if type(operand) is np.ndarray:
        return operand.ndim
    return len(operand) if isinstance(operand, tuple) else np.ndim(operand)


def _described(operand):
    shape = operand if isinstance(operand, tuple) else np.shape(operand)
    return f"of shape [{','.join(map(str, shape))}]"
