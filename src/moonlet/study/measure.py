"""What the rules compare: held-out loss, or the chosen scorer."""

from __future__ import annotations

from dataclasses import dataclass

from moonlet.specs import Array


@dataclass(frozen=True, slots=True)
class Measure:
    """What the rules compare: held-out log loss, or the chosen scorer.

    Parameters
    ----------
    name : str
        In words, such as "held-out log loss".
    greater_is_better : bool
    loss : str
        The loss that networks are trained on, in words.
    line : str
        What the straight line is, in words.
    perfect : float or None
        The value that cannot be bettered; None where it is not known, as of a callable.
    """

    name: str = "held-out log loss"
    greater_is_better: bool = False
    loss: str = "log loss"
    line: str = "logistic regression"
    perfect: float | None = 0.0

    def costs(self, losses: Array, scores: Array) -> Array:
        """What is to be small: the loss, or by how much a score falls short of the perfect one."""
        return self.cost(scores if self.greater_is_better else losses)

    def cost(self, values: Array) -> Array:
        """The same of values of the measure."""
        return (self.perfect or 0.0) - values if self.greater_is_better else values

    def value(self, cost: float) -> float:
        """What `cost` is in the measure."""
        return (self.perfect or 0.0) - cost if self.greater_is_better else cost
