"""How often, and when, a lost session is replaced by another."""

from __future__ import annotations

import time

from evergraph.framework import errors, logging

_SAME_ERROR_LIMIT = 5  # times in a row without a run in between that goes further than before
_START_PATIENCE_SECS = 7200.0  # for a server that is not there yet, as long as a worker waits for its chief
_FIRST_DELAY_SECS = 0.1
_LONGEST_DELAY_SECS = 30.0


class Recovery:
    """Decides, for one monitored session, whether a failure is met with another session.

    The first is met at once, each further one without progress after twice the time, up to half a minute.  When the
    same error has come several times in a row and no session got further than the one before, it is raised.

    Attributes:
      runs: how many runs the present session has done; the session counts.
      sleep: waits for so many seconds; the clock's, but for tests.
    """

    def __init__(self, sleep=time.sleep):
        self.runs = 0
        self.sleep = sleep
        self._furthest = -1
        self._last = None
        self._in_a_row = 0
        self._since = time.monotonic()

    def failed(self, error, starting=False) -> None:
        """Notes that the session was lost, waits a while, and returns for another to be made.

        Args:
          error: what it was lost with.
          starting: whether it had not even started.

        Raises:
          `error`, with a note, when there is no hope.
        """
        kind = type(error), error.message
        if kind != self._last or self.runs > self._furthest:
            self._last, self._in_a_row, self._since = kind, 0, time.monotonic()
        self._furthest = max(self._furthest, self.runs) if kind == self._last else self.runs
        self._in_a_row += 1
        self.runs = 0
        is_waiting = starting and isinstance(error, errors.UnavailableError)
        hopeless = (
            time.monotonic() - self._since > _START_PATIENCE_SECS
            if is_waiting
            else self._in_a_row >= _SAME_ERROR_LIMIT
        )
        if hopeless:
            error.add_note(
                f"The session was replaced {self._in_a_row - 1} times, and the same error came again each time before "
                "any step was made beyond: no further one is tried."
            )
            raise error
        delay = 0.0
        if self._in_a_row > 1:
            delay = min(_FIRST_DELAY_SECS * 2 ** (self._in_a_row - 2), _LONGEST_DELAY_SECS)
        logging.warning(
            "The session was lost%s (%s: %s); another one is made%s.",
            " while it was being created" if starting else "",
            type(error).__name__,
            error.message,
            f" in {delay:g} seconds, for the {self._in_a_row}th time in a row" if delay else "",
        )
        self.sleep(delay)
