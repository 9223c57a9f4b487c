"""One network for ``moonlet fit``: trained on a part of the rows, judged on both."""

from __future__ import annotations

import warnings
from typing import TYPE_CHECKING, Any

from moonlet.exceptions import DataError
from moonlet.names import LOSSES
from moonlet.words import written

if TYPE_CHECKING:
    from rich.table import Table
    from sklearn.pipeline import Pipeline

    from moonlet.data import Dataset
    from moonlet.estimators import MLPClassifier, MLPRegressor

# Loss and class weight, say, belong to one kind of target alone.
_ONLY_FOR = {
    "classification": ("class_weight",),
    "regression": ("loss", "quantile"),
}


def own_parameters(dataset: Dataset, given: dict[str, Any]) -> dict[str, Any]:
    """Leave out what was not asked for and belongs to the other kind of target.

    Raises
    ------
    DataError
        If it was asked for.
    """
    other = "regression" if dataset.task == "classification" else "classification"
    own = {name: value for name, value in given.items() if value is not None}
    for name in _ONLY_FOR[other]:
        if name in own:
            what = "classes" if other == "regression" else "numbers"
            raise DataError(
                f"{dataset.name}, column {dataset.target!r}: --{name.replace('_', '-')} has no "
                f"meaning for a target of {what}. Leave it out, or name another --target."
            )
    return own


def split(dataset: Dataset, test_size: float, seed: int) -> dict[str, tuple[Any, Any]]:
    """Rows to train on, and rows to judge by, if any."""
    if not test_size:
        return {"training": (dataset.X, dataset.y)}
    from sklearn.model_selection import train_test_split

    classes = dataset.task == "classification"
    try:
        X_train, X_test, y_train, y_test = train_test_split(
            dataset.X,
            dataset.y,
            test_size=test_size,
            stratify=dataset.y if classes else None,
            random_state=seed,
        )
    except ValueError as error:
        wanted = "held-out part of {:g} with every class in it" if classes else "part of {:g}"
        raise DataError(
            f"{dataset.name}: no {wanted.format(test_size)}: {error} "
            "Use --test-size 0, another share, or more rows."
        ) from error
    return {"training": (X_train, y_train), "held_out": (X_test, y_test)}


def train(
    task: str, X: Any, y: Any, *, hidden: tuple[int, ...], seed: int, **parameters: Any
) -> Pipeline:
    """Train a network behind what its columns need.

    A target of numbers is standardised for the training, so that alpha, tol and the rate mean
    the same in any unit; the network that comes out answers in the unit of `y`.
    """
    from sklearn.exceptions import ConvergenceWarning
    from sklearn.pipeline import Pipeline

    from moonlet.data import make_preprocessor
    from moonlet.estimators import MLPClassifier, MLPRegressor
    from moonlet.estimators.fitted import rescale_outputs

    kind = MLPClassifier if task == "classification" else MLPRegressor
    network = kind(hidden_layer_sizes=hidden, random_state=seed, n_jobs=-1, **parameters)
    pipeline = Pipeline([("preprocess", make_preprocessor(X)), ("network", network)])
    center, spread = scale_of(task, network, y)
    with warnings.catch_warnings():
        # The findings say it, in fewer words and with the cure.
        warnings.simplefilter("ignore", ConvergenceWarning)
        pipeline.fit(X, scaled(y, center, spread))
    if (center, spread) != (0.0, 1.0):
        rescale_outputs(network, center, spread)
    return pipeline


def scale_of(task: str, network: MLPClassifier | MLPRegressor, y: Any) -> tuple[float, float]:
    """What is taken from a target before training, and what it is then divided by."""
    if task == "classification" or LOSSES[network.loss].outputs[0] != "identity":
        return 0.0, 1.0
    return float(y.mean()), float(y.std()) or 1.0


def scaled(y: Any, center: float, spread: float) -> Any:
    """The target as it is trained on: labels, and counts, stay as they are."""
    return y if (center, spread) == (0.0, 1.0) else (y - center) / spread


def judge(task: str, pipeline: Pipeline, X: Any, y: Any) -> dict[str, float]:
    """How well the network answers for these rows."""
    from sklearn import metrics

    if task == "regression":
        answers = pipeline.predict(X)
        return {
            "rows": len(y),
            "r2": float(metrics.r2_score(y, answers)),
            "root_mean_squared_error": float(metrics.root_mean_squared_error(y, answers)),
            "mean_absolute_error": float(metrics.mean_absolute_error(y, answers)),
        }
    probabilities = pipeline.predict_proba(X)
    return {
        "rows": len(y),
        "accuracy": float(pipeline.score(X, y)),
        "log_loss": float(metrics.log_loss(y, probabilities, labels=pipeline.classes_)),
    }


_HEADINGS = {
    "rows": "rows",
    "accuracy": "accuracy",
    "log_loss": "log loss",
    "r2": "R²",
    "root_mean_squared_error": "RMSE",
    "mean_absolute_error": "mean abs. error",
}


def table(judged: dict[str, dict[str, float]]) -> Table:
    """What `judge` found of each part, side by side."""
    from rich.table import Table

    drawn = Table(box=None, pad_edge=False, padding=(0, 3, 0, 0))
    drawn.add_column("")
    for name in judged["training"]:
        drawn.add_column(_HEADINGS[name], justify="right")
    for part, numbers in judged.items():
        written = [_written(name, number) for name, number in numbers.items()]
        drawn.add_row(part.replace("_", " "), *written)
    return drawn


def _written(name: str, number: float) -> str:
    if name in ("rows", "accuracy"):
        return f"{number:,}" if name == "rows" else written(number, ".1%")
    return f"{number:.4f}" if name in ("log_loss", "r2") else f"{number:.4g}"


def how_it_ended(estimator: MLPClassifier | MLPRegressor) -> str:
    """Say whether training came to its end."""
    if estimator.stop_reason_ == "converged":
        return f"Converged after {estimator.n_iter_:,} iterations."
    if estimator.stop_reason_ == "early_stopping":
        return f"Stopped after {estimator.n_iter_:,} iterations: validation rows did no better."
    return f"Stopped after {estimator.n_iter_:,} iterations, before it had converged."
