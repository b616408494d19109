"""Branches that are chosen when the graph is made, where the condition is known then."""

from collections.abc import Callable, Sequence
from typing import Any

from evergraph.framework.public import public
from evergraph.framework.tensor import Tensor
from evergraph.framework.types import TensorLike
from evergraph.ops.control_flow import case as case_module
from evergraph.ops.control_flow import conditional
from evergraph.ops.inference import constant_value
from evergraph.ops.variables.reference import Variable


@public(
    "contrib.framework.smart_constant_value",
    "python.framework.smart_cond.smart_constant_value",
    "python.layers.utils.constant_value",
)
def smart_constant_value(pred: TensorLike) -> Any:
    """The value of a condition; None when it is known only when run, as that of a tensor or variable may be.

    Raises:
      TypeError: neither a bool, 0, 1, a tensor nor a variable.
    """
    if isinstance(pred, Tensor):
        value = constant_value(pred)
        return None if value is None else bool(value)
    if isinstance(pred, Variable):
        return None
    if pred in (0, 1):
        return bool(pred)
    raise TypeError(f"`pred` must be a Tensor, or a Python bool, or 1 or 0. Found instead: {pred!r}")


@public("contrib.framework.smart_cond", "python.layers.utils.smart_cond")
def smart_cond(
    pred: TensorLike,
    true_fn: Callable | None = None,
    false_fn: Callable | None = None,
    name: str | None = None,
) -> Any:
    """`tf.cond`, or just what the branch gives when the condition is known.

    Raises:
      TypeError: a branch that cannot be called, or a condition that is none.
    """
    if not callable(true_fn) or not callable(false_fn):
        what, branch = ("false_fn", false_fn) if callable(true_fn) else ("true_fn", true_fn)
        raise TypeError(f"`{what}` must be callable. Received: {branch!r}")
    known = smart_constant_value(pred)
    if known is None:
        return conditional.cond(pred, true_fn, false_fn, name=name)
    return true_fn() if known else false_fn()


@public("contrib.framework.smart_case", "python.framework.smart_cond.smart_case")
def smart_case(
    pred_fn_pairs: Sequence[tuple] | dict,
    default: Callable | None = None,
    exclusive: bool = False,
    name: str = "smart_case",
) -> Any:
    """`tf.case`, or just what a branch gives, when the conditions are known.

    Args:
      pred_fn_pairs: (condition, branch) pairs, or a dict of them.
      default: the branch where no condition holds.
      exclusive, name: as for `tf.case`.
    """
    pairs = list(pred_fn_pairs.items()) if isinstance(pred_fn_pairs, dict) else list(pred_fn_pairs)
    open_pairs = []  # those before the first that is known to hold, without those that are known not to
    for pred, branch in pairs:
        holds = smart_constant_value(pred)
        if holds:
            default = branch
            break
        if holds is None:
            open_pairs.append((pred, branch))
    if open_pairs:
        return case_module.case(open_pairs, default=default, exclusive=exclusive, name=name)
    if default is None:
        raise ValueError("no condition of smart_case holds, and there is no default")
    return default()
