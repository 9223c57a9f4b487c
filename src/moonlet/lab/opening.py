"""What the lab opens with: a set's name or a file, from the command line."""

from __future__ import annotations

from dataclasses import replace
from typing import Any, cast, get_args

from moonlet.data import read_table
from moonlet.data.infer import Options
from moonlet.exceptions import DataError
from moonlet.lab import messages as m
from moonlet.lab.rows import load_rows
from moonlet.lab.table import LabTable

__all__ = ["opening"]


def opening(
    source: str,
    target: str | None,
    *,
    encoding: str | None = None,
    comment: str | None = None,
    task: str | None = None,
    **columns: Any,
) -> tuple[m.Settings, LabTable | None]:
    """The settings to begin with, and the table if it is a file.

    The keywords are those of `moonlet.data.load`; the lab tells classes apart, whatever the task.

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
        raw = read_table(source, encoding=encoding, comment=comment)
        table = LabTable(raw, Options(**columns))
        chosen = target or table.likely_target()
        if chosen is None:
            raise DataError(f"{source}: there is no column of classes for the lab to tell apart.")
        data = replace(data, source="table", target=chosen)
    load_rows(data, (), table)
    return replace(settings, data=data), table
