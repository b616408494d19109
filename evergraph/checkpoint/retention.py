"""Which checkpoints are kept: policies as values, and the bookkeeping of one Saver.

    KeepLatest(5)                       the newest five
    KeepEveryHours(2.0)                 one for every two hours, for good
    KeepEverySteps(1000)                those of every thousandth step, for good
    KeepBest(3, "max")                  the three of the highest metric, as told to `Saver.save(..., metric=)`

    tf.train.Saver(retention=[KeepLatest(2), KeepBest(3)])      # what any of them keeps is kept

A policy is asked with all checkpoints that there are and says which of them it keeps; it remembers nothing.
"""

from __future__ import annotations

import math
import re
import time
from collections.abc import Iterable, Sequence
from typing import NamedTuple

from evergraph.framework.public import public


class SavedCheckpoint(NamedTuple):
    """A checkpoint that there is.

    Attributes:
      path: its path.
      time: when it was saved, in seconds.
      metric: how good it is, where somebody said so, or None.
    """

    path: str
    time: float
    metric: float | None = None

    @property
    def step(self) -> int | None:
        """The step that its path ends in, or None."""
        match = re.search(r"-(\d+)$", self.path)
        return int(match[1]) if match else None


@public("train.KeepLatest")
class KeepLatest:
    """Keeps the `count` newest.  ValueError unless it is positive."""

    is_for_good = False

    def __init__(self, count: int) -> None:
        if count <= 0:
            raise ValueError(f"KeepLatest keeps at least one checkpoint, got count={count!r}")
        self.count = count

    def kept(self, checkpoints: Sequence[SavedCheckpoint]) -> Sequence[SavedCheckpoint]:
        """Those of `checkpoints`, oldest first, that are kept."""
        return checkpoints[-self.count :]


@public("train.KeepEveryHours")
class KeepEveryHours:
    """Keeps for good one checkpoint for every `hours` of training since `start`, in seconds.  ValueError if negative."""

    is_for_good = True

    def __init__(self, hours: float, start: float | None = None) -> None:
        if hours < 0:
            raise ValueError(f"KeepEveryHours needs a number of hours that is not negative, got {hours!r}")
        self.interval = hours * 3600
        self.start = time.time() if start is None else start

    def kept(self, checkpoints: Sequence[SavedCheckpoint]) -> Sequence[SavedCheckpoint]:
        """The first checkpoint after each interval."""
        following, found = self.start + self.interval, []
        for checkpoint in checkpoints:
            if checkpoint.time > following:
                following += self.interval
                found.append(checkpoint)
        return found

    def began(self, times: Sequence[float]) -> None:
        """Goes on with what an earlier process kept: its checkpoints, oldest first, are of `times`."""
        if times and times[-1] - times[0] >= self.interval:
            self.start = times[0] - self.interval - 1e-6  # the oldest that is left was kept for good
        elif times:
            self.start = min(self.start, times[0])


@public("train.KeepEverySteps")
class KeepEverySteps:
    """Keeps for good the checkpoints whose step is a multiple of `steps`.  ValueError unless that is positive."""

    is_for_good = True

    def __init__(self, steps: int) -> None:
        if steps <= 0:
            raise ValueError(f"KeepEverySteps needs a positive number of steps, got {steps!r}")
        self.steps = steps

    def kept(self, checkpoints: Sequence[SavedCheckpoint]) -> Sequence[SavedCheckpoint]:
        """Those of every so many steps."""
        return [c for c in checkpoints if c.step is not None and c.step % self.steps == 0]


@public("train.KeepBest")
class KeepBest:
    """Keeps the `count` checkpoints of the lowest ("min") or highest ("max") metric; of equals, the newer ones.

    Checkpoints without a metric, or with NaN, are not among the best.  ValueError for another mode or count.
    """

    is_for_good = False

    def __init__(self, count: int, mode: str = "min") -> None:
        if count <= 0 or mode not in ("min", "max"):
            raise ValueError(f'KeepBest needs a positive count and "min" or "max", got {count!r}, {mode!r}')
        self.count = count
        self.mode = mode

    def kept(self, checkpoints: Sequence[SavedCheckpoint]) -> Sequence[SavedCheckpoint]:
        """The best."""
        sign = 1 if self.mode == "min" else -1
        measured = [
            (sign * c.metric, -place, c)
            for place, c in enumerate(checkpoints)
            if c.metric is not None and not math.isnan(c.metric)
        ]
        return [checkpoint for _, _, checkpoint in sorted(measured, key=lambda row: row[:2])[: self.count]]


class Retention:
    """The checkpoints of one Saver, and which of them are to be removed.

    Args:
      max_to_keep: the newest so many are kept; 0 keeps all, and remembers none.
      keep_checkpoint_every_n_hours: one for every so many hours is kept for good.
      now: the time it begins, in seconds.
      policies: what decides instead, if given.
    """

    def __init__(self, max_to_keep, keep_checkpoint_every_n_hours, now=None, policies=None):
        if policies is None:
            hours = KeepEveryHours(keep_checkpoint_every_n_hours, start=now)
            policies = [KeepLatest(max_to_keep), hours] if max_to_keep and max_to_keep > 0 else []
        self.policies = list(policies)
        self._known: list[SavedCheckpoint] = []  # oldest first: those that are kept, but for good
        self._for_good: list[SavedCheckpoint] = []
        self._dropped: list[str] = []

    @property
    def checkpoints(self) -> list[tuple[str, float]]:
        """[(path, time)] of the checkpoints that may be removed one day, oldest first."""
        return [(c.path, c.time) for c in self._known]

    @checkpoints.setter
    def checkpoints(self, entries: Iterable[tuple[str, float]]) -> None:
        self._known = [SavedCheckpoint(*entry) for entry in entries]
        self._for_good = []

    def add(self, path, now=None, metric=None) -> None:
        """A checkpoint was written."""
        if not self.policies:
            return
        self._known = [c for c in self._known if c.path != path]
        self._for_good = [c for c in self._for_good if c.path != path]
        self._known.append(SavedCheckpoint(path, time.time() if now is None else now, metric))
        self._drop()

    def adopt(self, entries: Iterable[tuple]) -> None:
        """Takes over what is in the directory: (path, time), or (path, time, metric), of checkpoints, oldest first."""
        if not self.policies:
            return
        found = [SavedCheckpoint(*entry[:3]) for entry in entries]
        for policy in self.policies:
            if isinstance(policy, KeepEveryHours):
                policy.began([c.time for c in found])
        self._known, self._for_good = found, []
        self._drop()

    def _drop(self):
        # In the order in which they were added: times may be equal, or infinite.
        everything = [*self._for_good, *self._known]
        kept, for_good = set(), set()
        for policy in self.policies:
            (for_good if policy.is_for_good else kept).update(c.path for c in policy.kept(everything))
        self._dropped += [c.path for c in self._known if c.path not in kept | for_good]
        self._for_good += [c for c in self._known if c.path in for_good and c.path not in kept]
        self._known = [c for c in self._known if c.path in kept]

    def take_removable(self) -> list[str]:
        """The paths to remove now."""
        removable, self._dropped = self._dropped, []
        return removable
