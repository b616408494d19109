"""What a worker of a cluster contributes to a round: its part as others know it, and gradients that no step has taken yet."""

import numpy as np

from evergraph.processes.division import operation_of, tensor_at


class Kept:
    """Gradients of a worker that wait for others: a step takes more of them than there are workers.

    Args:
      joined: how many tensors are joined rather than summed.

    Attributes:
      count: how many gradients these are the sum of.
    """

    def __init__(self, joined: int):
        self.count = 0
        self._sums = {}
        self._rows = [[] for _ in range(joined)]

    def and_also(self, flat: dict, joined: list) -> "Kept":
        """These, and one more."""
        self._sums, self.count = self.with_sums(flat, True), self.count + 1
        for rows, more in zip(self._rows, joined):
            rows.append(more)
        return self

    def with_sums(self, flat: dict, counts: bool) -> dict:
        """{dtype: the sums of these, and of `flat` if it counts}"""
        if not self.count:
            return flat if counts else {kind: np.zeros_like(array) for kind, array in flat.items()}
        return {kind: self._sums[kind] + flat[kind] if counts else self._sums[kind] for kind in flat}

    def with_rows(self, joined: list) -> list:
        """The rows of these, followed by those of one more."""
        return [np.concatenate([*rows, more]) if rows else more for rows, more in zip(self._rows, joined)]


class Part:
    """What a worker does in a round, as it has described it, in the graph of this one.

    Attributes:
      averaged, joined: the tensors of what all workers make together.
      wanted: how many gradients make a step; 0 for one of each worker that is there.
      summed: the positions of those of `averaged` that are not divided by the number of workers.
      layout: where each average is in what is summed, as the graph knows it.
      each_places: where the operands of its updates are among the arrays that it gives.
      once_places: [(tensor, where it is among those arrays, or None for what all workers make)] for updates made once.
    """

    def __init__(self, graph, description):
        self.description = description
        kinds = description["kinds"]
        self.averaged = [operation_of(graph, name, kinds).outputs[0] for name in description["averaged"]]
        self.joined = [operation_of(graph, name, kinds).outputs[0] for name in description["joined"]]
        self.wanted = self.averaged[0].op.attrs["group_size"] if self.averaged else 0
        self.summed = [i for i, t in enumerate(self.averaged) if t.op.attrs["final_op"] != "Div"]
        results, once_fed = description["results"], description["once_fed"]
        given = [*description["each_fed"], *(place for place in once_fed if place not in results)]
        tensors = list(dict.fromkeys(tensor_at(graph, place, kinds) for place in given))
        places = {tensor: len(self.joined) + position for position, tensor in enumerate(tensors)}
        self.each_places = [places[tensor_at(graph, place, kinds)] for place in description["each_fed"]]
        self.once_places = [
            (t, places.get(t)) for t in (tensor_at(graph, place, kinds) for place in once_fed)
        ]
        self._layout = None

    @property
    def layout(self):
        if self._layout is None:
            self._layout = layout_of(
                [(np.dtype(t.dtype.as_numpy_dtype), tuple(t.shape.as_list())) for t in self.averaged]
            )
        return self._layout


def layout_of(described):
    """[(dtype in which it is summed, begin, end, shape, dtype)] of arrays; short floats are summed as float32."""
    places, found = {}, []
    for dtype, shape in described:
        kind = "float32" if dtype.itemsize == 2 else dtype.name
        begin = places.get(kind, 0)
        places[kind] = begin + int(np.prod(shape, dtype=np.int64))
        found.append((kind, begin, places[kind], shape, dtype))
    return found


def flat_of(arrays, layout):
    """{dtype: all arrays that are summed in it, in one}"""
    groups = {}
    for array, (kind, *_) in zip(arrays, layout):
        groups.setdefault(kind, []).append(array.reshape(-1))
    return {kind: np.concatenate(parts).astype(kind, copy=False) for kind, parts in groups.items()}
