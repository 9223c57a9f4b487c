"""How fast is the tutorial's sweep, beside its own NumPy loop and four ways of today?

Seven hidden sizes, 20,000 passes each, 200 moons. Peers whose passes all cost the same do
a part of them, and the time is scaled.
"""

from __future__ import annotations

import warnings
from concurrent.futures import ThreadPoolExecutor

import numpy as np
from sklearn.exceptions import ConvergenceWarning
from sklearn.neural_network import MLPClassifier

import moonlet
from benchmarks.contest import Case, Contender, Goal, Ready
from benchmarks.moons import ALPHA, CHECKED_PASSES, PASSES, RATE, SIZES, X, start, y


def numpy_loop(units: int, passes: int) -> float:
    """The tutorial's descent, line for line in what it computes; the last mean loss."""
    rate, penalty = RATE / len(X), ALPHA
    W1, b1, W2, b2 = start(units)
    b1, b2 = b1[np.newaxis], b2[np.newaxis]
    rows = range(len(X))
    for _ in range(passes):
        hidden = np.tanh(X.dot(W1) + b1)
        scores = np.exp(hidden.dot(W2) + b2)
        delta = scores / scores.sum(axis=1, keepdims=True)
        delta[rows, y] -= 1
        dW2 = hidden.T.dot(delta) + penalty * W2
        db2 = delta.sum(axis=0, keepdims=True)
        below = delta.dot(W2.T) * (1 - np.power(hidden, 2))
        dW1 = X.T.dot(below) + penalty * W1
        db1 = below.sum(axis=0)
        W1 -= rate * dW1
        b1 -= rate * db1
        W2 -= rate * dW2
        b2 -= rate * db2
    hidden = np.tanh(X.dot(W1) + b1)
    scores = np.exp(hidden.dot(W2) + b2)
    probabilities = scores / scores.sum(axis=1, keepdims=True)
    data_loss = -np.log(probabilities[rows, y]).sum()
    return (data_loss + penalty / 2 * (np.square(W1).sum() + np.square(W2).sum())) / len(X)


def network(units: int, passes: int, output: str = "softmax") -> moonlet.MLPClassifier:
    """The tutorial's network of this size; with "auto", scikit-learn's."""
    return moonlet.MLPClassifier(
        (units,),
        "tanh",
        solver="gd",
        output=output,
        init="lecun_normal" if output == "softmax" else "glorot_uniform",
        learning_rate_init=RATE,
        alpha=ALPHA,
        max_iter=passes,
        tol=0,
        random_state=0,
    )


def ours(dtype: str, at_once: int, quick: bool) -> Ready:
    """MLPClassifier.fit, seven times; so many at once, in threads of Python."""
    rows = X.astype(dtype)

    def fit(units: int) -> moonlet.MLPClassifier:
        return network(units, PASSES).fit(rows, y)

    def sweep() -> None:
        if at_once == 1:
            for units in SIZES:
                fit(units)
            return
        with ThreadPoolExecutor(at_once) as pool:
            list(pool.map(fit, reversed(SIZES)))  # the longest first

    checked = [network(units, CHECKED_PASSES).fit(rows, y).loss_ for units in SIZES]
    answers = {"softmax losses": checked}
    if dtype == "float64":
        answers["sigmoid losses"] = [
            network(units, CHECKED_PASSES, "auto").fit(rows, y).loss_curve_[-1] for units in SIZES
        ]
    return Ready(sweep, answers=answers)


def tutorial(quick: bool) -> Ready:
    """Its NumPy loop, a part of the passes."""
    passes = 500 if quick else 2_000
    return Ready(
        lambda: [numpy_loop(units, passes) for units in SIZES],
        answers={"softmax losses": [numpy_loop(units, CHECKED_PASSES) for units in SIZES]},
        share=passes / PASSES,
    )


def scikit_learn(quick: bool) -> Ready:
    """Its sgd with all rows in one batch and no momentum, a part of the passes."""
    warnings.simplefilter("ignore", ConvergenceWarning)
    passes = 500 if quick else 2_000

    def fit(units: int, passes: int) -> MLPClassifier:
        return MLPClassifier(
            (units,),
            "tanh",
            solver="sgd",
            alpha=ALPHA,
            batch_size=len(X),
            learning_rate_init=RATE,
            momentum=0.0,
            shuffle=False,
            max_iter=passes,
            tol=0.0,
            n_iter_no_change=passes,
            random_state=0,
        ).fit(X, y)

    losses = [fit(units, CHECKED_PASSES).loss_curve_[-1] for units in SIZES]
    return Ready(
        lambda: [fit(units, passes) for units in SIZES],
        answers={"sigmoid losses": losses},
        share=passes / PASSES,
    )


_HERE = "how_fast_is_the_tutorial_sweep"
_ONE, _TWO, _SINGLE = "moonlet, 1 thread", "moonlet, 2 at once", "moonlet, 32 bit, 1 thread"


def _moonlet(name: str, dtype: str, at_once: int) -> Contender:
    tolerance = 1e-9 if dtype == "float64" else 1e-3  # 40 passes carry 24 bits' rounding along
    arguments = {"dtype": dtype, "at_once": at_once}
    return Contender(name, "moonlet", f"{_HERE}:ours", arguments, at_once, tolerance)


def cases() -> list[Case]:
    """The sweep."""
    torch, jax = "sweep_in_torch", "sweep_in_jax"
    return [
        Case(
            "tutorial sweep, 64 bit",
            [
                _moonlet(_ONE, "float64", 1),
                _moonlet(_TWO, "float64", 2),
                _moonlet(_SINGLE, "float32", 1),
                _moonlet("moonlet, 32 bit, 2 at once", "float32", 2),
                Contender("NumPy loop, 1 thread", "NumPy loop", f"{_HERE}:tutorial"),
                Contender("NumPy loop, 2 threads", "NumPy loop", f"{_HERE}:tutorial", threads=2),
                Contender("scikit-learn", "scikit-learn", f"{_HERE}:scikit_learn"),
                Contender("PyTorch eager, 1 thread", "PyTorch", f"{torch}:eager"),
                Contender("PyTorch eager, 2 threads", "PyTorch", f"{torch}:eager", threads=2),
                Contender("torch.compile", "PyTorch", f"{torch}:compiled", in_quick=False),
                Contender("JAX jit, 1 thread", "JAX", f"{jax}:fori_loops"),
                Contender("JAX jit, 2 threads", "JAX", f"{jax}:fori_loops", threads=2),
                Contender("JAX vmap, 2 threads", "JAX", f"{jax}:padded_vmap", threads=2),
            ],
            [
                Goal("NumPy loop", _ONE, 26),
                Goal("NumPy loop", _TWO, 45, title="NumPy loop, by two fits at once"),
                Goal("JAX", _ONE, 7, title="JAX, compiled beforehand"),
                Goal("scikit-learn", _ONE, 60),
                Goal("PyTorch", _ONE, 100),
                Goal(_ONE, _TWO, 1.8, title="one fit, by two at once"),
                Goal(_ONE, _SINGLE, 1.7, title="64 bit, by 32 bit"),
            ],
            "a sweep",
            "Seven networks of 1 to 50 tanh units, 20,000 full-batch passes each over 200 "
            "moons. moonlet: MLPClassifier.fit, one after the other on one thread, or two at a "
            "time in threads of Python. scikit-learn: MLPClassifier, sgd, all rows "
            "in one batch, no momentum (its one logit is less work than the two that the others "
            "have). PyTorch: autograd and its fused SGD; or torch.compile of a whole step. JAX: "
            "jit of a lax.fori_loop over the passes, one program a size; or one vmap of the seven, "
            "padded to 50 units. NumPy, scikit-learn and PyTorch do a part of the passes, scaled.",
        )
    ]


if __name__ == "__main__":
    from benchmarks.driver import run_alone

    run_alone(cases())
