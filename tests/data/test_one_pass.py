"""A preprocessor fitted in one pass, against scikit-learn's own, fitted to the whole table."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest
from sklearn.preprocessing import StandardScaler

from moonlet import MLPClassifier
from moonlet.data import ParquetRows, TextRows, load, make_preprocessor
from moonlet.data.prepared_rows import PreparedRows
from moonlet.exceptions import DataError

pytestmark = pytest.mark.filterwarnings(
    "ignore:Stochastic Optimizer:sklearn.exceptions.ConvergenceWarning"
)


def table(n_rows: int = 4_000) -> pd.DataFrame:
    """Rows whose means drift, and whose last ones have what none before them has."""
    generator = np.random.default_rng(0)
    drift = np.linspace(0, 30, n_rows)
    frame = pd.DataFrame({"a": generator.normal(size=n_rows) + drift})
    frame["city"] = generator.choice(["Bern", "Genf", "Basel"], n_rows)
    frame["b"] = 1e6 + generator.normal(size=n_rows) * (1 + drift)
    frame["shop"] = generator.choice(["x", "y"], n_rows)
    frame["label"] = np.where(frame["a"] - drift > 0, "more", "less")
    frame.loc[n_rows - 40 :, "city"] = "Aarau"
    frame.loc[n_rows - 20 :, "shop"] = "z"
    frame.loc[5:9, "label"] = None
    frame.loc[2, "city"] = None
    frame.loc[n_rows - 2, "shop"] = None
    frame.loc[n_rows - 30 :, "label"] = "none at all"
    return frame


def rows_of(kind: str, frame: pd.DataFrame, folder: Path) -> PreparedRows:
    """The same table, half of a part in the sample."""
    if kind == "text":
        frame.to_csv(folder / "table.csv", index=False)
        return TextRows(folder / "table.csv", dtype="float64")
    frame.to_parquet(folder / "table.parquet", index=False, row_group_size=2_000)
    return ParquetRows(folder / "table.parquet", target="label", prepare=True, dtype="float64")


@pytest.fixture
def of_the_first_rows(monkeypatch: pytest.MonkeyPatch) -> None:
    """Samples that miss what stands at the end."""
    monkeypatch.setattr("moonlet.data.parquet_rows._DECODED", 1_000)
    monkeypatch.setattr("moonlet.data.parquet_rows._SAMPLE", 900)
    monkeypatch.setattr("moonlet.data.parquet_rows._BATCH", 300)
    monkeypatch.setattr("moonlet.data.text_rows._SAMPLE", 500)
    monkeypatch.setattr("moonlet.data.text_rows._ROWS_A_PART", 1_500)
    monkeypatch.setattr("moonlet.data.decoding.BYTES_A_BLOCK", 1 << 13)


@pytest.mark.parametrize("kind", ["parquet", "text"])
def test_means_deviations_and_categories_are_those_of_all_rows(
    kind: str, tmp_path: Path, of_the_first_rows: None
) -> None:
    whole = table()
    rows = rows_of(kind, whole, tmp_path)
    assert len(rows.sample.X) < 1_200
    assert not {"Aarau"} & set(rows.sample.X["city"])
    known = whole[whole["label"].notna()].drop(columns="label")
    theirs = make_preprocessor(known).fit(known)
    later = known.sample(200, random_state=0)
    ours = rows.preprocessor
    np.testing.assert_allclose(ours.transform(later), theirs.transform(later), rtol=1e-9, atol=1e-9)
    scaler = ours["columns"].named_transformers_["numbers"]["scale"]
    alone = StandardScaler().fit(known[["a", "b"]].to_numpy())
    assert scaler.n_samples_seen_ == alone.n_samples_seen_ == 3_995
    np.testing.assert_allclose(scaler.mean_, alone.mean_, rtol=1e-12)
    np.testing.assert_allclose(scaler.var_, alone.var_, rtol=1e-10)
    labels = {column.name: column.labels for column in ours["table"].schema_.columns}
    assert labels["city"] == ("Aarau", "Basel", "Bern", "Genf")


@pytest.mark.parametrize("kind", ["parquet", "text"])
def test_fit_reads_once_and_trains_on_what_the_preprocessor_makes(
    kind: str, tmp_path: Path, of_the_first_rows: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    whole = table()
    rows = rows_of(kind, whole, tmp_path)
    rows.sample  # noqa: B018
    passes = 0
    all_parts = type(rows).raw_parts

    def counted(self: Any) -> Any:
        nonlocal passes
        passes += 1
        return all_parts(self)

    monkeypatch.setattr(type(rows), "raw_parts", counted)
    network = MLPClassifier((6,), max_iter=3, shuffle=False, random_state=0).fit(rows)
    assert passes == 1
    assert network.classes_.tolist() == ["less", "more", "none at all"]
    known = whole[whole["label"].notna()]
    X = rows.preprocessor.transform(known.drop(columns="label"))
    assert passes == 1
    assert network.n_features_in_ == X.shape[1] == 9
    other = MLPClassifier((6,), max_iter=3, shuffle=False, random_state=0).fit(X, known["label"])
    np.testing.assert_allclose(network.loss_curve_, other.loss_curve_, rtol=1e-9)
    network.partial_fit(rows, None)
    assert passes == 2


def test_numbers_alone_need_no_categories(tmp_path: Path) -> None:
    whole = table()[["a", "b", "label"]].dropna()
    rows = rows_of("parquet", whole, tmp_path)
    theirs = make_preprocessor(whole[["a", "b"]]).fit(whole[["a", "b"]])
    np.testing.assert_allclose(
        rows.preprocessor.transform(whole), theirs.transform(whole), rtol=1e-9, atol=1e-9
    )


def test_more_categories_than_inputs_can_be_are_refused(
    tmp_path: Path, of_the_first_rows: None
) -> None:
    whole = table()
    whole["city"] = whole["city"].astype(object)
    whole.loc[2_000:, "city"] = [f"town {at // 2}" for at in range(2_000)]
    rows = rows_of("text", whole, tmp_path)
    with pytest.raises(DataError, match=r"column 'city': there are more than 1,000 different"):
        MLPClassifier((3,)).fit(rows)


def test_text_rows_have_what_load_reads(tmp_path: Path, of_the_first_rows: None) -> None:
    whole = table().drop(columns=["city", "shop"])
    rows = rows_of("text", whole, tmp_path)
    assert rows.n_rows == len(whole)
    X = np.concatenate([X for X, _ in rows])
    y = np.concatenate([y for _, y in rows])
    dataset = load(tmp_path / "table.csv")
    assert np.array_equal(y, dataset.y)
    np.testing.assert_allclose(X, StandardScaler().fit_transform(dataset.X), rtol=1e-9, atol=1e-9)
