"""What the texts of a column mean, decided on all of them together."""

from collections import Counter

import pytest

from moonlet.data.kinds import meaning
from moonlet.data.messages import UndecidedError
from moonlet.data.signs import Hints


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
