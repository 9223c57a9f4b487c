"""``moonlet data``: a toy or bundled data set as a CSV file."""

from __future__ import annotations

from pathlib import Path

import click

from moonlet.cli.console import Terminal
from moonlet.cli.options import SET_NAMES, SetName, examples, output_option


@click.command(
    short_help="Write a toy or bundled data set as CSV.",
    help="Write the data set NAME as CSV, to stdout or to a file.\n\n"
    f"NAME is one of {', '.join(SET_NAMES)}. The last column is the target.",
    epilog=examples("moonlet data moons | head", "moonlet data iris -o iris.csv"),
)
@click.argument("name", type=SetName())
@output_option(None, "The file to write instead of stdout.")
@click.pass_obj
def data(terminal: Terminal, name: str, output: Path | None) -> None:
    """Write a data set as CSV."""
    from moonlet.data import load, to_csv

    dataset = load(name)
    text = to_csv(dataset, output)
    if text is None:
        terminal.note(f"{output}: {len(dataset.y):,} rows.", label="written")
    else:
        terminal.write(text)
