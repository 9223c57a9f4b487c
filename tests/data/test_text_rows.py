"""Rows of text files in parts: the table that the whole file is."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from moonlet.data import TextRows, load
from moonlet.data.infer import Options


@pytest.mark.parametrize("filled", [slice(0, 70), slice(70, 200), slice(130, 131)])
def test_a_column_without_a_name_is_there_in_every_part_if_it_is_in_one(
    filled: slice, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("moonlet.data.text_rows._ROWS_A_PART", 50)
    generator = np.random.default_rng(0)
    table = pd.DataFrame({"": [""] * 200, "a": generator.normal(size=200)})
    table.loc[filled, ""] = generator.choice(["u", "v"], len(table.loc[filled]))
    table["label"] = np.where(table["a"] > 0, "yes", "no")
    path = tmp_path / "table.csv"
    table.to_csv(path, index=False)
    options = Options(keep=("row",), kinds={"row": "category"})
    rows = TextRows(path, target="label", dtype="float64", options=options)
    parts = list(rows.raw_parts())
    assert len(parts) == 4
    assert all(list(part.columns) == ["row", "a", "label"] for part in parts)
    whole = load(path, target="label", keep=("row",), kinds={"row": "category"})
    X = np.concatenate([X for X, _ in rows])
    np.testing.assert_array_equal(X, rows.preprocessor.transform(whole.X))
    assert X.shape[1] == 1 + len(set(table.loc[filled, ""]))
