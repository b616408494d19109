"""`AttentionWrapper`: a cell that looks at memories at each step, and is given next what it saw."""

from __future__ import annotations

import collections
from collections.abc import Callable, Sequence
from typing import Any

from evergraph.contrib.seq2seq.attention_memory import AttentionMechanism
from evergraph.framework.default_graph import control_dependencies, name_scope
from evergraph.framework.public import public, public_module
from evergraph.framework.shapes import TensorShape
from evergraph.framework.structures import flatten, map_structure
from evergraph.framework.tensor import Tensor
from evergraph.framework.types import DTypeLike, TensorLike
from evergraph.layers.base import Layer
from evergraph.layers.dense import Dense
from evergraph.layers.recurrent.cell import RNNCell, assert_like_rnncell
from evergraph.layers.recurrent.sizes import zeros_of
from evergraph.ops import array as array_ops
from evergraph.ops import math as math_ops
from evergraph.ops.checks import assert_equal
from evergraph.ops.constants import identity
from evergraph.ops.control_flow.tensor_array import TensorArray

public_module("contrib.seq2seq.python.ops.attention_wrapper")


@public("contrib.seq2seq.AttentionWrapperState")
class AttentionWrapperState(
    collections.namedtuple(
        "AttentionWrapperState",
        ("cell_state", "attention", "time", "alignments", "alignment_history", "attention_state"),
    )
):
    """The state of an AttentionWrapper: the cell's, what was seen last, the step, and where it looked."""

    __slots__ = ()

    def clone(self, **kwargs: Any) -> AttentionWrapperState:
        """The same with other parts; ValueError when a tensor's shape does not fit that of the one it replaces."""

        def like(old, new):
            if isinstance(old, Tensor) and isinstance(new, Tensor):
                new.set_shape(old.shape)
            return new

        return map_structure(like, self, self._replace(**kwargs))


@public("contrib.seq2seq.AttentionWrapper")
class AttentionWrapper(RNNCell):
    """A cell with attention (Luong et al. 2015, arXiv:1508.04025; Bahdanau et al. 2015, arXiv:1409.0473).

    A step runs the cell on its inputs and what was seen before, looks at the memory with the cell's output, and makes the
    attention of what it sees there.

    Args:
      cell: an RNNCell.
      attention_mechanism: an AttentionMechanism, or a list of them.
      attention_layer_size: the columns of a linear layer that makes the attention of the cell's output and what it sees, one
        for each mechanism; None: the attention is what it sees.
      alignment_history: whether the state has TensorArrays of the alignments of all steps.
      cell_input_fn: a function of inputs and attention that makes the cell's inputs; joins them when None.
      output_attention: whether the attention is put out, or the cell's output.
      initial_cell_state: the cell's state in `zero_state`; zeros when None.
      name: the layer's name.
      attention_layer: a layer in place of `attention_layer_size`, one for each mechanism.

    Raises:
      TypeError: an argument of another kind.
      ValueError: both `attention_layer_size` and `attention_layer`, or not one for each mechanism.
    """

    def __init__(
        self,
        cell: RNNCell,
        attention_mechanism: AttentionMechanism | Sequence[AttentionMechanism],
        attention_layer_size: int | Sequence[int] | None = None,
        alignment_history: bool = False,
        cell_input_fn: Callable | None = None,
        output_attention: bool = True,
        initial_cell_state: Any = None,
        name: str | None = None,
        attention_layer: Layer | Sequence[Layer] | None = None,
    ) -> None:
        super().__init__(name=name)
        assert_like_rnncell("cell", cell)
        self._is_multi = isinstance(attention_mechanism, (list, tuple))
        mechanisms: Any = _as_tuple(attention_mechanism)
        for mechanism in mechanisms:
            if not isinstance(mechanism, AttentionMechanism):
                raise TypeError(f"attention_mechanism must be an AttentionMechanism, not {mechanism!r}")
        if cell_input_fn is not None and not callable(cell_input_fn):
            raise TypeError(f"cell_input_fn must be callable, not {cell_input_fn!r}")
        self._cell = cell
        self._attention_mechanisms = mechanisms
        self._cell_input_fn = cell_input_fn or _joined
        self._output_attention = output_attention
        self._alignment_history = alignment_history
        self._attention_layers, self._attention_layer_size = self._layers(
            attention_layer_size, attention_layer
        )
        self._initial_cell_state = None
        if initial_cell_state is not None:
            with name_scope(name, "AttentionWrapperInit"):
                last = flatten(initial_cell_state)[-1]
                self._initial_cell_state = self._checked(
                    initial_cell_state, _batch(last), "initial_cell_state"
                )

    def _layers(self, sizes, layers):
        """(a layer for each mechanism, or None; the columns of all attentions)."""
        mechanisms = self._attention_mechanisms
        if sizes is not None and layers is not None:
            raise ValueError("give attention_layer_size or attention_layer, not both")
        for argument, given in (("attention_layer_size", sizes), ("attention_layer", layers)):
            if given is not None and len(_as_tuple(given)) != len(mechanisms):
                raise ValueError(
                    f"{argument} must be one for each of {len(mechanisms)} mechanisms, not {given!r}"
                )
        if sizes is not None:
            made = tuple(
                Dense(size, use_bias=False, name="attention_layer", dtype=mechanism.dtype)
                for size, mechanism in zip(_as_tuple(sizes), mechanisms)
            )
            return made, sum(_as_tuple(sizes))
        columns = [mechanism.values.shape[-1].value for mechanism in mechanisms]
        if layers is None:
            return None, sum(columns)
        outputs = [
            layer.compute_output_shape(TensorShape([None, self._cell.output_size + size]))[-1].value
            for layer, size in zip(_as_tuple(layers), columns)
        ]
        return _as_tuple(layers), sum(outputs)

    def _checked(self, structure, batch_size, what):
        """`structure`, once `batch_size` is known to be that of all memories."""
        message = (
            f"{what} of {self.name} must have the batch size of the memory. For beam search, repeat each row of memory, "
            "lengths and state once for each beam, and give zero_state the batch size times the beam width"
        )
        checks = [
            assert_equal(batch_size, mechanism.batch_size, message=message)
            for mechanism in self._attention_mechanisms
        ]
        with control_dependencies(checks):
            return map_structure(identity, structure)

    def _item_or_tuple(self, parts):
        return tuple(parts) if self._is_multi else next(iter(parts))

    @property
    def output_size(self) -> Any:
        """The columns of all attentions, or the cell's size."""
        return self._attention_layer_size if self._output_attention else self._cell.output_size

    @property
    def state_size(self) -> AttentionWrapperState:
        """The sizes, in an AttentionWrapperState."""
        mechanisms = self._attention_mechanisms
        return AttentionWrapperState(
            cell_state=self._cell.state_size,
            time=TensorShape([]),
            attention=self._attention_layer_size,
            alignments=self._item_or_tuple(each.alignments_size for each in mechanisms),
            attention_state=self._item_or_tuple(each.state_size for each in mechanisms),
            alignment_history=self._item_or_tuple(
                each.alignments_size if self._alignment_history else () for each in mechanisms
            ),
        )

    def zero_state(self, batch_size: TensorLike, dtype: DTypeLike) -> AttentionWrapperState:
        """The first state: `initial_cell_state` or zeros, and the mechanisms' first alignments.

        Args:
          batch_size: that of the memories, an int or a scalar tensor.
          dtype: the DType of the zeros.

        Raises:
          InvalidArgumentError: another batch size (or when it runs, if it is known only then).
        """
        mechanisms: Any = self._attention_mechanisms
        with name_scope(type(self).__name__ + "ZeroState", values=[batch_size]):
            cell_state = self._initial_cell_state
            if cell_state is None:
                cell_state = self._cell.zero_state(batch_size, dtype)
            alignments = [each.initial_alignments(batch_size, dtype) for each in mechanisms]
            return AttentionWrapperState(
                cell_state=self._checked(cell_state, batch_size, "zero_state"),
                time=array_ops.zeros([], dtype="int32"),
                attention=zeros_of(batch_size, self._attention_layer_size, dtype),
                alignments=self._item_or_tuple(alignments),
                attention_state=self._item_or_tuple(
                    [each.initial_state(batch_size, dtype) for each in mechanisms]
                ),
                alignment_history=self._item_or_tuple(
                    [
                        self._history(dtype, each.shape) if self._alignment_history else ()
                        for each in alignments
                    ]
                ),
            )

    def _history(self, dtype, shape):
        return TensorArray(dtype, size=0, dynamic_size=True, element_shape=shape)

    def call(self, inputs: Any, state: AttentionWrapperState) -> tuple:
        """(the attention or the cell's output, the next state); TypeError when `state` is no AttentionWrapperState."""
        if not isinstance(state, AttentionWrapperState):
            raise TypeError(f"the state of {self.name} must be an AttentionWrapperState, not {state!r}")
        output, cell_state = self._cell(self._cell_input_fn(inputs, state.attention), state.cell_state)
        output = self._checked(output, _batch(output), "the inputs")
        layers = self._attention_layers or [None] * len(self._attention_mechanisms)
        states, histories = state.attention_state, state.alignment_history
        if not self._is_multi:
            states, histories = [states], [histories]
        steps = []
        for mechanism, layer, before, history in zip(self._attention_mechanisms, layers, states, histories):
            alignments, after = mechanism(output, state=before)
            seen = math_ops.matmul(array_ops.expand_dims(alignments, 1), mechanism.values)
            seen = array_ops.squeeze(seen, [1])
            attention = seen if layer is None else layer(array_ops.concat([output, seen], 1))
            if self._alignment_history:
                history = history.write(state.time, alignments)
            steps.append((attention, alignments, after, history))
        attentions, all_alignments, after, histories = zip(*steps)
        attention = array_ops.concat(attentions, 1)
        next_state = AttentionWrapperState(
            time=state.time + 1,
            cell_state=cell_state,
            attention=attention,
            attention_state=self._item_or_tuple(after),
            alignments=self._item_or_tuple(all_alignments),
            alignment_history=self._item_or_tuple(histories),
        )
        return attention if self._output_attention else output, next_state


def _as_tuple(given):
    return tuple(given) if isinstance(given, (list, tuple)) else (given,)


def _joined(inputs, attention):
    return array_ops.concat([inputs, attention], -1)


def _batch(tensor):
    known = tensor.shape[0].value
    return array_ops.shape(tensor)[0] if known is None else known
