"""``moonlet tour``: the tutorial that moonlet grew from, and what went wrong in it."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from moonlet.cli.console import Terminal
from moonlet.cli.options import examples, json_option, out_option

if TYPE_CHECKING:
    from rich.table import Table

    from moonlet.cli.tutorial import End, Tutorial
    from moonlet.diagnosis import Finding
    from moonlet.estimators import MLPClassifier


@click.command(
    epilog=examples(
        "moonlet tour",
        "moonlet tour --out pictures --json",
    )
)
@out_option("moonlet-tour")
@json_option
@click.pass_obj
def tour(terminal: Terminal, out: Path, as_json: bool) -> None:
    """Walk through the tutorial that moonlet grew from.

    Trains what it trains, prints what it prints, draws its pictures, and then
    shows what it did not notice: how the networks do on points they have never
    seen, and that the descent never converges.
    """
    with terminal.busy("training the tutorial's networks"):
        from moonlet.cli.tutorial import run_tutorial

        tutorial = run_tutorial()
    with terminal.busy("drawing"):
        pictures = _draw(tutorial, out)
    if as_json:
        terminal.write_json({**_facts(tutorial), "pictures": pictures})
    else:
        _narrate(terminal, tutorial)
        terminal.say()
        for picture in pictures:
            terminal.line(str(picture), style="cyan")


def _draw(tutorial: Tutorial, folder: Path) -> list[Path]:
    from moonlet.displays import BoundaryGridDisplay, HiddenUnitsDisplay, LossCurveDisplay

    X, y = tutorial.X, tutorial.y
    boundary = BoundaryGridDisplay.from_estimators
    sizes = {_units(size): network for size, network in tutorial.networks.items()}
    rates = {
        f"rate {network.learning_rate_init:g}": network
        for network in (tutorial.pictured, tutorial.half_rate)
    }
    displays = {
        "scatter.png": boundary({"": None}, X, y),
        "logistic_boundary.png": boundary({"logistic regression": tutorial.straight_line}, X, y),
        "boundary_3_units.png": boundary({"3 hidden units": tutorial.pictured}, X, y),
        "hidden_units.png": HiddenUnitsDisplay.from_estimator(tutorial.pictured, X, y),
        "seven_sizes.png": boundary(
            sizes, X, y, score="accuracy", straight_line=tutorial.straight_line
        ),
        "loss_curves.png": LossCurveDisplay.from_estimators(rates),
    }
    folder.mkdir(parents=True, exist_ok=True)
    return [display.save(folder / name) for name, display in displays.items()]


def _facts(tutorial: Tutorial) -> dict[str, Any]:
    from moonlet.cli.tutorial import losses_after

    fresh = tutorial.X_fresh, tutorial.y_fresh
    cycle = _cycle(tutorial)
    return {
        "losses": losses_after(tutorial.pictured),
        "sizes": [
            {
                "hidden": size,
                "loss": tutorial.ends[size].loss,
                "gradient_norm": tutorial.ends[size].gradient_norm,
                "train_accuracy": network.score(tutorial.X, tutorial.y),
                "held_out_accuracy": network.score(*fresh),
            }
            for size, network in tutorial.networks.items()
        ],
        "straight_line": {
            "train_accuracy": tutorial.straight_line.score(tutorial.X, tutorial.y),
            "held_out_accuracy": tutorial.straight_line.score(*fresh),
        },
        "held_out_points": len(tutorial.y_fresh),
        "diagnosis": str(cycle) if cycle else None,
        "half_rate": {
            "learning_rate_init": tutorial.half_rate.learning_rate_init,
            "loss": tutorial.half_rate_end.loss,
            "gradient_norm": tutorial.half_rate_end.gradient_norm,
        },
    }


def _narrate(terminal: Terminal, tutorial: Tutorial) -> None:
    from moonlet.cli.tutorial import N_FRESH_POINTS, N_PASSES, N_POINTS, RATE, losses_after

    terminal.line("The tutorial", style="bold")
    terminal.say(
        f"{N_POINTS} points in two half moons. One hidden layer of tanh units, softmax, "
        f"{N_PASSES:,} passes of gradient descent over all points. The tutorial's rate of 0.01 "
        f"is on a gradient summed over the {N_POINTS} points; moonlet's gradient is their mean, "
        f"so the same step is a rate of {RATE:g} here."
    )
    terminal.line("\nThree hidden units", style="bold")
    for i, loss in losses_after(tutorial.pictured).items():
        terminal.line(f"  loss after pass {i:>6,}   {loss:.6f}")

    terminal.line("\nSeven sizes, and points that the tutorial never had", style="bold")
    terminal.table(_sizes(tutorial))
    terminal.say(
        f"The {N_FRESH_POINTS:,} fresh points are drawn like the others, with another seed. A "
        "lower loss on the points trained on does not make a better network: `moonlet study` "
        "measures which size does."
    )
    _narrate_descent(terminal, tutorial)


def _sizes(tutorial: Tutorial) -> Table:
    from rich.table import Table

    table = Table(box=None, pad_edge=False, padding=(0, 3, 0, 0))
    seen, fresh = (tutorial.X, tutorial.y), (tutorial.X_fresh, tutorial.y_fresh)
    table.add_column("hidden units")
    table.add_column("final loss", justify="right")
    table.add_column(f"right of {len(tutorial.y):,} trained on", justify="right")
    table.add_column(f"right of {len(tutorial.y_fresh):,} fresh", justify="right")
    line = tutorial.straight_line
    table.add_row("straight line", "", f"{line.score(*seen):.1%}", f"{line.score(*fresh):.1%}")
    for size, network in tutorial.networks.items():
        table.add_row(
            str(size),
            f"{tutorial.ends[size].loss:.6f}",
            f"{network.score(*seen):.1%}",
            f"{network.score(*fresh):.1%}",
        )
    return table


def _narrate_descent(terminal: Terminal, tutorial: Tutorial) -> None:
    from moonlet.cli.tutorial import PICTURED_SIZE, RATE

    network = tutorial.pictured
    terminal.line("\nWhat the tutorial did not notice", style="bold")
    lowest = min(network.loss_curve_)
    terminal.say(
        f"With three units the loss falls to {lowest:.6f} near pass "
        f"{network.loss_curve_.index(lowest):,} and then rises again."
    )
    if _cycle(tutorial):
        terminal.say(
            "The descent has not converged and never will: it is caught in a cycle of period two."
        )
    for line in _last_passes(network, tutorial.ends[PICTURED_SIZE]):
        terminal.line(line)
    terminal.say("moonlet notices by itself:")
    for finding in network.diagnosis_:
        terminal.say(str(finding), style="yellow", indent=2)
    terminal.say(f"With half the rate, {RATE / 2:g} instead of {RATE:g}, the loss goes on falling:")
    terminal.line(_last_passes(tutorial.half_rate, tutorial.half_rate_end)[-1], style="green")


def _last_passes(network: MLPClassifier, end: End, n: int = 4) -> list[str]:
    # A pass begins with the loss that the pass before it left.
    curves = (network.loss_curve_[1 - n :], network.gradient_norm_curve_[1 - n :])
    numbers = [*zip(*curves, strict=True), (end.loss, end.gradient_norm)]
    return [
        f"  after pass {network.n_iter_ - n + at:>6,}   loss {loss:.6f}   gradient norm {norm:.6f}"
        for at, (loss, norm) in enumerate(numbers)
    ]


def _cycle(tutorial: Tutorial) -> Finding | None:
    found = [finding for finding in tutorial.pictured.diagnosis_ if finding.kind == "oscillating"]
    return found[0] if found else None


def _units(size: int) -> str:
    return f"{size} hidden unit{'s' * (size != 1)}"
