"""Copy as Python: the script is run, and its network held against the lab's, bit by bit."""

from __future__ import annotations

import warnings
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from sklearn.exceptions import ConvergenceWarning

from moonlet.data import load, to_csv
from moonlet.lab import messages as m
from moonlet.lab.session import Session
from tests.lab.sessions import file, report, settings, train


def run_script(script: bytes) -> Any:
    """The network that a script leaves behind."""
    left: dict[str, Any] = {}
    with warnings.catch_warnings():
        # A run of lbfgs that was stopped before its end has not converged, and says so.
        warnings.simplefilter("ignore", ConvergenceWarning)
        exec(compile(script, "moonlet_lab.py", "exec"), left)  # noqa: S102 - what users do with it
    return left["network"]


def assert_same_weights(session: Session) -> None:
    network = run_script(file(session, "python"))
    packed = session.experiment.run.network.pack(network.coefs_, network.intercepts_)
    np.testing.assert_array_equal(packed, session.experiment.run.parameters)
    assert np.isfinite(packed).all()


@pytest.mark.parametrize(
    "wanted",
    [
        settings(training={"max_iter": 300}),
        settings(
            data={"test_share": 0.0},
            network={"output": "softmax", "init": "lecun_normal"},
            training={"learning_rate_init": 2.0, "max_iter": 300},
        ),
        settings(data={"source": "blobs", "n_classes": 4}, training={"max_iter": 100}),
        settings(data={"source": "iris", "features": ("petal length (cm)", "sepal width (cm)")}),
        settings(data={"source": "wine"}, network={"hidden": ()}),
        settings(
            network={"hidden": (m.LayerChoice(8, "relu"), m.LayerChoice(4, "gelu"))},
            training={"solver": "adam", "dropout": 0.2, "learning_rate_init": 0.01},
        ),
        settings(training={"solver": "sgd", "batch_size": 5000, "learning_rate_init": 0.01}),
        settings(training={"solver": "sgd", "schedule": "adaptive", "learning_rate_init": 0.1}),
        settings(training={"solver": "adam", "schedule": "cosine", "max_iter": 60}),
        settings(training={"solver": "lbfgs", "max_iter": 500}),
    ],
    ids=lambda one: f"{one.data.source}-{one.training.solver}-{one.training.schedule}",
)
def test_the_script_gives_the_same_weights(wanted: m.Settings) -> None:
    wanted = replace(
        wanted, training=replace(wanted.training, max_iter=min(wanted.training.max_iter, 300))
    )
    session = Session(wanted)
    train(session)
    assert session.experiment.run.n_iter > 0
    assert_same_weights(session)


@pytest.mark.parametrize("solver", ["gd", "sgd", "adam", "lbfgs"])
def test_the_script_follows_every_change_that_was_made_on_the_way(solver: str) -> None:
    session = Session(settings(training={"solver": solver, "learning_rate_init": 0.1}))
    train(session, 37)
    for change in ({"alpha": 0.5}, {"learning_rate_init": 0.02}, {"solver": "adam"}):
        training = replace(session.experiment.settings.training, **change)
        session.answer(m.Change(replace(session.experiment.settings, training=training)))
        train(session, 23)
    assert session.experiment.run.n_iter > 60
    assert b"warm_start=True" in file(session, "python")
    assert_same_weights(session)


def test_more_passes_alone_are_no_change_of_training() -> None:
    session = Session(settings(training={"max_iter": 50}))
    train(session)
    training = replace(session.experiment.settings.training, max_iter=80)
    session.answer(m.Change(replace(session.experiment.settings, training=training)))
    train(session)
    assert session.experiment.run.n_iter == 80
    assert b"warm_start" not in file(session, "python")
    assert_same_weights(session)


def test_the_script_holds_the_points_that_were_drawn() -> None:
    session = Session(settings(data={"test_share": 0.0}, training={"max_iter": 200}))
    session.answer(m.Draw(((0.1, -0.2, 0), (1.0, 1 / 3, 1), (-1.0, 0.5, 2), (2.0, 2.0, 1))))
    train(session)
    assert session.experiment.rows.n_classes == 3
    assert_same_weights(session)


def test_the_script_reads_the_uploaded_table_from_its_folder(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    text = to_csv(load("iris"))
    assert text is not None
    monkeypatch.chdir(tmp_path)
    Path("flowers.csv").write_text(text, encoding="utf-8")
    session = Session(settings(training={"max_iter": 100}))
    session.answer(m.Upload("../../flowers.csv", text))
    train(session)
    script = file(session, "python")
    assert b'load("flowers.csv"' in script
    assert b".." not in script
    assert_same_weights(session)


def test_a_name_that_is_code_stays_a_name() -> None:
    session = Session(settings(training={"max_iter": 10}))
    name = '");import os;os.abort()#<svg onload=alert(1)>'
    session.answer(m.Upload(name, 'a,b,"c"");raise\n#"\n1,2,0\n2,1,1\n1,1,0\n2,3,1\n'))
    train(session)
    script = file(session, "python").decode()
    compile(script, "moonlet_lab.py", "exec")
    assert "os.abort()" not in script
    assert [line for line in script.splitlines() if line.startswith(("raise", "import os"))] == []


def test_a_falling_rate_that_was_interrupted_is_refused_with_the_cure() -> None:
    session = Session(settings(training={"solver": "adam", "schedule": "cosine"}))
    train(session, 10)
    refused = report(session, m.Ask("python"), m.Refused)
    assert "cosine" in refused.message
    assert "constant" in refused.message
