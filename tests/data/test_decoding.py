from __future__ import annotations

import codecs
import io
from itertools import pairwise

import pytest

from moonlet.data import decoding
from moonlet.data.decoding import Text
from moonlet.data.opening import open_table
from moonlet.exceptions import DataError

WORDS = "name,y\nMöwe,1\n東京,0\nŁódź,1\n🙂,0\n"


def cells(data: bytes, column: str = "name", **options: str) -> list[str]:
    return open_table(io.BytesIO(data), **options).columns[column].cells()


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-32"])
@pytest.mark.parametrize("block", [7, 1 << 18])
def test_text_with_a_mark_needs_no_name_of_its_encoding(encoding, block, monkeypatch):
    monkeypatch.setattr(decoding, "BYTES_A_BLOCK", block)
    assert cells(WORDS.encode(encoding)) == ["Möwe", "東京", "Łódź", "🙂"]
    assert cells(WORDS.encode(encoding), encoding=encoding) == ["Möwe", "東京", "Łódź", "🙂"]


@pytest.mark.parametrize("mark", [codecs.BOM_UTF16_BE, codecs.BOM_UTF32_BE])
def test_the_big_end_may_come_first(mark):
    encoding = "utf-16-be" if len(mark) == 2 else "utf-32-be"
    assert cells(mark + WORDS.encode(encoding))[1] == "東京"


@pytest.mark.parametrize(
    ("encoding", "words"),
    [
        ("cp1252", ["Möwe", "Zürich", "5 €", "“so”"]),
        ("latin-1", ["Möwe", "señor"]),
        ("iso8859_2", ["Łódź", "Kraków"]),
        ("cp1250", ["Łódź", "Gdańsk"]),
        ("cp1251", ["Москва", "Казань"]),
        ("koi8_r", ["Москва", "Казань"]),
        ("gbk", ["北京", "上海"]),
        ("shift_jis", ["東京", "ソニー"]),
        ("utf-16-le", ["Möwe", "東京"]),
    ],
)
@pytest.mark.parametrize("block", [7, 1 << 18])
def test_an_encoding_that_is_named_is_obeyed(encoding, words, block, monkeypatch):
    monkeypatch.setattr(decoding, "BYTES_A_BLOCK", block)
    data = ("name,y\n" + "".join(f"{word},1\n" for word in words)).encode(encoding)
    assert cells(data, encoding=encoding) == words


@pytest.mark.parametrize(
    ("words", "encoding", "sample"),
    [
        (["Zürich", "Genève", "Neuchâtel"], "cp1252", "Zürich"),
        (["5 °C", "7 °C"], "cp1252", "5 °C"),
        (["Kraków", "Łódź", "Wrocław", "Gdańsk", "Poznań"], "cp1250", "Kraków"),
        (["Москва", "Санкт-Петербург", "Казань"], "koi8-r", "Москва"),
        (["Москва", "Санкт-Петербург", "Казань"], "cp1251", "Москва"),
        (["北京", "上海", "广州", "深圳"], "gb18030", "北京"),
        (["東京", "大阪", "はい"], "cp932", "東京"),
        (["서울", "부산", "대구"], "cp949", "서울"),
    ],
)
def test_a_file_in_another_encoding_is_refused_with_a_sample_of_what_it_may_be(
    refused, words, encoding, sample
):
    rows = "".join(f"{i},{word},{i % 2}\n" for i, word in enumerate(words))
    data = ("id,name,y\n0,plain,1\n" + rows).encode(encoding)
    byte = next(byte for byte in data if byte > 127)
    assert refused(data) == (
        f"line 3, column 'name': byte 0x{byte:02X} is not UTF-8. It may be {encoding}, in which "
        f"this cell reads {sample!r}: if so, name it with --encoding {encoding}. Else save "
        "the file as UTF-8 text."
    )
    assert cells(data, encoding=encoding)[1:] == words


@pytest.mark.parametrize("before", [0, 3, 1 << 18, (1 << 18) + 1])
def test_the_line_of_the_first_bad_byte_is_right_in_every_block(refused, before):
    rows = b"text,1\n" * before + b'"two\r\nlines",2\ncaf\xe9,3\n'
    line = before + 4
    message = refused(b"a,y\n" + rows)
    assert message.startswith(
        f"line {line}, column 'a': byte 0xE9 is not UTF-8. It may be cp1252, in"
    )
    assert "reads 'café'" in message


def test_a_bad_byte_in_a_quoted_cell_is_told_too(refused):
    message = refused(b'a,b,y\n1,2,3\n4,"two\nlines\xff\xe9",5\n')
    assert message.startswith("line 4: byte 0xFF is not UTF-8.")


def test_the_delimiter_is_seen_although_the_first_name_cannot_be_read(refused):
    message = refused("Größe;Ort;y\n1;b;0\n2;c;1\n".encode("cp1252"))
    assert message.startswith("line 1, column 1: byte 0xF6 is not UTF-8.")
    assert "reads 'Größe'" in message


def test_a_wrong_name_of_an_encoding_is_refused_where_it_fails(refused):
    message = refused(b"a,y\nx\x81y,1\n", encoding="cp1252")
    assert message.startswith("line 2, column 'a': byte 0x81 is not cp1252.")
    message = refused(WORDS.encode(), encoding="ascii")
    assert message.startswith("line 2, column 'name': byte 0xC3 is not ascii.")


def test_an_encoding_that_the_mark_contradicts_is_refused(refused):
    message = refused(WORDS.encode("utf-16"), encoding="cp1252")
    assert message == (
        "the file begins with the mark of UTF-16, so it is not cp1252. Leave --encoding out."
    )


@pytest.mark.parametrize(
    "encoding",
    ["utf-9", "hex", "rot13", "zlib", "idna", "undefined", "unicode_escape", "", "a\0b", "☃"],
)
def test_an_encoding_that_does_not_exist_is_refused(refused, encoding):
    message = refused(WORDS, encoding=encoding)
    assert message.startswith(f"there is no encoding {encoding!r}.")
    assert "utf-8, utf-16, latin-1, cp1252" in message


@pytest.mark.parametrize("encoding", ["utf-16", "utf-32"])
def test_without_a_mark_the_order_of_bytes_must_be_named(refused, encoding):
    data = WORDS.encode(f"{encoding}-be")
    assert refused(data, encoding=encoding) == (
        f"it has no mark of {encoding.upper()} in front to tell which byte comes first. Say "
        f"--encoding {encoding}-le, or {encoding}-be."
    )
    assert cells(data, encoding=f"{encoding}-be")[1] == "東京"


def test_letters_that_were_encoded_twice_are_left_alone():
    assert cells("name,y\nMÃ¶we,1\n".encode()) == ["MÃ¶we"]


@pytest.mark.parametrize("data", [b"a,y\n1,caf\xc3", "a,y\n1,東".encode("utf-16")[:-1]])
def test_a_letter_that_is_cut_off_at_the_end_is_no_letter(data):
    with pytest.raises(DataError, match=r"line 2, column 'y': byte 0x.. is not UTF-"):
        open_table(io.BytesIO(data))


def test_blocks_are_whole_lines_and_together_the_text(monkeypatch):
    monkeypatch.setattr(decoding, "BYTES_A_BLOCK", 5)
    text = "a,b\r\nc\rd\n\n\r\r\nlonger than a block\r\n\r\nend"
    blocks = list(Text(io.BytesIO(text.encode()), "t.csv"))
    assert "".join(blocks) == text
    assert len(blocks) > 3
    assert all(block.endswith(("\n", "\r")) for block in blocks[:-1])
    assert not any(
        before.endswith("\r") and after.startswith("\n") for before, after in pairwise(blocks)
    )


def test_a_second_mark_is_no_part_of_the_first_name():
    assert list(open_table(io.BytesIO(codecs.BOM_UTF8 * 2 + b'"a",y\n1,2\n')).columns) == ["a", "y"]
