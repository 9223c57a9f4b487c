"""A table has an entry for each name of its type, or it is refused when it is imported."""

from __future__ import annotations

from typing import Any, get_args


def check_that_each_has_an_entry(names: Any, table: Any) -> None:
    """Compare a `Literal` with the table of its names, order and all."""
    if tuple(table) != get_args(names):
        raise TypeError(f"moonlet.names: {names} and its table do not have the same names in order")
