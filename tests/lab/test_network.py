"""From what a page tells of its network to a fitted estimator: equal to one that Python trained."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from sklearn.model_selection import train_test_split
from sklearn.pipeline import Pipeline

from moonlet import MLPClassifier, MLPRegressor
from moonlet.data import Dataset, load, make_preprocessor
from moonlet.exceptions import DataError
from moonlet.lab.network import fitted
from moonlet.lab.page_table import from_page, to_page


def told(network: Any, classes: Any, features: list[str], rows: Any) -> dict[str, Any]:
    """What the page would tell of a network, by way of JSON."""
    weights = [
        part.ravel()
        for both in zip(network.coefs_, network.intercepts_, strict=True)
        for part in both
    ]
    trained = {
        "parameters": {
            name: value
            for name, value in network.get_params().items()
            if value != type(network)().get_params()[name]
        },
        "regression": isinstance(network, MLPRegressor),
        "weights": np.concatenate(weights).tolist(),
        "nIter": network.n_iter_,
        "lossCurve": list(network.loss_curve_),
        "gradientNormCurve": list(network.gradient_norm_curve_),
        "stopReason": network.stop_reason_,
        "classes": list(classes),
        "features": features,
        "trainRows": list(rows),
    }
    return json.loads(json.dumps(trained, default=lambda value: value.tolist()))


def test_a_network_of_points_is_the_same_network() -> None:
    X, y = load("moons")
    python = MLPClassifier((3, 2), activation=("tanh", "relu"), solver="adam", max_iter=50, tol=0,
                           batch_size=20, dropout=0.1, random_state=1)  # fmt: skip
    with pytest.warns(UserWarning, match="max"):
        python.fit(X, y)
    page = fitted(told(python, [0, 1], ["x0", "x1"], range(len(y))), None)
    np.testing.assert_array_equal(page.predict_proba(X), python.predict_proba(X))
    assert page.get_params() == python.get_params()
    assert (page.n_iter_, page.stop_reason_) == (50, "max_iter")
    assert page.loss_curve_ == list(python.loss_curve_)
    assert page.feature_names_in_.tolist() == ["x0", "x1"]


@pytest.mark.parametrize("name", ["iris", "diabetes"])
def test_a_network_of_a_table_comes_with_its_preprocessing(name: str) -> None:
    dataset = load(name)
    rows, _ = train_test_split(np.arange(len(dataset.y)), random_state=0)
    preprocess = make_preprocessor(dataset.X.iloc[rows]).fit(dataset.X.iloc[rows])
    kind = MLPClassifier if dataset.task == "classification" else MLPRegressor
    python = kind(hidden_layer_sizes=(4,), solver="lbfgs", max_iter=5000, random_state=0)
    python.fit(preprocess.transform(dataset.X.iloc[rows]), dataset.y[rows])
    classes = np.unique(dataset.y) if kind is MLPClassifier else []
    page = fitted(told(python, classes, dataset.feature_names, rows), dataset)
    assert isinstance(page, Pipeline)
    whole = Pipeline([("preprocess", preprocess), ("network", python)])
    np.testing.assert_array_equal(page.predict(dataset.X), whole.predict(dataset.X))
    assert page.score(dataset.X, dataset.y) == whole.score(dataset.X, dataset.y)


def test_what_went_through_the_page_is_exported_and_read_back(
    dataset: Dataset, tmp_path: Path
) -> None:
    from moonlet.export import from_onnx, to_onnx

    table = json.loads(json.dumps(to_page(dataset)))
    back = from_page(table, None, dataset.target)
    preprocess = make_preprocessor(back.X).fit(back.X)
    python = MLPClassifier((2,), solver="lbfgs", random_state=0)
    python.fit(preprocess.transform(back.X), back.y)
    page = fitted(told(python, np.unique(back.y), back.feature_names, range(len(back.y))), back)
    to_onnx(page, tmp_path / "birds.onnx")
    model = from_onnx(tmp_path / "birds.onnx")
    np.testing.assert_allclose(
        model.predict_proba(dataset.X), page.predict_proba(back.X), rtol=1e-5
    )


@pytest.fixture
def dataset(tmp_path: Path) -> Dataset:
    path = tmp_path / "birds.csv"
    random = np.random.RandomState(0)
    rows = [
        f"{value:.3f},{10 * value:.1f} %,{'ab'[int(value > 0.3)]},{value > 0.5}"
        for value in random.rand(60)
    ]
    path.write_text("\n".join(["wing,share,kind,gull", *rows]), encoding="utf-8")
    return load(path)


@pytest.mark.parametrize(
    "damage",
    [
        {"weights": [1.0]},
        {"weights": None},
        {"parameters": {"hidden_layer_sizes": [3], "solver": "rm"}},
        {"parameters": {"hidden_layer_sizes": [3], "nonsense": 1}},
        {"parameters": {}},
        {"classes": ["a"]},
        {"nIter": "many"},
        {"lossCurve": None},
    ],
)
def test_what_is_no_network_of_the_page_is_refused(damage: dict[str, Any]) -> None:
    X, y = load("moons")
    python = MLPClassifier((3,), solver="gd", max_iter=1, tol=0).fit(X, y)
    good = told(python, [0, 1], ["x0", "x1"], range(200))
    with pytest.raises(DataError, match="no network that the lab's page trained"):
        fitted({**good, **damage}, None)
