from __future__ import annotations

import io

import pytest
from rich.console import Console

from moonlet.cli.progress import StudyBar, clock, pace
from moonlet.study import StudyProgress
from moonlet.study.progress import Leader


def test_pace_counts_from_what_the_store_held_already() -> None:
    first = StudyProgress(done=900, total=1000, seconds=0.5)
    now = StudyProgress(done=950, total=1000, seconds=2.5)
    assert pace(first, now) == "25/s, 0:02 left"


def test_slow_networks_have_no_rate_of_zero() -> None:
    first = StudyProgress(done=0, total=100, seconds=0.0)
    assert pace(first, StudyProgress(1, 100, 40.0)) == "1:06:00 left"


def test_nothing_is_foretold_before_the_first_network() -> None:
    first = StudyProgress(done=0, total=100, seconds=0.0)
    assert pace(first, first) == ""
    assert pace(first, StudyProgress(100, 100, 2.0)) == "comparing"


def test_the_rate_is_that_of_late_when_networks_become_slower() -> None:
    terminal = io.StringIO()
    console = Console(file=terminal, force_terminal=True, width=80, no_color=True)
    bar = StudyBar(console)
    for second in range(60):  # 100 a second, then 1 a second
        done = 100 * min(second, 30) + max(0, second - 30)
        bar(StudyProgress(done, total=3089, seconds=float(second)))
    console.print(bar._draw())
    assert "1/s, 1:00 left" in terminal.getvalue()


@pytest.mark.parametrize(("seconds", "shown"), [(0, "0:00"), (59.1, "1:00"), (3599.5, "1:00:00")])
def test_the_clock_rounds_up(seconds: float, shown: str) -> None:
    assert clock(seconds) == shown


@pytest.mark.parametrize("width", [80, 120])
def test_a_terminal_is_shown_networks_rate_time_left_and_the_best(
    width: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("TERM", "xterm")  # one that is called dumb is shown nothing
    terminal = io.StringIO()
    console = Console(file=terminal, force_terminal=True, width=width, no_color=True)
    leaders = (Leader(20, 0.01, 0.1744), Leader(0, 1.0, 0.31))
    with StudyBar(console) as bar:
        bar(StudyProgress(0, 1750, 0.0))
        bar(StudyProgress(875, 1750, 1.0, leaders, "held-out log loss"))
    shown = terminal.getvalue()
    assert "875 of 1,750 networks" in shown
    assert "875/s, 0:01 left" in shown
    table = [
        line.split() for line in shown.splitlines() if "hidden units" in line or "line" in line
    ]
    assert ["20", "hidden", "units", "0.01", "0.174"] in table
    assert ["the", "straight", "line", "1", "0.310"] in table
    assert "best so far" in shown
    assert bar.last is not None
    assert bar.last.done == 875


def test_a_file_is_shown_nothing() -> None:
    file = io.StringIO()
    with StudyBar(Console(file=file)) as bar:
        bar(StudyProgress(1, 2, 1.0))
    assert file.getvalue() == ""
