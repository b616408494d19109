"""How the elements of a queue are kept, one class for each order in which they leave it.

A store takes and gives *batches*: one array per component, whose first axis counts elements.  A batch enters
and leaves as a whole, so that moving many elements costs no Python work for each of them.

Every store has `size`, `push(batch)`, `pop(n)` (a list of batches, `n` elements in total), `give_back(batches)`
for elements that were popped for a request that then failed, and `elements()`: batches in the order to push them again.
"""

import collections
import heapq

import numpy as np


def batch_size(batch: list[np.ndarray]) -> int:
    """The number of elements of a batch."""
    return len(batch[0])


class FIFOStore:
    """First in, first out: a line of batches, the first of which may be partly gone."""

    def __init__(self):
        self.size = 0
        self._batches = collections.deque()

    def push(self, batch: list[np.ndarray]) -> None:
        """Appends the elements of a batch."""
        self._batches.append(batch)
        self.size += batch_size(batch)

    def pop(self, n: int) -> list[list[np.ndarray]]:
        """Takes the `n` oldest elements."""
        self.size -= n
        taken = []
        while n:
            batch = self._batches.popleft()
            count = batch_size(batch)
            if count > n:
                # A copy, so that a few elements do not keep the memory of the batch they came in.
                taken.append([component[:n].copy() for component in batch])
                self._batches.appendleft([component[n:] for component in batch])
                break
            taken.append(batch)
            n -= count
        return taken

    def elements(self) -> list[list[np.ndarray]]:
        """All elements, oldest first."""
        return list(self._batches)

    def saved(self) -> tuple:
        """The state, for `restore`."""
        return self.size, list(self._batches)

    def restore(self, state: tuple) -> None:
        """Goes back to a state."""
        self.size, batches = state
        self._batches = collections.deque(batches)

    def give_back(self, batches: list[list[np.ndarray]]) -> None:
        """Puts popped elements back to the front."""
        for batch in reversed(batches):
            self._batches.appendleft(batch)
            self.size += batch_size(batch)


class PriorityStore:
    """The smallest first component first; elements of equal priority in the order they came."""

    def __init__(self):
        self._heap = []
        self._arrivals = 0

    @property
    def size(self) -> int:
        """The number of elements."""
        return len(self._heap)

    def push(self, batch: list[np.ndarray]) -> None:
        """Adds the elements of a batch."""
        for index, priority in enumerate(batch[0].tolist()):
            element = [component[index : index + 1] for component in batch]
            heapq.heappush(self._heap, (priority, self._arrivals, element))
            self._arrivals += 1

    def pop(self, n: int) -> list[list[np.ndarray]]:
        """Takes the `n` elements of smallest priority."""
        return [heapq.heappop(self._heap)[2] for _ in range(n)]

    def elements(self) -> list[list[np.ndarray]]:
        """All elements, in the order in which they would leave."""
        return [element for _, _, element in sorted(self._heap, key=lambda entry: entry[:2])]

    def saved(self) -> tuple:
        """The state, for `restore`."""
        return list(self._heap), self._arrivals

    def restore(self, state: tuple) -> None:
        """Goes back to a state."""
        self._heap, self._arrivals = state

    def give_back(self, batches: list[list[np.ndarray]]) -> None:
        """Adds popped elements again."""
        for batch in batches:
            self.push(batch)


class ShuffleStore:
    """Elements leave in random order, drawn from a generator.

    The k-th element to leave uses the k-th random number, however many leave at a time: the order depends on
    the generator and on what is there, not on the sizes of the requests.  With a `window` it is drawn among the
    elements that came first, at most that many: where a queue lets none leave while there are fewer, the order does
    not depend on when elements come either.

    Elements of one shape share an array for each component, which grows to the number of elements ever held
    at a time; without shapes each element is kept by itself.
    """

    _DRAWN_AT_ONCE = 1024

    def __init__(self, generator, shapes, dtypes, window=None):
        self._generator, self._window = generator, window
        self._before = generator.bit_generator.state  # before the numbers of `_drawn` were drawn
        self._drawn = collections.deque()
        self._order = []  # slots of the elements that may leave
        self._later = collections.deque()  # those of elements outside the window
        self._returned = []  # batches that were given back: they leave first
        self._free = []  # slots to be used again
        self._left = []  # those that elements left the last time: what they hold is let go of the next time
        self._used = 0  # slots that were ever used
        if shapes is None:
            self._tables, self._elements = None, []
        else:
            self._tables = [np.empty((0, *shape), dtype) for shape, dtype in zip(shapes, dtypes)]

    @property
    def size(self) -> int:
        """The number of elements."""
        returned = sum(map(batch_size, self._returned)) if self._returned else 0
        return len(self._order) + len(self._later) + returned

    def push(self, batch: list[np.ndarray]) -> None:
        """Adds the elements of a batch."""
        self._let_go()
        slots = self._take_slots(batch_size(batch))
        if self._tables is None:
            for index, slot in enumerate(slots):
                self._elements[slot] = [component[index : index + 1].copy() for component in batch]
        else:
            for table, component in zip(self._tables, batch):
                table[slots] = component
        room = len(slots) if self._window is None else max(0, self._window - len(self._order))
        self._order.extend(slots[:room])
        self._later.extend(slots[room:])

    def pop(self, n: int) -> list[list[np.ndarray]]:
        """Takes `n` elements at random."""
        self._let_go()
        taken = self._pop_returned(n) if self._returned else []
        order, later, slots = self._order, self._later, []
        for _ in range(n - sum(map(batch_size, taken))):
            position = int(self._draw() * len(order))
            slots.append(order[position])
            order[position] = order[-1]
            order.pop()
            if later:
                order.append(later.popleft())
        self._free.extend(slots)
        self._left = slots
        if not slots:
            return taken
        return taken + self._at(slots)

    def _at(self, slots):
        """The elements at some slots, as batches."""
        if self._tables is not None:
            return [[table[slots] for table in self._tables]]
        return [self._elements[slot] for slot in slots]

    def _pop_returned(self, n):
        line = FIFOStore()
        line.give_back(self._returned)
        taken = line.pop(min(n, line.size))
        self._returned = line.elements()
        return taken

    def elements(self) -> list[list[np.ndarray]]:
        """All elements but those that were given back, in the order to push them again."""
        self._let_go()
        slots = [*self._order, *self._later]
        return self._at(slots) if slots else []

    @property
    def returned(self) -> list[list[np.ndarray]]:
        """The batches that were given back and leave first."""
        return self._returned

    def random_state(self) -> dict:
        """Where it is among the random numbers, as JSON knows it."""
        return {"generator": self._before, "left": len(self._drawn)}

    def go_to(self, state: dict) -> None:
        """Goes on with the random numbers of a `random_state()`."""
        self._generator.bit_generator.state = state["generator"]
        self._drawn.clear()
        self._before = state["generator"]
        if state["left"]:
            self._drawn.extend(self._generator.random(self._DRAWN_AT_ONCE).tolist()[-state["left"] :])

    def saved(self) -> tuple:
        """The state, for `restore`: all but what the slots hold, which stays until they are used again."""
        self._let_go()
        lines = list(self._order), list(self._later), list(self._free), list(self._returned)
        return *lines, self._used, list(self._drawn), self._before, self._generator.bit_generator.state

    def restore(self, state: tuple) -> None:
        """Goes back to a state."""
        self._order, later, self._free, self._returned, self._used, drawn, self._before, generator = state
        self._generator.bit_generator.state = generator
        self._later, self._drawn, self._left = collections.deque(later), collections.deque(drawn), []

    def _let_go(self):
        slots, self._left = self._left, []
        if self._tables is None:
            for slot in slots:
                self._elements[slot] = None
        elif slots:
            for table in self._tables:
                if table.dtype.kind == "O":
                    table[slots] = None

    def give_back(self, batches: list[list[np.ndarray]]) -> None:
        """Has popped elements leave first, in the order in which they were popped."""
        self._returned = [*batches, *self._returned]

    def _take_slots(self, n):
        reused = min(n, len(self._free))
        slots = self._free[len(self._free) - reused :]
        del self._free[len(self._free) - reused :]
        start, self._used = self._used, self._used + n - reused
        slots.extend(range(start, self._used))
        if self._tables is None:
            self._elements.extend([None] * (self._used - start))
        elif self._used > len(self._tables[0]):
            room = max(self._used, 2 * len(self._tables[0]), 16)
            self._tables = [_grown(table, room) for table in self._tables]
        return slots

    def _draw(self):
        if not self._drawn:
            self._before = self._generator.bit_generator.state
            self._drawn.extend(self._generator.random(self._DRAWN_AT_ONCE).tolist())
        return self._drawn.popleft()


def _grown(table, room):
    larger = np.empty((room, *table.shape[1:]), table.dtype)
    larger[: len(table)] = table
    return larger


def join_batches(batches) -> list[np.ndarray]:
    """One batch of all the elements, which have one shape."""
    if len(batches) == 1:
        return batches[0]
    return [np.concatenate(components) for components in zip(*batches)]


def pad_batches(batches) -> list[np.ndarray]:
    """One batch of all the elements; components of differing sizes are padded with zeros, strings with b""."""
    return [_pad(components) for components in zip(*batches)]


def _pad(components):
    sizes = {component.shape[1:] for component in components}
    if len(sizes) == 1:
        return components[0] if len(components) == 1 else np.concatenate(components)
    largest = tuple(max(size) for size in zip(*sizes))
    total = sum(len(component) for component in components)
    dtype = components[0].dtype
    padded = (
        np.full((total, *largest), b"", object) if dtype.kind == "O" else np.zeros((total, *largest), dtype)
    )
    row = 0
    for component in components:
        part = padded[row : row + len(component)]
        part[(slice(None), *(slice(0, size) for size in component.shape[1:]))] = component
        row += len(component)
    return padded
