"""What comes of a study once its networks are trained: tables, a verdict, and fitted models."""

from __future__ import annotations

from dataclasses import dataclass, fields, replace
from math import inf, nan
from operator import attrgetter
from typing import TYPE_CHECKING, Any

import numpy as np
from scipy import sparse
from sklearn.pipeline import Pipeline

from moonlet.study.cuts import Split
from moonlet.study.enough import Contender
from moonlet.study.evidence import Evidence
from moonlet.study.final import Ready, fit_line, fit_model, make_ready
from moonlet.study.grid import Grid
from moonlet.study.limits import limits
from moonlet.study.plan import Setting
from moonlet.study.problem import Problem
from moonlet.study.rows import take
from moonlet.study.rules import judge, with_test_rows
from moonlet.study.scores import FinalScores, gain_over_one_answer, score_on_test_rows
from moonlet.study.session import Stopped
from moonlet.study.straight_line import (
    StraightLine,
    alphas_of,
    fit_baseline,
    fit_straight_line,
)
from moonlet.study.training import NetworkResult
from moonlet.study.trees import fit_trees, trees_costs
from moonlet.study.verdict import Verdict

if TYPE_CHECKING:
    import pandas as pd

_COLUMNS = [field.name for field in fields(NetworkResult) if field.name != "raw"]


@dataclass(frozen=True, slots=True, eq=False)
class Outcome:
    """What a fitted `CapacityStudy` has, without the underscores."""

    results: pd.DataFrame
    summary: pd.DataFrame
    verdict: Verdict
    baseline: Pipeline
    tested_estimator: Pipeline
    best_estimator: Pipeline
    trees: Pipeline | None
    test_scores: FinalScores


def conclude(
    problem: Problem,
    grid: Grid,
    split: Split,
    evidence: Evidence,
    line: StraightLine,
    *,
    seed: int,
    scoring: Any,
    asked: tuple[str, ...],
    stopped: Stopped | None,
    seconds: float = inf,
) -> Outcome:
    """Judge the evidence, fit what is delivered, and hear the test rows.

    Parameters
    ----------
    problem : Problem
    grid : Grid
    split : Split
    evidence : Evidence
    line : StraightLine
    seed : int
        The study's.
    scoring : str, callable or None
    asked : tuple of str
        Questions about the rows.
    stopped : {"time", "interrupted"} or None
        Why the contest did not come to its end.
    seconds : float
        That are left: boosted trees that take longer are left out.
    """
    import pandas as pd

    order = _in_order(evidence, grid)
    rows = list(map(attrgetter(*_COLUMNS), evidence.table(evidence.folds, order)))
    is_sparse = sparse.issparse(problem.X)
    with_trees = grid.trees and stopped != "interrupted" and not is_sparse
    costs = None
    if with_trees and seconds > 0.0:
        costs = trees_costs(problem, grid.measure, evidence.folds, seconds)
    counts = None if problem.target.is_numeric else np.bincount(problem.coded)
    verdict = judge(
        evidence,
        line,
        split.numbered(),
        tuple(dict.fromkeys([*grid.sizes, *(size for size, _ in order)])),
        n_starts=grid.n_delivered,
        trees=costs,
        base_rate=nan if counts is None else float(counts.max() / counts.sum()),
        warnings=asked,
        raced=not stopped and grid.effort.races,
    )

    def fit(chosen: Contender, ready: Ready) -> Pipeline:
        setting = (chosen.hidden, chosen.alpha)
        return fit_model(grid.template, ready, setting, grid.n_delivered, seed)

    rest = make_ready(problem, split.rest)
    tested_line = fit(verdict.line, rest)
    is_line = verdict.delivered.hidden == 0
    tested = tested_line if is_line else fit(verdict.delivered, rest)
    # Nothing above has seen the test rows; below they can object to a claim, and make none.
    X_test, y_test = take(problem.X, split.test), problem.coded[split.test]
    weight = None if problem.weight is None else problem.weight[split.test]
    scores = score_on_test_rows(problem.target, tested, tested_line, X_test, y_test, weight)
    verdict = with_test_rows(verdict, scores)
    over_one_answer = None
    # Weights of classes ask for other probabilities than the shares of the classes.
    if problem.class_weight is None:
        others = problem.coded[split.rest]
        over_one_answer = gain_over_one_answer(
            problem.target, tested, X_test, y_test, others, weight
        )
    few = len(line.alphas) < len(alphas_of(problem))
    told = (
        *verdict.warnings,
        *limits(
            verdict,
            grid,
            stopped,
            is_sparse=is_sparse,
            penalties=line.alphas if few else (),
            without_trees=with_trees and costs is None,
            over_one_answer=over_one_answer,
        ),
    )
    verdict = replace(verdict, warnings=told)
    everything = np.arange(len(problem.coded)) if grid.refit else split.rest
    delivered = tested
    if grid.refit:
        ready = make_ready(problem, everything)
        if verdict.delivered.hidden == 0:
            penalties = _penalties_of_all(problem, grid, split, line, seed, stopped)
            delivered = fit_line(grid.template, ready, penalties)
        else:
            delivered = fit(verdict.delivered, ready)
    return Outcome(
        results=pd.DataFrame(rows, columns=_COLUMNS),
        summary=evidence.summary(order),
        verdict=verdict,
        baseline=fit_baseline(problem, split, verdict.line.alpha, scoring),
        tested_estimator=tested,
        best_estimator=delivered,
        trees=None if costs is None else fit_trees(problem, everything),
        test_scores=scores,
    )


def _penalties_of_all(
    problem: Problem,
    grid: Grid,
    split: Split,
    line: StraightLine,
    seed: int,
    stopped: Stopped | None,
) -> list[float]:
    """Penalties that folds of all rows choose, as those of the line that ours is held against."""
    folds = split.numbered()
    if split.of_all is not None and not problem.in_32_bit and stopped is None:
        folds = split.of_all()
        line = fit_straight_line(problem.on(folds), folds, grid.n_threads)
    return line.penalties(grid.measure, list(folds), len(split.folds), seed)


def _in_order(evidence: Evidence, grid: Grid) -> list[Setting]:
    """Settings by size, as given or tried; then by alpha, as given or from the weakest."""
    tried = evidence.settings([])
    sizes = list(dict.fromkeys([*grid.sizes, *(size for size, _ in tried)]))
    alphas = list(grid.alphas or sorted({alpha for _, alpha in tried}))
    return sorted(tried, key=lambda one: (sizes.index(one[0]), alphas.index(one[1])))
