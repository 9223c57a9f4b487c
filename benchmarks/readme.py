"""The results as the table of the READMEs, in both languages."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from benchmarks.results import Results, Row, rows
from benchmarks.table import number
from moonlet.atomic import replace_file

__all__ = ["speed_table", "write_readmes"]

BEGIN, END = "<!-- `make bench` writes from here -->", "<!-- to here -->"
PEERS = ("NumPy loop", "scikit-learn", "PyTorch", "JAX")
# What is said before the table, the first column's head, and what stands for "not measured".
WORDS = {
    "README.md": (
        "{date}, {processor}, {cores} cores. Each cell says how many times as fast moonlet does "
        "the same work as that library: the median over the rounds, from the least to the largest.",
        "work",
    ),
    "README.zh.md": (
        "{date}，{processor}，{cores} 核。每格是 moonlet 做同样的工作比该库快多少倍："
        "各轮的中位数，括号里是最小和最大值。",
        "工作",
    ),
}


def speed_table(results: Results, readme: str) -> str:
    """Markdown: a line a case, a column a library."""
    said, head = WORDS[readme]
    by_peer: dict[str, dict[str, Row]] = {}
    for row in rows(results):
        if row.ratio is not None and row.library in PEERS:
            # The first comparison with a library is the one that counts; others explain it.
            by_peer.setdefault(row.case, {}).setdefault(row.library, row)
    peers = [peer for peer in PEERS if any(peer in found for found in by_peer.values())]
    lines = [
        said.format(date=results["date"], **results["machine"]),
        "",
        _line([head, *peers]),
        _line(["---", *("---:" for _ in peers)]),
    ]
    lines += [
        _line([case, *(_cell(found.get(peer)) for peer in peers)])
        for case, found in by_peer.items()
    ]
    return "\n".join(lines)


def write_readmes(results: Results, folder: Path) -> None:
    """Put the table between the two marks of each README."""
    for readme in WORDS:
        path = folder / readme
        before, rest = path.read_text(encoding="utf-8").split(BEGIN)
        _, after = rest.split(END)
        text = f"{before}{BEGIN}\n\n{speed_table(results, readme)}\n\n{END}{after}"
        replace_file(path, text.encode())


def _line(cells: Sequence[str]) -> str:
    return f"| {' | '.join(cells)} |"


def _cell(row: Row | None) -> str:
    if row is None:
        return ""
    return f"{number(row.ratio)} ({number(row.low)}–{number(row.high)})"
