"""The batch of a distribution, in another shape."""

from __future__ import annotations

from evergraph.distributions.distribution import Distribution
from evergraph.framework import dtypes
from evergraph.framework.conversion import convert_to_tensor
from evergraph.framework.default_graph import control_dependencies, name_scope
from evergraph.framework.public import public, public_module
from evergraph.framework.shapes import TensorShape
from evergraph.framework.types import TensorLike
from evergraph.ops import array as array_ops
from evergraph.ops import checks
from evergraph.ops import math as math_ops
from evergraph.ops.inference import constant_value

public_module("contrib.distributions.python.ops.batch_reshape")


@public("contrib.distributions.BatchReshape")
class BatchReshape(Distribution):
    """A distribution whose batch has another shape; values must have all dimensions of it.

    Args:
      distribution: a Distribution.
      batch_shape: the shape, an int32 vector of known size, of which one entry may be -1.
      validate_args: whether the number of members is checked in the run, where it is not known before.
      allow_nan_stats: taken as it is.
      name: the scope of its operations; `BatchReshape` and the distribution's when None.

    Raises:
      ValueError: no vector of known size, or another number of members.
    """

    def __init__(
        self,
        distribution: Distribution,
        batch_shape: TensorLike,
        validate_args: bool = False,
        allow_nan_stats: bool = True,
        name: str | None = None,
    ) -> None:
        given = locals()
        self._distribution = distribution
        with name_scope(name or f"BatchReshape{distribution.name}", values=[batch_shape]) as scope:
            wanted = convert_to_tensor(batch_shape, dtypes.int32, name="batch_shape")
            if wanted.shape.ndims != 1 or wanted.shape[0].value is None:
                raise ValueError(f"`batch_shape` must be a vector of known size, got {wanted}.")
            own = distribution.batch_shape_tensor()
            count = math_ops.reduce_prod(own)
            known, members = constant_value(wanted), distribution.batch_shape.num_elements()
            self._known = TensorShape([None] * wanted.shape[0].value)
            if known is not None:
                if (known < -1).any() or (known == -1).sum() > 1:
                    raise ValueError(f"`batch_shape` elements must be >=-1, and at most one -1, got {known}.")
                self._known = TensorShape([None if size < 0 else int(size) for size in known])
                sizes = [int(size) for size in known if size >= 0]
                product = 1
                for size in sizes:
                    product *= size
                if members is not None:
                    is_open = len(sizes) < len(known)
                    if product * (members // max(product, 1) if is_open else 1) != members:
                        raise ValueError(
                            f"`batch_shape` size ({known}) must match `distribution.batch_shape` size "
                            f"({distribution.batch_shape})."
                        )
                    filled = [members // max(product, 1) if size < 0 else int(size) for size in known]
                    self._known = TensorShape(filled)
            rest = count // math_ops.maximum(-math_ops.reduce_prod(wanted), 1)
            self._sizes = array_ops.where(wanted < 0, rest + array_ops.zeros_like(wanted), wanted)
            self._runtime_assertions = []
            if validate_args and not self._known.is_fully_defined():
                message = "Shape sizes do not match."
                product = math_ops.reduce_prod(self._sizes)
                self._runtime_assertions = [checks.assert_equal(product, count, message=message)]
        super().__init__(
            dtype=distribution.dtype,
            reparameterization_type=distribution.reparameterization_type,
            validate_args=validate_args,
            allow_nan_stats=allow_nan_stats,
            parameters=given,
            graph_parents=[wanted, *distribution._graph_parents],
            name=scope,
        )

    @property
    def distribution(self) -> Distribution:
        """The distribution whose batch is reshaped."""
        return self._distribution

    def _batch_shape(self):
        return self._known

    def _batch_shape_tensor(self):
        with control_dependencies(self._runtime_assertions):
            return array_ops.reshape(self._sizes, [-1])

    def _event_shape(self):
        return self._distribution.event_shape

    def _event_shape_tensor(self):
        return self._distribution.event_shape_tensor()

    def _shaped(self, values, before, after, known_before, known_after):
        """Values whose shape is `before`, the batch and `after`, with the batch as it is here."""
        with control_dependencies(self._runtime_assertions):
            shape = array_ops.concat([before, self._sizes, after], axis=0)
            result = array_ops.reshape(values, shape)
            result.set_shape(known_before.concatenate(self._known).concatenate(known_after))
            return result

    def _of_distribution(self, method, events=1):
        """A statistic, of whose dimensions `events` times an event's are no batch's."""
        values = getattr(self._distribution, method)()
        event, known = self.event_shape_tensor(), TensorShape([])
        for _ in range(events):
            known = known.concatenate(self.event_shape)
        after = array_ops.concat([event] * events, 0) if events else event[:0]
        return self._shaped(values, event[:0], after, TensorShape([]), known)

    def _sample_n(self, n, seed=None):
        drawn = self._distribution.sample(n, seed=seed)
        return self._shaped(drawn, [n], self.event_shape_tensor(), drawn.shape[:1], self.event_shape)

    def _on_values(self, method, x):
        """A function of values, which are given to the distribution in the shape of its own batch."""
        event = self.event_shape.ndims
        if x.shape.ndims is None or event is None:
            raise NotImplementedError(f"{method} needs values and events of known rank, got {x}")
        own_ndims = len(self._known.as_list())
        count = x.shape.ndims - event - own_ndims
        if count < 0:
            raise NotImplementedError(
                "Broadcasting is not supported; too few batch and event dims "
                f"(expected at least {event + own_ndims}, saw {x.shape.ndims})."
            )
        samples = array_ops.shape(x)[:count]
        own = [self._distribution.batch_shape_tensor(), self.event_shape_tensor()]
        values = getattr(self._distribution, method)(
            array_ops.reshape(x, array_ops.concat([samples, *own], 0))
        )
        return self._shaped(values, samples, samples[:0], x.shape[:count], TensorShape([]))

    def _log_prob(self, x):
        return self._on_values("log_prob", x)

    def _prob(self, x):
        return self._on_values("prob", x)

    def _log_cdf(self, x):
        return self._on_values("log_cdf", x)

    def _cdf(self, x):
        return self._on_values("cdf", x)

    def _log_survival_function(self, x):
        return self._on_values("log_survival_function", x)

    def _survival_function(self, x):
        return self._on_values("survival_function", x)

    def _entropy(self):
        return self._of_distribution("entropy", 0)

    def _mean(self):
        return self._of_distribution("mean")

    def _mode(self):
        return self._of_distribution("mode")

    def _stddev(self):
        return self._of_distribution("stddev")

    def _variance(self):
        return self._of_distribution("variance")

    def _covariance(self):
        return self._of_distribution("covariance", 2)
