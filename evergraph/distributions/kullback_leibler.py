"""How far one distribution is from another: the table of what is known in closed form, by the classes of both."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from evergraph.framework.default_graph import control_dependencies, name_scope
from evergraph.framework.public import public, public_module
from evergraph.framework.tensor import Tensor
from evergraph.ops import constants
from evergraph.ops import math as math_ops
from evergraph.ops.assertion import Assert

public_module("python.ops.distributions.kullback_leibler")

_DIVERGENCES: dict[tuple[type, type], Callable] = {}


def _registered_kl(type_a: type, type_b: type) -> Callable | None:
    """The function of the nearest pair of base classes: the sum of both distances counts, then the first class's."""
    found = [
        (steps_a + steps_b, steps_a, _DIVERGENCES[parent_a, parent_b])
        for steps_a, parent_a in enumerate(type_a.__mro__)
        for steps_b, parent_b in enumerate(type_b.__mro__)
        if (parent_a, parent_b) in _DIVERGENCES
    ]
    return min(found, key=lambda row: row[:2])[2] if found else None


@public("distributions.kl_divergence", "contrib.distributions.kl_divergence")
def kl_divergence(
    distribution_a: Any, distribution_b: Any, allow_nan_stats: bool = True, name: str | None = None
) -> Tensor:
    """The Kullback-Leibler divergence `E_a[log(a(x) / b(x))]`, in nats.

    Args:
      distribution_a: a Distribution, which the expectation is over.
      distribution_b: a Distribution.
      allow_nan_stats: whether the result may hold NaN; else a NaN raises InvalidArgumentError in the run.
      name: a name for the operations.

    Returns:
      A tensor of the batch shapes' common shape.

    Raises:
      NotImplementedError: nothing is registered for the two classes (`RegisterKL`).
    """
    function = _registered_kl(type(distribution_a), type(distribution_b))
    if function is None:
        raise NotImplementedError(
            f"No KL(distribution_a || distribution_b) registered for distribution_a type "
            f"{type(distribution_a).__name__} and distribution_b type {type(distribution_b).__name__}: register one with "
            "tf.distributions.RegisterKL, or average log_prob differences over samples"
        )
    with name_scope("KullbackLeibler"):
        divergence = function(distribution_a, distribution_b, name=name)
        if allow_nan_stats:
            return divergence
        divergence = constants.identity(divergence, name="kl")
        is_number = math_ops.logical_not(math_ops.reduce_any(math_ops.is_nan(divergence)))
        said = (
            f"KL calculation between {distribution_a.name} and {distribution_b.name} returned NaN values (and was called "
            "with allow_nan_stats=False). Values:"
        )
        with control_dependencies([Assert(is_number, [said, divergence])]):
            return constants.identity(divergence, name="checked_kl")


@public()
def cross_entropy(ref: Any, other: Any, allow_nan_stats: bool = True, name: str | None = None) -> Tensor:
    """`E_ref[-log other(x)]`, in nats: the entropy of `ref` and its divergence from `other`."""
    with name_scope(name, "cross_entropy"):
        return ref.entropy() + kl_divergence(ref, other, allow_nan_stats=allow_nan_stats)


@public("distributions.RegisterKL", "contrib.distributions.RegisterKL")
class RegisterKL:
    """A decorator that enters a function of two distributions and a `name` as the divergence of their classes.

    Args:
      dist_cls_a: the class of the first distribution; its subclasses count where nothing nearer is registered.
      dist_cls_b: the class of the second.
    """

    def __init__(self, dist_cls_a: type, dist_cls_b: type) -> None:
        self._key = (dist_cls_a, dist_cls_b)

    def __call__(self, kl_fn: Callable) -> Callable:
        """Enters `kl_fn` and returns it.

        Raises:
          TypeError: it cannot be called.
          ValueError: the pair of classes has one.
        """
        if not callable(kl_fn):
            raise TypeError(f"kl_fn must be callable, received: {kl_fn}")
        if self._key in _DIVERGENCES:
            first, second = (cls.__name__ for cls in self._key)
            raise ValueError(
                f"KL({first} || {second}) has already been registered to: {_DIVERGENCES[self._key]}"
            )
        _DIVERGENCES[self._key] = kl_fn
        return kl_fn
