"""The cases' own answers, from the contenders that need nothing but scikit-learn."""

from __future__ import annotations

import importlib
from collections.abc import Iterator
from itertools import chain
from typing import Any

import benchmarks.how_fast_are_1750_networks as study
import benchmarks.how_fast_is_the_matrix_kernel as kernel
import numpy as np
import pytest
from benchmarks.__main__ import QUESTIONS
from benchmarks.check import disagreements
from benchmarks.contest import AbsentError, Case
from benchmarks.moons import X, y
from benchmarks.worker import make
from sklearn.metrics import log_loss

from moonlet import MLPClassifier, engine

CASES = {case.name: case for question in QUESTIONS for case in question.cases()}
QUICKLY_ANSWERED = [
    "tutorial sweep, 64 bit",
    "Adam epoch, digits 1,797 × 64-100-10",
    "Adam epoch, SimpleChains' 4-32-16-4",
    "predict_proba, one row",
]


def answered(case: Case) -> Iterator[dict[str, Any]]:
    for one in case.contenders:
        if one.library not in ("PyTorch", "JAX") and one.threads == 1:
            ready = make(one.make, {**one.arguments, "quick": True})
            yield {**vars(one), "answers": ready.answers, "errors": ready.errors}


@pytest.mark.parametrize("name", QUICKLY_ANSWERED)
def test_all_agree_and_one_that_errs_is_noticed(name):
    told = [
        {**one, "answers": {key: list(map(float, of)) for key, of in one["answers"].items()}}
        for one in answered(CASES[name])
    ]
    assert len(told) > 1
    assert disagreements(told) == []
    for one in told:
        for values in one["answers"].values():
            right = values[-1]
            values[-1] *= 1.01
            assert disagreements(told), f"{one['name']} may be wrong by 1 %"
            values[-1] = right


@pytest.mark.parametrize("case", CASES.values(), ids=CASES)
def test_every_goal_names_contenders_and_every_contender_a_function(case):
    known = set(chain.from_iterable((one.name, one.library) for one in case.contenders))
    for goal in case.goals:
        assert {goal.slow, goal.fast} <= known
    for one in case.contenders:
        module, function = one.make.split(":")
        if not module.endswith(("torch", "jax")):
            assert callable(getattr(importlib.import_module(f"benchmarks.{module}"), function))
    assert len({one.name for one in case.contenders}) == len(case.contenders)


def test_both_sides_of_the_1750_networks_take_down_the_log_loss_of_the_rows_held_out():
    networks = study.grid(1)
    table = study.study(1, 2).fit(X, y).results_
    order = [tuple(one) for one in table[["hidden", "alpha", "fold", "restart"]].to_numpy()]
    assert order == [tuple(network) for network in networks]
    folds = study.folds()
    for at in range(0, len(networks), 30):
        network = networks[at]
        rows = folds[network.fold]
        estimator = MLPClassifier(
            (network.units,),
            "tanh",
            solver="lbfgs",
            alpha=network.alpha,
            max_iter=15_000,
            random_state=int(table["seed"][at]),
        ).fit(rows.X, rows.y)
        wanted = log_loss(rows.y_held_out, estimator.predict_proba(rows.X_held_out)[:, 1])
        assert table["valid_loss"][at] == pytest.approx(wanted, rel=1e-9)
    theirs = study.fit_theirs(networks[0], folds[0])
    assert 0.0 < theirs < 2.0


def test_the_whole_grid_has_1750_networks():
    assert len(study.grid(study.STARTS)) == 1_750


def test_the_study_is_judged_by_one_loss_a_start():
    told = [float(network.seed) for network in study.grid(3)]
    assert study.by_start(told, 3) == [0.0, 1.0, 2.0]


def test_growing_the_work_leaves_the_answer_as_it_was():
    told = list(answered(CASES["growth of time"]))
    assert len(told) == 4
    assert disagreements(told) == []


def test_a_kernel_that_is_not_built_is_absent_not_failed(tmp_path, monkeypatch):
    monkeypatch.setattr(kernel, "BUILT", tmp_path)
    level = engine.info().level
    with pytest.raises(AbsentError, match="make bench"):
        kernel.ours(level, "forward", quick=True)


def test_both_layouts_of_openblas_give_the_products():
    X, W, D = kernel.factors()
    for product, wanted in (("forward", X @ W), ("gradient", X.T @ D)):
        for by_row in (True, False):
            given = kernel.open_blas(by_row, product, quick=True).answers[product]
            # 784 products in 24 bits
            assert given == pytest.approx(np.linalg.norm(wanted, axis=1), rel=1e-5)
