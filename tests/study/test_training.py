from __future__ import annotations

from dataclasses import replace
from typing import Any

import numpy as np
import pytest
from sklearn.base import clone
from sklearn.metrics import get_scorer, log_loss
from sklearn.preprocessing import StandardScaler

from moonlet import MLPClassifier, MLPRegressor, engine
from moonlet.study import training
from moonlet.study.cuts import Fold
from moonlet.study.executors import LocalExecutor
from moonlet.study.plan import Job, layer_sizes
from moonlet.study.problem import Problem
from moonlet.study.targets import Classes, Numbers, Target, mean, raw_outputs
from moonlet.study.training import NetworkResult
from tests.study.conftest import run


def fitted_alone(problem: Problem, job: Job) -> tuple[MLPClassifier, StandardScaler]:
    fold = problem.folds[job.fold]
    scaler = StandardScaler().fit(problem.X[fold.train])
    estimator = clone(problem.estimator).set_params(
        hidden_layer_sizes=layer_sizes(job.hidden), alpha=job.alpha, random_state=job.seed
    )
    rows = scaler.transform(problem.X[fold.train])
    return estimator.fit(rows, problem.coded[fold.train]), scaler


def test_a_result_is_what_the_estimator_gives_when_it_is_fitted_alone(
    problem: Problem, jobs: list[Job]
) -> None:
    results = run(problem, jobs)
    for job in jobs[::5]:
        fold = problem.folds[job.fold]
        estimator, scaler = fitted_alone(problem, job)
        held_out = scaler.transform(problem.X[fold.valid])
        truth = problem.coded[fold.valid]
        result = results[job.key]
        # rtol: the same bits of weights; the sums over rows may be taken in another order.
        assert result.valid_loss == pytest.approx(
            log_loss(truth, estimator.predict_proba(held_out)), rel=1e-12
        )
        assert result.valid_score == estimator.score(held_out, truth)
        assert result.n_iter == estimator.n_iter_
        assert result.status == estimator.stop_reason_


def test_the_training_loss_is_told_without_the_penalty(problem: Problem, jobs: list[Job]) -> None:
    job = next(job for job in jobs if job.hidden == 3 and job.alpha == 1.0)
    estimator, scaler = fitted_alone(problem, job)
    rows = problem.folds[job.fold].train
    expected = log_loss(
        problem.coded[rows], estimator.predict_proba(scaler.transform(problem.X[rows]))
    )
    result = run(problem, [job])[job.key]
    assert result.train_loss == pytest.approx(expected, rel=1e-12)
    assert result.train_loss < estimator.loss_


def test_the_gradient_of_a_converged_network_is_small(problem: Problem, jobs: list[Job]) -> None:
    for result in run(problem, jobs).values():
        assert result.status == "converged"
        assert result.gradient_norm < 1e-2


def test_results_do_not_depend_on_threads_order_or_chunks(
    problem: Problem, jobs: list[Job], monkeypatch: pytest.MonkeyPatch
) -> None:
    def without_time(results: dict[object, NetworkResult]) -> list[NetworkResult]:
        return [replace(results[job.key], seconds=0.0) for job in jobs]

    expected = without_time(run(problem, jobs))
    assert without_time(run(problem, jobs[::-1], n_threads=2)) == expected
    monkeypatch.setattr(training, "_CHUNK_NETWORKS", 5)
    assert without_time(run(problem, jobs, n_threads=2)) == expected
    monkeypatch.setattr(training, "_CHUNK_PARAMETERS", 20)
    assert without_time(run(problem, jobs)) == expected


def test_held_out_rows_have_no_part_in_preprocessing_or_training(
    problem: Problem, jobs: list[Job]
) -> None:
    job = jobs[-1]
    moved = problem.X.copy()
    moved[problem.folds[job.fold].valid] += 1e3
    elsewhere = Problem(moved, problem.coded, problem.target, problem.estimator, problem.folds)
    before, after = run(problem, [job])[job.key], run(elsewhere, [job])[job.key]
    assert after.train_loss == before.train_loss
    assert after.valid_loss != before.valid_loss


def test_an_interruption_reports_what_had_finished_and_goes_on(
    problem: Problem, jobs: list[Job]
) -> None:
    seen: list[NetworkResult] = []

    def stop(results: list[NetworkResult]) -> None:
        seen.extend(results)
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        LocalExecutor(1).run(problem, jobs, stop)
    keys = [result.key for result in seen]
    assert len(set(keys)) == len(keys) > 0
    assert set(keys) <= {job.key for job in jobs}


def test_a_scorer_is_asked_for_the_score(problem: Problem, jobs: list[Job]) -> None:
    for name in ("roc_auc", "f1", "neg_log_loss"):
        scorer = get_scorer(name)
        problem.scorer = scorer
        job = jobs[-1]
        estimator, scaler = fitted_alone(problem, job)
        fold = problem.folds[job.fold]
        expected = scorer(
            estimator, scaler.transform(problem.X[fold.valid]), problem.coded[fold.valid]
        )
        assert run(problem, [job])[job.key].valid_score == pytest.approx(expected, rel=1e-12)


def test_a_diverged_network_is_told_and_has_no_losses(problem: Problem) -> None:
    hasty = MLPClassifier(activation="relu", solver="gd", learning_rate_init=1e100, max_iter=50)
    problem = Problem(problem.X, problem.coded, problem.target, hasty, problem.folds)
    result = run(problem, [Job(5, 0.01, 0, 0, seed=0)])[5, 0.01, 0, 0]
    assert result.status == "diverged"
    assert np.isnan([result.train_loss, result.valid_loss, result.valid_score]).all()


def test_three_classes_are_trained_with_one_output_each() -> None:
    rng = np.random.RandomState(0)
    y = np.arange(60) % 3
    X = rng.normal(size=(60, 2)) + 3 * np.eye(3)[y][:, :2]
    fold = Fold(np.arange(40), np.arange(40, 60))
    problem = Problem(
        X, y, Classes(np.arange(3)), MLPClassifier(activation="tanh", solver="lbfgs"), {0: fold}
    )
    job = Job(2, 0.1, 0, 0, seed=1)
    estimator, scaler = fitted_alone(problem, job)
    held_out = scaler.transform(X[fold.valid])
    expected = log_loss(y[fold.valid], estimator.predict_proba(held_out), labels=range(3))
    assert run(problem, [job])[job.key].valid_loss == pytest.approx(expected, rel=1e-12)


OTHER_NETWORKS: list[tuple[Any, Target]] = [
    (MLPClassifier(solver="lbfgs", class_weight="balanced"), Classes(np.arange(3))),
    (MLPClassifier(solver="lbfgs", label_smoothing=0.2), Classes(np.arange(3))),
    (MLPClassifier(solver="adam", dropout=0.2, max_iter=30), Classes(np.arange(3))),
    (MLPClassifier(solver="adam", early_stopping=True, max_iter=30), Classes(np.arange(3))),
    (MLPRegressor(solver="lbfgs"), Numbers()),
    (MLPRegressor(solver="lbfgs", loss="absolute_error", max_iter=50), Numbers("absolute_error")),
    (MLPRegressor(solver="lbfgs", loss="quantile", quantile=0.8), Numbers("quantile", 0.8)),
    (MLPRegressor(solver="lbfgs", loss="huber"), Numbers("huber", 1.0)),
    (MLPRegressor(solver="lbfgs", loss="poisson"), Numbers("poisson")),
]


@pytest.mark.filterwarnings("ignore::sklearn.exceptions.ConvergenceWarning")
@pytest.mark.parametrize(("template", "target"), OTHER_NETWORKS)
def test_networks_are_judged_by_the_studys_own_losses_of_rows(
    template: Any, target: Target
) -> None:
    rng = np.random.RandomState(0)
    X = rng.normal(size=(90, 2))
    signal = X[:, 0] + 0.5 * rng.normal(size=90)
    values = (
        np.digitize(signal, [-0.5, 1.0]) if isinstance(target, Classes) else 40.0 + 7.0 * signal
    )
    if target == Numbers("poisson"):
        values = rng.poisson(np.exp(signal)).astype(float)
    fold = Fold(np.arange(60), np.arange(60, 90))
    problem = Problem(X, values, target, template, {0: fold})
    job = Job(4, 0.1, 0, 0, seed=1)
    trainer = problem.trainer(job)
    engine.train([trainer])
    result, prepared = training.measure(problem, job, trainer), problem.prepare(0)
    network, parameters = trainer.spec.network, trainer.parameters
    held_out = problem.measure_held_out(prepared, network, parameters)[:2]
    assert (result.valid_loss, result.valid_score) == pytest.approx(held_out, rel=1e-9)
    predictions = target.predictions(
        raw_outputs(network, parameters, prepared.X_train), prepared.scale
    )
    # By the weights that they are trained with.
    own = mean(target.row_losses(predictions, prepared.train_values), prepared.rows.weight)
    assert result.train_loss == pytest.approx(own, rel=1e-9)
    _, gradient = engine.loss_and_gradient(
        network, parameters, prepared.training_data, trainer.spec.alpha
    )
    assert result.gradient_norm == pytest.approx(np.linalg.norm(gradient), rel=1e-9, abs=1e-12)
