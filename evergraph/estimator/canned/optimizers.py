"""Optimizers by name."""

from typing import Any

from evergraph.framework.public import public, public_module
from evergraph.optimizers.adagrad import AdagradOptimizer
from evergraph.optimizers.adam import AdamOptimizer
from evergraph.optimizers.ftrl import FtrlOptimizer
from evergraph.optimizers.gradient_descent import GradientDescentOptimizer
from evergraph.optimizers.optimizer import Optimizer
from evergraph.optimizers.rmsprop import RMSPropOptimizer

public_module("python.estimator.canned.optimizers")

_BY_NAME = {
    "Adagrad": AdagradOptimizer,
    "Adam": AdamOptimizer,
    "Ftrl": FtrlOptimizer,
    "RMSProp": RMSPropOptimizer,
    "SGD": GradientDescentOptimizer,
}


@public()
def get_optimizer_instance(opt: Any, learning_rate: float | None = None) -> Optimizer:
    """An optimizer: the one that is given, or a new one of that name.

    Args:
      opt: an Optimizer, or one of "Adagrad", "Adam", "Ftrl", "RMSProp" and "SGD".
      learning_rate: of one that is made by name.

    Raises:
      ValueError: another name, a name without a rate, or no optimizer.
    """
    if isinstance(opt, str):
        if opt not in _BY_NAME:
            raise ValueError(f"Unsupported optimizer name: {opt}. Supported names are: {tuple(_BY_NAME)}")
        if not learning_rate:
            raise ValueError("learning_rate must be specified when opt is string.")
        return _BY_NAME[opt](learning_rate=learning_rate)
    if not isinstance(opt, Optimizer):
        raise ValueError(f"The given object is not an Optimizer instance. Given: {opt!r}")
    return opt
