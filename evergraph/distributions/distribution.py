"""What all distributions share: shapes of samples, batches and events, scopes, and which statistic follows from which."""

from __future__ import annotations

import contextlib
from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any

import numpy as np

from evergraph.distributions import kullback_leibler
from evergraph.framework import dtypes
from evergraph.framework.conversion import convert_to_tensor
from evergraph.framework.default_graph import name_scope
from evergraph.framework.dtypes import DType
from evergraph.framework.public import public, public_module
from evergraph.framework.shapes import TensorShape, as_shape, unknown_shape
from evergraph.framework.tensor import Tensor
from evergraph.framework.types import DTypeLike, ShapeLike, TensorLike
from evergraph.ops import array as array_ops
from evergraph.ops import math as math_ops
from evergraph.ops.inference import constant_value, constant_value_as_shape

public_module("python.ops.distributions.distribution")


@public("distributions.ReparameterizationType", "contrib.distributions.ReparameterizationType")
class ReparameterizationType:
    """Whether gradients flow through samples: one of two constants, compared by identity."""

    def __init__(self, rep_type: str) -> None:
        self._rep_type = rep_type

    def __repr__(self) -> str:
        return f"<Reparameteriation Type: {self._rep_type}>"

    def __eq__(self, other: object) -> bool:
        return self is other

    def __hash__(self) -> int:
        return id(self)


FULLY_REPARAMETERIZED = public(
    "distributions.FULLY_REPARAMETERIZED", "contrib.distributions.FULLY_REPARAMETERIZED"
)(ReparameterizationType("FULLY_REPARAMETERIZED"))
NOT_REPARAMETERIZED = public(
    "distributions.NOT_REPARAMETERIZED", "contrib.distributions.NOT_REPARAMETERIZED"
)(ReparameterizationType("NOT_REPARAMETERIZED"))


def _same(value):
    return value


def _complement(probability):
    return 1.0 - probability


def _log_complement(probability):
    return math_ops.log1p(-probability)


# What is asked for -> the methods that may answer, best first, and what is done with the answer.
_WAYS: dict[str, tuple[tuple[str, Callable], ...]] = {
    "log_prob": (("_log_prob", _same), ("_prob", math_ops.log)),
    "prob": (("_prob", _same), ("_log_prob", math_ops.exp)),
    "log_cdf": (("_log_cdf", _same), ("_cdf", math_ops.log)),
    "cdf": (("_cdf", _same), ("_log_cdf", math_ops.exp)),
    "log_survival_function": (("_log_survival_function", _same), ("cdf", _log_complement)),
    "survival_function": (("_survival_function", _same), ("cdf", _complement)),
    "quantile": (("_quantile", _same),),
    "variance": (("_variance", _same), ("_stddev", math_ops.square)),
    "stddev": (("_stddev", _same), ("_variance", math_ops.sqrt)),
}


def _missing(what):
    def method(self, *args, **kwargs):
        raise NotImplementedError(f"{what} is not implemented: {type(self).__name__} has none")

    return method


@public("distributions.Distribution", "contrib.distributions.Distribution")
class Distribution:
    """A batch of independent random variables of one family.

    A draw of one of them has the shape `event_shape`, `()` for scalars; there are `batch_shape` of them, one for each member
    of the parameters' common shape; `sample(s)` has the shape `s + batch_shape + event_shape`. Values that are given to
    `log_prob` and its kin broadcast with `batch_shape + event_shape`.

    A family is a subclass with the methods of the same names and an underscore, without `name`: `_sample_n(n, seed)`,
    `_log_prob(value)` or `_prob(value)`, `_mean()`, `_batch_shape()`, `_batch_shape_tensor()`, and so on. What it lacks raises
    NotImplementedError, where it does not follow from another (`prob` is `exp(log_prob)`).

    Args:
      dtype: the type of the samples.
      reparameterization_type: FULLY_REPARAMETERIZED where samples are differentiable functions of the parameters.
      validate_args: whether parameters and values are checked in the run.
      allow_nan_stats: whether statistics that are undefined are NaN; else they raise InvalidArgumentError in the run.
      parameters: what the instance was made with, for `copy`.
      graph_parents: the tensors that it is made of.
      name: the scope of its operations, the class's name when None.

    Raises:
      ValueError: a graph parent that is no tensor.
    """

    def __init__(
        self,
        dtype: DTypeLike,
        reparameterization_type: ReparameterizationType,
        validate_args: bool,
        allow_nan_stats: bool,
        parameters: Mapping[str, Any] | None = None,
        graph_parents: Sequence[Tensor] | None = None,
        name: str | None = None,
    ) -> None:
        graph_parents = list(graph_parents or ())
        for position, parent in enumerate(graph_parents):
            if not _is_tensor(parent):
                raise ValueError(f"Graph parent item {position} is not a Tensor; {parent}.")
        if not name or not name.endswith("/"):
            with name_scope(name or type(self).__name__) as name:
                pass
        self._dtype = dtype
        self._reparameterization_type = reparameterization_type
        self._allow_nan_stats = allow_nan_stats
        self._validate_args = validate_args
        self._parameters = dict(parameters or {})
        self._graph_parents = graph_parents
        self._name = name

    # -- what it is ----------------------------------------------------------------------------------------------------

    @classmethod
    def param_shapes(
        cls, sample_shape: TensorLike, name: str = "DistributionParamShapes"
    ) -> dict[str, Tensor]:
        """{parameter: its shape, a tensor} of an instance whose `sample()` has the shape `sample_shape`."""
        with name_scope(name, values=[sample_shape]):
            return cls._param_shapes(sample_shape)

    @classmethod
    def param_static_shapes(cls, sample_shape: ShapeLike) -> dict[str, TensorShape]:
        """{parameter: its shape} of an instance whose `sample()` has the shape `sample_shape`.

        Raises:
          ValueError: a shape that is not fully known.
        """
        if isinstance(sample_shape, TensorShape):
            if not sample_shape.is_fully_defined():
                raise ValueError(f"TensorShape sample_shape must be fully defined, got {sample_shape}")
            sample_shape = sample_shape.as_list()
        values = {name: constant_value(shape) for name, shape in cls.param_shapes(sample_shape).items()}
        if any(value is None for value in values.values()):
            raise ValueError(
                f"sample_shape must be a fully-defined TensorShape or list/tuple, got {sample_shape}"
            )
        return {name: TensorShape(value) for name, value in values.items()}

    @classmethod
    def _param_shapes(cls, sample_shape: Any) -> Any:
        raise NotImplementedError("_param_shapes not implemented")

    @property
    def name(self) -> str:
        """The scope of its operations, which ends with a slash."""
        return self._name

    @property
    def dtype(self) -> DType:
        """The type of the samples."""
        return self._dtype

    @property
    def parameters(self) -> dict[str, Any]:
        """What the instance was made with."""
        return {
            key: value
            for key, value in self._parameters.items()
            if not key.startswith("__") and key != "self"
        }

    @property
    def reparameterization_type(self) -> ReparameterizationType:
        """FULLY_REPARAMETERIZED or NOT_REPARAMETERIZED: whether gradients flow from samples to parameters."""
        return self._reparameterization_type

    @property
    def allow_nan_stats(self) -> bool:
        """Whether statistics that are undefined are NaN; else they raise in the run."""
        return self._allow_nan_stats

    @property
    def validate_args(self) -> bool:
        """Whether parameters and values are checked in the run."""
        return self._validate_args

    def copy(self, **override_parameters_kwargs: Any) -> Distribution:
        """An instance of the class with the same arguments, but for those that are given."""
        return type(self)(**{**self.parameters, **override_parameters_kwargs})

    # -- shapes --------------------------------------------------------------------------------------------------------

    _batch_shape_tensor = _missing("batch_shape_tensor")
    _event_shape_tensor = _missing("event_shape_tensor")

    def _batch_shape(self):
        return unknown_shape()

    def _event_shape(self):
        return unknown_shape()

    @property
    def batch_shape(self) -> TensorShape:
        """How many independent variables there are, as far as it is known."""
        return as_shape(self._batch_shape())

    @property
    def event_shape(self) -> TensorShape:
        """The shape of one draw of one variable, as far as it is known."""
        return as_shape(self._event_shape())

    def batch_shape_tensor(self, name: str = "batch_shape_tensor") -> Tensor:
        """How many independent variables there are, an int32 vector."""
        with self._name_scope(name):
            if self.batch_shape.is_fully_defined():
                return convert_to_tensor(self.batch_shape.as_list(), dtypes.int32, name="batch_shape")
            return self._batch_shape_tensor()

    def event_shape_tensor(self, name: str = "event_shape_tensor") -> Tensor:
        """The shape of one draw of one variable, an int32 vector."""
        with self._name_scope(name):
            if self.event_shape.is_fully_defined():
                return convert_to_tensor(self.event_shape.as_list(), dtypes.int32, name="event_shape")
            return self._event_shape_tensor()

    def is_scalar_event(self, name: str = "is_scalar_event") -> Tensor:
        """Whether a draw is a scalar, a bool tensor."""
        return self._is_scalar(self.event_shape, self.event_shape_tensor, name)

    def is_scalar_batch(self, name: str = "is_scalar_batch") -> Tensor:
        """Whether there is but one variable, a bool tensor."""
        return self._is_scalar(self.batch_shape, self.batch_shape_tensor, name)

    def _is_scalar(self, static, dynamic, name):
        with self._name_scope(name):
            if static.ndims is not None:
                return convert_to_tensor(static.ndims == 0, name=name)
            return math_ops.equal(array_ops.size(dynamic()), 0, name=name)

    # -- samples -------------------------------------------------------------------------------------------------------

    _sample_n = _missing("sample_n")

    def sample(self, sample_shape: TensorLike = (), seed: int | None = None, name: str = "sample") -> Tensor:
        """Draws of every variable.

        Args:
          sample_shape: how many, an int32 scalar or vector.
          seed: the seed of the random operations.
          name: a name for the operations.

        Returns:
          A tensor of `dtype` and shape `sample_shape + batch_shape + event_shape`.

        Raises:
          ValueError: a sample shape of rank 2 or more.
        """
        return self._call_sample_n(sample_shape, seed, name)

    def _call_sample_n(self, sample_shape, seed, name, **kwargs):
        with self._name_scope(name, [sample_shape]):
            sample_shape, n = self._vector_and_count(sample_shape)
            samples = self._sample_n(n, seed, **kwargs)
            return self._shaped_as_samples(samples, sample_shape)

    def _vector_and_count(self, sample_shape):
        """(the sample shape as a vector, its product)."""
        sample_shape = convert_to_tensor(sample_shape, dtypes.int32, name="sample_shape")
        known = constant_value(sample_shape)
        count = math_ops.reduce_prod(sample_shape) if known is None else np.prod(known, dtype=np.int32)
        if (sample_shape.shape.ndims or 0) > 1:
            raise ValueError(f"Input is neither scalar nor vector: sample_shape is {sample_shape}")
        if sample_shape.shape.ndims == 0 and known is not None:
            return convert_to_tensor(np.reshape(known, [1]), dtypes.int32, name="sample_shape"), count
        if sample_shape.shape.ndims != 1:
            sample_shape = array_ops.reshape(sample_shape, [-1])
        return sample_shape, count

    def _shaped_as_samples(self, samples, sample_shape):
        """`[n, ...]` samples with the sample shape in the place of n."""
        shape = array_ops.concat([sample_shape, array_ops.shape(samples)[1:]], 0)
        return self._with_static_shape(array_ops.reshape(samples, shape), sample_shape)

    def _with_static_shape(self, samples, sample_shape):
        """Samples whose static shape has all that is known of samples, batch and event."""
        whole = constant_value_as_shape(sample_shape).concatenate(self.batch_shape)
        samples.set_shape(whole.concatenate(self.event_shape))
        ndims, event = samples.shape.ndims, self.event_shape.ndims
        if ndims is not None and event is not None:
            samples.set_shape(TensorShape([None] * (ndims - event)).concatenate(self.event_shape))
        return samples

    # -- densities and moments -----------------------------------------------------------------------------------------

    _log_prob = _missing("log_prob")
    _prob = _missing("prob")
    _log_cdf = _missing("log_cdf")
    _cdf = _missing("cdf")
    _log_survival_function = _missing("log_survival_function")
    _survival_function = _missing("survival_function")
    _quantile = _missing("quantile")
    _entropy = _missing("entropy")
    _mean = _missing("mean")
    _variance = _missing("variance")
    _stddev = _missing("stddev")
    _covariance = _missing("covariance")
    _mode = _missing("mode")

    def _first_way(self, what, *values, **kwargs):
        """What the first of the methods gives that is implemented.

        Raises:
          NotImplementedError: none is; that of the first.
        """
        first = None
        for method, finish in _WAYS[what]:
            try:
                return finish(getattr(self, method)(*values, **kwargs))
            except NotImplementedError as error:
                first = first or error
        assert first is not None, what
        raise first

    def _call_on(self, what, value, name, **kwargs):
        with self._name_scope(name, [value]):
            return self._first_way(what, convert_to_tensor(value, name="value"), **kwargs)

    def log_prob(self, value: TensorLike, name: str = "log_prob") -> Tensor:
        """The logarithm of the density (of the probability, where the variable is discrete) at `value`."""
        return self._call_on("log_prob", value, name)

    def prob(self, value: TensorLike, name: str = "prob") -> Tensor:
        """The density (the probability, where the variable is discrete) at `value`."""
        return self._call_on("prob", value, name)

    def log_cdf(self, value: TensorLike, name: str = "log_cdf") -> Tensor:
        """`log(P[X <= value])`."""
        return self._call_on("log_cdf", value, name)

    def cdf(self, value: TensorLike, name: str = "cdf") -> Tensor:
        """`P[X <= value]`."""
        return self._call_on("cdf", value, name)

    def log_survival_function(self, value: TensorLike, name: str = "log_survival_function") -> Tensor:
        """`log(P[X > value])`."""
        return self._call_on("log_survival_function", value, name)

    def survival_function(self, value: TensorLike, name: str = "survival_function") -> Tensor:
        """`P[X > value]`."""
        return self._call_on("survival_function", value, name)

    def quantile(self, value: TensorLike, name: str = "quantile") -> Tensor:
        """The x with `P[X <= x] == value`, for values in [0, 1]."""
        return self._call_on("quantile", value, name)

    def entropy(self, name: str = "entropy") -> Tensor:
        """Shannon's entropy in nats, of the batch shape."""
        with self._name_scope(name):
            return self._entropy()

    def mean(self, name: str = "mean") -> Tensor:
        """The mean, of shape `batch_shape + event_shape`."""
        with self._name_scope(name):
            return self._mean()

    def variance(self, name: str = "variance") -> Tensor:
        """The variance of each entry, of shape `batch_shape + event_shape`."""
        with self._name_scope(name):
            return self._first_way("variance")

    def stddev(self, name: str = "stddev") -> Tensor:
        """The standard deviation of each entry, of shape `batch_shape + event_shape`."""
        with self._name_scope(name):
            return self._first_way("stddev")

    def covariance(self, name: str = "covariance") -> Tensor:
        """The covariance of the k entries of a draw, of shape `batch_shape + [k, k]`."""
        with self._name_scope(name):
            return self._covariance()

    def mode(self, name: str = "mode") -> Tensor:
        """The likeliest value, of shape `batch_shape + event_shape`."""
        with self._name_scope(name):
            return self._mode()

    def _cross_entropy(self, other):
        return kullback_leibler.cross_entropy(self, other, allow_nan_stats=self.allow_nan_stats)

    def _kl_divergence(self, other):
        return kullback_leibler.kl_divergence(self, other, allow_nan_stats=self.allow_nan_stats)

    def cross_entropy(self, other: Distribution, name: str = "cross_entropy") -> Tensor:
        """`E_self[-log other(x)]` in nats, of the batch shape. NotImplementedError where the divergence is not known."""
        with self._name_scope(name):
            return self._cross_entropy(other)

    def kl_divergence(self, other: Distribution, name: str = "kl_divergence") -> Tensor:
        """`E_self[log(self(x) / other(x))]` in nats, of the batch shape. NotImplementedError where it is not known."""
        with self._name_scope(name):
            return self._kl_divergence(other)

    # -- scopes and texts ----------------------------------------------------------------------------------------------

    @contextlib.contextmanager
    def _name_scope(self, name: str | None = None, values: Sequence[Any] | None = None) -> Iterator[str]:
        with (
            name_scope(self.name),
            name_scope(name, values=[*(values or ()), *self._graph_parents]) as scope,
        ):
            yield scope

    def __str__(self) -> str:
        batch = "" if self.batch_shape.ndims is None else f", batch_shape={self.batch_shape}"
        event = "" if self.event_shape.ndims is None else f", event_shape={self.event_shape}"
        return f'tf.distributions.{type(self).__name__}("{self.name}"{batch}{event}, dtype={self.dtype.name})'

    def __repr__(self) -> str:
        return (
            f"<tf.distributions.{type(self).__name__} '{self.name}' batch_shape={self.batch_shape}"
            f" event_shape={self.event_shape} dtype={self.dtype.name}>"
        )


def _is_tensor(value):
    return isinstance(value, Tensor) or hasattr(value, "_as_graph_element")
