from __future__ import annotations

import numpy as np
import pytest
from sklearn.metrics import confusion_matrix

from moonlet.report import facts


def test_the_table_has_a_row_for_each_size_and_one_recommended(study):
    rows = facts.size_rows(study)
    # 0 hidden units are the straight line, which has a row of its own.
    assert [row.size for row in rows] == ["3"]
    assert rows[0].recommended == (study.recommended_ == 3)
    # 2 inputs, 3 units, 1 output, each with a bias.
    assert rows[0].n_parameters == str(2 * 3 + 3 + 3 + 1)
    assert rows[0].converged == "6 of 6"


def test_the_confusion_matrix_is_that_of_scikit_learn(study):
    test = study.test_indices_
    wanted = confusion_matrix(study.y_[test], study.tested_estimator_.predict(study.X_[test]))
    rows = facts.confusion_rows(study)
    np.testing.assert_array_equal([row.counts for row in rows], wanted)
    for row in rows:
        assert sum(row.shares) == pytest.approx(1.0)


def test_the_networks_of_all_three_cuts_are_counted(study):
    # Two starts of two sizes on three folds, and of the one with hidden units on six more.
    assert facts.scope(study) == "120 rows, 2 columns, 2 classes; 24 networks trained."


def test_unknown_numbers_are_dashes():
    assert facts.decimal(float("nan")) == "–"
    assert facts.decimal(float("inf")) == "–"
    assert facts.decimal(0.12348) == "0.1235"


def test_a_number_has_the_digits_that_it_can_bear():
    assert facts.decimal(3006.0028) == "3,006"
    assert facts.decimal(80.826) == "80.8"
    assert facts.decimal(0.0000271) == "2.7e-05"
    assert facts.decimal(0.0) == "0.0000"


def test_mistakes_are_listed_from_the_most_frequent():
    names = "abc"
    counts = [[5, 2, 0], [3, 4, 1], [0, 0, 8]]
    rows = [
        facts.ConfusionRow(name, tuple(row), tuple(count / sum(row) for count in row))
        for name, row in zip(names, counts, strict=True)
    ]
    found = [(one.truth, one.predicted, one.count, one.share) for one in facts.mistakes(rows)]
    assert found == [("b", "a", 3, 3 / 8), ("a", "b", 2, 2 / 7), ("b", "c", 1, 1 / 8)]


def test_names_too_long_to_stand_side_by_side_are_numbered():
    short = [facts.ConfusionRow(name, (0,), (0.0,)) for name in ("setosa", "virginica")]
    assert not facts.needs_numbers(short)
    assert facts.needs_numbers([facts.ConfusionRow("x" * 30, (0,), (0.0,))] * 3)


def test_the_answer_is_the_first_lines_of_the_verdict(study, number_study):
    for one in (study, number_study):
        said = facts.spoken(one)
        assert "\n".join([*said.lines, said.evidence]) == str(one.verdict_)
        assert len(said.lines) == 3


def test_log_loss_is_explained_where_it_is_the_measure(study, number_study):
    words = dict(facts.vocabulary(study))
    assert "costs 0.693" in words["Log loss"]  # log 2
    assert "cut into 3 folds" in words["Held-out rows"]
    assert "Straight line (logistic regression)" in words
    assert "Log loss" not in dict(facts.vocabulary(number_study))
    assert "Straight line (ridge regression)" in dict(facts.vocabulary(number_study))


@pytest.mark.parametrize("which", ["study", "number_study"])
def test_every_technical_word_of_the_verdict_is_explained(which, request):
    study = request.getfixturevalue(which)
    text = " ".join(str(study.verdict_).split())
    words = " ".join(term for term, _ in facts.vocabulary(study))
    for used, explained in (
        ("R²", "R²"),
        ("p = ", "p"),
        ("p < ", "p"),
        ("95 %", "95 %"),
        ("±", "±"),
        ("straight line", "Straight line"),
        ("hidden unit", "Hidden units"),
        ("alpha", "Weight decay (alpha)"),
        ("held-out", "Held-out rows"),
        ("folds", "Held-out rows"),
        ("Boosted trees", "Boosted trees"),
        ("log loss", "Log loss"),
        ("squared error", "Squared error"),
        ("Accuracy", "accuracy"),
    ):
        if used in text:
            assert explained in words, used


def test_the_key_figures_name_what_is_delivered_and_the_line_beside_it(study):
    figures = dict(facts.key_figures(study))
    assert figures["You get"] == "2 × 3 hidden units"
    assert "Right of 30 test rows" in figures
    right = figures["Right of 30 test rows"]
    assert right.startswith("the network ")
    assert "; the line " in right
    # As the headline has it, and not the best of all on the folds that chose it.
    verdict = study.verdict_
    ours, lines = (
        figures["Held-out log loss of a network"],
        figures["The same of logistic regression"],
    )
    assert float(lines) == pytest.approx(verdict.line_mean, rel=1e-3)
    assert float(lines) - float(ours) == pytest.approx(verdict.gain, rel=1e-2)
