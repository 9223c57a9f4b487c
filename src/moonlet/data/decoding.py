"""Bytes to text, strictly: no replacement marks, and no encoding that nobody named.

A file is UTF-8 (or has a mark of UTF-8, UTF-16 or UTF-32), unless the caller
says otherwise. The first byte that does not fit ends the text, as one lone
surrogate: whoever splits the text into cells then knows the cell, and asks
`Text.refusal` for the words.
"""

from __future__ import annotations

import codecs
import io
from collections.abc import Iterator
from itertools import chain
from typing import BinaryIO

from moonlet.data.messages import did_you_mean, located, quoted

BYTES_A_BLOCK = 1 << 18
BYTES_TO_GUESS_BY = 1 << 16
# The longer mark first: UTF-32's begins like UTF-16's.
MARKS = {
    codecs.BOM_UTF32_LE: "utf-32",
    codecs.BOM_UTF32_BE: "utf-32",
    codecs.BOM_UTF8: "utf-8-sig",
    codecs.BOM_UTF16_LE: "utf-16",
    codecs.BOM_UTF16_BE: "utf-16",
}
# What tables in the wild are written in. chardet may choose among these only: with a few letters to
# go by, it would else name a rare code page as often as a frequent one.
CANDIDATES = (
    *("windows-1252", "windows-1250", "windows-1251", "windows-1253", "windows-1254"),
    *("windows-1255", "windows-1256", "windows-1257", "iso8859-2", "koi8-r", "cp850", "cp866"),
    *("cp874", "macroman", "gb18030", "big5", "cp932", "euc-jp", "cp949"),
)
# The most frequent one, and so the best guess where another reads the same, or where there are no
# letters to say which language it is.
USUAL = "cp1252"
SIGNS = frozenset("€£§°±²³µ½‘’“”–—…\xa0".encode(USUAL))
# Codecs of names and of program text.
NOT_OF_FILES = ("idna", "punycode", "undefined", "unicode-escape", "raw-unicode-escape")
FIRST_BYTE = 0xDC00  # + a byte: what Python's own "surrogateescape" makes of it


class Text:
    """The text of a stream, in blocks of whole lines.

    Parameters
    ----------
    stream : binary file
    source : str
        What to call it in errors.
    encoding : str, optional
        UTF-8 by default, or what the mark at the beginning says.

    Raises
    ------
    DataError
        For an encoding that Python does not know, or that the mark contradicts.
    """

    def __init__(self, stream: BinaryIO, source: str, encoding: str | None = None) -> None:
        self.encoding = encoding or "utf-8"
        self._stream = stream
        self._first = stream.read(BYTES_A_BLOCK)
        self._rest = b""  # from the byte that does not fit on
        if encoding is not None:
            _check_name(encoding, source)
        marked = next((MARKS[mark] for mark in MARKS if self._first.startswith(mark)), None)
        if marked is None:
            self._check_mark(source)
            return
        family = marked.removesuffix("-sig")
        if not codecs.lookup(self.encoding).name.startswith(family) and encoding is not None:
            raise located(
                source,
                f"the file begins with the mark of {family.upper()}, so it is not {encoding}. "
                "Leave --encoding out.",
            )
        self.encoding = marked

    def _check_mark(self, source: str) -> None:
        name = codecs.lookup(self.encoding).name
        if self._first and name in MARKS.values() and name != "utf-8-sig":
            raise located(
                source,
                f"it has no mark of {name.upper()} in front to tell which byte comes first. "
                f"Say --encoding {name}-le, or {name}-be.",
            )

    def __iter__(self) -> Iterator[str]:
        kept: list[str] = []  # the beginning of a line that no block has ended yet
        decoded = self._decoded()
        # What writes a mark before a text that has one makes two.
        first = next(decoded, "").lstrip("\ufeff")
        for text in chain([first], decoded):
            # A carriage return at the very end may be half of a line end.
            end = max(text.rfind("\n"), text.rfind("\r", 0, -1)) + 1
            if not end:
                kept.append(text)
                continue
            yield "".join([*kept, text[:end]])
            kept = [text[end:]] if end < len(text) else []
        if any(kept):
            yield "".join(kept)

    def _decoded(self) -> Iterator[str]:
        decoder = codecs.getincrementaldecoder(self.encoding)("strict")
        block = self._first
        while True:
            before = decoder.getstate()
            try:
                text = decoder.decode(block, final=not block)
            except UnicodeDecodeError as error:
                decoder.setstate(before)
                pending = before[0]
                fitting = error.object[len(pending) : error.start]
                self._rest = error.object[error.start :] + self._stream.read(BYTES_TO_GUESS_BY)
                yield decoder.decode(fitting) + chr(FIRST_BYTE + self._rest[0])
                return
            if text:
                yield text
            if not block:
                return
            block = self._stream.read(BYTES_A_BLOCK)

    @property
    def beyond(self) -> str:
        """What is ASCII behind the byte that does not fit: enough to see the delimiter by."""
        return self._rest.decode("ascii", "ignore")

    def refusal(self, before: str, delimiter: str) -> str:
        """Say what is to be said of the byte that does not fit.

        Parameters
        ----------
        before : str
            What its cell has in front of it.
        delimiter : str
            What stands between cells.
        """
        name = self.encoding.removesuffix("-sig")
        said = (
            f"byte 0x{self._rest[0]:02X} is not {name.upper() if name.startswith('utf') else name}"
        )
        if name.startswith(("utf-16", "utf-32")):
            return f"{said}, though the file begins with its mark. Save the file as UTF-8 text."
        raw = before.encode(name) + self._rest
        guess = _guess(raw)
        if guess in (None, codecs.lookup(name).name):
            return f"{said}. Save the file as UTF-8 text, or name its encoding with --encoding."
        cell = raw.decode(guess, "ignore").lstrip()
        for sign in (delimiter, "\r", "\n", '"', "\0"):
            cell = cell.partition(sign)[0]
        return (
            f"{said}. It may be {guess}, in which this cell reads {quoted(cell.strip())}: if so, "
            f"name it with --encoding {guess}. Else save the file as UTF-8 text."
        )


def _check_name(encoding: str, source: str) -> None:
    try:
        io.TextIOWrapper(io.BytesIO(), encoding)  # refuses what is a codec, but not of text
        codecs.getincrementaldecoder(encoding)
        if codecs.lookup(encoding).name.replace("_", "-") in NOT_OF_FILES:
            raise LookupError
    except (LookupError, ValueError):  # ValueError: a name with a NUL character in it
        known = ["utf-8", "utf-16", "latin-1", "cp1252", *CANDIDATES]
        raise located(
            source,
            f"there is no encoding {quoted(encoding)}.{did_you_mean(encoding, known)} "
            f"Known are {', '.join(known[:8])} and Python's others.",
        ) from None


def _guess(data: bytes) -> str | None:
    """What the lines that are not ASCII look like: Python's name of an encoding."""
    import chardet

    lines = [line for line in data.splitlines()[:-1] or [data] if not line.isascii()]
    sample = b"\n".join(lines)[: 1 << 14]
    if all(byte < 0x80 or byte in SIGNS for byte in sample):
        return USUAL
    found = chardet.detect(sample, prefer_superset=False, include_encodings=CANDIDATES)["encoding"]
    if found is None:
        return None
    alike = sample.decode(found, "ignore") == sample.decode(USUAL, "ignore")
    return USUAL if alike else codecs.lookup(found).name
