"""`load`: one doorway to toy sets, bundled sets and files."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import replace
from pathlib import Path

import pandas as pd

from moonlet.data import toy
from moonlet.data.bundled import bundled
from moonlet.data.dataset import Dataset
from moonlet.data.frames import raw_frame
from moonlet.data.infer import Options
from moonlet.data.messages import did_you_mean, located, quoted
from moonlet.data.opening import ENDINGS, STDIN, open_table
from moonlet.data.raw import RawTable
from moonlet.data.table import to_dataset
from moonlet.data.target import Task
from moonlet.exceptions import DataError
from moonlet.names import BUNDLED, TOYS

DATASET_NAMES = (*TOYS, *BUNDLED)


def load(
    source: str | Path,
    target: str | None = None,
    *,
    task: Task | None = None,
    ignore: Collection[str] = (),
    keep: Collection[str] = (),
    kinds: Mapping[str, str] | None = None,
    gap: Collection[str] = (),
    decimal: str | None = None,
    thousands: str | None = None,
    encoding: str | None = None,
    comment: str | None = None,
    **options: object,
) -> Dataset:
    """Load a toy set, a set that scikit-learn ships, or a file.

    What the columns hold is found out once, from all rows, and is the data set's `schema`.

    Parameters
    ----------
    source : str or Path
        A name (moons, circles, blobs, spirals, xor, line, parabola, cubic, corner, sine; plane,
        hills, wave to predict a number; iris, wine, breast_cancer, digits, diabetes), or a file:
        .csv, .tsv, .txt (each also .gz, .xz or .zip), .parquet or a folder of such parts,
        .feather, .xlsx; "-" is text from stdin.
    target : str, optional
        The column to predict; the last one by default. Rows in which it is empty are left out.
    task : {"classification", "regression"}, optional
        By default a target of text is a classification, and so is one of whole
        numbers with at most 20 different values, if there are only two or if
        each has three rows or more on average. Anything else is a regression.
    ignore, keep : collection of str
        Columns to leave out; columns not to leave out, though they are constant, ids or text.
    kinds : mapping of str to str, optional
        What columns hold, where that is to be said: "number", "category", "yes/no", "date" or
        "date:%d/%m/%Y", a pattern of `datetime.strptime`.
    gap : collection of str
        Words that stand for gaps, beside the usual ones.
    decimal, thousands : str, optional
        The signs that numbers are written with, where they can be read in two ways.
    encoding : str, optional
        Of a text file; UTF-8, or what its first bytes tell.
    comment : str, optional
        Lines of a text file that begin with it are passed over.
    **options
        For toy sets: `n_samples`, `noise`, `random_state`; `n_classes` for
        blobs and spirals.

    Returns
    -------
    dataset : Dataset
        Features, target, names, task and schema; ``X, y = load(...)`` works too.

    Raises
    ------
    DataError
        When there is no such source, option or column, or a file cannot be read, or can be read
        in two ways. Nothing is guessed: the message names file, line, column and cure.
    MissingExtraError
        When a file needs a library that is not installed.

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
    if name not in TOYS:
        _check_options(name, options, ())
    raw = _toy(name, options) if name in TOYS else _open(source, encoding, comment)
    if name in TOYS and task is None and target in (None, "target"):
        task = "regression" if TOYS[name].is_numeric else "classification"  # however few the points
    said = Options.of(ignore, keep, kinds, gap, decimal, thousands)
    # The columns of our own sets are as their makers meant them, constant ones too.
    kept = replace(said, keep=tuple(raw.columns)) if name in DATASET_NAMES else said
    dataset = to_dataset(raw, Path(name).name, target, task, kept)
    of_text = {"encoding": encoding, "comment": comment}
    given = {"target": target, "task": task, **of_text, **said.given()}
    return replace(dataset, said={key: value for key, value in given.items() if value})


def read_table(
    source: str | Path, *, encoding: str | None = None, comment: str | None = None
) -> RawTable:
    """Read all columns of a set or file as they came: what `Schema.of` and `Schema.apply` take.

    Examples
    --------
    >>> from moonlet.data import read_table
    >>> list(read_table("moons").columns)
    ['x0', 'x1', 'target']
    """
    name = str(source)
    return _toy(name, {}) if name in TOYS else _open(source, encoding, comment)


def _toy(name: str, options: dict[str, object]) -> RawTable:
    _check_options(name, options, toy.options_of(name))
    try:
        X, y = toy.draw(name, **options)  # type: ignore[arg-type]  # draw checks them
    except (ValueError, TypeError) as error:
        raise located(name, str(error)) from None
    return raw_frame(pd.DataFrame(X, columns=["x0", "x1"]).assign(target=y), name)


def _open(source: str | Path, encoding: str | None, comment: str | None) -> RawTable:
    name = str(source)
    if name in BUNDLED:
        return raw_frame(bundled(name), name)
    path = Path(name.partition("#")[0])
    if name != STDIN and not path.suffix and not path.exists():
        raise DataError(
            f"there is no data set or file {quoted(name)}.{did_you_mean(name, DATASET_NAMES)} "
            f"Data sets are {', '.join(DATASET_NAMES)}; files end in {', '.join(ENDINGS)}."
        )
    return open_table(source, encoding=encoding, comment=comment)


def _check_options(name: str, options: dict[str, object], allowed: tuple[str, ...]) -> None:
    for option in options:
        if option not in allowed:
            choice = f"Its options are {', '.join(allowed)}." if allowed else "It has no options."
            raise DataError(
                f"{name} has no option {quoted(option)}.{did_you_mean(option, allowed)} {choice}"
            )
