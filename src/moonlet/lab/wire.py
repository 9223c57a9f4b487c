"""From JSON to requests, strictly, and from reports to JSON."""

from __future__ import annotations

import dataclasses
import json
import math
import struct
from collections.abc import Mapping, Sequence
from types import NoneType, UnionType
from typing import (
    Annotated,
    Any,
    Literal,
    TypeVar,
    Union,
    cast,
    get_args,
    get_origin,
    get_type_hints,
)

from moonlet.exceptions import MoonletError
from moonlet.lab import messages
from moonlet.lab.messages import AtMost, Between, Report, Request

__all__ = ["BadMessageError", "frame_bytes", "plain", "read_as", "read_request", "to_json"]

Kind = TypeVar("Kind")
REQUESTS: dict[str, type] = {kind.__name__: kind for kind in get_args(messages.Request)}
_HINTS: dict[type, dict[str, Any]] = {}


class BadMessageError(MoonletError, ValueError):
    """A message does not fit its definition."""


def read_request(text: str) -> Request:
    """Read a request from JSON; whatever does not fit `messages` is refused.

    Raises
    ------
    BadMessageError
        The message names the field, what was given and what is allowed.
    """
    try:
        value = json.loads(text, parse_constant=_no_constant)
    except (ValueError, RecursionError):
        raise BadMessageError("the message is not JSON.") from None
    return read_message(value)


def read_message(value: object) -> Request:
    """Read a request from what JSON holds."""
    if not isinstance(value, Mapping):
        raise BadMessageError("a message must be an object.")
    fields = dict(value)
    kind = REQUESTS.get(str(fields.pop("type", None)))
    if kind is None:
        raise BadMessageError(f"type must be one of {', '.join(REQUESTS)}.")
    return cast(Request, _read(kind, fields, kind.__name__))


def read_as(kind: type[Kind], value: object) -> Kind:
    """Read a value of one of `messages`' classes."""
    return cast(Kind, _read(kind, value, kind.__name__))


def to_json(report: Report) -> dict[str, Any]:
    """Turn a report into what JSON can hold; NaN and infinity become null."""
    return {"type": type(report).__name__, **cast(dict[str, Any], plain(report))}


def plain(value: object) -> object:
    """Turn a value of one of `messages`' classes into what JSON can hold."""
    if dataclasses.is_dataclass(value):
        return {f.name: plain(getattr(value, f.name)) for f in dataclasses.fields(value)}
    if isinstance(value, tuple | list):
        return [plain(entry) for entry in value]
    if isinstance(value, float) and not math.isfinite(value):
        return None
    return value


def frame_bytes(report: Report, buffers: Sequence[bytes]) -> bytes:
    """One binary message: the length of the JSON, the JSON, then the buffers, 8-byte aligned.

    The JSON is an array of the report and the buffers' lengths.
    """
    head = json.dumps([to_json(report), [len(buffer) for buffer in buffers]]).encode()
    head += b" " * (-(len(head) + 4) % 8)
    parts = [struct.pack("<I", len(head)), head]
    for buffer in buffers:
        parts += [buffer, bytes(-len(buffer) % 8)]
    return b"".join(parts)


def _no_constant(name: str) -> float:
    raise ValueError(name)


def hints(kind: type) -> dict[str, Any]:
    """Types of a class's fields, limits included."""
    if kind not in _HINTS:
        _HINTS[kind] = get_type_hints(kind, include_extras=True)
    return _HINTS[kind]


def _read(kind: Any, value: Any, where: str) -> Any:
    origin = get_origin(kind)
    if origin is Annotated:
        inner, *limits = get_args(kind)
        if isinstance(limits[0], AtMost) and hasattr(value, "__len__"):
            # Before the parts are looked at: a list of a million is not read first.
            _check(len(value) <= limits[0].length, where, f"{limits[0].length} long at most")
        read = _read(inner, value, where)
        if isinstance(limits[0], Between):
            least, most = limits[0].least, limits[0].most
            _check(least <= read <= most, where, f"from {least:g} to {most:g}", value)
        return read
    if origin in (Union, UnionType):
        options = get_args(kind)
        if value is None and NoneType in options:
            return None
        return _read(next(option for option in options if option is not NoneType), value, where)
    if origin is Literal:
        allowed = get_args(kind)
        _check(isinstance(value, str) and value in allowed, where, f"one of {', '.join(allowed)}")
        return value
    if origin is tuple:
        return _read_tuple(get_args(kind), value, where)
    if dataclasses.is_dataclass(kind):
        return _read_fields(cast(type, kind), value, where)
    return _read_plain(kind, value, where)


def _read_plain(kind: Any, value: Any, where: str) -> Any:
    if kind is float:
        is_number = isinstance(value, int | float) and not isinstance(value, bool)
        _check(is_number and abs(value) < 1e300, where, "a number")
        return float(value)
    if kind is int:
        whole = isinstance(value, int) or (isinstance(value, float) and value.is_integer())
        _check(whole and not isinstance(value, bool), where, "a whole number")
        return int(value)
    _check(isinstance(value, kind), where, f"a {kind.__name__}")
    if kind is str:
        # Lone surrogates can be said in JSON and can't be written to anything.
        _check(value.isascii() or value.encode(errors="ignore").decode() == value, where, "text")
    return value


def _read_tuple(kinds: tuple[Any, ...], value: Any, where: str) -> tuple[Any, ...]:
    _check(isinstance(value, list | tuple), where, "a list")
    if kinds[-1] is ...:
        kinds = (kinds[0],) * len(value)
    _check(len(value) == len(kinds), where, f"{len(kinds)} long")
    return tuple(
        _read(kind, entry, f"{where}[{position}]")
        for position, (kind, entry) in enumerate(zip(kinds, value, strict=True))
    )


def _read_fields(kind: type, value: Any, where: str) -> Any:
    _check(isinstance(value, Mapping), where, "an object")
    fields = hints(kind)
    for name in value:
        _check(name in fields, where, f"an object of {', '.join(fields) or 'nothing'}")
    read = {name: _read(fields[name], entry, f"{where}.{name}") for name, entry in value.items()}
    try:
        return kind(**read)
    except TypeError:
        raise BadMessageError(f"{where} must have {', '.join(fields)}.") from None


def _check(fits: bool, where: str, allowed: str, given: object = None) -> None:
    if not fits:
        got = f" Got {given!r}." if given is not None else ""
        raise BadMessageError(f"{where} must be {allowed}.{got}")
