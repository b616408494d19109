"""Flows: maps whose shift and scale are functions, such as networks, of a part of what they map."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import numpy as np

from evergraph.distributions.bijector import Bijector
from evergraph.framework.default_graph import name_scope
from evergraph.framework.public import public, public_module
from evergraph.framework.tensor import Tensor
from evergraph.layers.dense import Dense, dense
from evergraph.ops import array as array_ops
from evergraph.ops import clip, constants, nn
from evergraph.ops import math as math_ops
from evergraph.ops.control_flow.loop import while_loop
from evergraph.ops.variables.initializers import glorot_normal_initializer
from evergraph.ops.variables.template import make_template

public_module(
    "contrib.distributions.python.ops.bijectors.masked_autoregressive",
    "contrib.distributions.python.ops.bijectors.real_nvp",
)

_UNKNOWN_SIZE = "Rightmost dimension must be known prior to graph execution."


def _shifted(x, shift, log_scale):
    y = x if log_scale is None else x * math_ops.exp(log_scale)
    return y if shift is None else y + shift


def _unshifted(y, shift, log_scale):
    x = y if shift is None else y - shift
    return x if log_scale is None else x * math_ops.exp(-log_scale)


def _stretch(log_scale, value):
    """The logarithm of how much vectors are stretched."""
    if log_scale is None:
        return constants.constant(0.0, dtype=value.dtype.base_dtype)
    return math_ops.reduce_sum(log_scale, axis=-1)


@public("contrib.distributions.bijectors.MaskedAutoregressiveFlow")
class MaskedAutoregressiveFlow(Bijector):
    """`y[i] = x[i] * exp(log_scale(y[:i])) + shift(y[:i])` (Papamakarios et al. 2017, arXiv:1705.07057).

    The inverse takes one call of the function, the map as many as a vector has entries; `Invert` changes that round.

    Args:
      shift_and_log_scale_fn: a function of y `[..., n]` that returns (shift, log scale), of which entry i depends on the entries
        before i only; either may be None.
      is_constant_jacobian: whether the log scale is the same everywhere.
      validate_args: not used.
      unroll_loop: whether the calls stand one after another in the graph, rather than in a loop.
      name: the scope of its operations.
    """

    def __init__(
        self,
        shift_and_log_scale_fn: Callable[..., tuple[Tensor | None, Tensor | None]],
        is_constant_jacobian: bool = False,
        validate_args: bool = False,
        unroll_loop: bool = False,
        name: str | None = None,
    ) -> None:
        self._shift_and_log_scale_fn = shift_and_log_scale_fn
        self._unroll_loop = unroll_loop
        super().__init__(
            forward_min_event_ndims=1,
            is_constant_jacobian=is_constant_jacobian,
            validate_args=validate_args,
            name=name or "masked_autoregressive_flow",
        )

    def _forward(self, x):
        size = x.shape.with_rank_at_least(1)[-1].value
        y = array_ops.zeros_like(x, name="y0")
        if self._unroll_loop:
            if size is None:
                raise ValueError(
                    "The final dimension of `x` must be known at graph construction time if `unroll_loop=True`. "
                    f"`x.shape: {x.shape!r}`"
                )
            for _ in range(size):
                y = _shifted(x, *self._shift_and_log_scale_fn(y))
            return y
        self._shift_and_log_scale_fn(y)  # makes its variables outside of the loop
        count = array_ops.shape(x)[-1]
        _, y = while_loop(
            lambda index, _: index < count,
            lambda index, y: (index + 1, _shifted(x, *self._shift_and_log_scale_fn(y))),
            (0, y),
            maximum_iterations=size,
        )
        return y

    def _inverse(self, y):
        return _unshifted(y, *self._shift_and_log_scale_fn(y))

    def _inverse_log_det_jacobian(self, y):
        return -_stretch(self._shift_and_log_scale_fn(y)[1], y)


def _mask(num_blocks, n_in, n_out, is_exclusive):
    """Which input reaches which output, `[n_in, n_out]`: block j reaches the blocks after it, and itself if not exclusive."""
    wide, tall = n_in // num_blocks, n_out // num_blocks
    mask = np.zeros([n_in, n_out], np.float32)
    for block in range(num_blocks):
        mask[block * wide : (block + 1) * wide, (block + is_exclusive) * tall :] = 1
    return mask


@public("contrib.distributions.bijectors.masked_dense")
def masked_dense(
    inputs: Tensor,
    units: int,
    num_blocks: int | None = None,
    exclusive: bool = False,
    kernel_initializer: Callable[..., Any] | None = None,
    reuse: bool | None = None,
    name: str | None = None,
    *args: Any,
    **kwargs: Any,
) -> Tensor:
    """A dense layer whose outputs see only some inputs: those of blocks up to their own (Germain et al. 2015, arXiv:1502.03509).

    Args:
      inputs: `[..., n]`, n known.
      units: how many outputs.
      num_blocks: how many blocks inputs and outputs fall into.
      exclusive: whether an output does not see its own block.
      kernel_initializer: the initializer of the kernel, Glorot's normal when None.
      reuse: whether the layer's variables are those made before.
      name: the layer's name.
      *args: further arguments of `tf.layers.Dense`.
      **kwargs: likewise.

    Raises:
      NotImplementedError: n is not known.
    """
    depth = inputs.shape.with_rank_at_least(1)[-1].value
    if depth is None:
        raise NotImplementedError(_UNKNOWN_SIZE)
    mask = _mask(num_blocks, depth, units, exclusive)
    initializer = kernel_initializer or glorot_normal_initializer()

    def masked(shape, dtype=None, partition_info=None):
        return mask * initializer(shape, dtype=dtype, partition_info=partition_info)

    with name_scope(name, "masked_dense", [inputs]):
        layer = Dense(
            units,
            *args,
            kernel_initializer=masked,
            kernel_constraint=lambda kernel: mask * kernel,
            name=name,
            dtype=inputs.dtype.base_dtype,
            _scope=name,
            _reuse=reuse,
            **kwargs,
        )
        return layer.apply(inputs)


@public("contrib.distributions.bijectors.masked_autoregressive_default_template")
def masked_autoregressive_default_template(
    hidden_layers: Sequence[int],
    shift_only: bool = False,
    activation: Callable[..., Any] | None = nn.relu,
    log_scale_min_clip: float = -5.0,
    log_scale_max_clip: float = 3.0,
    log_scale_clip_gradient: bool = False,
    name: str | None = None,
    *args: Any,
    **kwargs: Any,
) -> Callable[[Tensor], tuple[Tensor, Tensor | None]]:
    """A function for `MaskedAutoregressiveFlow` that is a masked network, whose variables are the same in each call.

    Args:
      hidden_layers: the units of each hidden layer.
      shift_only: whether there is no log scale.
      activation: the activation of the hidden layers.
      log_scale_min_clip: the smallest log scale.
      log_scale_max_clip: the largest.
      log_scale_clip_gradient: whether no gradient flows where the log scale is clipped.
      name: a name for the operations.
      *args: further arguments of `tf.layers.Dense`.
      **kwargs: likewise.

    Raises (when called):
      NotImplementedError: the last dimension is not known.
    """

    def shift_and_log_scale(x):
        depth = x.shape.with_rank_at_least(1)[-1].value
        if depth is None:
            raise NotImplementedError(_UNKNOWN_SIZE)
        shape = x.shape.as_list() if x.shape.is_fully_defined() else array_ops.shape(x)
        for position, units in enumerate(hidden_layers):
            x = masked_dense(x, units, depth, position == 0, *args, activation=activation, **kwargs)
        outputs = (1 if shift_only else 2) * depth
        x = masked_dense(x, outputs, depth, *args, activation=None, **kwargs)
        if shift_only:
            return array_ops.reshape(x, shape), None
        x = array_ops.reshape(x, array_ops.concat([shape, [2]], axis=0))
        shift, log_scale = array_ops.unstack(x, num=2, axis=-1)
        clipped = clip.clip_by_value(log_scale, log_scale_min_clip, log_scale_max_clip)
        if not log_scale_clip_gradient:
            clipped = log_scale + constants.stop_gradient(clipped - log_scale)
        return shift, clipped

    with name_scope(name, "masked_autoregressive_default_template"):
        return make_template("masked_autoregressive_default_template", shift_and_log_scale)


@public("contrib.distributions.bijectors.RealNVP")
class RealNVP(Bijector):
    """The first entries stay, the others are shifted and scaled by functions of these (Dinh et al. 2017, arXiv:1605.08803).

    Args:
      num_masked: how many entries stay.
      shift_and_log_scale_fn: a function of those entries `[..., num_masked]` and of how many others there are, which returns
        (shift, log scale) of these; either may be None.
      is_constant_jacobian: whether the log scale is the same everywhere.
      validate_args: not used.
      name: the scope of its operations.

    Raises:
      ValueError: no entry stays, or (when applied) all do.
      NotImplementedError: (when applied) the size of vectors is not known.
    """

    def __init__(
        self,
        num_masked: int,
        shift_and_log_scale_fn: Callable[..., tuple[Tensor | None, Tensor | None]],
        is_constant_jacobian: bool = False,
        validate_args: bool = False,
        name: str | None = None,
    ) -> None:
        if num_masked <= 0:
            raise ValueError(f"num_masked must be a positive integer, got {num_masked}.")
        self._num_masked = num_masked
        self._shift_and_log_scale_fn = shift_and_log_scale_fn
        super().__init__(
            forward_min_event_ndims=1,
            is_constant_jacobian=is_constant_jacobian,
            validate_args=validate_args,
            name=name or "real_nvp",
        )

    def _parts(self, value):
        """(what stays, the rest, its shift and log scale)."""
        size = value.shape.with_rank_at_least(1)[-1].value
        if size is None:
            raise NotImplementedError(_UNKNOWN_SIZE)
        if self._num_masked >= size:
            raise ValueError(
                f"Number of masked units must be smaller than the event size: {self._num_masked} of {size}."
            )
        stays, rest = value[..., : self._num_masked], value[..., self._num_masked :]
        return stays, rest, self._shift_and_log_scale_fn(stays, size - self._num_masked)

    def _forward(self, x):
        stays, rest, moves = self._parts(x)
        return array_ops.concat([stays, _shifted(rest, *moves)], axis=-1)

    def _inverse(self, y):
        stays, rest, moves = self._parts(y)
        return array_ops.concat([stays, _unshifted(rest, *moves)], axis=-1)

    def _inverse_log_det_jacobian(self, y):
        return -_stretch(self._parts(y)[2][1], y)

    def _forward_log_det_jacobian(self, x):
        return _stretch(self._parts(x)[2][1], x)


@public("contrib.distributions.bijectors.real_nvp_default_template")
def real_nvp_default_template(
    hidden_layers: Sequence[int],
    shift_only: bool = False,
    activation: Callable[..., Any] | None = nn.relu,
    name: str | None = None,
    *args: Any,
    **kwargs: Any,
) -> Callable[[Tensor, int], tuple[Tensor, Tensor | None]]:
    """A function for `RealNVP` that is a network of dense layers, whose variables are the same in each call.

    Args:
      hidden_layers: the units of each hidden layer.
      shift_only: whether there is no log scale.
      activation: the activation of the hidden layers.
      name: a name for the operations.
      *args: further arguments of `tf.layers.dense`.
      **kwargs: likewise.
    """

    def shift_and_log_scale(x, output_units):
        for units in hidden_layers:
            x = dense(x, units, activation, *args, **kwargs)
        outputs = (1 if shift_only else 2) * output_units
        x = dense(x, outputs, None, *args, **kwargs)
        if shift_only:
            return x, None
        shift, log_scale = array_ops.split(x, 2, axis=-1)
        return shift, log_scale

    with name_scope(name, "real_nvp_default_template"):
        return make_template("real_nvp_default_template", shift_and_log_scale)
