from __future__ import annotations

from copy import copy

import numpy as np
import pytest
from sklearn.metrics import confusion_matrix

from moonlet import CapacityStudy
from moonlet.data import load
from moonlet.report import facts


def test_the_table_has_a_row_for_each_size_and_one_recommended(study):
    rows = facts.size_rows(study)
    assert [row.size for row in rows] == ["0", "3"]
    assert [row.recommended for row in rows].count(True) == 1
    # 2 inputs, 3 units, 1 output, each with a bias.
    assert rows[1].n_parameters == str(2 * 3 + 3 + 3 + 1)
    assert rows[0].converged == "6 of 6"


def test_the_confusion_matrix_is_that_of_scikit_learn(study):
    test = study.test_indices_
    wanted = confusion_matrix(study.y_[test], study.predict(study.X_[test]))
    rows = facts.confusion_rows(study)
    np.testing.assert_array_equal([row.counts for row in rows], wanted)
    for row in rows:
        assert sum(row.shares) == pytest.approx(1.0)


def test_the_python_lines_run_and_give_the_same_study():
    program = {}
    study = CapacityStudy(hidden=(0, 2), alpha=(0.1,), n_restarts=1, cv=3, random_state=3)
    study.fit(*load("moons"))
    lines = facts.python_lines(study, "moons").replace("print(study.verdict_)", "")
    exec(lines, program)  # noqa: S102 - the very lines that the page shows
    again = program["study"]
    np.testing.assert_array_equal(again.results_["valid_loss"], study.results_["valid_loss"])
    assert again.get_params() == study.get_params()


def test_where_and_how_a_study_ran_is_not_part_of_the_python_lines(study, tmp_path):
    elsewhere = copy(study).set_params(store=tmp_path / "study.db", n_jobs=1, progress=True)
    assert facts.python_lines(elsewhere, "moons") == facts.python_lines(study, "moons")


def test_a_file_is_named_with_the_advice_on_its_target(study):
    assert "X, y = load('a \"table\".csv')  # target=" in facts.python_lines(study, 'a "table".csv')


def test_unknown_numbers_are_dashes():
    assert facts.decimal(float("nan")) == "–"
    assert facts.decimal(float("inf")) == "–"
    assert facts.decimal(0.12348) == "0.1235"
