"""All of them in one run: `make bench`, or `make bench QUICK=1`."""

from __future__ import annotations

import json
import re
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import click

from benchmarks import (
    does_time_grow_with_the_work,
    how_fast_are_1750_networks,
    how_fast_are_a_million_rows,
    how_fast_are_default_fits,
    how_fast_is_an_epoch,
    how_fast_is_an_lbfgs_fit,
    how_fast_is_one_pass,
    how_fast_is_one_prediction,
    how_fast_is_the_matrix_kernel,
    how_fast_is_the_tutorial_sweep,
    how_soon_is_ctrl_c_answered,
)
from benchmarks.driver import run, whole
from benchmarks.page import write_page
from benchmarks.picture import draw
from benchmarks.readme import write_readmes
from benchmarks.table import print_results
from moonlet.atomic import replace_file

ROOT = Path(__file__).parents[1]
QUESTIONS = (
    how_fast_is_the_tutorial_sweep,
    how_fast_is_an_lbfgs_fit,
    how_fast_are_1750_networks,
    how_fast_is_an_epoch,
    how_fast_are_a_million_rows,
    how_fast_is_the_matrix_kernel,
    how_fast_is_one_prediction,
    how_fast_is_one_pass,
    how_fast_are_default_fits,
    does_time_grow_with_the_work,
)
LIMITS = (how_soon_is_ctrl_c_answered.ctrl_c_is_answered,)


def as_json(results: Mapping[str, Any]) -> str:
    """For people to look at as well: a list of numbers is one line."""
    text = json.dumps(results, indent=1, ensure_ascii=False) + "\n"
    return re.sub(r"\[\s+([^][{}\"]+?)\s+\]", lambda found: f"[{' '.join(found[1].split())}]", text)


@click.command()
@click.option("--quick", is_flag=True, help="Fewer rounds, less work, no torch.compile; minutes.")
@click.option("--only", metavar="WORD", default="", help="Cases whose name contains this.")
@click.option(
    "--out",
    type=click.Path(file_okay=False, path_type=Path),
    help="Folder for benchmarks.json, .md and .png: docs, or build/benchmarks unless all was run.",
)
@click.option("--redraw", is_flag=True, help="Measure nothing: table, page and plot from the JSON.")
def main(quick: bool, only: str, out: Path | None, redraw: bool) -> None:
    """Measure moonlet beside its peers and write table, page and plot."""
    if out is None:
        out = ROOT / ("build/benchmarks" if quick or only else "docs")
    out.mkdir(parents=True, exist_ok=True)
    file = out / "benchmarks.json"

    def keep(results: Mapping[str, Any]) -> None:
        replace_file(file, as_json(results).encode())

    if redraw:
        results = json.loads(file.read_text())
    else:
        cases = [case for asked in QUESTIONS for case in asked.cases() if only in case.name]
        if not cases:
            raise click.UsageError(f"No case has {only!r} in its name.")
        results = run(cases, () if only else LIMITS, quick, keep)
    print_results(results)
    draw(results, out / "benchmarks.png")
    write_page(results, out / "benchmarks.md")
    if out == ROOT / "docs":
        write_readmes(results, ROOT)
    sys.exit(not whole(results))


if __name__ == "__main__":
    main()
