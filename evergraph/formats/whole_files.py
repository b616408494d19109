"""Writers whose files appear whole or not at all."""

from __future__ import annotations

from typing import Self


class WholeOrNothing:
    """A writer for a `with` block: `finish` at its end makes the files appear, `abandon` where an error leaves it."""

    def finish(self) -> None:
        """Makes what was written appear."""
        raise NotImplementedError(f"{type(self).__name__} must define finish")

    def abandon(self) -> None:
        """Removes what was written."""
        raise NotImplementedError(f"{type(self).__name__} must define abandon")

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind, error, traceback) -> None:
        if kind is None:
            self.finish()
        else:
            self.abandon()
