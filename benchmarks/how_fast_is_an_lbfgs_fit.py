"""How fast is an L-BFGS fit to scikit-learn's tolerance, and is the loss as low?

The same starting weights for both. Two minimizers need not end in the same valley, so the
mean of the final losses over many starts is what is compared.
"""

from __future__ import annotations

import numpy as np
from sklearn.neural_network import MLPClassifier as TheirClassifier

from benchmarks.contest import Case, Contender, Goal, Ready
from benchmarks.moons import X, y
from moonlet import MLPClassifier, engine
from moonlet.estimators.initial import initial_parameters
from moonlet.specs import NetworkSpec, SolverSpec, StopRule, TrainingSpec

ALPHA, TOLERANCE, MOST = 1e-3, 1e-4, 15_000
NEEDED = {3: 100.0, 5: 100.0, 20: 30.0, 50: 10.0}


def n_starts(quick: bool) -> int:
    """Starts in a row."""
    return 20 if quick else 100


def trainer(
    units: int, random_state: np.random.RandomState, data: engine.TrainingData
) -> engine.Trainer:
    """One fit, from the weights that scikit-learn draws of this random state."""
    network = NetworkSpec((2, units, 1), ("tanh",), "sigmoid")
    first = initial_parameters(network, "glorot_uniform", random_state)
    spec = TrainingSpec(network, SolverSpec("lbfgs"), StopRule(MOST, TOLERANCE), ALPHA)
    return engine.Trainer(spec, data, first)


def ours(units: int, quick: bool) -> Ready:
    """The engine, one fit after the other."""

    def fit() -> list[float]:
        data = engine.TrainingData(X, y[:, np.newaxis])
        random_state = np.random.RandomState()
        losses = []
        for seed in range(n_starts(quick)):
            random_state.seed(seed)  # what RandomState(seed) is, in 2 us instead of 110
            one = trainer(units, random_state, data)
            engine.train([one], n_threads=1)
            losses.append(one.loss)
        return losses

    return Ready(fit, errors={"final loss": fit()}, share=n_starts(quick))


def estimator(units: int, theirs: bool, quick: bool) -> Ready:
    """MLPClassifier.fit, moonlet's or scikit-learn's."""
    kind = TheirClassifier if theirs else MLPClassifier

    def fit() -> list[float]:
        return [
            kind(
                (units,),
                "tanh",
                solver="lbfgs",
                alpha=ALPHA,
                tol=TOLERANCE,
                max_iter=MOST,
                random_state=seed,
            )
            .fit(X, y)
            .loss_
            for seed in range(n_starts(quick))
        ]

    return Ready(fit, errors={"final loss": fit()}, share=n_starts(quick))


def cases() -> list[Case]:
    """Four sizes."""
    here = "how_fast_is_an_lbfgs_fit"
    made = []
    for units, needed in NEEDED.items():
        size = {"units": units}
        contenders = [
            Contender("moonlet, the engine", "moonlet", f"{here}:ours", size),
            Contender(
                "moonlet, MLPClassifier", "moonlet", f"{here}:estimator", {**size, "theirs": False}
            ),
            *(
                Contender(
                    f"scikit-learn, {threads} thread{'s' * (threads > 1)}",
                    "scikit-learn",
                    f"{here}:estimator",
                    {**size, "theirs": True},
                    threads,
                )
                for threads in (1, 2)
            ),
        ]
        made.append(
            Case(
                f"L-BFGS fit, {units} units",
                contenders,
                [
                    Goal("scikit-learn", "moonlet, the engine", needed),
                    Goal(
                        "scikit-learn",
                        "moonlet, MLPClassifier",
                        title="through MLPClassifier",
                    ),
                ],
                "a fit",
                f"{units} tanh units on 200 moons, penalty {ALPHA:g}, until no component of the "
                f"gradient exceeds {TOLERANCE:g}, from the same 100 starts (20 in a quick run), "
                "one after the other on one thread. To 64 weights and biases, 15 units, moonlet "
                "remembers all steps instead of the last ten. Two may end in different valleys: "
                "the mean final loss is compared, in pairs.",
                rounds=5,
            )
        )
    return made


if __name__ == "__main__":
    from benchmarks.driver import run_alone

    run_alone(cases())
