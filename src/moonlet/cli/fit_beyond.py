"""``moonlet fit`` of a table that memory does not hold: read once, trained on window by window."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, nullcontext
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

from moonlet.cli.fitted import scale_of, scaled
from moonlet.cli.progress import clock

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray
    from sklearn.pipeline import Pipeline

    from moonlet.blocks import FirstPass, Ready, RowProgress
    from moonlet.cli.console import Terminal
    from moonlet.data.prepared_rows import PreparedRows

__all__ = [
    "FOR_MANY_ROWS",
    "Apart",
    "reserve_no_addresses",
    "rows_beyond_memory",
    "telling",
    "train",
]

# What the command takes where nothing is said: all rows at once is not to be had.
FOR_MANY_ROWS = {"solver": "adam", "max_iter": 20}
# Of a table's numbers as float64: as it is read, as it is split, as the network takes it.
_COPIES = 4
# Of a text: bytes of a cell, as a rule, and how many times as long a packed one is.
_CELL, _UNPACKED = 8, 4
_MOST_JUDGED = 100_000


def reserve_no_addresses() -> None:
    """Let Arrow take memory as it is wanted; before pyarrow is loaded, which looks only once.

    Its usual pool reserves 1 GB of addresses, and `ulimit -d` counts those as memory that is taken.
    """
    os.environ.setdefault("ARROW_DEFAULT_MEMORY_POOL", "system")


def rows_beyond_memory(
    terminal: Terminal, data: str, target: str | None, given: dict[str, Any]
) -> PreparedRows | None:
    """The rows of a file or folder whose table would not fit into memory, which is told; else None.

    Parameters
    ----------
    terminal : Terminal
    data : str
        As the command was given it.
    target : str or None
        The last column for None.
    given : dict
        The table options among it are taken out if there are such rows.
    """
    path = Path(data)
    of_parquet = path.suffix.lower() == ".parquet" or path.is_dir()
    if not of_parquet and not path.is_file():
        return None
    from moonlet.blocks import memory_available
    from moonlet.data.opening import is_text

    if not of_parquet and not is_text(path):
        return None
    size = _of_parquet(path) if of_parquet else _of_text(path)
    if size is None or size.n_bytes <= memory_available():
        return None
    from moonlet.cli.table_options import table_keywords
    from moonlet.data import ParquetRows, TextRows
    from moonlet.data.infer import Options

    said = table_keywords(given)
    names = ("ignore", "keep", "kinds", "gap", "decimal", "thousands")
    how = {"task": said["task"], "options": Options.of(*(said[name] for name in names))}
    if of_parquet:
        target = size.last if target is None else target
        rows: PreparedRows = ParquetRows(path, target=target, prepare=True, **how)
    else:
        how |= {name: said[name] for name in ("encoding", "comment")}
        rows = TextRows(path, target=target, **how)
    terminal.note(f"{data} {size.words}")
    return rows


class _Size(NamedTuple):
    n_bytes: float  # that the table would take
    words: str
    last: str = ""  # of the columns


def _of_parquet(path: Path) -> _Size | None:
    from moonlet.data.arrow_files import shape_of

    shape = shape_of(path)
    if shape is None:
        return None
    n_rows, columns = shape
    words = (
        f"has {n_rows:,} rows of {len(columns)} columns, a table that would not fit into the "
        "memory that is free. It is read once, into a cache on disk, and trained on in windows of "
        "it. What kind its columns are is found out from a sample."
    )
    return _Size(n_rows * len(columns) * 8 * _COPIES, words, columns[-1])


def _of_text(path: Path) -> _Size:
    from moonlet.data.opening import TEXT_ENDINGS

    n_bytes = path.stat().st_size
    if path.suffix.lower() not in TEXT_ENDINGS:
        n_bytes *= _UNPACKED
    words = (
        f"has {n_bytes / 1e9:.3g} GB of text, a table that would not fit into the memory that is "
        "free. It is gone through for a sample of it, that shows what kind its columns are; "
        "then it is read into a cache on disk, and trained on in windows of it."
    )
    # The text itself, and of each cell, with its delimiter, the number.
    return _Size(n_bytes * (1 + _COPIES * 8 / _CELL), words)


class Apart:
    """Batches without the rows to judge by, which are kept; and some that are trained on as well.

    Parameters
    ----------
    rows : PreparedRows
    test_size : float
        Share to hold out, of 100,000 rows at most.
    seed : int
    center, spread : float
        What targets of numbers are standardised by.
    """

    def __init__(
        self, rows: PreparedRows, test_size: float, seed: int, center: float, spread: float
    ) -> None:
        self._rows, self._seed = rows, seed
        self._share = min(test_size, _MOST_JUDGED / rows.n_rows)
        self._told = min(1.0, _MOST_JUDGED / rows.n_rows)
        self._center, self._spread = center, spread
        self._kept: dict[str, list[tuple[Any, Any]]] = {}
        self._classes: set[Any] = set()
        self.progress: Callable[[RowProgress], None] | None = rows.progress
        self.n_rows = rows.n_rows
        self.n_trained = 0

    def first_pass(self) -> FirstPass:
        """The rows half-ready, for `fit`."""
        from moonlet.data.prepared_rows import PreparingPass

        self._once = PreparingPass(self._rows)
        return self

    def __iter__(self) -> Iterator[tuple[Any, Any]]:
        import numpy as np

        generator = np.random.default_rng(self._seed)
        self.n_trained, self._classes = 0, set()
        self._kept = {"training": [], "held_out": []} if self._share else {"training": []}
        for X, y in self._once:
            chance = generator.random(len(y))
            held = chance < self._share
            if self._rows.sample.task == "classification":
                held[self._firsts(y)] = False  # nothing is known of a class that is held out whole
            told = chance > 1.0 - self._told
            self._kept["training"].append((X[told & ~held], y[told & ~held]))
            if self._share:
                self._kept["held_out"].append((X[held], y[held]))
            self.n_trained += int((~held).sum())
            if not held.all():
                yield X[~held], scaled(y[~held], self._center, self._spread)

    def _firsts(self, y: NDArray[Any]) -> NDArray[np.integer]:
        """The first row of each class that was not there before."""
        import numpy as np

        labels, firsts = np.unique(y, return_index=True)
        is_new = [label not in self._classes for label in labels.tolist()]
        self._classes.update(labels.tolist())
        return firsts[is_new]

    def finish(self) -> Ready:
        """All have been seen."""
        self._ready = self._once.finish()
        return self._ready

    def parts(self) -> dict[str, tuple[NDArray[np.floating], Any]]:
        """Rows to judge by, prepared: some of those trained on, and those held out."""
        import numpy as np

        found = {}
        for name, some in self._kept.items():
            kept = np.concatenate([X for X, _ in some])
            X = np.empty((len(kept), self._ready.n_features), dtype=kept.dtype)
            self._ready(kept, X)
            found[name] = X, np.concatenate([y for _, y in some])
        return found


def train(
    rows: PreparedRows, *, test_size: float, hidden: tuple[int, ...], seed: int, **parameters: Any
) -> tuple[Pipeline, Apart, bool]:
    """Train a network behind what its columns need; with the rows to judge by.

    Returns
    -------
    pipeline : Pipeline
    apart : Apart
    interrupted : bool
        Whether somebody stopped it, once there was something to keep.
    """
    import warnings

    from sklearn.exceptions import ConvergenceWarning
    from sklearn.pipeline import Pipeline

    from moonlet.estimators import MLPClassifier, MLPRegressor
    from moonlet.estimators.fitted import rescale_outputs

    task, y = rows.sample.task, rows.sample.y
    kind = MLPClassifier if task == "classification" else MLPRegressor
    network = kind(hidden_layer_sizes=hidden, random_state=seed, n_jobs=-1, **parameters)
    center, spread = scale_of(task, network, y)
    apart, interrupted = Apart(rows, test_size, seed, center, spread), False
    with warnings.catch_warnings():
        # The findings say it, in fewer words and with the cure.
        warnings.simplefilter("ignore", ConvergenceWarning)
        try:
            network.fit(apart)
        except KeyboardInterrupt:
            if not hasattr(network, "coefs_"):
                raise
            interrupted = True
    if (center, spread) != (0.0, 1.0):
        rescale_outputs(network, center, spread)
    return Pipeline([("preprocess", rows.preprocessor), ("network", network)]), apart, interrupted


def telling(terminal: Terminal, rows: PreparedRows) -> AbstractContextManager[object]:
    """Show on stderr how far it has come: rows a second and time left; on a terminal only."""
    if not terminal.err.is_terminal:
        return nullcontext()
    status = terminal.err.status("looking at a sample")
    rows.progress = lambda now: status.update(words(now))
    return status


def words(now: RowProgress) -> str:
    """Where reading or training stands, in a line.

    Examples
    --------
    >>> from moonlet.blocks import RowProgress
    >>> words(RowProgress("training", 5_000_000, 4_000_000, 10, 5.0))
    'training: pass 2 of 10, 1,000,000 rows/s, 0:35 left at most'
    >>> words(RowProgress("reading", 1_000_000, 4_000_000, 1, 2.0, "/var/tmp", 10**9))
    'reading: 1,000,000 of 4,000,000 rows, 500,000 rows/s, 0:06 left; 1.0 GB in /var/tmp'
    """
    rate, left = f"{now.rows_a_second:,.0f} rows/s", now.seconds_left
    if now.stage == "training" and now.n_rows:
        at = min((now.n_done - 1) // now.n_rows + 1, now.n_passes)
        end = "" if left is None else f", {clock(left)} left at most"
        return f"training: pass {at} of {now.n_passes}, {rate}{end}"
    of = "" if now.n_rows is None else f" of {now.n_rows:,}"
    end = "" if left is None else f", {clock(left)} left"
    return (
        f"reading: {now.n_done:,}{of} rows, {rate}{end}; {now.n_bytes / 1e9:.1f} GB in {now.place}"
    )
