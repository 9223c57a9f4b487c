from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from click.testing import CliRunner
from sklearn.datasets import make_moons
from sklearn.linear_model import LogisticRegressionCV

from moonlet.cli import main
from moonlet.cli.tutorial import Tutorial, run_tutorial

# ../shared/tutorial.md: what the tutorial itself prints, in 64 bit.
FINAL_LOSSES = {1: 0.328367, 5: 0.039037, 20: 0.030735, 50: 0.030990}
CYCLE = (0.070758, 0.071316)  # which of the two ends the run depends on rounding alone
PICTURES = {
    "scatter.png",
    "logistic_boundary.png",
    "boundary_3_units.png",
    "hidden_units.png",
    "seven_sizes.png",
    "loss_curves.png",
}


@pytest.fixture(scope="module")
def tutorial() -> Tutorial:
    return run_tutorial()


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("tour") / "a" / "b"


@pytest.fixture(scope="module")
def said(tmp_path_factory: pytest.TempPathFactory) -> str:
    args = ["tour", "--out", str(tmp_path_factory.mktemp("said"))]
    result = CliRunner().invoke(main, args, catch_exceptions=False)
    assert (result.exit_code, result.stderr) == (0, "")
    return result.stdout


@pytest.fixture(scope="module")
def facts(folder: Path) -> dict[str, Any]:
    args = ["tour", "--json", "--out", str(folder)]
    result = CliRunner().invoke(main, args, catch_exceptions=False)
    assert (result.exit_code, result.stderr) == (0, "")
    return json.loads(result.stdout)


def test_the_tour_prints_the_losses_of_the_tutorial(said: str) -> None:
    printed = dict(re.findall(r"loss after pass +([\d,]+) +(0\.\d{6})\n", said))
    assert list(printed) == [f"{i:,}" for i in range(0, 20_000, 1_000)]
    assert printed["0"] == "0.432387"
    assert printed["1,000"] == "0.068947"
    for size, loss in FINAL_LOSSES.items():
        assert re.search(rf"^{size} +{loss:.6f} ", said, re.MULTILINE)
    assert re.search(r"^3 +(0\.070758|0\.071316) ", said, re.MULTILINE)


def test_the_tour_says_what_went_wrong_and_what_half_the_rate_reaches(said: str) -> None:
    words = " ".join(said.split())
    assert "caught in a cycle of period two" in words
    last = re.findall(r"after pass 19,99\d loss (0\.\d{6}) gradient norm 0\.\d{6}", words)
    assert {float(loss) for loss in last[:4]} == set(CYCLE)
    assert float(last[4]) <= 0.0679


def test_the_pictures_are_where_they_are_wanted(facts: dict[str, Any], folder: Path) -> None:
    assert {path.name for path in folder.iterdir()} == PICTURES
    assert {Path(picture) for picture in facts["pictures"]} == set(folder.iterdir())
    for picture in folder.iterdir():
        assert picture.read_bytes().startswith(b"\x89PNG")


def test_json_holds_the_numbers(facts: dict[str, Any]) -> None:
    assert facts["losses"]["0"] == pytest.approx(0.432387, abs=5e-7)
    sizes = {entry["hidden"]: entry for entry in facts["sizes"]}
    assert list(sizes) == [1, 2, 3, 4, 5, 20, 50]
    assert min(abs(sizes[3]["loss"] - loss) for loss in CYCLE) < 5e-7
    assert facts["half_rate"]["loss"] <= 0.0679
    assert facts["half_rate"]["gradient_norm"] < sizes[3]["gradient_norm"] / 100


def test_accuracy_is_measured_on_points_the_tutorial_never_had(
    facts: dict[str, Any], tutorial: Tutorial
) -> None:
    assert facts["held_out_points"] >= 1_000
    X, y = make_moons(200, noise=0.2, random_state=0)
    seen = {tuple(row) for row in X}
    assert not any(tuple(row) in seen for row in tutorial.X_fresh.to_numpy())
    # scikit-learn's straight line, judged without any of moonlet's code.
    line = LogisticRegressionCV(l1_ratios=(0,), scoring="accuracy", use_legacy_attributes=False)
    right: Any = line.fit(X, y).predict(tutorial.X_fresh.to_numpy()) == tutorial.y_fresh
    assert facts["straight_line"]["held_out_accuracy"] == pytest.approx(np.mean(right))


def test_the_end_of_a_descent_is_one_step_after_its_curve(tutorial: Tutorial) -> None:
    # In a cycle of period two the loss after the last pass is the loss two passes before.
    network, end = tutorial.pictured, tutorial.ends[3]
    assert end.loss == pytest.approx(network.loss_curve_[-2], abs=1e-7)
    assert end.loss != pytest.approx(network.loss_curve_[-1], abs=1e-5)
