"""What is in a queue, as arrays of a checkpoint.

For each component of the elements there is one array of all elements, or, where their shapes differ, one of all values and
one of the shapes.  What was taken by a request that waits for more counts as being in the queue, and leaves it first.
"""

from __future__ import annotations

import json
from collections.abc import Mapping

import numpy as np

from evergraph.ops.queues.host_queue import HostQueue
from evergraph.ops.queues.storage import ShuffleStore, batch_size

_MIXED = -1  # the size of an axis that an element does not have


def waiting_threads(queue: HostQueue) -> set[int]:
    """The threads that wait for elements of a queue, and hold nothing that they took from elsewhere."""
    return {
        request.thread
        for request in queue.dequeues
        if not any(_holds_something(give_back, request.thread) for give_back in request.before)
    }


def _holds_something(give_back, thread):
    """Whether a run has taken, with what `give_back` gives back, something that is nowhere else."""
    owner = getattr(getattr(give_back, "func", None), "__self__", None)
    if isinstance(owner, HostQueue):
        return bool(give_back.args[0].batch)
    is_read_by = getattr(
        owner, "is_read_by", None
    )  # a reader that waits for the name of a file has read nothing
    return is_read_by is None or not is_read_by(thread)


def contents_size(queue: HostQueue) -> int:
    """About how many bytes the elements of a queue take; its condition is held."""
    batches = queue.store.elements()
    return sum(_bytes_of(component) for batch in batches for component in batch)


def _bytes_of(component):
    if component.dtype.kind != "O":
        return component.nbytes
    return sum(map(len, component.reshape(-1).tolist()))


def saved_contents(queue: HostQueue) -> dict[str, np.ndarray]:
    """The contents of a queue, {part: array}; its condition is held."""
    store = queue.store
    first = [batch for request in queue.dequeues for batch in request.batch]
    meta = {"kind": queue.kind, "types": _types(queue), "closed": bool(queue.closed)}
    if isinstance(store, ShuffleStore):
        first = [*first, *store.returned]
        meta["random"] = store.random_state()
    batches = [*first, *store.elements()]
    meta["first"] = sum(map(batch_size, first))
    meta["count"] = sum(map(batch_size, batches))
    found = {"queue": np.array(json.dumps(meta).encode(), object)}
    for index in range(len(queue.dtypes) if batches else 0):
        for part, array in _joined([batch[index] for batch in batches]).items():
            found[f"{index}/{part}"] = array
    return found


def restore_contents(queue: HostQueue, parts: Mapping[str, np.ndarray]) -> None:
    """Gives a queue, which nobody has used yet, the contents that `saved_contents` found.

    Raises:
      ValueError: they are those of a queue of another kind, or with other elements.
    """
    meta = json.loads(bytes(np.asarray(parts["queue"], object).item()))
    if meta["kind"] != queue.kind or meta["types"] != _types(queue):
        raise ValueError(
            f"{queue.kind} {queue.name!r} of {_types(queue)} was a {meta['kind']} of {meta['types']}"
        )
    batches = _batches(parts, len(queue.dtypes)) if meta["count"] else []
    with queue.condition:
        if isinstance(queue.store, ShuffleStore):
            first, batches = _divided(batches, meta["first"])
            queue.store.give_back(first)
            queue.store.go_to(meta["random"])
        for batch in batches:
            queue.store.push(batch)
        queue.closed = meta["closed"]


def _types(queue):
    return [dtype.name for dtype in queue.dtypes]


def _joined(components):
    shapes = {component.shape[1:] for component in components}
    if len(shapes) == 1:
        return {"elements": np.concatenate(components)}
    elements = [element for component in components for element in component]
    rank = max(np.ndim(element) for element in elements)
    sizes = [[*np.shape(e), *[_MIXED] * (rank - np.ndim(e))] for e in elements]
    values = np.concatenate([np.ravel(np.asarray(e, components[0].dtype)) for e in elements])
    return {"values": values, "shapes": np.array(sizes, np.int64)}


def _batches(parts, number):
    """One batch of all elements, or where they differ in shape, one for each."""
    names = [f"{index}/elements" for index in range(number)]
    if all(name in parts for name in names):
        return [[parts[name] for name in names]]
    components = [_single(parts, index) for index in range(number)]
    return [list(batch) for batch in zip(*components)]


def _single(parts, index):
    """The elements of one component, each as a batch of its own."""
    if f"{index}/elements" in parts:
        whole = parts[f"{index}/elements"]
        return [whole[row : row + 1] for row in range(len(whole))]
    values, at, batches = parts[f"{index}/values"], 0, []
    for sizes in parts[f"{index}/shapes"].tolist():
        shape = [size for size in sizes if size != _MIXED]
        number = int(np.prod(shape, dtype=np.int64))
        batches.append(values[at : at + number].reshape([1, *shape]))
        at += number
    return batches


def _divided(batches, number):
    """Batches of the first `number` elements, and of the others."""
    first, rest = [], []
    for batch in batches:
        count = min(number, batch_size(batch))
        if count:
            first.append([component[:count] for component in batch])
        if count < batch_size(batch):
            rest.append([component[count:] for component in batch])
        number -= count
    return first, rest
