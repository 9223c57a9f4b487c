"""All that moonlet.names lists is known wherever it must be, and nothing else is."""

from __future__ import annotations

import json
import re
import runpy
import subprocess
import sys
from pathlib import Path
from typing import get_args

import numpy as np
import pytest

from moonlet import MLPClassifier, MLPRegressor, displays, engine, names, reference
from moonlet.cli import main
from moonlet.data import load
from moonlet.names.entries import check_that_each_has_an_entry
from moonlet.specs import NetworkSpec, SolverSpec, StopRule, TrainingSpec

ROOT = Path(__file__).parents[1]
WRITER = runpy.run_path(str(ROOT / "engine" / "write_names.py"))
TABLE = WRITER["read"]()
PAGES = ("api.md", "how_to/draw_pictures.md")
X = np.array([[0.0, 1.0], [1.0, 0.5], [2.0, -1.0]])


def test_the_table_is_read_without_anything_but_python() -> None:
    writer = str(ROOT / "engine" / "write_names.py")
    code = (
        f"import runpy, sys; runpy.run_path({writer!r})['read'](); "
        "print(any(name.startswith(('moonlet', 'numpy')) for name in sys.modules))"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout == "False\n"


@pytest.mark.parametrize(
    ("given", "table"),
    [
        (names.Activation, names.ACTIVATIONS),
        (names.Output, names.OUTPUTS),
        (names.Loss, names.LOSSES),
        (names.SolverName, names.SOLVERS),
        (names.Schedule, names.SCHEDULES),
        (names.Display, names.DISPLAYS),
    ],
)
def test_a_name_without_an_entry_is_refused_at_import(given: object, table: object) -> None:
    check = check_that_each_has_an_entry
    check(given, table)
    for wrong in (dict(list(table.items())[1:]), {**table, "new": None}):  # type: ignore[attr-defined]
        with pytest.raises(TypeError, match="the same names"):
            check(given, wrong)


@pytest.mark.parametrize("activation", names.ACTIVATIONS)
def test_engine_and_reference_know_every_activation(activation: names.Activation) -> None:
    z = np.linspace(-4.0, 4.0, 9)
    for name, f in ((activation, reference.activate), (f"{activation}_slope", _slope)):
        np.testing.assert_allclose(
            engine.apply_function(name, z), f(activation, z), rtol=1e-14, atol=1e-15
        )


@pytest.mark.parametrize("activation", names.ACTIVATIONS)
def test_every_activation_is_at_0_what_its_trait_says(activation: names.Activation) -> None:
    at_zero = float(reference.activate(activation, np.zeros(1))[0])
    assert (at_zero == 0.0) == names.ACTIVATIONS[activation].centred


def _slope(activation: names.Activation, z: np.ndarray) -> np.ndarray:
    return np.asarray(reference.activation_slope(activation, z))


@pytest.mark.parametrize("loss", names.LOSSES)
def test_engine_and_reference_know_every_loss(loss: names.Loss) -> None:
    for output in names.LOSSES[loss].outputs:
        network = NetworkSpec((2, 2), (), output, loss)
        Y = np.eye(2)[[0, 1, 0]]
        p = np.linspace(-1.0, 1.0, network.n_parameters)
        ours = engine.loss_and_gradient(network, p, engine.TrainingData(X, Y))
        theirs = reference.loss_and_gradient(network, p, X, Y)
        assert ours[0] == pytest.approx(theirs[0], rel=1e-13)
        np.testing.assert_allclose(ours[1], theirs[1], rtol=1e-12, atol=1e-15)


@pytest.mark.parametrize("schedule", names.SCHEDULES)
def test_the_engine_knows_every_schedule_and_who_falls_with_the_passes(
    schedule: names.Schedule,
) -> None:
    def rate(max_iter: int) -> float:
        spec = TrainingSpec(
            NetworkSpec((2, 1), (), "identity"),
            SolverSpec("gd", 0.1, schedule=schedule),
            StopRule(max_iter, tol=0.0),
        )
        rows = engine.TrainingData(X, np.ones((3, 1)))
        trainer = engine.Trainer(spec, rows, np.zeros(3))
        engine.train([trainer], max_passes=6)
        return trainer.learning_rate

    assert (rate(10) == rate(20)) == names.SCHEDULES[schedule].open_ended


@pytest.mark.parametrize("solver", names.SOLVERS)
def test_the_engine_knows_every_solver_and_whether_it_goes_by_a_rate(
    solver: names.SolverName,
) -> None:
    def trained(rate: float, seed: int) -> bytes:
        spec = TrainingSpec(
            NetworkSpec((2, 1), (), "identity"),
            SolverSpec(solver, rate, batch_size=1, seed=seed),
            StopRule(2, tol=0.0),
        )
        trainer = engine.Trainer(spec, engine.TrainingData(X, np.ones((3, 1))), np.zeros(3))
        engine.train([trainer])
        return np.asarray(trainer.parameters).tobytes()

    facts = names.SOLVERS[solver]
    assert (trained(0.01, 0) != trained(0.02, 0)) == facts.has_rate
    assert (len({trained(0.01, seed) for seed in range(5)}) > 1) == facts.takes_batches


@pytest.mark.parametrize("name", names.TOYS)
def test_the_engine_draws_every_toy_set_as_its_traits_have_it(name: str) -> None:
    facts = names.TOYS[name]
    X, y = load(name)
    assert X.shape == (200, 2)
    assert (y.dtype.kind == "f") == facts.is_numeric
    if facts.n_classes is not None:
        assert len(np.unique(y)) == facts.n_classes
    assert load(name).fingerprint() == load(name, noise=facts.noise).fingerprint()


@pytest.mark.parametrize("name", names.BUNDLED)
def test_every_bundled_set_is_what_its_traits_have_it(name: str) -> None:
    facts = names.BUNDLED[name]
    dataset = load(name)
    assert (dataset.task == "regression") == facts.is_numeric
    numbers = dataset.X.size
    weight = "heavy" if numbers > 15_000 else "middling" if numbers > 4_000 else "light"
    assert facts.weight == weight


def test_whoever_names_the_sets_names_all_of_them() -> None:
    for told in (load.__doc__, main.help):
        listed = re.search(r"\((moons, [^)]*)\)", told or "")
        assert listed is not None
        words = re.split(r"[,;\s]+", listed[1].replace(" to predict a number", ""))
        assert words == [*names.TOYS, *names.BUNDLED]


def test_every_display_is_a_class_that_is_made_as_the_table_has_it() -> None:
    assert sorted(names.DISPLAYS) == sorted(displays.__all__)
    pages = {page: (ROOT / "docs" / page).read_text(encoding="utf-8") for page in PAGES}
    assert "% table of displays" in pages["how_to/draw_pictures.md"]
    listed = re.findall(r"^   moonlet\.displays\.(\w+)$", pages["api.md"], re.MULTILINE)
    assert listed == list(names.DISPLAYS)
    for name, facts in names.DISPLAYS.items():
        ways = [way for way in dir(getattr(displays, name)) if way.startswith("from_")]
        assert set(facts.made) <= set(ways), name


@pytest.mark.parametrize("known", [engine.apply_function, reference.activate])
def test_an_unknown_activation_is_an_error_and_not_another_one(known: object) -> None:
    with pytest.raises(ValueError, match="no_such"):
        known("no_such", np.zeros(3))  # type: ignore[operator]


def test_all_else_that_is_unknown_is_an_error_too() -> None:
    network = NetworkSpec((2, 1), (), "identity")
    object.__setattr__(network, "loss", "no_such")
    for of_loss in (reference.loss, reference.gradient):
        with pytest.raises(ValueError, match="no_such"):
            of_loss(network, np.zeros(3), X, np.zeros((3, 1)))
    solver = SolverSpec("gd")
    object.__setattr__(solver, "schedule", "no_such")
    with pytest.raises(ValueError, match="no_such"):
        reference.descend(
            TrainingSpec(NetworkSpec((2, 1), (), "identity"), solver, StopRule(2)),
            np.zeros(3),
            X,
            np.zeros((3, 1)),
        )


def test_estimators_take_every_name() -> None:
    def choices(estimator: type, parameter: str) -> set[str]:
        (names, *_) = estimator._parameter_constraints[parameter]  # type: ignore[attr-defined]
        return set(names.options)

    for estimator in (MLPClassifier, MLPRegressor):
        assert choices(estimator, "activation") == set(names.ACTIVATIONS)
        assert choices(estimator, "solver") == set(names.SOLVERS)
        assert choices(estimator, "learning_rate") == set(names.SCHEDULES)
        assert choices(estimator, "init") == set(names.INITS)
    assert choices(MLPRegressor, "loss") == names.LOSSES.keys() - {"log_loss"}


def test_a_loss_with_a_parameter_finds_it_on_the_regressor() -> None:
    parameters = MLPRegressor().get_params()
    for facts in names.LOSSES.values():
        if facts.parameter is not None:
            assert parameters[facts.parameter.name] == facts.parameter.usual


def test_what_the_engine_and_the_page_read_is_made_of_the_table() -> None:
    header, module = WRITER["header"](TABLE), WRITER["module"](TABLE)
    for kind in ("Activation", "Output", "Loss", "Solver", "Schedule", "FindingKind"):
        known = get_args(names.SolverName if kind == "Solver" else getattr(names, kind))
        (listed,) = re.findall(rf"enum class {kind}(?:Name)? : \S+ {{ (.*) }};", header)
        assert tuple(listed.split(", ")) == known
        (listed,) = re.findall(rf"= (\[.*\]) as const;\nexport type {kind} =", module)
        assert tuple(json.loads(listed)) == known
