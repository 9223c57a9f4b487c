"""`load`: one doorway to toy sets, bundled sets and files."""

from __future__ import annotations

import inspect
from collections.abc import Callable
from pathlib import Path

import pandas as pd

from moonlet.data.bundled import BUNDLED, bundled
from moonlet.data.dataset import Dataset, Task
from moonlet.data.delimited import read_delimited
from moonlet.data.messages import did_you_mean, located, quoted
from moonlet.data.parquet import read_parquet
from moonlet.data.table import Table, to_dataset
from moonlet.data.toy import TOYS
from moonlet.exceptions import DataError

DATASET_NAMES = (*TOYS, *BUNDLED)
READERS: dict[str, Callable[[Path, str], Table]] = {
    ".csv": read_delimited,
    ".tsv": read_delimited,
    ".parquet": read_parquet,
}


def load(
    source: str | Path,
    *,
    target: str | None = None,
    task: Task | None = None,
    **options: object,
) -> Dataset:
    """Load a toy set, a set that scikit-learn ships, or a file.

    Parameters
    ----------
    source : str or Path
        A name (moons, circles, blobs, spirals, xor, iris, wine, breast_cancer,
        digits, diabetes), or a .csv, .tsv or .parquet file.
    target : str, optional
        The column to predict; the last one by default.
    task : {"classification", "regression"}, optional
        By default a target of text is a classification, and so is one of whole
        numbers with at most 20 different values, if there are only two or if
        each has three rows or more on average. Anything else is a regression.
    **options
        For toy sets: `n_samples`, `noise`, `random_state`; `n_classes` for
        blobs and spirals.

    Returns
    -------
    dataset : Dataset
        Features, target, names and task; ``X, y = load(...)`` works too.

    Raises
    ------
    DataError
        When there is no such source, option or column, or a file cannot be
        read. Nothing is guessed: the message names file, line, column and cure.
    MissingExtraError
        When a .parquet file is asked for and pyarrow is not installed.

    Notes
    -----
    In files an empty cell is a gap. A column of which at least 80 % of the
    filled cells are numbers is a number column: there "NaN", "NA", "null",
    "None" and "?" are gaps too, and any other text is an error. In other
    columns every text is a label.

    Examples
    --------
    >>> from moonlet.data import load
    >>> X, y = load("moons", n_samples=200, noise=0.2, random_state=0)
    >>> X.shape, y[:5]
    ((200, 2), array([0, 1, 1, 0, 1]))
    >>> load("diabetes").task
    'regression'
    """
    name = str(source)
    if name in TOYS:
        table = _toy(name, options)
        if task is None and target in (None, "target"):
            task = "classification"  # however few the points
    else:
        _check_options(name, options, ())
        table = _table(source)
    return to_dataset(table, Path(name).name, target, task)


def read_table(source: str | Path) -> pd.DataFrame:
    """All columns of a set or file, without choosing a target: what `predict` needs.

    Read by the same rules, and with the same errors, as in `load`.

    Examples
    --------
    >>> from moonlet.data import read_table
    >>> read_table("iris").shape
    (150, 5)
    """
    name = str(source)
    return (_toy(name, {}) if name in TOYS else _table(source)).frame


def _toy(name: str, options: dict[str, object]) -> Table:
    make = TOYS[name]
    _check_options(name, options, tuple(inspect.signature(make).parameters))
    try:
        X, y = make(**options)
    except (ValueError, TypeError) as error:
        raise located(name, str(error)) from None
    frame = pd.DataFrame(X, columns=["x0", "x1"])
    return Table(name, frame.assign(target=y.astype("float64")))


def _table(source: str | Path) -> Table:
    name, path = str(source), Path(source)
    if name in BUNDLED:
        return Table(name, bundled(name))
    read = READERS.get(path.suffix.lower())
    if read is None and path.exists():
        raise located(name, f"the name must end in {', '.join(READERS)}. Convert or rename it.")
    if read is None:
        raise DataError(
            f"there is no data set or file {quoted(name)}.{did_you_mean(name, DATASET_NAMES)} "
            f"Data sets are {', '.join(DATASET_NAMES)}; files end in {', '.join(READERS)}."
        )
    try:
        return read(path, name)
    except FileNotFoundError:
        raise located(name, "there is no such file. Check the path.") from None
    except IsADirectoryError:
        raise located(name, "this is a folder. Name a file in it.") from None
    except OSError as error:
        raise located(name, f"the file cannot be read ({error.strerror}).") from None


def _check_options(name: str, options: dict[str, object], allowed: tuple[str, ...]) -> None:
    for option in options:
        if option not in allowed:
            choice = f"Its options are {', '.join(allowed)}." if allowed else "It has no options."
            raise DataError(
                f"{name} has no option {quoted(option)}.{did_you_mean(option, allowed)} {choice}"
            )
