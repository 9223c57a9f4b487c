"""``moonlet info``: what is installed, and what the engine uses here."""

from __future__ import annotations

import platform
from importlib import metadata
from typing import Any

import click

from moonlet.cli.console import Terminal
from moonlet.cli.options import examples, json_option
from moonlet.version import __version__

LIBRARIES = ("numpy", "scikit-learn", "scipy", "pandas", "matplotlib", "jinja2", "click", "rich")

# What an extra brings, by the libraries that make it work.
EXTRAS = {
    "export": ("onnx", "onnxruntime"),
    "parquet": ("pyarrow",),
    "excel": ("openpyxl",),
    "distributed": ("distributed",),
    "widget": ("anywidget",),
}


@click.command(
    epilog=examples(
        "moonlet info --json",
    )
)
@json_option
@click.pass_obj
def info(terminal: Terminal, as_json: bool) -> None:
    """Show versions, the engine and the extras that are installed."""
    facts = _collect()
    if as_json:
        terminal.write_json(facts)
        return
    engine = facts["engine"]
    terminal.line(f"moonlet     {facts['moonlet']}")
    terminal.line(f"Python      {facts['python']}, {facts['platform']}")
    if "error" in engine:
        terminal.line(f"engine      missing: {engine['error']}")
    else:
        terminal.line(
            f"engine      {engine['level']} (built for {', '.join(engine['levels'])}"
            f" with {engine['compiler']}), {_count(engine['cores'], 'core')}"
        )
    page = facts["lab_page"]
    terminal.line(f"lab page    {page.get('error', 'there')}")
    versions = [f"{name} {version}" for name, version in facts["libraries"].items()]
    terminal.line(f"libraries   {', '.join(versions)}")
    for name, found in facts["extras"].items():
        terminal.line(f"{name:<12}{_describe_extra(name, found)}")


def _collect() -> dict[str, Any]:
    return {
        "moonlet": __version__,
        "python": platform.python_version(),
        "platform": platform.platform(),
        "engine": _engine(),
        "lab_page": _lab_page(),
        "libraries": {name: _version(name) for name in LIBRARIES},
        "extras": {extra: {name: _version(name) for name in EXTRAS[extra]} for extra in EXTRAS},
    }


def _engine() -> dict[str, Any]:
    from moonlet.exceptions import EngineMissingError

    try:
        from moonlet.engine import info as engine_info

        found = engine_info()
    except EngineMissingError as error:
        # Of all commands this one must still answer: it is what one runs then.
        return {"error": str(error)}
    return {
        "level": found.level,
        "levels": list(found.levels),
        "compiler": found.compiler,
        "cores": found.n_cores,
    }


def _lab_page() -> dict[str, Any]:
    from moonlet.lab.page import PageMissingError, module, site

    try:
        site()
        module()
    except PageMissingError as error:
        return {"there": False, "error": str(error)}
    return {"there": True}


def _version(library: str) -> str | None:
    try:
        return metadata.version(library)
    except metadata.PackageNotFoundError:
        return None


def _describe_extra(extra: str, found: dict[str, str | None]) -> str:
    if None in found.values():
        return f"not installed (pip install 'moonlet[{extra}]')"
    return ", ".join(f"{name} {version}" for name, version in found.items())


def _count(number: int, noun: str) -> str:
    return f"{number} {noun}" if number == 1 else f"{number} {noun}s"
