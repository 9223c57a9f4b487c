"""How fast is an epoch of Adam in batches of 200, in 32 bit?

Digits, and two larger tables of 20,000 rows. All start from the same weights; the mean loss
of the first epochs, with rows in their order, is compared first. Then rows are shuffled.
"""

from __future__ import annotations

import warnings
from collections.abc import Sequence
from typing import Any

import numpy as np
from sklearn import neural_network
from sklearn.exceptions import ConvergenceWarning

import moonlet
from benchmarks.contest import Case, Contender, Goal, Ready
from benchmarks.epochs import CHECKED_EPOCHS, RATE, SHAPES, n_epochs, problem

ENDLESS = 1_000_000


def fits(name: str, library: str, quick: bool, n_jobs: int | None = None) -> Ready:
    """MLPClassifier.fit or MLPRegressor.fit, with nothing that would end it early."""
    warnings.simplefilter("ignore", ConvergenceWarning)
    table = problem(name)
    epochs = n_epochs(name, quick)
    module = moonlet if library == "moonlet" else neural_network
    kind = module.MLPClassifier if table.is_classes else module.MLPRegressor
    more = {} if n_jobs is None else {"n_jobs": n_jobs}

    def fit(epochs: int, shuffle: bool) -> Any:
        return kind(
            hidden_layer_sizes=table.sizes[1:-1],
            activation=table.activation,
            alpha=0.0,
            batch_size=table.batch,
            learning_rate_init=RATE,
            shuffle=shuffle,
            max_iter=epochs,
            tol=0.0,
            n_iter_no_change=ENDLESS,
            random_state=0,
            **more,
        ).fit(table.X, table.y)

    losses = np.array(fit(CHECKED_EPOCHS, shuffle=False).loss_curve_)
    if not table.is_classes and library != "moonlet":
        # It tells the mean over outputs, and descends their sum like everybody else.
        losses *= table.sizes[-1]
    return Ready(
        lambda: fit(epochs, shuffle=True),
        answers={"losses of the first epochs": losses},
        share=epochs,
    )


_TOLD, _DEFAULT = "moonlet, n_jobs=2", "moonlet, 2 threads"


def _case(name: str, title: str, needed: Sequence[float | None], how: str) -> Case:
    here, torch, jax = "how_fast_is_an_epoch", "epochs_in_torch", "epochs_in_jax"
    contenders = []
    if name in ("wide", "deep"):
        arguments = {"name": name, "library": "moonlet", "n_jobs": 2}
        contenders.append(
            Contender(_TOLD, "moonlet, told", f"{here}:fits", arguments, 2, tolerance=1e-3)
        )
    for threads in (1, 2):
        noun = "thread" if threads == 1 else "threads"
        for library, form, make, extra in (
            ("moonlet", "moonlet", f"{here}:fits", {"library": "moonlet"}),
            ("scikit-learn", "scikit-learn", f"{here}:fits", {"library": "scikit-learn"}),
            ("PyTorch", "PyTorch eager", f"{torch}:eager", {}),
            ("PyTorch", "torch.compile", f"{torch}:compiled", {}),
            ("JAX", "JAX jit", f"{jax}:scanned", {}),
        ):
            contenders.append(
                Contender(
                    f"{form}, {threads} {noun}",
                    library,
                    make,
                    {"name": name, **extra},
                    threads,
                    # Batches of 200 in 24 bits, summed in another order, and Adam divides
                    # by roots of small squares.
                    tolerance=1e-3,
                    in_quick=form != "torch.compile",
                )
            )
    libraries = ("scikit-learn", "PyTorch", "JAX")
    goals = [Goal(peer, "moonlet", least) for peer, least in zip(libraries, needed, strict=True)]
    if name in ("wide", "deep"):
        goals.append(Goal(_TOLD, _DEFAULT, 0.95, title="n_jobs=2, by the default"))
    return Case(
        f"Adam epoch, {title}",
        contenders,
        goals,
        "an epoch",
        f"{'-'.join(map(str, SHAPES[name]))}, {how}, 32 bit, Adam; every library on one and on two "
        "threads, its better one counts, moonlet's too. "
        "moonlet and scikit-learn: fit of the estimator of the same name, with the same "
        "parameters and all its checks. PyTorch: autograd and fused Adam; or torch.compile of "
        "loss and gradient with fused Adam. JAX: jit of an epoch, a lax.scan over batches, "
        "parameters donated; the order of the rows is drawn by NumPy outside.",
    )


def cases() -> list[Case]:
    """Four networks."""
    batches = "ReLU, softmax, shuffled batches of 200"
    exponential = (
        "tanh, all 10,000 rows in a batch, half the mean squared error to the exponentials of "
        "2 × 2 matrices: the case that SimpleChains.jl was presented with, 37 × as fast as PyTorch"
    )
    return [
        _case("digits", "digits 1,797 × 64-100-10", (7.0, 7.0, 2.5), batches),
        _case("wide", "20,000 × 784-100-10", (3.5, 3.0, 1.8), batches),
        _case("deep", "20,000 × 100-256-128-10", (3.5, 3.0, 1.8), batches),
        _case("simplechains", "SimpleChains' 4-32-16-4", (None, 37.0, None), exponential),
    ]


if __name__ == "__main__":
    from benchmarks.driver import run_alone

    run_alone(cases())
