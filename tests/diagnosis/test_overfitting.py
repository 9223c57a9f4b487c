from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from sklearn.datasets import load_iris, make_moons
from sklearn.exceptions import ConvergenceWarning
from sklearn.model_selection import train_test_split
from sklearn.preprocessing import StandardScaler

from moonlet import MLPClassifier, reference
from tests.diagnosis.runs import Rows, classes, run


def _few_rows(n_rows: int = 60, noise: float = 0.4) -> Rows:
    X, y = make_moons(n_rows + 300, noise=noise, random_state=0)
    rows, others = classes(X[:n_rows], y[:n_rows]), classes(X[n_rows:], y[n_rows:])
    return replace(rows, held_out=(others.X, others.Y))


@pytest.mark.parametrize(("solver", "rate"), [("adam", 0.01), ("gd", 0.5)])
def test_a_validation_loss_that_rises_is_told_where_to_stop_and_stopping_helps(
    solver: str, rate: float
) -> None:
    learned_by_heart = run(_few_rows(), (100,), "relu", solver, rate, max_iter=2_000, tol=0.0)
    assert learned_by_heart.kinds == ["over_fitting"]
    curve = learned_by_heart.trainer.validation_loss_curve
    words = str(learned_by_heart.findings[0])
    told = int(words.split("after iteration ")[1].split(",")[0])
    assert told - 1 == curve.argmin()
    assert learned_by_heart.findings[0].change["early_stopping_on"] == "loss"
    stopped = run(
        _few_rows(), (100,), "relu", solver, rate, max_iter=2_000, tol=0.0, early_stopping="loss"
    )
    assert stopped.kinds == []
    assert stopped.trainer.validation_loss_curve.min() < 0.9 * curve[-1]


def test_lbfgs_is_told_to_hold_its_weights_back_until_that_helps() -> None:
    alpha, losses = 1e-4, []
    while True:
        run_of_it = run(_few_rows(), (100,), "relu", "lbfgs", alpha=alpha, max_iter=1_000)
        losses.append(run_of_it.trainer.validation_loss_curve[-1])
        if "over_fitting" not in run_of_it.kinds:
            break
        alpha = float(run_of_it.findings[0].change["alpha"])
    assert 0.1 <= alpha <= 100.0
    assert losses[-1] < 0.5 * losses[0]


@pytest.mark.parametrize("seed", range(5))
def test_a_validation_loss_that_falls_or_rests_is_let_pass(seed: int) -> None:
    healthy = run(_few_rows(600, noise=0.2), (10,), "relu", "adam", 0.01, max_iter=500, seed=seed)
    assert "over_fitting" not in healthy.kinds


def test_without_a_validation_curve_nothing_is_claimed() -> None:
    rows = replace(_few_rows(), held_out=None)
    assert "over_fitting" not in run(rows, (100,), "relu", "lbfgs", max_iter=1_000).kinds
    assert np.isfinite(run(rows, (100,), "relu", "lbfgs").loss)


def test_who_kept_the_best_weights_is_not_told_to_go_on_for_longer() -> None:
    X, y = make_moons(360, noise=0.4, random_state=0)
    # So patient that it goes on to the end, where the training loss is still falling.
    network = MLPClassifier(
        (100,),
        learning_rate_init=0.01,
        max_iter=500,
        n_iter_no_change=500,
        early_stopping=True,
        early_stopping_on="loss",
        random_state=0,
    )
    with pytest.warns(ConvergenceWarning):
        network.fit(X[:60], y[:60], eval_set=(X[60:], y[60:]))
    assert network.diagnosis_ == []


def test_early_stopping_that_lbfgs_does_not_heed_hides_nothing() -> None:
    X, y = make_moons(360, noise=0.4, random_state=0)
    network = MLPClassifier(
        (100,), solver="lbfgs", max_iter=5_000, early_stopping=True, random_state=0
    )
    network.fit(X[:60], y[:60], eval_set=(X[60:], y[60:]))
    assert [finding.kind for finding in network.diagnosis_] == ["over_fitting"]


def _iris(seed: int) -> Rows:
    X, y = load_iris(return_X_y=True)
    X = StandardScaler().fit_transform(X)
    split = train_test_split(X, y, test_size=0.3, stratify=y, random_state=seed)
    rows, others = classes(split[0], split[2]), classes(split[1], split[3])
    return replace(rows, held_out=(others.X, others.Y))


@pytest.mark.parametrize("seed", range(6))
def test_nobody_learned_by_heart_who_answers_other_rows_as_well_as_their_own(seed: int) -> None:
    rows = _iris(seed)
    trained = run(rows, (3,), "tanh", "gd", 0.5, max_iter=2_600, tol=0.0, alpha=0.01 * 105)
    p, network = trained.trainer.parameters, trained.trainer.spec.network
    own = reference.loss(network, p, rows.X, rows.Y)  # without the penalty
    others = trained.trainer.validation_loss_curve
    risen = others[-1] > 1.1 * others.min()
    assert trained.facts.penalty == pytest.approx(trained.trainer.loss - own, rel=1e-6)
    assert ("over_fitting" in trained.kinds) == (risen and others[-1] > own)


def test_a_penalised_loss_is_not_compared_with_one_that_is_not() -> None:
    # Validation .041 beside .048, or .052 with the penalty: a false alarm until it was looked at.
    X, y = load_iris(return_X_y=True)
    X = StandardScaler().fit_transform(X)
    own, others, labels, their = train_test_split(X, y, test_size=0.3, stratify=y, random_state=0)
    network = MLPClassifier(
        (3,),
        activation="tanh",
        solver="gd",
        learning_rate_init=0.5,
        alpha=0.01,
        max_iter=2_600,
        tol=0,
        random_state=0,
    ).fit(own, labels, eval_set=(others, their))
    curve = np.asarray(network.validation_loss_curve_)
    assert curve[-1] > 1.5 * curve.min()  # which alone is no reason
    assert network.diagnosis_ == []


def test_what_was_learned_by_heart_is_told_without_the_penalty() -> None:
    learned = run(_few_rows(), (100,), "relu", "adam", 0.01, max_iter=2_000, tol=0.0, alpha=0.1)
    (finding,) = learned.findings
    assert finding.kind == "over_fitting"
    network, rows = learned.trainer.spec.network, _few_rows()
    own = reference.loss(network, learned.trainer.parameters, rows.X, rows.Y)
    told = finding.message.split("the training loss, without the penalty, fell on to ")[1]
    assert float(told.split(":")[0]) == pytest.approx(own, rel=0.05)
