"""What the trained networks say, as numbers; no decision is taken here.

References
----------
.. [1] C. Nadeau and Y. Bengio, "Inference for the generalization error",
   Machine Learning 52, 2003, section 3 (the corrected resampled t-test).
.. [2] R. R. Bouckaert and E. Frank, "Evaluating the replicability of significance
   tests for comparing learning algorithms", PAKDD 2004, section 3.3 (the test over
   repeated cross-validation).
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
from scipy.special import stdtr

from moonlet.specs import Array
from moonlet.study.plan import Size
from moonlet.study.training import NetworkResult

if TYPE_CHECKING:
    import pandas as pd


@dataclass(frozen=True, slots=True, eq=False)
class Evidence:
    """Results of all networks as cubes, of shape (sizes, alphas, folds, restarts).

    Of the starts of a fold the one with the lowest training loss speaks for it,
    as it is the one that would be delivered: held-out rows have no part in that.

    Parameters
    ----------
    sizes : tuple of int or tuple of int
    alphas : tuple of float
    n_parameters : tuple of int
        Weights and biases of a network of each size.
    train_loss, valid_loss, valid_score, seconds : ndarray
    status : ndarray of str
    """

    sizes: tuple[Size, ...]
    alphas: tuple[float, ...]
    n_parameters: tuple[int, ...]
    train_loss: Array
    valid_loss: Array
    valid_score: Array
    seconds: Array
    status: np.ndarray[Any, np.dtype[np.str_]]

    @classmethod
    def from_results(
        cls,
        results: Sequence[NetworkResult],
        sizes: tuple[Size, ...],
        alphas: tuple[float, ...],
        n_parameters: tuple[int, ...],
        n_restarts: int,
    ) -> Evidence:
        """Arrange results that come in the order of `plan.plan_jobs`."""
        shape = (len(sizes), len(alphas), -1, n_restarts)

        def cube(name: str) -> Any:
            return np.array([getattr(result, name) for result in results]).reshape(shape)

        return cls(
            sizes,
            alphas,
            n_parameters,
            cube("train_loss"),
            cube("valid_loss"),
            cube("valid_score"),
            cube("seconds"),
            cube("status"),
        )

    @property
    def converged(self) -> np.ndarray[Any, np.dtype[np.bool_]]:
        """Which networks converged."""
        return np.asarray(self.status == "converged")

    def kept(self, cube: Array) -> Array:
        """Entries of the start that speaks for each fold; NaN where all diverged."""
        return of_lowest(self.train_loss, cube)

    def summary(self) -> pd.DataFrame:
        """One row a (hidden, alpha): what `CapacityStudy.summary_` documents."""
        import pandas as pd

        train, valid = self.kept(self.train_loss), self.kept(self.valid_loss)
        score = self.kept(self.valid_score)
        hidden = np.empty(len(self.sizes), dtype=object)
        hidden[:] = self.sizes  # A tuple is one entry, not a row of numbers.
        columns = {
            "hidden": list(np.repeat(hidden, len(self.alphas))),
            "alpha": np.tile(self.alphas, len(self.sizes)),
            "n_parameters": np.repeat(self.n_parameters, len(self.alphas)),
            "n_networks": self.converged[0, 0].size,
            "n_converged": self.converged.sum(axis=(2, 3)).ravel(),
            "train_loss": train.mean(axis=2).ravel(),
            "valid_loss": valid.mean(axis=2).ravel(),
            "valid_loss_se": standard_error(valid).ravel(),
            "valid_loss_restart_sd": restart_deviation(self.valid_loss).ravel(),
            "gap": (valid - train).mean(axis=2).ravel(),
            "valid_score": score.mean(axis=2).ravel(),
            "valid_score_se": standard_error(score).ravel(),
            "valid_score_restart_sd": restart_deviation(self.valid_score).ravel(),
            "seconds": self.seconds.sum(axis=(2, 3)).ravel(),
        }
        return pd.DataFrame(columns)


@dataclass(frozen=True, slots=True, eq=False)
class Repeats:
    """The network that is compared with the line, on the folds of further cuts.

    Parameters
    ----------
    valid_loss, valid_score : ndarray of shape (n_folds,)
    """

    valid_loss: Array
    valid_score: Array

    @classmethod
    def from_results(cls, results: Sequence[NetworkResult], n_restarts: int) -> Repeats:
        """Keep, of each fold's starts, the one with the lowest training loss."""

        def table(name: str) -> Array:
            return np.array([getattr(result, name) for result in results]).reshape(-1, n_restarts)

        train = table("train_loss")
        return cls(of_lowest(train, table("valid_loss")), of_lowest(train, table("valid_score")))


@dataclass(frozen=True, slots=True)
class PairedTest:
    """A mean difference between two models over folds, and how far chance explains it.

    `p_value` is one-sided: how probable a mean as large is, where there is no difference.
    """

    difference: float
    t: float
    p_value: float


def of_lowest(train_loss: Array, cube: Array) -> Array:
    """Entries of `cube` where `train_loss` is lowest along the last axis; NaN if none is finite."""
    at = np.where(np.isfinite(train_loss), train_loss, np.inf).argmin(axis=-1)
    return np.asarray(np.take_along_axis(cube, at[..., None], axis=-1)[..., 0])


def standard_error(means: Array) -> Array:
    """Compute the standard error of the mean over folds (the last axis)."""
    return np.asarray(means.std(axis=-1, ddof=1) / math.sqrt(means.shape[-1]))


def restart_deviation(cube: Array) -> Array:
    """Spread that random starts alone cause: within a fold, pooled over the folds.

    NaN when there is a single restart.
    """
    if cube.shape[-1] < 2:
        return np.full(cube.shape[:-2], np.nan)
    return np.asarray(np.sqrt(cube.var(axis=-1, ddof=1).mean(axis=-1)))


def corrected_t_test(differences: Array, n_train: float, n_valid: float) -> PairedTest:
    """Nadeau and Bengio's corrected resampled t-test, one-sided [1]_.

    Folds share most of their training rows, so the plain variance of their
    differences is too small; ``1 / k`` becomes ``1 / k + n_valid / n_train``.
    That holds for the folds of several cuts together as well [2]_.

    Parameters
    ----------
    differences : ndarray of shape (k,)
        Of two models, fold by fold.
    n_train, n_valid : float
        Rows trained on and held out in a fold.

    Examples
    --------
    >>> test = corrected_t_test(np.array([0.1, 0.2, 0.3, 0.2, 0.2]), n_train=80, n_valid=20)
    >>> round(test.t, 3), round(test.p_value, 3)
    (4.216, 0.007)
    """
    k = len(differences)
    mean = float(differences.mean())
    scale = math.sqrt((1.0 / k + n_valid / n_train) * float(differences.var(ddof=1)))
    if scale == 0.0:
        # All folds say exactly the same: nothing, or the same difference.
        p_value = 0.5 if mean == 0.0 else float(mean < 0.0)
        return PairedTest(mean, math.copysign(math.inf, mean) if mean else 0.0, p_value)
    t = mean / scale
    return PairedTest(mean, t, float(stdtr(k - 1, -t)))
