from __future__ import annotations

import csv
import io

import pytest
from hypothesis import given
from hypothesis import strategies as st

from moonlet.data import decoding
from moonlet.data.opening import open_table
from moonlet.data.turning import Columns

LINES = ["1,2,3", "a,b,c", ",,", " 1 , 2 , 3 ", "é,東,🙂", '"x",2,3', "", " ", "1,2,3,", "\t,,\t"]


@given(
    st.lists(st.sampled_from(LINES), max_size=6),
    st.sampled_from(["\n", "\r\n", "\r", "\n\n"]),
    st.booleans(),
)
def test_a_plain_block_gives_the_cells_and_lines_of_the_csv_module(lines, line_end, ends):
    block = line_end.join(lines) + (line_end if ends else "")
    columns = Columns(3)
    n_lines = columns.add_plain(block, ",", 5)
    if n_lines == 0:
        return
    rows = list(csv.reader(io.StringIO(block, newline="")))
    assert n_lines == len(rows), "no line is passed over, so the next block is counted rightly"
    texts, numbers = columns.finish()
    assert list(zip(*(text.cells() for text in texts), strict=True)) == [
        tuple(cell.strip() for cell in row) for row in rows
    ]
    assert list(numbers) == list(range(5, 5 + len(rows)))


@pytest.mark.parametrize(
    ("block", "is_plain"),
    [
        ("1,2\n3,4\n", True),
        ("1,2\r\n3,4\r\n", True),
        ("1,2\n3,4", True),
        (",\n,\n", True),
        ("é,🙂\n", True),
        ("1,2\n\n", False),
        ("\n1,2\n", False),
        ("1,2\n3\n", False),
        ("1,2,3\n4\n", False),
        ('"1",2\n', False),
        ("1,2\r3,4\n", False),
        ("1," + "x" * 200_000 + "\n", False),
    ],
)
def test_what_is_plain(block, is_plain):
    assert bool(Columns(2).add_plain(block, ",", 1)) == is_plain


def test_one_column_is_never_plain_for_a_blank_line_would_be_a_gap():
    assert Columns(1).add_plain("1\n2\n", ",", 1) == 0


def test_lines_are_counted_through_blank_lines_at_the_end_of_a_block(monkeypatch):
    text = "a,b\n1,2\n3,4\n\n5,6\n\n\n7,8\n9,10\n"
    for block in range(1, len(text)):
        monkeypatch.setattr(decoding, "BYTES_A_BLOCK", block)
        table = open_table(io.BytesIO(text.encode()))
        assert list(table.lines) == [2, 3, 5, 8, 9]
        assert table.columns["a"].cells() == ["1", "3", "5", "7", "9"]


@pytest.mark.parametrize("n_rows", [1, 1999, 2000, 2001, 4500])
def test_rows_keep_their_order_across_blocks_of_both_kinds(n_rows):
    rows = [f'"{i}",x' if i % 3000 < 1000 else f"{i},x" for i in range(n_rows)]
    table = open_table(io.BytesIO(("a,b\n" + "\n".join(rows)).encode()))
    assert table.columns["a"].cells() == [str(i) for i in range(n_rows)]
    assert list(table.lines) == list(range(2, n_rows + 2))
