"""What datasets had as functions to `apply` in TensorFlow 1.9 and as methods since, and `reduce`."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np

from evergraph.data import functions, nest
from evergraph.data.batching import unbatch_dataset_op
from evergraph.data.elements import Elements, flat_tensors, to_leaves
from evergraph.data.options import Options
from evergraph.data.tracing import Traced, element_result, scalar_result
from evergraph.framework import dtypes
from evergraph.framework.shapes import as_shape
from evergraph.framework.types import TensorLike
from evergraph.ops.registry import host_op


@host_op(
    "LastElement",
    "dataset: variant, otherwise: [output_types] -> components: [output_types]",
    stateful=True,
    blocking=True,
    shape=lambda op: [as_shape(shape) for shape in op.attrs["output_shapes"]],
)
def last_element_op(dataset, otherwise, *, output_types: list, output_shapes: list):
    """The last element of a dataset; of an empty one, the operands."""
    last, cursor = otherwise, dataset.cursor()
    while (element := cursor.next()) is not None:
        last = element
    return [part if not isinstance(part, np.generic) else np.asarray(part) for part in last]


class DerivedTransformations:
    """Methods of `Dataset` that are made of its others."""

    output_types: Any
    output_shapes: Any
    output_classes: Any
    _described: Callable[..., Any]
    _enumerate: Callable[..., Any]
    _traced: Callable[..., Any]
    _as_variant_tensor: Callable[[], Any]
    _options: Options | None = None

    def enumerate(self, start: TensorLike = 0) -> Any:
        """Pairs of a number (int64), from `start`, and an element: a dataset."""
        return self._enumerate(start)

    def unbatch(self) -> Any:
        """The slices of each element along its first axis, one after another: a dataset."""
        elements = Elements(self.output_types, self.output_shapes, self.output_classes)
        return self._described(unbatch_dataset_op, elements=elements.with_shapes(lambda shape: shape[1:]))

    def reduce(self, initial_state: Any, reduce_func: Callable[..., Any]) -> Any:
        """What a function makes of all elements, one after the other; an operation that goes through the dataset once.

        Args:
          initial_state: a nested structure of tensors.
          reduce_func: function (state, element) -> new state, of the structure and types of the initial state.

        Returns:
          The last state, the initial one if there are no elements.

        Raises:
          TypeError: states of another structure, type or class.
        """
        state = to_leaves(tuple(initial_state) if isinstance(initial_state, list) else initial_state)
        states = Elements.like(state)
        traced = self._reduced(states, reduce_func)
        shapes = [
            a.most_specific_compatible_shape(b)
            for a, b in zip(nest.flatten(states.shapes), nest.flatten(traced.result.shapes))
        ]
        if [s.dims for s in shapes] != [s.dims for s in nest.flatten(states.shapes)]:
            states = Elements(states.types, nest.pack_sequence_as(states.shapes, shapes), states.classes)
            traced = self._reduced(states, reduce_func)
        inputs = [self._as_variant_tensor(), flat_tensors(state), traced.captured]
        scanned = functions.scan_dataset_op.record(inputs, {"f": traced.body, **states.attributes()})
        last = last_element_op(scanned.outputs[0], flat_tensors(state), **states.attributes())
        return states.pack(last)

    def _reduced(self, states, reduce_func):
        """The function that gives a new state twice: as the state and as what is given."""

        def finish(value):
            tensors, found = element_result(value)
            try:
                nest.assert_same_structure(states.types, found.types)
            except ValueError as error:
                raise TypeError(str(error)) from None
            for what, before, after in (
                ("types", states.types, found.types),
                ("classes", states.classes, found.classes),
            ):
                if nest.flatten(before) != nest.flatten(after):
                    raise TypeError(
                        f"The element {what} for the new state must match the initial state. Expected {before}; got {after}."
                    )
            return [*tensors, *tensors], found

        elements = Elements(self.output_types, self.output_shapes, self.output_classes)
        return Traced(reduce_func, [states, elements], "reduce_func", finish, unpack=False)

    def take_while(self, predicate: Callable[..., Any]) -> Any:
        """The elements before the first one for which a function does not give True: a dataset.

        Raises:
          ValueError: the function returns something else than a bool scalar.
        """
        elements = Elements(self.output_types, self.output_shapes, self.output_classes)
        finish = scalar_result(dtypes.bool, "`predicate` must return a scalar boolean tensor.")
        traced = Traced(predicate, [elements], "predicate", finish)
        return self._traced(functions.take_while_dataset_op, "predicate", traced, elements)

    def options(self) -> Options:
        """The Options that were given to it and to what it is made of."""
        return self._options if self._options is not None else Options()

    def with_options(self, options: Options) -> Any:
        """A dataset of the same elements that remembers options; those given later win.

        Raises:
          TypeError: something else than Options.
        """
        if not isinstance(options, Options):
            raise TypeError(f"`options` must be a `tf.data.Options` object, got {options!r}")
        made = self._described(lambda handle, **_: handle)
        made._options = self.options().merge(options)
        return made
