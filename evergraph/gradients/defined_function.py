"""`Defun`: a Python function as a function of a graph, which may have a gradient of its own."""

import dataclasses
from collections.abc import Callable, Sequence
from typing import Any

from evergraph.framework import dtypes
from evergraph.framework.conversion import convert_to_tensor
from evergraph.framework.default_graph import name_scope
from evergraph.framework.public import public, public_module
from evergraph.framework.tensor import Tensor
from evergraph.framework.types import DTypeLike
from evergraph.ops.array import identity_n

public_module("python.framework.function")


@dataclasses.dataclass(frozen=True)
class Call:
    """One call of a function, as its gradient function sees it: what it has of an Operation.

    Attributes:
      name, type: the scope of its operations, and the function's name.
      inputs: the arguments, as tensors.
      outputs: the results.
    """

    name: str
    type: str
    inputs: Sequence[Tensor]
    outputs: Sequence[Tensor]


class DefinedFunction:
    """What `Defun` makes of a function. A call records the function's operations where it stands.

    Attributes:
      name: the function's name.
    """

    def __init__(
        self,
        func: Callable,
        input_types: Sequence[dtypes.DType],
        name: str,
        grad_func: Callable | None,
        python_grad_func: Callable | None,
    ) -> None:
        self._func, self._types, self.name = func, input_types, name
        self._grad_func, self._python_grad_func = grad_func, python_grad_func

    def __call__(self, *args: Any, name: str | None = None) -> Any:
        """The results, a tensor or a list of tensors; for none the last operation that ran.

        Raises:
          ValueError: another number of arguments than there are types.
          TypeError, ValueError: an argument of another type.
        """
        if self._types and len(args) != len(self._types):
            raise ValueError(f"{self.name} takes {len(self._types)} arguments, got {len(args)}")
        types = self._types or [None] * len(args)
        with name_scope(name, self.name, args) as scope:
            arguments = [convert_to_tensor(a, t) for a, t in zip(args, types)]
            result = self._func(*arguments)
            if result is None:
                return None
            results = [
                convert_to_tensor(r) for r in (result if isinstance(result, (list, tuple)) else [result])
            ]
            if self._grad_func is not None or self._python_grad_func is not None:
                results = self._with_gradient(scope[:-1], arguments, results)
        return results if len(results) != 1 else results[0]

    def _with_gradient(self, scope, arguments, results):
        """The results, passed on by an operation that the arguments go through too: gradients take this way."""
        count = len(results)

        def gradient(operation, *flows):
            if self._grad_func is not None:
                found = self._grad_func(*arguments, *flows[:count])
            else:
                call = Call(scope, self.name, arguments, operation.outputs[:count])
                found = self._python_grad_func(call, *flows[:count])  # pyright: ignore[reportOptionalCall] (one is there)
            found = list(found) if isinstance(found, (list, tuple)) else [found]
            if len(found) != len(arguments):
                raise ValueError(
                    f"the gradient of the function {self.name} gave {len(found)} gradients for {len(arguments)} arguments"
                )
            return [None] * count + found

        outputs = identity_n([*results, *arguments])
        outputs[0].op.attrs["_gradient_function"] = gradient
        return outputs[:count]


@public()
class Defun:
    """Decorator of a function that records operations.

        @function.Defun(tf.float32)
        def hard_tanh(x):
            return tf.minimum(1.0, tf.maximum(-1.0, x))

    Args:
      *input_types: the DType of each argument; those of what it is called with when there are none.
      func_name: its name; that of the Python function when None.
      grad_func: a function of the arguments and then the gradients of the results that returns the arguments' gradients.
      python_grad_func: such a function of an operation (with `inputs` and `outputs`) and the gradients of the results, as for
        `tf.RegisterGradient`.
      out_names, shape_func: accepted; what the results are follows from the operations.
      **kwargs: attributes of the function, such as `noinline`; without effect.

    Raises:
      ValueError: both gradients.
    """

    def __init__(
        self,
        *input_types: DTypeLike,
        func_name: str | None = None,
        grad_func: Callable | None = None,
        python_grad_func: Callable | None = None,
        out_names: Sequence[str] | None = None,
        shape_func: Callable | None = None,
        **kwargs: Any,
    ) -> None:
        if grad_func is not None and python_grad_func is not None:
            raise ValueError("Defun takes one of grad_func and python_grad_func, got both")
        self._types = [dtypes.as_dtype(t) for t in input_types]
        self._name, self._gradients = func_name, (grad_func, python_grad_func)

    def __call__(self, func: Callable) -> DefinedFunction:
        """The function, made one of a graph. ValueError for something that cannot be called."""
        if not callable(func):
            raise ValueError(f"func must be callable, got {func!r}")
        name = self._name or getattr(func, "__name__", type(func).__name__)
        return DefinedFunction(func, self._types, name.strip("_<>") or "function", *self._gradients)
