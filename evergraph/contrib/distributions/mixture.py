"""Mixtures: a class is drawn, and then from the distribution of the class."""

from __future__ import annotations

import functools
import operator
from collections.abc import Sequence

from evergraph.distributions.categorical import Categorical
from evergraph.distributions.distribution import NOT_REPARAMETERIZED, Distribution
from evergraph.distributions.numbers import gen_new_seed, select
from evergraph.framework.conversion import convert_to_tensor
from evergraph.framework.default_graph import control_dependencies, name_scope
from evergraph.framework.public import public, public_module
from evergraph.framework.tensor import Tensor
from evergraph.ops import array as array_ops
from evergraph.ops import checks, nn
from evergraph.ops import math as math_ops
from evergraph.ops.inference import constant_value

public_module(
    "contrib.distributions.python.ops.mixture",
    "contrib.distributions.python.ops.mixture_same_family",
)


def _behind(tensor, count):
    """A tensor with `count` more dimensions of size 1 at its end."""
    for _ in range(count):
        tensor = tensor[..., None]
    return tensor


@public("contrib.distributions.Mixture")
class Mixture(Distribution):
    """A mixture of distributions of any families.

    Samples are drawn of every component, of which those of the class that was drawn are taken.

    Args:
      cat: a Categorical distribution of the components' numbers.
      components: Distributions of one type and event shape, whose batch shapes are that of `cat`.
      validate_args: whether batch shapes are checked in the run.
      allow_nan_stats: whether undefined statistics are NaN rather than errors in the run.
      use_static_graph: taken, and without effect: shapes are the same either way.
      name: the scope of its operations.

    Raises:
      TypeError: no Categorical, no list of Distributions, or several types.
      ValueError: another number of components than of classes, shapes that differ, or an event of unknown rank.
    """

    def __init__(
        self,
        cat: Categorical,
        components: Sequence[Distribution],
        validate_args: bool = False,
        allow_nan_stats: bool = True,
        use_static_graph: bool = False,
        name: str = "Mixture",
    ) -> None:
        given = locals()
        if not isinstance(cat, Categorical):
            raise TypeError(f"cat must be a Categorical distribution, but saw: {cat}")
        if not components:
            raise ValueError("components must be a non-empty list or tuple")
        if not isinstance(components, (list, tuple)):
            raise TypeError(f"components must be a list or tuple, but saw: {components}")
        if not all(isinstance(component, Distribution) for component in components):
            raise TypeError(f"all entries in components must be Distribution instances but saw: {components}")
        dtype = components[0].dtype
        if any(component.dtype != dtype for component in components):
            found = [(component.name, component.dtype) for component in components]
            raise TypeError(f"All components must have the same dtype, but saw dtypes: {found}")
        event, batch = components[0].event_shape, cat.batch_shape
        for component in components:
            event, batch = event.merge_with(component.event_shape), batch.merge_with(component.batch_shape)
        if event.ndims is None:
            raise ValueError(
                "Expected to know rank(event_shape) from components, but none of the components provide a static number "
                "of ndims"
            )
        with name_scope(name, values=[cat.logits]) as scope:
            classes = constant_value(cat.event_size)
            if classes is None:
                raise ValueError(
                    "Could not infer number of classes from cat and unable to compare this value to the number of "
                    "components passed in."
                )
            if int(classes) != len(components):
                raise ValueError(f"cat.num_classes != len(components): {classes} vs. {len(components)}")
            self._assertions = []
            if validate_args:
                for position, component in enumerate(components):
                    message = f"components[{position}] batch shape must match cat batch shape"
                    own, wanted = component.batch_shape_tensor(), cat.batch_shape_tensor()
                    ranks = (
                        array_ops.size(wanted),
                        array_ops.size(own),
                    )  # no size differs of a shape that is empty
                    self._assertions.append(checks.assert_equal(*ranks, message=message))
                    self._assertions.append(checks.assert_equal(wanted, own, message=message))
        self._cat = cat
        self._components = list(components)
        self._known_event, self._known_batch = event, batch
        super().__init__(
            dtype=dtype,
            reparameterization_type=NOT_REPARAMETERIZED,
            validate_args=validate_args,
            allow_nan_stats=allow_nan_stats,
            parameters=given,
            graph_parents=[*cat._graph_parents, *(t for c in components for t in c._graph_parents)],
            name=scope,
        )

    @property
    def cat(self) -> Categorical:
        """The distribution of the components' numbers."""
        return self._cat

    @property
    def components(self) -> list[Distribution]:
        """The distributions that are mixed."""
        return self._components

    @property
    def num_components(self) -> int:
        """How many are mixed."""
        return len(self._components)

    def _batch_shape(self):
        return self._known_batch

    def _batch_shape_tensor(self):
        return self._cat.batch_shape_tensor()

    def _event_shape(self):
        return self._known_event

    def _event_shape_tensor(self):
        return self._components[0].event_shape_tensor()

    def _weights(self, logarithms=False):
        """The probability of each class, or its logarithm, of the batch shape."""
        function = nn.log_softmax if logarithms else nn.softmax
        return array_ops.unstack(function(self._cat.logits), num=self.num_components, axis=-1)

    def _mean_of(self, values):
        weights = [_behind(weight, self._known_event.ndims) for weight in self._weights()]
        return functools.reduce(operator.add, [weight * value for weight, value in zip(weights, values)])

    def _mean(self):
        with control_dependencies(self._assertions):
            return self._mean_of([component.mean() for component in self._components])

    def _variance(self):
        with control_dependencies(self._assertions):
            means = [component.mean() for component in self._components]
            squares = [
                component.variance() + math_ops.square(mean)
                for component, mean in zip(self._components, means)
            ]
            return self._mean_of(squares) - math_ops.square(self._mean_of(means))

    def _log_mean_of(self, method, x):
        with control_dependencies(self._assertions):
            x = convert_to_tensor(x, name="x")
            terms = [
                weight + getattr(component, method)(x)
                for weight, component in zip(self._weights(logarithms=True), self._components)
            ]
            return math_ops.reduce_logsumexp(array_ops.stack(terms, axis=0), axis=[0])

    def _log_prob(self, x):
        return self._log_mean_of("log_prob", x)

    def _log_cdf(self, x):
        return self._log_mean_of("log_cdf", x)

    def _sample_n(self, n, seed=None):
        with control_dependencies(self._assertions):
            chosen = _behind(self._cat.sample(n, seed=seed), self._known_event.ndims)
            samples = None
            for position, component in enumerate(self._components):
                seed = gen_new_seed(seed, "mixture")
                drawn = component.sample(n, seed=seed)
                is_chosen = math_ops.equal(chosen, position)
                samples = drawn if samples is None else select(is_chosen, drawn, samples)
            return samples

    def entropy_lower_bound(self, name: str = "entropy_lower_bound") -> Tensor:
        """The mean entropy of the components, which the entropy of the mixture is not below, of the batch shape."""
        with self._name_scope(name, [self._cat.logits]), control_dependencies(self._assertions):
            entropies = [component.entropy() for component in self._components]
            terms = [weight * entropy for weight, entropy in zip(self._weights(), entropies)]
            return functools.reduce(operator.add, terms)


@public("contrib.distributions.MixtureSameFamily")
class MixtureSameFamily(Distribution):
    """A mixture of the last batch dimension of one distribution.

    Args:
      mixture_distribution: a Categorical distribution of k classes, a batch of the components' or none.
      components_distribution: a Distribution of batch shape `[..., k]`.
      validate_args: whether shapes are checked in the run.
      allow_nan_stats: whether undefined statistics are NaN rather than errors in the run.
      name: the scope of its operations.

    Raises:
      ValueError: a mixture of what are no numbers of classes, or shapes that do not fit.
    """

    def __init__(
        self,
        mixture_distribution: Categorical,
        components_distribution: Distribution,
        validate_args: bool = False,
        allow_nan_stats: bool = True,
        name: str = "MixtureSameFamily",
    ) -> None:
        given = locals()
        mixture, components = mixture_distribution, components_distribution
        if not mixture.dtype.is_integer:
            raise ValueError(f"`mixture_distribution.dtype` ({mixture.dtype.name}) is not over integers")
        if mixture.event_shape.ndims:
            raise ValueError("`mixture_distribution` must have scalar `event_dim`s")
        own, outer = mixture.batch_shape, components.batch_shape.with_rank_at_least(1)[:-1]
        if own.is_fully_defined() and outer.is_fully_defined() and own.ndims and own != outer:
            raise ValueError(
                f"`mixture_distribution.batch_shape` (`{own.as_list()}`) is not compatible with "
                f"`components_distribution.batch_shape` (`{outer.as_list()}`)"
            )
        classes = mixture.logits.shape.with_rank_at_least(1)[-1].value
        count = components.batch_shape.with_rank_at_least(1)[-1].value
        if None not in (classes, count) and classes != count:
            raise ValueError(
                f"`mixture_distribution components` ({classes}) does not equal "
                f"`components_distribution.batch_shape[-1]` ({count})"
            )
        with name_scope(name) as scope:
            self._assertions = []
            if validate_args and None in (classes, count):
                sizes = array_ops.shape(mixture.logits)[-1], components.batch_shape_tensor()[-1]
                message = "`mixture_distribution components` does not equal `components_distribution.batch_shape[-1:]`"
                self._assertions = [checks.assert_equal(*sizes, message=message)]
        if components.event_shape.ndims is None:
            raise ValueError(f"the rank of an event must be known, got {components}")
        self._event_ndims = components.event_shape.ndims
        self._mixture_distribution = mixture
        self._components_distribution = components
        super().__init__(
            dtype=components.dtype,
            reparameterization_type=NOT_REPARAMETERIZED,
            validate_args=validate_args,
            allow_nan_stats=allow_nan_stats,
            parameters=given,
            graph_parents=[*mixture._graph_parents, *components._graph_parents],
            name=scope,
        )

    @property
    def mixture_distribution(self) -> Categorical:
        """The distribution of the components' numbers."""
        return self._mixture_distribution

    @property
    def components_distribution(self) -> Distribution:
        """The distribution whose last batch dimension is mixed."""
        return self._components_distribution

    def _batch_shape(self):
        shape = self._components_distribution.batch_shape
        return shape if shape.ndims is None else shape[:-1]

    def _batch_shape_tensor(self):
        with control_dependencies(self._assertions):
            return self._components_distribution.batch_shape_tensor()[:-1]

    def _event_shape(self):
        return self._components_distribution.event_shape

    def _event_shape_tensor(self):
        return self._components_distribution.event_shape_tensor()

    def _spread(self, x):
        """x with a dimension for the components, before those of an event."""
        return array_ops.expand_dims(x, -1 - self._event_ndims)

    def _mean_of(self, values):
        weights = _behind(nn.softmax(self._mixture_distribution.logits), self._event_ndims)
        return math_ops.reduce_sum(weights * values, axis=-1 - self._event_ndims)

    def _mean(self):
        with control_dependencies(self._assertions):
            return self._mean_of(self._components_distribution.mean())

    def _variance(self):
        with control_dependencies(self._assertions):
            means = self._components_distribution.mean()
            within = self._mean_of(self._components_distribution.variance())
            apart = math_ops.square(means - self._spread(self._mean_of(means)))
            return within + self._mean_of(apart)

    def _covariance(self):
        """The mean of the covariances, and the covariance of the means."""
        with control_dependencies(self._assertions):
            weights = nn.softmax(self._mixture_distribution.logits)[..., None, None]
            means = self._components_distribution.mean()
            apart = means - self._spread(self._mean_of(means))
            products = math_ops.matmul(apart[..., None], apart[..., None, :])
            return math_ops.reduce_sum(
                weights * (self._components_distribution.covariance() + products), axis=-3
            )

    def _log_prob(self, x):
        with control_dependencies(self._assertions):
            values = self._components_distribution.log_prob(self._spread(x))
            weights = nn.log_softmax(self._mixture_distribution.logits)
            return math_ops.reduce_logsumexp(values + weights, axis=-1)

    def _cdf(self, x):
        with control_dependencies(self._assertions):
            values = self._components_distribution.cdf(self._spread(x))
            return math_ops.reduce_sum(nn.softmax(self._mixture_distribution.logits) * values, axis=-1)

    def _sample_n(self, n, seed=None):
        with control_dependencies(self._assertions):
            drawn = self._components_distribution.sample(n, seed=seed)
            count = array_ops.shape(drawn)[0]
            mixture = self._mixture_distribution
            seed = gen_new_seed(seed, "MixtureSameFamily")
            if mixture.batch_shape.ndims == 0:  # each member of the batch draws a class of its own
                shape = array_ops.concat([[count], self.batch_shape_tensor()], 0)
                chosen = mixture.sample(shape, seed=seed)
            else:
                chosen = mixture.sample(count, seed=seed)
            depth = array_ops.shape(mixture.logits)[-1]
            mask = array_ops.one_hot(chosen, depth, on_value=True, off_value=False)
            mask = _behind(mask, self._event_ndims)
            kept = select(mask, drawn, array_ops.zeros_like(drawn))
            return math_ops.reduce_sum(kept, axis=-1 - self._event_ndims)
