from __future__ import annotations

from dataclasses import replace

import numpy as np

from moonlet import CapacityStudy
from moonlet.study.scores import ClassScores
from moonlet.study.words import p_in_words, size_in_words
from tests.study.test_verdict import decide

SCORES = ClassScores(
    n_test=50,
    accuracy=0.96,
    accuracy_interval=(0.865, 0.989),
    log_loss=0.15,
    log_loss_interval=(0.1, 0.2),
    baseline_accuracy=0.88,
    baseline_log_loss=0.3,
    log_loss_gain=0.15,
    log_loss_gain_interval=(0.05, 0.25),
)


def test_the_paragraph_has_the_numbers_of_the_test_rows() -> None:
    verdict = replace(decide([[0.4], [0.2]], 0.4, sizes=(0, 3)), test_scores=SCORES)
    text = str(verdict)
    for number in ("50 test rows", "96.0% right", "86.5% to 98.9%", "0.150", "88.0%", "0.300"):
        assert number in text


def test_test_rows_that_contradict_the_folds_are_not_passed_over() -> None:
    verdict = decide([[0.4], [0.2]], 0.4, sizes=(0, 3))
    contradicted = replace(verdict, test_scores={**SCORES, "log_loss": 0.31})
    assert "do not bear the gain out" in str(contradicted)
    assert "bear the gain out" not in str(replace(verdict, test_scores=SCORES))


def test_the_paragraph_is_one_paragraph_of_whole_sentences(small_study: CapacityStudy) -> None:
    text = str(small_study.verdict_)
    assert "\n" not in text
    assert "  " not in text
    assert text.endswith(".")
    assert "nan" not in text


def test_a_unit_is_not_units() -> None:
    verdict = decide([[0.4], [0.2]], 0.4, sizes=(0, 1))
    assert str(verdict).startswith("1 hidden unit is enough")
    assert [size_in_words(size) for size in (0, 2, (3, 1))] == [
        "the straight line",
        "2 hidden units",
        "3 + 1 hidden units",
    ]


def test_no_p_value_is_nought() -> None:
    assert p_in_words(0.0) == "p < 0.001"
    assert p_in_words(0.049) == "p = 0.049"


def test_test_rows_that_show_what_the_folds_could_not_are_told() -> None:
    spread = np.array([-0.5, 0.5, -0.4, 0.6, 0.1])
    verdict = decide([[0.4], [0.2]], 0.4, spread, sizes=(0, 3))
    assert not verdict.beats_line
    text = str(replace(verdict, test_scores=SCORES))
    assert "They do speak for the network: row by row its log loss is lower by 0.150" in text
    unsure = SCORES | {"log_loss_gain_interval": (-0.05, 0.25)}
    assert "speak for" not in str(replace(verdict, test_scores=unsure))
