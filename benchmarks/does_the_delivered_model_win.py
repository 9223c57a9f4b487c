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
import json
import os
import time
import warnings
from collections.abc import Callable
from concurrent.futures import ProcessPoolExecutor, as_completed
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


def measured(spec: str, number: int) -> dict[str, Any]:
    """Losses of the rows of an outer fold, and processor time, by contender."""
    path, target = spec.rsplit(":", 1)
    X, y = load(path, target=target)
    is_numeric = y.dtype.kind == "f"
    cutter: Any = KFold if is_numeric else StratifiedKFold
    train, test = list(cutter(_FOLDS, shuffle=True, random_state=0).split(y, y))[number]
    classes = None if is_numeric else np.unique(y[train])

    def losses(model: Any, rows: Any) -> np.ndarray:
        if classes is None:
            return np.square(y[test] - model.predict(rows))
        chances = model.predict_proba(rows)[np.arange(len(test)), np.searchsorted(classes, y[test])]
        return -np.log(chances.clip(_LEAST))

    told: dict[str, Any] = {"table": spec, "fold": number, "losses": {}, "seconds": {}}
    with warnings.catch_warnings(), threadpool_limits(1):
        warnings.simplefilter("ignore")
        began = time.process_time()
        study = CapacityStudy(random_state=0, n_jobs=1).fit(take(X, train), y[train])
        told["seconds"][OURS] = time.process_time() - began
        told["losses"][OURS] = losses(study, take(X, test)).tolist()
        verdict = study.verdict_
        told["claims"], told["delivered"] = verdict.beats_line, verdict.delivered.hidden
        told["gain"], told["error"] = verdict.gain, verdict.comparison.standard_error
        preprocessor = make_preprocessor(take(X, train))
        known, fresh = preprocessor.fit_transform(take(X, train)), None
        fresh = preprocessor.transform(take(X, test))
        for name, make in OTHERS.items():
            began = time.process_time()
            try:
                model = make_pipeline(make(is_numeric)).fit(known, y[train])
            except ImportError:
                continue
            told["seconds"][name] = time.process_time() - began
            told["losses"][name] = losses(model, fresh).tolist()
    return told


def main() -> None:
    options = _options()
    kept = options.results
    found = [json.loads(row) for row in kept.read_text().splitlines()] if kept.exists() else []
    done = {(one["table"], one["fold"]) for one in found}
    wanted = [
        (spec, number)
        for spec in options.tables
        for number in range(_FOLDS)
        if (spec, number) not in done
    ]
    kept.parent.mkdir(parents=True, exist_ok=True)
    with ProcessPoolExecutor(options.processes) as pool, kept.open("a") as file:
        for future in as_completed([pool.submit(measured, *one) for one in wanted]):
            found.append(future.result())
            file.write(json.dumps(found[-1]) + "\n")
            file.flush()
    show(found, options.tables)


def show(found: list[dict[str, Any]], tables: list[str]) -> None:
    names = [OURS, *OTHERS]
    names = [name for name in names if all(name in one["losses"] for one in found)]
    print(f"| table | {' | '.join(names)} | rank | behind the line by (standard errors) |")
    print(f"| --- |{' ---: |' * (len(names) + 2)}")
    all_ranks, ratios, behind = [], [], []
    for spec in tables:
        mine = [one for one in found if one["table"] == spec]
        if not mine:
            continue
        of = {name: np.concatenate([one["losses"][name] for one in mine]) for name in names}
        means = np.array([of[name].mean() for name in names])
        ranks = means.argsort(kind="stable").argsort(kind="stable") + 1
        worse = of[OURS] - of["line"]
        error = worse.std(ddof=1) / np.sqrt(len(worse))
        by = float(worse.mean() / error) if error > 0.0 else 0.0
        all_ranks.append(ranks)
        ratios.append(means[0] / means[names.index("line")])
        behind.append(by)
        delivered = "/".join(str(one["delivered"]) for one in mine)
        name = f"{Path(spec.rsplit(':', 1)[0]).stem} ({delivered})"
        cells = " | ".join(f"{mean:.4g}" for mean in means)
        print(f"| {name} | {cells} | {ranks[0]} | {by:+.2f} |")
    mean_ranks = np.mean(all_ranks, axis=0)
    print(f"| mean rank | {' | '.join(f'{rank:.2f}' for rank in mean_ranks)} | | |")
    share = float(np.exp(np.mean(np.log(ratios))))
    print(
        f"\n{len(all_ranks)} tables; loss over the line's, geometric mean: {share:.3f}; most "
        f"standard errors behind the line: {max(behind):+.2f}"
    )
    for name in names:
        spent = sum(one["seconds"][name] for one in found if one["table"] in tables)
        print(f"processor time of {name}: {spent:.0f} s")


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("tables", nargs="+", metavar="FILE:TARGET")
    parser.add_argument("--processes", type=int, default=len(os.sched_getaffinity(0)))
    parser.add_argument("--results", type=Path, default=Path("benchmarks/results/models.jsonl"))
    return parser.parse_args()


if __name__ == "__main__":
    main()
