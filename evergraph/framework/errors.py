"""The errors of running a graph: `tf.errors`, one exception class per canonical status code."""

from __future__ import annotations

import os
import warnings
from typing import TYPE_CHECKING, Any

from tensorboard.compat.proto.node_def_pb2 import NodeDef

from evergraph.framework.public import public, public_module

if TYPE_CHECKING:
    from evergraph.framework.operation import Operation

public_module("python.framework.errors", "python.framework.errors_impl")

OK = public("errors.OK")(0)
CANCELLED = public("errors.CANCELLED")(1)
UNKNOWN = public("errors.UNKNOWN")(2)
INVALID_ARGUMENT = public("errors.INVALID_ARGUMENT")(3)
DEADLINE_EXCEEDED = public("errors.DEADLINE_EXCEEDED")(4)
NOT_FOUND = public("errors.NOT_FOUND")(5)
ALREADY_EXISTS = public("errors.ALREADY_EXISTS")(6)
PERMISSION_DENIED = public("errors.PERMISSION_DENIED")(7)
RESOURCE_EXHAUSTED = public("errors.RESOURCE_EXHAUSTED")(8)
FAILED_PRECONDITION = public("errors.FAILED_PRECONDITION")(9)
ABORTED = public("errors.ABORTED")(10)
OUT_OF_RANGE = public("errors.OUT_OF_RANGE")(11)
UNIMPLEMENTED = public("errors.UNIMPLEMENTED")(12)
INTERNAL = public("errors.INTERNAL")(13)
UNAVAILABLE = public("errors.UNAVAILABLE")(14)
DATA_LOSS = public("errors.DATA_LOSS")(15)
UNAUTHENTICATED = public("errors.UNAUTHENTICATED")(16)


@public("OpError", "errors.OpError")
class OpError(Exception):
    """An operation failed while it ran. Mostly raised as one of the subclasses.

    Args:
      node_def: the NodeDef of the failed operation, or None.
      op: the failed Operation, or None when the failure belongs to none that the graph knows.
      message: what went wrong.
      error_code: one of the codes of this module.

    `str(error)` is the message, followed, when `op` is given, by its name and the line that created it, and the
    same of the operation that it was recorded for, as the gradient of another is.
    """

    def __init__(self, node_def: NodeDef | None, op: Operation | None, message: str, error_code: int) -> None:
        super().__init__(node_def, op, message, error_code)
        self._node_def = node_def
        self._op = op
        self._message = message
        self._error_code = error_code

    @property
    def message(self) -> str:
        """What went wrong, without the place."""
        return self._message

    @property
    def op(self) -> Any:
        """The operation that failed, or None."""
        return self._op

    @property
    def node_def(self) -> Any:
        """The NodeDef of the operation that failed, or None."""
        return self._node_def

    @property
    def error_code(self) -> int:
        """The status code, such as `tf.errors.NOT_FOUND`."""
        return self._error_code

    def add_note(self, note: str) -> None:
        """Adds a line below the message; JAX's own, how to see its frames, is left out: the place is in the message."""
        if "JAX_TRACEBACK_FILTERING" not in note:
            super().add_note(note)

    def __reduce__(self):
        # An operation belongs to its graph and process: the copy keeps what can be read from it.
        node_def = self._node_def
        return _rebuild, (type(self), node_def, str(self), self._error_code)

    def __str__(self) -> str:
        op = self._op
        if op is None:
            return str(self._message)
        lines = [f"{self._message}", "", *_place_of(op, "In operation")]
        while (op := getattr(op, "_original_op", None)) is not None:
            lines += _place_of(op, "which was recorded for operation")
        return "\n".join(lines)


@public("errors.CancelledError")
class CancelledError(OpError):
    """The operation was given up, for instance because the session or the queue was closed."""

    def __init__(self, node_def: NodeDef | None, op: Operation | None, message: str) -> None:
        super().__init__(node_def, op, message, CANCELLED)


@public("errors.UnknownError")
class UnknownError(OpError):
    """The cause fits no other class, or came from a place with codes of its own."""

    def __init__(
        self, node_def: NodeDef | None, op: Operation | None, message: str, error_code: int = UNKNOWN
    ) -> None:
        super().__init__(node_def, op, message, error_code)


@public("errors.InvalidArgumentError")
class InvalidArgumentError(OpError):
    """An operation was given a value, shape or dtype that it cannot work on."""

    def __init__(self, node_def: NodeDef | None, op: Operation | None, message: str) -> None:
        super().__init__(node_def, op, message, INVALID_ARGUMENT)


@public("errors.DeadlineExceededError")
class DeadlineExceededError(OpError):
    """The operation took longer than the time allowed for it."""

    def __init__(self, node_def: NodeDef | None, op: Operation | None, message: str) -> None:
        super().__init__(node_def, op, message, DEADLINE_EXCEEDED)


@public("errors.NotFoundError")
class NotFoundError(OpError):
    """Something asked for, such as a file or a tensor in a checkpoint, does not exist."""

    def __init__(self, node_def: NodeDef | None, op: Operation | None, message: str) -> None:
        super().__init__(node_def, op, message, NOT_FOUND)


@public("errors.AlreadyExistsError")
class AlreadyExistsError(OpError):
    """Something to be created is already there."""

    def __init__(self, node_def: NodeDef | None, op: Operation | None, message: str) -> None:
        super().__init__(node_def, op, message, ALREADY_EXISTS)


@public("errors.PermissionDeniedError")
class PermissionDeniedError(OpError):
    """The caller may not do this, such as writing to a file."""

    def __init__(self, node_def: NodeDef | None, op: Operation | None, message: str) -> None:
        super().__init__(node_def, op, message, PERMISSION_DENIED)


@public("errors.UnauthenticatedError")
class UnauthenticatedError(OpError):
    """The caller could not be identified."""

    def __init__(self, node_def: NodeDef | None, op: Operation | None, message: str) -> None:
        super().__init__(node_def, op, message, UNAUTHENTICATED)


@public("errors.ResourceExhaustedError")
class ResourceExhaustedError(OpError):
    """Memory, disk space or a quota ran out."""

    def __init__(self, node_def: NodeDef | None, op: Operation | None, message: str) -> None:
        super().__init__(node_def, op, message, RESOURCE_EXHAUSTED)


@public("errors.FailedPreconditionError")
class FailedPreconditionError(OpError):
    """The system is not in the state that the operation needs, such as a variable without a value."""

    def __init__(self, node_def: NodeDef | None, op: Operation | None, message: str) -> None:
        super().__init__(node_def, op, message, FAILED_PRECONDITION)


@public("errors.AbortedError")
class AbortedError(OpError):
    """The operation was cut short by something happening at the same time; trying again may help."""

    def __init__(self, node_def: NodeDef | None, op: Operation | None, message: str) -> None:
        super().__init__(node_def, op, message, ABORTED)


@public("errors.OutOfRangeError")
class OutOfRangeError(OpError):
    """Input ran past its end: a closed and empty queue, the end of a file or of a dataset."""

    def __init__(self, node_def: NodeDef | None, op: Operation | None, message: str) -> None:
        super().__init__(node_def, op, message, OUT_OF_RANGE)


@public("errors.UnimplementedError")
class UnimplementedError(OpError):
    """The operation exists, but not for these types, shapes or options."""

    def __init__(self, node_def: NodeDef | None, op: Operation | None, message: str) -> None:
        super().__init__(node_def, op, message, UNIMPLEMENTED)


@public("errors.InternalError")
class InternalError(OpError):
    """Something that must always hold inside the system does not."""

    def __init__(self, node_def: NodeDef | None, op: Operation | None, message: str) -> None:
        super().__init__(node_def, op, message, INTERNAL)


@public("errors.UnavailableError")
class UnavailableError(OpError):
    """A device or another process cannot be reached now."""

    def __init__(self, node_def: NodeDef | None, op: Operation | None, message: str) -> None:
        super().__init__(node_def, op, message, UNAVAILABLE)


@public("errors.DataLossError")
class DataLossError(OpError):
    """Stored data is damaged or incomplete."""

    def __init__(self, node_def: NodeDef | None, op: Operation | None, message: str) -> None:
        super().__init__(node_def, op, message, DATA_LOSS)


_TYPE_OF_CODE = {
    CANCELLED: CancelledError,
    UNKNOWN: UnknownError,
    INVALID_ARGUMENT: InvalidArgumentError,
    DEADLINE_EXCEEDED: DeadlineExceededError,
    NOT_FOUND: NotFoundError,
    ALREADY_EXISTS: AlreadyExistsError,
    PERMISSION_DENIED: PermissionDeniedError,
    RESOURCE_EXHAUSTED: ResourceExhaustedError,
    FAILED_PRECONDITION: FailedPreconditionError,
    ABORTED: AbortedError,
    OUT_OF_RANGE: OutOfRangeError,
    UNIMPLEMENTED: UnimplementedError,
    INTERNAL: InternalError,
    UNAVAILABLE: UnavailableError,
    DATA_LOSS: DataLossError,
    UNAUTHENTICATED: UnauthenticatedError,
}
_CODE_OF_TYPE = {kind: code for code, kind in _TYPE_OF_CODE.items()}


_OWN_FILES = os.path.dirname(os.path.dirname(os.path.abspath(__file__))) + os.sep


def _place_of(op, introduction):
    """The lines that say which operation it is and what created it."""
    lines = [f"{introduction} {op.name!r} (type {op.type})"]
    if op.traceback:
        filename, lineno, function, source = _user_frame(op.traceback)
        lines[-1] += ", created by:"
        lines.append(f'  File "{filename}", line {lineno}, in {function}')
        if source:
            lines.append(f"    {source.strip()}")
    return lines


def _user_frame(traceback):
    """The innermost frame outside this package: the user's line (the innermost of all when there is none)."""
    for frame in reversed(traceback):
        if not frame[0].startswith(_OWN_FILES):
            return tuple(frame)[:4]
    return tuple(traceback[-1])[:4]


def _rebuild(kind: type[OpError], node_def, message: str, error_code: int) -> OpError:
    error = kind.__new__(kind)
    OpError.__init__(error, node_def, None, message, error_code)
    return error


@public("errors.exception_type_from_error_code")
def exception_type_from_error_code(error_code: int) -> type[OpError]:
    """The exception class of a status code. Raises KeyError for OK and for numbers that are no code."""
    return _TYPE_OF_CODE[error_code]


@public("errors.error_code_from_exception_type")
def error_code_from_exception_type(cls: type[OpError]) -> int:
    """The status code of an exception class. Raises KeyError for classes that have none of their own."""
    return _CODE_OF_TYPE[cls]


@public("python.framework.errors_impl._make_specific_exception")
def _make_specific_exception(
    node_def: NodeDef | None, op: Operation | None, message: str | None, error_code: int
) -> OpError:
    """An exception of the type that an error code stands for; of an unknown code, with a warning, an UnknownError."""
    kind: Any = _TYPE_OF_CODE.get(error_code)
    if kind is None:
        warnings.warn(f"Unknown error code: {error_code}", stacklevel=2)
        return UnknownError(node_def, op, message or "", error_code)
    return kind(node_def, op, message or "")
