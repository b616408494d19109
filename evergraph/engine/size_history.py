"""What a graph's stages have met of sizes that vary: the state from which it follows which shapes share a program.

`SizeLessons`     of the stages that take the same values of open sizes and write the same variables
`GraphSizes`      of a graph; goes into checkpoints, so that a run that is resumed chooses as the one that was interrupted

A step that fetches a summary besides is another stage, but learns from the same lessons.
"""

import hashlib
import json
import threading
import weakref


class SizeLessons:
    """The shapes that taught something, in the order they came, and how often sizes came.

    Attributes:
      spare: how many of the first shapes have exact programs.
      shapes: those first ones, and those that ended a coincidence; each a tuple of shapes.
      uses: {what is counted: how often it came}.
    """

    def __init__(self, spare):
        self.spare = spare
        self.shapes, self.uses = [], {}
        self.lock = threading.RLock()
        self._tables = weakref.WeakSet()

    def is_first(self, shapes) -> bool:
        """Whether shapes are among the first, which have exact programs; takes note of them while there is room."""
        with self.lock:
            first = self.shapes[: self.spare]
            if shapes not in first and len(first) < self.spare:
                self.shapes.append(shapes)
                return True
            return shapes in first

    def learn(self, shapes):
        """Takes note of shapes that end a coincidence."""
        with self.lock:
            self.shapes.append(shapes)
            self.uses.clear()
            self.look_again()

    def look_again(self):
        """Has all stages choose anew for shapes that share programs."""
        for table in list(self._tables):
            table.forget_sized()

    def tell(self, table):
        """Has a ProgramTable told when it is to choose anew."""
        self._tables.add(table)

    def restore(self, state):
        """Takes over what was saved."""
        shapes = [_tuples(each) for each in state["shapes"]]
        with self.lock:
            if shapes != self.shapes:  # other shapes may have had exact programs then
                for table in list(self._tables):
                    table.forget()
            self.shapes, self.uses = shapes, dict(state["uses"])
            self.look_again()


class GraphSizes:
    """The lessons of a graph's stages, by a name that is the same in every process."""

    def __init__(self):
        self._lessons = {}
        self._saved = {}  # of stages that have not come yet
        self._lock = threading.Lock()

    def lessons(self, names, spare, statics="", most=0) -> SizeLessons | None:
        """The lessons of stages that are known by some names; None if there are enough of such.

        Args:
          names: what the stages take and write.
          spare: see `SizeLessons`.
          statics: what their static operands hold; empty if they have none.
          most: for how many contents of these there may be lessons.
        """
        key = _digest("\n".join(names))
        family = f"{key}/"
        with self._lock:
            if statics:
                key = family + _digest(statics)
            if key not in self._lessons:
                if statics and key not in self._saved:
                    alike = {k for k in (*self._lessons, *self._saved) if k.startswith(family)}
                    if len(alike) >= most:
                        return None
                found = self._lessons[key] = SizeLessons(spare)
                if key in self._saved:
                    found.restore(self._saved.pop(key))
            return self._lessons[key]

    def state(self) -> bytes:
        """What is to be saved; empty if there is nothing."""
        with self._lock:
            found = dict(self._saved)
            for key, lessons in self._lessons.items():
                with lessons.lock:
                    if lessons.shapes:
                        found[key] = {"shapes": list(lessons.shapes), "uses": dict(lessons.uses)}
        return json.dumps(found, sort_keys=True).encode() if found else b""

    def restore(self, state: bytes) -> None:
        """Takes over what was saved; stages that are not in it begin anew."""
        saved = json.loads(state) if state else {}
        with self._lock:
            for key, lessons in self._lessons.items():
                lessons.restore(saved.pop(key, {"shapes": [], "uses": {}}))
            self._saved = saved


def _digest(text):
    return hashlib.sha256(text.encode()).hexdigest()[:16]


def _tuples(value):
    return tuple(map(_tuples, value)) if isinstance(value, (list, tuple)) else value
