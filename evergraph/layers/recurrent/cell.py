"""`RNNCell`: one step of a recurrent network, a layer with a state."""

from typing import Any

from evergraph.framework.default_graph import name_scope
from evergraph.framework.public import public, public_module
from evergraph.framework.structures import map_structure
from evergraph.framework.types import DTypeLike, TensorLike
from evergraph.layers.base import Layer
from evergraph.layers.input_spec import InputSpec
from evergraph.layers.recurrent.sizes import zeros_of
from evergraph.ops import math as math_ops
from evergraph.ops.variables.collections import trainable_variables
from evergraph.ops.variables.partitioned import PartitionedVariable
from evergraph.ops.variables.scope import get_variable_scope, variable_scope
from evergraph.ops.variables.scope_object import VariableScope

public_module("python.ops.rnn_cell", "python.ops.rnn_cell_impl")

KERNEL_NAME, BIAS_NAME = "kernel", "bias"  # of the variables, here and in checkpoints
public("python.ops.rnn_cell._WEIGHTS_VARIABLE_NAME", "python.ops.rnn_cell_impl._WEIGHTS_VARIABLE_NAME")(
    KERNEL_NAME
)
public("python.ops.rnn_cell._BIAS_VARIABLE_NAME", "python.ops.rnn_cell_impl._BIAS_VARIABLE_NAME")(BIAS_NAME)
ASSERT_LIKE_RNNCELL_ERROR_REGEXP = public()("is not an RNNCell")
_NEEDED = (
    ("output_size", "'output_size' property is missing"),
    ("state_size", "'state_size' property is missing"),
    ("zero_state", "'zero_state' method is missing"),
    ("__call__", "is not callable"),
)


@public()
def assert_like_rnncell(cell_name: str, cell: Any) -> None:
    """TypeError unless `cell` has what an RNNCell has; `cell_name` is the argument's name."""
    missing = [complaint for name, complaint in _NEEDED if not hasattr(cell, name)]
    if missing:
        problems = ", ".join(missing)
        raise TypeError(
            f"The argument {cell_name!r} ({cell!r}) {ASSERT_LIKE_RNNCELL_ERROR_REGEXP}: {problems}."
        )


@public("nn.rnn_cell.RNNCell")
class RNNCell(Layer):
    """One step of a recurrent network: `output, new_state = cell(inputs, state)`.

    A kind of cell defines `state_size`, `output_size` and `call(inputs, state)`. `call` may make variables with
    `tf.get_variable`: they are made at the first call, shared by the later ones, and counted among the cell's weights.
    """

    def __call__(self, inputs: Any, state: Any, scope: VariableScope | str | None = None) -> Any:
        """The output and the new state.

        Args:
          inputs: a tensor `[batch, inputs]`, or what else the cell takes.
          state: tensors `[batch, size]`, in the structure of `state_size`.
          scope: the variable scope, by name or object; the class in snake case when None.

        Returns:
          A pair: the output, in the structure of `output_size`, and the new state, in that of `state`.
        """
        if scope is not None:
            with variable_scope(scope, custom_getter=self._note_variable) as opened:
                return super().__call__(inputs, state, scope=opened)
        with variable_scope(get_variable_scope(), custom_getter=self._note_variable):
            return super().__call__(inputs, state)

    def _note_variable(self, getter, *args, **kwargs):
        """The custom getter of the cell's scope: what is made there is a weight of the cell."""
        variable = getter(*args, **kwargs)
        parts = list(variable) if isinstance(variable, PartitionedVariable) else [variable]
        trainable = any(parts[0] is each for each in trainable_variables())
        weights = self._trainable_weights if trainable else self._non_trainable_weights
        if not any(variable is each for each in weights):
            weights.append(variable)
        return variable

    @property
    def state_size(self) -> Any:
        """The size of the state of one example: an int, a TensorShape, or a nested tuple of them."""
        raise NotImplementedError(f"{type(self).__name__} does not say what state_size it has")

    @property
    def output_size(self) -> Any:
        """The size of the output for one example: an int, a TensorShape, or a nested tuple of them."""
        raise NotImplementedError(f"{type(self).__name__} does not say what output_size it has")

    def build(self, inputs_shape: Any, /) -> None:
        """Makes nothing: `call` may make variables itself, up to the end of the first call."""

    def zero_state(self, batch_size: TensorLike, dtype: DTypeLike) -> Any:
        """A state of zeros.

        Args:
          batch_size: an int or a scalar integer tensor.
          dtype: the DType of all its tensors.

        Returns:
          Tensors `[batch_size, ...size]` in the structure of `state_size`.
        """
        with name_scope(type(self).__name__ + "ZeroState", values=[batch_size]):
            return zero_state_tensors(self.state_size, batch_size, dtype)


@public("python.ops.rnn_cell_impl._zero_state_tensors")
def zero_state_tensors(state_size: Any, batch_size: TensorLike, dtype: DTypeLike) -> Any:
    """Zeros `[batch_size, ...size]` in the structure of `state_size`; see `RNNCell.zero_state`."""
    return map_structure(lambda size: zeros_of(batch_size, size, dtype), state_size)


@public("contrib.rnn.LayerRNNCell")
class LayerRNNCell(RNNCell):
    """A cell that makes its variables in `build`, as layers do."""

    def __call__(
        self, inputs: Any, state: Any, scope: VariableScope | str | None = None, *args: Any, **kwargs: Any
    ) -> Any:
        """The output and the new state; see `RNNCell`. Further arguments are for `call`."""
        return Layer.__call__(self, inputs, state, *args, scope=scope, **kwargs)

    def _input_size(self, inputs_shape):
        size = inputs_shape[1].value
        if size is None:
            raise ValueError(f"{self.name}: Expected inputs.shape[-1] to be known, saw shape: {inputs_shape}")
        return size


class UnitsCell(LayerRNNCell):
    """A cell of `num_units` units with an activation, on inputs that are a matrix; its output is of that size."""

    def __init__(self, num_units, activation, reuse, name, dtype):
        super().__init__(_reuse=reuse, name=name, dtype=dtype)
        self.input_spec = InputSpec(ndim=2)
        self._num_units = num_units
        self._activation = activation or math_ops.tanh

    @property
    def state_size(self) -> Any:
        """`num_units`."""
        return self._num_units

    @property
    def output_size(self) -> Any:
        """`num_units`."""
        return self._num_units
