"""What LSTM cells with other insides share: a memory and an output, which may be projected."""

from __future__ import annotations

from typing import Any

from evergraph.framework.tensor import Tensor
from evergraph.layers.recurrent.cell import RNNCell
from evergraph.layers.recurrent.lstm import LSTMStateTuple
from evergraph.ops import array as array_ops
from evergraph.ops.clip import clip_by_value
from evergraph.ops.variables.scope import get_variable


class PairCell(RNNCell):
    """A cell whose state is (c, h), with `num_units` columns and the `num_proj` of the output.

    Args:
      num_units: the columns of the memory.
      num_proj: those of the output; None or 0 for as many.
      reuse: whether the variables exist already in the scope.
      name: the layer's name.
    """

    def __init__(
        self, num_units: int, num_proj: int | None = None, reuse: bool | None = None, name: str | None = None
    ) -> None:
        super().__init__(_reuse=reuse, name=name)
        self._num_units = num_units
        self._num_proj = num_proj

    @property
    def state_size(self) -> Any:
        """LSTMStateTuple(num_units, num_proj or num_units)."""
        return LSTMStateTuple(self._num_units, self.output_size)

    @property
    def output_size(self) -> int:
        """`num_proj`, or `num_units` where there is no projection."""
        return self._num_proj or self._num_units


def known_columns(inputs: Tensor, cell: RNNCell) -> int:
    """The columns of a matrix; ValueError where they are not known."""
    columns = inputs.shape.with_rank(2)[1].value
    if columns is None:
        raise ValueError(
            f"input size must be statically known for {cell.name}: its inputs have the shape {inputs.shape}"
        )
    return columns


def diagonals(num_units: int, dtype: Any, gates: str = "fio", pattern: str = "w_{}_diag") -> dict[str, Any]:
    """The weights `[num_units]` through which gates see the memory: variables of the current scope."""
    return {gate: get_variable(pattern.format(gate), [num_units], dtype) for gate in gates}


def clipped(output: Tensor, bound: float | None) -> Tensor:
    """`output`, its absolute value at most `bound` where there is one."""
    return output if bound is None else clip_by_value(output, -bound, bound)


def joined_rows(name: str, rows: int, columns: int, dtype: Any, shards: int) -> Any:
    """A matrix whose rows are `shards` variables, `name_0` and so on, of as equal numbers of rows as can be.

    Raises:
      ValueError: more shards than rows.
    """
    if shards > rows:
        raise ValueError(f"{name} has {rows} rows, too few for {shards} shards")
    least, more = divmod(rows, shards)
    parts = [get_variable(f"{name}_{i}", [least + (i < more), columns], dtype) for i in range(shards)]
    return parts[0] if shards == 1 else array_ops.concat(parts, 0)
