"""What moonlet says to people, in every language, from one catalogue.

The texts are in `en/*.json` and `zh/*.json`, flat, a key for each; the lab's page reads the same
files and has its own beside them (web/words). `say` fills a text in, as web/src/words.ts does,
letter for letter. In a text stand

``{name}``
    a text, or a number as it is; a list of numbers is written with " / " between them;
``{x:.3g}``
    a number by Python's formats (``.3g``, ``g``, ``.2f``, ``,.1f``, ``,``, ``.0%``, but that
    English has a space before the sign), or by a format of moonlet's own: ``loss``,
    ``percent``, ``number``, ``class``, ``column``;
``{n|iteration|# iterations}``
    the first where n is 1, else the second; # is the number;
``{@iterations}``
    a word that the lab's page and Python have different names for: see `Voice`;
``{alpha=x:g}``
    a parameter and its value: ``alpha=0.1`` in Python's voice, "L2 penalty 0.1" in the lab's.

Begin with `say`, and en/verdict.json. May import nothing of moonlet.
"""

from __future__ import annotations

import json
import math
import re
from collections.abc import Mapping, Sequence
from functools import cache
from pathlib import Path
from typing import Literal, TypeAlias, get_args

__all__ = ["LANGUAGES", "Language", "Value", "Voice", "catalogue", "say", "written"]

Language = Literal["en", "zh"]
LANGUAGES: tuple[Language, ...] = get_args(Language)
# Who speaks: Python, whose readers set parameters, or the lab's page, whose readers move fields.
Voice = Literal["python", "lab"]
Value: TypeAlias = "float | str | bool | Sequence[float]"

_PLACE = re.compile(r"\{([^{}]*)\}")
_NAMED = re.compile(r"(?:(?P<parameter>\w+)=)?(?P<name>\w+)(?::(?P<format>.+))?")


@cache
def catalogue(language: Language) -> Mapping[str, str]:
    """All texts of a language that the package brings."""
    texts: dict[str, str] = {}
    for file in sorted(Path(__file__).parent.glob(f"{language}/*.json")):
        texts.update(json.loads(file.read_text(encoding="utf-8")))
    return texts


def say(
    key: str,
    values: Mapping[str, Value] | None = None,
    *,
    language: Language = "en",
    voice: Voice = "python",
    names: Mapping[str, Sequence[str]] | None = None,
) -> str:
    """Fill in a text of the catalogue.

    Parameters
    ----------
    key : str
    values : mapping, optional
        For the text's placeholders.
    language : {"en", "zh"}
    voice : {"python", "lab"}
        Whose names to call parameters by.
    names : mapping, optional
        What to call the ``class`` or ``column`` of a number.

    Returns
    -------
    text : str

    Raises
    ------
    KeyError
        If there is no such text, or a placeholder has no value.

    Examples
    --------
    >>> say("finding.oscillating.halve", {"half": 0.5})
    'Halve it: learning_rate_init=0.5; and again, should the loss still swing.'
    >>> say("finding.oscillating.halve", {"half": 0.5}, voice="lab")
    'Halve it: learning rate 0.5; and again, should the loss still swing.'
    """
    texts = catalogue(language)
    given = {} if values is None else values

    def fill(place: re.Match[str]) -> str:
        inside = place[1]
        if inside.startswith("@"):
            return _PLACE.sub(fill, texts[f"{voice}.{inside[1:]}"])
        if "|" in inside:
            name, one, many = inside.split("|")
            return (one if given[name] == 1 else many).replace("#", f"{given[name]:g}")
        named = _NAMED.fullmatch(inside)
        if named is None:
            raise KeyError(f"{key} has a placeholder that nobody can read: {place[0]}")
        value = given[named["name"]]
        parameter, spec = named["parameter"], named["format"] or ""
        if parameter is None:
            return written(value, spec, language, names)
        if voice == "lab":
            told = written(value, spec, language)
            return texts[f"lab.parameter.{parameter}"].replace("{value}", told)
        quoted = repr(value) if isinstance(value, str) else written(value, spec, language)
        return f"{parameter}={quoted}"

    return _PLACE.sub(fill, texts[key])


def written(
    value: Value,
    spec: str = "",
    language: Language = "en",
    names: Mapping[str, Sequence[str]] | None = None,
) -> str:
    """Write a value by a format of the catalogue.

    Examples
    --------
    >>> written(0.0707, "loss"), written(0.034, "percent"), written([0.25, 0.5], ".2g")
    ('0.070700', '3.4 %', '0.25 / 0.5')
    >>> written(0.985, ".1%"), written(0.985, ".1%", "zh")
    ('98.5 %', '98.5%')
    """
    if isinstance(value, str | bool):
        return str(value)
    if isinstance(value, Sequence):
        return " / ".join(written(one, spec, language, names) for one in value)
    match spec:
        case "loss":
            return _loss(value)
        case "number":
            return _number(value)
        case "percent":
            return _share(value, ".1%" if 0.0 < value < 0.1 else ".0%", language)
        case "class" | "column" if names and spec in names:
            return names[spec][int(value)]
        case "class":
            return say("finding.class_number", {"number": value}, language=language)
        case "" | "column":
            return str(int(value)) if float(value).is_integer() else str(value)
        case _ if spec.startswith(","):
            return format(int(value) if spec == "," else value, spec)
        case _ if spec.endswith("%"):
            return _share(value, spec, language)
    return format(value, spec)


def _share(value: float, spec: str, language: Language) -> str:
    """A share in per cent, its sign as the language has it."""
    share = f"{100.0 * value:{spec.removesuffix('%')}f}"
    return share + ("%" if language == "zh" else " %")


def _loss(value: float) -> str:
    """A loss so that a swing in it can be seen."""
    if not 1e-3 <= abs(value) < 1e6:
        return f"{value:.3g}"
    return f"{value:.6f}" if abs(value) < 10.0 else f"{value:.6g}"


def _number(value: float) -> str:
    """A loss or a score: three digits behind the point, where that says something of it."""
    size = abs(value)
    if 0.0 < size < 0.001 or not math.isfinite(size):
        return f"{value:.2g}"
    return f"{value:,.{3 if size < 10.0 else 1 if size < 1000.0 else 0}f}"
