"""`EagerIterator`: goes through a dataset in the eager mode. Its elements are there when they are asked for."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Self

from evergraph.data import iterator_operations as operations
from evergraph.data.elements import Elements
from evergraph.data.iterators import Iterator
from evergraph.framework import errors

if TYPE_CHECKING:
    from evergraph.data.dataset import Dataset


class EagerIterator(Iterator):
    """An iterator that is at its beginning when it is made.

    Args:
      dataset: the Dataset.
    """

    def __init__(self, dataset: Dataset) -> None:
        elements = Elements(dataset.output_types, dataset.output_shapes, dataset.output_classes)
        resource = operations.iterator_op(**elements.attributes(), shared_name="", name="Iterator")
        operations.make_iterator_op(dataset._as_variant_tensor(), resource, name="MakeIterator")
        super().__init__(resource, None, elements.types, elements.shapes, elements.classes)

    def get_next(self, name: str | None = None) -> Any:
        """The next element, a nested structure of tensors. OutOfRangeError when there are no more."""
        tensors = operations.iterator_get_next_op(
            self._iterator_resource, **self._elements.attributes(), name=name
        )
        return self._elements.pack(tensors)

    def __iter__(self) -> Self:
        return self

    def __next__(self) -> Any:
        try:
            return self.get_next()
        except errors.OutOfRangeError:
            raise StopIteration from None

    def next(self) -> Any:
        """The next element; StopIteration when there are no more."""
        return self.__next__()
