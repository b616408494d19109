"""Functions of parameters and values that several families use."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence

import numpy as np

from evergraph.distributions import checks
from evergraph.framework.conversion import convert_to_tensor
from evergraph.framework.default_graph import name_scope
from evergraph.framework.public import public, public_module
from evergraph.framework.tensor import Tensor
from evergraph.framework.types import TensorLike
from evergraph.ops import array as array_ops
from evergraph.ops import checks as check_ops
from evergraph.ops import constants, nn
from evergraph.ops import math as math_ops
from evergraph.ops.control_flow.grouping import with_dependencies

public_module("python.ops.distributions.util", "contrib.distributions.python.ops.distribution_util")


@public()
def get_logits_and_probs(
    logits: TensorLike | None = None,
    probs: TensorLike | None = None,
    multidimensional: bool = False,
    validate_args: bool = False,
    name: str = "get_logits_and_probs",
) -> tuple[Tensor, Tensor]:
    """(log-odds, probabilities), the one from the other.

    Args:
      logits: floats: log-odds, or unnormalised log-probabilities `[..., classes]` where `multidimensional`.
      probs: floats: probabilities, which sum to 1 over the last axis where `multidimensional`.
      multidimensional: whether the last axis is one of classes.
      validate_args: whether what is given is checked in the run.
      name: a name for the operations.

    Raises:
      ValueError: not one of `logits` and `probs` is given.
      TypeError: it is not floating.
    """
    with name_scope(name, values=[probs, logits]):
        if (probs is None) == (logits is None):
            raise ValueError("Must pass probs or logits, but not both.")
        which, value = ("logits", logits) if probs is None else ("probs", probs)
        value = convert_to_tensor(value, name=which)
        if not value.dtype.is_floating:
            raise TypeError(f"{which} must having floating type, got {value.dtype.name}.")
        if which == "logits":
            if not multidimensional:
                return value, math_ops.sigmoid(value, name="probs")
            if validate_args:
                value = checks.embed_check_categorical_event_shape(value)
            return value, nn.softmax(value, name="probs")
        if validate_args:
            value = _checked_probabilities(value, multidimensional)
        with name_scope("logits"):
            if multidimensional:
                return math_ops.log(value), value
            return math_ops.log(value) - math_ops.log1p(-1.0 * value), value


def _checked_probabilities(probs, is_multidimensional):
    with name_scope("validate_probs"):
        one = constants.constant(1.0, probs.dtype)
        assertions = [check_ops.assert_non_negative(probs)]
        if is_multidimensional:
            probs = checks.embed_check_categorical_event_shape(probs)
            total = math_ops.reduce_sum(probs, -1)
            assertions.append(checks.assert_close(total, one, message="probs does not sum to 1."))
        else:
            message = "probs has components greater than 1."
            assertions.append(check_ops.assert_less_equal(probs, one, message=message))
        return with_dependencies(assertions, probs)


@public()
def gen_new_seed(seed: int | None, salt: str) -> int | None:
    """Another seed for another use, the same for the same seed and salt; None for None."""
    if seed is None:
        return None
    return int(hashlib.md5(f"{seed}{salt}".encode()).hexdigest()[:8], 16) & 0x7FFFFFFF


@public()
def log_combinations(n: TensorLike, counts: TensorLike, name: str = "log_combinations") -> Tensor:
    """The logarithm of the multinomial coefficient `n! / (counts[0]! counts[1]! ...)`.

    Args:
      n: floats `[...]`, the sums of the counts.
      counts: floats `[..., classes]`.
      name: a name for the operations.
    """
    with name_scope(name, values=[n, counts]):
        n, counts = convert_to_tensor(n, name="n"), convert_to_tensor(counts, name="counts")
        repeated = math_ops.reduce_sum(math_ops.lgamma(counts + 1), axis=[-1])
        return math_ops.lgamma(n + 1) - repeated


@public("contrib.distributions.softplus_inverse")
def softplus_inverse(x: TensorLike, name: str | None = None) -> Tensor:
    """The y with `softplus(y) == x`, which is `log(exp(x) - 1)`, for x of any size above 0.

    The shape and dtype stay.
    """
    with name_scope(name, "softplus_inverse", [x]):
        x = convert_to_tensor(x, name="x")
        threshold = np.log(np.finfo(x.dtype.as_numpy_dtype).eps) + 2.0
        is_small, is_large = x < np.exp(threshold), x > -threshold
        # Where a limit holds, the formula gets 1, so that no NaN flows back from it.
        middle = array_ops.where(math_ops.logical_or(is_small, is_large), array_ops.ones_like(x), x)
        between = middle + math_ops.log(-math_ops.expm1(-middle))
        return array_ops.where(is_small, math_ops.log(x), array_ops.where(is_large, x, between))


@public("contrib.distributions.reduce_weighted_logsumexp")
def reduce_weighted_logsumexp(
    logx: TensorLike,
    w: TensorLike | None = None,
    axis: int | Sequence[int] | None = None,
    keep_dims: bool = False,
    return_sign: bool = False,
    name: str | None = None,
) -> Tensor | tuple[Tensor, Tensor]:
    """`log(abs(sum(w * exp(logx))))`, without overflow.

    Args:
      logx: floats.
      w: weights of any sign, broadcast with `logx`; 1 when None.
      axis: which axes are summed, all when None.
      keep_dims: whether the summed axes stay, of size 1.
      return_sign: whether the sign of the sum is returned too.
      name: a name for the operations.

    Returns:
      The result, or (the result, the sign).
    """
    with name_scope(name, "reduce_weighted_logsumexp", [logx, w]):
        logx = convert_to_tensor(logx, name="logx")
        if w is None:
            result = math_ops.reduce_logsumexp(logx, axis=axis, keepdims=keep_dims)
            return (result, array_ops.ones_like(result)) if return_sign else result
        w = convert_to_tensor(w, dtype=logx.dtype, name="w")
        magnitudes = logx + math_ops.log(math_ops.abs(w))
        largest = math_ops.reduce_max(magnitudes, axis=axis, keepdims=True)
        # A sum of zeros has no largest term to divide by.
        largest = array_ops.where(math_ops.is_inf(largest), array_ops.zeros_like(largest), largest)
        scaled = math_ops.sign(w) * math_ops.exp(magnitudes - largest)
        total = math_ops.reduce_sum(scaled, axis=axis, keepdims=keep_dims)
        if not keep_dims:
            largest = array_ops.squeeze(largest, axis)
        sign = math_ops.sign(total)
        result = largest + math_ops.log(sign * total)
        return (result, sign) if return_sign else result


def log_sum_exp_of_two(a: Tensor, b: Tensor) -> Tensor:
    """`log(exp(a) + exp(b))`."""
    return math_ops.maximum(a, b) + math_ops.log1p(math_ops.exp(-math_ops.abs(a - b)))


def select(condition: Tensor, x: TensorLike, y: TensorLike) -> Tensor:
    """`x` where the condition holds, else `y`; all three broadcast. One of x and y is a tensor, whose type counts."""
    dtype = x.dtype if isinstance(x, Tensor) else y.dtype
    x, y = convert_to_tensor(x, dtype.base_dtype), convert_to_tensor(y, dtype.base_dtype)
    no = array_ops.zeros_like(condition)
    zeros = (
        array_ops.zeros_like(no, dtype=dtype.base_dtype) + array_ops.zeros_like(x) + array_ops.zeros_like(y)
    )
    condition = math_ops.logical_or(condition, array_ops.zeros_like(zeros, dtype=no.dtype))
    return array_ops.where(condition, x + zeros, y + zeros)
