"""How attention is spread: probabilities that are one-hot or monotonic, and products that do not underflow."""

from __future__ import annotations

from typing import Any

import numpy as np

from evergraph.framework.conversion import convert_to_tensor
from evergraph.framework.default_graph import name_scope
from evergraph.framework.public import public, public_module
from evergraph.framework.tensor import Tensor
from evergraph.framework.types import TensorLike
from evergraph.ops import array as array_ops
from evergraph.ops import math as math_ops
from evergraph.ops.clip import clip_by_value
from evergraph.ops.control_flow.functional import scan

public_module("contrib.seq2seq.python.ops.attention_wrapper")


@public("contrib.seq2seq.hardmax")
def hardmax(logits: TensorLike, name: str | None = None) -> Tensor:
    """1 where the last axis has its maximum, else 0: of the shape and DType of `logits`."""
    with name_scope(name, "Hardmax", [logits]):
        logits = convert_to_tensor(logits, name="logits")
        known = logits.shape[-1].value
        depth = array_ops.shape(logits)[-1] if known is None else known
        return array_ops.one_hot(math_ops.argmax(logits, -1), depth, dtype=logits.dtype)


@public("contrib.seq2seq.safe_cumprod")
def safe_cumprod(x: TensorLike, *args: Any, **kwargs: Any) -> Tensor:
    """The cumulative product of numbers in [0, 1], by way of logarithms.

    Args:
      x: floats of any shape, which with the dtype is that of the result; zeros count as the smallest positive number.
      *args, **kwargs: as in `tf.cumprod`.
    """
    with name_scope(None, "SafeCumprod", [x]):
        x = convert_to_tensor(x, name="x")
        tiny = np.finfo(x.dtype.as_numpy_dtype).tiny
        return math_ops.exp(math_ops.cumsum(math_ops.log(clip_by_value(x, tiny, 1)), *args, **kwargs))


@public("contrib.seq2seq.monotonic_attention")
def monotonic_attention(p_choose_i: TensorLike, previous_attention: TensorLike, mode: str) -> Tensor:
    """Attention that never goes back (Raffel et al. 2017, arXiv:1704.00784, equations 10, 11 and 14).

    Args:
      p_choose_i: the probability that each place is chosen when it is reached, `[batch, places]`.
      previous_attention: the attention of the step before, `[batch, places]`; at first, 1 at the first place.
      mode: "recursive" (place by place: exact), "parallel" (at once: inexact for probabilities near 0 or 1), or "hard"
        (for probabilities that are 0 or 1).

    Returns:
      The attention, `[batch, places]`.

    Raises:
      ValueError: another `mode`.
    """
    p = convert_to_tensor(p_choose_i, name="p_choose_i")
    previous = convert_to_tensor(previous_attention, name="previous_attention")
    if mode == "recursive":
        passed = array_ops.concat([array_ops.ones_like(p[:, :1]), 1 - p[:, :-1]], 1)
        reached = scan(
            lambda before, place: place[0] * before + place[1],
            (array_ops.transpose(passed), array_ops.transpose(previous)),
            initializer=array_ops.zeros_like(p[:, 0]),
        )
        return p * array_ops.transpose(reached)
    if mode == "parallel":
        passed = safe_cumprod(1 - p, axis=1, exclusive=True)
        return p * passed * math_ops.cumsum(previous / clip_by_value(passed, 1e-10, 1.0), axis=1)
    if mode == "hard":
        p = p * math_ops.cumsum(previous, axis=1)
        return p * math_ops.cumprod(1 - p, axis=1, exclusive=True)
    raise ValueError(f"mode must be 'recursive', 'parallel' or 'hard', not {mode!r}")
