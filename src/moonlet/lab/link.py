"""A session's whole state as a text that fits into a link, and back.

The text is for the address's fragment, which browsers send to nobody. What
comes back from a link is as little trusted as any other message.
"""

from __future__ import annotations

import base64
import binascii
import json
import zlib
from dataclasses import dataclass
from typing import Annotated

from moonlet.data import to_csv
from moonlet.lab import messages as m
from moonlet.lab.messages import AtMost, Between
from moonlet.lab.rows import DrawnPoint
from moonlet.lab.table import LabTable, read_text
from moonlet.lab.wire import BadMessageError, plain, read_as

__all__ = ["PastPhase", "State", "read_link", "write_link"]

LONGEST = 100_000  # characters: what browsers and chat programs still carry
MOST_UNPACKED = 3_000_000
VERSION = 1


@dataclass(frozen=True, slots=True)
class PastPhase:
    """Passes that were done under one choice."""

    training: m.TrainingChoice
    passes: Annotated[int, Between(0, 1_000_000)]


@dataclass(frozen=True, slots=True)
class State:
    """All that a session is: settings, the rows that no name stands for, what was trained."""

    settings: m.Settings
    phases: tuple[PastPhase, ...]
    drawn: tuple[DrawnPoint, ...] = ()
    table: LabTable | None = None


@dataclass(frozen=True, slots=True)
class _Written:
    version: Annotated[int, Between(VERSION, VERSION)]
    settings: m.Settings
    phases: Annotated[tuple[PastPhase, ...], AtMost(200)]
    drawn: Annotated[
        tuple[tuple[m.Number, m.Number, Annotated[int, Between(0, 4)]], ...], AtMost(2000)
    ]
    table: tuple[m.Name, str] | None


def write_link(state: State) -> str:
    """Write a state as text of letters, digits, "-" and "_".

    Raises
    ------
    ValueError
        If it is too large for a link.
    """
    source = state.settings.data.source
    table = None
    if source == "table" and state.table is not None:
        whole = state.table.dataset(state.settings.data.target)
        table = (whole.name, to_csv(whole) or "")
    drawn = state.drawn if source == "drawn" else ()
    written = _Written(VERSION, state.settings, state.phases, drawn, table)
    text = json.dumps(plain(written), separators=(",", ":"))
    packed = base64.urlsafe_b64encode(zlib.compress(text.encode(), 9)).decode().rstrip("=")
    if len(packed) > LONGEST or len(text) > MOST_UNPACKED:
        raise ValueError(
            "the data are too many for a link. Save the points as CSV and pass that on instead."
        )
    return packed


def read_link(text: str) -> State:
    """Read what `write_link` wrote.

    Raises
    ------
    BadMessageError
        If it is anything else.
    DataError
        If the table in it cannot be read.
    """
    try:
        packed = base64.urlsafe_b64decode(text + "=" * (-len(text) % 4))
        unpacking = zlib.decompressobj()
        content = unpacking.decompress(packed, MOST_UNPACKED)
        if not unpacking.eof:
            raise BadMessageError("the link is cut off, or holds too much.")
        value = json.loads(content)
    except (ValueError, binascii.Error, zlib.error, RecursionError) as error:
        if isinstance(error, BadMessageError):
            raise
        raise BadMessageError("this is not a link that the lab made, or not all of it.") from None
    written = read_as(_Written, value)
    table = None if written.table is None else read_text(*written.table)
    return State(written.settings, written.phases, written.drawn, table)
