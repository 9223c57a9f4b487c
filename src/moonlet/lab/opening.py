"""What the lab opens with: a set's name or a file, from the command line."""

from __future__ import annotations

from dataclasses import replace
from typing import cast, get_args

from moonlet.data import load, read_table
from moonlet.data.table import Table
from moonlet.exceptions import DataError
from moonlet.lab import messages as m
from moonlet.lab.rows import likely_target, load_rows

__all__ = ["opening"]


def opening(source: str, target: str | None) -> tuple[m.Settings, Table | None]:
    """The settings to begin with, and the table if it is a file.

    Raises
    ------
    DataError
        If the data cannot be read, or hold no classes to tell apart.
    """
    settings = m.Settings()
    table = None
    data = settings.data
    if source in get_args(m.Source) and source not in ("drawn", "table"):
        data = replace(data, source=cast(m.Source, source), target=target)
        data = replace(data, noise=m.USUAL_NOISE.get(source, data.noise))
    else:
        name = load(source, target=target).name  # for its errors, which name line and column
        table = Table(name, read_table(source))
        chosen = target or likely_target(table)
        if chosen is None:
            raise DataError(f"{source}: there is no column of classes for the lab to tell apart.")
        data = replace(data, source="table", target=chosen)
    load_rows(data, (), table)
    return replace(settings, data=data), table
