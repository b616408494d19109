"""What the elements of a dataset look like: types, shapes and classes in a nested structure."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from evergraph.data import nest, sparse
from evergraph.framework import dtypes
from evergraph.framework.composite import SparseTensor, is_sparse
from evergraph.framework.conversion import convert_to_tensor
from evergraph.framework.shapes import TensorShape, as_shape, unknown_shape
from evergraph.framework.tensor import Tensor


class Elements:
    """The structure of the elements of a dataset.

    Args:
      types, shapes, classes: a DType, a TensorShape, and Tensor or SparseTensor for each component, nested alike.
    """

    def __init__(self, types: Any, shapes: Any, classes: Any = None) -> None:
        self.types, self.shapes = types, shapes
        self.classes = nest.map_structure(lambda _: Tensor, types) if classes is None else classes

    @classmethod
    def given(cls, types: Any, shapes: Any = None, classes: Any = None) -> Elements:
        """From what a caller gives: types and shapes in any spelling; shapes unknown and classes dense when None."""
        types = nest.map_structure(dtypes.as_dtype, types)
        if shapes is None:
            shapes = nest.map_structure(lambda _: TensorShape(None), types)
        else:
            shapes = nest.map_structure_up_to(types, as_shape, shapes)
        if classes is None:
            classes = nest.map_structure(lambda _: Tensor, types)
        nest.assert_same_structure(types, shapes)
        return cls(types, shapes, classes)

    @classmethod
    def like(cls, value: Any) -> Elements:
        """That of a nested structure of tensors and SparseTensors."""
        leaves = nest.flatten(value)
        return cls(
            nest.pack_sequence_as(value, [leaf.dtype.base_dtype for leaf in leaves]),
            nest.pack_sequence_as(value, [leaf.get_shape() for leaf in leaves]),
            sparse.classes_of(value),
        )

    def _rows(self):
        return list(zip(nest.flatten(self.types), nest.flatten(self.shapes), nest.flatten(self.classes)))

    @property
    def flat_types(self) -> list[dtypes.DType]:
        """The dtype of each component as one tensor: variant for a sparse one."""
        return [dtypes.variant if c is SparseTensor else t for t, _, c in self._rows()]

    @property
    def flat_shapes(self) -> list[TensorShape]:
        """The shape of each component as one tensor: unknown for a sparse one."""
        return [unknown_shape() if c is SparseTensor else s for _, s, c in self._rows()]

    def attributes(self) -> dict:
        """The attributes of the operations that make such elements."""
        return {"output_types": self.flat_types, "output_shapes": self.flat_shapes}

    def pack(self, tensors: Sequence[Tensor]) -> Any:
        """An element, in its structure, of a tensor for each component."""
        leaves = [
            sparse.unpack_sparse(tensor, t, s) if c is SparseTensor else tensor
            for tensor, (t, s, c) in zip(tensors, self._rows(), strict=True)
        ]
        return nest.pack_sequence_as(self.types, leaves)

    def with_shapes(self, change) -> Elements:
        """The same with other shapes: `change(shape)` of each component."""
        return Elements(self.types, nest.map_structure(change, self.shapes), self.classes)

    def common(self, other: Elements) -> Elements:
        """What fits elements of both, which agree in types and classes."""
        shapes = [
            a.most_specific_compatible_shape(b)
            for a, b in zip(nest.flatten(self.shapes), nest.flatten(other.shapes))
        ]
        return Elements(self.types, nest.pack_sequence_as(self.shapes, shapes), self.classes)


def to_leaves(value: Any) -> Any:
    """A nested structure with each leaf as a tensor or SparseTensor."""
    leaves = nest.flatten(value)
    return nest.pack_sequence_as(
        value,
        [
            SparseTensor.from_value(leaf)
            if is_sparse(leaf)
            else convert_to_tensor(leaf, name=f"component_{i}")
            for i, leaf in enumerate(leaves)
        ],
    )


def flat_tensors(value: Any) -> list[Tensor]:
    """One tensor for each component of an element."""
    return [sparse.pack_sparse(leaf) if is_sparse(leaf) else leaf for leaf in nest.flatten(value)]
