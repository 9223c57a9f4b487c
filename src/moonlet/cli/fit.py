"""``moonlet fit``: one network, from a table to a model file."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import click
from click.core import ParameterSource

from moonlet import names
from moonlet.cli.console import Terminal
from moonlet.cli.options import (
    Read,
    data_argument,
    examples,
    json_option,
    output_option,
    quiet_option,
    read_layers,
    seed_option,
    target_option,
)
from moonlet.cli.table_options import load_table, table_options
from moonlet.exceptions import DataError

# Those of numbers whose parameter, if they have one, is an option here.
LOSSES = tuple(
    name
    for name, loss in names.LOSSES.items()
    if name != "log_loss" and (loss.parameter is None or loss.parameter.name == "quantile")
)


@click.command(
    epilog=examples(
        "moonlet fit iris.csv --target target --hidden 3 -o iris.onnx",
        "moonlet fit table.parquet --hidden 8,8 --alpha 0.01 --test-size 0",
        "moonlet fit diabetes --alpha 10 --loss quantile --quantile 0.9",
    )
)
@data_argument
@target_option
@table_options
@quiet_option
@click.option(
    "--hidden",
    type=Read(read_layers, "whole numbers, such as 3, 8,8 or 8x8"),
    metavar="UNITS",
    default="3",
    show_default=True,
    help="Units of the hidden layer; 8,8 or 8x8 for two layers, 0 for none (a straight line).",
)
@click.option(
    "--alpha",
    type=click.FloatRange(min=0),
    default=1e-4,
    show_default=True,
    help="Strength of the weight decay.",
)
@click.option(
    "--activation",
    type=click.Choice(tuple(names.ACTIVATIONS)),
    default="tanh",
    show_default=True,
)
@click.option(
    "--solver",
    type=click.Choice(tuple(names.SOLVERS)),
    default="lbfgs",
    show_default=True,
    help="lbfgs is best for small tables, adam for large ones.",
)
@click.option(
    "--learning-rate-init",
    type=click.FloatRange(min=0, min_open=True),
    default=0.001,
    show_default=True,
    help="The step of adam, sgd and gd on the gradient of the mean loss.",
)
@click.option(
    "--learning-rate",
    type=click.Choice(tuple(names.SCHEDULES)),
    default="constant",
    show_default=True,
    help="How that step changes in the course of training.",
)
@click.option(
    "--dropout",
    type=click.FloatRange(0, 1, max_open=True),
    default=0.0,
    show_default=True,
    help="Share of the hidden units to leave out in each pass; not with lbfgs.",
)
@click.option(
    "--early-stopping",
    is_flag=True,
    help="Stop when a tenth of the rows, held out for it, does no better; not with lbfgs.",
)
@click.option(
    "--class-weight",
    type=click.Choice(["balanced"]),
    help="Let rare classes count for as much as frequent ones.",
)
@click.option(
    "--loss",
    type=click.Choice(LOSSES),
    help="Of a target of numbers.  [default: squared_error]",
)
@click.option(
    "--quantile",
    type=click.FloatRange(0, 1, min_open=True, max_open=True),
    help="Share of the targets to lie below the answers of --loss quantile.",
)
@click.option("--max-iter", type=click.IntRange(min=1), default=2_000, show_default=True)
@click.option(
    "--tol",
    type=click.FloatRange(min=0),
    default=1e-4,
    show_default=True,
    help="When training counts as converged.",
)
@click.option(
    "--test-size",
    type=click.FloatRange(0, 1, max_open=True),
    default=0.25,
    show_default=True,
    help="Share of the rows to hold out and judge by; 0 trains on all of them.",
)
@seed_option
@output_option("model.onnx", "The model file to write.")
@json_option
@click.pass_obj
def fit(
    terminal: Terminal,
    /,
    data: str,
    target: str | None,
    test_size: float,
    seed: int,
    output: Path,
    as_json: bool,
    quiet: bool,
    **network: Any,
) -> None:
    """Train one network on DATA and write it to a model file.

    The file holds the network that was judged: the one trained on the rows that
    are not held out. The target may be a class or a number. Numbers are
    standardised, categories one-hot encoded, gaps filled; all of that goes into
    the file with the network.

    A table that would not fit into the memory that this process may use, in a
    text file, a Parquet file or a folder of such, is read into a cache on the
    disk, and trained on in windows of blocks: by adam and at most 20 passes,
    unless you say otherwise. Ctrl-C then writes the network as far as it came.
    """
    from moonlet.cli.fit_beyond import (
        FOR_MANY_ROWS,
        reserve_no_addresses,
        rows_beyond_memory,
        telling,
    )
    from moonlet.cli.fit_beyond import train as train_beyond

    reserve_no_addresses()
    from moonlet.cli.fitted import how_it_ended, judge, own_parameters, split, table, train
    from moonlet.cli.look import look_before, to_json
    from moonlet.export import to_onnx

    for option in ("dropout", "early_stopping"):
        if network[option] and not names.SOLVERS[network["solver"]].has_rate:
            raise click.UsageError(
                f"--{option.replace('_', '-')} is not for --solver lbfgs. Choose adam, sgd or gd."
            )
    rows = rows_beyond_memory(terminal, data, target, network)
    interrupted = False
    if rows is None:
        dataset = load_table(terminal, data, target, network)
        parameters = own_parameters(dataset, network)
        parts = split(dataset, test_size, seed)
        look = look_before(terminal, dataset, quiet=quiet or as_json)
        with terminal.busy("training"):
            pipeline = train(dataset.task, *parts["training"], seed=seed, **parameters)
        n_trained = len(parts["training"][1])
    else:
        said = click.get_current_context().get_parameter_source
        network |= {
            name: usual
            for name, usual in FOR_MANY_ROWS.items()
            if said(name) is ParameterSource.DEFAULT
        }
        if not names.SOLVERS[network["solver"]].takes_batches:
            raise click.UsageError(
                f"--solver {network['solver']} takes all rows at once, which memory does not hold. "
                "Choose adam or sgd, or train on several machines with moonlet.distributed."
            )
        with telling(terminal, rows):
            dataset = rows.sample
            parameters = own_parameters(dataset, network)
            pipeline, apart, interrupted = train_beyond(
                rows, test_size=test_size, seed=seed, **parameters
            )
        parts, n_trained = apart.parts(), apart.n_trained
        look = look_before(terminal, dataset, quiet=True)
    task = dataset.task
    try:
        to_onnx(pipeline, output)
    except ValueError as error:  # a column's name, say, that a model file cannot hold
        raise DataError(f"{dataset.name}: {error}") from error
    estimator = pipeline["network"]
    # Of rows that memory does not hold, those to judge by are prepared already.
    judging = pipeline if rows is None else estimator
    judged = {part: judge(task, judging, *some) for part, some in parts.items()}
    if as_json:
        terminal.write_json(
            {
                "model": output,
                "data": dataset.name,
                "target": dataset.target,
                "task": task,
                "classes": list(pipeline.classes_) if task == "classification" else None,
                "hidden": list(network["hidden"]),
                "n_iter": estimator.n_iter_,
                "stop_reason": estimator.stop_reason_,
                "diagnosis": [str(finding) for finding in estimator.diagnosis_],
                **to_json(dataset, look),
                **judged,
            }
        )
        if interrupted:
            raise click.exceptions.Abort
        return
    terminal.table(table(judged))
    terminal.line(how_it_ended(estimator))
    for finding in estimator.diagnosis_:
        terminal.note(str(finding))
    terminal.line(
        f"{output} holds this network, trained on {n_trained:,} rows"
        + (" (use --test-size 0 to train on all of them)." if test_size else ".")
    )
    if interrupted:
        raise click.exceptions.Abort
