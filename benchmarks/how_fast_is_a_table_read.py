"""How fast is a table of numbers read, and with how much memory?

pandas.read_csv turns the same file into the same numbers, as fast as anything that most people
have installed. moonlet looks at more: whether the columns hold numbers in truth, how these are
written, where the gaps are; `load` does that, and `look_at` is what `moonlet check` shows.
"""

from __future__ import annotations

import time
from pathlib import Path

import numpy as np
import pandas as pd

from benchmarks.contest import Case, Contender, Goal, Ready
from benchmarks.does_time_grow_with_the_work import forget_the_peak, memory
from moonlet.atomic import replace_file
from moonlet.data import load
from moonlet.data.look import look_at
from moonlet.data.opening import open_table

N_COLUMNS = 30
FOLDER = Path(__file__).parents[1] / "build" / "benchmarks"


def table(quick: bool) -> Path:
    """The file, written once; a quick run reads a tenth of it."""
    n_rows = 100_000 if quick else 1_000_000
    path = FOLDER / f"table_{n_rows}.csv"
    if not path.exists():
        FOLDER.mkdir(parents=True, exist_ok=True)
        X = np.random.default_rng(0).standard_normal((n_rows, N_COLUMNS))
        names = [*(f"x{i}" for i in range(N_COLUMNS - 1)), "y"]
        text = pd.DataFrame(X, columns=names).to_csv(index=False, lineterminator="\n")
        replace_file(path, text.encode())
    return path


def _ready(path: Path, read, numbers_of) -> Ready:  # type: ignore[no-untyped-def]
    forget_the_peak()
    before = memory("VmRSS")
    done = read()
    beyond = 1e6 * (memory("VmHWM") - before) / path.stat().st_size
    return Ready(
        read,
        answers={"numbers": numbers_of(done)},
        figures={"memory, of the file": beyond},
        clock=time.process_time,  # one thread each, and per cents count
    )


def cells_alone(quick: bool) -> Ready:
    """From bytes to columns of text."""
    path = table(quick)
    return _ready(
        path,
        lambda: open_table(path),
        lambda raw: [float(raw.columns[name].cells()[-1]) for name in ("x0", "x7", "y")],
    )


def ours(quick: bool, look: bool) -> Ready:
    """What `load` does, and the look before training."""
    path = table(quick)

    def read():  # type: ignore[no-untyped-def]
        dataset = load(path)
        if look:
            look_at(dataset)
        return dataset

    return _ready(
        path, read, lambda data: [data.X["x0"].iloc[-1], data.X["x7"].iloc[-1], data.y[-1]]
    )


def theirs(quick: bool) -> Ready:
    """What pandas does."""
    path = table(quick)
    return _ready(
        path,
        lambda: pd.read_csv(path, float_precision="round_trip"),
        lambda frame: [frame[name].iloc[-1] for name in ("x0", "x7", "y")],
    )


def theirs_rounded(quick: bool) -> Ready:
    """What pandas does unless it is told to keep the last digit."""
    path = table(quick)
    return _ready(
        path,
        lambda: pd.read_csv(path),
        lambda frame: [frame[name].iloc[-1] for name in ("x0", "x7", "y")],
    )


def cases() -> list[Case]:
    """One file."""
    here = "how_fast_is_a_table_read"
    return [
        Case(
            "1,000,000 rows of 30 numbers, as CSV",
            [
                Contender("moonlet, load", "moonlet", f"{here}:ours", {"look": False}),
                Contender("moonlet, load and look", "moonlet", f"{here}:ours", {"look": True}),
                Contender("moonlet, cells alone", "moonlet", f"{here}:cells_alone"),
                Contender("pandas, read_csv", "pandas", f"{here}:theirs_rounded"),
                Contender("pandas, to the last digit", "pandas", f"{here}:theirs"),
            ],
            [
                Goal("pandas", "moonlet, load", 0.5),
                Goal("pandas", "moonlet, load and look", 0.5, title="with the look"),
            ],
            "a table",
            "Numbers of a normal distribution, all digits written. The peak of memory is told as a "
            "multiple of the file's size, beyond what the process had before; at most four times "
            "is meant. pandas rounds the last digit wrongly now and then, unless told.",
            rounds=5,
        )
    ]


if __name__ == "__main__":
    from benchmarks.driver import run_alone

    run_alone(cases())
