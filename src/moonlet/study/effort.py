"""How much a study spends on each setting: the more rows there are, the less is needed.

A table's size is counted as rows × (numbers in a row + outputs + 20): what a hidden unit costs in
a pass, the 20 being its activation. (Of sparse rows the numbers are those that are not 0.)

1. Most tables are of the first kind: settings race, each with three starts, and those that
   may be the best are judged again on further cuts.
2. Beyond 250,000, 8,000 rows of 10 columns say, five folds of one cut tell sizes apart as well
   as fifteen of a fifth of the rows. Settings are tried one after the other, see `contest`;
   three starts become two and one as rows become more.
3. Beyond 2.5 million, or 100,000 rows times classes: one start, in 32 bit, of three folds, and
   200 passes.

Within each kind larger sizes and further cuts are tried while work leaves room: passes × rows ×
weights, and not seconds, for what is trained must not depend on the machine.
"""

from __future__ import annotations

from dataclasses import dataclass
from numbers import Integral
from typing import Any

from scipy import sparse

from moonlet.study.cuts import N_CUTS
from moonlet.study.targets import Classes, Target

# "lbfgs" needs up to some 600 passes on the moons where weight decay is weakest; what it learns
# after 500 held-out rows do not honour.
_PASSES = 500
# Starts that are trained in a search: fewer than are delivered.
_STARTS = 3
_OF_A_UNIT = 20
_MANY, _VERY_MANY, _VERY_MANY_OUTPUTS = 250_000, 2_500_000, 100_000
# Of many: how much they may be for three starts, and for two.
_FOR_THREE, _FOR_TWO = 500_000, 750_000


@dataclass(frozen=True, slots=True)
class Effort:
    """What is spent on each setting.

    Parameters
    ----------
    races : bool
        Whether settings race side by side; else they are tried one after the other.
    most_starts : int
        Of a setting that is judged in a search.
    delivers_one : bool
        Whether one start is judged and delivered, whatever was asked for.
    most_folds : int or None
        Of an int `cv`.
    n_cuts : int
        Likewise.
    max_iter : int
        Of a network that was not chosen by the caller.
    in_32_bit : bool
    most_work : float
        Passes × rows × weights that may be spent before a larger size, or further cuts, are begun.
    """

    races: bool = True
    most_starts: int = _STARTS
    delivers_one: bool = False
    most_folds: int | None = None
    n_cuts: int = N_CUTS
    max_iter: int = _PASSES
    in_32_bit: bool = False
    most_work: float = 4e11

    def folds_of(self, cv: Any) -> Any:
        """As many folds as were asked for by number, or fewer; a splitter is taken as it is."""
        if self.most_folds is None or not isinstance(cv, Integral):
            return cv
        return min(int(cv), self.most_folds)


USUAL = Effort()
OF_VERY_MANY_ROWS = Effort(
    races=False,
    most_starts=1,
    delivers_one=True,
    most_folds=3,
    n_cuts=1,
    max_iter=200,
    in_32_bit=True,
    # Half a minute of two cores.
    most_work=2e11,
)


def of_many_rows(most_starts: int) -> Effort:
    """What is spent between the two."""
    return Effort(races=False, most_starts=most_starts, n_cuts=1, most_work=2e11)


def effort_for(X: Any, target: Target) -> Effort:
    """What a study of a table spends.

    Parameters
    ----------
    X : DataFrame, ndarray or CSR matrix of shape (n_samples, n_features)
    target : Target
    """
    n_rows, n_columns = X.shape
    if sparse.issparse(X):
        n_columns = X.nnz / max(1, n_rows)
    n_outputs = len(target.names) if isinstance(target, Classes) else 1
    size = n_rows * (n_columns + n_outputs + _OF_A_UNIT)
    if size > _VERY_MANY or n_rows * n_outputs > _VERY_MANY_OUTPUTS:
        return OF_VERY_MANY_ROWS
    if size > _MANY:
        return of_many_rows(3 if size <= _FOR_THREE else 2 if size <= _FOR_TWO else 1)
    return USUAL
