"""Layers one after another, and gradients that are scaled on their way back."""

from collections.abc import Callable, Sequence
from typing import Any

from evergraph.framework.conversion import convert_to_tensor
from evergraph.framework.public import public, public_module
from evergraph.framework.tensor import Tensor
from evergraph.framework.types import TensorLike
from evergraph.gradients.custom_gradient import custom_gradient
from evergraph.ops import constants
from evergraph.ops.variables.scope import variable_scope

public_module("contrib.layers.python.layers.layers")


def _name_of(layer, otherwise):
    name = getattr(layer, "__name__", None) or getattr(getattr(layer, "func", None), "__name__", None)
    return name or otherwise


@public("contrib.layers.repeat")
def repeat(inputs: TensorLike, repetitions: int, layer: Callable, *args: Any, **kwargs: Any) -> Tensor:
    """The same layer several times, each on the outputs of the one before.

    Args:
      inputs: the inputs of the first, of a shape and dtype that the layer takes.
      repetitions: how many.
      layer: a function with a `scope` argument.
      *args, **kwargs: its other arguments. `scope` is the variable scope of all; each is in `{scope}_1`, `{scope}_2`, ... in it,
        after the layer's name when none is given.
    """
    scope = kwargs.pop("scope", None)
    with variable_scope(scope, "Repeat", [inputs]):
        outputs = convert_to_tensor(inputs)
        name = _name_of(layer, "repeat") if scope is None else scope
        for index in range(repetitions):
            outputs = layer(outputs, *args, **{**kwargs, "scope": f"{name}_{index + 1}"})
        return outputs


@public("contrib.layers.stack")
def stack(inputs: TensorLike, layer: Callable, stack_args: Sequence[Any], **kwargs: Any) -> Tensor:
    """The same layer with different arguments, each on the outputs of the one before.

    Args:
      inputs: the inputs of the first, of a shape and dtype that the layer takes.
      layer: a function with a `scope` argument.
      stack_args: the arguments of each, a list or tuple where there are several.
      **kwargs: arguments of all; `scope` as for `repeat`.

    Raises:
      ValueError: `stack_args` is no list or tuple.
    """
    scope = kwargs.pop("scope", None)
    if not isinstance(stack_args, (list, tuple)):
        raise ValueError(f"stack_args need to be a list or tuple. Received: {stack_args!r}")
    with variable_scope(scope, "Stack", [inputs]):
        outputs = convert_to_tensor(inputs)
        name = _name_of(layer, "stack") if scope is None else scope
        for index, each in enumerate(stack_args):
            arguments = each if isinstance(each, (list, tuple)) else [each]
            outputs = layer(outputs, *arguments, **{**kwargs, "scope": f"{name}_{index + 1}"})
        return outputs


@public("contrib.layers.scale_gradient")
def scale_gradient(inputs: TensorLike, gradient_multiplier: TensorLike) -> Tensor:
    """The inputs; their gradient is multiplied by `gradient_multiplier`, a scalar."""

    @custom_gradient
    def scaled(value, multiplier):
        return constants.identity(value), lambda grad: (grad * multiplier, None)

    return scaled(convert_to_tensor(inputs), convert_to_tensor(gradient_multiplier))
