"""The kinds of what the tutor finds, that is, what can go wrong in a training."""

from __future__ import annotations

from typing import Final, Literal, get_args

FindingKind = Literal[
    "diverged",
    "unscaled_inputs",
    "unscaled_target",
    "oscillating",
    "rate_too_low",
    "dead_units",
    "saturated_units",
    "plateau",
    "stopped_early",
    "over_fitting",
    "imbalance_ignored",
]

FINDINGS: Final[tuple[FindingKind, ...]] = get_args(FindingKind)
