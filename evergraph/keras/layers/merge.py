"""Several tensors as one: sums, products, joined, multiplied."""

from typing import Any

from evergraph.framework.public import public, public_module
from evergraph.framework.shapes import TensorShape
from evergraph.framework.tensor import Tensor
from evergraph.keras import backend
from evergraph.keras.basics.generic import is_all_none
from evergraph.keras.engine.base_layer import Layer
from evergraph.keras.engine.registry import known_layer
from evergraph.ops import array as array_ops
from evergraph.ops import math as math_ops
from evergraph.ops import nn

public_module("python.keras.layers.merge")


def _shape_list(input_shape) -> list:
    return [
        TensorShape(each).as_list() if TensorShape(each).ndims is not None else None for each in input_shape
    ]


class _Merge(Layer):
    """A function of a list of tensors, element by element; shapes are broadcast."""

    _least = 2
    _most: int | None = None

    def __init__(self, **kwargs):
        super().__init__(**kwargs)
        self.supports_masking = True

    def _merge_function(self, inputs):
        raise NotImplementedError

    def build(self, input_shape: Any) -> None:
        """Looks at the shapes.

        Raises:
          ValueError: too few inputs, batches of different sizes, shapes that do not broadcast.
        """
        kind = type(self).__name__
        if not isinstance(input_shape, list) or len(input_shape) < self._least:
            raise ValueError(
                f"layer {kind} should be called on a list of at least {self._least} inputs, got {input_shape}"
            )
        if self._most is not None and len(input_shape) > self._most:
            raise ValueError(
                f"layer {kind} should be called on exactly {self._most} inputs, got {len(input_shape)}"
            )
        shapes = _shape_list(input_shape)
        batches = {shape[0] for shape in shapes if shape} - {None}
        if len(batches) > 1:
            raise ValueError(f"layer {kind} cannot merge tensors of different batch sizes: {shapes}")
        if None not in shapes:
            self._broadcast([shape[1:] for shape in shapes])
        self.built = True

    def _broadcast(self, shapes):
        """The shape to which shapes are broadcast; ValueError when they cannot be."""
        found = shapes[0]
        for shape in shapes[1:]:
            longer, shorter = (found, shape) if len(found) >= len(shape) else (shape, found)
            rest = len(longer) - len(shorter)
            sizes = list(longer[:rest])
            for a, b in zip(longer[rest:], shorter):
                if a == 1 or b == 1:
                    sizes.append(b if a == 1 else a)
                elif a is not None and b is not None and a != b:
                    raise ValueError(f"operands of layer {self.name} cannot be broadcast together: {shapes}")
                else:
                    sizes.append(a if b is None else b)
            found = sizes
        return found

    def call(self, inputs: Any) -> Tensor:
        """The merged inputs."""
        if not isinstance(inputs, (list, tuple)):
            raise ValueError(
                f"layer {type(self).__name__} should be called on a list of inputs, got {inputs!r}"
            )
        ranks = [each.shape.ndims for each in inputs]
        if None not in ranks and len(set(ranks)) > 1:
            # an example of lower rank is broadcast along axes behind the batch
            most = max(ranks)
            inputs = [
                _raised(each, most - rank) if rank < most else each for each, rank in zip(inputs, ranks)
            ]
        return self._merge_function(list(inputs))

    def compute_output_shape(self, input_shape: Any) -> TensorShape:
        """The shape of the outputs."""
        shapes = _shape_list(input_shape)
        if None in shapes:
            return TensorShape(None)
        batches = {shape[0] for shape in shapes} - {None}
        batch = batches.pop() if len(batches) == 1 else None
        return TensorShape([batch, *self._broadcast([shape[1:] for shape in shapes])])

    def compute_mask(self, inputs: Any, mask: Any = None) -> Any:
        """Where all inputs are kept.

        Raises:
          ValueError: masks that are not one for each input.
        """
        if mask is None:
            return None
        _check_masks(inputs, mask)
        if is_all_none(mask):
            return None
        found = None
        for each in mask:
            if each is not None:
                found = each if found is None else math_ops.logical_and(found, each)
        return found


def _raised(tensor, count):
    for _ in range(count):
        tensor = array_ops.expand_dims(tensor, 1)
    return tensor


def _check_masks(inputs, mask):
    if not isinstance(mask, (list, tuple)) or not isinstance(inputs, (list, tuple)):
        raise ValueError(f"`mask` and `inputs` should be lists, got {mask!r} and {inputs!r}")
    if len(mask) != len(inputs):
        raise ValueError(
            f"the lists `inputs` and `mask` should have the same length, got {len(inputs)} and {len(mask)}"
        )


@public("keras.layers.Add")
@known_layer
class Add(_Merge):
    """Element by element the sum."""

    def _merge_function(self, inputs):
        total = inputs[0]
        for each in inputs[1:]:
            total = total + each
        return total


@public("keras.layers.Subtract")
@known_layer
class Subtract(_Merge):
    """Element by element the first less the second."""

    _most = 2

    def _merge_function(self, inputs):
        if len(inputs) != 2:
            raise ValueError(f"layer Subtract should be called on exactly 2 inputs, got {len(inputs)}")
        return inputs[0] - inputs[1]


@public("keras.layers.Multiply")
@known_layer
class Multiply(_Merge):
    """Element by element the product."""

    def _merge_function(self, inputs):
        product = inputs[0]
        for each in inputs[1:]:
            product = product * each
        return product


@public("keras.layers.Average")
@known_layer
class Average(_Merge):
    """Element by element the mean."""

    def _merge_function(self, inputs):
        total = inputs[0]
        for each in inputs[1:]:
            total = total + each
        return total / len(inputs)


@public("keras.layers.Maximum")
@known_layer
class Maximum(_Merge):
    """Element by element the largest."""

    def _merge_function(self, inputs):
        found = inputs[0]
        for each in inputs[1:]:
            found = math_ops.maximum(found, each)
        return found


@public("keras.layers.Minimum")
@known_layer
class Minimum(_Merge):
    """Element by element the smallest."""

    def _merge_function(self, inputs):
        found = inputs[0]
        for each in inputs[1:]:
            found = math_ops.minimum(found, each)
        return found


@public("keras.layers.Concatenate")
@known_layer
class Concatenate(_Merge):
    """The tensors one after another along an axis."""

    def __init__(self, axis: int = -1, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.axis = axis

    def build(self, input_shape: Any) -> None:
        """Looks at the shapes; ValueError when they differ along another axis."""
        if not isinstance(input_shape, list) or len(input_shape) < 2:
            raise ValueError(
                f"layer Concatenate should be called on a list of at least 2 inputs, got {input_shape}"
            )
        shapes = _shape_list(input_shape)
        if None not in shapes:
            others = set()
            for shape in shapes:
                sizes = list(shape)
                del sizes[self.axis]
                others.add(tuple(sizes))
            if len({len(each) for each in others}) > 1 or any(
                len(set(sizes) - {None}) > 1 for sizes in zip(*others)
            ):
                raise ValueError(
                    f"layer Concatenate takes inputs with matching shapes except along axis {self.axis}, got shapes {shapes}"
                )
        self.built = True

    def call(self, inputs: Any) -> Tensor:
        """The joined inputs. ValueError for inputs that are no list."""
        if not isinstance(inputs, (list, tuple)):
            raise ValueError(f"layer Concatenate should be called on a list of inputs, got {inputs!r}")
        return backend.concatenate(list(inputs), axis=self.axis)

    def compute_output_shape(self, input_shape: Any) -> TensorShape:
        """The sizes along the axis added up. ValueError for a shape that is no list of shapes."""
        if not isinstance(input_shape, list):
            raise ValueError(
                f"a Concatenate layer should be called on a list of inputs, got shape {input_shape}"
            )
        shapes = _shape_list(input_shape)
        sizes = list(shapes[0])
        along = [shape[self.axis] for shape in shapes]
        sizes[self.axis] = None if None in along else sum(along)
        return TensorShape(sizes)

    def compute_mask(self, inputs: Any, mask: Any = None) -> Any:
        """The masks joined; what has none is kept."""
        if mask is None:
            return None
        _check_masks(inputs, mask)
        if is_all_none(mask):
            return None
        masks = []
        for tensor, each in zip(inputs, mask):
            if each is None:
                masks.append(array_ops.ones_like(tensor, dtype="bool"))
            elif each.shape.ndims < tensor.shape.ndims:
                masks.append(array_ops.expand_dims(each, -1))
            else:
                masks.append(each)
        return math_ops.reduce_all(array_ops.concat(masks, axis=self.axis), axis=-1)

    def get_config(self) -> dict:
        """The constructor's arguments."""
        return {**super().get_config(), "axis": self.axis}


@public("keras.layers.Dot")
@known_layer
class Dot(_Merge):
    """The products of two tensors over an axis of each, example by example.

    Args:
      axes: the axis of both, or a pair.
      normalize: whether they are divided by their norms first, for the cosine of the angle.

    Raises:
      TypeError: axes that are no integers.
      ValueError: not two axes; when called, sizes along them that differ.
    """

    def __init__(self, axes: Any, normalize: bool = False, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        if not isinstance(axes, int):
            if not isinstance(axes, (list, tuple)):
                raise TypeError(f"axes should be an integer or two, got {axes!r}")
            if len(axes) != 2:
                raise ValueError(f"axes should be an integer or two, got {axes!r}")
            if not all(isinstance(each, int) for each in axes):
                raise ValueError(f"axes should be an integer or two, got {axes!r}")
        self.axes = axes
        self.normalize = normalize

    def _pair(self, first, second):
        axes = (self.axes, self.axes) if isinstance(self.axes, int) else self.axes
        return [axis % rank for axis, rank in zip(axes, (first, second))]

    def build(self, input_shape: Any) -> None:
        """Looks at the shapes; ValueError when the sizes along the axes differ."""
        if not isinstance(input_shape, list) or len(input_shape) != 2:
            raise ValueError(f"layer Dot should be called on a list of 2 inputs, got {input_shape}")
        first, second = _shape_list(input_shape)
        if first is not None and second is not None:
            axes = self._pair(len(first), len(second))
            if first[axes[0]] != second[axes[1]]:
                raise ValueError(f"layer Dot cannot multiply {first} with {second} over the axes {axes}")
        self.built = True

    def call(self, inputs: Any) -> Tensor:
        """The products."""
        return self._merge_function(inputs)

    def _merge_function(self, inputs):
        if len(inputs) != 2:
            raise ValueError(f"layer Dot should be called on exactly 2 inputs, got {len(inputs)}")
        first, second = inputs
        axes = self._pair(first.shape.ndims, second.shape.ndims)
        if self.normalize:
            first, second = nn.l2_normalize(first, axes[0]), nn.l2_normalize(second, axes[1])
        return backend.batch_dot(first, second, axes)

    def compute_output_shape(self, input_shape: Any) -> TensorShape:
        """The axes of both without those that are multiplied. ValueError unless there are two."""
        if not isinstance(input_shape, list) or len(input_shape) != 2:
            raise ValueError(f"layer Dot should be called on a list of 2 inputs, got {input_shape}")
        first, second = (list(shape) for shape in _shape_list(input_shape))
        axes = self._pair(len(first), len(second))
        del first[axes[0]], second[axes[1]], second[0]
        sizes = first + second
        return TensorShape(sizes if len(sizes) > 1 else [*sizes, 1])

    def compute_mask(self, inputs: Any, mask: Any = None) -> Any:
        """None."""

    def get_config(self) -> dict:
        """The constructor's arguments."""
        return {**super().get_config(), "axes": self.axes, "normalize": self.normalize}


@public("keras.layers.add")
def add(inputs: list, **kwargs: Any) -> Tensor:
    """`Add(**kwargs)` of the inputs."""
    return Add(**kwargs)(inputs)


@public("keras.layers.subtract")
def subtract(inputs: list, **kwargs: Any) -> Tensor:
    """`Subtract(**kwargs)` of the inputs."""
    return Subtract(**kwargs)(inputs)


@public("keras.layers.multiply")
def multiply(inputs: list, **kwargs: Any) -> Tensor:
    """`Multiply(**kwargs)` of the inputs."""
    return Multiply(**kwargs)(inputs)


@public("keras.layers.average")
def average(inputs: list, **kwargs: Any) -> Tensor:
    """`Average(**kwargs)` of the inputs."""
    return Average(**kwargs)(inputs)


@public("keras.layers.maximum")
def maximum(inputs: list, **kwargs: Any) -> Tensor:
    """`Maximum(**kwargs)` of the inputs."""
    return Maximum(**kwargs)(inputs)


@public("keras.layers.minimum")
def minimum(inputs: list, **kwargs: Any) -> Tensor:
    """`Minimum(**kwargs)` of the inputs."""
    return Minimum(**kwargs)(inputs)


@public("keras.layers.concatenate")
def concatenate(inputs: list, axis: int = -1, **kwargs: Any) -> Tensor:
    """`Concatenate(axis, **kwargs)` of the inputs."""
    return Concatenate(axis=axis, **kwargs)(inputs)


@public("keras.layers.dot")
def dot(inputs: list, axes: Any, normalize: bool = False, **kwargs: Any) -> Tensor:
    """`Dot(axes, normalize, **kwargs)` of the inputs."""
    return Dot(axes=axes, normalize=normalize, **kwargs)(inputs)
