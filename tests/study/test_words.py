from __future__ import annotations

import re

import numpy as np
import pytest

from moonlet import CapacityStudy
from moonlet.study.rules import with_test_rows
from moonlet.study.scores import gain_of
from moonlet.study.verdict import Verdict
from moonlet.study.words import interval_in_words, p_in_words, size_in_words, sizes_in_words
from tests.study.test_rules import FOLDS, decide, scores_with


def test_the_answer_is_three_lines_and_the_text_begins_with_it(
    small_study: CapacityStudy,
) -> None:
    verdict = small_study.verdict_
    assert len(verdict.answer.splitlines()) == 3
    assert str(verdict).startswith(verdict.answer + "\n")


def test_the_paragraph_has_the_numbers_of_the_test_rows() -> None:
    verdict = with_test_rows(decide([[0.4], [0.2]], 0.4, sizes=(0, 3)), scores_with((0.05, 0.25)))
    text = str(verdict)
    for number in ("50 test rows", "96.0 % right", "86.5 % to 98.9 %", "0.150", "88.0 %", "0.300"):
        assert number in text


def test_test_rows_that_do_not_bear_a_gain_out_are_not_passed_over() -> None:
    verdict = decide([[0.4], [0.2]], 0.4, sizes=(0, 3))
    unsure = with_test_rows(verdict, scores_with((-0.3, 0.1)))
    assert "do not bear the gain out" in str(unsure)
    assert "bear the gain out" not in str(with_test_rows(verdict, scores_with((0.05, 0.25))))


def test_the_text_is_whole_sentences_each_said_once(small_study: CapacityStudy) -> None:
    verdict = small_study.verdict_
    text = str(verdict)
    assert text.splitlines() == [
        *verdict.answer.splitlines(),
        *verdict.warnings,
        verdict.evidence,
    ]
    assert not any(warning in verdict.evidence for warning in verdict.warnings)
    assert "  " not in text
    assert all(line.endswith(".") for line in text.splitlines())
    assert "nan" not in text
    assert "inf " not in text


def test_a_unit_is_not_units() -> None:
    verdict = decide([[0.4], [0.2]], 0.4, sizes=(0, 1))
    assert "You get a network of 1 hidden unit" in str(verdict)
    assert [size_in_words(size) for size in (0, 2, (3, 1))] == [
        "the straight line",
        "2 hidden units",
        "3 + 1 hidden units",
    ]
    assert sizes_in_words([1]) == "1 hidden unit"


def test_what_always_naming_the_most_frequent_class_gets_right_is_told_where_that_is_much() -> None:
    rare = decide([[0.4], [0.2]], 0.4, sizes=(0, 3), judged={"base_rate": 0.919})
    assert "; of 100 rows the network gets" in rare.answer
    assert ", and always naming the most frequent class 91.9." in rare.answer
    even = decide([[0.4], [0.2]], 0.4, sizes=(0, 3), judged={"base_rate": 0.6})
    assert "most frequent" not in even.answer


def test_no_p_value_is_nought() -> None:
    assert p_in_words(0.0) == "p < 0.001"
    assert p_in_words(0.049) == "p = 0.049"


def test_an_interval_without_bounds_says_so() -> None:
    assert interval_in_words((-np.inf, np.inf)) == "these folds do not tell how certain that is"


def contradictions(verdict: Verdict) -> list[str]:
    """Read the text as a person does, and hold it against the numbers."""
    first, second, third = verdict.answer.splitlines()
    low, high = verdict.gain_interval
    found = []
    if first.startswith("A network predicts better") != verdict.beats_line:
        found.append("headline and claim")
    if verdict.beats_line and not (low > 0 and verdict.gain > 0):
        found.append("claim and interval")
    against = verdict.test_scores is not None and gain_of(verdict.test_scores)[1][1] < 0
    if verdict.beats_line and against:
        found.append("claim and test rows")
    if "every network is worse" in first and not high < 0:
        found.append("'worse' and interval")
    if first.startswith("Not decided") and (low > 0 or high < 0):
        found.append("'not decided' and interval")
    if "contradict" in first and not low > 0:
        found.append("a contradiction of folds that claim nothing")
    if (verdict.recommended.hidden == 0) == verdict.beats_line:
        found.append("recommended and claim")
    if first.startswith("Use the straight line") and verdict.delivered.hidden != 0:
        found.append("headline and what is delivered")
    if verdict.beats_line and verdict.delivered.hidden == 0:
        found.append("claim and what is delivered")
    told = re.search(r"you get (the straight line|a network of (?:(\d+) × )?(\d+))", third.lower())
    if not told:
        found.append("nothing is said to be delivered")
    elif (told.group(3) or "0") != str(verdict.delivered.hidden):
        found.append("the third line and what is delivered")
    word = re.search(r"not trained on, is ([\d.,e-]+) (lower|higher)", second)
    if word and (word.group(2) == "lower") != (verdict.gain >= 0):
        found.append("lower or higher")
    if word and abs(float(word.group(1).replace(",", "")) - abs(verdict.gain)) > 1e-3:
        found.append("the number in the second line")
    if "enough" in third and str(verdict.recommended.hidden) not in third:
        found.append("enough and recommended")
    if ("may decide" in third) != bool(re.search("Not decided|do not decide|contradict", first)):
        found.append("the headline and what may decide")
    is_smaller = verdict.recommended.hidden != verdict.delivered.hidden
    if ("enough" in third) != (verdict.beats_line and is_smaller):
        found.append("a smaller size and what is enough")
    if ("no smaller" in third) != (
        verdict.beats_line and min(verdict.sizes_not_told_apart) == verdict.delivered.hidden
    ):
        found.append("no smaller one and sizes not told apart")
    return found


@pytest.mark.parametrize("seed", range(10))
def test_headline_and_numbers_never_contradict_each_other(seed: int) -> None:
    random = np.random.RandomState(seed)
    for _ in range(100):
        sizes = (0, 1, 3, 20, 50)[: random.randint(1, 6)]
        losses = random.uniform(0.1, 0.6, size=(len(sizes), 2)).tolist()
        spread = random.normal(0, 10.0 ** random.uniform(-3, 0), size=5) * random.randint(2)
        verdict = decide(
            losses,
            random.uniform(0.1, 0.6),
            FOLDS + spread,
            sizes=sizes,
            judged={"n_starts": int(random.randint(1, 6)), "base_rate": random.uniform(0.5, 1)},
        )
        low = random.uniform(-0.3, 0.3)
        verdict = with_test_rows(verdict, scores_with((low, low + random.uniform(0, 0.3))))
        if verdict.best.hidden != 0:
            assert contradictions(verdict) == [], str(verdict)


def test_the_answer_is_said_in_chinese_with_the_same_numbers() -> None:
    random = np.random.RandomState(0)
    for _ in range(50):
        sizes = (0, 1, 3, 20, 50)[: random.randint(2, 6)]
        losses = random.uniform(0.1, 0.6, size=(len(sizes), 2)).tolist()
        verdict = decide(losses, random.uniform(0.1, 0.6), sizes=sizes, judged={"n_starts": 3})
        english, chinese = verdict.answer, verdict.answer_in("zh")
        assert len(chinese.splitlines()) == 3
        told = [sorted(re.findall(r"\d[\d.,e-]*\b", text)) for text in (english, chinese)]
        assert told[0] == told[1], (english, chinese)
