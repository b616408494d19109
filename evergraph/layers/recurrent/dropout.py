"""Dropout around a cell: of its inputs, outputs and state."""

from __future__ import annotations

import itertools
import zlib
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from evergraph.framework.conversion import convert_to_tensor
from evergraph.framework.default_graph import name_scope
from evergraph.framework.public import public
from evergraph.framework.shapes import TensorShape
from evergraph.framework.structures import get_traverse_shallow_structure, map_structure_up_to
from evergraph.framework.types import DTypeLike, ShapeLike, TensorLike
from evergraph.layers.recurrent.cell import assert_like_rnncell
from evergraph.layers.recurrent.lstm import LSTMStateTuple
from evergraph.layers.recurrent.wrappers import CellWrapper
from evergraph.ops import math as math_ops
from evergraph.ops import nn
from evergraph.ops.control_flow.tensor_array import TensorArray
from evergraph.ops.inference import constant_value
from evergraph.ops.random.distributions import random_uniform
from evergraph.ops.variables.scope_object import VariableScope

if TYPE_CHECKING:
    from evergraph.layers.recurrent.cell import RNNCell


@public("nn.rnn_cell.DropoutWrapper")
class DropoutWrapper(CellWrapper):
    """A cell with dropout of its inputs, outputs and new state.

    The memory `c` of an LSTMStateTuple and TensorArrays are left alone, unless a visitor says otherwise.

    Args:
      cell: an RNNCell.
      input_keep_prob, output_keep_prob, state_keep_prob: the probability that an element is kept, a float or scalar
        tensor; a float 1 does nothing.
      variational_recurrent: whether the same elements are dropped in all steps of a run, for all examples (Gal and
        Ghahramani 2016, arXiv:1512.05287), rather than others in each.
      input_size: with `variational_recurrent` and input dropout: the size(s) of one example's input.
      dtype: with `variational_recurrent`: the DType of inputs, outputs and state.
      seed: a number from which each dropout's own seed is made.
      dropout_state_filter_visitor: a function of a part of the state that returns whether to drop out all of it, or a
        structure of bools, one for each of its elements.

    Raises:
      TypeError: `cell` is no RNNCell, or the visitor is not callable.
      ValueError: a probability is not in [0, 1]; `variational_recurrent` without `dtype` or a needed `input_size`.
    """

    def __init__(
        self,
        cell: RNNCell,
        input_keep_prob: TensorLike = 1.0,
        output_keep_prob: TensorLike = 1.0,
        state_keep_prob: TensorLike = 1.0,
        variational_recurrent: bool = False,
        input_size: ShapeLike = None,
        dtype: DTypeLike = None,
        seed: int | None = None,
        dropout_state_filter_visitor: Callable | None = None,
    ) -> None:
        super().__init__(cell)
        assert_like_rnncell("cell", cell)
        if dropout_state_filter_visitor is not None and not callable(dropout_state_filter_visitor):
            raise TypeError(
                f"dropout_state_filter_visitor must be callable, got {dropout_state_filter_visitor!r}"
            )
        self._dropout_state_filter = dropout_state_filter_visitor or _all_but_memory
        with name_scope("DropoutWrapperInit"):
            self._input_keep_prob = _probability("input_keep_prob", input_keep_prob)
            self._state_keep_prob = _probability("state_keep_prob", state_keep_prob)
            self._output_keep_prob = _probability("output_keep_prob", output_keep_prob)
        self._variational_recurrent = variational_recurrent
        self._seed = seed
        self._noise = {}  # what is dropped out -> uniform numbers for one example, in its structure
        if variational_recurrent:
            if dtype is None:
                raise ValueError("When variational_recurrent=True, dtype must be provided")
            if _drops(self._input_keep_prob):
                if input_size is None:
                    raise ValueError(
                        "When variational_recurrent=True and input_keep_prob < 1.0 or is unknown, input_size must be "
                        "provided"
                    )
                self._noise["input"] = self._draw("input", input_size, dtype)
            self._noise["state"] = self._draw("state", cell.state_size, dtype)
            self._noise["output"] = self._draw("output", cell.output_size, dtype)

    @property
    def wrapped_cell(self) -> RNNCell:
        """The cell inside."""
        return self._cell

    def __call__(self, inputs: TensorLike, state: Any, scope: VariableScope | str | None = None) -> tuple:
        """The cell's output and new state, with dropout."""
        if _drops(self._input_keep_prob):
            inputs = self._dropout("input", inputs, self._input_keep_prob)
        output, new_state = self._cell(inputs, state, scope=scope)
        if _drops(self._state_keep_prob):
            chosen = get_traverse_shallow_structure(self._dropout_state_filter, new_state)
            new_state = self._dropout("state", new_state, self._state_keep_prob, chosen)
        if _drops(self._output_keep_prob):
            output = self._dropout("output", output, self._output_keep_prob)
        return output, new_state

    def _dropout(self, what, values, keep_prob, chosen=None):
        """`values` with dropout, except where the structure `chosen` has False."""

        def drop(number, wanted, value, *noise):
            if wanted is False:
                return value
            if noise:
                return _drop_where(noise[0], value, keep_prob)
            return nn.dropout(value, keep_prob=keep_prob, seed=self._seed_of(what, number))

        chosen = values if chosen is None else chosen
        noise = [self._noise[what]] if self._variational_recurrent else []
        return _map_numbered(chosen, drop, chosen, values, *noise)

    def _draw(self, what, sizes, dtype):
        """Uniform numbers `[1, ...size]` for each of the sizes."""

        def draw(number, size):
            shape = [1, *TensorShape(size).as_list()]
            return random_uniform(shape, seed=self._seed_of(what, number), dtype=dtype)

        return _map_numbered(sizes, draw, sizes)

    def _seed_of(self, what, number):
        """A seed for each tensor that is dropped out: with one for all, the same elements would go in each."""
        if self._seed is None:
            return None
        return zlib.crc32(f"{self._seed} {what} {number}".encode()) & 0x7FFFFFFF


def _all_but_memory(state):
    if isinstance(state, LSTMStateTuple):
        return LSTMStateTuple(c=False, h=True)
    return not isinstance(state, TensorArray)


def _probability(name, given):
    """The probability as a float where it is known, else as a tensor."""
    known = given if isinstance(given, (int, float)) else constant_value(convert_to_tensor(given))
    if known is None:
        return convert_to_tensor(given)
    if not 0 <= known <= 1:
        raise ValueError(f"Parameter {name} must be between 0 and 1: {known}")
    return float(known)


def _drops(probability):
    return not isinstance(probability, float) or probability < 1


def _drop_where(noise, value, keep_prob):
    kept = math_ops.floor(noise + keep_prob)
    result = math_ops.div(value, keep_prob) * kept
    result.set_shape(value.shape)
    return result


def _map_numbered(shallow, function, *structures):
    """`map_structure_up_to` of a function that is given the number of the element first."""
    numbers = itertools.count()
    return map_structure_up_to(shallow, lambda *parts: function(next(numbers), *parts), *structures)
