"""What a person may say of a table: the options that study, fit, check and lab have in common."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any, TypeVar

import click

if TYPE_CHECKING:
    from moonlet.cli.console import Terminal
    from moonlet.data import Dataset

FC = TypeVar("FC", bound=Callable[..., Any] | click.Command)

TASKS = {"classes": "classification", "numbers": "regression"}
_NAMES = ("ignore", "keep", "kind", "task", "gap", "decimal", "thousands", "encoding", "comment")


class Kind(click.ParamType):  # type: ignore[type-arg]  # generic in newer clicks only
    """COLUMN=KIND. The column may have "=" in its name, and a pattern in its signs."""

    name = "kind"

    def convert(
        self, value: Any, param: click.Parameter | None, ctx: click.Context | None
    ) -> tuple[str, str]:
        """Split it."""
        column, sign, pattern = value.partition("=date:")
        kind = f"date:{pattern}"
        if not sign:
            column, sign, kind = value.rpartition("=")
        if not sign or not column or not kind:
            self.fail(
                f"{value!r} is not COLUMN=KIND, such as zip=category or day=date:%d/%m/%Y.",
                param,
                ctx,
            )
        return column, kind


def table_options(command: FC) -> FC:
    """Add the options of `moonlet.data.load` to a command."""
    options = (
        click.option(
            "--ignore",
            multiple=True,
            metavar="COLUMN",
            help="Leave a column out. May be repeated.",
        ),
        click.option(
            "--keep",
            multiple=True,
            metavar="COLUMN",
            help="Keep a column that would be left out: an id, text, a constant.",
        ),
        click.option(
            "--kind",
            type=Kind(),
            multiple=True,
            metavar="COLUMN=KIND",
            help="What a column holds: number, category, yes/no, date, or date:%d/%m/%Y.",
        ),
        click.option(
            "--task",
            type=click.Choice(list(TASKS)),
            help="Predict classes or numbers.  [default: as the target looks]",
        ),
        click.option("--gap", multiple=True, metavar="TEXT", help="A word that stands for a gap."),
        click.option("--decimal", type=click.Choice([".", ","]), help="The decimal sign."),
        click.option(
            "--thousands",
            type=click.Choice([",", ".", " ", "'"]),
            help="The sign between thousands.",
        ),
        *text_options,
    )
    for option in reversed(options):
        command = option(command)
    return command


text_options = (
    click.option("--encoding", metavar="NAME", help="Of a text file.  [default: UTF-8]"),
    click.option("--comment", metavar="TEXT", help="Pass over lines that begin with it."),
)


def table_keywords(given: dict[str, Any]) -> dict[str, Any]:
    """Take the table options out of what a command was given, as `moonlet.data.load` has them."""
    said = {name: given.pop(name) for name in _NAMES}
    said["kinds"] = dict(said.pop("kind"))
    said["task"] = TASKS.get(said["task"])
    return said


def load_table(terminal: Terminal, data: str, target: str | None, given: dict[str, Any]) -> Dataset:
    """Load what a command was given; its table options are taken out of `given`."""
    keywords = table_keywords(given)
    with terminal.busy("reading"):
        from moonlet.data import load

        return load(data, target=target, **keywords)
