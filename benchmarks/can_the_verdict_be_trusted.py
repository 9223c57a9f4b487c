"""Can the verdict be trusted? Studies of many tables whose truth is known.

How often is a gain claimed where there is none (noise, linear data), how often is it found
where there is one (moons of several sizes), and how often is the true size picked (stripes that
need exactly so many hidden units)? Each table gets a whole study with its defaults.

    python benchmarks/can_the_verdict_be_trusted.py --sets 300 --figure docs/images/trust.png

Results are kept in a file as they come in, and the script goes on from there.
"""

from __future__ import annotations

import argparse
import json
import os
from collections.abc import Callable
from concurrent.futures import ProcessPoolExecutor, as_completed
from pathlib import Path
from typing import Any

import numpy as np
from sklearn.datasets import make_moons

from moonlet.study.scores import proportion_interval

Data = tuple[np.ndarray, np.ndarray]


def noise(random: np.random.RandomState) -> Data:
    return random.normal(size=(200, 2)), random.permutation(200) % 2


def wide_noise(random: np.random.RandomState) -> Data:
    return random.normal(size=(200, 10)), random.permutation(200) % 2


def linear(random: np.random.RandomState) -> Data:
    X = random.normal(size=(200, 2))
    return X, _drawn(random, 1 / (1 + np.exp(-X @ [2.0, -1.0])))


def steep_linear(random: np.random.RandomState) -> Data:
    X = random.normal(size=(200, 5))
    return X, _drawn(random, 1 / (1 + np.exp(-4 * X @ [2.0, -1.0, 1.0, 0.5, 0.0])))


def moons(n_samples: int) -> Callable[[np.random.RandomState], Data]:
    return lambda random: make_moons(n_samples, noise=0.2, random_state=random)


def stripes(n_borders: int, n_samples: int) -> Callable[[np.random.RandomState], Data]:
    """Bands across x0, one label in twenty wrong: n_borders hidden units, not one less."""

    def draw(random: np.random.RandomState) -> Data:
        X = random.uniform(-1, 1, size=(n_samples, 2))
        band = np.floor((X[:, 0] + 1) / 2 * (n_borders + 1)).astype(int) % 2
        return X, band ^ (random.rand(n_samples) < 0.05)

    return draw


# Name, how to draw a table, the true size (None: not known exactly).
TRUTHS: dict[str, tuple[Callable[[np.random.RandomState], Data], int | None]] = {
    "noise, 2 columns": (noise, 0),
    "noise, 10 columns": (wide_noise, 0),
    "linear, 2 columns": (linear, 0),
    "linear, steep, 5 columns": (steep_linear, 0),
    "moons, 100 rows": (moons(100), None),
    "moons, 200 rows": (moons(200), None),
    "moons, 400 rows": (moons(400), None),
    "moons, 800 rows": (moons(800), None),
    "2 borders, 200 rows": (stripes(2, 200), 2),
    "2 borders, 400 rows": (stripes(2, 400), 2),
    "3 borders, 200 rows": (stripes(3, 200), 3),
    "3 borders, 400 rows": (stripes(3, 400), 3),
    "4 borders, 400 rows": (stripes(4, 400), 4),
}


def study(name: str, seed: int) -> dict[str, Any]:
    from moonlet import CapacityStudy

    X, y = TRUTHS[name][0](np.random.RandomState(seed))
    verdict = CapacityStudy(random_state=seed, n_jobs=1).fit(X, y).verdict_
    low = verdict.test_scores["log_loss_gain_interval"][0]
    return {
        "truth": name,
        "seed": seed,
        "recommended": verdict.recommended.hidden,
        "claims": verdict.beats_line,
        "p": verdict.p_value,
        "test_rows_speak_for_it": bool(verdict.recommended.hidden and low > 0),
        "overfitting": verdict.overfitting is not None,
        "second_descent": verdict.second_descent is not None,
    }


def main() -> None:
    options = _options()
    kept = options.results
    found = [json.loads(line) for line in kept.read_text().splitlines()] if kept.exists() else []
    done = {(one["truth"], one["seed"]) for one in found}
    names = options.only or list(TRUTHS)
    wanted = [
        (name, seed) for seed in range(options.sets) for name in names if (name, seed) not in done
    ]
    kept.parent.mkdir(parents=True, exist_ok=True)
    with ProcessPoolExecutor(options.processes) as pool, kept.open("a") as file:
        for future in as_completed([pool.submit(study, *one) for one in wanted]):
            found.append(future.result())
            file.write(json.dumps(found[-1]) + "\n")
            file.flush()
    rows = summarise(found)
    show(rows)
    if options.figure:
        draw(rows, options.figure)
    for row in rows:
        if row["true_size"] == 0:
            assert row["claims"][1] <= 0.05, f"{row['truth']}: the level is not held"


def summarise(found: list[dict[str, Any]]) -> list[dict[str, Any]]:
    rows = []
    for name, (_, true_size) in TRUTHS.items():
        mine = [one for one in found if one["truth"] == name]
        if not mine:
            continue
        sizes = [one["recommended"] for one in mine]
        rows.append(
            {
                "truth": name,
                "true_size": true_size,
                "n": len(mine),
                "sizes": {size: sizes.count(size) / len(mine) for size in sorted(set(sizes))},
                "claims": _share([one["claims"] for one in mine]),
                "test_rows": _share([one["test_rows_speak_for_it"] for one in mine]),
                "right": None
                if true_size is None
                else _share([size == true_size for size in sizes]),
                "overfitting": _share([one["overfitting"] for one in mine]),
                "second_descent": _share([one["second_descent"] for one in mine]),
            }
        )
    return rows


def show(rows: list[dict[str, Any]]) -> None:
    print("Share of tables (95 % interval)\n")
    print(
        "| truth | tables | claims a gain | test rows show one | picks the true size | "
        "recommended sizes |"
    )
    print("| --- | ---: | ---: | ---: | ---: | --- |")
    for row in rows:
        sizes = ", ".join(f"{size}: {share:.0%}" for size, share in row["sizes"].items())
        right = "" if row["right"] is None else _told(row["right"])
        print(
            f"| {row['truth']} | {row['n']} | {_told(row['claims'])} | "
            f"{_told(row['test_rows'])} | {right} | {sizes} |"
        )


def draw(rows: list[dict[str, Any]], path: Path) -> None:
    import matplotlib

    matplotlib.use("agg")
    from matplotlib import pyplot as plt

    figure, axes = plt.subplots(1, 2, figsize=(10, 4.6), layout="constrained", width_ratios=(3, 2))
    known = [row for row in rows if row["right"] is not None]
    for ax, chosen, key, title in (
        (axes[0], rows, "claims", "claims that a network beats the straight line"),
        (axes[1], known, "right", "recommends the true size"),
    ):
        for at, row in enumerate(reversed(chosen)):
            share, low, high = row[key]
            nothing_there = row["true_size"] == 0
            color = "#D55E00" if key == "claims" and nothing_there else "#0072B2"
            ax.plot([low, high], [at, at], color=color, linewidth=3, alpha=0.5)
            ax.plot([share], [at], "o", color=color)
            ax.annotate(
                f"{share:.1%}" if share < 0.1 else f"{share:.0%}",
                (share, at),
                (0, 7),
                textcoords="offset points",
                ha="center",
                fontsize="small",
            )
        ax.set_yticks(range(len(chosen)), [f"{r['truth']} ({r['n']})" for r in reversed(chosen)])
        ax.set(xlim=(-0.06, 1.06), ylim=(-0.6, len(chosen) - 0.2), xlabel="share of tables")
        ax.set_title(title, fontsize="medium", loc="left")
        ax.grid(axis="x", alpha=0.3)
        ax.spines[["top", "right"]].set_visible(False)
    axes[0].axvline(0.05, color="black", linestyle=":", linewidth=1)
    figure.savefig(path, dpi=120)


def _share(values: list[bool]) -> tuple[float, float, float]:
    share = float(np.mean(values))
    return share, *proportion_interval(share, len(values))


def _told(share: tuple[float, float, float]) -> str:
    return f"{share[0]:.1%} ({share[1]:.1%}–{share[2]:.1%})"


def _drawn(random: np.random.RandomState, probabilities: np.ndarray) -> np.ndarray:
    return (random.rand(len(probabilities)) < probabilities).astype(int)


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--sets", type=int, default=300)
    parser.add_argument("--processes", type=int, default=len(os.sched_getaffinity(0)))
    parser.add_argument("--only", nargs="*", choices=list(TRUTHS))
    parser.add_argument("--results", type=Path, default=Path("benchmarks/results/trust.jsonl"))
    parser.add_argument("--figure", type=Path)
    return parser.parse_args()


if __name__ == "__main__":
    main()
