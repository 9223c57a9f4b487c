from __future__ import annotations

import pickle
from dataclasses import replace
from types import SimpleNamespace

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from sklearn.datasets import load_breast_cancer, load_diabetes
from sklearn.neural_network import MLPClassifier as ScikitLearnClassifier
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler

from moonlet import MLPClassifier, engine, reference
from moonlet.diagnosis import Finding, TrainingHistory, diagnose, examine
from moonlet.engine import Trainer, TrainingData
from moonlet.specs import Array, NetworkSpec, SolverSpec, StopRule, TrainingSpec
from tests import tutorial

MOONS = TrainingData(*tutorial.moons())


def _train(
    hidden: int = 3,
    rate: float = tutorial.RATE,
    max_iter: int = tutorial.N_PASSES,
    solver: str = "gd",
    tol: float = 0.0,
    max_fun: int = 15_000,
) -> TrainingHistory:
    """The tutorial's network, trained; or another size of it, or in another way."""
    spec = TrainingSpec(
        tutorial.network(hidden),
        SolverSpec(solver, rate),
        StopRule(max_iter, tol, max_fun=max_fun),
        tutorial.ALPHA,
    )
    trainer = Trainer(spec, MOONS, tutorial.start(hidden))
    engine.train([trainer])
    return TrainingHistory.of_trainer(trainer)


def _only(findings: list[Finding], kind: str) -> Finding:
    assert [finding.kind for finding in findings] == [kind]
    return findings[0]


def _history(losses: Array | list[float], **changes: object) -> TrainingHistory:
    """A history that nobody trained, of a descent over all its passes."""
    curve = np.asarray(losses, dtype=np.float64)
    history = TrainingHistory(
        curve, np.ones_like(curve), len(curve), "max_iter", "gd", 1.0, len(curve), tol=0.0
    )
    return replace(history, **changes)


# --- Oscillating --------------------------------------------------------------------------


def test_the_tutorials_cycle_of_period_two_is_recognized_in_its_numbers() -> None:
    words = str(_only(examine(_train()), "oscillating"))
    assert "a cycle of period 2" in words
    assert "0.070758" in words
    assert "0.071316" in words
    assert "the norm of its gradient is still 0.0707" in words
    assert "Halve it: learning_rate_init=1;" in words


def test_the_references_descent_is_judged_like_the_engines() -> None:
    X, Y = tutorial.moons()
    _, losses, norms = reference.gd(
        tutorial.network(1),
        tutorial.start(1),
        X,
        Y,
        learning_rate_init=tutorial.RATE,
        alpha=tutorial.ALPHA,
        max_iter=500,
    )
    history = TrainingHistory(losses, norms, 500, "max_iter", "gd", 2.0, 500, 0.0)
    assert "period 2" in _only(examine(history), "oscillating").message


def test_half_the_rate_cures_the_tutorial_and_the_cured_run_is_left_in_peace() -> None:
    change = _only(examine(_train()), "oscillating").change
    assert change == {"learning_rate_init": 1.0}
    assert examine(_train(rate=change["learning_rate_init"])) == []


@pytest.mark.parametrize("hidden", [1, 2, 4])
def test_halving_as_often_as_told_ends_the_swings_of_other_sizes(hidden: int) -> None:
    rate, halvings = tutorial.RATE, 0
    while any(finding.kind == "oscillating" for finding in examine(_train(hidden, rate))):
        rate, halvings = rate / 2, halvings + 1
    assert 1 <= halvings <= 4


@pytest.mark.parametrize("hidden", [5, 20, 50])
def test_descents_that_settle_are_not_said_to_swing(hidden: int) -> None:
    assert "oscillating" not in {finding.kind for finding in examine(_train(hidden))}


def test_slow_bursts_without_a_period_are_recognized() -> None:
    # Two units: hundreds of calm passes, then the loss leaps to 3.7, again and again.
    finding = _only(examine(_train(2)), "oscillating")
    assert "period" not in finding.message
    assert "goes up and down" in finding.message


def test_a_swing_that_makes_descent_call_itself_converged_is_recognized() -> None:
    history = _train(1, tol=1e-4)
    assert history.stop_reason == "converged"
    _only(examine(history), "oscillating")


@pytest.mark.parametrize("period", [2, 3, 4, 7, 30])
def test_the_period_of_a_cycle_is_found(period: int) -> None:
    cycle = 0.3 + 0.1 * np.sin(2 * np.pi * np.arange(period) / period + 0.3)
    finding = _only(examine(_history(np.tile(cycle, 400 // period))), "oscillating")
    assert f"cycle of period {period}," in finding.message


def test_a_slow_wave_is_not_taken_for_a_short_cycle() -> None:
    wave = 0.3 + 0.1 * np.sin(np.arange(8_000) / 500)
    assert "period" not in _only(examine(_history(wave)), "oscillating").message


def test_the_noise_of_rounding_is_not_a_swing() -> None:
    rng = np.random.RandomState(0)
    assert examine(_history(0.3 + 1e-16 * rng.randn(1_000))) == []
    vanishing = np.concatenate([np.geomspace(1.0, 1e-25, 200), 1e-26 * rng.uniform(size=800)])
    assert examine(_history(vanishing)) == []


def test_a_bump_that_is_over_and_left_the_loss_lower_than_ever_is_not_a_swing() -> None:
    losses = np.geomspace(1.0, 0.5, 200)
    losses[160] = 2.0
    assert "oscillating" not in {finding.kind for finding in examine(_history(losses))}


# --- Diverged -----------------------------------------------------------------------------


def _regress(rate: float, hidden: int = 20, max_iter: int = 300) -> TrainingHistory:
    X, y = load_diabetes(return_X_y=True)
    network = NetworkSpec((10, hidden, 1), ("relu",), "identity")
    spec = TrainingSpec(network, SolverSpec("gd", rate), StopRule(max_iter, tol=0.0))
    rng = np.random.RandomState(0)
    start = rng.randn(network.n_parameters) / 3.0
    trainer = Trainer(spec, TrainingData(10.0 * X, y[:, np.newaxis]), start)
    engine.train([trainer])
    return TrainingHistory.of_trainer(trainer)


@pytest.mark.parametrize("rate", [0.1, 1.0, 100.0, 1e6, 1e150])
def test_divergence_names_the_iteration_and_a_rate_that_holds(rate: float) -> None:
    history = _regress(rate)
    assert history.stop_reason == "diverged"
    finding = _only(examine(history), "diverged")
    assert f"in iteration {history.n_iter}" in finding.message
    assert f"learning_rate_init={rate:g}" in finding.message
    cured = _regress(finding.change["learning_rate_init"])
    assert cured.stop_reason == "max_iter"
    assert "diverged" not in {finding.kind for finding in examine(cured)}
    assert cured.loss_curve[-1] < cured.loss_curve[0]


def test_a_descent_on_its_way_to_infinity_has_diverged_before_it_arrives() -> None:
    line = NetworkSpec((1, 1), (), "identity")
    X, Y = [[1.0], [-1.0]], [[1.0], [-1.0]]
    _, losses, norms = reference.gd(line, [0.0, 0.0], X, Y, learning_rate_init=2.5, max_iter=50)
    assert np.isfinite(losses).all()
    history = replace(
        _history(losses), gradient_norm_curve=norms, learning_rate_init=2.5, max_iter=50
    )
    change = _only(examine(history), "diverged").change
    _, cured, _ = reference.gd(line, [0.0, 0.0], X, Y, **change, max_iter=50)
    assert cured[-1] < 1e-3 * cured[0]


def test_inputs_beyond_all_measure_are_to_be_standardized() -> None:
    for solver in ("gd", "lbfgs"):
        history = _history([np.inf], stop_reason="diverged", solver=solver)
        finding = _only(examine(history), "diverged")
        assert "iteration 1:" in finding.message
        assert finding.cure.startswith("Standardize the features")
        assert finding.change == {}


def test_a_gradient_that_left_the_finite_numbers_before_the_loss_is_noticed() -> None:
    norms = np.array([1.0, 1.0, np.inf])
    history = _history([1.0, 5.0, 9.0], gradient_norm_curve=norms, stop_reason="diverged")
    assert (
        "iteration 3, its loss risen from 1.000000 to 5.000000:"
        in _only(examine(history), "diverged").message
    )


# --- Stopped early ------------------------------------------------------------------------


@pytest.mark.parametrize("max_iter", [50, 1_000])
def test_a_descent_cut_short_is_told_its_pace_and_a_larger_max_iter(max_iter: int) -> None:
    history = _train(rate=1.0, max_iter=max_iter)
    finding = _only(examine(history), "stopped_early")
    fallen = history.loss_curve[-1 - max_iter // 4] - history.loss_curve[-1]
    words = f"by {fallen:.3g} in the last {max_iter // 4} of {max_iter} iterations"
    assert f"max_iter={max_iter} while the loss was still falling: {words}" in finding.message
    assert f"gradient of norm {history.gradient_norm_curve[-1]:.3g}" in finding.message
    assert finding.change["max_iter"] >= 2 * max_iter
    assert f"max_iter={finding.change['max_iter']}." in finding.cure


def test_a_descent_of_a_few_passes_is_told_what_the_last_one_gained() -> None:
    finding = _only(examine(_train(rate=1.0, max_iter=5)), "stopped_early")
    assert "in the last of 5 iterations" in finding.message


@pytest.mark.parametrize(("hidden", "rate", "max_iter"), [(3, 1.0, 1_000), (20, 1.0, 20_000)])
def test_the_larger_max_iter_is_enough_and_lowers_the_loss(
    hidden: int, rate: float, max_iter: int
) -> None:
    short = _train(hidden, rate, max_iter)
    change = _only(examine(short), "stopped_early").change
    longer = _train(hidden, rate, int(change["max_iter"]))
    assert examine(longer) == []
    assert longer.loss_curve[-1] < 0.99 * short.loss_curve[-1]


def test_lbfgs_cut_short_is_told_which_limit_it_ran_into() -> None:
    change = _only(examine(_train(20, solver="lbfgs", max_iter=30)), "stopped_early").change
    assert list(change) == ["max_iter"]
    assert _train(20, solver="lbfgs", max_iter=int(change["max_iter"])).n_iter > 30

    short = _train(20, solver="lbfgs", max_fun=30)
    assert short.n_iter < 30
    assert "max_fun=30 while" in _only(examine(short), "stopped_early").message


def test_lbfgs_that_converged_is_left_in_peace() -> None:
    history = _train(3, solver="lbfgs", max_iter=5_000, tol=1e-4)
    assert history.stop_reason == "converged"
    assert examine(history) == []


def test_a_crawl_that_called_itself_converged_is_told_to_lower_tol() -> None:
    crawl = _train(rate=0.01, max_iter=500, tol=1e-3)
    assert crawl.stop_reason == "converged"
    finding = _only(examine(crawl), "stopped_early")
    assert finding.cure == "Lower it: tol=1e-05."
    assert _train(rate=0.01, max_iter=500, tol=finding.change["tol"]).n_iter == 500


def test_a_swing_is_not_told_to_go_on_for_longer() -> None:
    assert "max_iter" not in str(_only(examine(_train()), "oscillating"))


@pytest.mark.parametrize("reason", ["interrupted", "early_stopping", None])
def test_who_was_stopped_on_purpose_or_still_runs_did_not_stop_early(reason: str | None) -> None:
    assert examine(_history(np.geomspace(1.0, 0.1, 100), stop_reason=reason)) == []


# --- Any history, any estimator -----------------------------------------------------------


@given(
    losses=st.lists(st.floats(0.0) | st.just(np.nan), max_size=60),
    reason=st.sampled_from(["max_iter", "converged", "diverged", "interrupted", None]),
    solver=st.sampled_from(["gd", "lbfgs"]),
)
def test_no_history_is_too_odd(losses: list[float], reason: str | None, solver: str) -> None:
    history = _history(
        losses, stop_reason=reason, solver=solver, max_iter=max(1, len(losses)), tol=1e-4
    )
    findings = examine(history)
    assert len(findings) <= 1
    for finding in findings:
        assert "nan" not in finding.cure
        assert all(0.0 < value < np.inf for value in finding.change.values())


def test_an_estimator_is_diagnosed_and_its_cure_can_be_set() -> None:
    X, Y = tutorial.moons()
    estimator = MLPClassifier(
        (3,),
        activation="tanh",
        solver="gd",
        output="softmax",
        init="lecun_normal",
        learning_rate_init=2.0,
        alpha=0.01,
        max_iter=20_000,
        tol=0,
        random_state=0,
    ).fit(X, Y[:, 1].astype(int))
    finding = _only(diagnose(estimator), "oscillating")
    assert str(finding) == str(_only(examine(_train()), "oscillating"))
    cured = estimator.set_params(**finding.change).fit(X, Y[:, 1].astype(int))
    assert diagnose(cured) == []
    assert cured.loss_ <= 0.0679


def test_a_pipeline_is_diagnosed_by_its_last_step() -> None:
    X, y = load_breast_cancer(return_X_y=True)
    pipeline = make_pipeline(
        StandardScaler(),
        MLPClassifier((), solver="gd", learning_rate_init=0.3, max_iter=20, tol=0, random_state=0),
    )
    _only(diagnose(pipeline.fit(X, y)), "stopped_early")


@pytest.mark.parametrize(
    "estimator", [MLPClassifier(), ScikitLearnClassifier(), SimpleNamespace(loss_curve_=[1.0])]
)
def test_what_keeps_no_history_is_refused_with_the_cure(estimator: object) -> None:
    with pytest.raises(ValueError, match=r"fitted estimator of moonlet\. Got .* Call fit first"):
        diagnose(estimator)


def test_a_finding_is_a_value_that_can_be_sent_anywhere() -> None:
    finding = _only(examine(_train()), "oscillating")
    assert pickle.loads(pickle.dumps(finding)) == finding  # noqa: S301 - our own bytes
    assert len({finding, replace(finding)}) == 1
