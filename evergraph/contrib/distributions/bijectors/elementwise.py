"""Maps of one number: powers, exponentials, sigmoids and their kin."""

from __future__ import annotations

import math
from typing import Any

from evergraph.distributions.bijector import Bijector
from evergraph.distributions.numbers import softplus_inverse
from evergraph.framework.conversion import convert_to_tensor
from evergraph.framework.default_graph import name_scope
from evergraph.framework.public import public, public_module
from evergraph.framework.tensor import Tensor
from evergraph.framework.types import TensorLike
from evergraph.ops import array as array_ops
from evergraph.ops import checks, constants, nn
from evergraph.ops import math as math_ops
from evergraph.ops.control_flow.grouping import with_dependencies
from evergraph.ops.inference import constant_value

public_module(
    "contrib.distributions.python.ops.bijectors.absolute_value",
    "contrib.distributions.python.ops.bijectors.affine_scalar",
    "contrib.distributions.python.ops.bijectors.exp",
    "contrib.distributions.python.ops.bijectors.power_transform",
    "contrib.distributions.python.ops.bijectors.sigmoid",
    "contrib.distributions.python.ops.bijectors.sinh_arcsinh",
    "contrib.distributions.python.ops.bijectors.softplus",
    "contrib.distributions.python.ops.bijectors.softsign",
    "contrib.distributions.python.ops.bijectors.square",
)


class Elementwise(Bijector):
    """A map of one number, with parameters that are tensors."""

    def __init__(
        self, validate_args: bool, name: str, is_constant_jacobian: bool = False, **parameters: Any
    ) -> None:
        super().__init__(
            forward_min_event_ndims=0,
            is_constant_jacobian=is_constant_jacobian,
            validate_args=validate_args,
            name=name,
        )
        with self._name_scope("init", list(parameters.values())):
            for key, value in parameters.items():
                setattr(self, f"_{key}", None if value is None else convert_to_tensor(value, name=key))

    def _checked(self, value, *assertions):
        """A value that raises in the run where it is outside of the map's domain, if that is asked for."""
        return (
            with_dependencies([check(value) for check in assertions], value) if self.validate_args else value
        )


def positive(message: str) -> Any:
    """A check that values are above 0."""
    return lambda value: checks.assert_positive(value, message=message)


def non_negative(message: str) -> Any:
    """A check that values are not below 0."""
    return lambda value: checks.assert_non_negative(value, message=message)


def at_most_one(message: str) -> Any:
    """A check that values are not above 1."""
    return lambda value: checks.assert_less_equal(value, array_ops.ones([], value.dtype), message=message)


@public("contrib.distributions.bijectors.PowerTransform")
class PowerTransform(Elementwise):
    """`y = (1 + x * power)**(1 / power)`, which is `exp(x)` in the limit, power 0.

    Args:
      power: a number that is known, not negative.
      validate_args: whether arguments are checked in the run.
      name: the scope of its operations.

    Raises:
      ValueError: a power that is negative or not known.
    """

    def __init__(
        self, power: TensorLike = 0.0, validate_args: bool = False, name: str = "power_transform"
    ) -> None:
        value = constant_value(convert_to_tensor(power, name="power"))
        if value is None or value < 0:
            raise ValueError(f"`power` must be a non-negative TF constant, got {power}.")
        self._power = float(value)
        super().__init__(validate_args, name)

    @property
    def power(self) -> float:
        """The power."""
        return self._power

    def _checked_x(self, x):
        if not self._power:
            return x
        message = f"Forward transformation input must be at least {-1 / self._power}."
        return self._checked(x, lambda x: checks.assert_non_negative(1.0 + self._power * x, message=message))

    def _checked_y(self, y):
        return self._checked(y, positive("Inverse transformation input must be greater than 0."))

    def _forward(self, x):
        x = self._checked_x(x)
        if not self._power:
            return math_ops.exp(x)
        return math_ops.exp(math_ops.log1p(x * self._power) / self._power)

    def _inverse(self, y):
        y = self._checked_y(y)
        if not self._power:
            return math_ops.log(y)
        return math_ops.expm1(math_ops.log(y) * self._power) / self._power

    def _inverse_log_det_jacobian(self, y):
        return (self._power - 1.0) * math_ops.log(self._checked_y(y))

    def _forward_log_det_jacobian(self, x):
        x = self._checked_x(x)
        if not self._power:
            return x
        return (1.0 / self._power - 1.0) * math_ops.log1p(x * self._power)


@public("contrib.distributions.bijectors.Exp")
class Exp(PowerTransform):
    """`y = exp(x)`.

    Args:
      validate_args: whether arguments are checked in the run.
      name: the scope of its operations.
    """

    def __init__(self, validate_args: bool = False, name: str = "exp") -> None:
        super().__init__(validate_args=validate_args, name=name)


@public("contrib.distributions.bijectors.Sigmoid")
class Sigmoid(Elementwise):
    """`y = 1 / (1 + exp(-x))`.

    Args:
      validate_args: not used.
      name: the scope of its operations.
    """

    def __init__(self, validate_args: bool = False, name: str = "sigmoid") -> None:
        super().__init__(validate_args, name)

    def _forward(self, x):
        return math_ops.sigmoid(x)

    def _inverse(self, y):
        return math_ops.log(y) - math_ops.log1p(-y)

    def _inverse_log_det_jacobian(self, y):
        return -math_ops.log(y) - math_ops.log1p(-y)

    def _forward_log_det_jacobian(self, x):
        return -nn.softplus(-x) - nn.softplus(x)


@public("contrib.distributions.bijectors.Softplus")
class Softplus(Elementwise):
    """`y = c * log(1 + exp(x / c))`, with c how soft the bend at 0 is.

    Args:
      hinge_softness: c, not 0; 1 when None.
      validate_args: whether arguments are checked in the run.
      name: the scope of its operations.
    """

    def __init__(
        self,
        hinge_softness: TensorLike | None = None,
        validate_args: bool = False,
        name: str = "softplus",
    ) -> None:
        super().__init__(validate_args, name, hinge_softness=hinge_softness)
        if validate_args and self._hinge_softness is not None:
            zero = array_ops.zeros([], self._hinge_softness.dtype)
            message = "hinge_softness must be non-zero"
            check = checks.assert_none_equal(zero, self._hinge_softness, message=message)
            self._hinge_softness = with_dependencies([check], self._hinge_softness)

    _hinge_softness: Any

    @property
    def hinge_softness(self) -> Tensor | None:
        """How soft the bend at 0 is; None for 1."""
        return self._hinge_softness

    def _softness(self, value):
        return 1.0 if self._hinge_softness is None else math_ops.cast(self._hinge_softness, value.dtype)

    def _forward(self, x):
        return self._softness(x) * nn.softplus(x / self._softness(x))

    def _inverse(self, y):
        return self._softness(y) * softplus_inverse(y / self._softness(y))

    def _inverse_log_det_jacobian(self, y):
        return -math_ops.log(-math_ops.expm1(-y / self._softness(y)))

    def _forward_log_det_jacobian(self, x):
        return -nn.softplus(-x / self._softness(x))


@public("contrib.distributions.bijectors.Softsign")
class Softsign(Elementwise):
    """`y = x / (1 + abs(x))`.

    Args:
      validate_args: whether arguments are checked in the run.
      name: the scope of its operations.
    """

    def __init__(self, validate_args: bool = False, name: str = "softsign") -> None:
        super().__init__(validate_args, name)

    def _checked_y(self, y):
        one, what = array_ops.ones([], y.dtype.base_dtype), "Inverse transformation input must be"
        return self._checked(
            y,
            lambda y: checks.assert_greater(y, -one, message=f"{what} greater than -1."),
            lambda y: checks.assert_less(y, one, message=f"{what} less than 1."),
        )

    def _forward(self, x):
        return x / (1.0 + math_ops.abs(x))

    def _inverse(self, y):
        y = self._checked_y(y)
        return y / (1.0 - math_ops.abs(y))

    def _forward_log_det_jacobian(self, x):
        return -2.0 * math_ops.log1p(math_ops.abs(x))

    def _inverse_log_det_jacobian(self, y):
        return -2.0 * math_ops.log1p(-math_ops.abs(self._checked_y(y)))


@public("contrib.distributions.bijectors.Square")
class Square(Elementwise):
    """`y = x**2`, for x that is not negative.

    Args:
      validate_args: whether arguments are checked in the run.
      name: the scope of its operations.
    """

    def __init__(self, validate_args: bool = False, name: str = "square") -> None:
        super().__init__(validate_args, name)

    def _checked_value(self, value):
        return self._checked(value, non_negative("All elements must be non-negative."))

    def _forward(self, x):
        return math_ops.square(self._checked_value(x))

    def _inverse(self, y):
        return math_ops.sqrt(self._checked_value(y))

    def _forward_log_det_jacobian(self, x):
        return math.log(2.0) + math_ops.log(self._checked_value(x))


@public("contrib.distributions.bijectors.AbsoluteValue")
class AbsoluteValue(Elementwise):
    """`y = abs(x)`, whose inverse is the two values `(-y, y)`; both are y at 0.

    Args:
      validate_args: whether arguments are checked in the run.
      name: the scope of its operations.
    """

    def __init__(self, validate_args: bool = False, name: str = "absolute_value") -> None:
        super().__init__(validate_args, name, is_constant_jacobian=True)

    @property
    def _is_injective(self) -> bool:
        return False

    def _forward(self, x):
        return math_ops.abs(x)

    def _inverse(self, y):
        y = self._checked(y, non_negative("Argument y was negative"))
        return -y, y

    def _inverse_log_det_jacobian(self, y):
        zero = constants.constant(0.0, dtype=y.dtype.base_dtype)
        if self.validate_args:
            zero = with_dependencies([non_negative("Argument y was negative")(y)], zero)
        return zero, zero


@public("contrib.distributions.bijectors.AffineScalar")
class AffineScalar(Elementwise):
    """`y = scale * x + shift`.

    Args:
      shift: a tensor that broadcasts with x; 0 when None.
      scale: a tensor that broadcasts with x, not 0; 1 when None.
      validate_args: whether arguments are checked in the run.
      name: the scope of its operations.
    """

    _shift: Any
    _scale: Any

    def __init__(
        self,
        shift: TensorLike | None = None,
        scale: TensorLike | None = None,
        validate_args: bool = False,
        name: str = "affine_scalar",
    ) -> None:
        super().__init__(validate_args, name, is_constant_jacobian=True, shift=shift, scale=scale)
        if validate_args and self._scale is not None:
            check = checks.assert_none_equal(self._scale, array_ops.zeros([], self._scale.dtype))
            self._scale = with_dependencies([check], self._scale)

    @property
    def shift(self) -> Tensor | None:
        """What is added; None for nothing."""
        return self._shift

    @property
    def scale(self) -> Tensor | None:
        """What is multiplied by; None for 1."""
        return self._scale

    def _forward(self, x):
        y = constants.identity(x)
        y = y if self._scale is None else y * self._scale
        return y if self._shift is None else y + self._shift

    def _inverse(self, y):
        x = constants.identity(y)
        x = x if self._shift is None else x - self._shift
        return x if self._scale is None else x / self._scale

    def _forward_log_det_jacobian(self, x):
        if self._scale is None:
            return constants.constant(0.0, dtype=x.dtype.base_dtype)
        return math_ops.log(math_ops.abs(self._scale))


@public("contrib.distributions.bijectors.SinhArcsinh")
class SinhArcsinh(Elementwise):
    """`y = sinh((arcsinh(x) + skewness) * tailweight)` (Jones and Pewsey 2009, Biometrika 96).

    Args:
      skewness: which way it leans, floating; 0 when None.
      tailweight: how heavy the tails become, positive; 1 when None.
      validate_args: whether arguments are checked in the run.
      name: the scope of its operations.
    """

    _skewness: Any
    _tailweight: Any

    def __init__(
        self,
        skewness: TensorLike | None = None,
        tailweight: TensorLike | None = None,
        validate_args: bool = False,
        name: str = "SinhArcsinh",
    ) -> None:
        with name_scope(name, values=[skewness, tailweight]):
            weight = convert_to_tensor(1.0 if tailweight is None else tailweight, name="tailweight")
            lean = convert_to_tensor(
                0.0 if skewness is None else skewness, weight.dtype.base_dtype, name="skewness"
            )
            checks.assert_same_float_dtype([lean, weight])
            if validate_args:
                check = checks.assert_positive(weight, message="Argument tailweight was not positive")
                weight = with_dependencies([check], weight)
        super().__init__(validate_args, name, skewness=lean, tailweight=weight)

    @property
    def skewness(self) -> Tensor:
        """Which way it leans."""
        return self._skewness

    @property
    def tailweight(self) -> Tensor:
        """How heavy the tails become."""
        return self._tailweight

    def _forward(self, x):
        return math_ops.sinh((math_ops.asinh(x) + self._skewness) * self._tailweight)

    def _inverse(self, y):
        return math_ops.sinh(math_ops.asinh(y) / self._tailweight - self._skewness)

    def _inverse_log_det_jacobian(self, y):
        inside = math_ops.asinh(y) / self._tailweight - self._skewness
        return _log_cosh(inside) - math_ops.log(self._tailweight) - 0.5 * math_ops.log1p(math_ops.square(y))

    def _forward_log_det_jacobian(self, x):
        inside = (math_ops.asinh(x) + self._skewness) * self._tailweight
        return _log_cosh(inside) + math_ops.log(self._tailweight) - 0.5 * math_ops.log1p(math_ops.square(x))


def _log_cosh(x):
    """`log(cosh(x))`, which does not overflow."""
    return math_ops.abs(x) + nn.softplus(-2.0 * math_ops.abs(x)) - math.log(2.0)
