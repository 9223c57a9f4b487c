"""``moonlet predict``: a model file and a table give labels and probabilities."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from moonlet.cli.console import Terminal
from moonlet.cli.options import data_argument, examples, output_option
from moonlet.exceptions import DataError

if TYPE_CHECKING:
    from moonlet.data import Dataset


@click.command(
    epilog=examples(
        "moonlet predict model.onnx new.csv | head",
        "moonlet predict model.onnx new.csv -o predictions.csv",
    )
)
@click.argument("model", type=click.Path(path_type=Path))
@data_argument
@output_option(None, "The file to write instead of stdout.")
@click.pass_obj
def predict(terminal: Terminal, model: Path, data: str, output: Path | None) -> None:
    """Predict the class or number of each row of DATA by a MODEL file.

    Writes CSV, a line for each row: the probability of each class, and the most
    probable one; or the number. Columns are found by their names; those that the model does
    not know, such as the target, are left alone.
    """
    from moonlet.cli.model_input import features_for
    from moonlet.data import read_table, to_csv
    from moonlet.export import from_onnx

    estimator = from_onnx(model)
    features, notes = features_for(estimator, read_table(data), source=data)
    for note in notes:
        terminal.note(note)
    predicted = _predict(estimator, features, name=Path(data).name)
    text = to_csv(predicted, output)
    if text is None:
        terminal.note(f"{output}: {len(predicted.y):,} rows.", label="written")
    else:
        terminal.write(text)


def _predict(estimator: Any, features: Any, name: str) -> Dataset:
    import pandas as pd
    from sklearn.base import is_classifier

    from moonlet.data import Dataset

    classes = is_classifier(estimator)
    try:
        answers = estimator.predict_proba(features) if classes else estimator.predict(features)
    except ValueError as error:  # gaps, say, for a model that has no way to fill them
        raise DataError(f"{name}: {error}") from error
    if not classes:
        nothing = pd.DataFrame(index=range(len(answers)))
        return Dataset(name, nothing, answers, target="prediction", task="regression")
    probabilities = answers
    labels = estimator.classes_[probabilities.argmax(axis=1)]
    columns = [f"probability_{label}" for label in estimator.classes_]
    frame = pd.DataFrame(probabilities, columns=columns)
    return Dataset(name, frame, labels, target="prediction", task="classification")
