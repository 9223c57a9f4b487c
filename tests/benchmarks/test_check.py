from __future__ import annotations

from typing import Any

from benchmarks.check import disagreements


def told(name: str, answers: dict[str, list[float]], tolerance: float = 1e-9) -> dict[str, Any]:
    return {"name": name, "answers": answers, "errors": {}, "tolerance": tolerance}


def test_equal_answers_pass():
    assert disagreements([told("a", {"loss": [0.5]}), told("b", {"loss": [0.5 + 1e-11]})]) == []


def test_an_answer_beyond_the_tolerance_is_named():
    (sentence,) = disagreements([told("a", {"loss": [0.5]}), told("b", {"loss": [0.50001]})])
    assert sentence == "b: loss [0.50001] differ from a's [0.5] by more than 1e-09."


def test_the_looser_tolerance_counts():
    assert disagreements([told("a", {"x": [0.5]}), told("b", {"x": [0.50001]}, 1e-3)]) == []


def test_a_nan_and_a_missing_value_are_wrong():
    first = told("a", {"loss": [0.5, 0.4]})
    assert disagreements([first, told("b", {"loss": [0.5, float("nan")]})])
    assert disagreements([first, told("b", {"loss": [0.5]})])


def test_whoever_gives_no_answer_that_another_gives_is_wrong():
    unchecked = disagreements([told("a", {"x": [1.0]}), told("b", {"x": [1.0]}), told("c", {})])
    assert unchecked == ["c gives no answer that another gives as well."]
