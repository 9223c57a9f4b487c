"""How far a study has come, on stderr: a bar and a table for a terminal, nothing for a pipe."""

from __future__ import annotations

from collections import deque
from types import TracebackType
from typing import TYPE_CHECKING, Self

if TYPE_CHECKING:
    from rich.console import Console, RenderableType
    from rich.table import Table

    from moonlet.study.progress import StudyProgress


# The rate is that of so many seconds, and of so many reports at least: sizes differ in it by
# hundreds, and a mean over all so far would keep foretelling the same two seconds.
_RECENT_SECONDS = 10.0
_RECENT_REPORTS = 20


class StudyBar:
    """A bar with networks done, rate and time left; below it a table of the best so far.

    Use it as a context manager and hand it to `CapacityStudy` as ``progress``.

    Parameters
    ----------
    console : Console
        On stderr.

    Attributes
    ----------
    last : StudyProgress or None
        What was heard last; also kept when there is no terminal to draw on.
    """

    def __init__(self, console: Console) -> None:
        from rich.live import Live

        self.last: StudyProgress | None = None
        self._recent: deque[StudyProgress] = deque()
        # The table that follows says it all: the bar goes when it is done.
        self._live = Live(console=console, transient=True, get_renderable=self._draw)
        self._shown = console.is_terminal

    def __enter__(self) -> Self:
        if self._shown:
            self._live.start()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._live.stop()

    def __call__(self, progress: StudyProgress) -> None:
        """Take note of how far the study has come; it is drawn at the next refresh."""
        self.last = progress
        self._recent.append(progress)
        while (
            len(self._recent) > _RECENT_REPORTS
            and progress.seconds - self._recent[1].seconds >= _RECENT_SECONDS
        ):
            self._recent.popleft()

    def _draw(self) -> RenderableType:
        from rich.console import Group
        from rich.progress_bar import ProgressBar
        from rich.table import Table
        from rich.text import Text

        if self.last is None:
            return Text("preparing")
        line = Table.grid(padding=(0, 1))
        line.add_column(no_wrap=True)
        line.add_column(ratio=1)
        line.add_column(no_wrap=True)
        line.expand = True
        line.add_row(
            f"{self.last.done:,} of {self.last.total:,} networks",
            ProgressBar(self.last.total, self.last.done, complete_style="cyan"),
            Text(pace(self._recent[0], self.last), style="cyan"),
        )
        return Group(line, _leaders(self.last)) if self.last.leaders else line


def _leaders(progress: StudyProgress) -> Table:
    from rich.table import Table

    from moonlet.study.words import number, size_in_words

    table = Table(box=None, pad_edge=False, padding=(0, 2, 0, 0), header_style="dim")
    table.add_column("best so far", no_wrap=True)
    table.add_column("alpha", justify="right", no_wrap=True)
    table.add_column(progress.measure, justify="right", no_wrap=True, overflow="ellipsis")
    for place, leader in enumerate(progress.leaders):
        table.add_row(
            size_in_words(leader.hidden),
            f"{leader.alpha:g}",
            number(leader.mean),
            style="green" if place == 0 else "",
        )
    return table


def pace(first: StudyProgress, now: StudyProgress) -> str:
    """Networks a second and time left, in words.

    Counted from an earlier report on: networks that a store held already took
    no time now.
    """
    if now.done == now.total:
        return "comparing"
    trained, seconds = now.done - first.done, now.seconds - first.seconds
    if trained < 1 or seconds <= 0:
        return ""
    rate = trained / seconds
    left = (now.total - now.done) / rate
    return f"{rate:,.0f}/s, {clock(left)} left" if rate >= 1 else f"{clock(left)} left"


def clock(seconds: float) -> str:
    """Minutes and seconds, or hours, minutes and seconds.

    Examples
    --------
    >>> clock(7.2), clock(3725)
    ('0:08', '1:02:05')
    """
    whole = int(-(-seconds // 1))
    minutes, rest = divmod(whole, 60)
    hours, minutes = divmod(minutes, 60)
    return f"{hours}:{minutes:02}:{rest:02}" if hours else f"{minutes}:{rest:02}"
