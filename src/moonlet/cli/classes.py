"""Data to tell classes apart by, for the commands that train."""

from __future__ import annotations

from typing import TYPE_CHECKING

from moonlet.exceptions import DataError

if TYPE_CHECKING:
    from moonlet.data import Dataset


def load_classes(source: str, target: str | None) -> Dataset:
    """Load data whose target is a class.

    Raises
    ------
    DataError
        Also for a target of numbers: there is no network for that yet.
    """
    from moonlet.data import load

    dataset = load(source, target=target)
    if dataset.task != "classification":
        raise DataError(
            f"{source}, column {dataset.target!r}: this target is a number to predict, and this "
            "version of moonlet tells classes apart. Name a column of classes with --target."
        )
    return dataset
