"""Batch normalization as graphs of before version 9 have it, those of the first published Inception among them."""

import jax
import jax.numpy as jnp

from evergraph.framework.shapes import TensorShape
from evergraph.ops.registry import FLOATS, device_op


def _normalized(t, m, v, beta, gamma, epsilon, scales):
    scale = jax.lax.rsqrt(v + jnp.asarray(epsilon, v.dtype))
    return (t - m) * (scale * gamma if scales else scale) + beta


@device_op(
    "BatchNormWithGlobalNormalization",
    "t: T, m: T, v: T, beta: T, gamma: T -> result: T",
    types={"T": FLOATS},
    shape=lambda op: op.input_tensors[0].shape.with_rank(4),
)
def batch_norm_with_global_normalization_op(
    t, m, v, beta, gamma, *, variance_epsilon: float, scale_after_normalization: bool
):
    return _normalized(t, m, v, beta, gamma, variance_epsilon, scale_after_normalization)


def _gradient_shapes(operation):
    t, m, v, gamma, _ = operation.input_tensors
    depth = m.shape.merge_with(v.shape).merge_with(gamma.shape)
    return [t.shape.with_rank(4), *[TensorShape(depth)] * 4]


@device_op(
    "BatchNormWithGlobalNormalizationGrad",
    "t: T, m: T, v: T, gamma: T, backprop: T -> dx: T, dm: T, dv: T, db: T, dg: T",
    types={"T": FLOATS},
    shape=_gradient_shapes,
)
def batch_norm_with_global_normalization_grad_op(
    t, m, v, gamma, backprop, *, variance_epsilon: float, scale_after_normalization: bool
):
    def forward(t, m, v, beta, gamma):
        return _normalized(t, m, v, beta, gamma, variance_epsilon, scale_after_normalization)

    return jax.vjp(forward, t, m, v, jnp.zeros_like(m), gamma)[1](backprop)
