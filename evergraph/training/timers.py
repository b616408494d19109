"""When a hook does what it does: every so many steps, every so many seconds, or never."""

from __future__ import annotations

import time
from typing import Any

from evergraph.framework.public import public, public_module
from evergraph.framework.types import TensorLike
from evergraph.session.session import Session

public_module("python.training.basic_session_run_hooks")


@public("train.SecondOrStepTimer")
class SecondOrStepTimer:
    """Triggers at most once every `every_secs` seconds, or once every `every_steps` steps.

    The first step always triggers; one and the same step triggers only once.

    Raises:
      ValueError: unless exactly one of the two is given.
    """

    def __init__(self, every_secs: float | None = None, every_steps: int | None = None) -> None:
        if every_secs is None and every_steps is None:
            raise ValueError("Either every_secs or every_steps should be provided.")
        if every_secs is not None and every_steps is not None:
            raise ValueError(
                f"Can not provide both every_secs and every_steps, but got {every_secs!r}, {every_steps!r}."
            )
        self._every_secs = every_secs
        self._every_steps: Any = every_steps
        self.reset()

    def reset(self) -> None:
        """Forgets what has triggered."""
        self._last_triggered_step: Any = None
        self._last_triggered_time: Any = None

    def should_trigger_for_step(self, step: float, now: float | None = None) -> bool:
        """Whether it is time; `now`, in seconds, is the clock's when None."""
        if self._last_triggered_step is None:
            return True
        if step == self._last_triggered_step:
            return False
        if self._every_secs is not None:
            return (time.time() if now is None else now) >= self._last_triggered_time + self._every_secs
        return step >= self._last_triggered_step + self._every_steps

    def update_last_triggered_step(
        self, step: float, now: float | None = None
    ) -> tuple[float | None, float | None]:
        """Notes that `step` has triggered, at `now`.

        Returns:
          (seconds, steps) since the last time, or (None, None) the first time.
        """
        now = time.time() if now is None else now
        elapsed = None, None
        if self._last_triggered_time is not None:
            elapsed = now - self._last_triggered_time, step - self._last_triggered_step
        self._last_triggered_time = now
        self._last_triggered_step = step
        return elapsed

    def last_triggered_step(self) -> float | None:
        """The step that triggered last, or None."""
        return self._last_triggered_step


@public()
class NeverTriggerTimer:
    """Never triggers."""

    def reset(self) -> None:
        """There is nothing to forget."""

    def should_trigger_for_step(self, step: float, now: float | None = None) -> bool:
        """False."""
        return False

    def update_last_triggered_step(self, step: float, now: float | None = None) -> tuple[None, None]:
        """(None, None)."""
        return None, None

    def last_triggered_step(self) -> None:
        """None."""
        return None


@public()
class StepTrigger:
    """A timer, for a hook that fetches the step of before each run.

    Not every run takes a step, and some take several: what is expected decides, and then the real step is looked at.
    A hook that acts after a run asks `due_step` there.  One that wants something of the run itself asks `is_due`
    before it, and has `step_after` note what came of it.

    Args:
      timer: a SecondOrStepTimer or NeverTriggerTimer.
      steps_per_run: by how much a run counts the step up, as a rule.
    """

    def __init__(self, timer: SecondOrStepTimer, steps_per_run: int = 1) -> None:
        self.timer = timer
        self.steps_per_run = steps_per_run
        self.begin()

    def begin(self) -> None:
        """The next run is the first, which is always due; what the timer knows stays."""
        self._expected = None

    @property
    def at_first_run(self) -> bool:
        """Whether `step_after` has noted no run yet."""
        return self._expected is None

    def is_due(self, now: float | None = None) -> bool:
        """Whether the run that comes next is due, by the step that is expected after it."""
        return self._expected is None or self.timer.should_trigger_for_step(self._expected, now)

    def step_after(
        self,
        session: Session,
        step_tensor: TensorLike,
        step_before: Any,
        acted: bool,
        now: float | None = None,
    ) -> int:
        """The step after a run: where the hook `acted` in it the real one, which the timer notes, else the expected.

        Args:
          session, step_tensor, step_before: see `due_step`.
          acted: whether the hook did in this run what it does when it is due.
          now: the time, in seconds; the clock's when None.
        """
        step = step_before + self.steps_per_run
        if acted:
            step = session.run(step_tensor)
            self.timer.update_last_triggered_step(step, now)
        self._expected = step + self.steps_per_run
        return step

    def due_step(
        self, session: Session, step_tensor: TensorLike, step_before: Any, now: float | None = None
    ) -> int | None:
        """The step after the run if it is due, or None.

        Args:
          session: the tf.Session.
          step_tensor: the tensor that reads the step.
          step_before: its value in the run that has just ended.
          now: the time, in seconds; the clock's when None.
        """
        if not self.timer.should_trigger_for_step(step_before + self.steps_per_run, now):
            return None
        step = session.run(step_tensor)
        return step if self.timer.should_trigger_for_step(step, now) else None
