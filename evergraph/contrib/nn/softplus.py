"""`scaled_softplus` and derivatives forwards."""

from collections.abc import Sequence

from evergraph.framework.composite import IndexedSlices
from evergraph.framework.conversion import convert_to_tensor
from evergraph.framework.default_graph import control_dependencies, name_scope
from evergraph.framework.public import public, public_module
from evergraph.framework.tensor import Tensor
from evergraph.framework.types import TensorLike
from evergraph.gradients.gradients import gradients
from evergraph.ops import array as array_ops
from evergraph.ops import assertion as assertion_ops
from evergraph.ops import constants
from evergraph.ops import math as math_ops
from evergraph.ops import nn as nn_ops

public_module("contrib.nn.python.ops.scaled_softplus", "contrib.nn.python.ops.fwd_gradients")


@public("contrib.nn.scaled_softplus")
def scaled_softplus(
    x: TensorLike, alpha: TensorLike, clip: TensorLike | None = None, name: str | None = None
) -> Tensor:
    """`alpha ln(1 + exp(x / alpha))`, a smooth relu, and not above `clip`.

    Args:
      x: floats.
      alpha: how smooth: floats above zero that broadcast with `x`; relu is its limit at zero.
      clip: the upper bound, which broadcasts too; none when None.
      name: the name scope.
    """
    with name_scope(name, "scaled_softplus", [x, alpha]):
        x = convert_to_tensor(x, name="x")
        alpha = convert_to_tensor(alpha, dtype=x.dtype, name="alpha")
        y = alpha * nn_ops.softplus(x / alpha)
        return y if clip is None else math_ops.minimum(y, convert_to_tensor(clip, dtype=x.dtype, name="clip"))


@public()
def fwd_gradients(
    ys: Sequence[Tensor],
    xs: Sequence[Tensor],
    grad_xs: Sequence[Tensor] | None = None,
    assert_unused: bool = False,
) -> list:
    """Derivatives forwards: of each of `ys` when `xs` move in the direction `grad_xs`.

    They are gradients of gradients, with respect to weights that do not matter
    (https://j-towns.github.io/2017/06/12/A-new-trick.html).

    Args:
      ys, xs: lists of float tensors.
      grad_xs: tensors in the shapes of `xs`; ones when None.
      assert_unused: whether a run fails that needs the gradients in between.

    Returns:
      A list of tensors in the shapes of `ys`.
    """
    weights = [array_ops.zeros_like(y) + float("nan") for y in ys]
    back = gradients(ys, xs, grad_ys=weights)
    back = [convert_to_tensor(each) if isinstance(each, IndexedSlices) else each for each in back]
    if assert_unused:
        with control_dependencies([each for each in back if each is not None]):
            never = assertion_ops.Assert(False, [1], name="fwd_gradients")
        with control_dependencies([never]):
            back = [None if each is None else constants.identity(each) for each in back]
    back = [array_ops.zeros_like(x) if each is None else each for x, each in zip(xs, back)]
    for x, each in zip(xs, back):
        each.set_shape(x.shape)
    return gradients(back, weights, grad_ys=grad_xs)
