"""What texts are: numbers, dates, yes and no, labels; or a column that is refused with the cure."""

from __future__ import annotations

from collections import Counter

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from moonlet.data.kinds import GAP_WORDS, meaning, yes_and_no
from moonlet.data.messages import UndecidedError
from moonlet.data.number_columns import number_like
from moonlet.data.signs import Hints

NOTHING = Hints()
NUMBERS = [f"{i}.5" for i in range(20)]


def of(cells, hints=NOTHING, kind=None):
    return meaning(Counter(cells), hints, kind)


@pytest.mark.parametrize(
    ("cells", "kind"),
    [
        (["1", "2", "3"], "number"),
        (["0"], "number"),
        (["0,0", "0,00"], "number"),
        (["1.5", "", "3"], "number"),
        (["007", "7", "12"], "category"),
        (["01", "02", "03"], "category"),
        (["0", "1", "2"], "number"),
        (["0.5", "00.5", "1"], "number"),
        (["9007199254740993", "1"], "category"),
        (["9007199254740992", "1"], "number"),
        (["90071992547409930.0", "1"], "number"),
        (["1", "2", "None", "A"], "category"),
        (["1", "2", "None"], "number"),
        (["007", "7", "X"], "category"),
        (["5", "6", "12", "5a"], "category"),
        (["a", "b", "NA"], "category"),
        (["yes", "no"], "yes/no"),
        (["yes", "no", "NA", ""], "yes/no"),
        (["yes", "no", "maybe"], "category"),
        (["yes", "yes"], "category"),
        (["true", "no"], "category"),
        (["1", "0"], "number"),
        (["2024-01-31", "2024-02-01"], "date"),
        (["2024-01-31", "n/a", "2024-02-01"], "date"),
        (["2009-10", "2010-11", "2011-12"], "category"),
        (["2009-10", "2010-01", "2010-02"], "date"),
        (["20240131", "20240201", "20240301"], "date"),
        (["20240131", "20240201", "20249999"], "number"),
        (["1.2.2024", "3.4.2024"], "date"),
        (["1:30", "2:45", "12:00"], "number"),
        (["1-2", "3-4", "5-6"], "category"),
        (["192.168.0.1", "10.0.0.1"], "category"),
        (["1.2.3", "1.2.4", "2.0.0"], "category"),
        (["a@b.c", "d@e.f"], "category"),
        (["12 Main St", "7 Elm St", "12b"], "category"),
        (["A1", "B2", "C3"], "category"),
        (["$5", "€5"], "category"),
    ],
)
def test_the_texts_of_a_column_are(cells, kind):
    assert of(cells).kind == kind


def test_a_column_without_a_value_is_nothing():
    assert of(["", ""]) is None
    assert of(["", "NA", "-"]) is None
    assert of(["", "-999"], Hints(gap=frozenset({"-999"}))) is None


@pytest.mark.parametrize(
    ("cells", "cure"),
    [
        ([*NUMBERS, "x"], "--gap x"),
        ([*NUMBERS, "k. A."], "--gap 'k. A.'"),
        ([*NUMBERS, "1,5"], "--decimal"),
        ([*NUMBERS, "1.2.3"], "--decimal"),
        ([f"{i}.5 kg" for i in range(20)] + ["3.25"], "--kind COLUMN=number"),
        ([f"${i}.5" for i in range(20)] + ["€1"], "--kind COLUMN=number"),
        ([f"{i}.5%" for i in range(20)] + ["0.5"], "--kind COLUMN=number"),
        ([f"2024-01-{i:02}" for i in range(1, 21)] + ["soon"], "--gap soon"),
        ([f"2024-01-{i:02}" for i in range(1, 21)] + ["31.1.2024"], "Write all in one"),
        (["1/2/2024", "3/4/2024"], "--kind COLUMN=date:%d/%m/%Y"),
        (["2024-01-31T10:00Z", "2024-01-31T10:00"], "no time zone"),
        ([f"{i}:30" for i in range(20)] + ["late"], "--gap late"),
        ([f"x={i}.5" for i in range(20)], "--kind COLUMN=number"),
        ([f"2024-01-{i:02} 10:30 o.s." for i in range(1, 21)], "--kind COLUMN=category"),
        (["05/06/53", "25/12/41"], "this century or the last one"),
    ],
)  # fmt: skip
def test_what_looks_like_numbers_or_dates_but_is_not_all_of_them_is_refused(cells, cure):
    with pytest.raises(UndecidedError) as caught:
        of(cells)
    assert cure in caught.value.message
    assert caught.value.text in cells


@pytest.mark.parametrize("word", sorted(GAP_WORDS))
def test_a_usual_word_for_a_gap_is_one_among_numbers_in_any_case(word):
    for text in (word, word.upper(), word.title()):
        found = of([*NUMBERS, text])
        assert (found.kind, found.gap_words) == ("number", (text,))
        assert of(["2024-01-31", "2024-02-01", text]).kind == "date"
        assert of(["yes", "no", text]).gap_words == (text,)


@pytest.mark.parametrize("word", ["NA", "None", "-", "unknown"])
def test_among_labels_it_is_a_label(word):
    found = of(["elm", "oak", word])
    assert (found.kind, found.gap_words) == ("category", ())
    named = of(["elm", "oak", word], Hints(gap=frozenset({word})))
    assert (named.kind, named.gap_words) == ("category", (word,))


def test_a_gap_word_may_stand_in_most_of_the_cells():
    assert of(["-"] * 900 + NUMBERS).kind == "number"


@pytest.mark.parametrize(
    ("words", "pair"),
    [
        (["No", "Yes"], ("No", "Yes")), (["y", "n"], ("n", "y")), (["ja", "nein"], ("nein", "ja")),
        (["TRUE", "FALSE"], ("FALSE", "TRUE")), (["oui", "non"], ("non", "oui")),
        (["sí", "no"], ("no", "sí")), (["on", "off"], ("off", "on")),
        (["да", "нет"], ("нет", "да")), (["是", "否"], ("否", "是")),
        (["Yes", "yes"], ()), (["yes", "nein"], ()), (["yes"], ()), (["no", "yes", "?"], ()),
    ],
)  # fmt: skip
def test_two_words_for_yes_and_no_are_a_pair(words, pair):
    assert yes_and_no(words) == pair


def test_what_the_caller_says_decides():
    assert of(["1", "2"], kind="category").kind == "category"
    assert of(["007", "8"], kind="number").kind == "number"
    assert of(["5 kg", "3"] * 9, kind="number").number.loose
    assert of(["1/2/2024"], kind="date:%d/%m/%Y").date.pattern == "%d/%m/%Y"
    assert of(["20240131", "20240201"], kind="date").kind == "date"
    assert of(["2024-01-31", "2024-02-01"], kind="category").kind == "category"


@pytest.mark.parametrize(
    ("cells", "kind", "words"),
    [
        (["a", "1"], "number", "'a' is not a number"),
        (["a", "b"], "number", "'a' is not a number"),
        (["2024-01-31", "x"], "date", "'x' is not a date"),
        (["2024-13-31"], "date", "'2024-13-31' is not a date"),
        (["31/1/2024", "1/31/2024"], "date:%d/%m/%Y", "'1/31/2024' is not a date written as"),
        (["1", "0"], "yes/no", "is no word for yes or no"),
    ],
)
def test_what_the_caller_says_is_held_against_the_cells(cells, kind, words):
    with pytest.raises(UndecidedError) as caught:
        of(cells, kind=kind)
    assert words in caught.value.message


def test_a_number_has_nothing_but_a_currency_in_front():
    assert number_like("$5").before == "$"
    assert number_like("x5") is None
    assert number_like("x") is None


@settings(deadline=None)
@given(
    st.lists(st.text("019.,-/:%$ abeNAn", max_size=5).map(str.strip), min_size=1, max_size=12),
    st.randoms(),
)
def test_the_order_of_the_rows_never_counts(cells, random):
    shuffled = cells[:]
    random.shuffle(shuffled)

    def told(cells):
        try:
            found = of(cells)
        except UndecidedError:
            return "refused"
        return found and (found.kind, found.number, found.date, set(found.gap_words), found.pair)

    assert told(cells) == told(shuffled)


def kind_of(*cells):
    return meaning(Counter(cells), Hints()).kind


def test_addresses_are_labels_though_each_begins_with_a_number():
    streets = ("Broad St", "West St", "Main St", "High St", "6th Av", "Elm Rd")
    cells = [f"{100 + 7 * i} {streets[i % 6]}" for i in range(120)]
    assert kind_of(*cells, "Highway F-17") == "category"


def test_a_unit_that_most_cells_have_stays_one_among_many_others():
    cells = [f"{i} kg" for i in range(60)]
    with pytest.raises(UndecidedError, match="'3 lb' is not a number"):
        kind_of(*cells, "3 lb", "3 lb", "4 stone", "2 oz", "5 t")


def test_digits_with_a_zero_in_front_make_labels_whatever_stands_among_them():
    families = [f"{i:03}" for i in range(1, 200)]
    assert kind_of(*families, "136A") == "category"
    assert kind_of(*families, "unknown family") == "category"
    with pytest.raises(UndecidedError, match="is not a number"):
        kind_of(*(str(i) for i in range(1, 200)), "unknown family")


def test_doses_among_words_are_labels():
    assert kind_of(*["water", "1.5HCl", "3.0HCl"] * 5) == "category"
    assert kind_of(*["placebo", "0.5 mg", "1 mg"] * 5) == "category"


def test_row_names_as_a_matrix_of_r_has_them_are_labels():
    assert kind_of(*(f"[{i},]" for i in range(1, 27))) == "category"
    with pytest.raises(UndecidedError, match="behind 'x='"):
        kind_of(*(f"x={i}.5" for i in range(30)))


def test_a_minus_behind_is_one_only_where_other_cells_have_no_sign():
    assert kind_of("1935-", "1940-", "1945-") == "category"
    assert kind_of("24-", "25+") == "category"
    assert kind_of("24-", "25", "26-") == "number"
    with pytest.raises(UndecidedError, match="a span without an end"):
        kind_of(*(f"{i}.50-" for i in range(30)))
    terms = [f"{1900 + i}.03.11 - {1910 + i}.07.21  (Death)" for i in range(30)]
    since = [f"{1990 + i}.03.11 -" for i in range(20)]
    assert kind_of(*terms, *since) == kind_of(*since) == "category"


def test_codes_in_quotes_keep_their_noughts():
    assert kind_of(*(f"'{i:03}'" for i in range(1, 50))) == "category"
    assert kind_of(*(f"'{i}'" for i in range(1, 50))) == "number"


@pytest.mark.parametrize("delimiter", [",", ";", "\t"])
def test_three_digits_beside_differing_magnitudes_are_decimals(delimiter):
    cells = [f"{i}.{406 + i}M" for i in range(1, 30)] + [f"{700 + i}k" for i in range(9)]
    spelling = meaning(Counter(cells), Hints(delimiter=delimiter)).number
    assert spelling.value("2.407M") == 2_407_000
    assert spelling.value("745k") == 745_000


def test_a_few_numbers_with_a_word_of_its_own_behind_each_are_codes():
    assert kind_of(*["0_no"] * 50, *["1_yes"] * 50, "NA_NA") == "category"


def test_lists_of_numbers_are_labels():
    assert kind_of(*(f"{i}, {i + 9}" for i in range(1, 14)), "3bis, 11") == "category"


def test_days_of_four_centuries_are_dates_in_eight_digits():
    assert kind_of("17970304", "18681130", "20010704") == "date"
    assert kind_of("18681130", "19020203", "20011304") == "number"


@pytest.mark.parametrize(
    "cells",
    [
        ["20240131", "20240201"],
        ["16991231", "17000101", "17000102"],
        ["20240131", "20240201", "21000101"],
        ["20240131", "20240201", "202403011230"],
    ],
)
def test_two_of_eight_digits_or_other_centuries_are_numbers(cells):
    assert kind_of(*cells) == "number"
