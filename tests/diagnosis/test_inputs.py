from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from tests.diagnosis.runs import bundled, moons, run


@pytest.mark.parametrize("solver", ["adam", "sgd", "lbfgs"])
@pytest.mark.parametrize("name", ["wine", "breast_cancer"])
def test_columns_of_hundreds_are_to_be_standardized_and_that_helps(solver: str, name: str) -> None:
    rows = bundled(name, scaled=False)
    raw = run(rows, (20,), "relu", solver, 0.01)
    assert raw.kinds == ["unscaled_inputs"]
    (finding,) = raw.findings
    size = np.sqrt((rows.X**2).mean(axis=0))
    assert f"Column {size.argmax()} of X has the size {size.max():.3g}" in finding.message
    assert (finding.step, finding.change) == ("StandardScaler", {})
    cured = run(rows.standardized(), (20,), "relu", solver, 0.01)
    assert "unscaled_inputs" not in cured.kinds
    assert cured.loss < 0.5 * raw.loss


def test_a_training_that_ran_off_on_unscaled_inputs_is_told_of_these_not_of_its_rate() -> None:
    ran_off = run(bundled("wine", scaled=False), (20,), "relu", "gd", 1.0)
    assert ran_off.kinds == ["diverged"]
    assert ran_off.findings[0].step == "StandardScaler"
    assert "diverged" not in run(bundled("wine"), (20,), "relu", "gd", 1.0).kinds


def test_columns_of_hundredths_are_to_be_standardized() -> None:
    small = replace(moons(), X=moons().X / 50.0)
    run_of_small = run(small, (20,), "tanh", "sgd", 0.05)
    assert run_of_small.kinds == ["unscaled_inputs"]
    assert "hardly heard" in run_of_small.findings[0].message
    cured = run(moons(), (20,), "tanh", "sgd", 0.05)
    assert cured.loss < 0.8 * run_of_small.loss


@pytest.mark.parametrize("name", ["iris", "digits"])
def test_centimetres_and_pixels_are_let_pass(name: str) -> None:
    assert "unscaled_inputs" not in run(bundled(name, scaled=False), max_iter=20).kinds


def test_a_column_of_zeros_is_let_pass() -> None:
    empty = replace(moons(), X=np.zeros_like(moons().X))
    assert "unscaled_inputs" not in run(empty, max_iter=20).kinds


def test_a_target_of_hundreds_is_to_be_standardized_and_that_helps() -> None:
    raw = run(bundled("diabetes", scaled=False).standardized(), (20,))
    assert raw.kinds == ["unscaled_target"]
    assert "has the size 171" in raw.findings[0].message
    assert "TransformedTargetRegressor" in raw.findings[0].cure
    cured = run(bundled("diabetes"), (20,))
    assert "unscaled_target" not in cured.kinds
    assert cured.loss / cured.facts.base_loss < 0.5 < raw.loss / raw.facts.base_loss


def test_a_large_target_that_was_learned_nevertheless_is_let_pass() -> None:
    learned = run(bundled("diabetes", scaled=False).standardized(), (20,), "tanh", "lbfgs")
    assert "unscaled_target" not in learned.kinds
