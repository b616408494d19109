"""Maps that are cumulative distribution functions, or their inverses."""

from __future__ import annotations

from typing import Any

from evergraph.contrib.distributions.bijectors.elementwise import (
    Elementwise,
    at_most_one,
    non_negative,
    positive,
)
from evergraph.framework.public import public, public_module
from evergraph.framework.tensor import Tensor
from evergraph.framework.types import TensorLike
from evergraph.ops import checks
from evergraph.ops import math as math_ops

public_module(
    "contrib.distributions.python.ops.bijectors.gumbel",
    "contrib.distributions.python.ops.bijectors.kumaraswamy",
    "contrib.distributions.python.ops.bijectors.weibull",
)

_ABOVE = "Inverse transformation input must be greater than 0."
_BELOW = "Inverse transformation input must be less than or equal to 1."


@public("contrib.distributions.bijectors.Gumbel")
class Gumbel(Elementwise):
    """`y = exp(-exp(-(x - loc) / scale))`, the cumulative distribution function of Gumbel's distribution.

    Args:
      loc: floating point.
      scale: positive.
      validate_args: whether arguments are checked in the run.
      name: the scope of its operations.
    """

    _loc: Any
    _scale: Any

    def __init__(
        self,
        loc: TensorLike = 0.0,
        scale: TensorLike = 1.0,
        validate_args: bool = False,
        name: str = "gumbel",
    ) -> None:
        super().__init__(validate_args, name, loc=loc, scale=scale)
        checks.assert_same_float_dtype([self._loc, self._scale])
        self._scale = self._checked(self._scale, positive("Argument scale was not positive"))

    @property
    def loc(self) -> Tensor:
        """Where it is."""
        return self._loc

    @property
    def scale(self) -> Tensor:
        """How wide it is."""
        return self._scale

    def _checked_y(self, y):
        return self._checked(y, non_negative(_ABOVE), at_most_one(_BELOW))

    def _forward(self, x):
        return math_ops.exp(-math_ops.exp(-(x - self._loc) / self._scale))

    def _inverse(self, y):
        return self._loc - self._scale * math_ops.log(-math_ops.log(self._checked_y(y)))

    def _inverse_log_det_jacobian(self, y):
        y = self._checked_y(y)
        return math_ops.log(self._scale / (-math_ops.log(y) * y))

    def _forward_log_det_jacobian(self, x):
        z = (x - self._loc) / self._scale
        return -z - math_ops.exp(-z) - math_ops.log(self._scale)


@public("contrib.distributions.bijectors.Weibull")
class Weibull(Elementwise):
    """`y = 1 - exp(-(x / scale)**concentration)`, the cumulative distribution function of Weibull's distribution.

    Args:
      scale: positive, floating point.
      concentration: positive.
      validate_args: whether arguments are checked in the run.
      name: the scope of its operations.
    """

    _scale: Any
    _concentration: Any

    def __init__(
        self,
        scale: TensorLike = 1.0,
        concentration: TensorLike = 1.0,
        validate_args: bool = False,
        name: str = "weibull",
    ) -> None:
        super().__init__(validate_args, name, scale=scale, concentration=concentration)
        checks.assert_same_float_dtype([self._scale, self._concentration])
        self._scale = self._checked(self._scale, positive("Argument scale was not positive"))
        self._concentration = self._checked(
            self._concentration, positive("Argument concentration was not positive")
        )

    @property
    def scale(self) -> Tensor:
        """How wide it is."""
        return self._scale

    @property
    def concentration(self) -> Tensor:
        """The power."""
        return self._concentration

    def _checked_x(self, x):
        return self._checked(x, non_negative("Forward transformation input must be at least 0."))

    def _checked_y(self, y):
        return self._checked(y, non_negative(_ABOVE), at_most_one(_BELOW))

    def _forward(self, x):
        return -math_ops.expm1(-((self._checked_x(x) / self._scale) ** self._concentration))

    def _inverse(self, y):
        return self._scale * (-math_ops.log1p(-self._checked_y(y))) ** (1.0 / self._concentration)

    def _inverse_log_det_jacobian(self, y):
        rest = -math_ops.log1p(-self._checked_y(y))
        return (
            rest
            + (1.0 / self._concentration - 1.0) * math_ops.log(rest)
            + math_ops.log(self._scale / self._concentration)
        )

    def _forward_log_det_jacobian(self, x):
        x = self._checked_x(x)
        return (
            -((x / self._scale) ** self._concentration)
            + (self._concentration - 1.0) * math_ops.log(x)
            + math_ops.log(self._concentration)
            - self._concentration * math_ops.log(self._scale)
        )


@public("contrib.distributions.bijectors.Kumaraswamy")
class Kumaraswamy(Elementwise):
    """`y = (1 - (1 - x)**(1 / concentration0))**(1 / concentration1)`, which makes uniform numbers Kumaraswamy's.

    Args:
      concentration1: positive, floating point.
      concentration0: positive.
      validate_args: whether arguments are checked in the run.
      name: the scope of its operations.
    """

    _concentration1: Any
    _concentration0: Any

    def __init__(
        self,
        concentration1: TensorLike = None,
        concentration0: TensorLike = None,
        validate_args: bool = False,
        name: str = "kumaraswamy",
    ) -> None:
        super().__init__(validate_args, name, concentration1=concentration1, concentration0=concentration0)
        message = "Concentration parameter must be positive."
        self._concentration1 = self._checked(self._concentration1, positive(message))
        self._concentration0 = self._checked(self._concentration0, positive(message))

    @property
    def concentration1(self) -> Tensor:
        """What draws to 1."""
        return self._concentration1

    @property
    def concentration0(self) -> Tensor:
        """What draws to 0."""
        return self._concentration0

    def _checked_value(self, value):
        return self._checked(
            value,
            non_negative("sample must be non-negative"),
            at_most_one("sample must be no larger than `1`."),
        )

    def _forward(self, x):
        rest = math_ops.exp(math_ops.log1p(-self._checked_value(x)) / self._concentration0)
        return math_ops.exp(math_ops.log1p(-rest) / self._concentration1)

    def _inverse(self, y):
        y = self._checked_value(y)
        return 1.0 - (1.0 - y**self._concentration1) ** self._concentration0

    def _inverse_log_det_jacobian(self, y):
        y = self._checked_value(y)
        return (
            math_ops.log(self._concentration1)
            + math_ops.log(self._concentration0)
            + (self._concentration1 - 1.0) * math_ops.log(y)
            + (self._concentration0 - 1.0) * math_ops.log1p(-(y**self._concentration1))
        )
