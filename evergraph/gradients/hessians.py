"""Second derivatives: whole Hessians, and their products with vectors."""

from collections.abc import Sequence
from typing import Any

from evergraph.framework.default_graph import name_scope
from evergraph.framework.public import public, public_module
from evergraph.gradients.gradients import gradients
from evergraph.ops import array as array_ops
from evergraph.ops import math as math_ops
from evergraph.ops.constants import stop_gradient

public_module("python.ops.gradients", "python.ops.gradients_impl")


def _as_list(value):
    return list(value) if isinstance(value, (list, tuple)) else [value]


@public("python.ops.gradients_impl._hessian_vector_product")
def hessian_vector_product(ys: Any, xs: Sequence, v: Sequence) -> list:
    """The Hessian of the sum of `ys` times `v`, by two gradients, without the Hessian.

    Args:
      ys: a tensor or a list of them.
      xs: the tensors that are varied.
      v: a tensor of the same shape for each of `xs`.

    Returns:
      A list with a tensor for each of `xs`.

    Raises:
      ValueError: as many `v` as `xs` are not given.
    """
    if len(v) != len(xs):
        raise ValueError(f"xs and v must have the same length, got {len(xs)} and {len(v)}")
    flows = [(g, w) for g, w in zip(gradients(ys, xs), v, strict=True) if g is not None]
    products = [math_ops.multiply(g, stop_gradient(w)) for g, w in flows]
    return gradients(products, xs)


@public("hessians")
def hessians(
    ys: Any,
    xs: Any,
    name: str | None = "hessians",
    colocate_gradients_with_ops: bool = False,
    gate_gradients: bool | int = False,
    aggregation_method: int | None = None,
) -> list:
    """The Hessian of the sum of `ys` with respect to each of `xs`, of shape `x.shape + x.shape`.

    ValueError where the shape of an `x` is not known.
    """
    keywords = {
        "colocate_gradients_with_ops": colocate_gradients_with_ops,
        "gate_gradients": gate_gradients,
        "aggregation_method": aggregation_method,
    }
    xs = _as_list(xs)
    results = []
    for gradient, x in zip(gradients(ys, xs, **keywords), xs):
        with name_scope(name):
            flat = array_ops.reshape(gradient, [-1])
            size = x.shape.num_elements()
            if size is None:
                raise ValueError(f"hessians needs a static shape of {x}, it is {x.shape}")
            rows = [gradients(flat[i], x, **keywords)[0] for i in range(size)]
            rows = [array_ops.zeros_like(x) if r is None else r for r in rows]
            results.append(array_ops.reshape(array_ops.stack(rows), [*x.shape.as_list()] * 2))
    return results
