"""The weights of cuDNN's recurrent networks: one vector, its parts, and the weights of the cells that compute the same.

A layer and direction has a matrix for each gate on the inputs, one for each on the state, and as many biases, in the order
of NVIDIA's cuDNN manual (`cudnnRNNMode_t`): LSTM input, forget, candidate, output; GRU reset, update, candidate.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, NamedTuple

from evergraph.checkpoint.saveable import SaveableObject, SaveSpec
from evergraph.ops import array as array_ops
from evergraph.ops.constants import identity
from evergraph.ops.variables.assign import assign

# Kind -> how many gates there are.
GATES = {"lstm": 4, "gru": 3, "rnn_tanh": 1, "rnn_relu": 1}
# Kind -> the name of the cell that computes the same, and those of its kernels and biases.
_CELLS = {"lstm": "cudnn_compatible_lstm_cell", "gru": "cudnn_compatible_gru_cell"}
_GRU_PARTS = ("gates", "candidate/input_projection", "candidate/hidden_projection")


class Layout(NamedTuple):
    """What the sizes of all weights follow from: the kind of network, its sizes, and how many directions there are."""

    kind: str
    num_layers: int
    num_units: int
    input_size: int
    directions: int

    @property
    def places(self) -> list[tuple[int, int]]:
        """(layer, direction) of each group of weights, in their order."""
        return [(layer, side) for layer in range(self.num_layers) for side in range(self.directions)]

    def columns(self, layer: int) -> int:
        """How many inputs a layer has."""
        return self.input_size if layer == 0 else self.directions * self.num_units

    def weight_shapes(self) -> list[tuple[int, int]]:
        """The shapes of all matrices: of a group first those on the inputs, then those on the state."""
        gates, units = GATES[self.kind], self.num_units
        shapes = []
        for layer, _ in self.places:
            shapes += [(units, self.columns(layer))] * gates + [(units, units)] * gates
        return shapes

    def bias_shapes(self) -> list[list[int]]:
        """The shapes of all biases."""
        return [[self.num_units]] * (2 * GATES[self.kind] * len(self.places))

    def parts(self, opaque: Any) -> tuple[list[Any], list[Any]]:
        """(the matrices, the biases) of the vector: all matrices stand before all biases, row by row."""
        shapes: list[Sequence[int]] = [*self.weight_shapes(), *self.bias_shapes()]
        sizes = [shape[0] * (shape[1] if len(shape) == 2 else 1) for shape in shapes]
        pieces = array_ops.split(opaque, sizes)
        parts = [array_ops.reshape(piece, list(shape)) for piece, shape in zip(pieces, shapes, strict=True)]
        number = len(self.weight_shapes())
        return parts[:number], parts[number:]

    def opaque(self, weights: Sequence[Any], biases: Sequence[Any]) -> Any:
        """The vector of matrices and biases."""
        return array_ops.concat([array_ops.reshape(part, [-1]) for part in (*weights, *biases)], 0)

    def cells(self, opaque: Any) -> list[tuple[list[Any], list[Any]]]:
        """(kernels, biases) of the cell for each place, as `names` names them."""
        weights, biases = self.parts(opaque)
        size = 2 * GATES[self.kind]
        groups = range(0, len(weights), size)
        return [self._cell(weights[i : i + size], biases[i : i + size]) for i in groups]

    def _cell(self, weights, biases):
        gates = GATES[self.kind]
        # [inputs and state, units] of each gate
        both = [
            array_ops.transpose(array_ops.concat(pair, 1)) for pair in zip(weights[:gates], weights[gates:])
        ]
        sums = [one + other for one, other in zip(biases[:gates], biases[gates:])]
        if self.kind == "gru":
            kernels = [
                array_ops.concat(both[:2], 1),
                array_ops.transpose(weights[2]),
                array_ops.transpose(weights[5]),
            ]
            return kernels, [array_ops.concat(sums[:2], 0), biases[2], biases[5]]
        order = (0, 2, 1, 3) if self.kind == "lstm" else (0,)  # the candidate before the forget gate
        return [array_ops.concat([both[i] for i in order], 1)], [
            array_ops.concat([sums[i] for i in order], 0)
        ]

    def of_cells(self, cells: Sequence[tuple[Sequence[Any], Sequence[Any]]]) -> Any:
        """The vector whose `cells` are given; a bias that is one there is halved into two."""
        weights, biases = [], []
        for (layer, _), (kernels, offsets) in zip(self.places, cells, strict=True):
            rows = [self.columns(layer), self.num_units]
            joined = array_ops.split(kernels[0], {"lstm": 4, "gru": 2}.get(self.kind, 1), axis=1)
            halves = [0.5 * part for part in array_ops.split(offsets[0], len(joined))]
            if self.kind == "lstm":
                joined, halves = ([part[i] for i in (0, 2, 1, 3)] for part in (joined, halves))
            pairs = [array_ops.split(each, rows, axis=0) for each in joined]
            on_inputs, on_state = [pair[0] for pair in pairs], [pair[1] for pair in pairs]
            first, second = list(halves), list(halves)
            if self.kind == "gru":
                on_inputs.append(kernels[1])
                on_state.append(kernels[2])
                first.append(offsets[1])
                second.append(offsets[2])
            weights += [array_ops.transpose(each) for each in (*on_inputs, *on_state)]
            biases += [*first, *second]
        return self.opaque(weights, biases)

    def names(self) -> tuple[list[str], list[str]]:
        """The names of all kernels, and of all biases, where cells in `dynamic_rnn` or in stacks of both directions have them."""
        kernels, biases = [], []
        for layer, side in self.places:
            cell = _CELLS.get(self.kind, "basic_rnn_cell")
            if self.directions == 1:
                prefix = f"rnn/multi_rnn_cell/cell_{layer}/{cell}"
            else:
                prefix = f"stack_bidirectional_rnn/cell_{layer}/bidirectional_rnn/{('fw', 'bw')[side]}/{cell}"
            own = [f"{prefix}/{part}" for part in _GRU_PARTS] if self.kind == "gru" else [prefix]
            kernels += [f"{each}/kernel" for each in own]
            biases += [f"{each}/bias" for each in own]
        return kernels, biases


class CanonicalSaveable(SaveableObject):
    """What is saved of the vector: the kernels and biases of the cells, so that other networks can take them.

    Args:
      variable: the vector.
      layout: its Layout.
      scope: what the names begin with.
      name: the name of the object.
    """

    def __init__(self, variable: Any, layout: Layout, scope: str, name: str) -> None:
        self._variable, self._layout = variable, layout
        cells = layout.cells(variable)
        tensors = [kernel for kernels, _ in cells for kernel in kernels]
        tensors += [bias for _, biases in cells for bias in biases]
        kernel_names, bias_names = layout.names()
        specs = [
            SaveSpec(tensor, "", f"{scope}/{own}" if scope else own)
            for tensor, own in zip(tensors, [*kernel_names, *bias_names], strict=True)
        ]
        super().__init__(identity(variable), specs, name)

    def restore(self, restored_tensors: Sequence[Any], restored_shapes: Any) -> Any:
        """The operation that makes the vector of what was saved."""
        half = len(restored_tensors) // 2
        each = half // len(self._layout.places)
        cells = [
            (restored_tensors[i : i + each], restored_tensors[half + i : half + i + each])
            for i in range(0, half, each)
        ]
        return assign(self._variable, self._layout.of_cells(cells))
