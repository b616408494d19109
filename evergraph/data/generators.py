"""Datasets from Python generators."""

from __future__ import annotations

import numpy as np

from evergraph.data.nodes import Cursor, Node
from evergraph.framework import dtypes, errors
from evergraph.framework.shapes import TensorShape, as_shape
from evergraph.ops.registry import HostDefinition


class _GeneratorNode(Node):
    def __init__(self, generator, convert, arguments):
        self.generator, self.convert, self.arguments = generator, convert, arguments

    def cursor(self):
        return _Generator(self)


class _Generator(Cursor):
    """What an iterator of Python gives. To be put to where another was, it skips as many elements."""

    def __init__(self, node):
        self.node, self.count, self.iterator, self.has_ended = node, 0, None, False

    def next(self):
        if self.has_ended:
            return None
        try:
            if self.iterator is None:
                self.iterator = iter(self.node.generator(*self.node.arguments))
                for _ in range(self.count):
                    next(self.iterator)
            value = next(self.iterator)
            self.count += 1
            return self.node.convert(value)
        except StopIteration:
            self.has_ended, self.iterator = True, None
            return None
        except errors.OpError:
            raise
        except Exception as error:
            raise _mapped(error) from error

    def save(self):
        return [self.count, self.has_ended]

    def restore(self, state):
        self.count, self.has_ended = state


def _mapped(error):
    kinds = (
        (ValueError, errors.InvalidArgumentError),
        (TypeError, errors.InvalidArgumentError),
        (MemoryError, errors.ResourceExhaustedError),
        (NotImplementedError, errors.UnimplementedError),
    )
    kind = next((k for python, k in kinds if isinstance(error, python)), errors.UnknownError)
    return kind(None, None, f"{type(error).__name__}: {error}")


def checked(value, dtype: dtypes.DType, shape: TensorShape) -> np.ndarray:
    """A component that a generator gave, as an array.

    Raises:
      TypeError, ValueError: it does not fit the dtype, or does not have the shape.
    """
    if dtype == dtypes.string:
        array = _strings(np.asarray(value))
    else:
        array = np.asarray(value, dtype.as_numpy_dtype)
    if not shape.is_compatible_with(array.shape):
        raise ValueError(
            f"`generator` yielded an element of shape {array.shape} where an element of shape {shape} was expected."
        )
    return array


def _strings(array):
    if array.dtype.kind not in "OSU":
        raise TypeError(
            f"`generator` yielded an element that could not be converted to the expected type. The expected type "
            f"was string, but the yielded element was {array!r}."
        )
    out = np.empty(array.shape, object)
    for place in np.ndindex(array.shape):
        item = array[place]
        out[place] = item.encode() if isinstance(item, str) else bytes(item)
    return out


class GeneratorDefinition(HostDefinition):
    """A dataset of what a Python function gives: a GraphDef does not hold the function."""

    calls_user_code = True


def _generator_dataset(run, init_func_other_args, *, _generator, _convert, output_types, output_shapes):
    arguments = [np.array(a) for a in init_func_other_args]
    return _GeneratorNode(_generator, _convert, [a[()] if not a.ndim else a for a in arguments])


generator_dataset_op = GeneratorDefinition(
    "GeneratorDataset",
    "init_func_other_args: [Tinit_func_args] -> handle: variant",
    _generator_dataset,
    kind="host",
    stateful=False,
    shape=lambda op: [as_shape([])],
    differentiable=False,
    python_name="generator_dataset_op",
)
