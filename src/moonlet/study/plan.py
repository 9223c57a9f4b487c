"""From settings to training jobs: sizes and alphas × folds × restarts.

A job is named by its key and by nothing else: its seed follows from the study's
seed and that key, so any network of a study can be trained again alone, in any
company, in any order, to the same bits.
"""

from __future__ import annotations

import hashlib
import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from numbers import Integral, Real
from typing import Any, TypeAlias

Size: TypeAlias = int | tuple[int, ...]
Key: TypeAlias = tuple[Size, float, int, int]
Setting: TypeAlias = tuple[Size, float]

# The "fold" of the networks trained on all rows but the test rows, for the final estimator.
ALL_FOLDS = -1


@dataclass(frozen=True, slots=True)
class Job:
    """One network to train.

    Parameters
    ----------
    hidden : int or tuple of int
        Units of the hidden layer, or of each; 0 is the straight line.
    alpha : float
        Strength of the weight decay.
    fold : int
        Which fold is held out.
    restart : int
        Which of the random starts.
    seed : int
        32 bits, for the starting weights; see `network_seed`.
    """

    hidden: Size
    alpha: float
    fold: int
    restart: int
    seed: int

    @property
    def setting(self) -> Setting:
        """Size and alpha."""
        return (self.hidden, self.alpha)

    @property
    def key(self) -> Key:
        """What names the network within its study."""
        return (self.hidden, self.alpha, self.fold, self.restart)


def read_sizes(hidden: object) -> tuple[Size, ...]:
    """Check and normalise the sizes to study.

    Examples
    --------
    >>> read_sizes([0, 3, (10, 5), (7,)])
    (0, 3, (10, 5), 7)
    """
    given = [hidden] if isinstance(hidden, Integral) else hidden
    if not isinstance(given, Iterable) or isinstance(given, str):
        raise ValueError(_sizes_error(hidden))
    sizes = tuple(_read_size(size) for size in given)
    if not sizes:
        raise ValueError(_sizes_error(hidden))
    _refuse_repeats("hidden", sizes)
    return sizes


def read_alphas(alpha: object) -> tuple[float, ...]:
    """Check and normalise the strengths of weight decay to study."""
    given = [alpha] if isinstance(alpha, Real) else alpha
    if not isinstance(given, Iterable) or isinstance(given, str):
        raise ValueError(_alphas_error(alpha))
    alphas = []
    for value in given:
        if not isinstance(value, Real) or not 0.0 <= float(value) < math.inf:
            raise ValueError(_alphas_error(value))
        alphas.append(float(value))
    if not alphas:
        raise ValueError(_alphas_error(alpha))
    _refuse_repeats("alpha", alphas)
    return tuple(alphas)


def layer_sizes(size: Size) -> tuple[int, ...]:
    """Turn a size into ``hidden_layer_sizes``: ``()`` for the straight line.

    Examples
    --------
    >>> layer_sizes(0), layer_sizes(3), layer_sizes((10, 5))
    ((), (3,), (10, 5))
    """
    if isinstance(size, tuple):
        return size
    return (size,) if size else ()


def size_label(size: Size) -> str:
    """Write a size as text, in files and on pictures.

    Examples
    --------
    >>> size_label(20), size_label((10, 5))  # not "10-5", which a spreadsheet reads as a date
    ('20', '10x5')
    """
    return "x".join(map(str, size)) if isinstance(size, tuple) else str(size)


def read_size_label(label: str) -> Size:
    """Read back what `size_label` wrote."""
    units = tuple(int(part) for part in label.split("x"))
    return units if len(units) > 1 else units[0]


def derived_seed(seed: int, purpose: str) -> int:
    """32 bits that follow from the study's seed and a purpose.

    They are the first four bytes, big-endian, of
    ``sha256(b"moonlet study <seed> <purpose>")``.
    """
    digest = hashlib.sha256(f"moonlet study {seed} {purpose}".encode()).digest()
    return int.from_bytes(digest[:4], "big")


def network_seed(seed: int, key: Key) -> int:
    """Seed of one network's starting weights: `derived_seed` for its written key.

    Examples
    --------
    >>> network_seed(0, (3, 0.01, 2, 4)) == derived_seed(0, "network 3 0.01 2 4")
    True
    """
    hidden, alpha, fold, restart = key
    return derived_seed(seed, f"network {size_label(hidden)} {alpha!r} {fold} {restart}")


def plan_jobs(
    sizes: Sequence[Size],
    alphas: Sequence[float],
    folds: Iterable[int],
    n_restarts: int,
    seed: int,
) -> list[Job]:
    """Every network of a grid, in the order of the table of results."""
    settings = [(size, alpha) for size in sizes for alpha in alphas]
    return plan_settings(settings, folds, n_restarts, seed)


def plan_settings(
    settings: Iterable[Setting], folds: Iterable[int], n_restarts: int, seed: int
) -> list[Job]:
    """Every network of some settings, likewise."""
    return [Job(*key, seed=network_seed(seed, key)) for key in keys(settings, folds, n_restarts)]


def keys(settings: Iterable[Setting], folds: Iterable[int], n_restarts: int) -> list[Key]:
    """Name the same networks."""
    folds = list(folds)
    return [
        (size, alpha, fold, restart)
        for size, alpha in settings
        for fold in folds
        for restart in range(n_restarts)
    ]


def _read_size(given: object) -> Size:
    if isinstance(given, Integral) and not isinstance(given, bool) and int(given) >= 0:
        return int(given)
    if isinstance(given, Iterable) and not isinstance(given, str):
        layers = tuple(given)
        if all(isinstance(units, Integral) and int(units) >= 1 for units in layers):
            whole = tuple(map(int, layers))
            return whole if len(whole) > 1 else sum(whole)
    raise ValueError(_sizes_error(given))


def _sizes_error(given: object) -> str:
    return (
        "hidden must list ints in [0, inf), or tuples of ints in [1, inf) for several layers. "
        f"Got {given!r} instead. 0 is the straight line, 3 one hidden layer of three units."
    )


def _alphas_error(given: object) -> str:
    return (
        f"alpha must list floats in [0, inf). Got {given!r} instead. "
        "(1e-4, 1e-2, 1.0) spans the usual strengths of weight decay."
    )


def _refuse_repeats(name: str, values: Sequence[Any]) -> None:
    repeated = [value for value in dict.fromkeys(values) if list(values).count(value) > 1]
    if repeated:
        raise ValueError(f"{name} must not repeat a value. Got {repeated[0]!r} more than once.")
