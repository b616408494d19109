"""Says which input makes a program be compiled again and again: compiling takes longer than most steps."""

from evergraph.framework import logging

_FIRST_REPORT = 8  # compilations; a last, smaller batch or an evaluation between makes two or three


class CompilationCount:
    """Counts the compilations of one stage, and warns at the 8th, 16th, 32nd and so on.

    Args:
      values: the stage's inputs, in some order.
      what: what of them differs between compilations: "shape", or "value" for those that set shapes.
    """

    def __init__(self, values, what):
        self._values = values
        self._what = what
        self._seen = []
        self._report_at = _FIRST_REPORT

    def add(self, signature, refusal=None):
        """Takes note of a compilation for the shapes (or values) of the inputs, in their order.

        `refusal`: why one program does not serve several shapes, where that was tried.
        """
        if signature in self._seen:
            return
        self._seen.append(signature)
        if len(self._seen) >= self._report_at:
            self._report_at *= 2
            self._report(refusal)

    def _report(self, refusal):
        varying = []
        for position, value in enumerate(self._values):
            found = list(dict.fromkeys(signature[position] for signature in self._seen))
            if len(found) > 1:
                varying.append((not value.fed, -len(found), value.tensor.name, found))
        varying.sort(key=lambda entry: entry[:3])
        for _, _, name, found in varying[:3]:
            shown = ", ".join(map(str, found[-3:]))
            logging.warning(
                "A program was compiled %d times because the %s of %r varies (%d so far, the last: %s). Use few: pad "
                "batches to some sizes, or leave the last incomplete one out.%s",
                len(self._seen),
                self._what,
                name,
                len(found),
                shown,
                f" One program cannot serve them all: {refusal}" if refusal else "",
            )
