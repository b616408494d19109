"""What a layer knows of its calls, and what of it is saved and made again: weights as arrays, a configuration."""

import inspect
from typing import Any, Self

import numpy as np

from evergraph.session.defaults import get_default_session


class Calls:
    """What a layer knows of its calls with tensors of Keras: the properties `input`, `output`, their shapes and masks.

    A mixin of `Layer`; the calls are its `_inbound_nodes`, whose kind is Keras's.
    """

    _inbound_nodes: list
    _outbound_nodes: list
    _name: str

    @property
    def inbound_nodes(self) -> list:
        """The calls of this layer."""
        return self._inbound_nodes

    @property
    def outbound_nodes(self) -> list:
        """The calls that take outputs of this layer."""
        return self._outbound_nodes

    def _of_call(self, index, attribute, what):
        if not self._inbound_nodes:
            raise RuntimeError(f"layer {self._name} was not called yet, and has no {what}")
        if not -len(self._inbound_nodes) <= index < len(self._inbound_nodes):
            raise ValueError(
                f"layer {self._name} has {len(self._inbound_nodes)} calls, and the {what} of call {index} is asked for"
            )
        return single_or_list(getattr(self._inbound_nodes[index], attribute))

    def _of_the_call(self, attribute, what):
        if len(self._inbound_nodes) > 1:
            raise AttributeError(
                f"layer {self._name} has several calls, each with an {what} of its own: ask with get_{what.replace(' ', '_')}_at(number)"
            )
        if not self._inbound_nodes:
            raise AttributeError(
                f"layer {self._name} was not called with tensors of Keras, and has no {what}"
            )
        return self._of_call(0, attribute, what)

    @property
    def input(self) -> Any:
        """The input(s) of the only call; AttributeError when there is none, or more."""
        return self._of_the_call("input_tensors", "input")

    @property
    def output(self) -> Any:
        """The output(s) of the only call; AttributeError when there is none, or more."""
        return self._of_the_call("output_tensors", "output")

    def get_input_at(self, node_index: int) -> Any:
        """The input(s) of a call; RuntimeError before the first, ValueError for one that there is not."""
        return self._of_call(node_index, "input_tensors", "input")

    def get_output_at(self, node_index: int) -> Any:
        """The output(s) of a call; RuntimeError before the first, ValueError for one that there is not."""
        return self._of_call(node_index, "output_tensors", "output")

    def get_input_shape_at(self, node_index: int) -> Any:
        """The shape(s) of the input(s) of a call."""
        return self._of_call(node_index, "input_shapes", "input shape")

    def get_output_shape_at(self, node_index: int) -> Any:
        """The shape(s) of the output(s) of a call."""
        return self._of_call(node_index, "output_shapes", "output shape")

    def get_input_mask_at(self, node_index: int) -> Any:
        """The mask(s) of the input(s) of a call."""
        return _masks(self.get_input_at(node_index))

    def get_output_mask_at(self, node_index: int) -> Any:
        """The mask(s) of the output(s) of a call."""
        return _masks(self.get_output_at(node_index))

    @property
    def input_mask(self) -> Any:
        """The mask(s) of the input(s) of the only call."""
        return _masks(self.input)

    @property
    def output_mask(self) -> Any:
        """The mask(s) of the output(s) of the only call."""
        return _masks(self.output)

    @property
    def input_shape(self) -> Any:
        """The shape(s) of the input(s), as tuples; AttributeError when calls differ in it, or there is none."""
        return self._shape("input_shapes", "input shape")

    @property
    def output_shape(self) -> Any:
        """The shape(s) of the output(s), as tuples; AttributeError when calls differ in it, or there is none."""
        return self._shape("output_shapes", "output shape")

    def _shape(self, attribute, what):
        if not self._inbound_nodes:
            raise AttributeError(f"layer {self._name} was not called yet, and has no {what}")
        found = {str(getattr(node, attribute)) for node in self._inbound_nodes}
        if len(found) > 1:
            raise AttributeError(
                f"the calls of layer {self._name} differ in their {what}: ask with get_{what.replace(' ', '_')}_at(number)"
            )
        return single_or_list(getattr(self._inbound_nodes[0], attribute))


def _masks(tensors):
    if isinstance(tensors, list):
        return [getattr(each, "_keras_mask", None) for each in tensors]
    return getattr(tensors, "_keras_mask", None)


def single_or_list(values: list) -> Any:
    """The only element of a list of one, else the list."""
    return values[0] if len(values) == 1 else values


class Kept:
    """What of a layer can be kept: its weights as arrays, and how it was made.

    A mixin of `Layer`.
    """

    _name: str
    trainable: bool
    supports_masking = False

    @property
    def _all_weights(self) -> list:
        return list(getattr(self, "weights"))  # noqa: B009 (a property of the class that this is mixed into)

    def get_weights(self) -> list:
        """The values of the variables, as arrays in the order of `weights`.

        Raises:
          ValueError: a graph is built, and there is no default session.
        """
        weights = self._all_weights
        if weights and hasattr(weights[0], "numpy") and _is_eager(weights[0]):
            return [variable.numpy() for variable in weights]
        return _session(self._name).run(weights) if weights else []

    def set_weights(self, weights: list) -> None:
        """Gives the variables values, arrays in the order of `weights`.

        Raises:
          ValueError: another number of arrays, or of another shape; a graph is built, and there is no default session.
        """
        variables = self._all_weights
        if len(variables) != len(weights):
            raise ValueError(
                f"layer {self._name} has {len(variables)} weights, and set_weights() was given {len(weights)}"
            )
        for variable, value in zip(variables, weights):
            if tuple(variable.shape.as_list()) != np.shape(value):
                raise ValueError(
                    f"weight {variable.name} has shape {variable.shape}, and cannot take an array of shape "
                    f"{np.shape(value)}"
                )
        for variable, value in zip(variables, weights):
            if _is_eager(variable):
                variable.assign(value)
            else:
                variable.load(value, _session(self._name))

    def compute_mask(self, inputs: Any, mask: Any = None) -> Any:
        """The mask of the outputs: that of the inputs for layers that support masks.

        Raises:
          TypeError: a mask for a layer that does not.
        """
        given = [each for each in (mask if isinstance(mask, (list, tuple)) else [mask]) if each is not None]
        if self.supports_masking or not given:
            return mask if self.supports_masking else None
        raise TypeError(
            f"layer {self._name} cannot use masks (supports_masking is not set), and its inputs have one: {mask}"
        )

    def get_config(self) -> dict:
        """The constructor's arguments by name, functions and initializers as they are: `from_config` takes them."""
        config = {}
        for parameter in inspect.signature(type(self).__init__).parameters.values():
            if parameter.kind is parameter.POSITIONAL_OR_KEYWORD and parameter.name != "self":
                for name in (parameter.name, "_" + parameter.name):
                    if hasattr(self, name):
                        config[parameter.name] = getattr(self, name)
                        break
        config["name"], config["trainable"] = self._name, self.trainable
        return config

    @classmethod
    def from_config(cls, config: dict) -> Self:
        """A layer of this class from what `get_config` gave."""
        return cls(**config)


def _is_eager(variable):
    return getattr(variable.graph, "is_eager", False)


def _session(name):
    session = get_default_session()
    if session is None:
        raise ValueError(
            f"the weights of layer {name} are in a session, and there is no default one: use `with session.as_default():`"
        )
    return session
