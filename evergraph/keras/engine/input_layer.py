"""`Input`: where a model of layers begins."""

from typing import Any

from evergraph.framework import dtypes
from evergraph.framework.public import public, public_module
from evergraph.framework.shapes import TensorShape
from evergraph.framework.types import DTypeLike, ShapeLike
from evergraph.keras import backend
from evergraph.keras.backend.session import annotate
from evergraph.keras.basics.generic import single_or_list
from evergraph.keras.engine.base_layer import Layer
from evergraph.keras.engine.node import Node
from evergraph.keras.engine.registry import known_layer

public_module("python.keras.engine.input_layer", "python.keras.engine")


@public("keras.layers.InputLayer")
@known_layer
class InputLayer(Layer):
    """A layer that gives a placeholder, or a tensor that is there already.

    Args:
      input_shape: the shape of one example.
      batch_size: how many examples there are; any number when None.
      dtype: the type.
      input_tensor: a tensor to give instead of a placeholder.
      sparse: whether the placeholder takes sparse values.
      name: the layer's name, and the placeholder's.

    Raises:
      ValueError: `batch_input_shape` together with `input_shape`; no shape at all.
    """

    def __init__(
        self,
        input_shape: ShapeLike = None,
        batch_size: int | None = None,
        dtype: DTypeLike = None,
        input_tensor: Any = None,
        sparse: bool = False,
        name: str | None = None,
        **kwargs: Any,
    ) -> None:
        if "batch_input_shape" in kwargs:
            whole = kwargs.pop("batch_input_shape")
            if input_shape and whole:
                raise ValueError(
                    "InputLayer takes one of `input_shape` and `batch_input_shape`, and got both"
                )
            batch_size, input_shape = whole[0], tuple(whole[1:])
        if kwargs:
            raise ValueError(f"InputLayer and Input do not know the arguments {list(kwargs)}")
        if not name:
            name = f"input_{backend.get_uid('input')}"
        if not dtype:
            dtype = backend.floatx() if input_tensor is None else backend.dtype(input_tensor)
        super().__init__(dtype=dtypes.as_dtype(dtype), name=name)
        self.built = True
        self.sparse = sparse
        self.batch_size = batch_size
        self.supports_masking = True
        if isinstance(input_shape, TensorShape):
            input_shape = tuple(input_shape.as_list())
        if input_tensor is None:
            whole = None if input_shape is None else (batch_size, *input_shape)
            input_tensor = backend.placeholder(shape=whole, dtype=dtype, name=self.name, sparse=sparse)
            self.is_placeholder = True
            self._batch_input_shape = whole
        else:
            self.is_placeholder = False
            self._batch_input_shape = tuple(input_tensor.get_shape().as_list())
        annotate(input_tensor, _uses_learning_phase=False)
        input_tensor._keras_history = (self, 0, 0)
        annotate(input_tensor, _keras_mask=None)
        Node(self, [], [], [], input_tensors=[input_tensor], output_tensors=[input_tensor])

    def get_config(self) -> dict:
        """The constructor's arguments."""
        return {
            "batch_input_shape": self._batch_input_shape,
            "dtype": self.dtype,
            "sparse": self.sparse,
            "name": self.name,
        }


@public("keras.layers.Input", "keras.Input")
def Input(  # noqa: N802 (TensorFlow's name)
    shape: ShapeLike = None,
    batch_size: int | None = None,
    name: str | None = None,
    dtype: DTypeLike = None,
    sparse: bool = False,
    tensor: Any = None,
    **kwargs: Any,
) -> Any:
    """A tensor with which a model of layers begins.

    Args:
      shape: the shape of one example.
      batch_size: how many examples there are; any number when None.
      name: its name.
      dtype: its type; that of `floatx()` when None.
      sparse: whether it takes sparse values.
      tensor: a tensor that is there already, to begin with.
      **kwargs: `batch_shape`, the shape with the batch.

    Raises:
      ValueError: no shape and no tensor; `batch_shape` together with `shape`.
    """
    if "batch_shape" in kwargs:
        whole = kwargs.pop("batch_shape")
        if shape and whole:
            raise ValueError("Input takes one of `shape` and `batch_shape`, and got both")
        batch_size, shape = whole[0], tuple(whole[1:])
    if kwargs:
        raise ValueError(f"InputLayer and Input do not know the arguments {list(kwargs)}")
    if dtype is None and tensor is None:
        dtype = backend.floatx()
    if shape is None and tensor is None:
        raise ValueError("Input needs a `shape`, that of one example without the batch, or a `tensor`")
    layer = InputLayer(
        input_shape=shape, batch_size=batch_size, name=name, dtype=dtype, sparse=sparse, input_tensor=tensor
    )
    return single_or_list(layer._inbound_nodes[0].output_tensors)
