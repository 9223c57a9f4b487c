"""The command ``moonlet``: one file a command, each imported when it is asked for.

May import every other layer, but only inside the functions that do the work:
``--help`` and shell completion load click and nothing heavier. Nothing may
import this package. Begin with `data`, the shortest command; `console` is what all of them
talk through, and `options` what they share.
"""

from __future__ import annotations

import atexit
import gc
import importlib
import os
import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import Any

import click

from moonlet.cli.console import DONE, Terminal, explain, keep_command_line
from moonlet.cli.deferred import defer_scipy_stats
from moonlet.cli.options import SET_NAMES
from moonlet.version import __version__

__all__ = ["main"]

# In the order in which a newcomer needs them; each is a module of this package
# with a command of the same name.
COMMANDS = ("study", "tour", "check", "fit", "predict", "data", "lab", "info")

EPILOG = """\b
Examples:
  moonlet study                          how large a network do the moons need?
  moonlet study iris.csv --target species
  moonlet tour                           the tutorial that moonlet grew from

\b
Exit status: 0 done, 1 failed, 2 wrong usage or bad input, 130 interrupted.
Colours: none when NO_COLOR is set or the output is not a terminal.

\b
Shell completion, for ~/.bashrc (zsh_source and fish_source for other shells):
  eval "$(_MOONLET_COMPLETE=bash_source moonlet)"
"""


class Commands(click.Group):
    """A group that imports a command's module on demand and answers every error in one line."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        """Name the commands, in the order of the help."""
        return list(COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        """Import the command of that name; None if there is none."""
        if cmd_name not in COMMANDS:
            return None
        module = importlib.import_module(f"moonlet.cli.{cmd_name}")
        command: click.Command = getattr(module, cmd_name)
        return command

    def parse_args(self, ctx: click.Context, args: list[str]) -> list[str]:
        """Parse, and keep what was typed."""
        keep_command_line(ctx, args)
        return super().parse_args(ctx, args)

    def main(
        self,
        args: Sequence[str] | None = None,
        prog_name: str | None = None,
        complete_var: str | None = None,
        standalone_mode: bool = True,
        **extra: Any,
    ) -> Any:
        """Run a command; end the process with its exit status when standalone.

        click's own ending is replaced: it prints usage errors over three lines
        and leaves with 1 after Ctrl-C.
        """
        if standalone_mode:
            defer_scipy_stats()
            # Imports make a million objects that stay, and Python would look through them again
            # and again for cycles.
            gc.set_threshold(50_000, 50, 50)
            # At the end Python would look for cycles among all that was ever imported, and free
            # what the system takes back anyway: a tenth of a second.
            atexit.register(gc.disable)
        try:
            status = super().main(args, prog_name, complete_var, standalone_mode=False, **extra)
        except Exception as error:
            if not standalone_mode:
                raise
            status = explain(error)
        if standalone_mode:
            sys.exit(status if isinstance(status, int) else DONE)
        return status

    def make_context(self, *args: Any, **extra: Any) -> click.Context:
        """Parse the arguments, which already prints when they ask for help."""
        with _readers_may_leave():
            return super().make_context(*args, **extra)

    def invoke(self, ctx: click.Context) -> Any:
        """Run the command; meet Ctrl-C and a closed pipe before click does."""
        try:
            with _readers_may_leave():
                return super().invoke(ctx)
        except KeyboardInterrupt:
            # Abort by ourselves: click would print an empty line first.
            raise click.Abort from None


@contextmanager
def _readers_may_leave() -> Iterator[None]:
    """End well when the reader of a pipe has read what it wanted: ``| head`` is no error."""
    try:
        try:
            yield
        finally:
            _flush()
    except BrokenPipeError:
        raise click.exceptions.Exit(DONE) from None


def _flush() -> None:
    try:
        sys.stdout.flush()
    except OSError:
        # Python flushes once more at exit, complains and takes a status of its own: let that go
        # nowhere.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        raise


HELP = f"""Train small neural networks, and learn how large a network a problem needs.

DATA, wherever a command takes it, is the name of a toy or bundled set
({", ".join(SET_NAMES)}) or a table:
.csv, .tsv, .txt, .parquet, .feather or .xlsx, or - for stdin.
"""


@click.group(
    cls=Commands,
    help=HELP,
    epilog=EPILOG,
    context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100},
)
@click.version_option(__version__, prog_name="moonlet")
@click.pass_context
def main(ctx: click.Context) -> None:
    """Make the terminal for the command."""
    ctx.obj = Terminal()
