"""Rows of Parquet parts, batch by batch; parts that are not alike are refused."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest

from moonlet import MLPClassifier, MLPRegressor
from moonlet.data import ParquetRows
from moonlet.exceptions import DataError

pytestmark = pytest.mark.filterwarnings(
    "ignore:Stochastic Optimizer:sklearn.exceptions.ConvergenceWarning"
)


def table(n_rows: int = 3_000, seed: int = 0) -> pd.DataFrame:
    generator = np.random.default_rng(seed)
    frame = pd.DataFrame(generator.normal(size=(n_rows, 3)), columns=["a", "b", "c"])
    frame["city"] = generator.choice(["Bern", "Genf", "Basel"], n_rows)
    frame["label"] = np.where(frame["a"] + (frame["city"] == "Genf") > 0.3, "yes", "no")
    return frame


def folder_of(parts: list[pd.DataFrame], folder: Path, **how: Any) -> Path:
    for at, part in enumerate(parts):
        part.to_parquet(folder / f"part-{at}.parquet", index=False, **how)
    (folder / "_SUCCESS").touch()
    return folder


def test_numbers_come_as_they_are_in_the_order_of_the_parts(tmp_path: Path) -> None:
    whole = table(12_000).drop(columns="city")
    parts = [whole.iloc[at : at + 1_100] for at in range(0, len(whole), 1_100)]  # 11: part-10 last
    rows = ParquetRows(folder_of(parts, tmp_path), target="label", columns=["c", "a"])
    assert rows.n_rows == 12_000
    X = pd.concat([X for X, _ in rows], ignore_index=True)
    pd.testing.assert_frame_equal(X, whole[["c", "a"]].astype("float32"))
    assert np.array_equal(np.concatenate([y for _, y in rows]), whole["label"].astype(str))


def test_a_network_learns_from_parts_what_it_learns_from_the_table(tmp_path: Path) -> None:
    whole = table().drop(columns="city")
    whole.loc[[3, 700, 701], "label"] = None
    rows = ParquetRows(
        folder_of([whole[:1_000], whole[1_000:]], tmp_path), target="label", dtype="float64"
    )
    network = MLPClassifier((5,), max_iter=5, random_state=0).fit(rows)
    known = whole.dropna()
    other = MLPClassifier((5,), max_iter=5, random_state=0)
    other.fit(known[["a", "b", "c"]], known["label"].astype(str))
    assert network.loss_curve_ == other.loss_curve_
    assert network.feature_names_in_.tolist() == ["a", "b", "c"]


def test_columns_of_every_kind_are_prepared_as_a_table_s_are(tmp_path: Path) -> None:
    whole = table()
    whole.loc[5, "a"] = np.nan
    whole["day"] = pd.Timestamp("2024-01-01") + pd.to_timedelta(np.arange(len(whole)), unit="D")
    path = tmp_path / "one.parquet"
    whole.astype({"city": "category"}).to_parquet(path, index=False, row_group_size=500)
    rows = ParquetRows(path, target="label", prepare=True)
    X = np.concatenate([X for X, _ in rows])
    assert X.dtype == np.float32
    expected = rows.preprocessor.transform(whole.drop(columns="label"))
    np.testing.assert_array_equal(X, expected.astype(np.float32))
    # All rows are in the sample here, so that its scales are those of the table.
    np.testing.assert_allclose(X[:, :3].mean(axis=0), 0, atol=1e-6)
    np.testing.assert_allclose(X[:, :3].std(axis=0), 1, atol=1e-6)
    network = MLPClassifier((5,), learning_rate_init=0.02, max_iter=30, random_state=0).fit(rows)
    assert network.score(X, whole["label"]) > 0.97


def test_a_number_is_predicted_from_a_single_file(tmp_path: Path) -> None:
    whole = table()[["a", "b"]].assign(sum=lambda t: t["a"] - 2 * t["b"])
    whole.to_parquet(tmp_path / "one.parquet")
    rows = ParquetRows(tmp_path / "one.parquet", target="sum", columns=["a", "b"])
    network = MLPRegressor(hidden_layer_sizes=(8,), learning_rate_init=0.02, max_iter=40)
    assert (
        network.set_params(random_state=0).fit(rows).score(whole[["a", "b"]], whole["sum"]) > 0.99
    )


def changed(kind: str, part: pd.DataFrame) -> pd.DataFrame:
    if kind == "missing":
        return part.drop(columns="b")
    if kind == "text":
        return part.assign(b=part["b"].astype(str))
    if kind == "whole":
        return part.assign(b=np.arange(len(part)))
    return part[:0] if kind == "empty" else part.assign(label=1)


WRONG = {
    "missing": r"part-1\.parquet: the column 'b' is missing",
    "text": r"part-1\.parquet, column 'b': the values are (large_)?string, in the first",
    "whole": r"part-1\.parquet, column 'b': the values are int64, in the first part double",
    "empty": r"part-1\.parquet: there are columns but no rows",
    "target": r"part-1\.parquet, column 'label': the values are int64",
}


@pytest.mark.parametrize("kind", WRONG)
def test_a_part_that_is_not_like_the_first_is_refused_before_anything_is_read(
    kind: str, tmp_path: Path
) -> None:
    whole = table().drop(columns="city")
    parts = [whole[:1_000], changed(kind, whole[1_000:2_000]), whole[2_000:]]
    with pytest.raises(DataError, match=WRONG[kind]):
        ParquetRows(folder_of(parts, tmp_path), target="label")


def test_a_part_that_is_written_anew_in_between_is_refused(tmp_path: Path) -> None:
    whole = table().drop(columns="city")
    rows = ParquetRows(folder_of([whole[:1_000], whole[1_000:]], tmp_path), target="label")
    whole[1_000:2_000].to_parquet(tmp_path / "part-1.parquet", index=False)
    network = MLPClassifier((3,))
    with pytest.raises(DataError, match=r"part-1\.parquet: it was written anew"):
        network.fit(rows)
    assert not hasattr(network, "coefs_")
    (tmp_path / "part-1.parquet").unlink()
    with pytest.raises(DataError, match=r"part-1\.parquet: there is no such file"):
        network.fit(rows)


@pytest.mark.parametrize("kind", ["missing", "text", "empty", "target"])
def test_a_part_that_is_written_anew_before_its_sample_is_taken_is_refused(
    kind: str, tmp_path: Path
) -> None:
    whole = table()
    folder_of([whole[:1_000], whole[1_000:]], tmp_path)
    rows = ParquetRows(tmp_path, target="label", prepare=True)
    changed(kind, whole[1_000:]).to_parquet(tmp_path / "part-1.parquet", index=False)
    for read in (lambda: rows.sample, lambda: MLPClassifier((3,)).fit(rows)):
        with pytest.raises(DataError, match=r"part-1\.parquet: it was written anew"):
            read()


@pytest.mark.parametrize("seed", range(12))
def test_damaged_bytes_are_told_or_change_nothing_but_values(seed: int, tmp_path: Path) -> None:
    path = tmp_path / "one.parquet"
    table(600).drop(columns="city").to_parquet(path, index=False)
    generator = np.random.default_rng(seed)
    data = bytearray(path.read_bytes())
    for at in generator.integers(0, len(data), 20):
        data[at] = generator.integers(256)
    path.write_bytes(data if seed % 2 else data[: len(data) // 2])
    try:
        network = MLPClassifier((3,), max_iter=1).fit(ParquetRows(path, target="label"))
    except ValueError:  # a DataError, or a batch with a value that is no number
        return
    assert all(np.isfinite(weights).all() for weights in network.coefs_)


def test_what_numbers_cannot_be_made_of_names_the_cure(tmp_path: Path) -> None:
    whole = table()
    whole.to_parquet(tmp_path / "one.parquet")
    with pytest.raises(DataError, match=r"'city': the values are .*no numbers.*prepare=True"):
        ParquetRows(tmp_path / "one.parquet", target="label")
    with pytest.raises(DataError, match=r"there is no column 'lable'\. Did you mean 'label'\?"):
        ParquetRows(tmp_path / "one.parquet", target="lable")
    whole.loc[17, "b"] = np.nan
    whole.to_parquet(tmp_path / "one.parquet")
    with pytest.raises(DataError, match=r"column 'b': 1 gaps.*prepare=True"):
        list(ParquetRows(tmp_path / "one.parquet", target="label", columns=["a", "b"]))
    with pytest.raises(ValueError, match="dtype must be 'float32' or 'float64'"):
        ParquetRows(tmp_path / "one.parquet", target="label", dtype="int8")
    (tmp_path / "no.parquet").write_text("a,b\n1,2\n")
    with pytest.raises(DataError, match="this is not Parquet"):
        ParquetRows(tmp_path / "no.parquet", target="label")
