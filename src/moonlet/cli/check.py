"""``moonlet check``: how a table is read, before anything is trained on it."""

from __future__ import annotations

from typing import Any

import click

from moonlet.cli.console import Terminal
from moonlet.cli.options import data_argument, examples, json_option, target_option
from moonlet.cli.table_options import load_table, table_options


@click.command(
    short_help="Look at a table: how each column is read, and what to think of.",
    epilog=examples(
        "moonlet check table.csv --target price",
        "moonlet check sales.csv --decimal , --ignore customer",
    ),
)
@data_argument
@target_option
@table_options
@json_option
@click.pass_obj
def check(
    terminal: Terminal, /, data: str, target: str | None, as_json: bool, **given: Any
) -> None:
    """Look at DATA before anything is trained on it.

    Tells how each column is read (numbers, categories, dates; how they are written), what is left
    out and why, gaps and repeated rows, what is right without any model, columns that give the
    target away, and whether the rows' order seems to matter. The other commands read it the
    same way.
    """
    from moonlet.cli.look import tell_look, to_json

    dataset = load_table(terminal, data, target, given)
    with terminal.busy("looking"):
        from moonlet.data.look import look_at

        look = look_at(dataset)
    if as_json:
        known = {"data": dataset.name, "target": dataset.target, "task": dataset.task}
        terminal.write_json({**known, **to_json(dataset, look)})
        return
    tell_look(terminal, dataset, look)
