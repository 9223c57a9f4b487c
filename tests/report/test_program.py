from __future__ import annotations

from copy import copy

import numpy as np
from sklearn.model_selection import StratifiedKFold

from moonlet import CapacityStudy, MLPClassifier
from moonlet.data import load
from moonlet.report.program import python_lines
from moonlet.study import default_network


def test_the_python_lines_run_and_give_the_same_study():
    program = {}
    study = CapacityStudy(hidden=(0, 2), alpha=(0.1,), n_restarts=1, cv=3, random_state=3)
    study.fit(*load("moons"))
    lines = python_lines(study, "moons").replace("print(study.verdict_)", "")
    exec(lines, program)  # noqa: S102 - the very lines that the page shows
    again = program["study"]
    np.testing.assert_array_equal(again.results_["valid_loss"], study.results_["valid_loss"])
    assert again.get_params() == study.get_params()


def test_where_and_how_a_study_ran_is_not_part_of_the_python_lines(study, tmp_path):
    elsewhere = copy(study).set_params(store=tmp_path / "study.db", n_jobs=1, progress=True)
    assert python_lines(elsewhere, "moons") == python_lines(study, "moons")


def test_a_file_is_named_with_the_advice_on_its_target(study):
    assert "X, y = load('a \"table\".csv')  # target=" in python_lines(study, 'a "table".csv')


def test_a_network_and_a_splitter_of_the_callers_are_imported():
    program = {}
    study = CapacityStudy(
        MLPClassifier(activation="relu", solver="lbfgs", max_iter=2000),
        hidden=(0, 2),
        alpha=(0.1,),
        n_restarts=1,
        cv=StratifiedKFold(3),
        random_state=3,
    )
    study.fit(*load("moons"))
    lines = python_lines(study, "moons").replace("print(study.verdict_)", "")
    assert max(map(len, lines.splitlines())) <= 88
    exec(lines, program)  # noqa: S102 - the very lines that the page shows
    np.testing.assert_array_equal(
        program["study"].results_["valid_loss"], study.results_["valid_loss"]
    )


def test_the_network_that_the_command_line_takes_need_not_be_named(study, number_study):
    for one in (study, number_study):
        network = default_network(is_numeric=not hasattr(one, "classes_"))
        same = copy(one).set_params(estimator=network)
        assert "MLP" not in python_lines(same, "moons")
