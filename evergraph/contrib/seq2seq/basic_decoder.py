"""`BasicDecoder`: a cell, and a helper that says what its next inputs are."""

from __future__ import annotations

import collections
from typing import Any

from evergraph.contrib.seq2seq.decoder import Decoder
from evergraph.contrib.seq2seq.helper import Helper
from evergraph.framework.default_graph import name_scope
from evergraph.framework.public import public, public_module
from evergraph.framework.shapes import TensorShape
from evergraph.framework.structures import flatten, map_structure
from evergraph.framework.tensor import Tensor
from evergraph.layers.base import Layer
from evergraph.layers.recurrent.cell import RNNCell, assert_like_rnncell

public_module("contrib.seq2seq.python.ops.basic_decoder")


@public("contrib.seq2seq.BasicDecoderOutput")
class BasicDecoderOutput(collections.namedtuple("BasicDecoderOutput", ("rnn_output", "sample_id"))):
    """What a step puts out: the cell's output, after the output layer, and what the helper sampled from it."""

    __slots__ = ()


@public("contrib.seq2seq.BasicDecoder")
class BasicDecoder(Decoder):
    """A cell whose inputs a helper decides.

    Args:
      cell: an RNNCell.
      helper: a Helper.
      initial_state: the cell's first state.
      output_layer: a layer through which the cell's outputs go before they are stored or sampled from.

    Raises:
      TypeError: an argument of another kind.
    """

    def __init__(
        self, cell: RNNCell, helper: Helper, initial_state: Any, output_layer: Layer | None = None
    ) -> None:
        assert_like_rnncell("cell", cell)
        if not isinstance(helper, Helper):
            raise TypeError(f"helper must be a Helper, not {helper!r}")
        if output_layer is not None and not isinstance(output_layer, Layer):
            raise TypeError(f"output_layer must be a Layer, not {output_layer!r}")
        self._cell = cell
        self._helper = helper
        self._initial_state = initial_state
        self._output_layer = output_layer

    @property
    def batch_size(self) -> Any:
        """The helper's."""
        return self._helper.batch_size

    def _rnn_output_size(self):
        size = self._cell.output_size
        if self._output_layer is None:
            return size
        shapes = map_structure(lambda each: TensorShape([None]).concatenate(each), size)
        return map_structure(lambda shape: shape[1:], self._output_layer.compute_output_shape(shapes))

    @property
    def output_size(self) -> BasicDecoderOutput:
        """The size of the outputs, and that of a sample."""
        return BasicDecoderOutput(self._rnn_output_size(), self._helper.sample_ids_shape)

    @property
    def output_dtype(self) -> BasicDecoderOutput:
        """The DType of the state for the outputs, and the helper's of a sample."""
        dtype = flatten(self._initial_state)[0].dtype
        return BasicDecoderOutput(
            map_structure(lambda _: dtype, self._rnn_output_size()), self._helper.sample_ids_dtype
        )

    def initialize(self, name: str | None = None) -> tuple:
        """(whether each sequence has ended already, the first inputs, the first state)."""
        return (*self._helper.initialize(), self._initial_state)

    def step(self, time: Tensor, inputs: Any, state: Any, name: str | None = None) -> tuple:
        """(a BasicDecoderOutput, the next state, the next inputs, whether each sequence has ended)."""
        with name_scope(name, "BasicDecoderStep", [time, *flatten(inputs), *flatten(state)]):
            outputs, next_state = self._cell(inputs, state)
            if self._output_layer is not None:
                outputs = self._output_layer(outputs)
            samples = self._helper.sample(time=time, outputs=outputs, state=next_state)
            finished, next_inputs, next_state = self._helper.next_inputs(
                time=time, outputs=outputs, state=next_state, sample_ids=samples
            )
        return BasicDecoderOutput(outputs, samples), next_state, next_inputs, finished
