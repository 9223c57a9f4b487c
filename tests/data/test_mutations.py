"""Mutated files: no traceback, and what is accepted is what the `csv` module makes of it."""

from __future__ import annotations

import codecs
import csv
import io
import re

import pytest

from moonlet.data import decoding
from moonlet.data.opening import open_table
from moonlet.data.raw import RawTable
from moonlet.exceptions import DataError
from tests.data.mutations import mutated

UNSEEN = "".join(map(chr, [*range(0x200B, 0x2010), *range(0x202A, 0x202F), 0x2060, 0xFEFF]))


def bare(cell: str) -> str:
    """A cell without spaces and signs without width around it."""
    while cell and (cell[0].isspace() or cell[0] in UNSEEN):
        cell = cell[1:]
    while cell and (cell[-1].isspace() or cell[-1] in UNSEEN):
        cell = cell[:-1]
    return cell


def by_the_csv_module(
    data: bytes, delimiter: str, encoding: str | None = None
) -> dict[int, list[str]]:
    """Rows of the file by the line they begin on, with nothing of moonlet's in between."""
    marks = {
        codecs.BOM_UTF32_LE: "utf-32",
        codecs.BOM_UTF16_LE: "utf-16",
        codecs.BOM_UTF16_BE: "utf-16",
    }
    usual = encoding or "utf-8-sig"
    told = next((name for mark, name in marks.items() if data.startswith(mark)), usual)
    text = data.decode(told).lstrip("\ufeff")
    # A line that tells the delimiter becomes a blank one.
    text = re.sub(r'\A("?)sep=.\1[ \t]*(?=[\r\n])', "", text, flags=re.IGNORECASE)
    lines = list(io.StringIO(text, newline=""))
    if delimiter == " ":
        # A tab is a tab in a quoted cell only, and such a cell begins with its quote.
        quoted_cells = r'((?:^|(?<=[ \t]))"(?:""|[^"])*")'
        lines = [
            "".join(
                part if number % 2 else part.replace("\t", " ")
                for number, part in enumerate(re.split(quoted_cells, line.strip(" \t\r\n")))
            )
            for line in lines
        ]
    reader = csv.reader(lines, delimiter=delimiter, skipinitialspace=True)
    rows, line = {}, 1
    for row in reader:
        if len(row) > 1 or "".join(row).strip():
            rows[line] = [bare(cell) for cell in row]
        line = reader.line_num + 1
    return rows


def columns_of(rows: list[list[str]]) -> list[list[str]]:
    """Columns, the name first; the name of a first column that the header does not count is ''."""
    header, *rest = rows
    if len(header) < len(rest[0]):
        header = [*header, ""] if not any(row[-1] for row in rest) else ["", *header]
    return [list(column) for column in zip(header, *rest, strict=True)]


def read(
    data: bytes, encoding: str | None, block: int, monkeypatch: pytest.MonkeyPatch
) -> RawTable | str:
    monkeypatch.setattr(decoding, "BYTES_A_BLOCK", block)
    try:
        return open_table(io.BytesIO(data), encoding=encoding)
    except DataError as error:
        assert str(error).isprintable()  # noqa: PT017
        return str(error)


def check(seed: int, monkeypatch: pytest.MonkeyPatch, encoding: str | None = None) -> bool:
    """Whether the file was accepted; then its cells are right."""
    data = mutated(seed)
    table = read(data, encoding, 1 << 18, monkeypatch)
    for block in (16, 61):
        again = read(data, encoding, block, monkeypatch)
        if isinstance(table, str):
            assert again == table
            continue
        assert isinstance(again, RawTable)
        assert list(again.lines) == list(table.lines)
        assert {name: cells.cells() for name, cells in again.columns.items()} == {
            name: cells.cells() for name, cells in table.columns.items()
        }
    if isinstance(table, str):
        return False
    if table.header_line is None:
        return True  # the first line of scikit-learn's files
    rows = by_the_csv_module(data, table.delimiter, encoding)
    assert [table.header_line, *table.lines] == list(rows)
    expected = [column for column in columns_of(list(rows.values())) if any(column)]
    found = [
        ["" if name == table.unnamed else name, *cells.cells()]
        for name, cells in table.columns.items()
    ]
    assert found == expected
    return True


def test_two_thousand_mutated_files_are_read_as_the_csv_module_reads_them(monkeypatch):
    n_accepted = sum(check(seed, monkeypatch) for seed in range(2_000))
    assert 400 < n_accepted < 1_600, "neither should be rare, or little is tested"


@pytest.mark.parametrize(
    "encoding",
    [
        "cp1252",
        "latin-1",
        "gb18030",
        "shift_jis",
        "iso2022_jp",
        "utf-7",
        "utf-16-le",
        "utf-16",
        "hz",
    ],
)
def test_mutated_files_are_read_alike_in_the_encoding_that_is_named(monkeypatch, encoding):
    for seed in range(150):
        check(seed, monkeypatch, encoding)


@pytest.mark.slow
def test_twenty_thousand_mutated_files_are_read_as_the_csv_module_reads_them(monkeypatch):
    assert sum(check(seed, monkeypatch) for seed in range(2_000, 22_000)) > 4_000
