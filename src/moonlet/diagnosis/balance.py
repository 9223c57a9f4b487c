"""Rare classes that the network gave up."""

from __future__ import annotations

import numpy as np

from moonlet.diagnosis.facts import RARE, TrainingFacts
from moonlet.diagnosis.finding import Finding
from moonlet.diagnosis.numbers import percent

__all__ = ["find_ignored_imbalance"]

# Of a handful of rows no share can be told.
_FEWEST_ROWS = 5


def find_ignored_imbalance(facts: TrainingFacts) -> Finding | None:
    """Find a rare class most of whose own training rows are answered as another one."""
    shares, recalls = facts.class_shares, facts.class_recalls
    if shares is None or recalls is None:
        return None
    # Rare is below a fifth of two classes, and as far below an even share of more.
    given_up = (shares <= RARE / len(shares)) & (recalls < 0.5)
    given_up &= shares * facts.n_rows >= _FEWEST_ROWS
    if not given_up.any():
        return None
    worst = int(np.flatnonzero(given_up)[recalls[given_up].argmin()])
    name = facts.class_names[worst] if facts.class_names else f"number {worst}"
    return Finding(
        "imbalance_ignored",
        f"Class {name} is {percent(shares[worst])} of the rows, and only "
        f"{percent(recalls[worst])} of these are recognized, in training itself: a network that "
        "answers the frequent classes is nearly always right, and pays little for the rest.",
        "If that class matters, weigh it up: class_weight='balanced'.",
        {"class_weight": "balanced"},
    )
