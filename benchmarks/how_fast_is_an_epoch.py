"""How fast is an epoch of Adam in batches of 200, in 32 bit?

Digits, and two larger tables of 20,000 rows. All start from the same weights; the mean loss
of the first epochs, with rows in their order, is compared first. Then rows are shuffled.
"""

from __future__ import annotations

import warnings

import numpy as np
from sklearn.exceptions import ConvergenceWarning
from sklearn.neural_network import MLPClassifier

from benchmarks.contest import Case, Contender, Goal, Ready
from benchmarks.epochs import BATCH, CHECKED_EPOCHS, RATE, SHAPES, Problem, n_epochs, problem
from moonlet import engine
from moonlet.specs import NetworkSpec, SolverSpec, StopRule, TrainingSpec

ENDLESS = 1_000_000


def trainer(table: Problem, data: engine.TrainingData, shuffle: bool) -> engine.Trainer:
    """A network of the engine's that stops for nothing but its budget."""
    network = NetworkSpec(table.sizes, ("relu",) * (len(table.sizes) - 2), "softmax")
    weights, biases = zip(*table.start(), strict=True)
    solver = SolverSpec("adam", RATE, batch_size=BATCH, shuffle=shuffle)
    stop = StopRule(ENDLESS, tol=0.0, n_iter_no_change=ENDLESS)
    return engine.Trainer(TrainingSpec(network, solver, stop), data, network.pack(weights, biases))


def ours(name: str, n_threads: int, quick: bool) -> Ready:
    """The engine."""
    table = problem(name)
    data = engine.TrainingData(table.X, np.eye(10, dtype=np.float32)[table.y])
    checked = trainer(table, data, shuffle=False)
    engine.train([checked], n_threads=n_threads, max_passes=CHECKED_EPOCHS)
    timed = trainer(table, data, shuffle=True)
    epochs = n_epochs(name, quick)
    return Ready(
        lambda: engine.train([timed], n_threads=n_threads, max_passes=epochs),
        answers={"losses of the first epochs": checked.loss_curve},
        share=epochs,
    )


def scikit_learn(name: str, quick: bool) -> Ready:
    """MLPClassifier.fit, with nothing that would end it early."""
    warnings.simplefilter("ignore", ConvergenceWarning)
    table = problem(name)
    epochs = n_epochs(name, quick)

    def fit(epochs: int, shuffle: bool) -> MLPClassifier:
        return MLPClassifier(
            table.sizes[1:-1],
            alpha=0.0,
            batch_size=BATCH,
            learning_rate_init=RATE,
            shuffle=shuffle,
            max_iter=epochs,
            tol=0.0,
            n_iter_no_change=ENDLESS,
            random_state=0,
        ).fit(table.X, table.y)

    return Ready(
        lambda: fit(epochs, shuffle=True),
        answers={"losses of the first epochs": fit(CHECKED_EPOCHS, shuffle=False).loss_curve_},
        share=epochs,
    )


def _case(name: str, title: str, needed: tuple[float, float, float]) -> Case:
    here, torch, jax = "how_fast_is_an_epoch", "epochs_in_torch", "epochs_in_jax"
    contenders = []
    for threads in (1, 2):
        noun = "thread" if threads == 1 else "threads"
        for library, form, make, extra in (
            ("moonlet", "moonlet", f"{here}:ours", {"n_threads": threads}),
            ("scikit-learn", "scikit-learn", f"{here}:scikit_learn", {}),
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
    return Case(
        f"Adam epoch, {title}",
        contenders,
        [Goal(peer, "moonlet", least) for peer, least in zip(libraries, needed, strict=True)],
        "an epoch",
        f"{'-'.join(map(str, SHAPES[name]))}, ReLU, softmax, Adam in shuffled batches of {BATCH}, "
        "32 bit, every library on one and on two threads, its better one counts, moonlet's too. "
        "scikit-learn: MLPClassifier.fit. PyTorch: autograd and fused Adam; or torch.compile of "
        "loss and gradient with fused Adam. JAX: jit of an epoch, a lax.scan over batches, "
        "parameters donated; the order of the rows is drawn by NumPy outside.",
    )


def cases() -> list[Case]:
    """Three networks."""
    return [
        _case("digits", "digits 1,797 × 64-100-10", (7.0, 7.0, 2.5)),
        _case("wide", "20,000 × 784-100-10", (3.5, 3.0, 1.8)),
        _case("deep", "20,000 × 100-256-128-10", (3.5, 3.0, 1.8)),
    ]


if __name__ == "__main__":
    from benchmarks.driver import run_alone

    run_alone(cases())
