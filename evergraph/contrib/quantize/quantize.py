"""Rounding put into a graph: after the weights of layers, after activations, around what is added to them."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, NamedTuple

from evergraph.contrib.graph_editor.reroute import reroute_ts
from evergraph.contrib.quantize.common import CreateOrGetQuantizationStep, scope_of, users
from evergraph.contrib.quantize.quant_ops import LastValueQuantize, MovingAvgQuantize
from evergraph.framework import logging
from evergraph.framework.collections import GraphKeys
from evergraph.framework.default_graph import get_default_graph
from evergraph.framework.graph import Graph
from evergraph.framework.operation import Operation
from evergraph.framework.public import public, public_module
from evergraph.framework.tensor import Tensor
from evergraph.ops import math as math_ops
from evergraph.ops.constants import identity
from evergraph.ops.control_flow.conditional import cond

public_module("contrib.quantize.python.quantize")

_QUANTIZABLE = ("Conv2D", "MatMul", "DepthwiseConv2dNative")
_ACTIVATIONS = ("Relu", "Relu6")
_ADDS = ("Add", "AddV2")
_READS = ("Identity", "ReadVariableOp", "Mul")
_VARIABLES = ("Variable", "VariableV2")


class _Layer(NamedTuple):
    """A layer with what follows it: `bypass` is added before the activation, `after` to what it gives."""

    operation: Operation
    weights: Tensor
    bias_add: Operation
    activation: Operation
    bypass: Operation | None
    after: Operation | None


@public()
def Quantize(  # noqa: N802 (TensorFlow's name)
    graph: Graph,
    is_training: bool,
    weight_bits: int = 8,
    activation_bits: int = 8,
    ema_decay: float = 0.999,
    quant_delay: int | None = None,
    vars_collection: str = GraphKeys.GLOBAL_VARIABLES,
    scope: str | None = None,
) -> None:
    """Puts rounding operations into a graph.

    Args:
      graph: the graph, which is changed.
      is_training: whether ranges are found, or only used.
      weight_bits, activation_bits: the logarithms of how many steps there are.
      ema_decay: of the moving averages of the ranges of activations.
      quant_delay: from which step on there is rounding; ranges are found before.
      vars_collection: the collection of the variables for ranges.
      scope: only the layers in this name scope; all when None.

    Raises:
      ValueError: an operation that does not take what is rounded.
    """
    scope = f"{scope.rstrip('/')}/" if scope else ""
    put = _Putter(is_training, ema_decay, quant_delay, vars_collection, scope)
    with graph.as_default():
        for layer in _layers_of(graph):
            context = scope_of(layer.operation)
            around = context.rpartition("/")[0] if layer.bypass is not None else context
            following = users(layer.activation)
            put.weights(context, layer, weight_bits)
            put.result(around, "act_quant", layer.activation, following, activation_bits, init_min=0.0)
            if layer.bypass is not None:
                following = users(layer.bypass)
                put.result(context, "conv_quant", layer.bias_add, [layer.bypass], activation_bits)
                put.unless_activated(around, "add_quant", layer.bypass, following, activation_bits)
            if layer.after is not None:
                after = layer.after
                put.unless_activated(
                    scope_of(after), "post_activation_bypass_quant", after, users(after), activation_bits
                )


def _is_weights(tensor):
    operation = tensor.op
    if operation.type not in _READS:
        return False
    if operation.type != "Identity":
        return True
    source = operation.inputs[0].op
    if source.type == "ConcatV2":  # the parts of a partitioned variable
        source = source.inputs[0].op
    if source.type == "Identity":
        source = source.inputs[0].op
    return source.type in _VARIABLES


def _bias_add_of(operation):
    """The operation that adds the bias of a layer, behind the corrections of folding; None without one."""
    for corrected in users(operation, "Mul"):
        for offset in users(corrected, *_ADDS):
            for added in users(offset, *_ADDS):
                return added
    found = users(operation, "BiasAdd", *_ADDS)
    return found[0] if found else None


def _layers_of(graph) -> list[_Layer]:
    found = []
    for operation in graph.operations_outside_bodies():
        if operation.type not in _QUANTIZABLE:
            continue
        weights = next((tensor for tensor in operation.inputs[::-1] if _is_weights(tensor)), None)
        bias_add = _bias_add_of(operation)
        if weights is None or bias_add is None:
            continue
        activation, bypass = _activation_of(bias_add)
        after = None
        if activation is None:
            activation = bias_add
        else:
            after = next(iter(users(activation, *_ADDS)), None)
        found.append(_Layer(operation, weights, bias_add, activation, bypass, after))
    return found


def _activation_of(bias_add):
    """(activation, what is added before it), None for what there is not."""
    direct = users(bias_add, *_ACTIVATIONS, "Identity")
    if direct:
        return direct[0], None
    for bypass in users(bias_add, *_ADDS):
        activations = users(bypass, *_ACTIVATIONS, "Identity")
        if activations:
            return activations[0], bypass
    return None, None


class _Putter:
    """Puts rounding between an operation and those that take what it gives."""

    def __init__(self, is_training, ema_decay, quant_delay, vars_collection, scope):
        self._options = {"is_training": is_training, "vars_collection": vars_collection}
        self._decay, self._delay, self._scope = ema_decay, quant_delay, scope

    def weights(self, context: str, layer: _Layer, bits: int) -> None:
        """After the weights of a layer."""
        if layer.operation.name.startswith(self._scope):
            self._put(
                context, "weights_quant", layer.weights, [layer.operation], bits, True, {"init_min": -6.0}
            )

    def result(
        self,
        context: str,
        name: str,
        operation: Operation,
        consumers: Sequence,
        bits: int,
        init_min: float = -6.0,
    ) -> None:
        """After what an operation gives."""
        if operation.name.startswith(self._scope):
            self._put(context, name, operation.outputs[0], consumers, bits, False, {"init_min": init_min})

    def unless_activated(
        self, context: str, name: str, operation: Operation, consumers: Sequence, bits: int
    ) -> None:
        """As `result`, unless an activation follows, which is rounded itself."""
        if any(each.type in _ACTIVATIONS for each in consumers):
            logging.info("Skipping %s, because its followed by an activation.", operation.name)
        else:
            self.result(context, name, operation, consumers, bits)

    def _put(self, context, name, tensor, consumers, bits, of_weights, start):
        if any(each.type.startswith("FakeQuantWithMinMax") for each in tensor.consumers()):
            return
        prefix = f"{context}/{name}" if context else name
        around = get_default_graph().get_name_scope()
        prefix = prefix.removeprefix(f"{around}/") if around else prefix
        options: dict[str, Any] = {**self._options, **start, "num_bits": bits, "name_prefix": prefix}
        if of_weights:
            rounded = LastValueQuantize(tensor, narrow_range=True, **options)
        else:
            rounded = MovingAvgQuantize(tensor, ema_decay=self._decay, **options)
        if self._delay:
            active = math_ops.greater_equal(
                CreateOrGetQuantizationStep(), self._delay, name=f"{prefix}/activate_quant"
            )
            values = rounded
            rounded = cond(
                active, lambda: identity(values), lambda: identity(tensor), name=f"{prefix}/delayed_quant"
            )
        if consumers and reroute_ts([rounded], [tensor], can_modify=list(consumers)) < len(consumers):
            raise ValueError(f"No inputs quantized for ops: [{', '.join(each.name for each in consumers)}]")
