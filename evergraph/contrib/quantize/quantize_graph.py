"""Whole graphs rewritten for quantization, to train or to evaluate."""

from __future__ import annotations

from evergraph.contrib.quantize.fold_batch_norms import FoldBatchNorms
from evergraph.contrib.quantize.quantize import Quantize
from evergraph.framework.default_graph import get_default_graph
from evergraph.framework.graph import Graph
from evergraph.framework.public import public, public_module

public_module("contrib.quantize.python.quantize_graph")


def _rewrite(graph, is_training, weight_bits=8, activation_bits=8, quant_delay=None, freeze_bn_delay=None,
             scope=None):  # fmt: skip
    graph = get_default_graph() if graph is None else graph
    with graph.as_default():
        FoldBatchNorms(graph, is_training, freeze_batch_norm_delay=freeze_bn_delay)
        Quantize(
            graph,
            is_training,
            quant_delay=quant_delay,
            weight_bits=weight_bits,
            activation_bits=activation_bits,
            scope=scope,
        )


@public("contrib.quantize.create_training_graph")
def create_training_graph(input_graph: Graph | None = None, quant_delay: int = 0) -> None:
    """Rewrites a graph so that its weights and activations are rounded while it trains.

    Call it before gradients are made.  Fused batch normalizations are folded into the layers before them.

    Args:
      input_graph: the graph, which is changed; the default one when None.
      quant_delay: from which step on there is rounding: a model that begins at zero wants some steps without.

    Raises:
      ValueError: an operation that does not take what is rounded.
    """
    _rewrite(input_graph, True, quant_delay=quant_delay)


@public("contrib.quantize.create_eval_graph")
def create_eval_graph(input_graph: Graph | None = None) -> None:
    """Rewrites a graph so that its weights and activations are rounded to the ranges that were found in training.

    Args:
      input_graph: the graph, which is changed; the default one when None.

    Raises:
      ValueError: an operation that does not take what is rounded.
    """
    _rewrite(input_graph, False)


@public("contrib.quantize.experimental_create_training_graph")
def experimental_create_training_graph(
    input_graph: Graph | None = None,
    weight_bits: int = 8,
    activation_bits: int = 8,
    quant_delay: int = 0,
    freeze_bn_delay: int | None = None,
    scope: str | None = None,
) -> None:
    """`create_training_graph` with more to say.

    Args:
      input_graph, quant_delay: as there.
      weight_bits, activation_bits: the logarithms of how many steps there are.
      freeze_bn_delay: from which step on moving averages take the place of a batch's moments; never when None.
      scope: only the layers in this name scope are rounded.

    Raises:
      ValueError: as there.
    """
    _rewrite(input_graph, True, weight_bits, activation_bits, quant_delay, freeze_bn_delay, scope)


@public("contrib.quantize.experimental_create_eval_graph")
def experimental_create_eval_graph(
    input_graph: Graph | None = None,
    weight_bits: int = 8,
    activation_bits: int = 8,
    quant_delay: int | None = None,
    scope: str | None = None,
) -> None:
    """`create_eval_graph` with more to say; arguments as for `experimental_create_training_graph`.

    Raises:
      ValueError: as there.
    """
    _rewrite(input_graph, False, weight_bits, activation_bits, quant_delay, None, scope)
