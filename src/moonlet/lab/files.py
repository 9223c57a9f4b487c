"""What the page can take with it: a script, a model, the points, a link."""

from __future__ import annotations

from typing import Any

import numpy as np
from sklearn.pipeline import Pipeline

from moonlet.data import make_preprocessor, to_csv
from moonlet.estimators import MLPClassifier
from moonlet.lab import messages as m
from moonlet.lab.link import State, write_link
from moonlet.lab.run import Run
from moonlet.lab.script import estimator_parameters, write_script
from moonlet.lab.snapshot import Answer

__all__ = ["fitted_estimator", "make_file"]


def make_file(what: m.Asked, run: Run, state: State) -> Answer:
    """Make one of them.

    Raises
    ------
    ValueError
        If it cannot be made; the message says why.
    MissingExtraError
        If an ONNX file is asked for and onnx is not installed.
    """
    if what == "python":
        text = write_script(state.settings, run, state.drawn)
        return m.File("python", "moonlet_lab.py", "text/x-python"), [text.encode()]
    if what == "csv":
        text = to_csv(run.rows.dataset) or ""
        return m.File("csv", "points.csv", "text/csv"), [text.encode()]
    if what == "link":
        return m.File("link", "link", "text/plain"), [write_link(state).encode()]
    from moonlet.export import to_onnx

    model = to_onnx(fitted_estimator(run))
    return m.File("onnx", "model.onnx", "application/octet-stream"), [model.SerializeToString()]


def fitted_estimator(run: Run, *, named: bool = True) -> MLPClassifier | Pipeline:
    """The run's network as it stands, as a fitted estimator.

    A Pipeline of preprocessing ("preprocess") and network ("network") where the
    rows were preprocessed. Without names it takes arrays.
    """
    phase = run.recipe()[-1]
    estimator = MLPClassifier(**estimator_parameters(run, phase))
    rows = run.rows
    # One short fit finds out about the classes and features; what was trained takes its place.
    stand_in = MLPClassifier(**{**estimator.get_params(), "solver": "gd", "max_iter": 1, "tol": 0})
    X: Any = rows.X_train
    if rows.preprocessor is None:
        X = rows.dataset.X.iloc[rows.train] if named else rows.X_train
    stand_in.fit(X, rows.classes[rows.class_indices[rows.train]])
    stand_in.set_params(**estimator.get_params())
    stand_in.coefs_, stand_in.intercepts_ = run.network.unpack(run.parameters)
    stand_in.n_iter_ = run.n_iter
    stand_in.loss_ = run.trainer.loss
    losses, norms = run.curves()
    stand_in.loss_curve_, stand_in.gradient_norm_curve_ = losses.tolist(), norms.tolist()
    stand_in.best_loss_ = float(np.min([*losses, stand_in.loss_]))
    stand_in.stop_reason_ = run.trainer.stop_reason or "interrupted"
    stand_in.diagnosis_ = run.findings()
    if rows.preprocessor is None:
        return stand_in
    preprocessor = rows.preprocessor
    if not named:
        values = rows.dataset.X.iloc[rows.train].to_numpy()
        preprocessor = make_preprocessor(values).fit(values)
    return Pipeline([("preprocess", preprocessor), ("network", stand_in)])
