"""Static shapes: `TensorShape`, a tuple of sizes of which some, or even their number, may be unknown."""

from __future__ import annotations

import math
from collections.abc import Iterator
from typing import Any

from tensorboard.compat.proto.tensor_shape_pb2 import TensorShapeProto

from evergraph.framework.dtypes import DType
from evergraph.framework.public import public, public_module
from evergraph.framework.types import ShapeLike

public_module("python.framework.tensor_shape")


def _size_of(value) -> int | None:
    """The size that `value` means as one dimension, None for unknown. Raises TypeError, ValueError."""
    if value is None or type(value) is int and value >= 0:
        return value
    if isinstance(value, Dimension):
        return value._value
    if isinstance(value, DType):
        raise TypeError(f"A dimension is an integer or None, got the data type {value!r}.")
    size = int(value)
    if not isinstance(value, (str, bytes)) and size != value:
        raise ValueError(f"Ambiguous dimension: {value!r} is no whole number.")
    if size < 0:
        raise ValueError(f"Dimension {size} must be >= 0, or None when unknown.")
    return size


@public("Dimension")
class Dimension:
    """The size of one dimension, `value`: an int, or None when unknown.

    Arithmetic (`+ - * // %`, on either side also with ints and None) gives a Dimension, unknown when an
    operand is. Comparisons with an unknown size give None, which is neither True nor False.

    Raises:
      ValueError: a negative size, or one that is no whole number.
      TypeError: a value that is no number.
    """

    __slots__ = ("_value",)

    def __init__(self, value: Any) -> None:
        self._value = _size_of(value)

    @property
    def value(self) -> int | None:
        """The size, or None when unknown."""
        return self._value

    def is_compatible_with(self, other: Any) -> bool:
        """Whether both sizes can be the same: equal, or either unknown."""
        other = _size_of(other)
        return self._value is None or other is None or self._value == other

    def assert_is_compatible_with(self, other: Any) -> None:
        """Raises ValueError unless the sizes can be the same."""
        if not self.is_compatible_with(other):
            raise ValueError(f"Dimensions {self} and {other} are not compatible: both known, and different.")

    def merge_with(self, other: Any) -> Dimension:
        """The size known from either. Raises ValueError when both are known and differ."""
        self.assert_is_compatible_with(other)
        return Dimension(_size_of(other) if self._value is None else self._value)

    def __add__(self, other):
        return _combine(self, other, lambda a, b: a + b)

    def __radd__(self, other):
        return _combine(other, self, lambda a, b: a + b)

    def __sub__(self, other):
        return _combine(self, other, lambda a, b: a - b)

    def __rsub__(self, other):
        return _combine(other, self, lambda a, b: a - b)

    def __mul__(self, other):
        return _combine(self, other, lambda a, b: a * b)

    def __rmul__(self, other):
        return _combine(other, self, lambda a, b: a * b)

    def __floordiv__(self, other):
        return _combine(self, other, lambda a, b: a // b)

    def __rfloordiv__(self, other):
        return _combine(other, self, lambda a, b: a // b)

    def __mod__(self, other):
        return _combine(self, other, lambda a, b: a % b)

    def __rmod__(self, other):
        return _combine(other, self, lambda a, b: a % b)

    def __eq__(self, other):
        return _compare(self, other, lambda a, b: a == b)

    def __ne__(self, other):
        return _compare(self, other, lambda a, b: a != b)

    def __lt__(self, other):
        return _compare(self, other, lambda a, b: a < b)

    def __le__(self, other):
        return _compare(self, other, lambda a, b: a <= b)

    def __gt__(self, other):
        return _compare(self, other, lambda a, b: a > b)

    def __ge__(self, other):
        return _compare(self, other, lambda a, b: a >= b)

    def __hash__(self) -> int:
        return hash(self._value)

    def __int__(self) -> int:
        if self._value is None:
            raise TypeError("An unknown Dimension is no integer; look at `.value` first.")
        return self._value

    # Makes a Dimension usable in range(), as an index and as a size given to NumPy.
    __index__ = __int__

    def __str__(self) -> str:
        return "?" if self._value is None else str(self._value)

    def __repr__(self) -> str:
        return f"Dimension({self._value!r})"

    def __reduce__(self):
        return Dimension, (self._value,)


def _combine(left, right, operate):
    try:
        left, right = _size_of(left), _size_of(right)
    except (TypeError, ValueError):
        return NotImplemented
    return Dimension(None if left is None or right is None else operate(left, right))


def _compare(left, right, operate):
    try:
        left, right = _size_of(left), _size_of(right)
    except (TypeError, ValueError):
        return NotImplemented
    return None if left is None or right is None else operate(left, right)


@public()
def as_dimension(value: Any) -> Dimension:
    """Converts an int, None or Dimension to a Dimension."""
    return value if isinstance(value, Dimension) else Dimension(value)


@public("compat.dimension_value", "dimension_value")
def dimension_value(dimension: Any) -> int | None:
    """The int or None in a Dimension; anything else is returned as it is."""
    return dimension._value if isinstance(dimension, Dimension) else dimension


class ShapeError(ValueError):
    """A shape that is not as it has to be.

    Attributes:
      words: what TensorFlow's shape functions say of it, which programs' tests look for.
    """

    def __init__(self, message: str, words: str) -> None:
        super().__init__(message)
        self.words = words


def _rank_error(shape, rank, bound=""):
    """The rank of a shape is not `rank`, or not `bound` ("at least ", "at most ") it."""
    return ShapeError(
        f"Shape {shape} must have rank {bound}{rank}.",
        f"Shape must be {bound}rank {rank} but is rank {shape.ndims}",
    )


def _merge_error(shape, other):
    """Two shapes of one thing that contradict each other."""
    message = f"Shapes {shape} and {other} are not compatible, so they cannot be merged."
    mine, theirs = shape.dims_or_none, other.dims_or_none
    if len(mine) != len(theirs):
        return ShapeError(message, f"Shapes must be equal rank, but are {len(mine)} and {len(theirs)}")
    axis = next(i for i, (a, b) in enumerate(zip(mine, theirs)) if None not in (a, b) and a != b)
    return ShapeError(
        message,
        f"Dimension {axis} in both shapes must be equal, but are {mine[axis]} and {theirs[axis]}. Shapes are "
        f"{in_brackets(shape)} and {in_brackets(other)}.",
    )


def in_brackets(shape: TensorShape) -> str:
    """A shape as TensorFlow's shape functions write it: "[2,?]"."""
    if shape.dims_or_none is None:
        return "<unknown>"
    return f"[{','.join('?' if size is None else str(size) for size in shape.dims_or_none)}]"


@public("TensorShape")
class TensorShape:
    """The sizes of a tensor as far as they are known: `TensorShape([None, 784])`, `TensorShape(None)`.

    Immutable and hashable. Two shapes are equal when they know the same: `TensorShape([None])` equals itself
    anew. To ask whether two tensors can have the same shape, use `is_compatible_with`.

    `dims_or_none` is the plain content: a tuple of int and None, or None when the rank is unknown.

    Args:
      dims: None (unknown rank), a TensorShape or TensorShapeProto, an iterable of ints, Nones and Dimensions,
        or a single one of those for a shape of rank 1.

    Raises:
      TypeError, ValueError: a size that is no whole number >= 0, or a string in place of a list.
    """

    __slots__ = ("dims_or_none",)

    def __init__(self, dims: ShapeLike) -> None:
        if type(dims) is tuple:
            for size in dims:
                if size is not None and (type(size) is not int or size < 0):
                    break
            else:
                self.dims_or_none = dims
                return
        self.dims_or_none = _sizes_of(dims)

    @property
    def dims(self) -> list[Dimension] | None:
        """A new list of Dimensions, or None when the rank is unknown."""
        return None if self.dims_or_none is None else [Dimension(size) for size in self.dims_or_none]

    _dims = dims  # what Keras and other libraries of TensorFlow's time ask for

    @property
    def ndims(self) -> int | None:
        """The rank, or None when unknown."""
        return None if self.dims_or_none is None else len(self.dims_or_none)

    @property
    def rank(self) -> int | None:
        """The rank, or None when unknown."""
        return self.ndims

    def as_list(self) -> list[Any]:
        """The sizes as ints and Nones. Raises ValueError when the rank is unknown."""
        if self.dims_or_none is None:
            raise ValueError("as_list() is not defined on an unknown TensorShape: its rank is not known.")
        return list(self.dims_or_none)

    def as_proto(self) -> TensorShapeProto:
        """A TensorShapeProto, with -1 for unknown sizes."""
        if self.dims_or_none is None:
            return TensorShapeProto(unknown_rank=True)
        sizes = (-1 if size is None else size for size in self.dims_or_none)
        return TensorShapeProto(dim=[TensorShapeProto.Dim(size=size) for size in sizes])

    def num_elements(self) -> int | None:
        """How many elements there are, or None unless every size is known."""
        return math.prod(self.as_list()) if self.is_fully_defined() else None

    def is_fully_defined(self) -> bool:
        """Whether the rank and every size are known."""
        return self.dims_or_none is not None and None not in self.dims_or_none

    def assert_is_fully_defined(self) -> None:
        """Raises ValueError unless the rank and every size are known."""
        if not self.is_fully_defined():
            raise ValueError(f"Shape {self} is not fully defined.")

    def is_compatible_with(self, other: Any) -> bool:
        """Whether one fully known shape can be both."""
        mine, theirs = self.dims_or_none, as_shape(other).dims_or_none
        if mine is None or theirs is None:
            return True
        return len(mine) == len(theirs) and all(
            a is None or b is None or a == b for a, b in zip(mine, theirs, strict=True)
        )

    def assert_is_compatible_with(self, other: Any) -> None:
        """Raises ValueError unless one fully known shape can be both."""
        if not self.is_compatible_with(other):
            raise ValueError(f"Shapes {self} and {as_shape(other)} are incompatible.")

    def merge_with(self, other: Any) -> TensorShape:
        """The shape that knows what either knows. Raises ValueError when they are not compatible."""
        other = as_shape(other)
        if not self.is_compatible_with(other):
            raise _merge_error(self, other)
        mine, theirs = self.dims_or_none, other.dims_or_none
        if mine is None or theirs is None or mine == theirs:
            return other if mine is None else self
        return _shape_of(tuple(b if a is None else a for a, b in zip(mine, theirs, strict=True)))

    def most_specific_compatible_shape(self, other: Any) -> TensorShape:
        """The shape that knows only what both know and agree on."""
        mine, theirs = self.dims_or_none, as_shape(other).dims_or_none
        if mine is None or theirs is None or len(mine) != len(theirs):
            return _UNKNOWN
        return _shape_of(tuple(a if a == b else None for a, b in zip(mine, theirs, strict=True)))

    def concatenate(self, other: Any) -> TensorShape:
        """The sizes of this shape followed by those of `other`; unknown when either rank is."""
        mine, theirs = self.dims_or_none, as_shape(other).dims_or_none
        return _UNKNOWN if mine is None or theirs is None else _shape_of(mine + theirs)

    def assert_same_rank(self, other: Any) -> None:
        """Raises ValueError when both ranks are known and differ."""
        other = as_shape(other)
        if None not in (self.ndims, other.ndims) and self.ndims != other.ndims:
            raise ValueError(f"Shapes {self} and {other} must have the same rank.")

    def assert_has_rank(self, rank: int) -> None:
        """Raises ValueError when the rank is known to be another than `rank`."""
        if self.ndims not in (None, rank):
            raise _rank_error(self, rank)

    def with_rank(self, rank: int) -> TensorShape:
        """This shape, with `rank` unknown sizes when its rank was unknown.

        Raises ValueError when the rank is another.
        """
        self.assert_has_rank(rank)
        return unknown_shape(rank) if self.dims_or_none is None else self

    def with_rank_at_least(self, rank: int) -> TensorShape:
        """This shape. Raises ValueError when its rank is known to be smaller than `rank`."""
        if self.dims_or_none is not None and len(self.dims_or_none) < rank:
            raise _rank_error(self, rank, "at least ")
        return self

    def with_rank_at_most(self, rank: int) -> TensorShape:
        """This shape. Raises ValueError when its rank is known to be larger than `rank`."""
        if self.dims_or_none is not None and len(self.dims_or_none) > rank:
            raise _rank_error(self, rank, "at most ")
        return self

    def __len__(self) -> int:
        if self.dims_or_none is None:
            raise ValueError("Cannot take the length of a TensorShape with unknown rank.")
        return len(self.dims_or_none)

    def __bool__(self) -> bool:
        """Whether the rank is known; also true for scalars."""
        return self.dims_or_none is not None

    def __iter__(self) -> Iterator[Dimension]:
        if self.dims_or_none is None:
            raise ValueError("Cannot iterate over a TensorShape with unknown rank.")
        return iter([Dimension(size) for size in self.dims_or_none])

    def __getitem__(self, key: int | slice) -> Any:
        """A Dimension for an index, a TensorShape for a slice; of an unknown rank both are unknown."""
        if self.dims_or_none is not None:
            if isinstance(key, slice):
                return _shape_of(self.dims_or_none[key])
            return Dimension(self.dims_or_none[key])
        if not isinstance(key, slice):
            return Dimension(None)
        if key.step is not None:
            raise ValueError(f"A TensorShape with unknown rank cannot be sliced with a step, got {key}.")
        start = 0 if key.start is None else key.start
        if key.stop is None or start < 0 or key.stop < 0:
            return _UNKNOWN
        return unknown_shape(max(key.stop - start, 0))

    def __eq__(self, other):
        if not isinstance(other, TensorShape):
            try:
                other = TensorShape(other)
            except (TypeError, ValueError):
                return NotImplemented
        return self.dims_or_none == other.dims_or_none

    def __hash__(self) -> int:
        return hash(self.dims_or_none)

    def __str__(self) -> str:
        if self.dims_or_none is None:
            return "<unknown>"
        sizes = ["?" if size is None else str(size) for size in self.dims_or_none]
        return f"({sizes[0]},)" if len(sizes) == 1 else f"({', '.join(sizes)})"

    def __repr__(self) -> str:
        return f"TensorShape({self.dims!r})"

    def __reduce__(self):
        return TensorShape, (self.dims,)


def _shape_of(sizes: tuple[int | None, ...]) -> TensorShape:
    """A shape of sizes that are known to be valid."""
    shape = TensorShape.__new__(TensorShape)
    shape.dims_or_none = sizes
    return shape


def _sizes_of(dims) -> tuple[int | None, ...] | None:
    if dims is None:
        return None
    if isinstance(dims, TensorShape):
        return dims.dims_or_none
    if isinstance(dims, TensorShapeProto):
        if dims.unknown_rank:
            return None
        return tuple(_size_of(None if dim.size == -1 else dim.size) for dim in dims.dim)
    if isinstance(dims, (str, bytes)):
        raise TypeError(f"A string is no shape, got {dims!r}; give a list of sizes.")
    try:
        sizes = iter(dims)
    except TypeError:
        return (_size_of(dims),)
    return tuple(_size_of(size) for size in sizes)


_UNKNOWN = TensorShape(None)
_SCALAR = TensorShape(())


@public()
def as_shape(shape: ShapeLike) -> TensorShape:
    """Converts to a TensorShape; one that is given already is returned as it is."""
    return shape if isinstance(shape, TensorShape) else TensorShape(shape)


@public("compat.dimension_at_index", "dimension_at_index")
def dimension_at_index(shape: TensorShape, index: int) -> Any:
    """The Dimension at `index`, unknown when the shape's rank is unknown."""
    return shape[index]


@public()
def unknown_shape(ndims: int | None = None) -> TensorShape:
    """A shape about which at most the rank is known."""
    return _UNKNOWN if ndims is None else _shape_of((None,) * ndims)


@public()
def scalar() -> TensorShape:
    """The shape of rank 0."""
    return _SCALAR


@public()
def vector(length: Dimension | int | None) -> TensorShape:
    """A shape of rank 1; `length` may be None."""
    return TensorShape([length])


@public()
def matrix(rows: Dimension | int | None, cols: Dimension | int | None) -> TensorShape:
    """A shape of rank 2; `rows` and `cols` may be None."""
    return TensorShape([rows, cols])


@public("python.framework.common_shapes.is_broadcast_compatible")
def is_broadcast_compatible(shape_x: TensorShape, shape_y: TensorShape) -> bool:
    """Whether an elementwise operation may take operands of these shapes; False where nothing is known of one's rank."""
    if shape_x.ndims is None or shape_y.ndims is None:
        return False
    pairs = zip(reversed(shape_x.as_list()), reversed(shape_y.as_list()))
    return all(a == b or 1 in (a, b) or None in (a, b) for a, b in pairs)


@public()
def broadcast_shapes(shape_a: TensorShape, shape_b: TensorShape) -> TensorShape:
    """The shape of an elementwise operation on operands of these shapes.

    Sizes are aligned from the right; a size of 1 stretches. An unknown size against one above 1 gives the
    latter (it must turn out to be equal or 1), otherwise it stays unknown. The result's rank is unknown when
    either rank is.

    Raises:
      ValueError: two known sizes differ and neither is 1.
    """
    shape_a, shape_b = as_shape(shape_a), as_shape(shape_b)
    a, b = shape_a.dims_or_none, shape_b.dims_or_none
    if a is None or b is None:
        return _UNKNOWN
    if a == b:
        return shape_a
    if len(a) < len(b):
        a = (1,) * (len(b) - len(a)) + a
    elif len(b) < len(a):
        b = (1,) * (len(a) - len(b)) + b
    sizes = []
    for x, y in zip(a, b, strict=True):
        if x == y or y == 1:
            sizes.append(x)
        elif x == 1:
            sizes.append(y)
        elif x is None or y is None:
            # Against 0 the unknown size could also be 1; TensorFlow says unknown there.
            sizes.append((y if x is None else x) or None)
        else:
            raise ShapeError(
                f"Incompatible shapes for broadcasting: {shape_a} and {shape_b}. Dimensions must be equal, but are {x} "
                f"and {y}, and neither is 1.",
                f"Dimensions must be equal, but are {x} and {y}",
            )
    return _shape_of(tuple(sizes))
