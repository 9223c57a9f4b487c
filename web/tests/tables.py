"""Tables as moonlet reads them, and the inputs that it makes of them: for inputs.test.ts."""

from __future__ import annotations

import json
import sys

import numpy as np
import pandas as pd

from moonlet.data import Dataset, load, make_preprocessor
from moonlet.data.schema import as_raw
from moonlet.data.table import to_dataset
from moonlet.lab.page_table import to_page


def tables() -> list[Dataset]:
    """Bundled sets, and made ones of many sizes with gaps, categories, yes and no, dates."""
    random = np.random.RandomState(0)
    made = [load(name) for name in ("iris", "wine", "breast_cancer", "diabetes")]
    for n_rows in (9, 40, 129, 1000, 3001):
        frame = pd.DataFrame(random.lognormal(sigma=3, size=(n_rows, 3)), columns=["a", "b", "c"])
        frame.iloc[::5, 0] = np.nan
        frame["day"] = pd.Timestamp("2024-01-31") + pd.to_timedelta(np.arange(n_rows), "D")
        frame["kind"] = random.choice(["red", "Grün", "蓝", "😀"], size=n_rows)
        frame.iloc[1::7, 4] = None
        frame["sure"] = random.choice([True, False], size=n_rows)
        frame["y"] = random.choice(["nein", "ja"], size=n_rows)
        made.append(to_dataset(as_raw(frame), f"made of {n_rows}", "y"))
    return made


def main() -> None:
    """Write them to stdout."""
    told = []
    for dataset in tables():
        rows = np.random.RandomState(1).permutation(len(dataset.y))[: 2 * len(dataset.y) // 3]
        X = dataset.X.iloc[rows]
        inputs = make_preprocessor(X).fit(X).transform(dataset.X)
        y = dataset.y
        if dataset.task == "classification":
            y = np.unique(y, return_inverse=True)[1]
        told.append(
            {
                "table": to_page(dataset),
                "rows": rows.tolist(),
                "classes": np.unique(dataset.y).tolist() if dataset.task[0] == "c" else [],
                "y": y.tolist(),
                "inputs": inputs.ravel().tolist(),
            }
        )
    json.dump(told, sys.stdout)


if __name__ == "__main__":
    main()
