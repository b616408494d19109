"""What always has one value."""

from __future__ import annotations

from evergraph.distributions.distribution import NOT_REPARAMETERIZED
from evergraph.distributions.family import Family, parameter
from evergraph.framework import dtypes
from evergraph.framework.conversion import convert_to_tensor
from evergraph.framework.default_graph import name_scope
from evergraph.framework.public import public, public_module
from evergraph.framework.types import TensorLike
from evergraph.ops import array as array_ops
from evergraph.ops import checks, constants
from evergraph.ops import math as math_ops
from evergraph.ops.control_flow.grouping import with_dependencies

public_module("contrib.distributions.python.ops.deterministic")


class _Fixed(Family):
    """What both share: a value, and how far from it counts as it."""

    _reparameterization = NOT_REPARAMETERIZED
    loc = parameter("loc", "The value.")
    atol = parameter("atol", "How far from the value counts as it.")
    rtol = parameter("rtol", "How far from the value counts as it, as a share of its magnitude.")

    def _fix(self, given, loc, atol, rtol):
        validate = given["validate_args"]
        with name_scope(given["name"], values=[loc, atol, rtol]) as scope:
            loc = convert_to_tensor(loc, name="loc")
            if validate and self._event_rank:
                message = "Argument loc must be at least rank 1."
                loc = with_dependencies([checks.assert_rank_at_least(loc, 1, message=message)], loc)
            tolerances = []
            for name, value in (("atol", atol), ("rtol", rtol)):
                tensor = convert_to_tensor(0 if value is None else value, loc.dtype.base_dtype, name=name)
                if validate:
                    check = checks.assert_non_negative(
                        tensor, message=f"Argument {name!r} must be non-negative"
                    )
                    tensor = with_dependencies([check], tensor)
                tolerances.append(tensor)
        self._set_up(given, scope, loc.dtype, loc=loc, atol=tolerances[0], rtol=tolerances[1])

    def _is_near(self, x):
        slack = self.atol + self.rtol * math_ops.abs(self.loc)
        return math_ops.abs(x - self.loc) <= slack

    def _sample_n(self, n, seed=None):
        sizes = array_ops.concat([[n], self.batch_shape_tensor(), self.event_shape_tensor()], 0)
        return self.loc + array_ops.zeros(sizes, self.dtype)

    def _entropy(self):
        return array_ops.zeros(self.batch_shape_tensor(), self.dtype)

    def _mean(self):
        return constants.identity(self.loc)

    def _variance(self):
        return array_ops.zeros_like(self.loc)

    def _mode(self):
        return self._mean()


@public("contrib.distributions.Deterministic")
class Deterministic(_Fixed):
    """A scalar that always has one value: its probability is 1 there, and 0 elsewhere.

    Args:
      loc: the value.
      atol: how far from it counts as it; 0 when None.
      rtol: likewise, as a share of its magnitude.
      validate_args: whether arguments are checked in the run.
      allow_nan_stats: whether undefined statistics are NaN rather than errors in the run.
      name: the scope of its operations.
    """

    _takes = {"loc": 0}

    def __init__(
        self,
        loc: TensorLike,
        atol: TensorLike | None = None,
        rtol: TensorLike | None = None,
        validate_args: bool = False,
        allow_nan_stats: bool = True,
        name: str = "Deterministic",
    ) -> None:
        self._fix(locals(), loc, atol, rtol)

    def _prob(self, x):
        return math_ops.cast(self._is_near(x), self.dtype)

    def _cdf(self, x):
        slack = self.atol + self.rtol * math_ops.abs(self.loc)
        return math_ops.cast(x >= self.loc - slack, self.dtype)


@public("contrib.distributions.VectorDeterministic")
class VectorDeterministic(_Fixed):
    """A vector that always has one value: its probability is 1 there, and 0 elsewhere.

    Args:
      loc: the value, `[..., n]`.
      atol: how far from it counts as it; 0 when None.
      rtol: likewise, as a share of its magnitude.
      validate_args: whether arguments are checked in the run.
      allow_nan_stats: whether undefined statistics are NaN rather than errors in the run.
      name: the scope of its operations.
    """

    _takes = {"loc": 1}
    _event_rank = 1

    def __init__(
        self,
        loc: TensorLike,
        atol: TensorLike | None = None,
        rtol: TensorLike | None = None,
        validate_args: bool = False,
        allow_nan_stats: bool = True,
        name: str = "VectorDeterministic",
    ) -> None:
        self._fix(locals(), loc, atol, rtol)

    @classmethod
    def _param_shapes(cls, sample_shape):
        return {"loc": convert_to_tensor(sample_shape, dtypes.int32)}

    def _prob(self, x):
        if self.validate_args:
            message = "Argument x must be at least rank 1."
            x = with_dependencies([checks.assert_rank_at_least(x, 1, message=message)], x)
        return math_ops.cast(math_ops.reduce_all(self._is_near(x), axis=-1), self.dtype)
