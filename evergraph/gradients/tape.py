"""`tf.GradientTape`: gradients of what was computed while it recorded.

In the eager mode the operations that depend on what a tape watches keep their inputs (`framework.recordings`), so that the
walk of `tf.gradients` goes through them. In a graph every operation is there anyway.
"""

import contextlib
import weakref
from collections.abc import Iterator
from types import TracebackType
from typing import Any, Self

from evergraph.framework.conversion import convert_to_tensor
from evergraph.framework.default_graph import name_scope
from evergraph.framework.public import public, public_module
from evergraph.framework.recordings import ACTIVE, Recording
from evergraph.framework.structures import flatten, pack_sequence_as
from evergraph.framework.tensor import Tensor
from evergraph.gradients.gradients import gradients_between

public_module("python.eager.backprop")


class _AllBut:
    """Every operation that a recording does not have."""

    def __init__(self, operations):
        self._operations = operations

    def __contains__(self, operation):
        return operation.graph.is_eager and operation not in self._operations


def _is_followed(recording, source):
    """Whether there may be a gradient by a source; in a graph by any."""
    tensor = source if isinstance(source, Tensor) else source.handle
    return not tensor.graph.is_eager or recording.follows(tensor)


@public("GradientTape", "contrib.eager.GradientTape")
class GradientTape:
    """A context manager that records operations, for `gradient`.

    Trainable resource variables are watched when they are read, tensors when `watch` is called. Tapes may be nested: the
    gradients that one computes are recorded by those around it.

    Args:
      persistent: whether `gradient` may be called more than once.
    """

    def __init__(self, persistent: bool = False) -> None:
        self._persistent = persistent
        self._recording: Recording | None = None
        self._is_recording = False

    def __enter__(self) -> Self:
        self._begin(Recording())
        return self

    def __exit__(
        self, kind: type[BaseException] | None, value: BaseException | None, trace: TracebackType | None
    ) -> None:
        if self._is_recording:
            self._end()

    def _begin(self, recording):
        if self._is_recording:
            raise ValueError("Tape is already recording.")
        if recording is not self._recording:
            weakref.finalize(self, recording.release)
        self._recording = recording
        ACTIVE.recordings.append(recording)
        self._is_recording = True

    def _end(self):
        if not self._is_recording:
            raise ValueError("Tape is not recording.")
        ACTIVE.recordings.remove(self._begun())
        self._is_recording = False

    def watch(self, tensor: Any) -> None:
        """Has a tensor, variable or list of these followed from now on.

        Raises:
          RuntimeError: it has not begun to record.
        """
        recording = self._begun()
        for each in flatten(tensor):
            if isinstance(each, Tensor):
                recording.watch(each)
            else:
                recording.watch_variable(each)

    def watched_variables(self) -> list:
        """The variables that are watched, in the order in which they were first read."""
        return list(self._begun().variables)

    @contextlib.contextmanager
    def stop_recording(self) -> Iterator[None]:
        """Operations inside the block are not recorded.

        Raises:
          RuntimeError: it has not begun to record.
        """
        recording = self._begun()
        self._end()
        try:
            yield
        finally:
            self._begin(recording)

    def reset(self) -> None:
        """Forgets what was recorded, and goes on."""
        self._end()
        self._begin(Recording())

    def gradient(self, target: Any, sources: Any, output_gradients: Any = None) -> Any:
        """Derivatives of the sum of `target` with respect to each of `sources`.

        Args:
          target: a tensor, or list of tensors.
          sources: a nested structure of tensors and variables.
          output_gradients: a list of the gradients of the targets (None: ones).

        Returns:
          A structure like `sources` of tensors, of IndexedSlices for rows gathered from a variable, and of None where no
          target depends on the source.

        Raises:
          RuntimeError: it was called before, and the tape is not persistent.
          LookupError: an operation on the way has no gradient.
        """
        recording = self._begun()
        if self._is_recording and not self._persistent:
            self._end()
        given = None if output_gradients is None else flatten(output_gradients)
        if given is not None:
            given = [None if g is None else convert_to_tensor(g) for g in given]
        targets = flatten(target)
        leaves = flatten(sources)
        followed = [each for each in leaves if _is_followed(recording, each)]
        with name_scope("gradients", values=targets):
            by_source = dict(
                zip(followed, gradients_between(targets, followed, given, _AllBut(recording.operations)))
            )
        found = [by_source.get(each) for each in leaves]
        if not self._persistent:
            self._recording = None
            recording.release()
        return pack_sequence_as(sources, found)

    def _begun(self):
        if self._recording is None:
            raise RuntimeError(
                "the tape has not recorded anything yet, or its gradient was computed: GradientTape.gradient can only be "
                "called once on non-persistent tapes."
            )
        return self._recording
