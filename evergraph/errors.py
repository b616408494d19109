"""`tf.errors`: what can go wrong."""

# -- contents of tf.errors, written by `make contents` from what is marked @public --
# ruff: noqa: F401 (names are imported to be seen)
from evergraph.framework.errors import ABORTED as ABORTED
from evergraph.framework.errors import ALREADY_EXISTS as ALREADY_EXISTS
from evergraph.framework.errors import CANCELLED as CANCELLED
from evergraph.framework.errors import DATA_LOSS as DATA_LOSS
from evergraph.framework.errors import DEADLINE_EXCEEDED as DEADLINE_EXCEEDED
from evergraph.framework.errors import FAILED_PRECONDITION as FAILED_PRECONDITION
from evergraph.framework.errors import INTERNAL as INTERNAL
from evergraph.framework.errors import INVALID_ARGUMENT as INVALID_ARGUMENT
from evergraph.framework.errors import NOT_FOUND as NOT_FOUND
from evergraph.framework.errors import OK as OK
from evergraph.framework.errors import OUT_OF_RANGE as OUT_OF_RANGE
from evergraph.framework.errors import PERMISSION_DENIED as PERMISSION_DENIED
from evergraph.framework.errors import RESOURCE_EXHAUSTED as RESOURCE_EXHAUSTED
from evergraph.framework.errors import UNAUTHENTICATED as UNAUTHENTICATED
from evergraph.framework.errors import UNAVAILABLE as UNAVAILABLE
from evergraph.framework.errors import UNIMPLEMENTED as UNIMPLEMENTED
from evergraph.framework.errors import UNKNOWN as UNKNOWN
from evergraph.framework.errors import AbortedError as AbortedError
from evergraph.framework.errors import AlreadyExistsError as AlreadyExistsError
from evergraph.framework.errors import CancelledError as CancelledError
from evergraph.framework.errors import DataLossError as DataLossError
from evergraph.framework.errors import DeadlineExceededError as DeadlineExceededError
from evergraph.framework.errors import FailedPreconditionError as FailedPreconditionError
from evergraph.framework.errors import InternalError as InternalError
from evergraph.framework.errors import InvalidArgumentError as InvalidArgumentError
from evergraph.framework.errors import NotFoundError as NotFoundError
from evergraph.framework.errors import OpError as OpError
from evergraph.framework.errors import OutOfRangeError as OutOfRangeError
from evergraph.framework.errors import PermissionDeniedError as PermissionDeniedError
from evergraph.framework.errors import ResourceExhaustedError as ResourceExhaustedError
from evergraph.framework.errors import UnauthenticatedError as UnauthenticatedError
from evergraph.framework.errors import UnavailableError as UnavailableError
from evergraph.framework.errors import UnimplementedError as UnimplementedError
from evergraph.framework.errors import UnknownError as UnknownError
from evergraph.framework.errors import error_code_from_exception_type as error_code_from_exception_type
from evergraph.framework.errors import exception_type_from_error_code as exception_type_from_error_code

# -- end of contents --
