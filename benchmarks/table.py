"""The results as a table on the terminal."""

from __future__ import annotations

import sys

from rich import box
from rich.console import Console
from rich.table import Table
from rich.text import Text

from benchmarks.results import Results, Row, comparisons, rows

__all__ = ["WIDTH", "beside", "number", "print_results", "spread"]

WIDTH = 132  # where there is no terminal to ask


def number(value: float | None) -> str:
    """A ratio with as many digits as it deserves."""
    if value is None:
        return "–"
    return f"{value:.0f}" if value >= 100 else f"{value:.1f}" if value >= 10 else f"{value:.2f}"


def spread(row: Row) -> str:
    """From the least to the largest ratio."""
    return "" if row.low is None else f"{number(row.low)} – {number(row.high)}"


def beside(row: Row) -> str:
    """The peer, with the variant that was its fastest where it has several."""
    if row.variant.startswith(row.peer):
        return row.variant
    return f"{row.peer} ({row.variant})" if row.variant else row.peer


STYLES = {"met": "green", "missed": "bold red", "told": "", "absent": "yellow"}


def print_results(results: Results) -> None:
    """Print every row, and below how good the answers were."""
    console = Console(width=None if sys.stdout.isatty() else WIDTH)
    machine = results["machine"]
    console.print(
        f"{machine['processor']}, {machine['cores']} cores, level {machine['level']}, "
        f"{machine['compiler']}, Python {machine['python']}, load {machine['load']:.1f}"
    )
    table = Table(box=box.SIMPLE_HEAD, pad_edge=False)
    for title in ("case", "beside"):
        table.add_column(title, no_wrap=title == "case")
    for title in ("times as fast", "spread", "at least"):
        table.add_column(title, justify="right")
    table.add_column("")
    last = ""
    for row in rows(results):
        if row.case != last and last:
            table.add_section()
        table.add_row(
            row.case if row.case != last else "",
            beside(row),
            number(row.ratio),
            spread(row),
            "" if row.at_least is None else f"{row.at_least:g}",
            Text(row.verdict, STYLES[row.status]),
        )
        last = row.case
    console.print(table)
    for case in results["cases"]:
        for sentence in [*map(str, comparisons(case)), *case["wrong"]]:
            console.print(f"{case['name']}: {sentence}", soft_wrap=True)
