from __future__ import annotations

import json
from pathlib import Path

import pytest

from moonlet.words import catalogue, say, written
from tests.words.numbers import content


def test_the_numbers_that_the_page_is_held_against_are_those_that_python_writes() -> None:
    kept = json.loads(Path(__file__).with_name("numbers.json").read_text())
    assert kept["rows"] == json.loads(json.dumps(content()))


def test_what_has_a_name_is_called_by_it_and_else_by_its_number() -> None:
    key, values = "finding.imbalance_ignored.given_up", {"class": 1, "share": 0.05, "recall": 0.0}
    assert say(key, values, names={"class": ["well", "ill"]}).startswith(
        "Class ill is 5.0 % of the"
    )
    assert say(key, values).startswith("Class number 1 is 5.0 % of the rows, and only 0 % of")
    assert say(key, values, language="zh").startswith("类别 编号 1 占所有行的 5.0%")


def test_a_word_and_a_parameter_are_called_as_whoever_speaks_calls_them() -> None:
    key, values = "finding.stopped_early.max_iter", {"better": 20_000}
    assert say(key, values) == "Raise it: max_iter=20000."
    assert say(key, values, voice="lab") == "Raise it: a limit of 20000 passes."
    flat = {"half": 500, "n": 1_000, "loss": 0.693147, "base": 0.693147}
    assert "of 1000 iterations" in say("finding.plateau.flat", flat)
    assert "of 1000 passes" in say("finding.plateau.flat", flat, voice="lab")
    assert say("finding.plateau.let_through", {"better": "relu"}).startswith(
        "Let it through: activation='relu'."
    )


def test_a_number_may_choose_the_form_of_a_word() -> None:
    values = {"limit": 5, "fallen": 0.1, "n": 5, "loss": 0.5}
    assert "in the last of 5" in say("finding.pace.max_iter", {**values, "quarter": 1})
    assert "in the last 2 of 5" in say("finding.pace.max_iter", {**values, "quarter": 2})


def test_what_is_missing_is_named() -> None:
    with pytest.raises(KeyError, match=r"no\.such\.text"):
        say("no.such.text")
    with pytest.raises(KeyError, match="half"):
        say("finding.oscillating.halve")


def test_numbers_beyond_the_finite_are_written_too() -> None:
    assert [written(float(x), ".3g") for x in ("inf", "-inf", "nan")] == ["inf", "-inf", "nan"]
    assert written(float("inf"), "loss") == written(float("inf"), "number") == "inf"


def test_every_language_says_something_under_each_key() -> None:
    for language in ("en", "zh"):
        assert all(text.strip() for text in catalogue(language).values())
