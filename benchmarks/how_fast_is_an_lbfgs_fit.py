"""How fast is an L-BFGS fit to scikit-learn's tolerance, and is the loss as low?

The same starting weights for both. Two minimizers need not end in the same valley, so the
mean of the final losses over many starts is what is compared.
"""

from __future__ import annotations

from sklearn.neural_network import MLPClassifier as TheirClassifier

from benchmarks.contest import Case, Contender, Goal, Ready
from benchmarks.moons import X, y
from moonlet import MLPClassifier

ALPHA, TOLERANCE, MOST = 1e-3, 1e-4, 15_000
NEEDED = {3: 140.0, 5: 120.0, 20: 32.0, 50: 16.0}


def n_starts(quick: bool) -> int:
    """Starts in a row."""
    return 20 if quick else 100


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
            Contender("moonlet", "moonlet", f"{here}:estimator", {**size, "theirs": False}, 2),
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
                [Goal("scikit-learn", at_least=needed)],
                "a fit",
                f"{units} tanh units on 200 moons, penalty {ALPHA:g}, until no component of the "
                f"gradient exceeds {TOLERANCE:g}, by fit of MLPClassifier of either library, all "
                "other parameters the same, from the same 100 starts (20 in a quick run), one "
                "after the other. To 64 weights and biases, 15 units, moonlet "
                "remembers all steps instead of the last ten. Two may end in different valleys: "
                "the mean final loss is compared, in pairs.",
                rounds=5,
            )
        )
    return made


if __name__ == "__main__":
    from benchmarks.driver import run_alone

    run_alone(cases())
