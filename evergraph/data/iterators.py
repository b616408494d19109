"""`Iterator`: what gives the elements of a dataset to the rest of a graph."""

from __future__ import annotations

import warnings
from typing import TYPE_CHECKING, Any

from evergraph.data import iterator_operations as operations
from evergraph.data import nest
from evergraph.data.elements import Elements
from evergraph.framework import dtypes
from evergraph.framework.collections import add_to_collection
from evergraph.framework.conversion import convert_to_tensor
from evergraph.framework.default_graph import colocate_with, name_scope
from evergraph.framework.operation import Operation
from evergraph.framework.public import public, public_module
from evergraph.framework.tensor import Tensor
from evergraph.framework.types import TensorLike

if TYPE_CHECKING:
    from evergraph.data.dataset import Dataset

public_module("python.data.ops.iterator_ops")

GLOBAL_ITERATORS = public()("iterators")
GET_NEXT_CALL_WARNING_THRESHOLD = public()(32)
GET_NEXT_CALL_WARNING_MESSAGE = public()(
    "Iterator.get_next() was called very often. It adds operations to the graph: call it once, outside of the training "
    "loop, and use its result inside; otherwise the graph grows and every step becomes slower."
)


@public("data.Iterator", "contrib.data.Iterator")
class Iterator:
    """A place in a dataset. `get_next` gives one element after another, until OutOfRangeError says that there are no more.

    Args:
      iterator_resource: the handle, a scalar of dtype resource.
      initializer: the operation that puts it to the beginning, or None.
      output_types, output_shapes, output_classes: nested structures of the dtype, the shape and the class (tf.Tensor or
        tf.SparseTensor) of each component of an element.
    """

    def __init__(
        self,
        iterator_resource: Tensor,
        initializer: Operation | None,
        output_types: Any,
        output_shapes: Any,
        output_classes: Any,
    ) -> None:
        self._iterator_resource = iterator_resource
        self._initializer = initializer
        self._elements = Elements(output_types, output_shapes, output_classes)
        self._string_handle = operations.iterator_to_string_handle_op(
            iterator_resource, name="IteratorToStringHandle"
        )
        self._get_next_call_count = 0
        add_to_collection(GLOBAL_ITERATORS, iterator_resource)

    @staticmethod
    def from_structure(
        output_types: Any,
        output_shapes: Any = None,
        shared_name: str | None = None,
        output_classes: Any = None,
    ) -> Iterator:
        """An iterator that is of no dataset yet: `make_initializer` binds it to any that fits.

        Args:
          output_types: a nested structure of dtypes.
          output_shapes: shapes in the same structure; unknown when None.
          shared_name: under which name the sessions of a server share it.
          output_classes: tf.Tensor or tf.SparseTensor in the same structure; all dense when None.

        Raises:
          TypeError: the structures differ.
        """
        elements = Elements.given(output_types, output_shapes, output_classes)
        resource = operations.iterator_op(
            **elements.attributes(), shared_name=shared_name or "", name="Iterator"
        )
        return Iterator(resource, None, elements.types, elements.shapes, elements.classes)

    @staticmethod
    def from_string_handle(
        string_handle: TensorLike,
        output_types: Any,
        output_shapes: Any = None,
        output_classes: Any = None,
    ) -> Iterator:
        """An iterator that is, in each run, the one whose `string_handle` is given.

        Args:
          string_handle: a string scalar: the value of another iterator's `string_handle()`.
          output_types, output_shapes, output_classes: as for `from_structure`.
        """
        elements = Elements.given(output_types, output_shapes, output_classes)
        resource = operations.iterator_from_string_handle_op(
            convert_to_tensor(string_handle, dtypes.string),
            **elements.attributes(),
            name="IteratorFromStringHandle",
        )
        return Iterator(resource, None, elements.types, elements.shapes, elements.classes)

    @property
    def initializer(self) -> Operation:
        """The operation that puts it to the beginning of its dataset; ValueError where there is none."""
        if self._initializer is None:
            raise ValueError("Iterator does not have an initializer.")
        return self._initializer

    def make_initializer(self, dataset: Dataset, name: str | None = None) -> Operation:
        """An operation that puts this iterator to the beginning of a dataset.

        Raises:
          TypeError: the elements of the dataset have other types, shapes or classes.
          ValueError: their structure is another one.
        """
        with name_scope(name, "make_initializer") as scope:
            nest.assert_same_structure(self.output_types, dataset.output_types)
            nest.assert_same_structure(self.output_shapes, dataset.output_shapes)
            self._check(self.output_classes, dataset.output_classes, "classes", lambda a, b: a is b)
            self._check(self.output_types, dataset.output_types, "types", lambda a, b: a == b)
            self._check(
                self.output_shapes, dataset.output_shapes, "shapes", lambda a, b: a.is_compatible_with(b)
            )
            with colocate_with(self._iterator_resource):
                return operations.make_iterator_op(
                    dataset._as_variant_tensor(), self._iterator_resource, name=scope
                )

    @staticmethod
    def _check(own, other, what, agree):
        for a, b in zip(nest.flatten(own), nest.flatten(other)):
            if not agree(a, b):
                raise TypeError(
                    f"Expected output {what} {own!r} but got dataset with output {what} {other!r}."
                )

    def get_next(self, name: str | None = None) -> Any:
        """The next element, a nested structure of tensors. Each run gives the one after the last.

        Raises (when run):
          OutOfRangeError: there are no more ("End of sequence").
          FailedPreconditionError: the iterator was not initialised.
        """
        self._get_next_call_count += 1
        if self._get_next_call_count > GET_NEXT_CALL_WARNING_THRESHOLD:
            warnings.warn(GET_NEXT_CALL_WARNING_MESSAGE, stacklevel=2)
        tensors = operations.iterator_get_next_op(
            self._iterator_resource, **self._elements.attributes(), name=name or "IteratorGetNext"
        )
        return self._elements.pack(tensors)

    def string_handle(self, name: str | None = None) -> Tensor:
        """A string scalar whose value `from_string_handle` takes."""
        if name is None:
            return self._string_handle
        return operations.iterator_to_string_handle_op(self._iterator_resource, name=name)

    @property
    def output_classes(self) -> Any:
        """tf.Tensor or tf.SparseTensor for each component."""
        return self._elements.classes

    @property
    def output_shapes(self) -> Any:
        """The TensorShape of each component."""
        return self._elements.shapes

    @property
    def output_types(self) -> Any:
        """The DType of each component."""
        return self._elements.types
