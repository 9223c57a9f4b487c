"""How often does the tutor find fault with a training in which nothing is wrong?

Trains many networks as textbooks would have it (standardized columns, usual rates, passes
enough) on four toy and four bundled tables, and counts what the tutor says. "stopped early" is
judged by its advice: right if following it lowers the loss by 1 %. Where the others come up, the
training is printed, to be looked at.

    python benchmarks/how_often_does_the_tutor_cry_wolf.py [N_RUNS]
    python benchmarks/how_often_does_the_tutor_cry_wolf.py --inputs   losses by the inputs' size

Seen: of 2,000 trainings 1,719 without a finding, 264 that stopped early (29 of them with nothing
to gain from going on), and 17 others: 5 rates too low, 5 oscillations, 4 plateaus, 2 with dead and
1 with saturated units, each of which does leave work undone.
"""

from __future__ import annotations

import sys
from collections import Counter
from dataclasses import replace
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[1]))

from tests.diagnosis.healthy import healthy_runs
from tests.diagnosis.runs import moons, run


def count(n_runs: int) -> None:
    kinds: Counter[str] = Counter()
    useless = 0
    for what, trained, longer in healthy_runs(n_runs, seed=1):
        kinds.update(trained.kinds or ["nothing"])
        if "stopped_early" in trained.kinds:
            useless += longer.loss > 0.99 * trained.loss
        elif trained.kinds:
            print(f"{what}: {trained.findings[0]}")
    print(f"{n_runs} trainings: {dict(kinds)}")
    print(f"of those that stopped early, {useless} had nothing to gain from going on")


def by_size_of_inputs() -> None:
    rows = moons()
    solvers = {"adam": 0.01, "sgd": 0.05, "gd": 0.3, "lbfgs": 0.1}
    print("size  one column              both columns            (loss of adam, sgd, gd, lbfgs)")
    for size in (0.01, 0.05, 0.1, 0.3, 1, 3, 10, 20, 30, 100):
        losses = [
            run(replace(rows, X=rows.X * scale), (20,), "tanh", solver, rate, tol=0, max_iter=500)
            for scale in ([1.0, size], [size, size])
            for solver, rate in solvers.items()
        ]
        print(f"{size:<5g}", *(f"{trained.loss:.3f}" for trained in losses))


if __name__ == "__main__":
    if "--inputs" in sys.argv:
        by_size_of_inputs()
    else:
        count(int(sys.argv[1]) if len(sys.argv) > 1 else 2_000)
