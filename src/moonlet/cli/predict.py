"""``moonlet predict``: a model file and a table give labels and probabilities."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from moonlet.cli.console import Terminal
from moonlet.cli.options import data_argument, examples, output_option
from moonlet.cli.table_options import text_options
from moonlet.exceptions import DataError

if TYPE_CHECKING:
    import pandas as pd

    from moonlet.data import Schema


@click.command(
    epilog=examples(
        "moonlet predict model.onnx new.csv | head",
        "moonlet predict model.onnx new.csv -o predictions.csv",
    )
)
@click.argument("model", type=click.Path(path_type=Path))
@data_argument
@text_options[0]
@text_options[1]
@output_option(None, "The file to write instead of stdout.")
@click.pass_obj
def predict(
    terminal: Terminal,
    model: Path,
    data: str,
    encoding: str | None,
    comment: str | None,
    output: Path | None,
) -> None:
    """Predict the class or number of each row of DATA by a MODEL file.

    Writes CSV, a line for each row: the probability of each class, and the most
    probable one; or the number. Each cell is read as the table was that the model was trained
    on. Columns are found by their names; those that the model does not know, such as the target,
    are left alone.
    """
    from moonlet.cli.model_input import schema_of, unseen_labels
    from moonlet.data import frame_to_csv, read_table
    from moonlet.export import from_onnx

    estimator = from_onnx(model)
    raw = read_table(data, encoding=encoding, comment=comment)
    schema = schema_of(estimator, raw)
    features = schema.apply(raw)
    for note in unseen_labels(schema, features, source=data):
        terminal.note(note)
    named = hasattr(estimator, "feature_names_in_")
    try:
        predicted = _predict(estimator, features if named else features.to_numpy(), schema)
    except ValueError as error:  # gaps, say, for a model that has no way to fill them
        raise DataError(f"{Path(data).name}: {error}") from error
    text = frame_to_csv(predicted, output)
    if text is None:
        terminal.note(f"{output}: {len(predicted):,} rows.", label="written")
    else:
        terminal.write(text)


def _predict(estimator: Any, features: Any, schema: Schema) -> pd.DataFrame:
    import numpy as np
    import pandas as pd
    from sklearn.base import is_classifier

    if not is_classifier(estimator):
        return pd.DataFrame({"prediction": estimator.predict(features)})
    probabilities = estimator.predict_proba(features)
    classes = estimator.classes_
    target = schema.target_column
    if classes.dtype == bool and target is not None and len(target.labels) == 2:
        classes = np.array(target.labels)  # as they were written: no, then yes
    columns = [f"probability_{label}" for label in classes]
    labels = classes[probabilities.argmax(axis=1)]
    return pd.DataFrame(probabilities, columns=columns).assign(prediction=labels)
