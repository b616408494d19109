"""A model that is a class: layers and variables as its attributes, and a `call` that applies them."""

from typing import Any

from evergraph.framework.default_graph import get_default_graph, name_scope
from evergraph.framework.tracking import Checkpointable
from evergraph.framework.types import TensorLike


class Model(Checkpointable):
    """Base class of models that are made by subclassing.

        class Line(Model):
            def __init__(self):
                super().__init__()
                self.dense = tf.layers.Dense(1)

            def call(self, inputs):
                return self.dense(inputs)

    Args:
      name: the model's name, and the scope of the operations that it records; the class's, made unique, when None.
    """

    def __init__(self, name: str | None = None) -> None:
        self._name = name or get_default_graph().unique_name(type(self).__name__, mark_as_used=False)

    @property
    def name(self) -> str:
        """The model's name."""
        return self._name

    @property
    def layers(self) -> list:
        """The layers and models among its attributes, in the order in which they were set."""
        return [ref for _, ref in self._checkpoint_dependencies if callable(ref)]

    @property
    def variables(self) -> list:
        """The variables of its layers."""
        return [variable for layer in self.layers for variable in layer.variables]

    @property
    def trainable_variables(self) -> list:
        """Those of them that are trained."""
        return [variable for layer in self.layers for variable in layer.trainable_variables]

    def call(self, inputs: Any, /, *args: Any, **kwargs: Any) -> Any:
        """What the model computes; a subclass defines it."""
        raise NotImplementedError(f"{type(self).__name__} must implement call(inputs)")

    def __call__(self, inputs: TensorLike, *args: Any, **kwargs: Any) -> Any:
        with name_scope(self._name):
            return self.call(inputs, *args, **kwargs)
