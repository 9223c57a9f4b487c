from __future__ import annotations

import math
import os
from pathlib import Path

import pandas as pd
import pytest

from moonlet.study.tables import write_csv, write_parquet


def test_a_table_reads_back_from_csv_to_the_last_bit(tmp_path: Path) -> None:
    table = pd.DataFrame({"alpha": [0.1 + 0.2, 5e-324], "n": [1, 2], "status": ["a", 'b,"c"']})
    write_csv(table, tmp_path / "results.csv")
    # pandas before 3 reads numbers quicker, and off by a bit.
    back = pd.read_csv(tmp_path / "results.csv", converters={"alpha": float})
    pd.testing.assert_frame_equal(back, table, check_exact=True, check_dtype=False)


def test_sizes_and_gaps_are_written_for_people(tmp_path: Path) -> None:
    table = pd.DataFrame({"hidden": [0, (10, 5)], "valid_loss": [math.nan, 0.5]})
    write_csv(table, tmp_path / "results.csv")
    assert (tmp_path / "results.csv").read_text().split() == ["hidden,valid_loss", "0,", "10x5,0.5"]


@pytest.mark.parametrize("start", ["=", "+", "-", "@", "\t", "\r", "\n"])
def test_text_that_a_spreadsheet_would_calculate_is_escaped(tmp_path: Path, start: str) -> None:
    text = f'{start}HYPERLINK("http://x")'
    write_csv(pd.DataFrame({text: [text], "n": [-1.0]}), tmp_path / "results.csv")
    back = pd.read_csv(tmp_path / "results.csv")
    assert back.columns[0].startswith("'")
    assert back.iloc[0, 0].startswith("'")
    assert back["n"].tolist() == [-1.0]  # Numbers are not text.


def test_a_csv_is_replaced_whole_or_not_at_all(tmp_path: Path) -> None:
    class Unwritable:
        def __str__(self) -> str:
            raise RuntimeError

    path = tmp_path / "results.csv"
    write_csv(pd.DataFrame({"a": [1]}), path)
    with pytest.raises(RuntimeError):
        write_csv(pd.DataFrame({"a": [2, Unwritable()]}, dtype=object), path)
    assert path.read_text().split() == ["a", "1"]
    assert os.listdir(tmp_path) == ["results.csv"]


def test_a_csv_may_be_read_by_those_who_may_read_other_new_files(tmp_path: Path) -> None:
    (tmp_path / "plain").touch()
    write_csv(pd.DataFrame({"a": [1]}), tmp_path / "results.csv")
    modes = [(tmp_path / name).stat().st_mode for name in ("plain", "results.csv")]
    assert modes[0] == modes[1]


def test_a_table_reads_back_from_parquet_with_its_types_and_bits(tmp_path: Path) -> None:
    table = pd.DataFrame(
        {"hidden": [0, (10, 5)], "alpha": [0.1 + 0.2, 5e-324], "n": [1, 2], "loss": [math.nan, 1.0]}
    )
    write_parquet(table, tmp_path / "results.parquet")
    back = pd.read_parquet(tmp_path / "results.parquet")
    assert back["hidden"].tolist() == ["0", "10x5"]
    pd.testing.assert_frame_equal(
        back.drop(columns="hidden"), table.drop(columns="hidden"), check_exact=True
    )
    assert os.listdir(tmp_path) == ["results.parquet"]
