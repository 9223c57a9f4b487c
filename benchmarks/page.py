"""The results as a page of the documentation."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from pathlib import Path
from statistics import median
from typing import Any

from benchmarks.results import Results, Row, comparisons, rows
from benchmarks.table import beside, number, spread
from moonlet.atomic import replace_file

__all__ = ["page", "write_page"]

HEAD = """# How fast moonlet is, beside its peers

<!-- Written by `make bench`; do not edit. -->

{standing} {date}, {processor}, {cores} cores, level {level}. {remark}

![Ratios on a logarithmic axis, with what was promised as ticks](benchmarks.png)

A ratio is a peer's time over moonlet's for the same work in the same minutes: the median over
the rounds, from the least to the largest. **At least** is what moonlet has set itself; nothing is
left out that was missed. Where a peer has several ways of doing the work, the fastest is the one
compared, and it is named. Faint marks in the picture only explain the mark above them.
"""

HOW = """
## How it was measured

Every contender has a process of its own, with its threads limited to what is said, and gets
ready first: it loads, compiles, and computes an answer. The answers are held against each other;
only when they agree is any time taken. Then the contenders take turns, a round each, so that a
machine that slows down slows all of them, and another one begins each round. Work of less
than a quarter of a second is repeated, after one repeat to warm up, and the median taken.
Compiling is not in a time; it is told in the last column below.

{versions}; {compiler}. The run took {minutes:.0f} minutes. The numbers behind this page are in
[benchmarks.json](benchmarks.json). `make bench` makes all of it again, `make bench QUICK=1` a
rough version in some minutes; `python -m benchmarks.how_fast_is_the_tutorial_sweep` asks one
question alone.
"""


def page(results: Results) -> str:
    """Markdown."""
    machine = results["machine"]
    made = rows(results)
    versions = {**machine["libraries"], "Python": machine["python"], "moonlet": machine["moonlet"]}
    head = HEAD.format(
        **machine,
        standing=_standing(made),
        date=results["date"],
        remark=_remark(results),
    )
    how = HOW.format(
        compiler=machine["compiler"],
        minutes=results["minutes"],
        versions=", ".join(f"{name} {version}" for name, version in versions.items() if version),
    )
    lines = [head, *_summary(made), how]
    for case in results["cases"]:
        lines += ["", *_case(case)]
    return "\n".join(line.rstrip() for line in "\n".join(lines).splitlines()) + "\n"


def write_page(results: Results, path: Path) -> None:
    """Replace the page in one step."""
    replace_file(path, page(results).encode())


def _remark(results: Results) -> str:
    said = []
    if results["quick"]:
        said.append("A quick run: rough figures.")
    if results["machine"]["load"] > 1.0:
        said.append(
            f"**The machine was busy** (load {results['machine']['load']:.1f} at the start)."
        )
    return " ".join(said)


def _standing(made: list[Row]) -> str:
    promised = [row for row in made if row.at_least is not None]
    met = sum(row.status == "met" for row in promised)
    return f"{met} of {len(promised)} promised ratios are met."


def _summary(made: list[Row]) -> Iterator[str]:
    yield "| case | beside | times as fast | spread | at least | |"
    yield "| --- | --- | ---: | ---: | ---: | --- |"
    last = ""
    for row in made:
        case = "" if row.case == last else row.case
        verdict = f"**{row.verdict}**" if row.status == "missed" else row.verdict
        needed = "" if row.at_least is None else f"{row.at_least:g}"
        yield (
            f"| {case} | {beside(row)} | {number(row.ratio)} | {spread(row)} | {needed} "
            f"| {verdict} |"
        )
        last = row.case


def _case(case: Mapping[str, Any]) -> Iterator[str]:
    yield f"### {case['name']}"
    yield ""
    yield case["method"]
    yield ""
    for sentence in [*map(str, comparisons(case)), *case["wrong"]]:
        yield f"- {sentence}"
    yield ""
    figures = sorted({name for one in case["contenders"] for name in one.get("figures", {})})
    titles = ["contender", case["unit"], "compiling", *figures]
    yield f"| {' | '.join(titles)} |"
    yield f"| --- |{' ---: |' * (len(titles) - 1)}"
    for one in case["contenders"]:
        why = one.get("absent") or one.get("failed") or "not timed"
        time = _time(median(one["seconds"])) if one["seconds"] else why
        compiling = one.get("compile_seconds")
        cells = [one["name"], time, "" if compiling is None else f"{compiling:.1f} s"]
        cells += [f"{one.get('figures', {}).get(name, float('nan')):.3g}" for name in figures]
        yield f"| {' | '.join(cells)} |"


def _time(seconds: float) -> str:
    for unit, size in (("s", 1.0), ("ms", 1e-3)):
        if seconds >= size:
            return f"{seconds / size:.3g} {unit}"
    return f"{seconds / 1e-6:.3g} µs"
