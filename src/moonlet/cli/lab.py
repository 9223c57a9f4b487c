"""``moonlet lab``: train in the browser."""

from __future__ import annotations

from typing import Any

import click

from moonlet.cli.console import Terminal
from moonlet.cli.options import Source, examples, target_option
from moonlet.cli.table_options import table_keywords, table_options
from moonlet.exceptions import MissingExtraError


@click.command(
    short_help="Train in the browser, live, on your own data.",
    epilog=examples(
        "moonlet lab",
        "moonlet lab iris.csv --target target",
        "moonlet lab moons --port 9000 --no-browser",
    ),
)
@click.argument("data", type=Source(), default="moons")
@target_option
@table_options
@click.option(
    "--port",
    type=click.IntRange(0, 65_535),
    metavar="N",
    default=8765,
    show_default=True,
    help="Where to listen, on this machine only; 0 takes any port that is free.",
)
@click.option("--no-browser", is_flag=True, help="Print the address, and open nothing.")
@click.pass_obj
def lab(
    terminal: Terminal,
    /,
    data: str,
    target: str | None,
    port: int,
    no_browser: bool,
    **given: Any,
) -> None:
    """Train networks in the browser and watch them learn.

    Opens a page that this machine alone can reach, until Ctrl-C. DATA is a
    set's name or a table, as for `moonlet check`; the moons by default.
    """
    try:
        from moonlet.lab.server import LabServer, listen, serve
    except ImportError as error:
        raise MissingExtraError(
            f"The lab needs {error.name}, which is not installed: pip install 'moonlet[lab]'"
        ) from error
    from moonlet.lab.opening import opening

    with terminal.busy("reading"):
        settings, table = opening(data, target, **table_keywords(given))
    try:
        listening = listen(port)
    except OSError as error:
        raise click.UsageError(
            f"port {port} cannot be listened on ({error.strerror}). Choose another with --port."
        ) from None
    server = LabServer(listening.getsockname()[1], settings=settings, table=table)
    terminal.line(f"The lab is at {server.address}")
    terminal.note("It ends with Ctrl-C. Whoever has this address can use it.", label="note")
    if not no_browser:
        click.launch(server.address)
    serve(server, listening)
