"""What the commands have in common on the command line: arguments, options, lists of numbers."""

from __future__ import annotations

import math
import os
import shlex
from collections.abc import Callable
from difflib import get_close_matches
from pathlib import Path
from typing import Any, Generic, TypeVar

import click
from click.shell_completion import CompletionItem

from moonlet.names import BUNDLED, TOYS

Value = TypeVar("Value")
FC = TypeVar("FC", bound=Callable[..., Any] | click.Command)

SET_NAMES = (*TOYS, *BUNDLED)


class SetName(click.ParamType):  # type: ignore[type-arg]  # generic in newer clicks only
    """The name of a toy or bundled set."""

    name = "name"

    def convert(self, value: str, param: click.Parameter | None, ctx: click.Context | None) -> str:
        """Take a known name; suggest one for an unknown."""
        if value not in SET_NAMES:
            if Path(value).is_file():
                self.fail(
                    f"{value!r} is a file, and here a set's name is wanted. To look at the file: "
                    f"moonlet check {shlex.quote(value)}",
                    param,
                    ctx,
                )
            close = get_close_matches(value.casefold(), SET_NAMES, n=1)
            advice = f" Did you mean {close[0]!r}?" if close else ""
            known = ", ".join(SET_NAMES)
            self.fail(f"there is no data set {value!r}.{advice} The names are {known}.", param, ctx)
        return value

    def shell_complete(
        self, ctx: click.Context, param: click.Parameter, incomplete: str
    ) -> list[CompletionItem]:
        """Names that begin so."""
        return [CompletionItem(name) for name in SET_NAMES if name.startswith(incomplete)]


class Source(SetName):
    """A data set: a name or a file. Whether it can be read is for `load` to say."""

    name = "data"

    def convert(self, value: str, param: click.Parameter | None, ctx: click.Context | None) -> str:
        """Take it as it is."""
        return value

    def shell_complete(
        self, ctx: click.Context, param: click.Parameter, incomplete: str
    ) -> list[CompletionItem]:
        """Names that begin so, and files."""
        names = super().shell_complete(ctx, param, incomplete)
        return [*names, CompletionItem(incomplete, type="file")]


class Read(click.ParamType, Generic[Value]):  # type: ignore[type-arg]
    """A value that a function reads from the text.

    Parameters
    ----------
    read : callable
        Raises ValueError for what it cannot read.
    allowed : str
        What it can read, for the error.
    """

    name = "list"

    def __init__(self, read: Callable[[str], Value], allowed: str) -> None:
        self.read = read
        self.allowed = allowed

    def convert(
        self, value: str, param: click.Parameter | None, ctx: click.Context | None
    ) -> Value:
        """Read it."""
        try:
            return self.read(value)
        except ValueError:
            self.fail(f"{value!r} is not {self.allowed}.", param, ctx)


class OutputFile(click.Path):
    """A file to write, refused at once when its directory is missing: not after the work."""

    def __init__(self) -> None:
        super().__init__(dir_okay=False, writable=True)

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> Path:
        """Check that the file can be written."""
        path = Path(os.fsdecode(super().convert(value, param, ctx)))
        folder = path.absolute().parent
        if not folder.is_dir():
            self.fail(f"{path}: there is no directory {path.parent}. Make it first.", param, ctx)
        if not os.access(folder, os.W_OK):
            self.fail(f"{path}: the directory {path.parent} cannot be written to.", param, ctx)
        return path


class OutputFolder(click.Path):
    """A directory to write to, there or not, refused at once when it cannot be made."""

    def __init__(self) -> None:
        super().__init__(file_okay=False, writable=True)

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> Path:
        """Check that the directory can be made."""
        path = Path(os.fsdecode(super().convert(value, param, ctx)))
        upwards = (path.absolute(), *path.absolute().parents)
        nearest = next(folder for folder in upwards if folder.exists())
        if not nearest.is_dir():
            self.fail(f"{path}: {nearest} is a file. Name another directory.", param, ctx)
        if not os.access(nearest, os.W_OK):
            self.fail(f"{path}: the directory {nearest} cannot be written to.", param, ctx)
        return path


def read_sizes(text: str) -> tuple[int | tuple[int, ...], ...]:
    """Read the sizes of a study: ``3``, or ``10x5`` for two layers; ``0`` is the straight line.

    Examples
    --------
    >>> read_sizes("0,3,10x5")
    (0, 3, (10, 5))
    """
    return tuple(_read_size(entry) for entry in text.split(","))


def read_layers(text: str) -> tuple[int, ...]:
    """Read the layers of one network: ``3``, ``10,5`` or ``10x5``; ``0`` is none.

    Examples
    --------
    >>> read_layers("10,5"), read_layers("0")
    ((10, 5), ())
    """
    size = _read_size(text.replace(",", "x"))
    if isinstance(size, tuple):
        return size
    return (size,) if size else ()


def read_alphas(text: str) -> tuple[float, ...]:
    """Read strengths of weight decay.

    Examples
    --------
    >>> read_alphas("1e-4, 1")
    (0.0001, 1.0)
    """
    alphas = tuple(float(entry) for entry in text.split(","))
    if not all(0 <= alpha < math.inf for alpha in alphas):
        raise ValueError(text)
    return alphas


def _read_size(text: str) -> int | tuple[int, ...]:
    units = tuple(_read_whole(part.strip()) for part in text.split("x"))
    if len(units) == 1:
        return units[0]
    if 0 in units:
        raise ValueError(text)
    return units


def _read_whole(text: str) -> int:
    # int() is more generous: it takes "1_000", "+3" and digits of any script.
    if not (text.isascii() and text.isdigit()):
        raise ValueError(text)
    return int(text)


json_option = click.option(
    "--json", "as_json", is_flag=True, help="Write the result to stdout as JSON, for programs."
)
quiet_option = click.option("--quiet", is_flag=True, help="Say nothing of how the table was read.")
data_argument = click.argument("data", type=Source())
target_option = click.option(
    "--target", metavar="COLUMN", help="The column to predict.  [default: the last one]"
)
seed_option = click.option(
    "--seed",
    type=click.IntRange(0, 2**32 - 1),
    metavar="N",
    default=0,
    show_default=True,
    help="Decides everything random: the same seed gives the same bits.",
)


def examples(*lines: str) -> str:
    """Write the examples at the end of a command's help."""
    # A line of "\b" alone keeps click from joining the lines that follow.
    return "\n".join(["\b", "Examples:", *(f"  {line}" for line in lines)])


def out_option(default: str) -> Callable[[FC], FC]:
    """``--out DIR``, refused when it is a file or cannot be written."""
    return click.option(
        "--out",
        metavar="DIR",
        type=OutputFolder(),
        default=default,
        show_default=True,
        help="The directory to write to; made when it is not there.",
    )


def output_option(default: str | None, help_text: str) -> Callable[[FC], FC]:
    """``-o FILE``."""
    return click.option(
        "-o",
        "--output",
        metavar="FILE",
        type=OutputFile(),
        default=default,
        show_default=default is not None,
        help=help_text,
    )
