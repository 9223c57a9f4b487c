from __future__ import annotations

from dataclasses import replace

from benchmarks.contest import Case, Contender, Goal
from benchmarks.how_fast_is_one_prediction import cases
from benchmarks.turns import EndedError, measure, take_turns


def test_contenders_take_turns_in_processes_of_their_own():
    (case,) = cases()
    here = "how_fast_is_one_prediction"
    small = Case(
        case.name,
        [
            case.contenders[1],
            replace(case.contenders[1], name="again"),
            Contender("missing", "JAX", "no_such_module:work"),
            Contender("broken", "PyTorch", f"{here}:no_such_function"),
            Contender("slow to compile", "PyTorch", f"{here}:estimator", in_quick=False),
        ],
        [Goal("again", at_least=1.0)],
        case.unit,
        case.method,
        rounds=2,
    )
    told = measure(small, quick=True, say=lambda _: None)
    engine, again, missing, broken, left_out = told["contenders"]
    assert told["wrong"] == []
    assert len(engine["seconds"]) == len(again["seconds"]) == 2
    assert 0.0 < min(engine["seconds"]) < 1e-3
    assert missing["absent"] == "benchmarks.no_such_module is not installed"
    assert broken["failed"].startswith("AttributeError")
    assert left_out["absent"] == "left out of a quick run"


def test_nothing_is_timed_when_an_answer_is_wrong():
    (case,) = cases()
    here = "how_fast_is_the_tutorial_sweep"
    arguments = {"dtype": "float32", "at_once": 1}
    strict = Case(
        "strict",
        [
            Contender("64 bit", "moonlet", f"{here}:ours", {**arguments, "dtype": "float64"}),
            Contender("32 bit", "moonlet", f"{here}:ours", arguments),
        ],
        [Goal("32 bit", "64 bit")],
        case.unit,
        case.method,
    )
    told = measure(strict, quick=True, say=lambda _: None)
    assert told["wrong"]
    assert [one["seconds"] for one in told["contenders"]] == [[], []]


class Ended:
    """A worker whose process is no more."""

    def seconds(self) -> float:
        raise EndedError("ended")


def test_a_contender_that_ends_while_it_is_timed_fails_alone():
    told = {"name": "short-lived", "seconds": [1.0]}
    take_turns([(Ended(), told)], 0)
    assert told["failed"] == "its process ended while it was timed"
    assert told["seconds"] == []
