"""Columns in which some texts are numbers or dates, and others words: refused, or labels."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from moonlet.data.messages import UndecidedError, quoted

NUMBER_SHARE: Final = 0.8


def _looks_like_them(n_in: int, d_in: int, n_out: int, d_out: int, *, are_codes: bool) -> bool:
    # n counts cells and d different texts, of those that are numbers (in) and the rest (out).
    if n_in >= NUMBER_SHARE * (n_in + n_out):
        return True
    if are_codes:
        return False
    return (n_in >= n_out and d_out <= max(5, d_in // 5)) or d_out <= d_in // 10


def refuse_if_mixed(
    inside: Mapping[str, object], known: Mapping[str, int], what: str, *, are_codes: bool
) -> None:
    """Refuse a column of numbers (or dates) with unknown words in it; pass over labels."""
    words = [text for text in known if text not in inside]
    n_in = sum(known[text] for text in inside)
    n_out = sum(known[text] for text in words)
    if words and _looks_like_them(n_in, len(inside), n_out, len(words), are_codes=are_codes):
        text = max(words, key=lambda word: known[word])
        raise UndecidedError(
            text,
            f"{quoted(text)} is not {what}, but {n_in:,} of the column's {n_in + n_out:,} filled "
            f"cells are. Correct it, or say --gap {shell_word(text)} if it stands for a gap, or "
            "--kind COLUMN=category if these are labels.",
        )


def shell_word(text: str) -> str:
    """Write a word as it can be typed behind an option."""
    plain = text.isalnum() and len(text) <= 20
    return text if plain else quoted(text, 20)
