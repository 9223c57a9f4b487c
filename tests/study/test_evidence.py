from __future__ import annotations

import itertools

import numpy as np
import pandas as pd
import pytest
from sklearn.base import clone
from sklearn.metrics import log_loss
from sklearn.preprocessing import StandardScaler

from moonlet import CapacityStudy
from moonlet.study.evidence import Evidence, standard_error
from moonlet.study.measure import Measure
from moonlet.study.plan import Job, layer_sizes, plan_jobs
from moonlet.study.problem import Problem
from tests.study.conftest import run


def evidence_of(problem: Problem, jobs: list[Job], n_starts: int) -> Evidence:
    evidence = Evidence(problem, Measure(), len(problem.folds), 0, n_starts)
    evidence.add(run(problem, jobs).values())
    return evidence


def test_starts_are_averaged_before_the_output_function(problem: Problem) -> None:
    jobs = plan_jobs([3], [0.1], range(3), 2, seed=0)
    evidence = evidence_of(problem, jobs, 2)
    for number, fold in problem.folds.items():
        scaler = StandardScaler().fit(problem.X[fold.train])
        logits = []
        for job in (job for job in jobs if job.fold == number):
            network = clone(problem.estimator).set_params(
                hidden_layer_sizes=layer_sizes(3), alpha=0.1, random_state=job.seed
            )
            network.fit(scaler.transform(problem.X[fold.train]), problem.coded[fold.train])
            right = network.predict_proba(scaler.transform(problem.X[fold.valid]))[:, 1]
            logits.append(np.log(right / (1 - right)))
        together = 1 / (1 + np.exp(-np.mean(logits, axis=0)))
        truth = problem.coded[fold.valid]
        told = evidence.losses((3, 0.1), [number])
        # rtol: the logit of a probability near 1 has lost some digits.
        assert told[0] == pytest.approx(log_loss(truth, together), rel=1e-6)
        assert evidence.scores((3, 0.1), [number])[0] == np.mean((together > 0.5) == truth)


def test_a_fold_has_an_answer_only_when_all_starts_are_there(problem: Problem) -> None:
    jobs = plan_jobs([3], [0.1], range(3), 2, seed=0)
    evidence = evidence_of(problem, jobs[:-1], 2)
    assert evidence.is_complete((3, 0.1), [0, 1])
    assert not evidence.is_complete((3, 0.1), [2])
    assert evidence.settings(evidence.folds) == []
    evidence.add(run(problem, jobs[-1:]).values())
    assert evidence.settings(evidence.folds) == [(3, 0.1)]


def test_the_outputs_are_let_go_when_they_have_done_their_part(problem: Problem) -> None:
    evidence = evidence_of(problem, plan_jobs([3], [0.1], range(3), 2, seed=0), 2)
    assert {result.raw for result in evidence.results.values()} == {b""}


def test_the_summary_agrees_with_pandas_over_the_table_of_results(
    small_study: CapacityStudy,
) -> None:
    results, summary = small_study.results_, small_study.summary_
    by_fold = results.groupby(["hidden", "alpha", "fold"], sort=False)
    grid = ["hidden", "alpha"]
    of_setting = results.groupby(grid, sort=False)
    np.testing.assert_allclose(summary["train_loss"], of_setting["train_loss"].mean(), rtol=1e-12)
    gaps = (results["valid_loss"] - results["train_loss"]).groupby(
        [results[key] for key in grid], sort=False
    )
    np.testing.assert_allclose(summary["gap"], gaps.mean(), rtol=1e-9)
    for name in ("valid_loss", "valid_score"):
        pooled = np.sqrt(by_fold[name].var().groupby(grid, sort=False).mean())
        np.testing.assert_allclose(summary[f"{name}_restart_sd"], pooled, rtol=1e-10, atol=1e-15)
    # Log loss is convex in the logits: averaged they cost no more than the mean of their costs.
    assert (summary["valid_loss"] <= of_setting["valid_loss"].mean().to_numpy() + 1e-12).all()
    assert (summary["n_networks"] == 6).all()
    assert (summary["n_folds"] == 3).all()
    converged = (results["status"] == "converged").groupby([results[k] for k in grid], sort=False)
    assert summary["n_converged"].tolist() == converged.sum().tolist()


def test_the_summary_counts_the_parameters_of_a_size(small_study: CapacityStudy) -> None:
    counted = dict(zip(small_study.summary_.hidden, small_study.summary_.n_parameters, strict=True))
    assert counted == {0: 3, 2: 9, 5: 21}  # Two features, one sigmoid output.


def test_a_single_fold_has_no_standard_error() -> None:
    assert np.isnan(standard_error(np.ones(1)))


def test_sizes_of_several_layers_are_single_entries_of_the_summary(problem: Problem) -> None:
    sizes, alphas = ((2, 2), (3, 3)), (0.1,)
    evidence = evidence_of(problem, plan_jobs(sizes, alphas, range(3), 1, seed=0), 1)
    summary = evidence.summary(list(itertools.product(sizes, alphas)))
    assert summary["hidden"].tolist() == [(2, 2), (3, 3)]
    assert isinstance(summary, pd.DataFrame)
