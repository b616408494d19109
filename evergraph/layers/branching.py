"""Whether a layer trains: `training` is a Python value, or a tensor known only when run."""

from collections.abc import Callable
from typing import Any

from evergraph.framework.tensor import Tensor
from evergraph.framework.types import TensorLike
from evergraph.ops.control_flow.conditional import smart_cond
from evergraph.ops.inference import constant_value


def known_training(training: TensorLike) -> bool | None:
    """True or False; None when it is known only when run. None counts as False."""
    if training is None:
        return False
    if isinstance(training, Tensor):
        value = constant_value(training)
        return None if value is None else bool(value)
    return bool(training) if isinstance(training, (bool, int)) else None


def when_training(training: TensorLike, true_fn: Callable, false_fn: Callable) -> Any:
    """What `true_fn` returns when `training`, else what `false_fn` returns."""
    known = known_training(training)
    return smart_cond(training if known is None else known, true_fn, false_fn)
