"""Layers around a layer: for each step, and in both directions."""

import copy
from typing import Any, Self

from evergraph.framework.public import public, public_module
from evergraph.framework.shapes import TensorShape
from evergraph.framework.types import ShapeLike
from evergraph.keras import backend
from evergraph.keras.backend.session import annotate
from evergraph.keras.basics.generic import has_arg
from evergraph.keras.engine.base_layer import Layer
from evergraph.keras.engine.node import depends_on_phase
from evergraph.keras.engine.registry import deserialize_layer, known_layer
from evergraph.keras.layers.recurrent.rnn import standardize_args
from evergraph.layers.input_spec import InputSpec
from evergraph.ops import array as array_ops

public_module("python.keras.layers.wrappers")


@public("keras.layers.Wrapper")
@known_layer
class Wrapper(Layer):
    """A layer around another, whose weights, losses and updates it has.

    Args:
      layer: the other layer.
    """

    def __init__(self, layer: Any, **kwargs: Any) -> None:
        self.layer = layer
        super().__init__(**kwargs)
        self._track_checkpointable(layer, name="layer")

    @property
    def activity_regularizer(  # pyright: ignore[reportIncompatibleMethodOverride] it is set on the layer
        self,
    ) -> Any:
        """That of the layer."""
        return getattr(self.layer, "activity_regularizer", None)

    def build(self, input_shape: Any = None) -> None:
        """Says that it is built."""
        self.built = True

    @property
    def trainable(self) -> bool:
        """Whether the layer is trained."""
        return self.layer.trainable

    @trainable.setter
    def trainable(self, value: bool) -> None:
        self.layer.trainable = value

    @property
    def trainable_weights(self) -> list:
        """Those of the layer."""
        return self.layer.trainable_weights

    @property
    def non_trainable_weights(self) -> list:
        """Those of the layer."""
        return self.layer.non_trainable_weights

    @property
    def updates(self) -> list:
        """Those of the layer."""
        return self.layer.updates + [update for update, _ in self._updates]

    @property
    def losses(self) -> list:
        """Those of the layer."""
        return self.layer.losses + [loss for loss, _ in self._losses]

    def get_updates_for(self, inputs: Any) -> list:
        """The updates that depend on `inputs`; None gives those that depend on no inputs."""
        # The layer was called with something made from the inputs: what depends on that, depends on them.
        return _for_inputs(self.layer, "updates", inputs) + super().get_updates_for(inputs)

    def get_losses_for(self, inputs: Any) -> list:
        """The losses that depend on `inputs`; None gives those that depend on no inputs."""
        return _for_inputs(self.layer, "losses", inputs) + super().get_losses_for(inputs)

    def get_weights(self) -> list:
        """The values of the weights of the layer."""
        return self.layer.get_weights()

    def set_weights(self, weights: list) -> None:
        """Sets the weights of the layer."""
        self.layer.set_weights(weights)

    def get_config(self) -> dict:
        """The constructor's arguments."""
        layer = {"class_name": type(self.layer).__name__, "config": self.layer.get_config()}
        return {**super().get_config(), "layer": layer}

    @classmethod
    def from_config(cls, config: dict, custom_objects: dict | None = None) -> Self:
        """A layer from what `get_config` gave."""
        config = dict(config)
        return cls(deserialize_layer(config.pop("layer"), custom_objects=custom_objects), **config)


def _for_inputs(layer, what, inputs):
    return getattr(layer, f"get_{what}_for")(inputs)


@public("keras.layers.TimeDistributed")
@known_layer
class TimeDistributed(Wrapper):
    """A layer applied to each step of `[batch, steps, ...]`.

    Raises:
      ValueError: something that is no layer.
    """

    def __init__(self, layer: Any, **kwargs: Any) -> None:
        if not isinstance(layer, Layer):
            raise ValueError(f"TimeDistributed takes a layer, got {layer!r}")
        super().__init__(layer, **kwargs)
        self.supports_masking = True

    def build(self, input_shape: Any = None) -> None:
        """Builds the layer for one step. ValueError for inputs of a rank below 3."""
        sizes = TensorShape(input_shape).as_list()
        if len(sizes) < 3:
            raise ValueError(
                f"TimeDistributed takes inputs of rank 3 at least, (batch, steps, ...), got shape {sizes}"
            )
        self.input_spec = InputSpec(shape=[None, *sizes[1:]])
        if not self.layer.built:
            self.layer.build(TensorShape([sizes[0], *sizes[2:]]))
            self.layer.built = True
        self.built = True

    def compute_output_shape(self, input_shape: ShapeLike) -> TensorShape:
        """The shape of the outputs for inputs of that shape."""
        sizes = TensorShape(input_shape).as_list()
        one = TensorShape(self.layer.compute_output_shape(TensorShape([sizes[0], *sizes[2:]]))).as_list()
        return TensorShape([one[0], sizes[1], *one[1:]])

    def call(self, inputs: Any, training: Any = None, mask: Any = None) -> Any:
        """The outputs of all steps."""
        kwargs = {"training": training} if has_arg(self.layer.call, "training") else {}
        sizes = inputs.shape.as_list()
        batch = sizes[0]
        if batch:

            def step(x, _):
                return self.layer.call(x, **kwargs), []

            _, outputs, _ = backend.rnn(step, inputs, initial_states=[], unroll=False)
            merged = outputs
        else:
            dynamic = array_ops.shape(inputs)
            flat = array_ops.reshape(inputs, array_ops.concat([[-1], dynamic[2:]], 0))
            flat.set_shape([None, *sizes[2:]])
            out = self.layer.call(flat, **kwargs)
            shape = self.compute_output_shape(inputs.shape).as_list()
            tail = [
                array_ops.shape(out)[at] if size is None else size for at, size in enumerate(shape[2:], 1)
            ]
            merged = array_ops.reshape(out, array_ops.stack([dynamic[0], dynamic[1], *tail]))
            merged.set_shape(shape)
            if depends_on_phase(out):
                annotate(merged, _uses_learning_phase=True)
        regularize = getattr(self.layer, "activity_regularizer", None)
        if regularize is not None:
            self.add_loss(regularize(merged), inputs)
        return merged

    def _regularize_activity(self, inputs, outputs):
        pass  # done in `call`, on all steps together


@public("keras.layers.Bidirectional")
@known_layer
class Bidirectional(Wrapper):
    """A recurrent layer run forwards and backwards.

    Args:
      layer: the recurrent layer.
      merge_mode: how both outputs become one: "sum", "mul", "concat", "ave", or None for a list.
      weights: arrays that they begin with.

    Raises:
      ValueError: another `merge_mode`.
    """

    def __init__(
        self, layer: Any, merge_mode: str | None = "concat", weights: list | None = None, **kwargs: Any
    ) -> None:
        if merge_mode not in ("sum", "mul", "ave", "concat", None):
            raise ValueError(f"merge_mode should be sum, mul, ave, concat or None, got {merge_mode!r}")
        config = layer.get_config()
        self.forward_layer = copy.copy(layer)
        config["go_backwards"] = not config["go_backwards"]
        self.backward_layer = type(layer).from_config(config)
        self.forward_layer._name = "forward_" + layer.name
        self.backward_layer._name = "backward_" + layer.name
        self.merge_mode = merge_mode
        if weights:
            half = len(weights) // 2
            self.forward_layer._initial_weights = weights[:half]
            self.backward_layer._initial_weights = weights[half:]
        self.stateful = layer.stateful
        self.return_sequences = layer.return_sequences
        self.return_state = layer.return_state
        self._trainable = True
        self._num_constants = None
        super().__init__(layer, **kwargs)
        self.stateful = layer.stateful
        self.supports_masking = True
        self.input_spec = layer.input_spec

    @property
    def trainable(self) -> bool:
        """Whether the weights are trained."""
        return self._trainable

    @trainable.setter
    def trainable(self, value: bool) -> None:
        self._trainable = value
        self.forward_layer.trainable = value
        self.backward_layer.trainable = value

    def get_weights(self) -> list:
        """The values of the weights, the forward layer's first."""
        return self.forward_layer.get_weights() + self.backward_layer.get_weights()

    def set_weights(self, weights: list) -> None:
        """Sets the weights, the forward layer's first."""
        half = len(weights) // 2
        self.forward_layer.set_weights(weights[:half])
        self.backward_layer.set_weights(weights[half:])

    def compute_output_shape(self, input_shape: ShapeLike) -> Any:
        """The shape of the outputs, and those of the states if wanted."""
        shape = self.forward_layer.compute_output_shape(input_shape)
        states = []
        if self.return_state:
            shape, *states = shape
        sizes = TensorShape(shape).as_list()
        if self.merge_mode == "concat":
            output = [TensorShape([*sizes[:-1], sizes[-1] * 2])]
        elif self.merge_mode is None:
            output = [TensorShape(sizes), TensorShape(sizes)]
        else:
            output = [TensorShape(sizes)]
        if self.return_state:
            return [*output, *states, *copy.copy(states)]
        return output if len(output) > 1 else output[0]

    def __call__(self, inputs: Any, initial_state: Any = None, constants: Any = None, **kwargs: Any) -> Any:
        """The outputs; see `RNN`. The first half of the initial states is the forward layer's."""
        inputs, initial_state, constants = standardize_args(
            inputs, initial_state, constants, self._num_constants
        )
        if initial_state is None and constants is None:
            return super().__call__(inputs, **kwargs)
        more, specs = [], []
        if initial_state is not None:
            if len(initial_state) % 2:
                raise ValueError(
                    "the initial states of a Bidirectional layer are those of both directions, and "
                    f"{len(initial_state)} cannot be shared out: give an even number"
                )
            more += initial_state
            kwargs["initial_state"] = initial_state
            specs += [InputSpec(shape=backend.int_shape(each)) for each in initial_state]
            half = len(specs) // 2
            self.forward_layer.state_spec, self.backward_layer.state_spec = specs[:half], specs[half:]
        if constants is not None:
            more += constants
            kwargs["constants"] = constants
            of_constants = [InputSpec(shape=backend.int_shape(each)) for each in constants]
            self._num_constants = len(constants)
            self.forward_layer._num_constants = self.backward_layer._num_constants = len(constants)
            specs += of_constants
        if not all(hasattr(each, "_keras_history") for each in more):
            return super().__call__(inputs, **kwargs)
        own = self.input_spec
        self.input_spec = [*(own if isinstance(own, list) else [own])[:1], *specs]
        for key in ("initial_state", "constants"):
            kwargs.pop(key, None)
        try:
            return super().__call__([inputs, *more], **kwargs)
        finally:
            self.input_spec = own

    def call(
        self,
        inputs: Any,
        training: Any = None,
        mask: Any = None,
        initial_state: Any = None,
        constants: Any = None,
    ) -> Any:
        """The outputs of both directions, merged."""
        if isinstance(inputs, list):
            count = self._num_constants or 0
            if count and constants is None:
                constants, inputs = inputs[-count:], inputs[:-count]
            if len(inputs) > 1 and initial_state is None:
                initial_state = inputs[1:]
            inputs = inputs[0]
        mask = mask[0] if isinstance(mask, list) else mask
        results = []
        half = len(initial_state) // 2 if initial_state else 0
        states = (initial_state[:half], initial_state[half:]) if half else (None, None)
        for layer, state in zip((self.forward_layer, self.backward_layer), states):
            kwargs = {
                name: value
                for name, value in (("training", training), ("mask", mask), ("constants", constants))
                if value is not None and has_arg(layer.call, name)
            }
            if state is not None:
                kwargs["initial_state"] = state
            results.append(layer.call(inputs, **kwargs))
        more = []
        if self.return_state:
            more = [*results[0][1:], *results[1][1:]]
            results = [results[0][0], results[1][0]]
        forward, backward = results
        phased = depends_on_phase(results)
        if self.return_sequences:
            backward = backend.reverse(backward, 1)
        output: Any = _merged(self.merge_mode, forward, backward)
        if phased:
            for each in output if isinstance(output, list) else [output]:
                annotate(each, _uses_learning_phase=True)
        if self.return_state:
            return [*output, *more] if self.merge_mode is None else [output, *more]
        return output

    def reset_states(self) -> None:
        """Resets the states of both directions."""
        self.forward_layer.reset_states()
        self.backward_layer.reset_states()

    def build(self, input_shape: Any = None) -> None:
        """Builds both layers, each in a scope of its own."""
        for layer in (self.forward_layer, self.backward_layer):
            with backend.name_scope(layer.name):
                layer.build(input_shape)
                layer.built = True
                if layer._initial_weights is not None:
                    weights, layer._initial_weights = layer._initial_weights, None
                    layer.set_weights(weights)
        self.built = True

    def compute_mask(self, inputs: Any, mask: Any = None) -> Any:
        """The mask of the inputs for sequences of outputs; None for the rest."""
        mask = mask[0] if isinstance(mask, list) else mask
        output = mask if self.return_sequences else None
        outputs = [output, output] if self.merge_mode is None else output
        if self.return_state:
            masks = [None] * (2 * len(self.forward_layer.states))
            return [*(outputs if isinstance(outputs, list) else [outputs]), *masks]
        return outputs

    def _of_both(self, what):
        return [each for layer in (self.forward_layer, self.backward_layer) for each in getattr(layer, what)]

    @property
    def trainable_weights(self) -> list:
        """Those of both layers."""
        return self._of_both("trainable_weights")

    @property
    def non_trainable_weights(self) -> list:
        """Those of both layers."""
        return self._of_both("non_trainable_weights")

    @property
    def updates(self) -> list:
        """Those of both layers."""
        return self._of_both("updates")

    @property
    def losses(self) -> list:
        """Those of both layers."""
        return self._of_both("losses")

    def get_updates_for(self, inputs: Any) -> list:
        """The updates that depend on `inputs`; None gives those that depend on no inputs."""
        return [
            each
            for layer in (self.forward_layer, self.backward_layer)
            for each in layer.get_updates_for(inputs)
        ]

    def get_losses_for(self, inputs: Any) -> list:
        """The losses that depend on `inputs`; None gives those that depend on no inputs."""
        return [
            each
            for layer in (self.forward_layer, self.backward_layer)
            for each in layer.get_losses_for(inputs)
        ]

    @property
    def constraints(self) -> dict:
        """Those of both layers."""
        found = {}
        for layer in (self.forward_layer, self.backward_layer):
            found.update(getattr(layer, "constraints", {}))
        return found

    def get_config(self) -> dict:
        """The constructor's arguments."""
        config = {**super().get_config(), "merge_mode": self.merge_mode}
        if self._num_constants is not None:
            config["num_constants"] = self._num_constants
        return config

    @classmethod
    def from_config(cls, config: dict, custom_objects: dict | None = None) -> Self:
        """A layer from what `get_config` gave."""
        config = dict(config)
        count = config.pop("num_constants", None)
        layer = super().from_config(config, custom_objects=custom_objects)
        layer._num_constants = count
        return layer


def _merged(mode, forward, backward):
    if mode == "concat":
        return backend.concatenate([forward, backward])
    if mode == "sum":
        return forward + backward
    if mode == "ave":
        return (forward + backward) / 2
    return forward * backward if mode == "mul" else [forward, backward]
