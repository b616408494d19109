"""The rows or the columns of a matrix that is factored: their factors and weights in shards, and copies of these."""

from __future__ import annotations

import contextlib
from collections.abc import Iterable
from numbers import Real
from typing import Any

from evergraph.framework import dtypes
from evergraph.framework.collections import GraphKeys
from evergraph.framework.default_graph import control_dependencies, name_scope
from evergraph.framework.operation import Operation
from evergraph.framework.tensor import Tensor
from evergraph.ops import array as array_ops
from evergraph.ops import math as math_ops
from evergraph.ops.array.partitioning import dynamic_partition
from evergraph.ops.constants import no_op
from evergraph.ops.control_flow.grouping import group
from evergraph.ops.random.distributions import random_normal
from evergraph.ops.variables.assign import assign, scatter_update
from evergraph.ops.variables.creation import new_variable


class Copies:
    """Local copies of variables, or these themselves.

    Args:
      variables: a list of variables.
      name: of the copies, which are numbered where `is_sharded`.
      wanted: whether there are to be copies.
      is_sharded: whether the variables are shards.

    Attributes:
      values: the copies, or the variables.
      fill: the operation that copies, one after the other.
      reset: the operation that makes each copy a single 1.
    """

    def __init__(self, variables: list[Any], name: str, wanted: bool, is_sharded: bool = True) -> None:
        if not wanted:
            self.values, self.fill, self.reset = variables, no_op(), no_op()
            return
        self.values = [
            new_variable(
                1.0,
                trainable=False,
                collections=[GraphKeys.LOCAL_VARIABLES],
                validate_shape=False,
                name=f"{name}_shard_{number}" if is_sharded else name,
            )
            for number in range(len(variables))
        ]
        filled = []
        for copy, variable in zip(self.values, variables):
            with control_dependencies(filled[-1:]):
                filled.append(assign(copy, variable, validate_shape=False))
        self.fill = group(*filled)
        self.reset = group(*(assign(copy, 1.0, validate_shape=False) for copy in self.values))


class Axis:
    """Rows, or columns.

    Args:
      name: "row" or "col".
      size: how many there are.
      rank: how many components a factor has.
      shards: how many variables the factors, and the weights, are divided over.
      factors: what they begin with: "random", an array, a list of one for each shard, or a function that returns such.
      weights: None, a number that is not negative, a list of them, or a list of lists, one for each shard.
      is_scoped: whether variables are in name scopes of their own.

    Attributes:
      factors: the variables of factors, `[size of the shard, rank]`.
      weights: the variables of weights, `[size of the shard]`, or None.
      gramian: the variable of the product of the factors with themselves, `[rank, rank]`.

    Raises:
      ValueError: weights or factors of another kind, or of another number of shards.
    """

    factor_copies: Copies
    gramian_copy: Copies
    weight_copies: Copies | None

    def __init__(
        self, name: str, size: int, rank: int, shards: int, factors: Any, weights: Any, is_scoped: bool
    ) -> None:
        self.name, self.size, self.rank, self._shards = name, size, rank, shards
        each, rest = divmod(size, shards)
        self._sizes = [each + 1] * rest + [each] * (shards - rest)
        self._is_scoped = is_scoped
        self.weights = None if weights is None else self._create("weights", self._weights(weights))
        self.factors = self._create("factors", self._factors(factors))
        self.gramian = new_variable(
            array_ops.zeros([rank, rank]), dtype=dtypes.float32, name=f"{name}_gramian"
        )

    def _create(self, what, values):
        name = f"{self.name}_{what}"
        with name_scope(name) if self._is_scoped else contextlib.nullcontext():
            return [
                new_variable(value, dtype=dtypes.float32, name=f"{name}_shard_{number}")
                for number, value in enumerate(values)
            ]

    def _of_shards(self, values, what):
        if len(values) != self._shards:
            raise ValueError(f"{self.name}_{what} has {len(values)} parts, for {self._shards} shards")
        return values

    def _factors(self, init):
        """For each shard a function that gives its factors."""
        if callable(init):
            init = init()
        if isinstance(init, str) and init == "random":
            return [lambda size=size: random_normal([size, self.rank]) for size in self._sizes]
        if not isinstance(init, list) and self._shards == 1:
            init = [init]
        return [lambda value=value: value for value in self._of_shards(init, "init")]

    def _weights(self, init):
        if isinstance(init, Iterable):
            init = list(init)
            if self._shards == 1 and len(init) == self.size:
                init = [init]
            return [lambda value=value: value for value in self._of_shards(init, "weights")]
        if not isinstance(init, Real) or init < 0:
            raise ValueError(
                f"{self.name}_weights must be None, a number that is not negative, or a list of lists of such numbers, one for "
                f"each shard; got {init!r}"
            )
        return [lambda size=size: init * array_ops.ones([size]) for size in self._sizes]

    def prepare_gramian(self) -> Operation:
        """Records the operation that computes the gramian."""
        products = [math_ops.matmul(each, each, transpose_a=True) for each in self.factors]
        return assign(self.gramian, math_ops.add_n(products)).op

    def make_copies(self, of_factors: bool, of_gramian: bool) -> None:
        """Records `factor_copies`, `weight_copies` (None without weights) and `gramian_copy`."""
        self.factor_copies = Copies(self.factors, f"{self.name}_factors_cache", of_factors)
        self.weight_copies = None
        if self.weights is not None:
            self.weight_copies = Copies(self.weights, f"{self.name}_wt_cache", of_factors)
        self.gramian_copy = Copies([self.gramian], f"{self.name}_gramian_cache", of_gramian, is_sharded=False)

    def update(self, numbers: Tensor, values: Tensor, name: str) -> Operation:
        """Records the operation that replaces some factors.

        Args:
          numbers: int64 `[n]`, which.
          values: float32 `[n, rank]`.
          name: the operation's name.
        """
        if self._shards == 1:
            return scatter_update(self.factors[0], numbers, values, name=name).op
        each, rest = divmod(self.size, self._shards)
        shard = math_ops.maximum(numbers // (each + 1), (numbers - rest) // each)
        inside = array_ops.where(shard < rest, numbers % (each + 1), (numbers - rest) % each)
        shard = math_ops.cast(shard, dtypes.int32)
        parts = zip(
            self.factors,
            dynamic_partition(inside, shard, self._shards),
            dynamic_partition(values, shard, self._shards),
        )
        return group(*(scatter_update(*part) for part in parts), name=name)
