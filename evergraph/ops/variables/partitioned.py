"""`PartitionedVariable`: a variable in several parts along one axis."""

from collections.abc import Iterator, Sequence
from typing import NoReturn

from evergraph.framework import conversion
from evergraph.framework.default_graph import control_dependencies, name_scope
from evergraph.framework.dtypes import DType
from evergraph.framework.public import public, public_module
from evergraph.framework.tensor import Tensor
from evergraph.framework.types import ShapeLike, TensorLike
from evergraph.ops import array as array_ops
from evergraph.ops.constants import identity
from evergraph.ops.variables.reference import Variable

public_module("python.ops.variables")


@public("python.ops.variable_scope._PartitionInfo")
class PartitionInfo:
    """Which part of a larger variable an initializer is asked for.

    Attributes:
      full_shape: the sizes of the whole variable.
      var_offset: where the part begins, one number for each dimension.

    Raises:
      TypeError: one of them is no list or tuple.
      ValueError: they differ in length, or the part begins outside.
    """

    def __init__(self, full_shape: Sequence[int], var_offset: Sequence[int]) -> None:
        for name, value in (("full_shape", full_shape), ("var_offset", var_offset)):
            if not isinstance(value, Sequence) or isinstance(value, str):
                raise TypeError(
                    f"{name} must be a list or tuple, got {value!r} of type {type(value).__name__}"
                )
        if len(full_shape) != len(var_offset):
            raise ValueError(f"var_offset {var_offset} and full_shape {full_shape} differ in length")
        if not all(0 <= offset < size for offset, size in zip(var_offset, full_shape)):
            raise ValueError(f"var_offset {var_offset} does not lie within full_shape {full_shape}")
        self.full_shape = full_shape
        self.var_offset = var_offset

    def single_offset(self, shape: Sequence[int]) -> int:
        """Where a part of `shape` begins along the axis that is cut; 0 when none is."""
        axis = self.single_slice_dim(shape)
        return 0 if axis is None else self.var_offset[axis]

    def single_slice_dim(self, shape: Sequence[int]) -> int | None:
        """The axis along which a part of `shape` is smaller than the whole, or None.

        Raises:
          TypeError: `shape` is no sequence.
          ValueError: another rank, a part that exceeds the whole, or more than one such axis.
        """
        if not isinstance(shape, Sequence) or isinstance(shape, str):
            raise TypeError(f"shape must be a list or tuple, got {shape!r} of type {type(shape).__name__}")
        if len(shape) != len(self.full_shape):
            raise ValueError(f"shape {shape} and full_shape {self.full_shape} differ in length")
        if any(o + part > size for o, part, size in zip(self.var_offset, shape, self.full_shape)):
            raise ValueError(
                f"a part of shape {shape} at var_offset {self.var_offset} exceeds full_shape {self.full_shape}"
            )
        axes = [i for i, (part, size) in enumerate(zip(shape, self.full_shape)) if part != size]
        if len(axes) > 1:
            raise ValueError(
                f"shape {shape} is smaller than full_shape {self.full_shape} along the axes {axes}: there is no "
                "single axis of the cut"
            )
        return axes[0] if axes else None


def slices_of(full_shape: list[int], partitions: Sequence[int]):
    """The (offset, shape) of every part; earlier parts take what does not divide.

    Raises:
      ValueError: more parts than the size of an axis, fewer than one, or cuts along more than one axis.
    """
    if any(count <= 0 or size < count for size, count in zip(full_shape, partitions)):
        raise ValueError(
            f"cannot cut a variable of shape {full_shape} into {list(partitions)} parts along its axes"
        )
    axes = [axis for axis, count in enumerate(partitions) if count != 1]
    if len(axes) > 1:
        raise ValueError(
            f"a variable can be cut along one axis only: shape {full_shape}, partitions {list(partitions)}"
        )
    axis = axes[0] if axes else 0
    smallest, excess = divmod(full_shape[axis], partitions[axis])
    parts, begin = [], 0
    for i in range(partitions[axis]):
        size = smallest + (i < excess)
        offset, shape = [0] * len(full_shape), list(full_shape)
        offset[axis], shape[axis] = begin, size
        parts.append((offset, shape))
        begin += size
    return parts


@public("python.ops.partitioned_variables.PartitionedVariable")
class PartitionedVariable:
    """A variable in parts; used as a tensor, it is their concatenation.

    Args:
      name: the name of the whole.
      shape: the shape of the whole.
      dtype: the DType of the parts.
      variable_list: the parts, variables with save-slice information.
      partitions: the number of parts along each axis.

    Raises:
      TypeError: `variable_list` or `partitions` is no list.
      ValueError: no parts, parts without save-slice information or of another whole, fewer than one part along an
        axis, or not one number for each axis.
    """

    def __init__(
        self,
        name: str,
        shape: ShapeLike,
        dtype: DType,
        variable_list: Sequence[Variable],
        partitions: Sequence[int],
    ) -> None:
        if not isinstance(variable_list, (list, tuple)):
            raise TypeError(f"variable_list must be a list or tuple, got {variable_list!r}")
        if not isinstance(partitions, (list, tuple)):
            raise TypeError(f"partitions must be a list or tuple, got {partitions!r}")
        if any(p < 1 for p in partitions):
            raise ValueError(f"partition values must be positive, got {partitions}")
        if not variable_list:
            raise ValueError("variable_list may not be empty")
        if any(v._get_save_slice_info() is None for v in variable_list):
            raise ValueError(f"all parts need save_slice_info: {[v.name for v in variable_list]}")
        if len(shape) != len(partitions):
            raise ValueError(f"partitions {partitions} need one number for each axis of shape {shape}")
        for v in variable_list:
            if v._get_save_slice_info().full_shape != shape:
                raise ValueError(
                    f"part {v.name} belongs to a variable of shape {v._get_save_slice_info().full_shape}, "
                    f"not {shape}"
                )
        self._variable_list = sorted(variable_list, key=lambda v: v._get_save_slice_info().var_offset)
        self._name = name
        self._shape = shape
        self._dtype = dtype
        self._partitions = partitions

    def __iter__(self) -> Iterator[Variable]:
        return iter(self._variable_list)

    def __len__(self) -> int:
        axes = self._partition_axes()
        if len(axes) > 1:
            raise ValueError(f"a variable cut along {len(axes)} axes has no length")
        return len(self._variable_list)

    def _partition_axes(self):
        return [i for i, p in enumerate(self._partitions) if p > 1] or [0]

    def _concat(self):
        if len(self._variable_list) == 1:
            with name_scope(None):
                return identity(self._variable_list[0], name=self._name)
        axes = self._partition_axes()
        if len(axes) > 1:
            raise NotImplementedError(
                f"a variable cut along more than one axis ({axes}) cannot be concatenated"
            )
        with name_scope(self._name + "/ConcatPartitions/"):
            whole = array_ops.concat(self._variable_list, axes[0])
        with name_scope(None):
            return identity(whole, name=self._name)

    def as_tensor(self) -> Tensor:
        """The whole, as a tensor; like a variable's value, it does not wait for control dependencies."""
        with control_dependencies(None):
            return self._concat()

    @property
    def name(self) -> str:
        """The name of the whole (without ":0")."""
        return self._name

    @property
    def dtype(self) -> DType:
        """The DType of the parts."""
        return self._dtype

    @property
    def shape(self) -> ShapeLike:
        """The shape of the whole."""
        return self._shape

    def get_shape(self) -> ShapeLike:
        """The shape of the whole."""
        return self._shape

    def _get_variable_list(self):
        return self._variable_list

    def _get_partitions(self):
        return self._partitions

    def assign(self, value: TensorLike, use_locking: bool = False) -> NoReturn:
        """NotImplementedError: assign to the parts."""
        raise NotImplementedError(f"{self._name} is a PartitionedVariable: assign to its parts")


def _partitioned_to_tensor(value, dtype=None, name=None, as_ref=False):
    if dtype is not None and not dtype.is_compatible_with(value.dtype):
        raise ValueError(
            f"Incompatible type conversion requested to type {dtype.name!r} for variable {value.name!r} of type "
            f"{value.dtype.name!r}"
        )
    if as_ref:
        raise NotImplementedError("a PartitionedVariable has no reference: use its parts")
    return value.as_tensor()


conversion.register_tensor_conversion_function(PartitionedVariable, _partitioned_to_tensor)
