"""`Network` and `Sequential`: models made of layers, from before `tf.keras.Model`."""

from collections.abc import Callable, Sequence
from typing import Any

from evergraph.framework.default_graph import name_scope
from evergraph.framework.public import public, public_module
from evergraph.framework.tracking import CheckpointableBase
from evergraph.layers.naming import to_snake_case
from evergraph.ops.variables.scope import variable_scope

public_module("contrib.eager.python.network", "contrib.eager.python.tfe")


@public("contrib.eager.Network")
class Network(CheckpointableBase):
    """A model: layers that `track_layer` was given, and a `call` that applies them.

    Args:
      name: the scope of its variables; the class in snake case, made unique, when None.

    Raises:
      ValueError: a name with a slash.
    """

    def __init__(self, name: str | None = None) -> None:
        if name is not None and "/" in name:
            raise ValueError(f"Forward slashes ('/') are not allowed in Network names, got {name!r}")
        self._layers: list[Any] = []
        with variable_scope(name, default_name=to_snake_case(type(self).__name__)) as self._scope:
            self._name = name or self._scope.name.rpartition("/")[2]

    @property
    def name(self) -> str:
        """The network's name."""
        return self._name

    @property
    def layers(self) -> tuple:
        """The layers and networks it is made of."""
        return tuple(self._layers)

    @property
    def variables(self) -> list:
        """The variables of its layers, which they have after the first call."""
        return [variable for layer in self._layers for variable in layer.variables]

    @property
    def trainable_variables(self) -> list:
        """Those of them that are trained."""
        return [variable for layer in self._layers for variable in layer.trainable_variables]

    @property
    def non_trainable_variables(self) -> list:
        """Those of them that are not."""
        return [variable for layer in self._layers for variable in layer.non_trainable_variables]

    weights = variables
    trainable_weights = trainable_variables
    non_trainable_weights = non_trainable_variables

    @property
    def losses(self) -> list:
        """The losses of its layers' regularizers."""
        return [loss for layer in self._layers for loss in layer.losses]

    def get_layer(self, name: str | None = None, index: int | None = None) -> Any:
        """The layer of that name or position; ValueError without one, or for both or none of the arguments."""
        if (name is None) == (index is None):
            raise ValueError(f"get_layer takes a name or an index, got name={name!r} and index={index!r}")
        found = [each for i, each in enumerate(self._layers) if index == i or (name and each.name == name)]
        if not found:
            raise ValueError(
                f"there is no layer {name if index is None else index!r} among {[each.name for each in self._layers]}"
            )
        return found[0]

    def track_layer(self, layer: Any) -> Any:
        """Makes a layer or network part of this one, and returns it.

        Raises:
          TypeError: no layer.
        """
        if not callable(layer) or not hasattr(layer, "variables"):
            raise TypeError(f"Network.track_layer() takes a layer or a network, got {layer!r}")
        if isinstance(layer, CheckpointableBase):
            self._track_checkpointable(layer, f"layer-{len(self._layers)}")
        self._layers.append(layer)
        return layer

    def call(self, inputs: Any, *args: Any, **kwargs: Any) -> Any:
        """What the network computes; a subclass defines it."""
        raise NotImplementedError(f"{type(self).__name__} must implement call(inputs)")

    def __call__(self, inputs: Any, *args: Any, **kwargs: Any) -> Any:
        """What `call` returns, with the variables that layers make in the network's scope."""
        with variable_scope(self._scope, auxiliary_name_scope=False), name_scope(f"{self._scope.name}/"):
            return self.call(inputs, *args, **kwargs)


@public("contrib.eager.Sequential")
class Sequential(Network):
    """A network that applies one layer after another.

    Args:
      layers_funcs: layers, networks, and functions of a tensor.
      name: as for `Network`.
    """

    def __init__(self, layers_funcs: Sequence[Callable] | None = None, name: str | None = None) -> None:
        super().__init__(name=name)
        self._steps: list[Callable] = []
        for step in layers_funcs or ():
            self.add(step)

    def add(self, layer_func: Callable) -> None:
        """Appends a layer or function. TypeError for something else."""
        if not callable(layer_func):
            raise TypeError(f"Sequential.add() takes only layers and functions, got {layer_func!r}")
        if hasattr(layer_func, "variables"):
            self.track_layer(layer_func)
        self._steps.append(layer_func)

    def call(self, inputs: Any, *args: Any, **kwargs: Any) -> Any:
        """The last step's result."""
        for step in self._steps:
            inputs = step(inputs)
        return inputs
