"""`custom_gradient`: a function with a gradient of its own."""

import contextlib
import functools
import inspect
from collections.abc import Callable

from evergraph.framework import dtypes
from evergraph.framework.bodies import origin_of
from evergraph.framework.collections import GraphKeys
from evergraph.framework.conversion import convert_to_tensor
from evergraph.framework.default_graph import get_default_graph
from evergraph.framework.execution import executing_eagerly
from evergraph.framework.public import public, public_module
from evergraph.gradients.tape import GradientTape
from evergraph.ops.array import identity_n

public_module("python.ops.custom_gradient", "python.ops.gradients")


@public("custom_gradient")
def custom_gradient(f: Callable) -> Callable:
    """Decorator: defines a function with its gradient.

    Args:
      f: function of tensors that returns (result, gradient function); the gradient function takes one gradient
        for each result and returns one for each argument.  If `f` uses trainable resource variables, the
        gradient function must take them as `variables` and return (gradients of the arguments, gradients of the
        variables).

    Returns:
      A function of the same arguments that returns the result (a tensor or list of tensors).

    Raises:
      ValueError: the gradient function returns another number of gradients than there are arguments or variables.
      TypeError: `f` makes reference variables, or uses variables of which its gradient function knows nothing.
    """

    @functools.wraps(f)
    def decorated(*args, **kwargs):
        if kwargs:
            raise ValueError(
                "custom_gradient functions take positional tensors only in a graph; bind the others with functools.partial"
            )
        arguments = [convert_to_tensor(a) for a in args]
        graph = get_default_graph()
        made_before = graph.version
        tape = GradientTape()
        with tape if executing_eagerly() else contextlib.nullcontext():
            result, gradient = f(*arguments)
        results = list(result) if isinstance(result, (list, tuple)) else [result]
        results = [convert_to_tensor(r) for r in results]
        variables = tape.watched_variables() if executing_eagerly() else _variables_used(graph, made_before)
        _check_takes_variables(f, gradient, variables)
        count = len(results)

        def gradient_of_identity(operation, *gradients):
            gradients = gradients[:count]
            if variables:
                found, of_variables = gradient(*gradients, variables=variables)
            else:
                found, of_variables = gradient(*gradients), []
            found, of_variables = _as_list(found), _as_list(of_variables)
            _check_count(f, found, arguments, "arguments")
            _check_count(f, of_variables, variables, "variables")
            return [None] * count + found + of_variables

        # The arguments and variables pass through beside the results: gradients go to them, and around what `f` did.
        outputs = identity_n([*results, *arguments, *(v.read_value() for v in variables)])
        operation = outputs[0].op
        operation.attrs["_gradient_function"] = gradient_of_identity
        outputs = outputs[:count]
        return outputs if isinstance(result, (list, tuple)) else outputs[0]

    return decorated


def _as_list(value):
    return list(value) if isinstance(value, (list, tuple)) else [value]


def _variables_used(graph, since):
    """The trainable resource variables that operations newer than `since` use."""
    new = [op for op in graph.get_operations() if op._id > since]
    made = [op for op in new if op.definition.role == "variable" and op.outputs[0].dtype._is_ref_dtype]
    reference = next((op for op in made if origin_of(op.outputs[0]).op is op), None)
    if reference is not None:
        raise TypeError(
            "variables used inside a custom_gradient function must be `ResourceVariable`s, and "
            f"{reference.name!r} is a reference variable: make it with use_resource=True"
        )
    used = {origin_of(t).op for op in new for t in op.input_tensors if t.dtype == dtypes.resource}
    return [v for v in graph.get_collection(GraphKeys.TRAINABLE_VARIABLES) if getattr(v, "op", None) in used]


def _check_takes_variables(f, gradient, variables):
    parameters = inspect.signature(gradient).parameters.values()
    takes = any(p.name == "variables" or p.kind == p.VAR_KEYWORD for p in parameters)
    if variables and not takes:
        raise TypeError(
            f"{getattr(f, '__name__', f)} uses the variables {[v.name for v in variables]}: its gradient function must "
            "take an argument `variables` and return (gradients of the arguments, gradients of the variables)"
        )


def _check_count(f, found, wanted, what):
    if len(found) != len(wanted):
        raise ValueError(
            f"the gradient function of {getattr(f, '__name__', f)} returned {len(found)} gradients for "
            f"{len(wanted)} {what}"
        )
