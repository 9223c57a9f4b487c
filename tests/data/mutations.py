"""Text tables that are nearly right: what editors, spreadsheets, pipes and people do to files.

Each seed makes one file: a table as the `csv` module writes it, and then one to four changes that
know what cells, delimiters, quotes, encodings and line ends are.
"""

from __future__ import annotations

import codecs
import csv
import io
import random
from collections.abc import Callable

CELLS = [
    *(
        "",
        "0",
        "1",
        "-1",
        "2.5",
        "1,5",
        "1.234,5",
        "1 528",
        "13.4%",
        "1e400",
        "007",
        "<20",
        "-",
        ".",
    ),
    *("NA", "nan", "?", "None", "yes", "no", "TRUE", "a", "b", "Möwe", "東京", "Łódź", "🙂", "a b"),
    *("2024-01-01", "01.02.2024", 'say "hi"', "a,b", "a;b", "a\tb", "a|b", " a ", "x\ny", "x\r\ny"),
    *(
        "\N{NO-BREAK SPACE}",
        "\N{MINUS SIGN}3",
        "#",
        "# note",
        "'",
        '"',
        "\\",
        "sep=;",
        "=1+1",
        "0x1F",
    ),
]
NAMES = [
    *("a", "b", "c", "y", "size", "first name", "Größe", "2019", "2020", "1", "0", "", " ", "row"),
    *("0.5", "#id", "x,y", 'q"', "NA", "RI"),
]
DELIMITERS = [",", ",", ",", ";", "\t", "|", " "]
ENCODINGS = ["utf-8"] * 6 + ["utf-8-sig", "utf-16", "cp1252", "gb18030", "utf-16-le", "utf-32"]

Change = Callable[[random.Random, bytes], bytes]


def mutated(seed: int) -> bytes:
    """The bytes of the file of that number; the same every time."""
    rng = random.Random(seed)  # noqa: S311 - no secrets here
    data = written_table(rng)
    for _ in range(rng.choice([1, 1, 2, 4])):
        data = rng.choice(CHANGES)(rng, data)
    return data


def written_table(rng: random.Random) -> bytes:
    """A table as a program would write it."""
    width, n_rows = rng.randint(1, 5), rng.choice([1, 2, 3, 5, 8, 30])
    cells = rng.sample(CELLS, rng.choice([2, 4, len(CELLS)]))
    file = io.StringIO(newline="")
    writer = csv.writer(
        file,
        delimiter=rng.choice(DELIMITERS),
        lineterminator=rng.choice(["\n", "\n", "\r\n", "\r"]),
        quoting=rng.choice([csv.QUOTE_MINIMAL, csv.QUOTE_MINIMAL, csv.QUOTE_ALL]),
    )
    usual = [f"c{position}" for position in range(width)]
    writer.writerow(usual if rng.random() < 0.7 else rng.choices(NAMES, k=width))
    for _ in range(n_rows):
        numbers = [str(rng.randint(0, 99)) for _ in range(width)]
        writer.writerow(numbers if rng.random() < 0.5 else rng.choices(cells, k=width))
    return file.getvalue().encode(rng.choice(ENCODINGS), "ignore")


def _at_one_of(places: bytes) -> Callable[[random.Random, bytes], int]:
    """Choose a place at which one of these bytes stands, or any if none does."""

    def choose(rng: random.Random, data: bytes) -> int:
        at = [position for position, byte in enumerate(data) if byte in places]
        return rng.choice(at) if at else rng.randint(0, len(data))

    return choose


_delimiter, _quote, _line_end = _at_one_of(b",;\t| "), _at_one_of(b'"'), _at_one_of(b"\r\n")


def _another_delimiter(rng: random.Random, data: bytes) -> bytes:
    at = _delimiter(rng, data)
    return data[:at] + rng.choice([b",", b";", b"\t", b"|", b" ", b",,", b", "]) + data[at + 1 :]


def _a_cell_more(rng: random.Random, data: bytes) -> bytes:
    at = _delimiter(rng, data)
    return data[: at + 1] + rng.choice(CELLS).encode() + data[at : at + 1] + data[at + 1 :]


def _a_cell_less(rng: random.Random, data: bytes) -> bytes:
    at = _delimiter(rng, data)
    ends = [data.find(sign, at + 1) for sign in (b",", b";", b"\t", b"|", b"\n")]
    return data[:at] + data[min((end for end in ends if end > 0), default=len(data)) :]


def _a_quote_more(rng: random.Random, data: bytes) -> bytes:
    at = rng.choice([_delimiter, _quote, _line_end])(rng, data) + rng.randint(0, 1)
    return data[:at] + rng.choice([b'"', b'""', b'" ', b' "', b"'", b'\\"']) + data[at:]


def _a_quote_less(rng: random.Random, data: bytes) -> bytes:
    at = _quote(rng, data)
    return data[:at] + data[at + 1 :]


def _a_space_beside_a_quote(rng: random.Random, data: bytes) -> bytes:
    at = _quote(rng, data) + rng.randint(0, 1)
    return data[:at] + rng.choice([b" ", b"  ", b"\t"]) + data[at:]


def _another_line_end(rng: random.Random, data: bytes) -> bytes:
    at = _line_end(rng, data)
    ends = [
        b"\n",
        b"\r\n",
        b"\r",
        b"\n\n",
        b"",
        b" \n",
        b",\n",
        b"\x0b",
        b"\x85",
        b"\n \n",
        b"\x0c",
    ]
    return data[:at] + rng.choice(ends) + data[at + 1 :]


def _a_delimiter_behind_every_line(rng: random.Random, data: bytes) -> bytes:
    return data.replace(b"\n", rng.choice([b",\n", b";\n", b"\t\n", b" \n"]))


def _a_line_more(rng: random.Random, data: bytes) -> bytes:
    lines = data.splitlines(keepends=True) or [b""]
    extra = [
        *lines,
        b"# a comment, or not\n",
        b"sep=;\n",
        b'"sep=,"\r\n',
        b"\n",
        b"  \n",
        b"Total\n",
    ]
    at = rng.choice([0, rng.randint(0, len(lines))])
    return b"".join([*lines[:at], rng.choice(extra), *lines[at:]])


def _a_line_less(rng: random.Random, data: bytes) -> bytes:
    lines = data.splitlines(keepends=True) or [b""]
    del lines[rng.choice([0, rng.randrange(len(lines))])]
    return b"".join(lines)


def _a_byte_changed(rng: random.Random, data: bytes) -> bytes:
    at = rng.randint(0, len(data))
    return (
        data[:at] + bytes([rng.choice([0, 0xE9, 0xFF, 0x80, rng.randrange(256)])]) + data[at + 1 :]
    )


def _cut(rng: random.Random, data: bytes) -> bytes:
    return data[: rng.randint(0, len(data))]


def _twice(rng: random.Random, data: bytes) -> bytes:
    return data + data[rng.choice([0, data.find(b"\n") + 1]) :]


def _a_mark(rng: random.Random, data: bytes) -> bytes:
    return rng.choice([codecs.BOM_UTF8, codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE, b"PK"]) + data


def _written_twice(rng: random.Random, data: bytes) -> bytes:
    """As UTF-8 that was taken for something else, and written as UTF-8 again."""
    return data.decode(rng.choice(["latin-1", "cp850"]), "ignore").encode()


CHANGES: list[Change] = [
    *(_another_delimiter, _a_cell_more, _a_cell_less, _a_quote_more, _a_quote_less),
    *(_a_space_beside_a_quote, _another_line_end, _a_delimiter_behind_every_line, _a_line_more),
    *(_a_line_less, _a_byte_changed, _cut, _twice, _a_mark, _written_twice),
]
