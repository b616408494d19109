"""Batch normalization folded into the layer before it: its factor into the weights, the rest into a bias.

Krishnamoorthi, "Quantizing deep convolutional networks for efficient inference" (2018), section 3.2.2: in training the
weights are scaled by the moving deviation, which changes slowly, and the result is corrected by the batch's.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

from evergraph.contrib.graph_editor.reroute import reroute_ts
from evergraph.contrib.quantize.common import CreateOrGetQuantizationStep, users
from evergraph.framework.graph import Graph
from evergraph.framework.operation import Operation
from evergraph.framework.public import public, public_module
from evergraph.framework.tensor import Tensor
from evergraph.ops import array as array_ops
from evergraph.ops import math as math_ops
from evergraph.ops.constants import constant
from evergraph.ops.control_flow.conditional import cond

public_module("contrib.quantize.python.fold_batch_norms")

_LAYERS = ("Conv2D", "DepthwiseConv2dNative", "MatMul")
_NORMS = ("FusedBatchNorm", "FusedBatchNormV2", "FusedBatchNormV3")


class _Folded(NamedTuple):
    """A layer, the normalization of its result, and the tensor whose users will take another."""

    layer: Operation
    norm: Operation
    output: Tensor
    mean: Tensor
    variance: Tensor
    moving: dict[str, tuple[Tensor, Operation]]  # "mean", "variance": (moving average, the Mul of its update)


@public()
def FoldBatchNorms(  # noqa: N802 (TensorFlow's name)
    graph: Graph, is_training: bool, freeze_batch_norm_delay: int | None = None
) -> None:
    """Folds the fused batch normalizations of a graph into the convolutions and matrix products before them.

    Args:
      graph: the graph, which is changed.
      is_training: whether it is one that trains.
      freeze_batch_norm_delay: after how many steps the moving averages take the place of the batch's moments; never when
        None.

    Raises:
      ValueError: a normalization whose result nothing takes.
    """
    for match in list(_found(graph)):
        scope = match.layer.name.rpartition("/")[0]
        prefix = f"{scope}/" if scope else ""
        with graph.as_default(), graph.name_scope(prefix or None):
            _fold(match, is_training, freeze_batch_norm_delay, prefix)


def _found(graph) -> Iterator[_Folded]:
    for norm in graph.operations_outside_bodies():
        if norm.type not in _NORMS:
            continue
        before, output = norm.inputs[0].op, norm.outputs[0]
        if before.type == "Reshape" and before.inputs[0].op.type == "MatMul":
            before = before.inputs[0].op
            reshaped = users(norm, "Reshape")
            if not reshaped:
                continue
            output = reshaped[0].outputs[0]
        if before.type not in _LAYERS or not output.consumers():
            continue
        if norm.get_attr("is_training"):
            result = norm.inputs[0]
            axis = 1 if norm.get_attr("data_format") == b"NCHW" else result.shape.ndims - 1
            others = [i for i in range(result.shape.ndims) if i != axis]
            with graph.as_default(), graph.name_scope(f"{norm.name.rpartition('/')[0]}/batch_moments"):
                mean = math_ops.reduce_mean(result, axis=others)
                wide = [1 if i in others else -1 for i in range(result.shape.ndims)]
                centred = result - array_ops.reshape(mean, wide)
                variance = math_ops.reduce_mean(math_ops.square(centred), axis=others)
        else:
            mean, variance = norm.inputs[3], norm.inputs[4]
        yield _Folded(before, norm, output, mean, variance, _moving_averages(norm))


def _moving_averages(norm):
    found = {}
    for name, tensor in (("mean", norm.outputs[1]), ("variance", norm.outputs[2])):
        for user in tensor.consumers():
            updates = users(user, "Mul") if user.type == "Sub" and user.inputs[1] is tensor else []
            if updates:
                found[name] = user.inputs[0], updates[0]
    return found


def _fold(match, is_training, freeze_delay, prefix):
    norm, layer = match.norm, match.layer
    gamma, beta, epsilon = norm.inputs[1], norm.inputs[2], norm.get_attr("epsilon")
    graph = norm.graph
    with graph.name_scope(f"{prefix}BatchNorm_Fold/"):
        factor = gamma * math_ops.rsqrt(match.variance + epsilon)
        bias = math_ops.subtract(beta, match.mean * factor, name="bias")
    correction = None
    if is_training and len(match.moving) == 2:
        correction = _corrections(match, epsilon, freeze_delay, prefix)
    position = 1  # of the weights
    weights = layer.inputs[position]
    scales = [factor] if correction is None else [correction[0], factor]
    if layer.type == "DepthwiseConv2dNative":
        sizes = weights.shape.as_list()[2:]
        scales = [array_ops.reshape(each, sizes) for each in scales]
    if correction is not None:
        weights = math_ops.multiply(scales[0], weights, name="correction_mult")
    weights = math_ops.multiply(weights, scales[-1], name="mul_fold")
    inputs = [*layer.inputs[:position], weights, *layer.inputs[position + 1 :]]
    name = f"{layer.name.rpartition('/')[2]}_Fold"
    result = graph.record(layer.definition, inputs, dict(layer.attrs), name).outputs[0]

    def placed(value):
        is_first = layer.type != "MatMul" and layer.get_attr("data_format") == b"NCHW"
        return array_ops.reshape(value, [1, -1, 1, 1]) if is_first else value

    if correction is not None:
        result = math_ops.multiply(placed(correction[1]), result, name="post_conv_mul")
        result = math_ops.add(result, placed(correction[2]), "correction_add")
    result = math_ops.add(result, placed(bias), name="add_fold")
    if reroute_ts(result, match.output) == 0:
        raise ValueError(f"Folding batch norms failed, {match.output.name} had no outputs.")


def _corrections(match, epsilon, freeze_delay, prefix):
    """(scale of the weights, scale of the result, offset of the result)."""
    gamma = match.norm.inputs[1]
    moving_mean, moving_variance = match.moving["mean"][0], match.moving["variance"][0]
    with match.norm.graph.name_scope(f"{prefix}batch_norm_correction/"):
        of_moving = math_ops.rsqrt(moving_variance + epsilon)
        of_batch = math_ops.rsqrt(match.variance + epsilon)
        scale = math_ops.divide(of_moving, of_batch, name="scale_compute")
        back = math_ops.reciprocal(scale, name="reciprocal_compute")
        zeros = array_ops.zeros_like(scale)
        if freeze_delay is None:
            return scale, back, zeros
        offset = math_ops.multiply(
            gamma, match.mean * of_batch - moving_mean * of_moving, name="offset_compute"
        )
        frozen = math_ops.greater_equal(
            CreateOrGetQuantizationStep(), freeze_delay, name="use_moving_average"
        )
        for _, update in match.moving.values():
            rate = update.inputs[1]
            still = cond(frozen, lambda: constant(0.0, rate.dtype.base_dtype), lambda: rate + 0.0)  # noqa: B023
            reroute_ts(still, rate, can_modify=[update])
        ones = array_ops.ones_like(scale)
        return (
            scale,
            cond(frozen, lambda: ones + 0.0, lambda: back + 0.0, name="correction_recip"),
            cond(frozen, lambda: offset + 0.0, lambda: zeros + 0.0, name="correction_offset"),
        )
