"""Updates of variables, gradients, and functions that run in the session of Keras."""

import inspect
from collections.abc import Sequence
from typing import Any

from evergraph.framework.composite import SparseTensor, SparseTensorValue
from evergraph.framework.default_graph import control_dependencies, name_scope
from evergraph.framework.public import public, public_module
from evergraph.framework.structures import flatten
from evergraph.framework.tensor import Tensor
from evergraph.framework.types import TensorLike
from evergraph.gradients.gradients import gradients as graph_gradients
from evergraph.keras.backend.session import get_session
from evergraph.ops import constants
from evergraph.ops.control_flow.grouping import group
from evergraph.ops.variables.reference import Variable
from evergraph.optimizers.moving_averages import assign_moving_average
from evergraph.session.session import Session

public_module("python.keras.backend")


@public("keras.backend.update")
def update(x: Any, new_x: TensorLike) -> Any:
    """Gives a variable a new value, of its shape and dtype."""
    return x.assign(new_x)


@public("keras.backend.update_add")
def update_add(x: Any, increment: TensorLike) -> Any:
    """Adds to a variable what is of its shape and dtype."""
    return x.assign_add(increment)


@public("keras.backend.update_sub")
def update_sub(x: Any, decrement: TensorLike) -> Any:
    """Subtracts from a variable what is of its shape and dtype."""
    return x.assign_sub(decrement)


@public("keras.backend.moving_average_update")
def moving_average_update(x: Any, value: TensorLike, momentum: TensorLike) -> Any:
    """Moves a variable towards `value`: `x * momentum + value * (1 - momentum)`.

    `value` has its shape and dtype, `momentum` is a scalar.
    """
    return assign_moving_average(x, value, momentum, zero_debias=True)


@public("keras.backend.gradients")
def gradients(loss: Any, variables: Any) -> list:
    """The gradients of `loss` with respect to the variables."""
    return graph_gradients(loss, variables, colocate_gradients_with_ops=True)


@public("keras.backend.stop_gradient")
def stop_gradient(variables: Any) -> Any:
    """The tensor, or the tensors of a list, as constants to gradients."""
    if isinstance(variables, (list, tuple)):
        return [constants.stop_gradient(each) for each in variables]
    return constants.stop_gradient(variables)


@public()
class Function:
    """Runs outputs and updates in the session of Keras.

    Args:
      inputs: the tensors that a call feeds, in order.
      outputs: the tensors whose values a call returns.
      updates: operations, tensors, or `(variable, new value)` pairs to run after the outputs are computed.
      name: of the scope of the operations made here.
      **session_kwargs: `feed_dict` and `fetches` join those of each run; `options` and `run_metadata` are passed on.

    Raises:
      TypeError: inputs, outputs or updates that are no lists.
    """

    takes_phase: bool  # whether it is fed the learning phase, after its inputs

    def __init__(
        self,
        inputs: Sequence[Any],
        outputs: Sequence[Any],
        updates: Sequence[Any] | None = None,
        name: str | None = None,
        **session_kwargs: Any,
    ) -> None:
        updates = updates or []
        for what, given in (("inputs", inputs), ("outputs", outputs), ("updates", updates)):
            if not isinstance(given, (list, tuple)):
                raise TypeError(f"`{what}` of a Keras function should be a list or tuple, got {given!r}")
        self.inputs = flatten(list(inputs))
        self.outputs = list(outputs)
        self.name = name
        self.feed_dict = session_kwargs.pop("feed_dict", {}) or {}
        self.fetches = session_kwargs.pop("fetches", []) or []
        if not isinstance(self.fetches, list):
            self.fetches = [self.fetches]
        self.session_kwargs = session_kwargs
        tensors = [each for each in self.outputs if isinstance(each, Tensor)]
        with control_dependencies(tensors[:1]):
            made = []
            for each in updates:
                if isinstance(each, tuple):
                    variable, value = each
                    made.append(variable.assign(value))
                else:
                    made.append(each)
            with name_scope(name or "keras_function"):
                self.updates_op = group(*[getattr(each, "op", each) for each in made])

    def __call__(self, inputs: Sequence[Any]) -> list:
        """The values of the outputs; TypeError when `inputs` is no list."""
        if not isinstance(inputs, (list, tuple)):
            raise TypeError(f"`inputs` should be a list or tuple, got {type(inputs).__name__}")
        session = get_session()
        feeds = dict(self.feed_dict)
        for tensor, value in zip(self.inputs, inputs):
            if value is not None:
                if isinstance(tensor, SparseTensor):
                    value = _sparse_value(value)
                elif hasattr(value, "toarray"):  # a sparse matrix of SciPy
                    value = value.toarray()
                feeds[tensor] = value
        symbolic = {tensor: value for tensor, value in feeds.items() if isinstance(value, (Tensor, Variable))}
        if symbolic:  # a tensor that is fed with a tensor takes its value first
            feeds.update(zip(symbolic, session.run(list(symbolic.values()))))
        fetched = session.run(
            [*self.outputs, self.updates_op, *self.fetches], feed_dict=feeds, **self.session_kwargs
        )
        return fetched[: len(self.outputs)]


def _sparse_value(value):
    if not hasattr(value, "tocoo"):
        return value
    found = value.tocoo()
    return SparseTensorValue(
        [[int(row), int(column)] for row, column in zip(found.row, found.col)], found.data, found.shape
    )


@public("keras.backend.function")
def function(
    inputs: Sequence[Any], outputs: Sequence[Any], updates: Sequence[Any] | None = None, **kwargs: Any
) -> Function:
    """A `Function`; ValueError for an argument that neither it nor `Session.run` takes."""
    known = {*inspect.signature(Session.run).parameters, *inspect.signature(Function.__init__).parameters}
    for key in kwargs:
        if key not in known:
            raise ValueError(
                f'Invalid argument "{key}" passed to K.function with TensorFlow backend: choose from {sorted(known)}'
            )
    return Function(inputs, outputs, updates=updates, **kwargs)
