"""How the tutor writes numbers down."""

from __future__ import annotations

import math

__all__ = ["one_digit", "percent", "rounded_up", "written"]


def written(loss: float) -> str:
    """Write a loss so that a swing in it can be seen."""
    if not 1e-3 <= abs(loss) < 1e6:
        return f"{loss:.3g}"
    return f"{loss:.6f}" if abs(loss) < 10.0 else f"{loss:.6g}"


def percent(share: float) -> str:
    """Write a share as a percentage, small ones with a digit more.

    >>> percent(0.034), percent(0.5), percent(0.0)
    ('3.4 %', '50 %', '0 %')
    """
    return f"{100.0 * share:.{1 if 0.0 < share < 0.1 else 0}f} %"


def one_digit(number: float) -> float:
    """Round to one significant digit: nobody needs to remember a rate of 0.0437."""
    return float(f"{number:.0e}")


def rounded_up(number: float) -> int:
    """Round up to one significant digit."""
    power = int(10 ** math.floor(math.log10(number)))
    return math.ceil(number / power) * power
