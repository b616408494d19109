"""Batch dimensions of a distribution, taken as dimensions of one event."""

from __future__ import annotations

from evergraph.distributions.distribution import Distribution
from evergraph.distributions.kullback_leibler import RegisterKL, kl_divergence
from evergraph.distributions.static import maybe_get_static_value
from evergraph.framework import dtypes
from evergraph.framework.conversion import convert_to_tensor
from evergraph.framework.default_graph import control_dependencies, name_scope
from evergraph.framework.public import public, public_module
from evergraph.framework.shapes import unknown_shape
from evergraph.framework.tensor import Tensor
from evergraph.framework.types import TensorLike
from evergraph.ops import array as array_ops
from evergraph.ops import checks
from evergraph.ops import math as math_ops

public_module("contrib.distributions.python.ops.independent")


@public("contrib.distributions.Independent")
class Independent(Distribution):
    """A distribution whose last batch dimensions are dimensions of an event, the entries of which are independent.

    Args:
      distribution: a Distribution.
      reinterpreted_batch_ndims: how many of its batch dimensions that are, an int32 scalar; all but one when None.
      validate_args: whether that is checked in the run, where it is not known before.
      name: the scope of its operations; `Independent` and the distribution's when None.

    Raises:
      ValueError: more than it has.
    """

    def __init__(
        self,
        distribution: Distribution,
        reinterpreted_batch_ndims: TensorLike | None = None,
        validate_args: bool = False,
        name: str | None = None,
    ) -> None:
        given = locals()
        self._distribution = distribution
        with name_scope(name or f"Independent{distribution.name}") as scope:
            own = distribution.batch_shape.ndims
            if reinterpreted_batch_ndims is None:
                if own is None:
                    size = array_ops.size(distribution.batch_shape_tensor())
                    reinterpreted_batch_ndims = math_ops.maximum(0, size - 1)
                else:
                    reinterpreted_batch_ndims = max(0, own - 1)
            tensor = convert_to_tensor(
                reinterpreted_batch_ndims, dtypes.int32, name="reinterpreted_batch_ndims"
            )
            known = maybe_get_static_value(tensor)
            self._count = tensor if known is None else int(known)
            self._runtime_assertions = []
            what = "cannot exceed distribution.batch_ndims"
            if own is not None and known is not None:
                if known > own:
                    raise ValueError(f"reinterpreted_batch_ndims({known}) {what}({own})")
            elif validate_args:
                size = array_ops.size(distribution.batch_shape_tensor())
                message = f"reinterpreted_batch_ndims {what}"
                self._runtime_assertions = [checks.assert_less_equal(tensor, size, message=message)]
        super().__init__(
            dtype=distribution.dtype,
            reparameterization_type=distribution.reparameterization_type,
            validate_args=validate_args,
            allow_nan_stats=distribution.allow_nan_stats,
            parameters=given,
            graph_parents=distribution._graph_parents,
            name=scope,
        )

    @property
    def distribution(self) -> Distribution:
        """The distribution whose batch is taken as events."""
        return self._distribution

    @property
    def reinterpreted_batch_ndims(self) -> int | Tensor:
        """How many batch dimensions are dimensions of an event: an int where it is known."""
        return self._count

    def _parts(self):
        """(the batch that is left, the dimensions that are an event's) as far as they are known."""
        batch = self._distribution.batch_shape
        if batch.ndims is None or not isinstance(self._count, int):
            return unknown_shape(), unknown_shape()
        end = batch.ndims - self._count
        return batch[:end], batch[end:]

    def _parts_tensor(self):
        with control_dependencies(self._runtime_assertions):
            batch = self._distribution.batch_shape_tensor()
            end = array_ops.size(batch) - self._count
            return batch[:end], batch[end:]

    def _batch_shape(self):
        return self._parts()[0]

    def _batch_shape_tensor(self):
        return self._parts_tensor()[0]

    def _event_shape(self):
        return self._parts()[1].concatenate(self._distribution.event_shape)

    def _event_shape_tensor(self):
        return array_ops.concat([self._parts_tensor()[1], self._distribution.event_shape_tensor()], axis=0)

    def _over_event(self, values):
        """The sum over the dimensions that are an event's."""
        if isinstance(self._count, int):
            return math_ops.reduce_sum(values, [-1 - axis for axis in range(self._count)])
        return math_ops.reduce_sum(values, math_ops.range(-self._count, 0))

    def _asked(self, method, *arguments, **options):
        with control_dependencies(self._runtime_assertions):
            return getattr(self._distribution, method)(*arguments, **options)

    def _sample_n(self, n, seed=None):
        return self._asked("sample", sample_shape=n, seed=seed)

    def _log_prob(self, x):
        return self._over_event(self._asked("log_prob", x))

    def _entropy(self):
        return self._over_event(self._asked("entropy"))

    def _mean(self):
        return self._asked("mean")

    def _variance(self):
        return self._asked("variance")

    def _stddev(self):
        return self._asked("stddev")

    def _mode(self):
        return self._asked("mode")


@RegisterKL(Independent, Independent)
def _kl_independent(a: Independent, b: Independent, name: str = "kl_independent") -> Tensor:
    """The sum over the dimensions of an event of what the distributions have.

    Raises:
      ValueError: events of different shapes.
      NotImplementedError: of which different dimensions are the distributions' own.
    """
    if not a.event_shape.is_compatible_with(b.event_shape):
        raise ValueError(f"Event shapes do not match: {a.event_shape} and {b.event_shape}.")
    first, second = a.distribution, b.distribution
    if not first.event_shape.is_compatible_with(second.event_shape):
        raise NotImplementedError("KL between Independents with different event shapes not supported.")
    return a._over_event(kl_divergence(first, second, name=name))
