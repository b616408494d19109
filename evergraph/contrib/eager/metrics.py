"""Metrics with state: objects that are called with each batch, and asked for their result."""

import re
from collections.abc import Callable, Sequence
from typing import Any

from evergraph.framework import dtypes
from evergraph.framework.collections import GraphKeys
from evergraph.framework.default_graph import control_dependencies
from evergraph.framework.execution import executing_eagerly
from evergraph.framework.operation import Operation
from evergraph.framework.public import public, public_module
from evergraph.framework.tensor import Tensor
from evergraph.framework.tracking import CheckpointableBase
from evergraph.framework.types import DTypeLike, ShapeLike, TensorLike
from evergraph.ops import array as array_ops
from evergraph.ops import checks
from evergraph.ops import math as math_ops
from evergraph.ops.constants import identity
from evergraph.ops.control_flow.grouping import group
from evergraph.ops.variables.initializers import Zeros
from evergraph.ops.variables.scope import get_variable, variable_scope

public_module("contrib.eager.python.metrics", "contrib.eager.python.metrics_impl")


@public("contrib.eager.metrics.Metric")
class Metric(CheckpointableBase):
    """A value that is computed from many batches.

    A subclass makes variables in `build` with `add_variable`, updates them in `call`, and computes `result` from them.

    Args:
      name: its name, and that of the scope of its variables; the class's when None.
      use_global_variables: whether its variables are in `GLOBAL_VARIABLES`, rather than `LOCAL_VARIABLES`, of a graph.
    """

    def __init__(self, name: str | None = None, use_global_variables: bool = False) -> None:
        self._name = name or type(self).__name__
        self._vars: list[Any] = []
        self._built = False
        self._collection = GraphKeys.GLOBAL_VARIABLES if use_global_variables else GraphKeys.LOCAL_VARIABLES
        with variable_scope(
            None, default_name=re.sub("[^A-Za-z0-9.]", "_", self._name), use_resource=True
        ) as scope:
            self._scope = scope

    @property
    def name(self) -> str:
        """Its name."""
        return self._name

    @property
    def variables(self) -> list:
        """Its variables, once it was called."""
        return self._vars

    def __call__(self, *args: Any, **kwargs: Any) -> Any:
        """Takes a batch: what `call` returns; in a graph, an operation that runs the updates or what waits for them."""
        if not self._built:
            with variable_scope(self._scope):
                self.build(*args, **kwargs)
            self._built = True
        return self.call(*args, **kwargs)

    def init_variables(self) -> Operation | None:
        """Begins anew: at once in the eager mode, in a graph with the operation that it returns."""
        if not executing_eagerly():
            return group(*[variable.initializer for variable in self._vars])
        for variable in self._vars:
            variable.assign(variable.initial_value)
        return None

    def build(self, *args: Any, **kwargs: Any) -> None:
        """Makes the variables; a subclass defines it. The arguments are those of the first call."""
        raise NotImplementedError("Metrics must define a build() member function")

    def call(self, *args: Any, **kwargs: Any) -> Any:
        """Updates the variables; a subclass defines it."""
        raise NotImplementedError("Metrics must define a call() member function")

    def result(self) -> Tensor:
        """The metric of all batches so far; a subclass defines it."""
        raise NotImplementedError("Metrics must define a result() member function")

    def value(self) -> Tensor | Callable[[], Tensor]:
        """The result, in a graph; the method `result` in the eager mode."""
        return self.result if executing_eagerly() else self.result()

    def aggregate(self, metrics: Sequence["Metric"]) -> None:
        """Adds the variables of other metrics of the same kind.

        Raises:
          TypeError: metrics of another kind.
        """
        for metric in metrics:
            if type(metric) is not type(self):
                raise TypeError(
                    f"All metrics must be the same type, '{type(self).__name__}' != '{type(metric).__name__}'."
                )
        for position, variable in enumerate(self._vars):
            variable.assign_add(math_ops.add_n([metric._vars[position].value() for metric in metrics]))

    def add_variable(
        self, name: str, shape: ShapeLike = None, dtype: DTypeLike = None, initializer: Callable | None = None
    ) -> Any:
        """A variable of the metric, for `build`. RuntimeError elsewhere."""
        if self._built:
            raise RuntimeError("Can't call add_variable() except in build().")
        variable = get_variable(
            name,
            shape=shape,
            dtype=dtype,
            initializer=initializer,
            trainable=False,
            collections=[self._collection, GraphKeys.METRIC_VARIABLES],
            use_resource=True,
        )
        self._vars.append(variable)
        self._track_checkpointable(variable, name)
        return variable


@public("contrib.eager.metrics.Mean")
class Mean(Metric):
    """The weighted mean of all values.

    Args:
      name, use_global_variables: as for `Metric`.
      dtype: of the sum, the weight and the result.
    """

    def __init__(
        self, name: str | None = None, dtype: DTypeLike = dtypes.float64, use_global_variables: bool = False
    ) -> None:
        super().__init__(name=name, use_global_variables=use_global_variables)
        self.dtype = dtypes.as_dtype(dtype)

    def build(self, *args: Any, **kwargs: Any) -> None:
        """Makes the sum and the weight."""
        self.numer = self.add_variable("numer", (), self.dtype, Zeros())
        self.denom = self.add_variable("denom", (), self.dtype, Zeros())

    def call(self, values: TensorLike, weights: TensorLike | None = None) -> Any:
        """Adds values.

        Args:
          values: a tensor of numbers.
          weights: a tensor of a shape that multiplies with them; 1 when None.

        Returns:
          Its arguments as tensors, which wait for the update in a graph.
        """
        given = identity(values)
        values = math_ops.cast(given, self.dtype)
        if weights is None:
            weight = math_ops.cast(array_ops.size(values), self.dtype)
        else:
            factors = math_ops.cast(weights, self.dtype)
            weight, values = math_ops.reduce_sum(factors), values * factors
        updates = [self.denom.assign_add(weight), self.numer.assign_add(math_ops.reduce_sum(values))]
        with control_dependencies([] if executing_eagerly() else [each.op for each in updates]):
            given = identity(given)
            return given if weights is None else (given, identity(weights))

    def result(self) -> Tensor:
        """The mean, a scalar; NaN before the first value."""
        return self.numer / self.denom


@public("contrib.eager.metrics.Accuracy")
class Accuracy(Mean):
    """How often predictions are their labels; arguments as for `Mean`."""

    def call(  # pyright: ignore[reportIncompatibleMethodOverride] each metric has arguments of its own
        self, labels: TensorLike, predictions: TensorLike, weights: TensorLike | None = None
    ) -> Any:
        """Adds predictions.

        Args:
          labels, predictions: tensors of one type and shape.
          weights: as for `Mean`.

        Raises:
          InvalidArgumentError: they have different shapes.
        """
        same = checks.assert_equal(
            array_ops.shape(labels),
            array_ops.shape(predictions),
            message="Shapes of labels and predictions are unequal",
        )
        with control_dependencies([] if same is None else [same]):
            matches = math_ops.cast(math_ops.equal(labels, predictions), dtypes.float64)
        super().call(matches, weights=weights)
        return (labels, predictions) if weights is None else (labels, predictions, weights)
