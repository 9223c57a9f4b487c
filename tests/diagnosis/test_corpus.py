from __future__ import annotations

import json

from moonlet.names import FINDINGS
from tests.diagnosis import corpus

KEPT = json.loads(corpus.FILE.read_text(encoding="utf-8"))
RECIPES = [
    corpus.Recipe(**{**entry["recipe"], "hidden": tuple(entry["recipe"].get("hidden", (5,)))})
    for entry in KEPT["entries"]
]


def test_the_tutor_says_of_each_training_what_it_said_when_its_rules_were_pythons() -> None:
    differing = {}
    for recipe, entry in zip(RECIPES, KEPT["entries"], strict=True):
        found = corpus.findings(recipe, KEPT["tables"][recipe.table], ("en", "python"))
        if found != entry["findings"]:
            differing[recipe] = found, entry["findings"]
    assert differing == {}


def test_other_voices_and_languages_say_it_too() -> None:
    for recipe, entry in list(zip(RECIPES, KEPT["entries"], strict=True))[::4]:
        table = KEPT["tables"][recipe.table]
        found = [corpus.findings(recipe, table, words) for words in corpus.OTHER_WORDS]
        assert corpus.digest(found) == entry["others"], (recipe, found)


def test_the_corpus_holds_every_kind_of_finding_and_trainings_without_any() -> None:
    kinds = {one["kind"] for entry in KEPT["entries"] for one in entry["findings"]}
    assert kinds == set(FINDINGS)
    assert len(KEPT["entries"]) >= 300
    assert sum(not entry["findings"] for entry in KEPT["entries"]) >= 40
