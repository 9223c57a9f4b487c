from __future__ import annotations

import io

import pytest

from moonlet.data import decoding
from moonlet.data.opening import open_table
from moonlet.exceptions import DataError


def columns(text: str, **options: str) -> dict[str, list[str]]:
    table = open_table(io.BytesIO(text.encode()), **options)
    return {name: cells.cells() for name, cells in table.columns.items()}


@pytest.fixture(params=[9, 1 << 18])
def _in_blocks(request, monkeypatch):
    monkeypatch.setattr(decoding, "BYTES_A_BLOCK", request.param)


pytestmark = pytest.mark.usefixtures("_in_blocks")


def test_spaces_between_a_closing_quote_and_the_delimiter_are_no_text():
    text = 'a,b,y\n"1, 2" ,x,0\n"say ""hi"""\t , "two\nlines"  ,1 \n"z" ,"", 0\n'
    assert columns(text) == {
        "a": ["1, 2", 'say "hi"', "z"],
        "b": ["x", "two\nlines", ""],
        "y": ["0", "1", "0"],
    }


@pytest.mark.parametrize("line", ['"a"x,0', '"a" x,0', '"a" "b",0', '"a""b" c,0', '"" ,"a"x'])
def test_text_behind_a_closing_quote_is_refused(line):
    with pytest.raises(DataError, match=r"line 3: (text|a space) follows a closing quote"):
        columns(f"c,y\n1,0\n{line}\n2,1\n")


def test_what_looks_like_a_space_behind_a_quote_inside_a_cell_stays():
    text = 'a,y\n"x"" ,z",0\n"u"" ,v" ,1\n'
    with pytest.raises(DataError, match="line 3: a space follows a closing quote"):
        columns(text)
    assert columns(text.replace('" ,1', '",1'))["a"] == ['x" ,z', 'u" ,v']


def test_comments_are_left_out_between_records_only():
    text = '# made by "hand\n#\na,y\n1,0\n  # note, with a comma\n"two\n# lines",1\n3,#\n'
    assert columns(text, comment="#") == {"a": ["1", "two\n# lines", "3"], "y": ["0", "1", "#"]}
    table = open_table(io.BytesIO(text.encode()), comment="#")
    assert list(table.lines) == [4, 6, 8]
    assert table.header_line == 3
    assert columns("// x\na,y\n//1,2\n1,0\n", comment="//") == {"a": ["1"], "y": ["0"]}


def test_a_comment_that_nobody_told_is_named_as_the_likely_cause():
    with pytest.raises(
        DataError, match=r"line 2: 2 cells where 1 column is named by a line that m"
    ):
        columns("# made by hand\na,y\n1,0\n")


def test_lines_are_counted_through_quoted_line_ends_of_every_kind():
    text = 'a,y\r\n"1\n2\r3\r\n4",0\r\n\r\n5,1\r6,0\n'
    assert list(open_table(io.BytesIO(text.encode())).lines) == [2, 7, 8]


def test_signs_that_only_unicode_takes_for_line_ends_are_text():
    text = "a,y\n1\x0b2,0\n3\x0c4,1\n5\x1c6,0\n7\x857,1\n8\u20289,0\n"
    assert columns(text)["a"] == ["1\x0b2", "3\x0c4", "5\x1c6", "7\x857", "8\u20289"]


def test_a_nul_character_is_named_by_its_own_line():
    with pytest.raises(DataError, match="line 4, column 'b': there is a NUL character"):
        columns('a,b,y\n1,2,0\n"x\ny\0",\0,1\n'.replace("y\0", "y"))


def test_words_between_spaces_and_tabs_are_cells():
    text = '  a \t b   "my y"\n1  2\t\t3 \n\n \t 4 "5 \t6"   ""\t\r\n7 "8 ""x""" 9\n'
    assert columns(text, delimiter=" ") == {
        "a": ["1", "4", "7"],
        "b": ["2", "5 \t6", '8 "x"'],
        "my y": ["3", "", "9"],
    }


def test_a_quoted_line_end_is_refused_where_spaces_stand_between_cells():
    with pytest.raises(DataError, match="line 3: a quoted cell has a line end in it"):
        columns('a b\n1 2\n"3\n4" 5\n')
