"""Every text is there in every language, and asks for the same values."""

from __future__ import annotations

import json
import re
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from moonlet.words import LANGUAGES, catalogue

ROOT = Path(__file__).parents[2]
HOMES = [ROOT / "src/moonlet/words", ROOT / "web/words"]
FILES = sorted(file for home in HOMES for file in home.glob("en/*.json"))
# What is the same in every language: names, numbers, and what stands for a whole other text.
SAME = re.compile(r"(\{[^{}]*\}|[\W\d_]|x₁|x₂|sin|L1|L2|R²|softmax|CSV|ONNX|Python|moonlet)*")


def texts(file: Path) -> dict[str, str]:
    pairs = json.loads(file.read_text(encoding="utf-8"), object_pairs_hook=list)
    assert [key for key, n in Counter(key for key, _ in pairs).items() if n > 1] == []
    return dict(pairs)


def in_chinese(file: Path) -> Path:
    return file.parents[1] / "zh" / file.name


def placeholders(text: str) -> set[str]:
    """Names and formats of all values; how often, and with which forms of words, may differ."""
    inside = re.findall(r"\{([^{}]*)\}", text)
    # What only chooses between the forms of a word is no value that must be told.
    told = [
        one.split("|")[0] if "#" in one else one for one in inside if "|" not in one or "#" in one
    ]
    found = {re.sub(r"^@iterations?$", "@iteration", one) for one in told}
    with_format = {one.split(":")[0] for one in found if ":" in one}
    return {one for one in found if one not in with_format}


@pytest.mark.parametrize("file", FILES, ids=lambda file: f"{file.parts[-3]}-{file.stem}")
def test_no_text_is_missing_in_chinese_and_none_is_left_over(file: Path) -> None:
    english, chinese = texts(file), texts(in_chinese(file))
    assert {
        "missing": english.keys() - chinese.keys(),
        "left over": chinese.keys() - english.keys(),
    } == {
        "missing": set(),
        "left over": set(),
    }


@pytest.mark.parametrize("file", FILES, ids=lambda file: f"{file.parts[-3]}-{file.stem}")
def test_both_languages_say_the_same_values_in_the_same_formats(file: Path) -> None:
    chinese = texts(in_chinese(file))
    differing = {
        key: (placeholders(text), placeholders(chinese[key]))
        for key, text in texts(file).items()
        if key in chinese and placeholders(text) != placeholders(chinese[key])
    }
    assert differing == {}


@pytest.mark.parametrize("file", FILES, ids=lambda file: f"{file.parts[-3]}-{file.stem}")
def test_what_stands_in_the_chinese_file_is_chinese(file: Path) -> None:
    english = texts(file)
    untranslated = [
        key
        for key, text in texts(in_chinese(file)).items()
        if not re.search("[一-鿿]", text) and not SAME.fullmatch(english.get(key, ""))
    ]
    assert untranslated == []


def test_no_key_stands_in_two_files() -> None:
    keys = Counter(key for file in FILES for key in texts(file))
    assert [key for key, n in keys.items() if n > 1] == []


def test_every_word_of_the_glossary_has_a_meaning_and_the_other_way_round() -> None:
    for language in LANGUAGES:
        keys = [key for key in catalogue(language) if key.startswith("glossary.")]
        ends = {
            end: {key.split(".")[1] for key in keys if key.endswith(end)}
            for end in (".word", ".meaning")
        }
        assert ends[".word"] == ends[".meaning"]


def test_what_the_lab_calls_a_parameter_is_in_the_glossary() -> None:
    for language in LANGUAGES:
        texts = catalogue(language)
        words = [
            text
            for key, text in texts.items()
            if key.startswith("glossary.") and key.endswith(".word")
        ]
        unknown = {
            key: text
            for key, text in texts.items()
            if key.startswith("lab.parameter.") and not any(word in text for word in words)
        }
        assert unknown == {}


def test_the_tutor_has_every_text_that_it_asks_for_and_asks_for_every_one_that_there_is() -> None:
    sources = "".join(file.read_text() for file in (ROOT / "engine/tutor").glob("*.h"))
    asked = set(re.findall(r'"(finding\.\w+\.[\w.]*)"', sources))
    ends = set(re.findall(r'"(\.\w+)"', sources))  # what is put behind the others
    there = {
        key
        for key in catalogue("en")
        if key.startswith("finding.") and not key.endswith((".title", "class_number"))
    }
    put_together = {
        start: {key for key in there if key.removeprefix(start) in ends or start.endswith(".")}
        for start in asked - there
    }
    assert all(put_together.values()), put_together
    assert there - asked - set().union(*put_together.values()) == set()


def lesson_texts(part: Any) -> Iterator[dict[str, str | None]]:
    """All texts of a lesson's file."""
    if isinstance(part, dict) and "en" in part:
        yield part
    elif isinstance(part, dict | list):
        for inner in part.values() if isinstance(part, dict) else part:
            yield from lesson_texts(inner)


@pytest.mark.parametrize(
    "file", sorted((ROOT / "web/lessons").glob("*.json")), ids=lambda f: f.stem
)
def test_a_lesson_is_told_in_both_languages_with_the_same_numbers(file: Path) -> None:
    found = list(lesson_texts(json.loads(file.read_text(encoding="utf-8"))))
    assert len(found) > 2
    for text in found:
        assert text["en"]
        assert text["zh"], text["en"]
        assert re.search("[一-鿿]", text["zh"]), text["zh"]
        assert placeholders(text["en"]) == placeholders(text["zh"]), text


def test_the_page_has_no_text_that_nobody_says() -> None:
    files = [file for file in (ROOT / "web/src").rglob("*.ts") if "generated" not in file.name]
    sources = "\n".join(file.read_text(encoding="utf-8") for file in files)
    said = set(re.findall(r'"([\w.]+)"', sources))
    # `data.${name}.help`: whatever may stand in the midst.
    some = [
        re.compile(
            "".join(r"[\w.]+" if at % 2 else re.escape(part) for at, part in enumerate(parts))
        )
        for parts in (
            re.split(r"\$\{([^}]*)\}", key) for key in re.findall(r"`([a-z]+\.[^`\s]*)`", sources)
        )
    ]
    keys = {key for file in (ROOT / "web/words/en").glob("*.json") for key in texts(file)}
    assert {key for key in keys - said if not any(one.fullmatch(key) for one in some)} == set()
    assert len(keys) > 200
