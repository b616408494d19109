"""`Defun`: a function of tensors of given types, which may have a gradient of its own."""

import collections
import inspect
import re
from collections.abc import Callable
from typing import Any

from evergraph.framework import dtypes
from evergraph.framework.conversion import convert_to_tensor
from evergraph.framework.default_graph import name_scope
from evergraph.framework.public import public, public_module
from evergraph.framework.shapes import as_shape
from evergraph.gradients.custom_gradient import custom_gradient
from evergraph.ops.array import identity_n
from evergraph.ops.control_flow.grouping import group

public_module("python.framework.function")

# What a gradient function in Python sees of a call: its tensors.
Call = collections.namedtuple("Call", ["name", "type", "inputs", "outputs"])


def _call_it(operation, name):
    """Gives the operation that passes results on the type that a call has in TensorFlow: the function's name.

    A GraphDef has what it really is, as no library holds the function.
    """
    operation.attrs["_exported_type"] = operation.type
    operation.type = name


class DefinedFunction:
    """A function of tensors, made by `Defun`: what it does is recorded at each call.

    Args:
      function: the function of tensors; it returns a tensor, several, or None.
      types: the DTypes of its arguments; those of what it is called with when empty.
      name: its name.
      grad_func: a DefinedFunction of the arguments and the gradients of the results, which gives the gradients of the
        arguments.
      python_grad_func: `f(call, *gradients)` that gives them; `call` has `inputs` and `outputs`.
      shape_func: `f(call)` that gives the static shapes of the results.
    """

    def __init__(
        self,
        function: Callable,
        types: tuple,
        name: str,
        grad_func: Callable | None,
        python_grad_func: Callable | None,
        shape_func: Callable | None,
    ) -> None:
        self._function = function
        self._types = types
        self._name = name
        self._grad_func = grad_func
        self._python_grad_func = python_grad_func
        self._shape_func = shape_func
        self.__name__, self.__doc__ = name, function.__doc__

    @property
    def name(self) -> str:
        """The function's name."""
        return self._name

    @property
    def declared_input_types(self) -> tuple:
        """The DTypes of the arguments, as they were given."""
        return self._types

    def __call__(self, *args: Any, name: str | None = None, **kwargs: Any) -> Any:
        """What the function gives for tensors.

        Args:
          *args: what can be converted to tensors of the declared types.
          name: the name scope; the function's name when None.
          **kwargs: `noinline` and other hints of TensorFlow's, without effect.

        Returns:
          A tensor, a tuple of several, or an operation where the function gives none.

        Raises:
          ValueError: another number of arguments.
          TypeError: an argument of another type.
        """
        if self._types and len(args) != len(self._types):
            raise ValueError(f"{self._name} takes {len(self._types)} arguments, got {len(args)}")
        with name_scope(name or self._name, values=list(args)) as scope:
            wanted = self._types or (None,) * len(args)
            inputs = [convert_to_tensor(value, dtype) for value, dtype in zip(args, wanted, strict=True)]
            found = self._differentiable(scope)(*inputs) if self._has_gradient else self._function(*inputs)
            if found is None:
                return group(*inputs)
            results = list(found) if isinstance(found, (list, tuple)) else [found]
            results = [convert_to_tensor(each) for each in results]
            if not results:
                return ()
            if not self._has_gradient:  # with one, they already are of an operation of their own
                results = identity_n(results)
            _call_it(results[0].op, self._name)
            if self._shape_func is not None:
                shapes = self._shape_func(Call(scope, self._name, inputs, results))
                for result, shape in zip(results, shapes, strict=True):
                    result.set_shape(as_shape(shape))
            return results[0] if len(results) == 1 else tuple(results)

    @property
    def _has_gradient(self):
        return self._grad_func is not None or self._python_grad_func is not None

    def _differentiable(self, scope):
        """The function with its gradient."""

        @custom_gradient
        def function(*inputs):
            found = self._function(*inputs)
            results = list(found) if isinstance(found, (list, tuple)) else [found]

            def gradient(*flows):
                if self._grad_func is not None:
                    return self._grad_func(*inputs, *flows)
                assert self._python_grad_func is not None  # one of them is there
                return self._python_grad_func(Call(scope, self._name, list(inputs), results), *flows)

            return results, gradient

        return function


@public()
class Defun:
    """Decorator: makes a Python function of tensors one that takes tensors of given types.

        @function.Defun(tf.float32, tf.float32)
        def both(x, y):
            return x + y, x - y

        total, difference = both(a, b)

    TensorFlow adds the function to a library of the graph, and each call is an operation, whose type is the function's name;
    here what the function does is recorded at each call, and an operation of that type passes the results on.

    Args:
      *input_types: the DTypes of the arguments; none for those of what it is called with.
      func_name: the function's name; that of the Python function when None.
      grad_func, python_grad_func, shape_func: see `DefinedFunction`; one gradient at most.
      out_names, noinline, compiled and other hints: accepted, without effect.

    Raises:
      ValueError: two gradients.
    """

    def __init__(self, *input_types: Any, **kwargs: Any) -> None:
        self._types = tuple(dtypes.as_dtype(each) for each in input_types)
        self._options = {key: kwargs.get(key) for key in ("grad_func", "python_grad_func", "shape_func")}
        self._name = kwargs.get("func_name")
        if self._options["grad_func"] is not None and self._options["python_grad_func"] is not None:
            raise ValueError("Gradient defined twice: give grad_func or python_grad_func, not both")

    def __call__(self, func: Callable) -> DefinedFunction:
        """The function, defined.

        Raises:
          ValueError: no function, one with default values or keywords, or with another number of arguments than there are types.
        """
        if not callable(func):
            raise ValueError(f"func {func!r} must be callable")
        parameters = inspect.signature(func).parameters.values()
        if any(p.kind == p.VAR_KEYWORD or p.default is not p.empty for p in parameters):
            raise ValueError("Functions with argument defaults or keyword arguments are not supported.")
        takes_more = any(p.kind == p.VAR_POSITIONAL for p in parameters)
        least = len(parameters) - takes_more
        if self._types and (len(self._types) < least or len(self._types) > least and not takes_more):
            raise ValueError(
                f"{func.__name__} takes {least} arguments, and {len(self._types)} types are given"
            )
        name = self._name or re.sub(r"\W", "", func.__name__)
        return DefinedFunction(func, self._types, name, **self._options)
