"""Tables for the pages: what moonlet.names says of all that has a name."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from moonlet.names import ACTIVATIONS, DISPLAYS, LOSSES, OUTPUTS, SCHEDULES, DisplayFacts


def table(head: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    """A table in Markdown."""
    lines = [head, ["---"] * len(head), *rows]
    return "\n".join(f"| {' | '.join(line)} |" for line in lines)


def math(formula: str) -> str:
    """A formula in a table, where a bar would end the cell."""
    return f"${formula}$"


def ways(name: str, display: DisplayFacts) -> str:
    """How a picture is made; "from_estimator" is what everybody tries first."""
    made = "`, `".join(name if way == "from_estimator" else f"{name}.{way}" for way in display.made)
    return f"`{made}`{display.note and f', {display.note}'}"


TABLES = {
    "activations": table(
        ("name", "$f(z)$", "$f'(z)$", "source"),
        ((name, math(f.formula), math(f.slope), f.source) for name, f in ACTIVATIONS.items()),
    ),
    "outputs": table(
        ("name", r"$\hat y$", "computed"),
        ((name, math(output.formula), output.note) for name, output in OUTPUTS.items()),
    ),
    "losses": table(
        ("name", r"$\ell(z, y)$", r"$\partial \ell / \partial z$", "source"),
        (
            (name, math(loss.formula), math(loss.slope), loss.source)
            for name, loss in LOSSES.items()
        ),
    ),
    "schedules": table(
        ("schedule", "rate", "source"),
        ((name, math(rate.formula), rate.source) for name, rate in SCHEDULES.items()),
    ),
    "displays": table(
        ("question", "Display"),
        ((display.question, ways(name, display)) for name, display in DISPLAYS.items()),
    ),
}


def fill_in(app: object, page: str, source: list[str]) -> None:
    """Put the tables where the page has places for them; for Sphinx's ``source-read``."""
    for name, text in TABLES.items():
        source[0] = source[0].replace(f"% table of {name}", text)
