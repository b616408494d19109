"""`case`: the first of several bodies whose condition holds."""

from typing import Any

from evergraph.framework.conversion import convert_to_tensor
from evergraph.framework.default_graph import control_dependencies, name_scope
from evergraph.framework.public import public, public_module
from evergraph.framework.tensor import Tensor
from evergraph.ops.assertion import Assert
from evergraph.ops.control_flow.conditional import cond

public_module("python.ops.control_flow_ops")


@public("case")
def case(
    pred_fn_pairs: Any,
    default: Any = None,
    exclusive: bool = False,
    strict: bool = False,
    name: str | None = "case",
) -> Any:
    """The result of the first function whose predicate is true.

    Args:
      pred_fn_pairs: a list of (bool scalar tensor, function) pairs, or a dict of these.
      default: the function to call when no predicate is true; without it that is an error of the run.
      exclusive: whether more than one true predicate is an error of the run.
      strict: keep a list of one element a list.
      name: the name scope.

    Raises:
      TypeError: a pair of the wrong kind, or a function that is not callable.
    """
    pairs = _checked_pairs(pred_fn_pairs, exclusive)
    with name_scope(name, "case", [p for p, _ in pairs]):
        predicates = [p for p, _ in pairs]
        checks = [_at_most_one(predicates)] if exclusive else []
        functions = [f for _, f in pairs]
        if default is None:
            checks.append(_at_least_one(predicates))
            default, functions, predicates = functions[-1], functions[:-1], predicates[:-1]
        elif not callable(default):
            raise TypeError("default must be callable.")
        result = default
        for predicate, function in reversed(list(zip(predicates, functions))):
            result = _branch(predicate, function, result, strict)
        with control_dependencies(checks):
            return result()


def _branch(predicate, function, otherwise, strict):
    return lambda: cond(predicate, function, otherwise, strict=strict)


def _checked_pairs(pairs, exclusive):
    if isinstance(pairs, dict):
        pairs = sorted(pairs.items(), key=lambda item: item[0].name) if exclusive else list(pairs.items())
    if not isinstance(pairs, (list, tuple)):
        raise TypeError(f"pred_fn_pairs must be a list, tuple, or dict, got {pairs!r}")
    checked = []
    for pair in pairs:
        if not isinstance(pair, tuple):
            raise TypeError("Each entry in pred_fn_pairs must be a tuple, got " + repr(pair))
        if len(pair) != 2:
            raise ValueError("Each tuple in pred_fn_pairs must have length 2, got " + repr(pair))
        predicate, function = pair
        if not isinstance(predicate, Tensor) or predicate.dtype.name != "bool":
            raise TypeError(f"pred must be Tensor of type bool: {predicate!r}")
        if not callable(function):
            raise TypeError(f"fn for pred {predicate.name} must be callable.")
        checked.append((convert_to_tensor(predicate), function))
    return checked


def _any_of(predicates):
    total = predicates[0]
    for predicate in predicates[1:]:
        total = total | predicate
    return total


def _at_least_one(predicates):
    return Assert(
        _any_of(predicates), ["None of the conditions of tf.case holds, and it has no default:", *predicates]
    )


def _at_most_one(predicates):
    clash = None
    for i, first in enumerate(predicates):
        for second in predicates[i + 1 :]:
            both = first & second
            clash = both if clash is None else clash | both
    if clash is None:
        clash = predicates[0] & ~predicates[0]
    return Assert(
        ~clash,
        ["Input error: exclusive=True: More than one condition evaluated as True. Conditions:", *predicates],
    )
