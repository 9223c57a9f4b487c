from __future__ import annotations

import io
from pathlib import Path

import numpy as np
import onnxruntime
import pandas as pd
import pytest
from sklearn.pipeline import Pipeline

from moonlet import MLPClassifier
from moonlet.data import load, make_preprocessor
from moonlet.export import to_onnx
from tests.cli.conftest import Run, Start, one_line


@pytest.fixture
def mixed(tmp_path: Path) -> pd.DataFrame:
    """A table of numbers, labels and gaps, as table.csv and table.parquet."""
    random = np.random.default_rng(0)
    table = pd.DataFrame(
        {
            "length": random.normal(size=90),
            "kind": random.choice(["ash", "elm", "oak"], size=90),
            "width": random.normal(size=90),
        }
    )
    score = table["length"] + table["width"] + (table["kind"] == "oak")
    table["answer"] = np.where(score > 0.3, "yes", "no")
    table.loc[::7, "width"] = np.nan
    table.loc[::11, "kind"] = None
    table.to_csv(tmp_path / "table.csv", index=False)
    table.assign(kind=table["kind"].astype("category")).to_parquet(tmp_path / "table.parquet")
    return table


def read(text: str) -> pd.DataFrame:
    return pd.read_csv(io.StringIO(text))


@pytest.mark.parametrize("data", ["table.csv", "table.parquet"])
def test_probabilities_are_those_of_the_python_estimator(
    run: Run, mixed: pd.DataFrame, data: str
) -> None:
    X, y = load(data)
    network = MLPClassifier((3,), "tanh", solver="lbfgs", max_iter=500, random_state=0)
    estimator = Pipeline([("preprocess", make_preprocessor(X)), ("network", network)]).fit(X, y)
    to_onnx(estimator, "model.onnx")
    predicted = read(run("predict", "model.onnx", data).stdout)
    assert list(predicted) == ["probability_no", "probability_yes", "prediction"]
    probabilities = predicted[["probability_no", "probability_yes"]].to_numpy()
    np.testing.assert_allclose(probabilities, estimator.predict_proba(X), rtol=0, atol=1e-6)
    assert predicted["prediction"].tolist() == estimator.predict(X).tolist()
    # And of another runtime, which knows nothing of scikit-learn.
    session = onnxruntime.InferenceSession("model.onnx")
    columns = {
        "length": X["length"].to_numpy()[:, np.newaxis],
        "kind": X["kind"].astype(object).fillna("").to_numpy(dtype=str)[:, np.newaxis],
        "width": X["width"].to_numpy()[:, np.newaxis],
    }
    _, elsewhere = session.run(None, columns)
    np.testing.assert_allclose(probabilities, elsewhere, rtol=0, atol=1e-6)


def test_the_target_may_be_missing_and_columns_in_another_order(
    run: Run, mixed: pd.DataFrame
) -> None:
    run("fit", "table.csv")
    expected = run("predict", "model.onnx", "table.csv").stdout
    mixed[["width", "kind", "length"]].to_csv("new.csv", index=False)
    assert run("predict", "model.onnx", "new.csv").stdout == expected


def test_a_file_holds_what_stdout_would(run: Run, mixed: pd.DataFrame) -> None:
    run("fit", "table.csv")
    printed = run("predict", "model.onnx", "table.csv").stdout
    result = run("predict", "model.onnx", "table.csv", "-o", "out.csv")
    assert result.stdout == ""
    assert Path("out.csv").read_text(encoding="utf-8") == printed
    assert len(printed.splitlines()) == 1 + len(mixed)


def test_numbers_can_be_the_classes(run: Run) -> None:
    run("fit", "digits", "--hidden", "0")
    predicted = read(run("predict", "model.onnx", "digits").stdout)
    assert list(predicted)[:2] == ["probability_0", "probability_1"]
    assert (predicted["prediction"] == load("digits").y).mean() > 0.9


def test_a_missing_column_is_named(run: Run, mixed: pd.DataFrame) -> None:
    run("fit", "table.csv")
    mixed.drop(columns="width").to_csv("short.csv", index=False)
    result = run("predict", "model.onnx", "short.csv", "-o", "out.csv")
    assert result.exit_code == 2
    assert "short.csv" in one_line(result)
    assert "'width'" in one_line(result)
    assert not Path("out.csv").exists()


def test_labels_where_the_model_has_numbers_are_refused(run: Run, mixed: pd.DataFrame) -> None:
    run("fit", "table.csv")
    mixed.assign(width="wide").to_csv("wrong.csv", index=False)
    result = run("predict", "model.onnx", "wrong.csv")
    assert result.exit_code == 2
    line = one_line(result)
    assert "wrong.csv, line 2, column 'width': 'wide' is not a number, as the column has" in line


def test_labels_that_were_not_there_in_training_are_told(run: Run, mixed: pd.DataFrame) -> None:
    run("fit", "table.csv")
    mixed.assign(kind=["fir", "yew"] * 45).to_csv("new.csv", index=False)
    result = run("predict", "model.onnx", "new.csv")
    assert result.exit_code == 0
    assert len(result.stdout.splitlines()) == 91
    assert "column 'kind': 'fir' was not there in training; 90 rows" in one_line(result)


def test_labels_that_look_like_numbers_today_are_still_labels(run: Run) -> None:
    kinds = np.array(["1", "2", "x"])[np.arange(60) % 3]
    table = pd.DataFrame({"kind": kinds, "answer": np.where(kinds == "1", "a", "b")})
    table.to_csv("train.csv", index=False)
    run("fit", "train.csv", "--test-size", "0")
    table[table["kind"] != "x"].to_csv("new.csv", index=False)
    result = run("predict", "model.onnx", "new.csv")
    assert result.stderr == ""
    predicted = read(result.stdout)["prediction"]
    assert predicted.tolist() == table.loc[table["kind"] != "x", "answer"].tolist()


def test_a_model_without_names_takes_columns_in_their_order(run: Run) -> None:
    X, y = load("moons")
    network = MLPClassifier((3,), solver="lbfgs", max_iter=1000, random_state=0).fit(
        X.to_numpy(), y
    )
    to_onnx(network, "bare.onnx")
    X.to_csv("plain.csv", index=False)
    predicted = read(run("predict", "bare.onnx", "plain.csv").stdout)
    np.testing.assert_allclose(
        predicted["probability_1"], network.predict_proba(X.to_numpy())[:, 1], atol=1e-12
    )
    refused = run("predict", "bare.onnx", "moons")
    assert refused.exit_code == 2
    assert "3 columns, but the model takes 2" in one_line(refused)


@pytest.mark.parametrize("content", [None, b"", b"not a model"])
def test_what_is_no_model_is_refused(run: Run, content: bytes | None) -> None:
    if content is not None:
        Path("broken.onnx").write_bytes(content)
    result = run("predict", "broken.onnx", "moons", "-o", "out.csv")
    assert result.exit_code == 2
    assert "broken.onnx" in one_line(result)
    assert not Path("out.csv").exists()


def test_head_takes_what_it_wants(run: Run, start: Start) -> None:
    run("fit", "digits", "--hidden", "0")
    with start("predict", "model.onnx", "digits") as command:
        assert command.stdout is not None
        assert command.stderr is not None
        assert command.stdout.readline().startswith("probability_0,")
        command.stdout.close()
        assert command.stderr.read() == ""
    assert command.returncode == 0
