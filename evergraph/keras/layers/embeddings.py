"""Vectors for numbers of things."""

from typing import Any

from evergraph.framework import dtypes
from evergraph.framework.public import public, public_module
from evergraph.framework.shapes import TensorShape
from evergraph.framework.tensor import Tensor
from evergraph.framework.types import ShapeLike, TensorLike
from evergraph.keras.engine.arguments import from_names, to_config
from evergraph.keras.engine.base_layer import Layer
from evergraph.keras.engine.registry import known_layer
from evergraph.ops import math as math_ops
from evergraph.ops import nn

public_module("python.keras.layers.embeddings")


@public("keras.layers.Embedding")
@known_layer
class Embedding(Layer):
    """A vector for each integer of `[batch, steps]`: `[batch, steps, output_dim]`.

    Args:
      input_dim: how many integers there are, from 0.
      output_dim: the size of a vector.
      embeddings_initializer, embeddings_regularizer, embeddings_constraint: of the matrix.
      activity_regularizer: a function of the outputs whose result joins `losses`.
      mask_zero: whether 0 stands for nothing, and is masked.
      input_length: how many steps there are, where that is known.

    Raises (when called):
      ValueError: inputs of another length.
    """

    embeddings_initializer: Any
    embeddings_regularizer: Any
    embeddings_constraint: Any

    def __init__(
        self,
        input_dim: int,
        output_dim: int,
        embeddings_initializer: Any = "uniform",
        embeddings_regularizer: Any = None,
        activity_regularizer: Any = None,
        embeddings_constraint: Any = None,
        mask_zero: bool = False,
        input_length: Any = None,
        **kwargs: Any,
    ) -> None:
        if "input_shape" not in kwargs:
            kwargs["input_shape"] = (
                (input_length,)
                if input_length and not isinstance(input_length, (list, tuple))
                else (tuple(input_length) if input_length else (None,))
            )
        dtype = kwargs.pop("dtype", None)
        super().__init__(dtype=dtype, activity_regularizer=activity_regularizer, **kwargs)
        self.input_dim = input_dim
        self.output_dim = output_dim
        named = dict(
            embeddings_initializer=embeddings_initializer,
            embeddings_regularizer=embeddings_regularizer,
            embeddings_constraint=embeddings_constraint,
        )
        vars(self).update(from_names(named))
        self.mask_zero = mask_zero
        self.supports_masking = mask_zero
        self.input_length = input_length
        self._dtype = self._dtype or "float32"

    def build(self, input_shape: ShapeLike) -> None:
        """Makes `embeddings`, `[input_dim, output_dim]`."""
        self.embeddings = self.add_weight(
            name="embeddings",
            shape=(self.input_dim, self.output_dim),
            initializer=self.embeddings_initializer,
            regularizer=self.embeddings_regularizer,
            constraint=self.embeddings_constraint,
            dtype=self.dtype,
        )
        self.built = True

    def compute_mask(self, inputs: Any, mask: Any = None) -> Any:
        """Whether an integer is not 0, with `mask_zero`."""
        return math_ops.not_equal(inputs, 0) if self.mask_zero else None

    def compute_output_shape(self, input_shape: ShapeLike) -> TensorShape:
        """That of the inputs, and `output_dim`; ValueError when the length is not `input_length`."""
        sizes = TensorShape(input_shape).as_list()
        if self.input_length is None:
            return TensorShape([*sizes, self.output_dim])
        wanted = (
            list(self.input_length) if isinstance(self.input_length, (list, tuple)) else [self.input_length]
        )
        given = sizes[1:]
        if len(wanted) != len(given) or any(a and b and a != b for a, b in zip(wanted, given)):
            raise ValueError(f"inputs of shape {sizes} do not have the input_length {self.input_length}")
        return TensorShape([sizes[0], *(a or b for a, b in zip(wanted, given)), self.output_dim])

    def call(self, inputs: TensorLike) -> Tensor:
        """The vectors."""
        if inputs.dtype.base_dtype not in (dtypes.int32, dtypes.int64):
            inputs = math_ops.cast(inputs, dtypes.int32)
        return nn.embedding_lookup(self.embeddings, inputs)

    def get_config(self) -> dict:
        """The constructor's arguments."""
        names = (
            "input_dim output_dim embeddings_initializer embeddings_regularizer activity_regularizer "
            "embeddings_constraint mask_zero input_length"
        ).split()
        return {**super().get_config(), **to_config(self, names)}
