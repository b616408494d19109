"""The operations on iterators; `iterators.py` has the class that records them."""

from __future__ import annotations

import json
from collections.abc import Sequence
from typing import Any

import numpy as np

from evergraph.data import positions
from evergraph.data.functions import FunctionDatasetDefinition
from evergraph.data.host_iterator import HostIterator
from evergraph.framework import errors
from evergraph.framework.shapes import as_shape
from evergraph.ops.registry import host_op


def _scalar(operation):
    return as_shape([])


def _iterator(run, types, shapes):
    operation = run.operation
    key = run.resources.key(operation)
    name = operation.attrs.get("shared_name") or operation.name
    found = run.resource(lambda: HostIterator(name, key, types, [as_shape(s) for s in shapes], run.session))
    if not isinstance(found, HostIterator):
        raise errors.InvalidArgumentError(None, None, f"the resource {name!r} is {found!r}, not an iterator")
    return found


@host_op("Iterator", "-> handle: resource", stateful=True, shape=_scalar)
def iterator_op(run, *, output_types: list, output_shapes: list, container="", shared_name=""):
    found = _iterator(run, output_types, output_shapes)
    found.check_elements(output_types, [as_shape(s) for s in output_shapes])
    return found


def _one_shot_iterator(run, *, dataset_factory, output_types, output_shapes, container="", shared_name=""):
    found = _iterator(run, output_types, output_shapes)
    found.start_once(lambda: run.call(dataset_factory, [])[0])
    return found


class _OneShotDefinition(FunctionDatasetDefinition):
    def is_blocking(self, operation):
        return False


one_shot_iterator_op = _OneShotDefinition(
    "OneShotIterator", "-> handle: resource", _one_shot_iterator, functions={"dataset_factory": ""}
)


@host_op("MakeIterator", "dataset: variant, iterator: resource ->", stateful=True, blocking=True)
def make_iterator_op(dataset, iterator):
    iterator.start(dataset)


def _element_shapes(operation):
    return [as_shape(shape) for shape in operation.attrs["output_shapes"]]


@host_op(
    "IteratorGetNext",
    "iterator: resource -> components: [output_types]",
    stateful=True,
    blocking=True,
    goes_first=True,
    shape=_element_shapes,
)
def iterator_get_next_op(run, iterator, *, output_types: list, output_shapes: list):
    operation = run.operation
    try:
        element = iterator.get_next(run)
    except errors.OpError as error:
        if error.op is None or error.op is operation:
            raise
        kind: Any = type(error)  # a kind of OpError, all of which take the same
        raise kind(error.node_def, operation, error.message) from error
    return list(element)


@host_op("IteratorToStringHandle", "resource_handle: resource -> string_handle: string", shape=_scalar)
def iterator_to_string_handle_op(resource_handle):
    array = np.empty((), object)
    array[()] = json.dumps(resource_handle.key).encode()
    return array


@host_op(
    "IteratorFromStringHandle",
    "string_handle: string -> resource_handle: resource",
    shape=_scalar,
    stateful=True,
)
def iterator_from_string_handle_op(
    run, string_handle, *, output_types: Sequence = (), output_shapes: Sequence = ()
):
    value: Any = np.asarray(string_handle, object)[()]
    try:
        key = tuple(json.loads(value))
    except (ValueError, TypeError) as error:
        raise errors.InvalidArgumentError(
            None, None, f"{value!r} is not the string handle of an iterator"
        ) from error
    found = run.resources.objects.get(key)
    if not isinstance(found, HostIterator):
        raise errors.NotFoundError(None, None, f"this session has no iterator with the handle {value!r}")
    if output_types:
        found.check_elements(list(output_types), [as_shape(s) for s in output_shapes])
    return found


# -- positions ---------------------------------------------------------------------------------------------------------


def _position(iterator):
    array = np.empty((), object)
    array[()] = positions.encode(iterator.position())
    return array


def _put(run, iterator, position):
    if iterator.node is None:
        handle = run.operation.input_tensors[0]
        makers = [op for op in handle.consumers() if op.type == "MakeIterator"]
        if not makers:
            raise errors.FailedPreconditionError(
                None,
                None,
                f"the iterator {iterator.name!r} has no dataset: run its initializer before it is restored",
            )
        run.session.run(makers[0])
    iterator.restore_position(positions.decode(bytes(np.asarray(position, object)[()])))


@host_op(
    "SerializeIterator",
    "resource_handle: resource -> serialized: variant",
    stateful=True,
    blocking=True,
    goes_first=True,
    shape=_scalar,
)
def serialize_iterator_op(resource_handle):
    return _position(resource_handle)


@host_op(
    "DeserializeIterator", "resource_handle: resource, serialized: variant ->", stateful=True, blocking=True
)
def deserialize_iterator_op(run, resource_handle, serialized):
    _put(run, resource_handle, serialized)


@host_op(
    "IteratorPosition", "iterator: resource -> position: string", stateful=True, blocking=True, shape=_scalar
)
def iterator_position_op(iterator):
    """The position of an iterator as a string, for checkpoints."""
    return _position(iterator)


@host_op("PutIterator", "iterator: resource, position: string ->", stateful=True, blocking=True)
def put_iterator_op(run, iterator, position):
    """Puts an iterator to a position; one that has no dataset yet is initialised before."""
    _put(run, iterator, position)
