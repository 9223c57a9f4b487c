"""The messages as TypeScript: ``python -m moonlet.lab.typescript web/src/messages.ts``."""

from __future__ import annotations

import dataclasses
import json
import sys
from pathlib import Path
from types import NoneType, UnionType
from typing import Annotated, Any, Literal, Union, get_args, get_origin

from moonlet.atomic import replace_file
from moonlet.lab import messages
from moonlet.lab.messages import AtMost, Between
from moonlet.lab.wire import hints, plain

__all__ = ["typescript"]

_HEAD = "// Made by `python -m moonlet.lab.typescript` from moonlet.lab.messages: change that.\n"
_PLAIN = {str: "string", int: "number", float: "number", bool: "boolean", NoneType: "null"}


def typescript() -> str:
    """All messages as TypeScript types, with the limits and defaults as constants."""
    parts = [_HEAD]
    for name, value in vars(messages).items():
        if name.isupper() and isinstance(value, int | tuple | dict):
            parts.append(f"export const {name} = {json.dumps(value)} as const;\n")
    kinds = [
        kind
        for kind in vars(messages).values()
        if dataclasses.is_dataclass(kind) and kind not in (Between, AtMost)
    ]
    spoken = {*get_args(messages.Request), *get_args(messages.Report)}
    parts += [_interface(kind, tagged=kind in spoken) for kind in kinds if isinstance(kind, type)]
    for name in ("Request", "Report"):
        union = " | ".join(kind.__name__ for kind in get_args(getattr(messages, name)))
        parts.append(f"export type {name} = {union};\n")
    parts.append(f"export const LIMITS = {json.dumps(_limits(kinds), indent=2)} as const;\n")
    parts.append(f"export const CHOICES = {json.dumps(_choices(kinds), indent=2)} as const;\n")
    defaults = json.dumps(plain(messages.Settings()), indent=2)
    parts.append(f"export const DEFAULTS: Settings = {defaults};\n")
    return "\n".join(parts)


def _interface(kind: type, *, tagged: bool) -> str:
    lines = [f'  type: "{kind.__name__}";'] if tagged else []
    lines += [f"  {name}: {_type(hint)};" for name, hint in hints(kind).items()]
    summary = (kind.__doc__ or "").split("\n\n")[0].replace("\n", " ")
    return "\n".join([f"/** {summary} */", f"export interface {kind.__name__} {{", *lines, "}\n"])


def _type(hint: Any) -> str:
    origin = get_origin(hint)
    if origin is Annotated:
        return _type(get_args(hint)[0])
    if origin in (Union, UnionType):
        return " | ".join(_type(option) for option in get_args(hint))
    if origin is Literal:
        return " | ".join(json.dumps(value) for value in get_args(hint))
    if origin is tuple:
        kinds = get_args(hint)
        if kinds[-1] is ...:
            inner = _type(kinds[0])
            return f"({inner})[]" if "|" in inner else f"{inner}[]"
        return f"[{', '.join(_type(kind) for kind in kinds)}]"
    return _PLAIN.get(hint) or str(hint.__name__)


def _limits(kinds: list[Any]) -> dict[str, list[float]]:
    """Least and most of each number that the settings have, by its name."""
    return {
        name: [limit.least, limit.most]
        for kind in kinds
        for name, hint in hints(kind).items()
        for limit in get_args(hint)[1:]
        if get_origin(hint) is Annotated and isinstance(limit, Between)
    }


def _choices(kinds: list[Any]) -> dict[str, list[str]]:
    """What each setting of the settings' classes can be, by its name."""
    settings = [kind for kind in kinds if kind.__name__.endswith("Choice")]
    return {
        name: list(get_args(hint))
        for kind in settings
        for name, hint in hints(kind).items()
        if get_origin(hint) is Literal
    }


if __name__ == "__main__":
    replace_file(Path(sys.argv[1]), typescript().encode())
