"""``moonlet fit``: one network, from a table to a model file."""

from __future__ import annotations

import warnings
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from moonlet.cli.console import Terminal
from moonlet.cli.options import (
    Read,
    data_argument,
    examples,
    json_option,
    output_option,
    read_layers,
    seed_option,
    target_option,
)
from moonlet.exceptions import DataError

if TYPE_CHECKING:
    from rich.table import Table
    from sklearn.pipeline import Pipeline

    from moonlet.data import Dataset
    from moonlet.estimators import MLPClassifier


@click.command(
    epilog=examples(
        "moonlet fit iris.csv --target species --hidden 3 -o iris.onnx",
        "moonlet fit table.parquet --hidden 8,8 --alpha 0.01 --test-size 0",
    )
)
@data_argument
@target_option
@click.option(
    "--hidden",
    type=Read(read_layers, "whole numbers, such as 3, 8,8 or 8x8"),
    metavar="UNITS",
    default="3",
    show_default=True,
    help="Units of the hidden layer; 8,8 or 8x8 for two layers, 0 for none (a straight line).",
)
@click.option(
    "--alpha",
    type=click.FloatRange(min=0),
    default=1e-4,
    show_default=True,
    help="Strength of the weight decay.",
)
@click.option(
    "--activation",
    # Those of moonlet.specs, which would import NumPy for the sake of --help.
    type=click.Choice(
        ["identity", "logistic", "tanh", "relu", "leaky_relu", "elu", "gelu", "silu", "softplus"],
    ),
    default="tanh",
    show_default=True,
)
@click.option("--solver", type=click.Choice(["lbfgs", "gd"]), default="lbfgs", show_default=True)
@click.option(
    "--learning-rate-init",
    type=click.FloatRange(min=0, min_open=True),
    default=0.001,
    show_default=True,
    help="The step of gd on the gradient of the mean loss.",
)
@click.option("--max-iter", type=click.IntRange(min=1), default=2_000, show_default=True)
@click.option(
    "--tol",
    type=click.FloatRange(min=0),
    default=1e-4,
    show_default=True,
    help="When training counts as converged.",
)
@click.option(
    "--test-size",
    type=click.FloatRange(0, 1, max_open=True),
    default=0.25,
    show_default=True,
    help="Share of the rows to hold out and judge by; 0 trains on all of them.",
)
@seed_option
@output_option("model.onnx", "The model file to write.")
@json_option
@click.pass_obj
def fit(
    terminal: Terminal,
    /,
    data: str,
    target: str | None,
    test_size: float,
    seed: int,
    output: Path,
    as_json: bool,
    **network: Any,
) -> None:
    """Train one network on DATA and write it to a model file.

    The file holds the network that was judged: the one trained on the rows that
    are not held out. Numbers are standardised, categories one-hot encoded, gaps
    filled; all of that goes into the file with the network.
    """
    from moonlet.cli.classes import load_classes
    from moonlet.export import to_onnx

    dataset = load_classes(data, target)
    parts = _split(dataset, test_size, seed)
    with terminal.busy("training"):
        pipeline = _train(*parts["training"], seed=seed, **network)
    try:
        to_onnx(pipeline, output)
    except ValueError as error:  # a column's name, say, that a model file cannot hold
        raise DataError(f"{dataset.name}: {error}") from error
    judged = {part: _judge(pipeline, *rows) for part, rows in parts.items()}
    estimator = pipeline["network"]
    if as_json:
        terminal.write_json(
            {
                "model": output,
                "data": dataset.name,
                "target": dataset.target,
                "classes": list(pipeline.classes_),
                "hidden": list(network["hidden"]),
                "n_iter": estimator.n_iter_,
                "stop_reason": estimator.stop_reason_,
                "diagnosis": [str(finding) for finding in estimator.diagnosis_],
                **judged,
            }
        )
        return
    terminal.table(_table(judged))
    terminal.line(_how_it_ended(estimator))
    for finding in estimator.diagnosis_:
        terminal.note(str(finding))
    terminal.line(
        f"{output} holds this network, trained on {judged['training']['rows']:,} rows"
        + (" (use --test-size 0 to train on all of them)." if test_size else ".")
    )


def _split(dataset: Dataset, test_size: float, seed: int) -> dict[str, tuple[Any, Any]]:
    if not test_size:
        return {"training": (dataset.X, dataset.y)}
    from sklearn.model_selection import train_test_split

    try:
        X_train, X_test, y_train, y_test = train_test_split(
            dataset.X, dataset.y, test_size=test_size, stratify=dataset.y, random_state=seed
        )
    except ValueError as error:
        raise DataError(
            f"{dataset.name}: no held-out part of {test_size:g} with every class in it: {error} "
            "Use --test-size 0, another share, or more rows."
        ) from error
    return {"training": (X_train, y_train), "held_out": (X_test, y_test)}


def _train(X: Any, y: Any, *, hidden: tuple[int, ...], seed: int, **parameters: Any) -> Pipeline:
    from sklearn.exceptions import ConvergenceWarning
    from sklearn.pipeline import Pipeline

    from moonlet.data import make_preprocessor
    from moonlet.estimators import MLPClassifier

    network = MLPClassifier(hidden, random_state=seed, n_jobs=-1, **parameters)
    pipeline = Pipeline([("preprocess", make_preprocessor(X)), ("network", network)])
    with warnings.catch_warnings():
        # The findings say it, in fewer words and with the cure.
        warnings.simplefilter("ignore", ConvergenceWarning)
        return pipeline.fit(X, y)


def _judge(pipeline: Pipeline, X: Any, y: Any) -> dict[str, float]:
    from sklearn.metrics import log_loss

    probabilities = pipeline.predict_proba(X)
    return {
        "rows": len(y),
        "accuracy": float(pipeline.score(X, y)),
        "log_loss": float(log_loss(y, probabilities, labels=pipeline.classes_)),
    }


def _table(judged: dict[str, dict[str, float]]) -> Table:
    from rich.table import Table

    table = Table(box=None, pad_edge=False, padding=(0, 3, 0, 0))
    table.add_column("")
    for heading in ("rows", "accuracy", "log loss"):
        table.add_column(heading, justify="right")
    for part, numbers in judged.items():
        table.add_row(
            part.replace("_", " "),
            f"{numbers['rows']:,}",
            f"{numbers['accuracy']:.1%}",
            f"{numbers['log_loss']:.4f}",
        )
    return table


def _how_it_ended(estimator: MLPClassifier) -> str:
    if estimator.stop_reason_ == "converged":
        return f"Converged after {estimator.n_iter_:,} iterations."
    return f"Stopped after {estimator.n_iter_:,} iterations, before it had converged."
