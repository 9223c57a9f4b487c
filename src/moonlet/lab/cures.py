"""From a finding of the tutor to the settings that heed it."""

from __future__ import annotations

from dataclasses import fields, replace
from typing import Any

from moonlet.diagnosis import Finding
from moonlet.lab import messages as m
from moonlet.lab.wire import BadMessageError, plain, read_as

__all__ = ["button", "cured"]

_TRAINING = {field.name for field in fields(m.TrainingChoice)}


def cured(
    finding: Finding, settings: m.Settings, best_pass: int | None = None
) -> m.Settings | None:
    """The settings after a finding's change; None if the lab has no such setting.

    Early stopping, which the lab has no setting for, is to stop at `best_pass`.
    """
    training: dict[str, Any] = {}
    network = settings.network
    for name, value in finding.change.items():
        if name == "learning_rate":
            training["schedule"] = value
        elif name == "max_iter":
            training["max_iter"] = min(int(value), 1_000_000)
        elif name == "early_stopping" and best_pass is not None:
            training["max_iter"] = max(best_pass, 1)
        elif name == "early_stopping_on" and best_pass is not None:
            continue
        elif name in _TRAINING:
            training[name] = value
        elif name == "init":
            network = replace(network, init=value)  # type: ignore[arg-type]
        elif name == "activation":
            hidden = tuple(replace(layer, activation=value) for layer in network.hidden)  # type: ignore[arg-type]
            network = replace(network, hidden=hidden)
        else:
            return None
    wanted = replace(settings, network=network, training=replace(settings.training, **training))
    try:
        # A cure may lie beyond what the page can set.
        wanted = read_as(m.Settings, plain(wanted))
    except BadMessageError:
        return None
    return None if wanted == settings else wanted


def button(finding: Finding, settings: m.Settings, best_pass: int | None = None) -> str | None:
    """What the button for a finding says; None when the lab cannot make the change."""
    if cured(finding, settings, best_pass) is None:
        return None
    if "early_stopping" in finding.change:
        return f"Stop at pass {best_pass:,}"
    words = [
        f"{name} = {value:g}" if isinstance(value, float | int) else f"{name} = {value}"
        for name, value in finding.change.items()
    ]
    return f"Set {', '.join(words)}"
