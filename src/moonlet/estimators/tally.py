"""Targets that come batch by batch: each is coded when it comes, and all are known at the end."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from moonlet.estimators.coding import LabelCoding
from moonlet.estimators.network import Network

__all__ = ["Tally"]


class Tally:
    """Numbers the labels in the order in which they come; values stay as they are.

    Attributes
    ----------
    coding : Coding
        Of the first batch, or after `finish` of all.
    counts : ndarray of shape (n_classes,) or None
        After `finish`: how many rows each class has; None where there are no classes.
    """

    def __init__(self) -> None:
        self.coding: Any = None
        self.counts: NDArray[np.int64] | None = None
        self._numbers: dict[Any, int] = {}
        self._labels: list[NDArray[Any]] = []
        self._seen = np.zeros(0, dtype=np.int64)

    def add(self, targets: NDArray[Any], coding: Any) -> NDArray[Any]:
        """Take the targets of a batch, coded by itself; give them coded as all will be.

        Raises
        ------
        ValueError
            If they are of another kind than those before.
        """
        first = self.coding is None
        if first:
            self.coding = coding
        if not isinstance(coding, LabelCoding) or coding.several:
            if self._numbers or coding.n_outputs != self.coding.n_outputs:
                raise ValueError(
                    f"y has {coding.n_outputs} columns, those before have "
                    f"{1 if self._numbers else self.coding.n_outputs}. Give all batches alike."
                )
            return targets
        if not first and (self.coding.several or not self._alike(coding.classes)):
            raise ValueError(
                f"y has labels such as {coding.classes[0]!r}, those before are such as "
                f"{self.coding.classes[0]!r}. Give all labels as text, or all as numbers."
            )
        known, of = len(self._numbers), self._numbers
        labels = coding.classes.tolist()
        numbers = np.array([of.setdefault(label, len(of)) for label in labels])
        if len(of) > known:
            self._labels.append(coding.classes[numbers >= known])
            self._seen = np.append(self._seen, np.zeros(len(of) - known, dtype=np.int64))
        coded: NDArray[Any] = numbers[targets]
        self._seen += np.bincount(coded, minlength=len(self._seen))
        return coded

    def finish(self, estimator: Network) -> NDArray[np.int64] | None:
        """Put the classes in order.

        Returns
        -------
        meant : ndarray of shape (n_classes,) or None
            The position of each label among the sorted ones, by the number that it has. None where
            there are no classes, or several labels a row.
        """
        if not self._numbers:
            return None
        labels = np.concatenate(self._labels)
        classes = np.unique(labels)
        meant: NDArray[np.int64] = np.searchsorted(classes, labels)
        self.coding = LabelCoding.of(estimator, classes)
        self.counts = np.empty_like(self._seen)
        self.counts[meant] = self._seen
        return meant

    def _alike(self, classes: NDArray[Any]) -> bool:
        first: NDArray[Any] = self.coding.classes
        text = [isinstance(labels[0], str) for labels in (first, classes)]
        return text[0] == text[1]
