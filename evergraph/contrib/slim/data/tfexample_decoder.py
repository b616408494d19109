"""Items from examples in the format of `tf.train.Example`."""

import abc
from collections.abc import Callable, Mapping, Sequence
from typing import Any

from evergraph.contrib.slim.data.data_decoder import DataDecoder
from evergraph.framework import composite, dtypes
from evergraph.framework.public import public, public_module
from evergraph.framework.types import DTypeLike, TensorLike
from evergraph.ops import array as array_ops
from evergraph.ops import math as math_ops
from evergraph.ops.control_flow.conditional import cond
from evergraph.ops.control_flow.functional import map_fn
from evergraph.ops.image.decoding import decode_image
from evergraph.ops.parsing.decoding import decode_raw
from evergraph.ops.parsing.examples import FixedLenFeature, parse_single_example
from evergraph.ops.sparse import sparse_reshape, sparse_tensor_to_dense

public_module("contrib.slim.tfexample_decoder", "contrib.slim.python.slim.data.tfexample_decoder")


def _dense(tensor: Any, default: Any = 0) -> Any:
    return sparse_tensor_to_dense(tensor, default) if isinstance(tensor, composite.SparseTensor) else tensor


@public()
class ItemHandler(abc.ABC):
    """Makes an item of the features of an example.

    Args:
      keys: the features that it needs, or one.
    """

    def __init__(self, keys: Any) -> None:
        self._keys = keys if isinstance(keys, (tuple, list)) else [keys]

    @property
    def keys(self) -> Sequence[str]:
        """The features that it needs."""
        return self._keys

    @abc.abstractmethod
    def tensors_to_item(self, keys_to_tensors: Mapping[str, Any]) -> Any:
        """The item, from the tensors of the features."""


@public()
class ItemHandlerCallback(ItemHandler):
    """An item that a function makes.

    Args:
      keys: the features.
      func: a function of {feature: tensor}.
    """

    def __init__(self, keys: Any, func: Callable) -> None:
        super().__init__(keys)
        self._func = func

    def tensors_to_item(self, keys_to_tensors: Mapping[str, Any]) -> Any:
        """What the function gives."""
        return self._func(keys_to_tensors)


@public()
class BoundingBox(ItemHandler):
    """Boxes `[n, 4]`: (ymin, xmin, ymax, xmax).

    Args:
      keys: the features of the four sides; those names when None.
      prefix: stands before each.

    Raises:
      ValueError: another number of keys.
    """

    def __init__(self, keys: Sequence[str] | None = None, prefix: str = "") -> None:
        keys = ["ymin", "xmin", "ymax", "xmax"] if keys is None else keys
        if len(keys) != 4:
            raise ValueError(f"BoundingBox expects 4 keys but got {len(keys)}")
        super().__init__([prefix + key for key in keys])

    def tensors_to_item(self, keys_to_tensors: Mapping[str, Any]) -> Any:
        """The boxes."""
        sides = [keys_to_tensors[key] for key in self.keys]
        sides = [side.values if isinstance(side, composite.SparseTensor) else side for side in sides]
        return array_ops.transpose(array_ops.concat([array_ops.expand_dims(side, 0) for side in sides], 0))


@public()
class Tensor(ItemHandler):
    """A feature, maybe in another shape; dense also where the feature is sparse.

    Args:
      tensor_key: the feature.
      shape_keys: features whose values are the shape, or one.
      shape: the shape.
      default_value: stands where a sparse feature has nothing.

    Raises:
      ValueError: both kinds of shape.
    """

    def __init__(
        self, tensor_key: str, shape_keys: Any = None, shape: TensorLike = None, default_value: Any = 0
    ) -> None:
        if shape_keys and shape is not None:
            raise ValueError(f"Cannot specify both shape_keys {shape_keys} and shape {shape} parameters.")
        if shape_keys and not isinstance(shape_keys, list):
            shape_keys = [shape_keys]
        super().__init__([tensor_key, *(shape_keys or ())])
        self._tensor_key = tensor_key
        self._shape_keys = shape_keys
        self._shape = shape
        self._default_value = default_value

    def tensors_to_item(self, keys_to_tensors: Mapping[str, Any]) -> Any:
        """The tensor."""
        tensor, shape = keys_to_tensors[self._tensor_key], self._shape
        if self._shape_keys:
            sizes = [_dense(keys_to_tensors[key]) for key in self._shape_keys]
            shape = array_ops.reshape(array_ops.stack(sizes), [-1])
        if isinstance(tensor, composite.SparseTensor):
            return _dense(tensor if shape is None else sparse_reshape(tensor, shape), self._default_value)
        return tensor if shape is None else array_ops.reshape(tensor, shape)


@public()
class LookupTensor(Tensor):
    """A `Tensor` whose values are looked up in a table.

    Args:
      table: the table.
      The other arguments: as for `Tensor`.
    """

    def __init__(
        self,
        tensor_key: str,
        table: Any,
        shape_keys: Any = None,
        shape: TensorLike = None,
        default_value: Any = "",
    ) -> None:
        super().__init__(tensor_key, shape_keys, shape, default_value)
        self._table = table

    def tensors_to_item(self, keys_to_tensors: Mapping[str, Any]) -> Any:
        """What the table has for the tensor."""
        return self._table.lookup(super().tensors_to_item(keys_to_tensors))


@public()
class BackupHandler(ItemHandler):
    """An item of one handler, or of another where the first gives something empty.

    Args:
      handler, backup: ItemHandlers.

    Raises:
      ValueError: what is none.
    """

    def __init__(self, handler: ItemHandler, backup: ItemHandler) -> None:
        for name, each in (("Primary", handler), ("Backup", backup)):
            if not isinstance(each, ItemHandler):
                raise ValueError(f"{name} handler is of type {type(each)} instead of ItemHandler")
        super().__init__([*handler.keys, *backup.keys])
        self._handler = handler
        self._backup = backup

    def tensors_to_item(self, keys_to_tensors: Mapping[str, Any]) -> Any:
        """The item."""
        item = self._handler.tensors_to_item(keys_to_tensors)
        return cond(
            math_ops.equal(math_ops.reduce_prod(array_ops.shape(item)), 0),
            lambda: self._backup.tensors_to_item(keys_to_tensors),
            lambda: item,
        )


@public()
class SparseTensor(ItemHandler):
    """A SparseTensor from its indices and values.

    Args:
      indices_key, values_key: the features; "indices" and "values" when None.
      shape_key: the feature that is its shape.
      shape: its shape, where no feature is.
      densify: whether it is made dense.
      default_value: stands where it has nothing then.
    """

    def __init__(
        self,
        indices_key: str | None = None,
        values_key: str | None = None,
        shape_key: str | None = None,
        shape: TensorLike = None,
        densify: bool = False,
        default_value: Any = 0,
    ) -> None:
        self._indices_key, self._values_key = indices_key or "indices", values_key or "values"
        self._shape_key = shape_key
        self._shape = shape
        self._densify = densify
        self._default_value = default_value
        super().__init__([self._indices_key, self._values_key, *([shape_key] if shape_key else [])])

    def tensors_to_item(self, keys_to_tensors: Mapping[str, Any]) -> Any:
        """The tensor: the last index of each element is what the feature says."""
        indices, values = keys_to_tensors[self._indices_key], keys_to_tensors[self._values_key]
        shape = _dense(keys_to_tensors[self._shape_key]) if self._shape_key else self._shape
        if shape is None:
            shape = indices.dense_shape
        last = array_ops.reshape(math_ops.cast(indices.values, dtypes.int64), [-1, 1])
        tensor = composite.SparseTensor(
            array_ops.concat([indices.indices[:, :-1], last], 1), values.values, shape
        )
        return _dense(tensor, self._default_value) if self._densify else tensor


@public()
class Image(ItemHandler):
    """An image, decoded: JPEG, PNG and what else `tf.image.decode_image` takes, or raw.

    Args:
      image_key, format_key: the features of the encoded image and its format; "image/encoded" and "image/format" when None.
      shape: what the image is reshaped to.
      channels: how many there are.
      dtype: of the image.
      repeated: whether there are several, of the same size.
      dct_method: for JPEG, a hint that changes nothing (see `tf.image.decode_jpeg`).
    """

    def __init__(
        self,
        image_key: str | None = None,
        format_key: str | None = None,
        shape: TensorLike = None,
        channels: int = 3,
        dtype: DTypeLike = dtypes.uint8,
        repeated: bool = False,
        dct_method: str = "",
    ) -> None:
        self._image_key, self._format_key = image_key or "image/encoded", format_key or "image/format"
        super().__init__([self._image_key, self._format_key])
        self._shape = shape
        self._channels = channels
        self._dtype = dtype
        self._repeated = repeated
        self._dct_method = dct_method

    def tensors_to_item(self, keys_to_tensors: Mapping[str, Any]) -> Any:
        """The image, or images."""
        encoded, form = keys_to_tensors[self._image_key], keys_to_tensors[self._format_key]
        if self._repeated:
            return map_fn(lambda each: self._decode(each, form), encoded, dtype=self._dtype)
        return self._decode(encoded, form)

    def _decode(self, encoded, form):
        def decode_encoded():
            return math_ops.cast(decode_image(encoded, channels=self._channels), self._dtype)

        def decode_as_raw():
            return decode_raw(encoded, out_type=self._dtype)

        is_raw = math_ops.logical_or(math_ops.equal(form, "raw"), math_ops.equal(form, "RAW"))
        image = cond(is_raw, decode_as_raw, decode_encoded)
        image.set_shape([None, None, self._channels])
        return image if self._shape is None else array_ops.reshape(image, self._shape)


@public()
class TFExampleDecoder(DataDecoder):
    """Decodes serialised examples.

    Args:
      keys_to_features: {feature: how it is parsed}, as for `tf.parse_single_example`.
      items_to_handlers: {item: ItemHandler}.
    """

    def __init__(
        self, keys_to_features: Mapping[str, Any], items_to_handlers: Mapping[str, ItemHandler]
    ) -> None:
        self._keys_to_features = keys_to_features
        self._items_to_handlers = items_to_handlers

    def list_items(self) -> list[str]:
        """The names of the items."""
        return list(self._items_to_handlers)

    def decode(self, serialized_example: TensorLike, items: Sequence[str] | None = None) -> list[Any]:
        """The items of a serialised example, a scalar string; all of them when None."""
        example = parse_single_example(serialized_example, self._keys_to_features)
        for key, feature in sorted(self._keys_to_features.items()):
            if isinstance(feature, FixedLenFeature):
                example[key] = array_ops.reshape(example[key], feature.shape)
        handlers = [self._items_to_handlers[item] for item in items or self._items_to_handlers]
        return [handler.tensors_to_item({key: example[key] for key in handler.keys}) for handler in handlers]
