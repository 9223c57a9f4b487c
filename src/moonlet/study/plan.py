"""From a grid to training jobs: sizes × alphas × folds × restarts, and the rows of each fold.

A job is named by its key and by nothing else: its seed follows from the study's
seed and that key, so any network of a study can be trained again alone, in any
company, in any order, to the same bits.
"""

from __future__ import annotations

import hashlib
import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import chain
from numbers import Integral, Real
from typing import Any, TypeAlias

import numpy as np
from numpy.typing import NDArray
from sklearn.model_selection import KFold, StratifiedKFold, train_test_split

from moonlet.exceptions import DataError

Size: TypeAlias = int | tuple[int, ...]
Key: TypeAlias = tuple[Size, float, int, int]
Indices: TypeAlias = NDArray[np.intp]

# How often the rows are cut into folds for the comparison with the straight line. The first cut
# does all else. The corrected t-test needs a mean of 1.43 standard deviations of the folds'
# differences with one cut into five, 0.99 with three, 0.92 with five, 0.82 with any number.
_CUTS = 3

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
    def key(self) -> Key:
        """What names the network within its study."""
        return (self.hidden, self.alpha, self.fold, self.restart)


@dataclass(frozen=True, slots=True, eq=False)
class Fold:
    """Positions of the rows that are trained on and of those held out."""

    train: Indices
    valid: Indices


@dataclass(frozen=True, slots=True, eq=False)
class Split:
    """Positions of the test rows, of all others, and the folds of those others.

    `repeats` are the folds of further cuts, on which the one network that is to
    beat the straight line is compared with it again. A splitter of the caller's
    is taken as it is, and has none.
    """

    test: Indices
    rest: Indices
    folds: tuple[Fold, ...]
    repeats: tuple[Fold, ...] = ()

    def numbered(self) -> dict[int, Fold]:
        """All folds by number, the repeats' last."""
        return dict(enumerate((*self.folds, *self.repeats)))


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
    """Every network of the grid, in the order of the table of results."""
    return [
        Job(*key, seed=network_seed(seed, key))
        for size in sizes
        for alpha in alphas
        for fold in folds
        for restart in range(n_restarts)
        for key in [(size, alpha, fold, restart)]
    ]


def split_rows(
    values: NDArray[Any],
    classes: NDArray[Any] | None,
    *,
    test_size: float,
    cv: Any,
    seed: int,
) -> Split:
    """Set a test set aside and cut the other rows into folds, both stratified for classes.

    Parameters
    ----------
    values : ndarray of shape (n_samples,)
        The class of each row, as a position in `classes`; or numbers.
    classes : ndarray of shape (n_classes,) or None
        None for a regression.
    test_size : float
        Share of the rows that nothing looks at before the study's end.
    cv : int or scikit-learn splitter
        Shuffled folds of that number; or an object with a ``split(X, y)``.
    seed : int
        The study's.

    Raises
    ------
    ValueError
        If `test_size` or `cv` is not allowed.
    DataError
        If there are too few rows, or a class has too few to stand in every part.
    """
    if not isinstance(test_size, Real) or not 0.0 < test_size < 1.0:
        raise ValueError(
            f"test_size must be a float in (0, 1). Got {test_size!r} instead. "
            "0.25 keeps a quarter of the rows for the final score."
        )
    n_test = math.ceil(test_size * len(values))
    n_rest = len(values) - n_test
    if classes is None:
        _refuse_few_rows(len(values), n_test, cv)
    else:
        counts = np.bincount(values, minlength=len(classes))
        if counts.min() < 2 or min(n_test, n_rest) < len(classes):
            raise DataError(
                f"Too few rows for a test set: y has {len(values)} rows of {len(classes)} "
                f"classes, the rarest {_named(classes, counts)}, and test_size={test_size} takes "
                f"{n_test}. Every class needs rows on both sides. {_CURE}"
            )
    rest, test = train_test_split(
        np.arange(len(values)),
        test_size=n_test,
        stratify=None if classes is None else values,
        random_state=derived_seed(seed, "test set"),
    )
    rest, test = np.sort(rest), np.sort(test)
    splitters = _read_splitters(cv, values[rest], classes, seed)
    folds, *repeats = (
        tuple(
            Fold(rest[train], rest[valid])
            for train, valid in splitter.split(np.zeros((len(rest), 1)), values[rest])
        )
        for splitter in splitters
    )
    for number, fold in enumerate(folds):
        if classes is not None and len(np.unique(values[fold.train])) < len(classes):
            raise DataError(
                f"Fold {number} of cv={cv!r} leaves a class without a row to train on. "
                "Use a stratified splitter."
            )
    if len(folds) < 2:
        raise ValueError(f"cv must give 2 folds or more. Got {len(folds)} from {cv!r} instead.")
    return Split(test, rest, folds, tuple(chain.from_iterable(repeats)))


def _refuse_few_rows(n_rows: int, n_test: int, cv: Any) -> None:
    # R squared needs two rows; a splitter says by itself how many it needs.
    needed = 2 * int(cv) if isinstance(cv, Integral) else 2
    if n_test < 2 or n_rows - n_test < needed:
        raise DataError(
            f"Too few rows: of {n_rows} the test set takes {n_test}, and cv={cv!r} needs {needed} "
            "of the others, two in each fold. Gather more rows, or use fewer folds."
        )


_CURE = (
    "Gather more rows of it, leave it out, or use fewer folds. "
    "(If y is a number to be predicted, use estimator=MLPRegressor(...).)"
)


def _read_splitters(
    cv: Any, values: NDArray[Any], classes: NDArray[Any] | None, seed: int
) -> list[Any]:
    if hasattr(cv, "split") and not isinstance(cv, str):
        return [cv]
    if not isinstance(cv, Integral) or isinstance(cv, bool) or cv < 2:
        raise ValueError(
            f"cv must be an int in [2, inf) or a scikit-learn splitter. Got {cv!r} instead. "
            "cv=5 makes five folds."
        )
    if classes is not None:
        counts = np.bincount(values, minlength=len(classes))
        if counts.min() < cv:
            raise DataError(
                f"Too few rows of a class for cv={cv}: once the test set is taken, "
                f"{_named(classes, counts)} left, and every fold needs one. {_CURE}"
            )
    purposes = ["folds", *(f"folds of cut {number}" for number in range(1, _CUTS))]
    kind = KFold if classes is None else StratifiedKFold
    return [
        kind(int(cv), shuffle=True, random_state=derived_seed(seed, purpose))
        for purpose in purposes
    ]


def _named(classes: NDArray[Any], counts: NDArray[np.intp]) -> str:
    rarest = int(np.argmin(counts))
    n = int(counts[rarest])
    return f"class {classes[rarest]!s} has {n} row{'' if n == 1 else 's'}"


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
