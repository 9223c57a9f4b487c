"""Whether contenders computed the same, before any of them is timed."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np

__all__ = ["disagreements"]


def disagreements(contenders: Sequence[Mapping[str, Any]]) -> list[str]:
    """Sentences on answers that differ; none when all is well.

    Answers of one name are held against those of the first contender that gives them,
    within the looser of the two tolerances.

    Parameters
    ----------
    contenders : sequence of mapping
        With "name", "answers" and "tolerance".
    """
    wrong = []
    first: dict[str, Mapping[str, Any]] = {}
    for contender in contenders:
        for name, values in contender["answers"].items():
            other = first.setdefault(name, contender)
            tolerance = max(contender["tolerance"], other["tolerance"])
            wanted = np.array(other["answers"][name])
            given = np.array(values)
            if given.shape == wanted.shape and np.allclose(given, wanted, tolerance, 0.0):
                continue
            wrong.append(
                f"{contender['name']}: {name} {values} differ from {other['name']}'s "
                f"{other['answers'][name]} by more than {tolerance:g}."
            )
    return wrong + _unchecked(contenders)


def _unchecked(contenders: Sequence[Mapping[str, Any]]) -> list[str]:
    given = Counter(name for one in contenders for name in [*one["answers"], *one["errors"]])
    return [
        f"{one['name']} gives no answer that another gives as well."
        for one in contenders
        if len(contenders) > 1
        and not any(given[name] > 1 for name in [*one["answers"], *one["errors"]])
    ]
