from __future__ import annotations

import io
import json
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from sklearn.metrics import log_loss

from moonlet.cli.fit import fit
from moonlet.data import load
from moonlet.export import from_onnx
from moonlet.names import ACTIVATIONS, LOSSES, SCHEDULES, SOLVERS
from tests.cli.conftest import Run, last_line, one_line


def test_fit_reports_the_rows_it_has_not_seen(run: Run) -> None:
    facts = json.loads(run("fit", "iris", "--json").stdout)
    assert facts["model"] == "model.onnx"
    assert facts["classes"] == ["setosa", "versicolor", "virginica"]
    assert facts["hidden"] == [3]
    assert facts["stop_reason"] == "converged"
    assert (facts["training"]["rows"], facts["held_out"]["rows"]) == (112, 38)
    assert facts["held_out"]["accuracy"] > 0.9


@pytest.mark.parametrize(
    ("option", "names"),
    [("activation", ACTIVATIONS), ("solver", SOLVERS), ("learning_rate", SCHEDULES)],
)
def test_every_name_may_be_chosen(option: str, names: dict[str, object]) -> None:
    (found,) = (one for one in fit.params if one.name == option)
    assert tuple(found.type.choices) == tuple(names)


def test_every_loss_may_be_chosen_but_huber_whose_bend_has_no_option() -> None:
    (found,) = (one for one in fit.params if one.name == "loss")
    assert set(found.type.choices) == LOSSES.keys() - {"log_loss", "huber"}


def test_the_file_holds_the_network_that_was_judged(run: Run) -> None:
    X, y = load("wine")
    facts = json.loads(run("fit", "wine", "--hidden", "4,2", "-o", "wine.onnx", "--json").stdout)
    model = from_onnx("wine.onnx")
    assert [W.shape[1] for W in model["network"].coefs_] == [4, 2, 3]
    # Judged on all rows, the file must give the mean of the two parts' losses.
    parts = (facts["training"], facts["held_out"])
    expected = np.average([p["log_loss"] for p in parts], weights=[p["rows"] for p in parts])
    loss = log_loss(y, model.predict_proba(X), labels=model.classes_)
    assert loss == pytest.approx(expected, abs=1e-12)


def test_without_held_out_rows_all_are_trained_on(run: Run) -> None:
    result = run("fit", "moons", "--test-size", "0", "--hidden", "0")
    assert "held out" not in result.stdout
    assert "trained on 200 rows." in result.stdout
    assert len(from_onnx("model.onnx")["network"].coefs_) == 1


def test_the_same_seed_gives_the_same_file(run: Run) -> None:
    for seed, name in ((7, "a"), (7, "b"), (8, "c")):
        run("fit", "moons", "--seed", seed, "-o", f"{name}.onnx")
    a, b, c = (Path(f"{name}.onnx").read_bytes() for name in "abc")
    assert a == b
    assert a != c


def test_a_descent_that_swings_is_told_with_its_cure(run: Run) -> None:
    options = ("--solver", "gd", "--learning-rate-init", 8, "--max-iter", 300, "--tol", 0)
    result = run("fit", "moons", *options)
    assert result.exit_code == 0
    assert "Stopped after 300 iterations" in result.stdout
    assert one_line(result).startswith("note: ")
    assert "learning_rate_init=4" in one_line(result)


def test_a_target_of_numbers_is_predicted_in_its_own_unit(run: Run) -> None:
    facts = json.loads(run("fit", "diabetes", "--alpha", 10, "--json").stdout)
    assert (facts["task"], facts["classes"]) == ("regression", None)
    assert facts["held_out"]["r2"] > 0.3
    X, y = load("diabetes")
    model = from_onnx("model.onnx")
    errors = model.predict(X) - y
    parts = (facts["training"], facts["held_out"])
    squares = [part["rows"] * part["root_mean_squared_error"] ** 2 for part in parts]
    assert (errors**2).sum() == pytest.approx(sum(squares), rel=1e-9)
    assert abs(errors.mean()) < 10.0  # of targets around 150


def test_a_quantile_lies_above_its_share_of_the_rows(run: Run) -> None:
    options = ("--loss", "quantile", "--quantile", 0.9, "--alpha", 10, "--test-size", 0)
    assert run("fit", "diabetes", *options).exit_code == 0
    X, y = load("diabetes")
    assert np.mean(y <= from_onnx("model.onnx").predict(X)) == pytest.approx(0.9, abs=0.05)


def test_options_of_the_other_kind_of_target_are_refused(run: Run) -> None:
    for data, option, value in (
        ("iris", "--loss", "poisson"),
        ("diabetes", "--class-weight", "balanced"),
    ):
        result = run("fit", data, option, value)
        assert result.exit_code == 2
        assert option in one_line(result)
        assert not list(Path().iterdir())


def test_the_stochastic_solvers_may_be_chosen_with_what_belongs_to_them(run: Run) -> None:
    options = ("--solver", "adam", "--learning-rate-init", 0.01, "--learning-rate", "cosine")
    more = ("--dropout", 0.1, "--early-stopping", "--class-weight", "balanced", "--json")
    facts = json.loads(run("fit", "wine", "--hidden", 20, *options, *more).stdout)
    assert facts["held_out"]["accuracy"] > 0.9
    assert facts["stop_reason"] == "early_stopping"


@pytest.mark.parametrize("options", [("--dropout", 0.5), ("--early-stopping",)])
def test_what_lbfgs_cannot_do_is_refused(run: Run, options: tuple[object, ...]) -> None:
    result = run("fit", "wine", *options)
    assert result.exit_code == 2
    assert f"{options[0]} is not for --solver lbfgs. Choose adam, sgd or gd." in result.stderr


def test_too_few_rows_to_hold_out_is_refused_with_a_cure(run: Run) -> None:
    pd.DataFrame({"a": [1.0, 2.0, 3.0], "b": ["x", "y", "y"]}).to_csv("few.csv", index=False)
    result = run("fit", "few.csv")
    assert result.exit_code == 2
    assert "--test-size 0" in one_line(result)
    assert not Path("model.onnx").exists()


@pytest.mark.parametrize("name", ["label", "classes", "probabilities", "coefs_0"])
def test_a_column_may_be_called_as_a_model_calls_its_own(run: Run, name: str) -> None:
    table = pd.DataFrame({name: ["p", "q", "r", "q"] * 10, "a": range(40), "b": ["x", "y"] * 20})
    table.to_csv("names.csv", index=False)
    assert run("fit", "names.csv").exit_code == 0
    predicted = pd.read_csv(io.StringIO(run("predict", "model.onnx", "names.csv").stdout))
    np.testing.assert_allclose(
        predicted["probability_y"], from_onnx("model.onnx").predict_proba(table)[:, 1], atol=1e-12
    )


def test_a_column_name_that_a_model_cannot_have_is_refused(run: Run) -> None:
    table = pd.DataFrame({"label": ["p", "q", "r"] * 10, "label (column)": ["u", "v", "w"] * 10})
    table["y"] = ["n", "p"] * 15
    table.to_csv("names.csv", index=False)
    result = run("fit", "names.csv")
    assert result.exit_code == 2
    assert "'label (column)'" in last_line(result)
    assert not Path("model.onnx").exists()
