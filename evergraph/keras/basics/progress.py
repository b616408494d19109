"""`Progbar`: a bar that shows how far something is, and averages."""

import sys
import time
from typing import Any

import numpy as np

from evergraph.framework.public import public, public_module

public_module("python.keras.utils.generic_utils")


@public("keras.utils.Progbar")
class Progbar:
    """A bar on the standard output.

    Args:
      target: how many steps there are; None when it is not known.
      width: of the bar.
      verbose: 1 for a bar, 2 for one line at the end, 0 for nothing.
      interval: the seconds between two updates of the bar.
      stateful_metrics: names of values that are shown as they are, not as averages.
    """

    def __init__(
        self,
        target: int | None,
        width: int = 30,
        verbose: int = 1,
        interval: float = 0.05,
        stateful_metrics: Any = None,
    ) -> None:
        self.target = target
        self.width = width
        self.verbose = verbose
        self.interval = interval
        self.stateful_metrics = set(stateful_metrics or ())
        self._values = {}  # name -> [sum, count], or the value itself
        self._seen = 0
        self._shown = 0  # length of the line
        self._start = self._last = time.time()
        self._in_place = (hasattr(sys.stdout, "isatty") and sys.stdout.isatty()) or "ipykernel" in sys.modules

    def update(self, current: int, values: Any = None) -> None:
        """Shows that `current` steps are done, with (name, value) pairs."""
        for name, value in values or ():
            if name in self.stateful_metrics:
                self._values[name] = value
            else:
                held = self._values.setdefault(name, [0.0, 0])
                held[0] += value * (current - self._seen)
                held[1] += current - self._seen
        self._seen = current
        now = time.time()
        is_last = self.target is not None and current >= self.target
        if self.verbose == 1:
            if now - self._last < self.interval and not is_last:
                return
            self._show(self._bar(current) + self._timing(current, now) + self._averages(), is_last)
        elif self.verbose == 2 and is_last:
            sys.stdout.write(f"{self.target}/{self.target}{self._timing(current, now)}{self._averages()}\n")
            sys.stdout.flush()
        self._last = now

    def add(self, n: int, values: Any = None) -> None:
        """Shows that `n` more steps are done."""
        self.update(self._seen + n, values)

    def _bar(self, current):
        if self.target is None:
            return f"{current:7d}/Unknown"
        digits = len(str(self.target))
        done = int(self.width * current / max(self.target, 1))
        arrow = "=" * max(done - 1, 0) + (">" if 0 < done and current < self.target else "=" * (done > 0))
        return f"{current:{digits}d}/{self.target} [{arrow}{'.' * (self.width - done)}]"

    def _timing(self, current, now):
        each = (now - self._start) / current if current else 0
        if self.target is None or current >= self.target:
            unit = (
                f"{each:.0f}s"
                if each >= 1
                else f"{each * 1e3:.0f}ms"
                if each >= 1e-3
                else f"{each * 1e6:.0f}us"
            )
            return f" - {now - self._start:.0f}s {unit}/step"
        left = int(each * (self.target - current))
        hours, minutes, seconds = left // 3600, left // 60 % 60, left % 60
        shown = (
            f"{hours}:{minutes:02d}:{seconds:02d}"
            if hours
            else f"{minutes}:{seconds:02d}"
            if minutes
            else f"{seconds}s"
        )
        return f" - ETA: {shown}"

    def _averages(self):
        shown = ""
        for name, held in self._values.items():
            value = np.mean(held[0] / max(1, held[1])) if isinstance(held, list) else held
            small = isinstance(held, list) and abs(value) <= 1e-3
            shown += f" - {name}: {value:.4e}" if small else f" - {name}: {value:.4f}"
        return shown

    def _show(self, line, is_last):
        start = "\r" if self._in_place else "" if is_last and not self._shown else "\n"
        sys.stdout.write(start + line.ljust(self._shown if self._in_place else 0) + ("\n" if is_last else ""))
        sys.stdout.flush()
        self._shown = len(line)
