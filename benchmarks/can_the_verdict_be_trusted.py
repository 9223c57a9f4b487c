"""Can the verdict be trusted? Studies of many tables whose truth is known.

How often is a gain claimed where there is none, and found where there is one? How often is the
size right, does the set of sizes that cannot be told apart hold the true one, do intervals hold
what they are intervals of, is a question asked where rows belong together, and does another seed
say the same? Each table gets a whole study with its defaults.

    python benchmarks/can_the_verdict_be_trusted.py --sets 300 --figure docs/images/trust.png

Results are kept in a file as they come in, and the script goes on from there.
"""

from __future__ import annotations

import argparse
import os
from pathlib import Path
from typing import Any

import numpy as np

from benchmarks.kept import measure_missing, results_in
from benchmarks.truths import TRUTHS
from moonlet.study.final import fit_model, make_ready
from moonlet.study.given import read_again
from moonlet.study.intervals import proportion_interval
from moonlet.study.scores import brier_losses

_FRESH = 20_000


def study(name: str, seed: int) -> dict[str, Any]:
    from moonlet import CapacityStudy

    truth = TRUTHS[name]
    random = np.random.RandomState(seed)
    X, y = truth.draw(random, truth.n_rows + _FRESH)
    known, fresh = slice(truth.n_rows), slice(truth.n_rows, None)
    if truth.kind == "dependent" or truth.named(1):
        X, y = truth.draw(np.random.RandomState(seed), truth.n_rows)
    options = {"random_state": seed, "n_jobs": 1, "trees": False, "refit": False, **truth.options}
    one = CapacityStudy(**options).fit(X[known], y[known], **truth.named(truth.n_rows))
    verdict = one.verdict_
    return {
        "truth": name,
        "seed": seed,
        "claims": verdict.beats_line,
        "asks": any("belong together" in said for said in verdict.warnings),
        "recommended": verdict.recommended.hidden,
        "best": verdict.best.hidden,
        "not_told_apart": list(verdict.sizes_not_told_apart),
        "gain": verdict.gain,
        "gain_interval": list(verdict.gain_interval),
        **(_held(one, X[fresh], y[fresh]) if len(X) > truth.n_rows else {}),
    }


def _held(one: Any, X: np.ndarray, y: np.ndarray) -> dict[str, Any]:
    """Which intervals hold the truth, as 20,000 fresh rows tell it.

    The gain is that of networks and lines for so many rows as a fold trains on: the mean over
    those of the study's first cut.
    """
    verdict, scores = one.verdict_, one.test_scores_
    given = read_again(one)
    problem, template = given.problem(), given.grid.template
    setting = (verdict.best.hidden, verdict.best.alpha)

    def losses(model: Any) -> np.ndarray:
        given = problem.target.is_numeric
        answers = model.predict(X) if given else model.predict_proba(X)
        values = y if given else np.searchsorted(one.classes_, y)
        return np.asarray(problem.target.row_losses(answers, values))

    def holds(interval: tuple[float, float], true: float) -> bool:
        return bool(interval[0] <= true <= interval[1])

    gains = []
    for train, _ in one.folds_:
        ready = make_ready(problem, train)
        network = fit_model(template, ready, setting, 3, one.seed_)
        line = fit_model(template, ready, (0, verdict.line.alpha), 1, one.seed_)
        gains.append((losses(line) - losses(network)).mean())
    gain = float(np.mean(gains))
    found: dict[str, Any] = {"true_gain": gain, "gain_held": holds(verdict.gain_interval, gain)}
    tested, loss = one.tested_estimator_, float(losses(one.tested_estimator_).mean())
    if "accuracy" in scores:
        chances = tested.predict_proba(X)
        brier = float(brier_losses(chances, np.searchsorted(one.classes_, y)).mean())
        found["loss_held"] = holds(scores["log_loss_interval"], loss)
        found["bounded_held"] = holds(scores["brier_interval"], brier)
    else:
        found["loss_held"] = holds(scores["loss_interval"], loss)
        found["bounded_held"] = holds(scores["r2_interval"], float(tested.score(X, y)))
    return found


def stability(seeds: int, tables: int) -> None:
    """The same tables, and other seeds: how often do they say the same?"""
    from moonlet import CapacityStudy

    truth = TRUTHS["moons, 200 rows"]
    said = np.array(
        [
            [
                CapacityStudy(random_state=seed, n_jobs=1, trees=False)
                .fit(*truth.draw(np.random.RandomState(table), 200))
                .verdict_.beats_line
                for seed in range(seeds)
            ]
            for table in range(tables)
        ]
    )
    same = np.maximum(said.sum(axis=1), (~said).sum(axis=1)).sum()
    print(f"\nThe same claim over {seeds} seeds, {tables} tables: {same} of {said.size}")


def main() -> None:
    options = _options()
    found = results_in(options.results)
    done = {(one["truth"], one["seed"]) for one in found}
    names = options.only or list(TRUTHS)
    wanted = [
        (name, seed) for seed in range(options.sets) for name in names if (name, seed) not in done
    ]
    found += measure_missing(options.results, study, wanted, options.processes)
    rows = summarise(found)
    show(rows)
    if options.figure:
        draw(rows, options.figure)
    if options.stability:
        stability(6, 4)


def summarise(found: list[dict[str, Any]]) -> list[dict[str, Any]]:
    rows = []
    for name, truth in TRUTHS.items():
        mine = [one for one in found if one["truth"] == name]
        if not mine:
            continue
        size = truth.size
        rows.append(
            {
                "truth": name,
                "kind": truth.kind,
                "size": size,
                "n": len(mine),
                "claims": _share([one["claims"] for one in mine]),
                "asks": _share([one["asks"] for one in mine]),
                **{
                    key: _share([one[key] for one in mine])
                    for key in ("gain_held", "loss_held", "bounded_held")
                    if key in mine[0]
                },
                **(
                    {}
                    if size is None
                    else {
                        "right": _share(
                            [size / 2 <= one["recommended"] <= 2 * size for one in mine]
                        ),
                        "in_set": _share([_spans(one["not_told_apart"], size) for one in mine]),
                    }
                ),
            }
        )
    return rows


def _spans(sizes: list[int], true: int) -> bool:
    """Whether a set of sizes reaches from the true one, or one tried beside it, to either side."""
    return (bool(sizes) and min(sizes) <= true <= max(sizes)) or true in sizes


def show(rows: list[dict[str, Any]]) -> None:
    columns = {
        "claims": "claims a gain",
        "asks": "asks about the rows",
        "gain_held": "the gain's interval holds",
        "loss_held": "that of the loss on test rows",
        "bounded_held": "that of Brier score or R²",
        "right": "size within a factor of two",
        "in_set": "the set holds the size",
    }
    print("Share of tables (95 % interval)\n")
    print(f"| truth | tables | {' | '.join(columns.values())} |")
    print(f"| --- | ---: |{' ---: |' * len(columns)}")
    for row in rows:
        cells = [_told(row[key]) if key in row else "" for key in columns]
        print(f"| {row['truth']} | {row['n']} | {' | '.join(cells)} |")
    for kind, name in (("none", "no gain to be had"), ("gain", "a gain to be had")):
        mine = [row for row in rows if row["kind"] == kind]
        n = sum(row["n"] for row in mine)
        if n:
            share = sum(row["claims"][0] * row["n"] for row in mine) / n
            print(f"\n{name}: claimed in {_told((share, *proportion_interval(share, n)))} of {n}")


def draw(rows: list[dict[str, Any]], path: Path) -> None:
    import matplotlib

    matplotlib.use("agg")
    from matplotlib import pyplot as plt

    figure, axes = plt.subplots(
        1, 2, figsize=(10, 0.32 * len(rows) + 1.2), layout="constrained", width_ratios=(3, 2)
    )
    known = [row for row in rows if "right" in row]
    for ax, chosen, key, title in (
        (axes[0], rows, "claims", "claims that a network beats the straight line"),
        (axes[1], known, "right", "size within a factor of two"),
    ):
        for at, row in enumerate(reversed(chosen)):
            share, low, high = row[key]
            color = "#D55E00" if key == "claims" and row["kind"] != "gain" else "#0072B2"
            ax.plot([low, high], [at, at], color=color, linewidth=3, alpha=0.5)
            ax.plot([share], [at], "o", color=color)
            ax.annotate(
                f"{share:.1%}" if share < 0.1 else f"{share:.0%}",
                (share, at),
                (0, 6),
                textcoords="offset points",
                ha="center",
                fontsize="x-small",
            )
        ax.set_yticks(range(len(chosen)), [f"{r['truth']} ({r['n']})" for r in reversed(chosen)])
        ax.tick_params(axis="y", labelsize="small")
        ax.set(xlim=(-0.06, 1.06), ylim=(-0.6, len(chosen) - 0.2), xlabel="share of tables")
        ax.set_title(title, fontsize="medium", loc="left")
        ax.grid(axis="x", alpha=0.3)
        ax.spines[["top", "right"]].set_visible(False)
    axes[0].axvline(0.025, color="black", linestyle=":", linewidth=1)
    figure.savefig(path, dpi=120)


def _share(values: list[bool]) -> tuple[float, float, float]:
    share = float(np.mean(values))
    return share, *proportion_interval(share, len(values))


def _told(share: tuple[float, float, float]) -> str:
    return f"{share[0]:.1%} ({share[1]:.1%}–{share[2]:.1%})"


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--sets", type=int, default=300)
    parser.add_argument("--processes", type=int, default=len(os.sched_getaffinity(0)))
    parser.add_argument("--only", nargs="*", choices=list(TRUTHS))
    parser.add_argument("--results", type=Path, default=Path("benchmarks/results/trust.jsonl"))
    parser.add_argument("--figure", type=Path)
    parser.add_argument("--stability", action="store_true", help="other seeds, the same tables")
    return parser.parse_args()


if __name__ == "__main__":
    main()
