"""The map that changes nothing."""

from __future__ import annotations

from evergraph.distributions.bijector import Bijector
from evergraph.framework.public import public, public_module
from evergraph.ops import constants

public_module("python.ops.distributions.identity_bijector")


@public("contrib.distributions.bijectors.Identity")
class Identity(Bijector):
    """`y = x`.

    Args:
      validate_args: not used.
      name: the scope of its operations.
    """

    def __init__(self, validate_args: bool = False, name: str = "identity") -> None:
        super().__init__(
            forward_min_event_ndims=0, is_constant_jacobian=True, validate_args=validate_args, name=name
        )

    def _forward(self, x):
        return x

    def _inverse(self, y):
        return y

    def _inverse_log_det_jacobian(self, y):
        return constants.constant(0.0, dtype=y.dtype.base_dtype)

    def _forward_log_det_jacobian(self, x):
        return constants.constant(0.0, dtype=x.dtype.base_dtype)
