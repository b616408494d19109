"""What an accumulator's handle stands for: the sum of the gradients given so far, dense or by rows.

The kernels in `accumulators.py` work on it.
"""

import collections
import functools
from typing import Any

import numpy as np

from evergraph.framework import errors, logging
from evergraph.framework.condition import Condition
from evergraph.framework.shapes import TensorShape, as_shape


class Accumulator:
    """A sum under way.

    Gradients of steps before the current one are dropped; taking the average starts the next step.  Takers are
    served in the order they came.
    """

    _CHANGING = ("count", "global_step", "_sum")  # what its state is

    def __init__(self, name, dtype, shape):
        self.name, self.dtype, self.shape = name, dtype, shape
        self.condition = Condition()
        self.count = 0
        self.global_step = 0
        self._changes = 0  # how many have begun
        self._takers = collections.deque()
        self._clear()

    def _clear(self):
        """Forgets the gradients."""
        raise NotImplementedError

    def _check(self, *args: Any, **kwargs: Any):
        """Raises an error unless the gradient fits."""
        raise NotImplementedError

    def _add(self, *args: Any, **kwargs: Any):
        """Takes a gradient that fits into the sum."""
        raise NotImplementedError

    def _average(self):
        """The average of the gradients."""
        raise NotImplementedError

    def apply(self, local_step: int, *gradient: Any) -> None:
        """Adds a gradient, unless it is stale."""
        self._check(*gradient)
        with self.condition:
            if local_step >= self.global_step:
                self._whole(lambda: self._apply(*gradient))
                self.condition.notify_all()

    def _apply(self, *gradient):
        self._add(*gradient)
        self.count += 1

    def take(self, run: Any, required: int) -> Any:
        """The average, once `required` gradients are there; all that are count.

        Raises:
          CancelledError: the session was closed.
          InvalidArgumentError: `required` is not positive.
        """
        if required <= 0:
            raise errors.InvalidArgumentError(
                None, None, f"Argument num_required must be positive, got {required}"
            )
        turn = object()
        with self.condition:
            self._takers.append(turn)
            try:
                run.wait_for(self.condition, lambda: self._takers[0] is turn and self.count >= required)
                average = self._average()
                run.taken.append(self._whole(self._begin_step))
                return average
            finally:
                self._takers.remove(turn)
                self.condition.notify_all()

    def _begin_step(self):
        self.count = 0
        self.global_step += 1
        self._clear()

    def _whole(self, change):
        """Makes a change whole, or not at all where a signal handler raises in its middle; the condition is held.

        Returns:
          A function that takes the change back, unless another one has come since.
        """
        self._changes += 1
        go_back = functools.partial(self._go_back, self._changes, self._state())
        try:
            change()
        except BaseException:
            go_back()
            raise
        return go_back

    def _state(self):
        found = {name: getattr(self, name) for name in self._CHANGING}  # arrays are replaced, never changed
        return {name: dict(value) if isinstance(value, dict) else value for name, value in found.items()}

    def _go_back(self, number, state):
        with self.condition:
            if self._changes == number:
                vars(self).update(state)
                self.condition.notify_all()

    def set_global_step(self, step: int) -> None:
        """Sets the current step."""
        with self.condition:
            if step < self.global_step:
                logging.warning(
                    "Accumulator %r goes back from step %d to %d: gradients of past steps count again",
                    self.name,
                    self.global_step,
                    step,
                )
            self.global_step = step

    def _mismatch(self, what):
        return errors.InvalidArgumentError(
            None, None, f"accumulator {self.name!r} of {self.dtype.name} and shape {self.shape}: {what}"
        )


class DenseAccumulator(Accumulator):
    """One count for all: a gradient is a whole array."""

    def _clear(self):
        self._sum: Any = None

    def _check(self, gradient):
        shape = self.shape if self._sum is None else TensorShape(self._sum.shape)
        if not shape.is_compatible_with(gradient.shape):
            raise self._mismatch(
                f"Shape mismatch: expected {shape}, got a gradient of shape {list(gradient.shape)}"
            )

    def _add(self, gradient):
        self._sum = np.array(gradient) if self._sum is None else self._sum + gradient

    def _average(self):
        return (self._sum / self._sum.dtype.type(self.count)).astype(self._sum.dtype)


def _begins_with(dims, shape):
    """Whether dimensions are those of a shape, which may go on: an accumulator's shape is that of its first axes."""
    return shape.ndims is None or shape.is_compatible_with(list(dims)[: shape.ndims])


class SparseAccumulator(Accumulator):
    """Every row has a count of its own: its average is over the gradients that have it.

    A gradient may have more dimensions than the accumulator's shape, as in TensorFlow; all that are added have the same.
    """

    _CHANGING = ("count", "global_step", "_rows", "_row_shape")

    def _clear(self):
        self._rows = {}  # index -> (sum, count)
        self._row_shape: Any = None

    def _check(self, indices, values, shape):
        if indices.ndim != 1 or values.ndim < 1 or len(indices) != len(values):
            raise self._mismatch(
                f"a gradient needs a vector of indices and as many rows, got {indices.shape} and {values.shape}"
            )
        if shape is not None and not _begins_with(shape.tolist(), self.shape):
            raise self._mismatch(
                f"Shape mismatch: expected {self.shape}, got a gradient of shape {shape.tolist()}"
            )
        known = self.shape.ndims is not None
        expected = as_shape(self._row_shape) if self._row_shape is not None else self.shape[1:]
        if not _begins_with(values.shape[1:], expected):
            raise self._mismatch(
                f"Shape mismatch: expected rows of shape {expected}, got {list(values.shape[1:])}"
            )
        limit = self.shape[0].value if known and self.shape.ndims else None
        if len(indices) and (indices.min() < 0 or (limit is not None and indices.max() >= limit)):
            raise self._mismatch(f"indices {indices[:10].tolist()} are not rows of it")

    def _add(self, indices, values, shape):
        self._row_shape = values.shape[1:]
        unique, places = np.unique(indices, return_inverse=True)
        sums = np.zeros((len(unique), *values.shape[1:]), values.dtype)
        np.add.at(sums, places, values)
        for index, row in zip(unique.tolist(), sums):
            found = self._rows.get(index)
            self._rows[index] = (row, 1) if found is None else (found[0] + row, found[1] + 1)

    def _average(self):
        kind = self.dtype.as_numpy_dtype
        indices = sorted(self._rows)
        rows = [self._rows[index][0] / kind(self._rows[index][1]) for index in indices]
        values = np.stack(rows).astype(kind) if rows else np.zeros((0, *self._row_shape), kind)
        first = self.shape[0].value if self.shape.ndims else None
        shape = [-1 if first is None else first, *self._row_shape]
        return np.array(indices, np.int64), values, np.array(shape, np.int64)
