"""Does what a study delivers win against what others would have used on the same tables?

Each table is cut into three outer folds. On the rows of two of them a study is held with its
defaults, and the usual tools are fitted with theirs, the straight line with a penalty chosen by
cross-validation; the third says who predicts best, by log loss or squared error.

    python -m benchmarks.does_the_delivered_model_win table.csv:target other.csv:y

Told are the mean rank, the geometric mean of the loss over the line's, and by how many standard
errors of the difference the study is ever behind the line. LightGBM and CatBoost take part where
they are installed. Results are kept in a file as they come in, and the script goes on from there.
"""

from __future__ import annotations

import argparse
import os
import time
import warnings
from collections.abc import Callable
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import numpy as np
from sklearn.compose import TransformedTargetRegressor
from sklearn.ensemble import HistGradientBoostingClassifier, HistGradientBoostingRegressor
from sklearn.linear_model import LogisticRegressionCV, RidgeCV
from sklearn.model_selection import KFold, StratifiedKFold
from sklearn.neural_network import MLPClassifier, MLPRegressor
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler
from threadpoolctl import threadpool_limits

from benchmarks.kept import measure_missing, results_in
from moonlet import CapacityStudy
from moonlet.data import load, make_preprocessor
from moonlet.study.rows import take

_FOLDS = 3
_LEAST = np.finfo(np.float64).eps


def line(is_numeric: bool) -> Any:
    if is_numeric:
        return RidgeCV(alphas=np.logspace(-3, 4, 22))
    return LogisticRegressionCV(
        Cs=10,
        cv=5,
        scoring="neg_log_loss",
        max_iter=2000,
        l1_ratios=(0.0,),
        use_legacy_attributes=False,
    )


def network(is_numeric: bool) -> Any:
    if is_numeric:
        return TransformedTargetRegressor(
            MLPRegressor(random_state=0), transformer=StandardScaler()
        )
    return MLPClassifier(random_state=0)


def trees(is_numeric: bool) -> Any:
    kind = HistGradientBoostingRegressor if is_numeric else HistGradientBoostingClassifier
    return kind(random_state=0)


def lightgbm(is_numeric: bool) -> Any:
    from lightgbm import LGBMClassifier, LGBMRegressor

    kind = LGBMRegressor if is_numeric else LGBMClassifier
    return kind(n_jobs=1, verbose=-1, random_state=0)


def catboost(is_numeric: bool) -> Any:
    from catboost import CatBoostClassifier, CatBoostRegressor

    kind = CatBoostRegressor if is_numeric else CatBoostClassifier
    return kind(thread_count=1, verbose=0, allow_writing_files=False, random_seed=0)


OTHERS: dict[str, Callable[[bool], Any]] = {
    "line": line,
    "scikit-learn's network": network,
    "scikit-learn's trees": trees,
    "LightGBM": lightgbm,
    "CatBoost": catboost,
}
OURS = "moonlet"


def measured(spec: str, number: int, name: str) -> dict[str, Any]:
    """Losses of the rows of an outer fold, and processor time, of one contender."""
    path, target = spec.rsplit(":", 1)
    X, y = load(path, target=target)
    is_numeric = y.dtype.kind == "f"
    cutter: Any = KFold if is_numeric else StratifiedKFold
    train, test = list(cutter(_FOLDS, shuffle=True, random_state=0).split(y, y))[number]
    known, fresh = take(X, train), take(X, test)
    told: dict[str, Any] = {"table": spec, "fold": number, "contender": name}
    with warnings.catch_warnings(), threadpool_limits(1):
        warnings.simplefilter("ignore")
        began = time.process_time()
        if name == OURS:
            model: Any = CapacityStudy(random_state=0, n_jobs=1).fit(known, y[train])
            verdict = model.verdict_
            told["claims"], told["delivered"] = verdict.beats_line, verdict.delivered.hidden
            told["gain"], told["error"] = verdict.gain, verdict.comparison.standard_error
        else:
            model = make_pipeline(make_preprocessor(known), OTHERS[name](is_numeric))
            model.fit(known, y[train])
        told["seconds"] = time.process_time() - began
    if is_numeric:
        losses = np.square(y[test] - model.predict(fresh))
    else:
        places = np.searchsorted(np.unique(y[train]), y[test])
        chances = model.predict_proba(fresh)[np.arange(len(test)), places]
        losses = -np.log(chances.clip(_LEAST))
    return {**told, "losses": losses.tolist()}


def main() -> None:
    options = _options()
    found = results_in(options.results)
    done = {(one["table"], one["fold"], one["contender"]) for one in found}
    names = [name for name in (OURS, *OTHERS) if name in options.contenders and _is_there(name)]
    wanted = [
        (spec, number, name)
        for spec in options.tables
        for number in range(_FOLDS)
        for name in names
        if (spec, number, name) not in done
    ]
    found += measure_missing(options.results, measured, wanted, options.processes)
    show(found, options.tables)


def _is_there(name: str) -> bool:
    return name not in ("LightGBM", "CatBoost") or find_spec(name.lower()) is not None


def show(found: list[dict[str, Any]], tables: list[str]) -> None:
    kept = {(one["table"], one["fold"], one["contender"]): one for one in found}
    folds = range(_FOLDS)
    names = [
        name
        for name in (OURS, *OTHERS)
        if all((spec, number, name) in kept for spec in tables for number in folds)
    ]
    print(f"| table | {' | '.join(names)} | rank | behind the line by (standard errors) |")
    print(f"| --- |{' ---: |' * (len(names) + 2)}")
    all_ranks, ratios, behind = [], [], []
    for spec in tables:
        of = {
            name: np.concatenate([kept[spec, number, name]["losses"] for number in folds])
            for name in names
        }
        means = np.array([of[name].mean() for name in names])
        ranks = means.argsort(kind="stable").argsort(kind="stable") + 1
        worse = of[OURS] - of["line"]
        error = worse.std(ddof=1) / np.sqrt(len(worse))
        behind.append(float(worse.mean() / error) if error > 0.0 else 0.0)
        all_ranks.append(ranks)
        ratios.append(means[0] / means[names.index("line")])
        delivered = "/".join(str(kept[spec, number, OURS]["delivered"]) for number in folds)
        cells = " | ".join(f"{mean:.4g}" for mean in means)
        table = f"{Path(spec.rsplit(':', 1)[0]).stem} ({delivered})"
        print(f"| {table} | {cells} | {ranks[0]} | {behind[-1]:+.2f} |")
    mean_ranks = np.mean(all_ranks, axis=0)
    print(f"| mean rank | {' | '.join(f'{rank:.2f}' for rank in mean_ranks)} | | |")
    share = float(np.exp(np.mean(np.log(ratios))))
    print(
        f"\n{len(all_ranks)} tables; loss over the line's, geometric mean: {share:.3f}; most "
        f"standard errors behind the line: {max(behind):+.2f}"
    )
    for name in names:
        spent = sum(kept[spec, number, name]["seconds"] for spec in tables for number in folds)
        print(f"processor time of {name}: {spent:.0f} s")


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("tables", nargs="+", metavar="FILE:TARGET")
    parser.add_argument("--processes", type=int, default=len(os.sched_getaffinity(0)))
    parser.add_argument("--contenders", nargs="*", default=[OURS, *OTHERS])
    parser.add_argument("--results", type=Path, default=Path("benchmarks/results/models.jsonl"))
    return parser.parse_args()


if __name__ == "__main__":
    main()
