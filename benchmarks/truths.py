"""Tables whose truth is known, drawn anew as often as one likes: what verdicts are held against."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any, Literal

import numpy as np
from scipy.special import expit, ndtr, softmax
from sklearn.datasets import make_circles, make_moons
from sklearn.linear_model import LogisticRegression
from sklearn.metrics import log_loss

Random = np.random.RandomState
Data = tuple[np.ndarray, np.ndarray]


@dataclass(frozen=True)
class Truth:
    """A kind of table.

    `draw` makes so many rows; `kind` is "none" where no network can beat the line, "gain" where
    one does, "dependent" where rows belong together and nothing else is in them. `size` is how
    many hidden units it takes, where that is known. `named` is what `fit` is told of the rows,
    `options` what `CapacityStudy` is told.
    """

    draw: Callable[[Random, int], Data]
    kind: Literal["none", "gain", "dependent"]
    n_rows: int
    size: int | None = None
    named: Callable[[int], dict[str, Any]] = lambda n: {}
    options: dict[str, Any] = field(default_factory=dict)


def _noise(n_columns: int, n_classes: int) -> Any:
    def draw(random: Random, n: int) -> Data:
        return random.normal(size=(n, n_columns)), random.permutation(n) % n_classes

    return draw


def _rare_noise(random: Random, n: int) -> Data:
    """One row in ten, among the first hundred too: a class that no fold can hold is refused."""
    y = np.concatenate([random.permutation(50) < 5 for _ in range(-(-n // 50))])[:n]
    return random.normal(size=(n, 3)), y.astype(int)


def _linear(weights: list[float], *, tails: float = np.inf, probit: bool = False) -> Any:
    def draw(random: Random, n: int) -> Data:
        X = random.normal(size=(n, len(weights)))
        if np.isfinite(tails):
            X = random.standard_t(tails, size=X.shape)
        score = X @ weights
        return X, (random.rand(n) < (ndtr(score) if probit else expit(score))).astype(int)

    return draw


def _four_classes(random: Random, n: int) -> Data:
    weights = 1.5 * Random(9).normal(size=(4, 4))
    X = random.normal(size=(n, 4))
    chances = softmax(X @ weights, axis=1)
    return X, (chances.cumsum(axis=1) < random.rand(n, 1)).sum(axis=1)


def _numbers(tails: float = np.inf, bend: float = 0.0) -> Any:
    def draw(random: Random, n: int) -> Data:
        X = random.normal(size=(n, 4))
        noise = random.normal(size=n) if np.isinf(tails) else random.standard_t(tails, size=n)
        y = X @ [1.0, -0.5, 0.3, 0.0] + bend * np.abs(X[:, 0] - X[:, 1]) + noise
        return X, y

    return draw


def _moons(noise: float) -> Any:
    return lambda random, n: make_moons(n, noise=noise, random_state=random)


def _circles(random: Random, n: int) -> Data:
    return make_circles(n, noise=0.15, factor=0.5, random_state=random)


def _xor(random: Random, n: int) -> Data:
    X = random.uniform(-1, 1, size=(n, 2))
    return X, ((X[:, 0] > 0) ^ (X[:, 1] > 0) ^ (random.rand(n) < 0.05)).astype(int)


def _teacher(units: int) -> Any:
    """A network of so many units of two columns, labels drawn of it.

    Teachers that a straight line, or half as many units in a row, would do for teach nothing:
    drawn again until a line loses a tenth of a nat.
    """

    def draw(random: Random, n: int) -> Data:
        while True:
            X = random.normal(size=(n, 2))
            W, b = 3.0 * random.normal(size=(2, units)), 2.0 * random.normal(size=units)
            signs = np.where(np.arange(units) % 2, 1.0, -1.0)
            score = 6.0 * np.tanh(X @ W + b) @ (signs * random.uniform(0.7, 1.3, units))
            chances = expit(score - np.median(score))
            y = (random.rand(n) < chances).astype(int)
            if not 0.25 < y.mean() < 0.75:
                continue
            known = -np.log(np.where(y == 1, chances, 1 - chances).clip(1e-12)).mean()
            line = LogisticRegression().fit(X[-2000:], y[-2000:])
            if log_loss(y, line.predict_proba(X)) > known + 0.1:
                return X, y

    return draw


def _persons(random: Random, n: int) -> Data:
    persons = np.repeat(np.arange(n // 10), 10)
    X = random.normal(size=(n // 10, 4))[persons] + 0.1 * random.normal(size=(n, 4))
    return X, random.randint(2, size=n // 10)[persons]


def _walk(random: Random, n: int) -> Data:
    steps = random.normal(size=(n, 3)).cumsum(axis=0)
    return steps[:, :2], steps[:, 2]


def _copies(random: Random, n: int) -> Data:
    firsts = random.normal(size=(n // 2, 3)), random.permutation(n // 2) % 2
    order = random.permutation(n)
    return tuple(np.repeat(part, 2, axis=0)[order] for part in firsts)  # type: ignore[return-value]


def _ten(n: int) -> np.ndarray:
    return np.repeat(np.arange(n // 10), 10)


def _equal(random: Random, n: int) -> Data:
    """Twenty-one settings that are all as good as the line: none learns anything from noise."""
    return random.normal(size=(n, 2)), random.permutation(n) % 2


TRUTHS: dict[str, Truth] = {
    **{
        f"{name}, {n} rows": Truth(draw, "none", n)
        for name, draw in (
            ("noise", _noise(3, 2)),
            ("linear", _linear([2.0, -1.0, 0.5])),
            ("linear, steep", _linear([8.0, -4.0, 4.0, 2.0, 0.0])),
            ("probit", _linear([1.5, -1.0, 0.5], probit=True)),
            ("heavy tails", _linear([1.0, -0.5, 0.5], tails=3.0)),
            ("four classes", _four_classes),
            ("rare class, noise", _rare_noise),
            ("numbers", _numbers()),
            ("numbers, heavy tails", _numbers(3.0)),
        )
        for n in (100, 300)
    },
    "21 equal candidates": Truth(
        _equal,
        "none",
        200,
        options={"hidden": (1, 2, 3, 4, 5, 10, 20), "alpha": (100.0, 300.0, 1000.0)},
    ),
    "moons, 200 rows": Truth(_moons(0.2), "gain", 200),
    "moons .3, 300 rows": Truth(_moons(0.3), "gain", 300),
    "circles, 300 rows": Truth(_circles, "gain", 300),
    "xor, 300 rows": Truth(_xor, "gain", 300),
    "bent numbers, 300 rows": Truth(_numbers(bend=1.0), "gain", 300),
    **{
        f"teacher of {units}, 300 rows": Truth(_teacher(units), "gain", 300, size=units)
        for units in (2, 4, 8)
    },
    "persons, named": Truth(_persons, "none", 300, named=lambda n: {"groups": _ten(n)}),
    "persons, not named": Truth(_persons, "dependent", 300),
    "random walk, named": Truth(_walk, "none", 200, named=lambda n: {"time": np.arange(n)}),
    "random walk, not named": Truth(_walk, "dependent", 200),
    "every row twice": Truth(_copies, "dependent", 200),
}
