"""Vectors each of whose entries is drawn given those before it."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from evergraph.distributions.distribution import Distribution
from evergraph.distributions.numbers import gen_new_seed
from evergraph.framework.default_graph import name_scope
from evergraph.framework.public import public, public_module
from evergraph.framework.tensor import Tensor
from evergraph.framework.types import TensorLike

public_module("contrib.distributions.python.ops.autoregressive")


@public("contrib.distributions.Autoregressive")
class Autoregressive(Distribution):
    """A distribution of x whose entry i is drawn from a distribution that depends on the entries before i.

    Samples are drawn by drawing `num_steps` times from what the samples so far lead to, with one seed.

    Args:
      distribution_fn: a function of x, or of nothing for the first step, that returns a Distribution of vectors.
      sample0: what the first step gets; nothing when None.
      num_steps: how many steps there are; as many as an event has entries when None.
      validate_args: not used.
      allow_nan_stats: whether undefined statistics are NaN rather than errors in the run.
      name: the scope of its operations.

    Raises:
      ValueError: fewer than one step, or an event of unknown shape.
    """

    def __init__(
        self,
        distribution_fn: Callable[..., Distribution],
        sample0: TensorLike | None = None,
        num_steps: int | None = None,
        validate_args: bool = False,
        allow_nan_stats: bool = True,
        name: str = "Autoregressive",
    ) -> None:
        given = locals()
        with name_scope(name) as scope:
            self._distribution_fn = distribution_fn
            self._sample0 = sample0
            self._distribution0 = distribution_fn() if sample0 is None else distribution_fn(sample0)
            if num_steps is None:
                num_steps = self._distribution0.event_shape.num_elements()
            if num_steps is None:
                raise ValueError(
                    "distribution_fn must generate a distribution with fully known `event_shape`."
                )
            if num_steps < 1:
                raise ValueError(f"num_steps ({num_steps}) must be at least 1.")
            self._num_steps = num_steps
        super().__init__(
            dtype=self._distribution0.dtype,
            reparameterization_type=self._distribution0.reparameterization_type,
            validate_args=validate_args,
            allow_nan_stats=allow_nan_stats,
            parameters=given,
            graph_parents=self._distribution0._graph_parents,
            name=scope,
        )

    @property
    def distribution_fn(self) -> Callable[..., Distribution]:
        """The function that says how an entry depends on those before it."""
        return self._distribution_fn

    @property
    def sample0(self) -> TensorLike | None:
        """What the first step gets."""
        return self._sample0

    @property
    def num_steps(self) -> int:
        """How many steps there are."""
        return self._num_steps

    @property
    def distribution0(self) -> Distribution:
        """The distribution of the first step."""
        return self._distribution0

    def _batch_shape(self):
        return self._distribution0.batch_shape

    def _batch_shape_tensor(self):
        return self._distribution0.batch_shape_tensor()

    def _event_shape(self):
        return self._distribution0.event_shape

    def _event_shape_tensor(self):
        return self._distribution0.event_shape_tensor()

    def _sample_n(self, n, seed=None) -> Tensor:
        if seed is None:  # all steps must draw the same numbers
            seed = gen_new_seed(np.random.randint(2**31 - 1), "autoregressive")
        samples = self._distribution0.sample(n, seed=seed)
        for _ in range(self._num_steps):
            samples = self._distribution_fn(samples).sample(seed=seed)
        return samples

    def _log_prob(self, value):
        return self._distribution_fn(value).log_prob(value)

    def _prob(self, value):
        return self._distribution_fn(value).prob(value)
