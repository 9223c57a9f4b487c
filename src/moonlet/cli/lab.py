"""``moonlet lab``: train in the browser."""

from __future__ import annotations

import os
import sys
from pathlib import Path
from typing import Any

import click

from moonlet.cli.console import Terminal
from moonlet.cli.options import Source, examples, target_option
from moonlet.cli.table_options import table_keywords, table_options


@click.command(
    short_help="Train in the browser, live, on your own data.",
    epilog=examples(
        "moonlet lab",
        "moonlet lab iris.csv --target target",
        "moonlet lab moons --port 9000 --no-browser",
        "moonlet lab iris.csv --save iris.html",
    ),
)
@click.argument("data", type=Source(), default="moons")
@target_option
@table_options
@click.option(
    "--save",
    type=click.Path(dir_okay=False, writable=True),
    metavar="FILE",
    help="Write the lab as one HTML page with DATA inside, which needs no server.",
)
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
    save: str | None,
    port: int,
    no_browser: bool,
    **given: Any,
) -> None:
    """Train networks in the browser and watch them learn.

    Opens a page that this machine alone can reach, until Ctrl-C, or writes it as a
    file. The network is trained in the page; Python reads tables, runs studies and
    writes ONNX. DATA is a set's name or a table, as for `moonlet check`; the moons by
    default.
    """
    from moonlet.lab.opening import opening

    with terminal.busy("reading"):
        recipe = opening(data, target, **table_keywords(given))
    if save is not None:
        _save(terminal, save, data, recipe)
        return
    from moonlet.lab.server import LabServer

    try:
        server = LabServer(port, recipe)
    except OSError as error:
        raise click.UsageError(
            f"port {port} cannot be listened on ({error.strerror}). Choose another with --port."
        ) from None
    terminal.line(f"The lab is at {server.address}")
    terminal.note("It ends with Ctrl-C. Whoever has this address can use it.", label="note")
    if not no_browser and _has_a_screen():
        # From now on a browser's first request waits, and is not refused.
        click.launch(server.address_once)
    with server:
        # Awake only when called: a lab that nobody uses takes no time.
        server.serve_forever(poll_interval=3600)


def _save(terminal: Terminal, path: str, data: str, recipe: dict[str, Any]) -> None:
    from moonlet.atomic import replace_file
    from moonlet.lab.page import single_file

    content = single_file(recipe, f"moonlet lab: {Path(data).name}").encode()
    replace_file(path, content)
    inside = recipe["data"].get("table")
    rows = len(inside["columns"][0]["cells"]) if inside else 0
    table = f" with {rows:,} rows of {inside['name']}" if inside else ""
    terminal.line(
        f"{path}: {len(content) / 1000:,.0f} kB, the lab{table}. It opens in any browser, "
        "without a server and without a network."
    )


def _has_a_screen() -> bool:
    """Whether a browser would have a window: one in the terminal would take it from the server."""
    if sys.platform in ("darwin", "win32"):
        return True
    return bool(os.environ.get("DISPLAY") or os.environ.get("WAYLAND_DISPLAY"))
