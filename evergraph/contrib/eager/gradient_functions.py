"""Functions that give the gradients of functions."""

import functools
import inspect
from collections.abc import Callable, Sequence

from evergraph.framework.conversion import convert_to_tensor
from evergraph.framework.public import public, public_module
from evergraph.framework.tensor import Tensor
from evergraph.gradients.tape import GradientTape

public_module("contrib.eager.python.tfe", "python.eager.backprop")


@public("contrib.eager.implicit_value_and_gradients", "python.eager.backprop.implicit_val_and_grad")
def implicit_value_and_gradients(f: Callable) -> Callable:
    """A function of the arguments of `f` that returns its value, and its gradients by all trainable variables it reads.

    Args:
      f: a function that returns a tensor or a list of tensors, of whose sum the gradients are taken.

    Returns:
      A function that returns (value, [(gradient, variable), ...]).

    Raises (when that is called):
      ValueError: `f` returns None, or no trainable variable was read.
    """

    @functools.wraps(f)
    def value_and_gradients(*args, **kwargs):
        with GradientTape() as tape:
            value = f(*args, **kwargs)
        if value is None:
            raise ValueError(
                f"Cannot differentiate a function that returns None; did you forget to return a value from {f!r}?"
            )
        variables = tape.watched_variables()
        if not variables:
            raise ValueError(
                f"No trainable variables were accessed while the function {f!r} was being computed."
            )
        return value, list(zip(tape.gradient(value, variables), variables))

    return value_and_gradients


@public("contrib.eager.implicit_gradients", "python.eager.backprop.implicit_grad")
def implicit_gradients(f: Callable) -> Callable:
    """`implicit_value_and_gradients` without the value: a function that returns [(gradient, variable), ...]."""
    value_and_gradients = implicit_value_and_gradients(f)
    return functools.wraps(f)(lambda *args, **kwargs: value_and_gradients(*args, **kwargs)[1])


@public("contrib.eager.value_and_gradients_function", "python.eager.backprop.val_and_grad_function")
def value_and_gradients_function(f: Callable, params: Sequence[int | str] | None = None) -> Callable:
    """A function of the arguments of `f` that returns its value, and its gradients by its arguments.

    Args:
      f: a function of tensors that returns a tensor or a list of tensors, of whose sum the gradients are taken.
      params: which arguments, by position or name; all when None.

    Returns:
      A function that returns (value, a list with a gradient, or None, for each of `params`). Its keyword argument `dy` is
      the gradient of the value.

    Raises:
      ValueError: an argument that `f` does not have, or one that is there twice.
    """
    positions = _positions(f, params)

    @functools.wraps(f)
    def value_and_gradients(*args, dy=None):
        wanted = list(range(len(args))) if positions is None else positions
        # An argument that is given twice is two tensors.
        args = [_own(each) if i in wanted else each for i, each in enumerate(args)]
        with GradientTape() as tape:
            for i in wanted:
                tape.watch(args[i])
            value = f(*args)
        if value is None:
            raise ValueError(
                f"Cannot differentiate a function that returns None; did you forget to return a value from {f!r}?"
            )
        return value, tape.gradient(value, [args[i] for i in wanted], None if dy is None else [dy])

    return value_and_gradients


@public("contrib.eager.gradients_function", "python.eager.backprop.gradients_function")
def gradients_function(f: Callable, params: Sequence[int | str] | None = None) -> Callable:
    """`value_and_gradients_function` without the value: a function that returns the list of gradients."""
    value_and_gradients = value_and_gradients_function(f, params)
    return functools.wraps(f)(lambda *args, dy=None: value_and_gradients(*args, dy=dy)[1])


def _own(value):
    if isinstance(value, Tensor) or not hasattr(value, "handle"):
        return convert_to_tensor(value) + 0
    return value


def _positions(f, params):
    if params is None:
        return None
    names = list(inspect.signature(f).parameters)
    positions = []
    for each in params:
        position = names.index(each) if each in names else each
        if not isinstance(position, int) or not 0 <= position < len(names):
            raise ValueError(f"parameter {each!r} is not one of {names}")
        if position in positions:
            raise ValueError(f"parameter {each!r} is there twice in params {params}")
        positions.append(position)
    return positions
