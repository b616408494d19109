"""`RNN`: a cell run over the steps of sequences."""

from typing import Any, Self

import numpy as np

from evergraph.framework.public import public, public_module
from evergraph.framework.shapes import TensorShape
from evergraph.framework.types import ShapeLike
from evergraph.keras import backend
from evergraph.keras.backend.session import annotate
from evergraph.keras.basics.generic import has_arg, to_list
from evergraph.keras.engine.base_layer import Layer
from evergraph.keras.engine.registry import deserialize_layer, known_layer
from evergraph.keras.layers.recurrent.cells import StackedRNNCells, check_cell, sizes_of
from evergraph.layers.input_spec import InputSpec
from evergraph.ops import array as array_ops

public_module("python.keras.layers.recurrent")


@public("keras.layers.RNN")
@known_layer
class RNN(Layer):
    """A cell run over `[batch, steps, features]`.

    Args:
      cell: a cell, or a list of cells one above the other. A cell has `call(inputs, states)`, which returns output and
        new states, and `state_size`.
      return_sequences: whether the outputs of all steps are given, not only the last.
      return_state: whether the last states are given too.
      go_backwards: whether the steps run backwards.
      stateful: whether a batch begins with the states that the one before ended with.
      unroll: whether the steps are recorded one by one.
      **kwargs: see `Layer`; `input_dim` and `input_length` say the shape of the inputs too.

    Raises:
      ValueError: a cell without `call` or `state_size`.
    """

    def __init__(
        self,
        cell: Any,
        return_sequences: bool = False,
        return_state: bool = False,
        go_backwards: bool = False,
        stateful: bool = False,
        unroll: bool = False,
        **kwargs: Any,
    ) -> None:
        if isinstance(cell, (list, tuple)):
            cell = StackedRNNCells(list(cell))
        check_cell(cell)
        if "input_dim" in kwargs:
            size = kwargs.pop("input_dim")
            kwargs.setdefault("input_shape", (kwargs.pop("input_length", None), size))
        super().__init__(**kwargs)
        self.cell = cell
        self.return_sequences = return_sequences
        self.return_state = return_state
        self.go_backwards = go_backwards
        self.stateful = stateful
        self.unroll = unroll
        self.supports_masking = True
        self.input_spec = [InputSpec(ndim=3)]
        self.state_spec = None
        self._states = None
        self.constants_spec = None
        self._num_constants = None

    @property
    def states(self) -> list:
        """The states that are kept between batches; None for each that there is not."""
        return [None] * len(sizes_of(self.cell)) if self._states is None else self._states

    @states.setter
    def states(self, states: list) -> None:
        self._states = states

    def compute_output_shape(self, input_shape: ShapeLike) -> Any:
        """The shape of the outputs, and those of the states if wanted."""
        shape = TensorShape(input_shape[0] if isinstance(input_shape, list) else input_shape).as_list()
        sizes = sizes_of(self.cell)
        batch, steps = shape[:2]
        output = TensorShape([batch, steps, sizes[0]] if self.return_sequences else [batch, sizes[0]])
        if self.return_state:
            return [output, *(TensorShape([batch, size]) for size in sizes)]
        return output

    def compute_mask(self, inputs: Any, mask: Any = None) -> Any:
        """The mask of the inputs for sequences of outputs; None for the rest."""
        mask = mask[0] if isinstance(mask, list) else mask
        output = mask if self.return_sequences else None
        return [output, *(None for _ in self.states)] if self.return_state else output

    def build(self, input_shape: Any) -> None:
        """Builds the cell.

        Raises:
          ValueError: states that were given and are not those of the cell.
        """
        constants = []
        if isinstance(input_shape, list):
            if self._num_constants:
                constants = input_shape[-self._num_constants :]
            input_shape = input_shape[0]
        shape = TensorShape(input_shape).as_list()
        batch = shape[0] if self.stateful else None
        self.input_spec[0] = InputSpec(shape=(batch, None, *shape[2:]))
        if isinstance(self.cell, Layer) and not self.cell.built:
            step = TensorShape([shape[0], *shape[2:]])
            takes = constants and has_arg(self.cell.call, "constants")
            self.cell.build([step, *constants] if takes else step)
            self.cell.built = True
        sizes = sizes_of(self.cell)
        if self.state_spec is not None:
            given = [spec.shape[-1] for spec in self.state_spec]
            if given != sizes:
                raise ValueError(
                    f"the initial states are of sizes {given}, and the cell's states of sizes {sizes}"
                )
        else:
            self.state_spec = [InputSpec(shape=(None, size)) for size in sizes]
        if self.stateful:
            self.reset_states()
        self.built = True

    def get_initial_state(self, inputs: Any) -> list:
        """States of zeros for a batch like `inputs`."""
        batch = array_ops.shape(inputs)[0]
        known = inputs.shape[0].value
        states = []
        for size in sizes_of(self.cell):
            state = array_ops.zeros(array_ops.stack([batch, size]), dtype=inputs.dtype.base_dtype)
            state.set_shape([known, size])
            states.append(state)
        return states

    def __call__(self, inputs: Any, initial_state: Any = None, constants: Any = None, **kwargs: Any) -> Any:
        """The outputs; `initial_state` and `constants` may be tensors of layers, which are inputs then."""
        inputs, initial_state, constants = standardize_args(
            inputs, initial_state, constants, self._num_constants
        )
        if initial_state is None and constants is None:
            return super().__call__(inputs, **kwargs)
        more, specs = [], []
        if initial_state is not None:
            more += initial_state
            self.state_spec = [InputSpec(shape=backend.int_shape(each)) for each in initial_state]
            specs += self.state_spec
        if constants is not None:
            more += constants
            self.constants_spec = [InputSpec(shape=backend.int_shape(each)) for each in constants]
            self._num_constants = len(constants)
            specs += self.constants_spec
        are_inputs = [hasattr(each, "_keras_history") for each in more]
        if len(set(are_inputs)) > 1:
            raise ValueError(
                f"initial states and constants should all be tensors of Keras layers, or none of them: {more}"
            )
        if not are_inputs[0]:
            if initial_state is not None:
                kwargs["initial_state"] = initial_state
            if constants is not None:
                kwargs["constants"] = constants
            return super().__call__(inputs, **kwargs)
        own = self.input_spec
        self.input_spec = [*to_list(own), *specs]
        try:
            return super().__call__([inputs, *more], **kwargs)
        finally:
            self.input_spec = self.input_spec[:1]

    def call(
        self,
        inputs: Any,
        mask: Any = None,
        training: Any = None,
        initial_state: Any = None,
        constants: Any = None,
    ) -> Any:
        """The outputs, and the states if wanted.

        ValueError for states of another number, or steps that are unrolled and not known.
        """
        inputs, initial_state, constants = self._all_inputs(inputs, initial_state, constants)
        mask = mask[0] if isinstance(mask, list) else mask
        if len(initial_state) != len(self.states):
            raise ValueError(
                f"layer {self.name} has {len(self.states)} states, and got {len(initial_state)} initial ones"
            )
        steps = inputs.shape[1].value
        if self.unroll and steps in (None, 1):
            raise ValueError(
                f"a recurrent layer can be unrolled over a known number of steps above 1, got inputs of shape {inputs.shape}"
            )
        last, outputs, states = backend.rnn(
            self._step(training, constants),
            inputs,
            initial_state,
            constants=constants,
            go_backwards=self.go_backwards,
            mask=mask,
            unroll=self.unroll,
            input_length=steps,
        )
        if self.stateful:
            self.add_update(
                [backend.update(own, new) for own, new in zip(self.states, states)], inputs=inputs
            )
        output = outputs if self.return_sequences else last
        if any(getattr(self.cell, name, 0) for name in ("dropout", "recurrent_dropout")) and training is None:
            annotate(output, _uses_learning_phase=True)
            for state in states:
                annotate(state, _uses_learning_phase=True)
        return [output, *states] if self.return_state else output

    def _all_inputs(self, inputs, initial_state, constants):
        """Inputs, initial states and constants, which may all be among the inputs."""
        if isinstance(inputs, list):
            count = self._num_constants or 0
            more = inputs[1:]
            if count and constants is None:
                constants, more = more[-count:], more[:-count]
            if more and initial_state is None:
                initial_state = more
            inputs = inputs[0]
        if initial_state is None:
            initial_state = self.states if self.stateful else self.get_initial_state(inputs)
        return inputs, list(initial_state), constants

    def _step(self, training, constants):
        """The cell as a function of inputs and states."""
        for cell in getattr(self.cell, "cells", [self.cell]):
            if hasattr(cell, "_dropout_mask"):
                cell._dropout_mask = None
                cell._recurrent_dropout_mask = None
        kwargs = {"training": training} if has_arg(self.cell.call, "training", accept_all=True) else {}
        if isinstance(self.cell, StackedRNNCells) and training is None:
            kwargs = {}
        if not constants:
            return lambda inputs, states: self.cell.call(inputs, states, **kwargs)
        if not has_arg(self.cell.call, "constants"):
            raise ValueError(
                "an RNN is given constants, and its cell takes none: its `call` needs `constants`"
            )
        count = len(constants)
        return lambda inputs, states: self.cell.call(
            inputs, states[:-count], constants=states[-count:], **kwargs
        )

    def reset_states(self, states: Any = None) -> None:
        """Sets the states that are kept between batches, to zeros when `states` is None.

        Raises:
          AttributeError: a layer that keeps none.
          ValueError: an unknown batch size; states of another number or shape.
        """
        if not self.stateful:
            raise AttributeError(f"layer {self.name} keeps no states: it is made with stateful=True for that")
        shape = self.input_spec[0].shape
        batch = shape[0] if shape is not None else None
        if batch is None:
            raise ValueError(
                f"the stateful layer {self.name} must know its batch size: give `batch_input_shape` to the first layer, or "
                "`batch_shape` to Input"
            )
        sizes = self._state_shapes(batch)
        if self._states is None or self._states[0] is None:
            self._states = [backend.zeros(each) for each in sizes]
            if states is None:
                return
        values = [np.zeros(each) for each in sizes] if states is None else to_list(states)
        values = list(values) if isinstance(values, tuple) else values
        if len(values) != len(sizes):
            raise ValueError(
                f"layer {self.name} has {len(sizes)} states, and got {len(values)} values for them"
            )
        for number, (value, wanted) in enumerate(zip(values, sizes)):
            if np.shape(value) != tuple(wanted):
                raise ValueError(
                    f"state {number} of layer {self.name} has shape {tuple(wanted)}, and got a value of shape {np.shape(value)}"
                )
        backend.batch_set_value(list(zip(self._states, values)))

    def _state_shapes(self, batch):
        return [(batch, size) for size in sizes_of(self.cell)]

    def get_config(self) -> dict:
        """The constructor's arguments."""
        own = {
            name: getattr(self, name)
            for name in ("return_sequences", "return_state", "go_backwards", "stateful", "unroll")
        }
        if self._num_constants is not None:
            own["num_constants"] = self._num_constants
        cell = (
            {"class_name": type(self.cell).__name__, "config": self.cell.get_config()}
            if hasattr(self.cell, "get_config")
            else None
        )
        return {**super().get_config(), **own, "cell": cell}

    @classmethod
    def from_config(cls, config: dict, custom_objects: dict | None = None) -> Self:
        """A layer from what `get_config` gave."""
        config = dict(config)
        cell = deserialize_layer(config.pop("cell"), custom_objects=custom_objects)
        count = config.pop("num_constants", None)
        layer = cls(cell, **config)
        layer._num_constants = count
        return layer

    @property
    def trainable_weights(self) -> list:
        """The variables that training changes: the cell's."""
        return self.cell.trainable_weights if self.trainable and isinstance(self.cell, Layer) else []

    @property
    def non_trainable_weights(self) -> list:
        """The variables that training leaves as they are."""
        if not isinstance(self.cell, Layer):
            return []
        return self.cell.non_trainable_weights if self.trainable else self.cell.weights

    @property
    def losses(self) -> list:
        """The losses of the cell and of the layer."""
        cell = self.cell.losses if isinstance(self.cell, Layer) else []
        return cell + super().losses

    @property
    def updates(self) -> list:
        """The updates of the cell and of the layer."""
        cell = self.cell.updates if isinstance(self.cell, Layer) else []
        return cell + super().updates

    def get_updates_for(self, inputs: Any) -> list:
        """The updates that depend on `inputs`; None gives those that depend on no inputs."""
        cell = self.cell.get_updates_for(inputs) if isinstance(self.cell, Layer) else []
        return cell + super().get_updates_for(inputs)

    def get_losses_for(self, inputs: Any) -> list:
        """The losses that depend on `inputs`; None gives those that depend on no inputs."""
        cell = self.cell.get_losses_for(inputs) if isinstance(self.cell, Layer) else []
        return cell + super().get_losses_for(inputs)


def standardize_args(inputs: Any, initial_state: Any, constants: Any, num_constants: int | None) -> tuple:
    """Inputs, initial states and constants, which may all be given as one list of inputs."""
    if isinstance(inputs, (list, tuple)):
        inputs = list(inputs)
        if num_constants and constants is None:
            constants, inputs = inputs[-num_constants:], inputs[:-num_constants]
        if len(inputs) > 1 and initial_state is None:
            initial_state = inputs[1:]
        inputs = inputs[0]

    def listed(value):
        return None if value is None else list(value) if isinstance(value, (list, tuple)) else [value]

    return inputs, listed(initial_state), listed(constants)


public("python.keras.layers.recurrent._standardize_args")(standardize_args)
