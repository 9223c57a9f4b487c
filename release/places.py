"""Places of the product where a small fault can be put, and which of them a seed chooses.

A fault is a fragment of a file and what takes its place. Python's are found in its syntax tree, so
that each still compiles; those of C++ and TypeScript by patterns in the code without its comments
and texts, and some will not compile: who tries them draws another then.
"""

from __future__ import annotations

import ast
import itertools
import random
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

# How many of 60 fall to each part of the product.
AREAS = {"study": 14, "data": 12, "export": 7, "lab": 9, "engine": 18}


@dataclass(frozen=True, slots=True)
class Fault:
    """One place, as bytes from `start` to `end` of a file, and what to write there."""

    area: str
    file: str
    line: int
    kind: str
    start: int
    end: int
    old: str
    new: str


Found = tuple[int, int, str, str]  # start, end, what is written there, kind


def files(root: Path, area: str) -> list[Path]:
    """Those of a part of the product that people wrote."""
    if area == "engine":
        found = [p for p in (root / "engine").rglob("*") if p.suffix in (".h", ".cpp")]
        # The page's engine has tests of its own; a header of names is written by the build.
        found = [p for p in found if not {"tests", "page"} & set(p.parts)]
    elif area == "lab":
        found = [p for p in (root / "web/src").rglob("*.ts") if "generated" not in p.name]
        found += (root / "src/moonlet/lab").glob("*.py")
    else:
        found = list((root / "src/moonlet" / area).rglob("*.py"))
    return sorted(found)


def in_python(raw: bytes) -> Iterator[Found]:
    """Faults that leave a file of Python readable."""
    for start, end, new, kind in _in_tree(raw, ast.parse(raw)):
        try:
            ast.parse(raw[:start] + new.encode() + raw[end:])
        except SyntaxError:  # half a bracket
            continue
        yield start, end, new, kind


def _in_tree(raw: bytes, tree: ast.Module) -> Iterator[Found]:
    starts = [0]
    for line in raw.splitlines(keepends=True):
        starts.append(starts[-1] + len(line))

    def span(node: ast.expr) -> tuple[int, int]:
        end = starts[(node.end_lineno or 0) - 1] + (node.end_col_offset or 0)
        return starts[node.lineno - 1] + node.col_offset, end

    def text(node: ast.expr) -> str:
        return raw[slice(*span(node))].decode()

    def between(left: ast.expr, right: ast.expr, old: str, new: str, kind: str) -> Iterator[Found]:
        start, end = span(left)[1], span(right)[0]
        if raw[start:end].count(old.encode()) == 1:
            yield start, end, raw[start:end].decode().replace(old, new), kind

    types = {
        id(one)
        for node in ast.walk(tree)
        for name in ("annotation", "returns")
        if isinstance(getattr(node, name, None), ast.AST)
        for one in ast.walk(getattr(node, name))
    }
    for node in ast.walk(tree):
        if id(node) in types:
            continue
        match node:
            case ast.BinOp(left=left, op=op, right=right) if type(op) in _SIGNS:
                if any(isinstance(x, ast.JoinedStr) or _is_text(x) for x in (left, right)):
                    continue
                yield from between(left, right, *_SIGNS[type(op)], "sign")
                if isinstance(op, ast.Add | ast.Sub):
                    yield span(left)[1], span(right)[1], "", "dropped term"
            case ast.Compare(left=left, ops=[op], comparators=[right]) if type(op) in _ORDERS:
                yield from between(left, right, *_ORDERS[type(op)], "off by one")
            case ast.BoolOp(op=op, values=[left, right]):
                words = ("and", "or") if isinstance(op, ast.And) else ("or", "and")
                yield from between(left, right, *words, "condition")
            case ast.UnaryOp(op=ast.Not(), operand=operand):
                yield *span(node), text(operand), "condition"
            case ast.Constant(value=int() as value) if text(node).isdigit():
                yield *span(node), str(value + 1), "off by one"
            case ast.Call(func=func, args=[first, second], keywords=[]):
                plain = not any(isinstance(one, ast.Starred) for one in (first, second))
                if plain and text(first) != text(second) and text(func) not in _ORDERLESS:
                    middle = raw[span(first)[1] : span(second)[0]].decode()
                    swapped = text(second) + middle + text(first)
                    yield span(first)[0], span(second)[1], swapped, "swapped arguments"
            case ast.If(test=test, orelse=[], body=[*_, ast.Raise() | ast.Return()]):
                yield *span(test), "False", "check removed"


_SIGNS: dict[type, tuple[str, str]] = {
    ast.Add: ("+", "-"),
    ast.Sub: ("-", "+"),
    ast.Mult: ("*", "/"),
    ast.Div: ("/", "*"),
}
_ORDERS: dict[type, tuple[str, str]] = {
    ast.Lt: ("<", "<="),
    ast.LtE: ("<=", "<"),
    ast.Gt: (">", ">="),
    ast.GtE: (">=", ">"),
    ast.Eq: ("==", "!="),
    ast.NotEq: ("!=", "=="),
}
# Swapped, the first three are a crash; the last two are the same.
_ORDERLESS = {"isinstance", "getattr", "hasattr", "max", "min"}


def _is_text(node: ast.expr) -> bool:
    return isinstance(node, ast.Constant) and isinstance(node.value, str)


# A fragment of C++ or TypeScript, and what takes its place.
_PATTERNS: list[tuple[str, str | Callable[[re.Match[str]], str], str]] = [
    (r" \+ ", " - ", "sign"),
    (r" - ", " + ", "sign"),
    (r"(?<=[\w)\]]) \* (?=[\w(])", " / ", "sign"),
    (r" / ", " * ", "sign"),
    (r"(?<=[(,=?:] )-(?=[a-z(])|(?<=\()-(?=[a-z(])", "", "sign"),
    (r" \+= ", " -= ", "sign"),
    (r" -= ", " += ", "sign"),
    (r"^\s*[\w.\[\]]+ [-+]= [^;]+;$", ";", "dropped term"),
    (r" [-+] [\w.]+(\([^()]*\)|\[[^\[\]]*\])?(?=[;)\],])", "", "dropped term"),
    (r" < ", " <= ", "off by one"),
    (r" > ", " >= ", "off by one"),
    (r" <= ", " < ", "off by one"),
    (r" >= ", " > ", "off by one"),
    (r"(?<=[ (\[])[0-9](?=[ ),;\]])", lambda m: str(int(m[0]) + 1), "off by one"),
    (r" ===? ", lambda m: m[0].replace("=", "!", 1), "condition"),
    (r" !==? ", lambda m: m[0].replace("!", "="), "condition"),
    (r" && ", " || ", "condition"),
    (r" \|\| ", " && ", "condition"),
    (r"(?<=if \()(?=.*\) (return|throw)\b)", "false && ", "check removed"),
    (r"(?<=\w)\((\w[\w.]*), (\w[\w.]*)\)", lambda m: f"({m[2]}, {m[1]})", "swapped arguments"),
]
_SILENT = re.compile(
    r'//.*|/\*[\s\S]*?\*/|"(?:\\.|[^"\\\n])*"|`[^`]*`|(?<!\w)\'(?:\\.|[^\'\\\n])*\''
)
_NO_CODE = re.compile(r"\s*(#|import\b|export (type|interface)|template|typedef|using|namespace)")


def in_text(raw: bytes) -> Iterator[Found]:
    """Faults in a file of C++ or TypeScript, found by their looks."""
    text = raw.decode()
    code = _SILENT.sub(lambda found: re.sub(r"[^\n]", "\N{NO-BREAK SPACE}", found[0]), text)
    bytes_to = [0, *itertools.accumulate(len(character.encode()) for character in text)]
    at = 0
    for line in code.splitlines(keepends=True):
        if not _NO_CODE.match(line) and "static_assert" not in line:
            for pattern, new, kind in _PATTERNS:
                for found in re.finditer(pattern, line.rstrip("\n")):
                    written = new if isinstance(new, str) else new(found)
                    if written == found[0]:
                        continue
                    yield bytes_to[at + found.start()], bytes_to[at + found.end()], written, kind
        at += len(line)


def in_turn(root: Path, area: str, seed: int) -> Iterator[Fault]:
    """All faults of a part of the product in the order of a seed: a kind by lot, then a place."""
    by_kind: dict[str, list[Fault]] = {}
    for path in files(root, area):
        raw = path.read_bytes()
        for start, end, new, kind in (in_python if path.suffix == ".py" else in_text)(raw):
            line = raw.count(b"\n", 0, start) + 1
            old = raw[start:end].decode()
            file = path.relative_to(root).as_posix()
            fault = Fault(area, file, line, kind, start, end, old, new)
            by_kind.setdefault(kind, []).append(fault)
    lot = random.Random(f"{seed} {area}")  # noqa: S311  # a choice that can be made again
    for kind in sorted(by_kind):
        lot.shuffle(by_kind[kind])
    while by_kind:
        kind = lot.choice(sorted(by_kind))
        yield by_kind[kind].pop()
        if not by_kind[kind]:
            del by_kind[kind]
