"""Python inside the graph: `py_func` and `Print`."""

import itertools
import sys
import traceback
import weakref
from collections.abc import Callable, Sequence
from typing import Any

import numpy as np

from evergraph.framework import dtypes, errors
from evergraph.framework.conversion import convert_to_tensor
from evergraph.framework.default_graph import name_scope
from evergraph.framework.operation import Operation
from evergraph.framework.public import public
from evergraph.framework.tensor import Tensor
from evergraph.framework.types import DTypeLike, TensorLike
from evergraph.framework.values import to_numpy
from evergraph.ops.registry import HostDefinition, host_op

_tokens = itertools.count()
_functions = weakref.WeakValueDictionary()  # token: _Function, as long as an operation has it

_EXCEPTIONS = (
    (StopIteration, errors.OutOfRangeError),
    (ValueError, errors.InvalidArgumentError),
    (TypeError, errors.InvalidArgumentError),
    (MemoryError, errors.ResourceExhaustedError),
    (NotImplementedError, errors.UnimplementedError),
)


def error_of_function(error: Exception, operation: Operation | None) -> errors.OpError:
    """What a run raises where a Python function that it calls has raised: the kind that fits, with the function's lines."""
    kind = next((k for python, k in _EXCEPTIONS if isinstance(error, python)), errors.UnknownError)
    frames = error.__traceback__
    while frames is not None and frames.tb_frame.f_code.co_filename == __file__:  # what called it
        frames = frames.tb_next
    lines = "".join(traceback.format_exception(type(error), error, frames))
    return kind(None, operation, f"{type(error).__name__}: {error}\n{lines}")


def _run_function(run, function, arguments, types):
    operation = run.operation
    try:
        results = function(*[_argument(a) for a in arguments])
    except errors.OpError:
        raise
    except Exception as error:
        raise error_of_function(error, operation) from error
    finally:
        run.operation = operation
    if not types:
        return []
    if not isinstance(results, (list, tuple)):
        results = [results]
    if len(results) != len(types):
        raise errors.InvalidArgumentError(
            None, operation, f"the function returned {len(results)} values, Tout names {len(types)} types"
        )
    return [_result(r, t, i, operation) for i, (r, t) in enumerate(zip(results, types))]


def _argument(array):
    """A copy of the caller's own; a scalar as NumPy's scalar (a string as bytes), as TensorFlow passes it."""
    array = np.array(array)
    return array[()] if array.ndim == 0 else array


def _result(value, dtype, index, operation):
    array = to_numpy(value, dtype) if dtype == dtypes.string else np.asarray(value)
    if array.dtype.kind == "V" and array.dtype.names or array.dtype.kind == "O" and dtype != dtypes.string:
        what = f"numpy type {array.dtype}" if array.dtype.names else f"object type {type(value).__name__}"
        raise errors.UnimplementedError(
            None,
            operation,
            f"Unsupported {what}: {index}-th value returned by the function, expects {dtype.name}",
        )
    wanted = dtype.as_numpy_dtype
    if dtype != dtypes.string and array.dtype != wanted:
        if isinstance(value, (np.ndarray, np.generic)) or array.dtype.kind != np.dtype(wanted).kind:
            raise errors.InvalidArgumentError(
                None,
                operation,
                f"{index}-th value returned by the function is {array.dtype}, but expects {dtype.name}",
            )
        array = array.astype(wanted)
    return array


class PyFuncDefinition(HostDefinition):
    """A Python function: a GraphDef holds its token only, so it can be imported where the function lives."""

    calls_user_code = True

    def attributes_from_import(self, attrs, inputs, nodes):
        return {**attrs, "_function": _functions.get(attrs["token"], _Lost(attrs["token"]))}


class _Function:
    """A function that a token names."""

    def __init__(self, function):
        self.function = function

    def __call__(self, *arguments):
        return self.function(*arguments)


class _Lost:
    """Stands for a function of another program."""

    def __init__(self, token):
        self.token = token

    def __call__(self, *arguments):
        raise ValueError(
            f"the Python function {self.token!r} is not known: a GraphDef does not hold what tf.py_func calls, "
            "build that part of the graph again"
        )


def _py_func(run, input, *, token, _function, Tout):  # noqa: A002
    return _run_function(run, _function, input, Tout)


py_func_op = PyFuncDefinition(
    "PyFunc",
    "input: [Tin] -> output: [Tout]",
    _py_func,
    kind="host",
    stateful=True,
    differentiable=False,
    python_name="py_func_op",
)
py_func_stateless_op = PyFuncDefinition(
    "PyFuncStateless",
    "input: [Tin] -> output: [Tout]",
    _py_func,
    kind="host",
    differentiable=False,
    python_name="py_func_stateless_op",
)


@public("py_func", "python.ops.script_ops.py_func")
def py_func(
    func: Callable[..., Any],
    inp: Sequence[TensorLike],
    Tout: DTypeLike | Sequence[DTypeLike],  # noqa: N803 (TensorFlow's name)
    stateful: bool = True,
    name: str | None = None,
) -> Any:
    """A Python function as an operation of the graph, called with NumPy arrays while a session runs.

    Args:
      func: function of as many arrays as `inp` has; returns an array or list of arrays.
      inp: a list of tensors.
      Tout: the dtype of its result, or a list of dtypes.
      stateful: whether it may return something else for the same inputs.
      name: the operation's name.

    Returns:
      A tensor, or a list of tensors when `Tout` is a list (the Operation when it is empty and `stateful`).

    Raises (when it runs):
      tf.errors.InvalidArgumentError: it returned another number or type of values, or raised TypeError or
        ValueError; other exceptions are mapped alike (StopIteration to OutOfRangeError), unknown ones to
        UnknownError.
    """
    if not callable(func):
        raise ValueError(f"py_func expects func to be callable, got {func!r}")
    is_list = isinstance(Tout, (list, tuple))
    types = [dtypes.as_dtype(t) for t in (Tout if is_list else [Tout])]
    definition = py_func_op if stateful else py_func_stateless_op
    attrs = {"token": f"pyfunc_{next(_tokens)}", "_function": _Function(func), "Tout": types}
    _functions[attrs["token"]] = attrs["_function"]
    operation = definition.record([[convert_to_tensor(i) for i in inp]], attrs, name or "PyFunc")
    if not is_list:
        return operation.outputs[0]
    return list(operation.outputs) if types or not stateful else operation


@public("numpy_function")
def numpy_function(
    func: Callable[..., Any],
    inp: Sequence[TensorLike],
    Tout: DTypeLike | Sequence[DTypeLike],  # noqa: N803 (TensorFlow's name)
    name: str | None = None,
) -> Any:
    """`py_func` of a function that may return something else each time; arguments, result and errors are the same."""
    return py_func(func, inp, Tout, stateful=True, name=name)


def _format(array, summarize):
    array = np.asarray(array)
    if array.ndim == 0:
        return f"[{_element(array[()])}]"
    flat = array.ravel()[: summarize if summarize >= 0 else None]
    return "[" + " ".join(_element(x) for x in flat) + ("..." if flat.size < array.size else "") + "]"


def _element(value):
    return value.decode("utf-8", "replace") if isinstance(value, bytes) else str(value)


def _first_shape(operation):
    return operation.input_tensors[0].shape


def _gradient_of_first(operation, gradient):
    return [gradient] + [None] * (len(operation.input_tensors) - 1)


@host_op(
    "Print",
    "input: T, data: [U] -> output: T",
    stateful=True,
    shape=_first_shape,
    fallible=False,
    gradient=_gradient_of_first,
)
def print_op(run, input, data, *, message="", first_n=-1, summarize=3):  # noqa: A002
    counter = run.resource(lambda: itertools.count())
    if first_n < 0 or next(counter) < first_n:
        print(message + "".join(_format(d, summarize) for d in data), file=sys.stderr)
    return input


@public("Print", "python.ops.logging_ops.Print")
def Print(  # noqa: N802
    input_: TensorLike,
    data: Sequence[TensorLike],
    message: str | None = None,
    first_n: int | None = None,
    summarize: int | None = None,
    name: str | None = None,
) -> Tensor:
    """`input_`, and prints `data` to standard error whenever it is computed.

    Args:
      input_: the tensor to pass on.
      data: a list of tensors to print.
      message: a prefix.
      first_n: print only that many times; always when None or negative.
      summarize: how many elements of each tensor to print (3); all when negative.
      name: the operation's name.
    """
    with name_scope(name, "Print", [input_, *data]) as scope:
        return print_op(
            input_,
            [convert_to_tensor(d) for d in data],
            message=message or "",
            first_n=-1 if first_n is None else first_n,
            summarize=3 if summarize is None else summarize,
            name=scope,
        )
