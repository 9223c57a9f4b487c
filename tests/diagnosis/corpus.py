"""More than three hundred trainings, and what the tutor says of each: for Python and for the page.

`corpus.json` holds small tables, recipes that are trained on them, and the findings. It was made
once, by the tutor's rules as they stood in Python before they became the engine's, and is what
both sides are held against: tests/diagnosis/test_corpus.py here, web/tests/corpus.test.ts there.

    python -m tests.diagnosis.corpus > tests/diagnosis/corpus.json

writes it anew, with what the tutor says today.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from sklearn import datasets

from moonlet import engine
from moonlet.diagnosis import TrainingFacts, TrainingHistory, examine
from moonlet.estimators.initial import initial_parameters
from moonlet.specs import Array, NetworkSpec, SolverSpec, StopRule, TrainingSpec
from moonlet.words import LANGUAGES

FILE = Path(__file__).with_name("corpus.json")
OTHER_WORDS = [(language, voice) for language in LANGUAGES for voice in ("python", "lab")][1:]


@dataclass(frozen=True)
class Recipe:
    """A training, in words that Python and the page understand alike."""

    table: str
    hidden: tuple[int, ...] = (5,)
    activation: str = "tanh"
    solver: str = "adam"
    rate: float = 0.01
    schedule: str = "constant"
    batch: int = 20
    alpha: float = 1e-4
    dropout: float = 0.0
    max_iter: int = 60
    tol: float = 0.0
    seed: int = 0
    inputs: float = 1.0
    target: float = 1.0
    held_out: int = 0


def tables() -> dict[str, dict[str, Any]]:
    """Rows of a few decimals: classes as whole numbers from 0, or numbers to be predicted."""
    draw = np.random.RandomState(0)
    rare = draw.randn(100, 2) + 1.2 * (np.arange(100) < 6)[:, np.newaxis]
    iris_X, iris_y = datasets.load_iris(return_X_y=True)
    made = {
        "moons": (*datasets.make_moons(60, noise=0.25, random_state=0), 2),
        "circles": (*datasets.make_circles(60, noise=0.1, factor=0.5, random_state=0), 2),
        "iris": (iris_X[::2], iris_y[::2], 3),
        "rare": (rare, (np.arange(100) < 6).astype(int), 2),
        "noise": (draw.randn(50, 3), draw.randint(2, size=50), 2),
        "friedman": (*datasets.make_friedman1(60, noise=0.5, random_state=0), 0),
    }
    found = {}
    for name, (X, y, n_classes) in made.items():
        X = (X - X.mean(axis=0)) / X.std(axis=0)
        y = y if n_classes else (y - y.mean()) / y.std()
        order = draw.permutation(len(X))
        found[name] = {
            "classes": n_classes,
            "X": X[order].round(2).tolist(),
            "y": y[order].round(3).tolist(),
        }
    return found


def recipes() -> Iterator[Recipe]:
    """What goes wrong in every way, and what goes right, over all that can be chosen."""
    draw = np.random.RandomState(1)
    one_of = lambda *some: some[draw.randint(len(some))]  # noqa: E731
    tables_ = ("moons", "circles", "iris", "rare", "noise", "friedman")
    rates = {"gd": (-5, 1.5), "sgd": (-6, 1), "adam": (-7, 0), "lbfgs": (-3, -3)}
    for i in range(330):
        solver = one_of("gd", "gd", "sgd", "adam", "lbfgs")
        yield Recipe(
            one_of(*tables_),
            one_of((), (3,), (8,), (30,), (6, 6), (4,) * 5),
            one_of("tanh", "relu", "logistic", "gelu", "elu", "leaky_relu", "silu", "softplus"),
            solver,
            float(f"{10 ** draw.uniform(*rates[solver]):.2g}"),
            one_of("constant", "constant", "invscaling", "adaptive", "cosine", "step"),
            one_of(1, 10, 20, 200),
            one_of(0.0, 1e-4, 0.01, 1.0, 30.0),
            one_of(0.0, 0.0, 0.0, 0.3) if solver != "lbfgs" else 0.0,
            int(one_of(5, 20, 60, 200, 400)),
            one_of(0.0, 1e-4, 1e-3),
            i,
            one_of(1.0, 1.0, 1.0, 1.0, 50.0, 0.02),
            one_of(1.0, 1.0, 200.0),
            int(one_of(0, 0, 20)),
        )


def findings(recipe: Recipe, table: dict[str, Any], words: tuple[str, str]) -> list[dict[str, Any]]:
    """Train, and let the tutor speak."""
    X, y = np.array(table["X"]) * recipe.inputs, np.array(table["y"], dtype=float)
    n_classes = table["classes"]
    Y: Array
    if n_classes > 2:
        Y = np.eye(n_classes)[y.astype(int)]
    else:
        Y = (y if n_classes else y * recipe.target).reshape(-1, 1)
    output = {0: "identity", 2: "sigmoid"}.get(n_classes, "softmax")
    network = NetworkSpec(
        (X.shape[1], *recipe.hidden, Y.shape[1]), (recipe.activation,) * len(recipe.hidden), output
    )
    spec = TrainingSpec(
        network,
        SolverSpec(
            recipe.solver,
            recipe.rate,
            schedule=recipe.schedule,
            batch_size=recipe.batch,
            seed=recipe.seed,
        ),
        StopRule(recipe.max_iter, recipe.tol),
        recipe.alpha,
        dropout=recipe.dropout,
    )
    start = initial_parameters(network, "glorot_uniform", np.random.RandomState(recipe.seed))
    n = len(X) - recipe.held_out
    held_out = engine.TrainingData(X[n:], Y[n:]) if recipe.held_out else None
    trainer = engine.Trainer(spec, engine.TrainingData(X[:n], Y[:n]), start, held_out)
    engine.train([trainer], n_threads=1)
    facts = None
    if np.isfinite(trainer.parameters).all():
        facts = TrainingFacts.of_trainer(trainer)
    history = TrainingHistory.of_trainer(trainer)
    return [
        {"kind": found.kind, "words": str(found), "change": dict(found.change)}
        for found in examine(history, facts, language=words[0], voice=words[1])
    ]


def digest(found: list[list[dict[str, Any]]]) -> str:
    """Of the other languages and voices, a few letters that tell them from anything else."""
    words = "\n".join(one["words"] for some in found for one in some)
    return hashlib.sha256(words.encode()).hexdigest()[:12]


def plain(recipe: Recipe) -> dict[str, Any]:
    """What differs from a recipe's defaults."""
    usual = Recipe(recipe.table)
    return {
        name: getattr(recipe, name)
        for name in Recipe.__dataclass_fields__
        if name == "table" or getattr(recipe, name) != getattr(usual, name)
    }


def written() -> str:
    """The file's text."""
    known = tables()
    entries = []
    for recipe in recipes():
        entry = {
            "recipe": plain(recipe),
            "findings": findings(recipe, known[recipe.table], ("en", "python")),
        }
        entry["others"] = digest(
            [findings(recipe, known[recipe.table], words) for words in OTHER_WORDS]
        )
        entries.append(json.dumps(entry))
    lines = [f'"{name}": {json.dumps(table)}' for name, table in known.items()]
    usual = json.dumps({name: getattr(Recipe(""), name) for name in Recipe.__dataclass_fields__})
    return (
        f'{{"usual": {usual},\n"tables": {{\n'
        + ",\n".join(lines)
        + '},\n"entries": [\n'
        + ",\n".join(entries)
        + "\n]}\n"
    )


if __name__ == "__main__":
    print(written(), end="")  # noqa: T201
