"""What layers that work on each element by itself have in common."""

from typing import Any

from evergraph.framework.types import ShapeLike
from evergraph.keras.engine.arguments import to_config
from evergraph.keras.engine.base_layer import Layer


class Elementwise(Layer):
    """A function of each element, configured by the attributes in `parameters`."""

    parameters: tuple[str, ...] = ()

    def __init__(self, **kwargs):
        super().__init__(**kwargs)
        self.supports_masking = True

    def compute_output_shape(self, input_shape: ShapeLike) -> Any:
        """That of the inputs."""
        return input_shape

    def get_config(self) -> dict:
        """The constructor's arguments."""
        return {**super().get_config(), **to_config(self, self.parameters)}
