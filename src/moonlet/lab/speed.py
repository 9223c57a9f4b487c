"""How fast a run may go, and how fast it went."""

from __future__ import annotations

import time

__all__ = ["Speed"]


class Speed:
    """How many passes may be done now, and how many were done in the last second."""

    def __init__(self) -> None:
        self.restart()

    def restart(self) -> None:
        """Forget the past: no passes are owed."""
        self._since = self._marked = time.perf_counter()
        self._done = self._at_mark = 0
        self.passes_a_second = 0.0

    def allowed(self, pace: int) -> int | None:
        """Passes that may be done now; None for as many as there is time for."""
        if pace == 0:
            return None
        return max(0, int((time.perf_counter() - self._since) * pace) - self._done)

    def count(self, passes: int) -> None:
        """Note what was done."""
        self._done += passes
        now = time.perf_counter()
        if now - self._marked >= 0.5:
            self.passes_a_second = (self._done - self._at_mark) / (now - self._marked)
            self._marked, self._at_mark = now, self._done
            # A debt from a busy second is not made up for: it would stutter.
            self._since, self._done, self._at_mark = now, 0, 0
