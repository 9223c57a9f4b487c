"""What the texts of a column are: numbers, dates, yes and no, or labels.

The rule, in order, on the different texts of the whole column. The empty text is
a gap, everywhere; so are the caller's gap words.

1. Two labels that are a known pair of yes and no.
2. Dates, if all texts but gap words are dates of one style.
3. Whole numbers of which one has a zero in front (007) or is beyond 2**53 make
   labels, whatever stands among them. Otherwise numbers, if all texts but gap words
   are numbers of one spelling. A minus behind is one only where other cells have no
   sign: 1935- and 1940- are spans. More than three different units are words, all but
   the most frequent one: 12 Broad St is no number.
4. Where some texts are numbers (or dates) and others words: the column is refused
   when it looks like numbers with unknown marks in it, and is one of labels when
   it looks like labels some of which happen to be numbers. It looks like numbers
   if 80 % of the filled cells are; else, unless those numbers are at most ten that
   are whole, have a unit or stand three times each (codes, grades, doses), if half of
   the cells are and the words are few, or the words are a tenth of the numbers at
   most.
5. Everything else is labels. Among labels gap words are labels too: "None" may
   well be an answer.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final, Literal

from moonlet.data.date_columns import read_dates
from moonlet.data.dates import DateSpelling
from moonlet.data.messages import UndecidedError, quoted
from moonlet.data.number_columns import read_numbers
from moonlet.data.signs import Hints
from moonlet.data.spelling import NumberSpelling

Kind = Literal["number", "category", "yes/no", "date", "left out"]

_WORDS_FOR_GAPS: Final = (
    "nan na n/a #n/a <na> n.a. n.d. n/d nd null none nil nat ? ?? - -- --- – — . .. ... * ** "
    "missing unknown (none) (null) (blank) #null! #div/0! #value! #ref! #num! #name? \\n"
)
GAP_WORDS: Final = frozenset(_WORDS_FOR_GAPS.split()) | {
    "not available",
    "not applicable",
    "no data",
}

# The word for no, then the one for yes.
_PAIRED: Final = (
    "false/true no/yes n/y f/t off/on nein/ja non/oui no/sí no/si não/sim nao/sim nej/ja nee/ja "
    "нет/да 否/是 falsch/wahr faux/vrai いいえ/はい"
)
_PAIRS: Final = tuple(tuple(pair.split("/")) for pair in _PAIRED.split())
TRUTH: Final = ("false", "true")


@dataclass(frozen=True, slots=True)
class Meaning:
    """What the texts of a column are.

    Parameters
    ----------
    kind : {"number", "category", "yes/no", "date"}
    number : NumberSpelling, optional
    date : DateSpelling, optional
    gap_words : tuple of str
        The words among the texts that stand for gaps.
    pair : tuple of str
        The texts for no and for yes.
    """

    kind: Kind
    number: NumberSpelling | None = None
    date: DateSpelling | None = None
    gap_words: tuple[str, ...] = ()
    pair: tuple[str, ...] = ()


def meaning(counts: Mapping[str, int], hints: Hints, kind: str | None = None) -> Meaning | None:
    """Decide what texts mean.

    Parameters
    ----------
    counts : mapping of str to int
        How often each text stands in the column; without spaces around.
    hints : Hints
    kind : str, optional
        What the caller says: a kind, or "date:" and a pattern of `datetime.strptime`.

    Returns
    -------
    meaning : Meaning or None
        None for a column without any value.

    Raises
    ------
    UndecidedError
        When the rule above refuses.
    """
    filled = {text: n for text, n in counts.items() if text and not hints.is_gap(text)}
    known = {text: n for text, n in filled.items() if text.casefold() not in GAP_WORDS}
    if not known:
        return None
    named = tuple(text for text in counts if text and hints.is_gap(text))
    if kind == "category":
        return Meaning("category", gap_words=named)
    gaps = named + tuple(text for text in filled if text not in known)
    if kind in (None, "yes/no") and (pair := yes_and_no(known)):
        return Meaning("yes/no", gap_words=gaps, pair=pair)
    if kind == "yes/no":
        text = next(iter(known))
        raise UndecidedError(
            text, f"{quoted(text)} is no word for yes or no. Choose another --kind."
        )
    if (kind is None or kind.startswith("date")) and (date := read_dates(known, kind)):
        return Meaning("date", date=date, gap_words=gaps)
    if kind in (None, "number") and (spelling := read_numbers(known, hints, kind)):
        return Meaning("number", number=spelling, gap_words=gaps)
    return Meaning("category", gap_words=named)


def yes_and_no(texts: Mapping[str, int] | Sequence[str]) -> tuple[str, ...]:
    """Return the texts for no and yes, if these are a known pair; else nothing."""
    if len(texts) != 2:
        return ()
    folded = {text.casefold(): text for text in texts}
    for pair in _PAIRS:
        if folded.keys() == set(pair):
            return tuple(folded[word] for word in pair)
    return ()
