"""What the tutor says."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal

from moonlet.names import FindingKind

__all__ = ["Finding", "FindingKind"]


@dataclass(frozen=True, slots=True)
class Finding:
    """Something that went wrong in a training.

    Parameters
    ----------
    kind : {"diverged", "unscaled_inputs", "unscaled_target", "oscillating", "rate_too_low", \
            "dead_units", "saturated_units", "plateau", "stopped_early", "over_fitting", \
            "imbalance_ignored"}
    message : str
        What was seen, in numbers, and what it means.
    cure : str
        The one change to make.
    change : mapping of str to number, text or bool
        The same change as parameters of the network: ``network.set_params(**finding.change)``.
        Empty when the cure lies in the data.
    step : {"StandardScaler"} or None
        The same change as a step of a Pipeline: the transformer of scikit-learn to put before
        the network, or, for "unscaled_target", around it. None when the cure is a parameter.

    Examples
    --------
    >>> print(Finding("stopped_early", "The loss is still falling.", "Raise max_iter to 400."))
    The loss is still falling. Raise max_iter to 400.
    """

    kind: FindingKind
    message: str
    cure: str
    change: Mapping[str, float | str | bool] = field(default_factory=dict, hash=False)
    step: Literal["StandardScaler"] | None = None

    def __str__(self) -> str:
        return f"{self.message} {self.cure}"
