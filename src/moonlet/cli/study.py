"""``moonlet study``: how large a network a problem needs; the main job."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from moonlet.cli.cluster import connected
from moonlet.cli.console import INTERRUPTED, Terminal, command_line
from moonlet.cli.options import (
    Read,
    Source,
    examples,
    json_option,
    out_option,
    quiet_option,
    read_alphas,
    read_sizes,
    seed_option,
    target_option,
)
from moonlet.cli.study_options import (
    load_with_rows,
    network_of,
    network_options,
    or_auto,
    row_options,
)
from moonlet.cli.table_options import table_options
from moonlet.exceptions import DataError, MissingExtraError, MoonletError

if TYPE_CHECKING:
    from distributed import Client

    from moonlet.cli.progress import StudyBar
    from moonlet.cli.study_folder import StudyFolder
    from moonlet.data import Dataset
    from moonlet.study import CapacityStudy, StudyProgress


@click.command(
    short_help="Find out how large a network DATA needs; the main job.",
    epilog=examples(
        "moonlet study",
        "moonlet study iris.csv --target target --out iris-study",
        "moonlet study table.parquet --hidden 0,5,20,20x10 --restarts 10",
        "moonlet study visits.csv --target outcome --groups patient",
        "moonlet study diabetes --scheduler tcp://10.0.0.5:8786",
    ),
)
@click.argument("data", type=Source(), default="moons")
@target_option
@table_options
@row_options
@network_options
@quiet_option
@click.option(
    "--hidden",
    type=Read(
        or_auto(read_sizes), "auto, or whole numbers such as 0,3,20 or, for two layers, 10x5"
    ),
    metavar="SIZES",
    default="auto",
    show_default=True,
    help="Hidden units to compare, such as 0,3,20; 0 is a straight line, 10x5 two layers.",
)
@click.option(
    "--alpha",
    type=Read(or_auto(read_alphas), "auto, or numbers of 0 or more, such as 1e-4,1e-2,1"),
    metavar="ALPHAS",
    default="auto",
    show_default=True,
    help="Strengths of weight decay, such as 1e-2,1; each size is judged at its best.",
)
@click.option(
    "--restarts",
    type=click.IntRange(min=1),
    metavar="N",
    default=5,
    show_default=True,
    help="Random starts of a network, averaged in what is delivered.",
)
@click.option(
    "--folds",
    type=click.IntRange(min=2),
    metavar="N",
    default=5,
    show_default=True,
    help="Parts of the rows, each held out in turn.",
)
@click.option(
    "--test-size",
    type=click.FloatRange(0, 1, min_open=True, max_open=True),
    metavar="SHARE",
    default=0.25,
    show_default=True,
    help="Share of the rows that nothing looks at before the end.",
)
@seed_option
@out_option("moonlet-study")
@click.option(
    "--jobs",
    type=click.IntRange(min=1),
    metavar="N",
    help="Threads; the results do not depend on it.  [default: all cores]",
)
@click.option(
    "--scheduler",
    metavar="ADDRESS",
    help="Train on the workers of the Dask scheduler at ADDRESS, such as tcp://host:8786.",
)
@click.option(
    "--max-seconds",
    type=click.FloatRange(min=0, min_open=True),
    metavar="N",
    help="Give a verdict after so many seconds, from what has been trained by then.",
)
@click.option("--no-trees", is_flag=True, help="Leave boosted trees out, a second reference.")
@click.option("--resume", is_flag=True, help="Continue the study that DIR holds.")
@json_option
@click.pass_context
def study(
    ctx: click.Context,
    /,
    data: str,
    target: str | None,
    out: Path,
    resume: bool,
    as_json: bool,
    quiet: bool,
    **grid: Any,
) -> None:
    """Find out how large a network DATA needs, and whether it beats a straight line.

    Trains networks of many sizes and a straight line, compares them on held-out
    rows, and writes to DIR: report.html, results.csv, model.onnx (what is
    delivered), figures/*.png and study.db, which keeps every network as it
    finishes. A finished study in DIR is replaced; one that was interrupted, or
    that is to be given more sizes, is continued by --resume.

    DATA is a set's name or a table, as for `moonlet check`; the moons by default.
    Where the target is a number, networks for numbers are compared with ridge
    regression.
    """
    from moonlet.cli.look import tell_before, to_json
    from moonlet.cli.progress import StudyBar
    from moonlet.cli.study_folder import StudyFolder
    from moonlet.cli.study_outcome import facts, tell, write
    from moonlet.data.look import look_at

    terminal: Terminal = ctx.obj
    folder = StudyFolder(out)
    folder.check(resume)
    dataset, rows = load_with_rows(terminal, data, target, grid)
    look = look_at(dataset)

    def begin() -> None:
        # Not before the study has accepted the table: a refusal is one line.
        if not (quiet or as_json):
            tell_before(terminal, dataset, look)

    can_export = _can_export(terminal)
    bar = StudyBar(terminal.err)
    trained = None
    try:
        with connected(grid["scheduler"]) as client:
            trained = _make_study(dataset, folder, grid, client)
            _train(trained, dataset, rows, folder, bar, resume, begin)
        with terminal.busy("writing the report"):
            files = write(terminal, trained, dataset, folder, command_line(ctx), can_export)
    except KeyboardInterrupt:
        if bar.last is None:
            raise
        if trained is not None and trained.__sklearn_is_fitted__():
            terminal.note(trained.verdict_.answer, label="so far")
        _advise(terminal, bar.last, folder, ctx)
        ctx.exit(INTERRUPTED)
    if as_json:
        terminal.write_json({**facts(trained, dataset), **to_json(dataset, look), "files": files})
    else:
        tell(terminal, trained, folder)


def _can_export(terminal: Terminal) -> bool:
    try:
        import moonlet.export  # noqa: F401 - only whether it can be had
    except MissingExtraError as error:
        terminal.note(f"There will be no model.onnx. {error}")
        return False
    return True


def _make_study(
    dataset: Dataset, folder: StudyFolder, grid: dict[str, Any], client: Client | None
) -> CapacityStudy:
    from moonlet.study import CapacityStudy

    return CapacityStudy(
        network_of(dataset, grid),
        hidden=grid["hidden"],
        alpha=grid["alpha"],
        n_restarts=grid["restarts"],
        cv=grid["folds"],
        test_size=grid["test_size"],
        scoring=grid["scoring"],
        n_jobs=grid["jobs"],
        random_state=grid["seed"],
        store=folder.store,
        executor=client,
        max_seconds=grid["max_seconds"],
        trees=not grid["no_trees"],
    )


def _train(
    study: CapacityStudy,
    dataset: Dataset,
    rows: dict[str, Any],
    folder: StudyFolder,
    bar: StudyBar,
    resume: bool,
    begin: Callable[[], None],
) -> None:
    def show(progress: StudyProgress) -> None:
        if bar.last is None:
            begin()
            if not resume:
                folder.begin()
        bar(progress)

    study.progress = show
    folder.prepare(resume)
    try:
        with bar:
            study.fit(dataset.X, dataset.y, **rows)
    except BaseException as error:
        if bar.last is None:
            folder.undo()
            # Before the first network it is the caller's choice that does not fit the data.
            if isinstance(error, ValueError) and not isinstance(error, MoonletError):
                raise DataError(str(error)) from error
        raise
    if bar.last is None and not resume:
        # Time was up before anything was told.
        folder.begin()


def _advise(
    terminal: Terminal, last: StudyProgress, folder: StudyFolder, ctx: click.Context
) -> None:
    from moonlet.study import count_stored

    # Asked of the file: Ctrl-C may come between its commit and the bar's next look.
    kept = count_stored(folder.store)
    command = command_line(ctx)
    resumed = command if "--resume" in command.split() else f"{command} --resume"
    terminal.note(
        f"{kept:,} of {last.total:,} networks are kept in {folder.store}. Continue by: {resumed}",
        label="interrupted",
    )
