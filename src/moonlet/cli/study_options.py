"""What ``moonlet study`` alone may be told: columns that say something of rows, and the network."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import TYPE_CHECKING, Any, TypeVar

import click

from moonlet import names
from moonlet.cli.table_options import load_table
from moonlet.exceptions import DataError

if TYPE_CHECKING:
    from moonlet import MLPClassifier, MLPRegressor
    from moonlet.cli.console import Terminal
    from moonlet.data import Dataset

FC = TypeVar("FC", bound=Callable[..., Any] | click.Command)
Value = TypeVar("Value")

# The options, and what `CapacityStudy.fit` calls them.
_OF_ROWS = {"groups": "groups", "time": "time", "weights": "sample_weight"}
_WHAT_THEY_SAY = {
    "groups": "says which rows belong together",
    "time": "says when each row came",
    "weights": "says how much each row counts",
}
_OF_NETWORKS = ("activation", "solver", "max_iter", "class_weight")


def or_auto(read: Callable[[str], Value]) -> Callable[[str], Value | str]:
    """Read a list, or the word "auto"."""

    def read_either(text: str) -> Value | str:
        return text if text == "auto" else read(text)

    return read_either


def row_options(command: FC) -> FC:
    """Add the columns that say something of rows."""
    options = (
        click.option(
            "--groups",
            metavar="COLUMN",
            help="Whose rows belong together (a person, a place): they are never torn apart.",
        ),
        click.option(
            "--time",
            metavar="COLUMN",
            help="When rows came: later ones are predicted from earlier ones.",
        ),
        click.option("--weights", metavar="COLUMN", help="How much each row counts."),
    )
    return _with(options, command)


def network_options(command: FC) -> FC:
    """Add what is told of the network, and of how it is measured."""
    options = (
        click.option(
            "--scoring",
            metavar="NAME",
            help="Decide by one of scikit-learn's scorers, such as roc_auc.  [default: the loss]",
        ),
        click.option(
            "--class-weight",
            type=click.Choice(["balanced"]),
            help="Let rare classes count for as much as frequent ones.",
        ),
        click.option(
            "--activation",
            type=click.Choice(tuple(names.ACTIVATIONS)),
            help="Of the hidden units.  [default: tanh]",
        ),
        click.option(
            "--solver",
            type=click.Choice(tuple(names.SOLVERS)),
            help="How networks are trained.  [default: lbfgs]",
        ),
        click.option(
            "--max-iter",
            type=click.IntRange(min=1),
            metavar="N",
            help="Passes at most.  [default: 500; 200 of very many rows]",
        ),
    )
    return _with(options, command)


def load_with_rows(
    terminal: Terminal, data: str, target: str | None, given: dict[str, Any]
) -> tuple[Dataset, dict[str, Any]]:
    """Load a table; the columns that say something of rows are no features, and come apart."""
    named = {name: column for name in _OF_ROWS if (column := given.pop(name)) is not None}
    if not named:
        return load_table(terminal, data, target, given), {}
    table = {**given, "keep": (*given["keep"], *named.values())}
    whole = load_table(terminal, data, target, table)
    for name, column in named.items():
        if column not in whole.X.columns:
            known = ", ".join(map(repr, whole.feature_names))
            raise DataError(f"--{name} {column}: there is no such column. There are {known}.")
        if name == "weights" and whole.X[column].dtype.kind not in "fi":
            raise DataError(
                f"--weights {column}: weights are numbers, and this column holds "
                f"{whole.X[column].iloc[0]!r}."
            )
    given["ignore"] = (*given["ignore"], *named.values())
    dataset = load_table(terminal, data, target, given)
    rows = {_OF_ROWS[name]: whole.X[column].to_numpy() for name, column in named.items()}
    notes = {column: f"no input: {_WHAT_THEY_SAY[name]}" for name, column in named.items()}
    columns = tuple(
        replace(column, note=notes.get(column.name, column.note))
        for column in dataset.schema.columns
    )
    return replace(dataset, schema=replace(dataset.schema, columns=columns)), rows


def network_of(dataset: Dataset, given: dict[str, Any]) -> MLPClassifier | MLPRegressor:
    """Make the network that is varied."""
    from moonlet.study import default_network

    told = {name: given[name] for name in _OF_NETWORKS if given[name] is not None}
    is_numeric = dataset.task == "regression"
    if is_numeric and "class_weight" in told:
        raise DataError(
            f"--class-weight is for classes, and {dataset.target!r} holds numbers. "
            "Use --weights COLUMN to let some rows count for more."
        )
    network = default_network(is_numeric=is_numeric)
    network.set_params(**told)
    return network


def _with(options: tuple[Callable[[FC], FC], ...], command: FC) -> FC:
    for option in reversed(options):
        command = option(command)
    return command
