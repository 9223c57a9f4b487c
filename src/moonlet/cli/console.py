"""The one voice of the command line: reports to stdout, everything else to stderr."""

from __future__ import annotations

import json
import math
import re
import shlex
import sys
import textwrap
from collections.abc import Mapping
from contextlib import AbstractContextManager, nullcontext
from functools import cached_property
from pathlib import PurePath
from typing import TYPE_CHECKING, Any

import click

from moonlet.exceptions import (
    DataError,
    ModelFileError,
    MoonletError,
    StudyStoreError,
    StudyWriteError,
)

if TYPE_CHECKING:
    from rich.console import Console
    from rich.table import Table
    from rich.text import Text

DONE, FAILED, REFUSED, INTERRUPTED = 0, 1, 2, 130

# The caller can mend these by another argument or another file.
BAD_INPUT = (DataError, ModelFileError, StudyStoreError)

_COMMAND_LINE = "moonlet.cli.command_line"  # under which a context keeps what was typed

PROSE_WIDTH = 88  # longer lines of running text are hard to follow

# A terminal obeys these: names from outside could clear the screen, or put words into our mouth.
# The last two groups turn the direction of writing.
_CONTROLS = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\u2028-\u202e\u2066-\u2069]")


class Terminal:
    """What a command says, and where.

    Reports and tables go to stdout and may be piped; remarks, progress and
    errors go to stderr. rich decides about colour and width: it honours
    NO_COLOR, COLUMNS and whether the stream is a terminal.
    """

    @cached_property
    def out(self) -> Console:
        """The console on stdout."""
        # A "±" must not end a run in a locale that has none.
        _replace_what_cannot_be_encoded()
        return _console(stderr=False)

    @cached_property
    def err(self) -> Console:
        """The console on stderr."""
        return _console(stderr=True)

    def say(self, text: str = "", style: str = "", indent: int = 0) -> None:
        """Print a paragraph to stdout, wrapped at words."""
        width = min(self.out.width, PROSE_WIDTH)
        margin = " " * indent
        # rich would leave a space at the end of each line.
        wrapped = textwrap.fill(
            _visible(text),
            width,
            initial_indent=margin,
            subsequent_indent=margin,
            break_on_hyphens=False,
        )
        self.line(wrapped, style)

    def line(self, text: str, style: str = "") -> None:
        """Print one line to stdout, never wrapped: paths and commands are copied from it."""
        self.out.print(_text(text, style), soft_wrap=True)

    def table(self, table: Table) -> None:
        """Print a table to stdout."""
        self.out.print(table)

    def note(self, text: str, label: str = "note") -> None:
        """Print one line to stderr that a person should not overlook."""
        _tell(self.err, label, "bold yellow", text)

    def busy(self, what: str) -> AbstractContextManager[object]:
        """Turn a spinner on stderr while something goes on; on a terminal only."""
        if not self.err.is_terminal:
            return nullcontext()
        return self.err.status(what)

    def write(self, data: str) -> None:
        """Write data to stdout as UTF-8, whatever the locale: a file reads the same everywhere."""
        click.echo(data.encode(), nl=False)

    def write_json(self, value: object) -> None:
        """Write a value to stdout as JSON; what JSON has no number for becomes null."""
        text = json.dumps(_plain(value), indent=2, ensure_ascii=False, allow_nan=False)
        # As JSON escapes them: what a terminal obeys, and bytes of a file name that are no text.
        text = _CONTROLS.sub(lambda found: f"\\u{ord(found[0]):04x}", text)
        click.echo(f"{text}\n".encode(errors="backslashreplace"), nl=False)


def explain(error: Exception) -> int:
    """Say on stderr, in one line, why a command ended; give its exit status.

    Raises
    ------
    Exception
        The one given, when it is not an error that moonlet, click or the
        operating system raises on purpose: then it is a mistake in moonlet,
        and its traceback is what a bug report needs.
    """
    err = _console(stderr=True)
    if isinstance(error, click.exceptions.Abort):
        _tell(err, "interrupted", "yellow")
        return INTERRUPTED
    if isinstance(error, click.exceptions.NoArgsIsHelpError):
        error.show()
        return REFUSED
    if isinstance(error, click.UsageError):
        advice = f" See `{error.ctx.command_path} --help`." if error.ctx else ""
        _tell(err, "error", "bold red", _sentence(error.format_message()) + advice)
        return REFUSED
    if isinstance(error, click.ClickException):
        _tell(err, "error", "bold red", error.format_message())
        return error.exit_code
    if isinstance(error, MoonletError):
        _tell(err, "error", "bold red", str(error))
        # A disk that is full is nobody's input.
        failed = isinstance(error, StudyWriteError) or not isinstance(error, BAD_INPUT)
        return FAILED if failed else REFUSED
    if isinstance(error, OSError):
        place = f"{error.filename}: " if error.filename else ""
        _tell(err, "error", "bold red", f"{place}{error.strerror or error}")
        return FAILED
    raise error


def command_line(ctx: click.Context) -> str:
    """Repeat what was typed, quoted for a shell."""
    return str(ctx.find_root().meta[_COMMAND_LINE])


def keep_command_line(ctx: click.Context, args: list[str]) -> None:
    """Remember what was typed: reports and advice repeat it."""
    # "python -m moonlet" is three words, not one with blanks in it.
    ctx.meta[_COMMAND_LINE] = shlex.join([*(ctx.info_name or "moonlet").split(), *args])


def _tell(console: Console, label: str, style: str, message: str = "") -> None:
    text = f"{label}: {_one_line(message)}" if message else label
    line = _text(text)
    line.stylize(style, 0, len(label) + 1)
    console.print(line, soft_wrap=True)


def _console(*, stderr: bool) -> Console:
    from rich.console import Console

    class PlainConsole(Console):
        def on_broken_pipe(self) -> None:
            # rich would end the process with 1; `moonlet.cli` answers this for all output alike.
            raise BrokenPipeError

        def render_str(self, text: str, **options: Any) -> Text:
            return super().render_str(_visible(text), **options)

    # No guessing: a number in a path is no reason for colour, nor is ":smile:".
    return PlainConsole(stderr=stderr, highlight=False, markup=False, emoji=False)


def _text(text: str, style: str = "") -> Text:
    from rich.text import Text

    return Text(_visible(text), style=style)


def _visible(text: str) -> str:
    """Write what a terminal would obey as Python does: its escape is x1b after a backslash."""
    return _CONTROLS.sub(lambda found: ascii(found[0])[1:-1], text)


def _replace_what_cannot_be_encoded() -> None:
    reconfigure = getattr(sys.stdout, "reconfigure", None)
    if reconfigure is not None:
        reconfigure(errors="replace")


def _one_line(message: str) -> str:
    return " ".join(part.strip() for part in message.splitlines() if part.strip())


def _sentence(message: str) -> str:
    return message if message.endswith((".", "?", "!")) else message + "."


def _plain(value: object) -> object:
    if isinstance(value, Mapping):
        return {str(key): _plain(entry) for key, entry in value.items()}
    if isinstance(value, (list, tuple)):
        return [_plain(entry) for entry in value]
    if hasattr(value, "tolist"):  # a NumPy array or scalar, without importing NumPy
        return _plain(value.tolist())
    if isinstance(value, float) and not math.isfinite(value):
        return None
    return str(value) if isinstance(value, PurePath) else value
