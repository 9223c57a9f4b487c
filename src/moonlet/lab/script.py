"""What was done in the lab, as Python: running it gives the same weights, bit for bit."""

from __future__ import annotations

import inspect
import json
from collections.abc import Sequence
from itertools import pairwise
from typing import Any

from moonlet.data.toy import TOYS
from moonlet.estimators import MLPClassifier
from moonlet.lab.messages import Settings
from moonlet.lab.rows import DrawnPoint, Rows, toy_options
from moonlet.lab.run import OPEN_ENDED, Phase, Run, stop_rule

__all__ = ["estimator_parameters", "write_script"]


def write_script(settings: Settings, run: Run, drawn: Sequence[DrawnPoint]) -> str:
    """Write a script that trains the run's network again.

    Raises
    ------
    ValueError
        If a falling learning rate was interrupted: `fit` cannot end in the midst of it.
    """
    phases = [phase for phase in run.recipe() if phase.passes] or run.recipe()
    for phase in phases:
        if phase.training.schedule not in OPEN_ENDED and phase.passes < phase.limit:
            raise ValueError(
                f"the {phase.training.schedule} schedule depends on all of its {phase.limit:,} "
                "passes. Let it train to its end, or make the schedule constant, and copy then."
            )
    rows = run.rows
    parts = [
        _imports(rows),
        _data(settings, rows, drawn),
        _split(settings, rows),
        _network(run, phases[0]),
        "network.fit(X_train, y_train)",
    ]
    for before, phase in pairwise(phases):
        parts.append(_change(before, phase, rows))
    parts.append(_ending(rows))
    return "\n".join(parts) + "\n"


def estimator_parameters(run: Run, phase: Phase) -> dict[str, Any]:
    """The parameters with which `MLPClassifier.fit` does what this phase did."""
    choice = run.choice
    activations = [layer.activation for layer in choice.hidden]
    parameters: dict[str, Any] = {
        "hidden_layer_sizes": tuple(layer.units for layer in choice.hidden)
    }
    if activations:
        same = len(set(activations)) == 1
        parameters["activation"] = activations[0] if same else tuple(activations)
    if choice.output != "auto":
        parameters["output"] = choice.output
    if choice.init != "glorot_uniform":
        parameters["init"] = choice.init
    parameters["random_state"] = choice.seed
    return parameters | _training_parameters(phase, run.rows)


def _training_parameters(phase: Phase, rows: Rows) -> dict[str, Any]:
    training = phase.training
    # An open-ended rate is the same whatever the limit; there the passes done are the limit.
    passes = max(phase.passes, 1) if training.schedule in OPEN_ENDED else phase.limit
    stop = stop_rule(training, phase.limit)
    parameters: dict[str, Any] = {"solver": training.solver, "alpha": training.alpha}
    if training.solver != "lbfgs":
        parameters |= {
            "learning_rate_init": training.learning_rate_init,
            "learning_rate": training.schedule,
            "dropout": training.dropout,
        }
    if training.solver in ("sgd", "adam"):
        parameters["batch_size"] = min(training.batch_size, len(rows.train))
    parameters |= {"max_iter": passes, "tol": stop.tol}
    if training.solver == "lbfgs":
        parameters["max_fun"] = stop.max_fun
    else:
        parameters["n_iter_no_change"] = min(stop.n_iter_no_change, passes)
    return parameters


def _imports(rows: Rows) -> str:
    lines = ["from moonlet import MLPClassifier"]
    names = ["load"] if rows.dataset.name != "drawn" else []
    if rows.preprocessor is not None:
        names.append("make_preprocessor")
    if names:
        lines.append(f"from moonlet.data import {', '.join(names)}")
    if len(rows.test):
        lines.append("from sklearn.model_selection import train_test_split")
    if rows.dataset.name == "drawn":
        lines.insert(0, "import numpy as np")
    return "\n".join(sorted(lines, key=lambda line: line.startswith("from"))) + "\n"


def _data(settings: Settings, rows: Rows, drawn: Sequence[DrawnPoint]) -> str:
    choice = settings.data
    if choice.source == "drawn":
        points = "\n".join(f"    {_written(list(point))}," for point in drawn)
        return (
            f"# x0, x1 and class of each point that was drawn.\npoints = np.array([\n{points}\n])\n"
            "X, y = points[:, :2], points[:, 2].astype(int)"
        )
    if choice.source in TOYS:
        options = ", ".join(f"{name}={value!r}" for name, value in toy_options(choice).items())
        return f"X, y = load({_written(choice.source)}, {options})"
    if choice.source == "table":
        source = _file_name(rows.dataset.name)
        said = {"target": rows.dataset.target, **rows.dataset.said}
        written = ", ".join(f"{name}={_written(value)}" for name, value in said.items())
        line = f"X, y = load({_written(source)}, {written})"
    else:
        line = f"X, y = load({_written(choice.source)}, target={_written(rows.dataset.target)})"
    if len(rows.dataset.feature_names) < len(rows.columns):
        line += f"\nX = X[{_written(rows.dataset.feature_names)}]"
    return line


def _split(settings: Settings, rows: Rows) -> str:
    choice = settings.data
    lines = ["X_train, y_train = X, y"]
    if len(rows.test):
        lines = [
            "X_train, X_test, y_train, y_test = train_test_split(",
            f"    X, y, test_size={choice.test_share!r}, stratify=y, random_state={choice.seed}",
            ")",
        ]
    if rows.preprocessor is not None:
        lines += [
            "preprocess = make_preprocessor(X_train).fit(X_train)",
            "X_train = preprocess.transform(X_train)",
        ]
        if len(rows.test):
            lines.append("X_test = preprocess.transform(X_test)")
    return "\n".join(lines) + "\n"


def _network(run: Run, phase: Phase) -> str:
    usual = inspect.signature(MLPClassifier).parameters
    lines = [
        f"    {name}={_written(value)},"
        for name, value in estimator_parameters(run, phase).items()
        if name == "hidden_layer_sizes" or value != usual[name].default
    ]
    return "\n".join(["network = MLPClassifier(", *lines, ")"])


def _change(before: Phase, phase: Phase, rows: Rows) -> str:
    old, new = _training_parameters(before, rows), _training_parameters(phase, rows)
    changed = {name: value for name, value in new.items() if old.get(name) != value}
    words = ", ".join(f"{name}={_written(value)}" for name, value in changed.items())
    return (
        f"\n# Changed after {before.passes:,} passes; it went on from the weights as they stood.\n"
        f"network.set_params(warm_start=True, {words})\n"
        "network.fit(X_train, y_train)"
    )


def _ending(rows: Rows) -> str:
    lines = ['\nprint(f"training rows put right: {network.score(X_train, y_train):.1%}")']
    if len(rows.test):
        lines.append('print(f"test rows put right: {network.score(X_test, y_test):.1%}")')
    return "\n".join(lines)


def _file_name(name: str) -> str:
    """Only the last part of a name: a script shall not read from elsewhere."""
    last = name.replace("\\", "/").rsplit("/", 1)[-1]
    kept = "".join(c if c.isalnum() or c in " ._-" else "_" for c in last).strip(". ")
    return kept if kept.endswith((".csv", ".tsv", ".parquet")) else f"{kept or 'table'}.csv"


def _written(value: object) -> str:
    """A literal, with the quotes that Python code mostly has."""
    if isinstance(value, str):
        # JSON's text is a Python literal, where no character beyond 2^16 is cut in two.
        return json.dumps(value, ensure_ascii=False) if value.isprintable() else repr(value)
    if isinstance(value, dict):
        return f"{{{', '.join(f'{_written(k)}: {_written(v)}' for k, v in value.items())}}}"
    if isinstance(value, list):
        return f"[{', '.join(map(_written, value))}]"
    if isinstance(value, tuple):
        return f"({', '.join(map(_written, value))}{',' if len(value) == 1 else ''})"
    return repr(value)
