"""How a network that tells classes apart reads its labels, and how probable it finds each."""

from __future__ import annotations

from typing import Any, Literal

import numpy as np
from numpy.typing import ArrayLike, NDArray
from scipy import sparse

from moonlet.estimators.base import BaseMLP
from moonlet.estimators.coding import LabelCoding
from moonlet.estimators.known import Known
from moonlet.estimators.labels import ClassWeight, read_labels
from moonlet.estimators.plain import whole_numbers
from moonlet.estimators.targets import class_probabilities

__all__ = ["ClassesMLP"]


class ClassesMLP(BaseMLP):
    """A network for class labels; not for use by itself."""

    class_weight: ClassWeight
    label_smoothing: float
    output: Literal["auto", "softmax"]

    classes_: NDArray[np.generic]

    loss: Literal["log_loss"] = "log_loss"  # no parameter, but scikit-learn has it too

    # What y was, when it was a sparse matrix of labels: `predict` then gives such a one.
    _sparse_labels = False

    def _has_several_labels(self) -> bool:
        return self.n_outputs_ > 1 and self.out_activation_ == "logistic"

    def _classes_of_first_call(self, classes: ArrayLike | None) -> NDArray[Any] | None:
        """All classes that there will ever be; None where they are known already."""
        known = vars(self).get("classes_")
        if classes is None:
            if known is None:
                raise ValueError("classes must be passed on the first call to partial_fit.")
            return None
        labels = np.unique(read_labels(np.asarray(classes))[0])
        if known is None:
            return labels
        if not np.array_equal(known, labels):
            raise ValueError(
                f"`classes={classes!r}` is not the same as on last call to partial_fit, was: "
                f"{known!r}"
            )
        return None

    # --- Answers ---------------------------------------------------------------------------

    def predict_proba(self, X: ArrayLike) -> NDArray[np.floating]:
        """Probability of each class for each row.

        Parameters
        ----------
        X : array-like or sparse matrix of shape (n_samples, n_features)

        Returns
        -------
        probabilities : ndarray of shape (n_samples, n_classes)
            In the order of `classes_`; rows add up to 1, unless a row may have several
            labels. In float32 when `X` and the weights are.
        """
        quick = self._quick
        if quick is not None and (answer := quick(vars(self), X)) is not None:
            return answer
        fitted = self._twin({})
        outputs = fitted._outputs(X)
        if fitted._has_several_labels():
            return outputs
        return class_probabilities(outputs, len(fitted.classes_))

    def predict_log_proba(self, X: ArrayLike) -> NDArray[np.floating]:
        """Logarithm of the probability of each class for each row.

        Parameters
        ----------
        X : array-like or sparse matrix of shape (n_samples, n_features)

        Returns
        -------
        log_probabilities : ndarray of shape (n_samples, n_classes)
            In nats, in the order of `classes_`; minus infinity where
            `predict_proba` has underflowed to 0.
        """
        with np.errstate(divide="ignore"):
            return np.log(self.predict_proba(X))  # type: ignore[no-any-return]

    # --- What BaseMLP asks for -----------------------------------------------------------

    def _known_coding(self) -> LabelCoding:
        several = self._has_several_labels()
        return LabelCoding.of(self, self.classes_, several=several, sparse=self._sparse_labels)

    def _code_plainly(
        self, y: object, n_rows: int, dtype: Any, known: Known | None
    ) -> tuple[NDArray[Any], LabelCoding] | None:
        found = whole_numbers(y, n_rows)
        if found is None:
            return None
        if known is None:
            classes, positions = found.unique()
            return positions, LabelCoding.of(self, classes)
        coding = known.coding
        if coding.several or found.dtype != coding.classes.dtype:
            return None
        counts = None if known.whole else coding.counts()
        if counts is not None and counts[0] <= found.least and found.most <= counts[1]:
            above = found.least - counts[0]
            return found.places + above if above else found.places, coding
        classes, positions = found.unique()
        if not np.array_equal(classes, coding.classes):
            places = np.searchsorted(coding.classes, classes)
            # Strangers among them, or too few: the full way says so.
            if (
                known.whole
                or places[-1] == len(coding.classes)
                or (coding.classes[places] != classes).any()
            ):
                return None
            positions = places[positions]
        return positions, coding

    def _code(self, y: Any, dtype: Any, known: Known | None) -> tuple[NDArray[Any], LabelCoding]:
        labels, several = read_labels(y)
        present = np.arange(labels.shape[1]) if several else np.unique(labels)
        sparse_labels = several and sparse.issparse(y)
        if known is None:
            coding = LabelCoding.of(self, present, several=several, sparse=sparse_labels)
        else:
            coding = known.coding
            if known.columns is None:  # only now is it seen whether a row has several labels
                coding = LabelCoding.of(self, coding.classes, several=several, sparse=sparse_labels)
            elif coding.several != several:
                now, before = ("several labels", "one label")[:: 1 if several else -1]
                raise ValueError(f"y has {now} a row, where the network learned {before} a row.")
            if known.whole and not np.array_equal(present, coding.classes):
                raise ValueError(
                    "warm_start can only be used where `y` has the same classes as in the "
                    f"previous call to fit. Previously got {coding.classes}, `y` has {present}. "
                    "Use partial_fit for rows of some classes only, or warm_start=False."
                )
            if len(np.setdiff1d(present, coding.classes)) or (
                several and len(present) != len(coding.classes)
            ):
                raise ValueError(
                    "`y` has classes not in `self.classes_`. `self.classes_` has "
                    f"{coding.classes}. `y` has {present}. Name all classes in the first call."
                )
        return labels if several else np.searchsorted(coding.classes, labels), coding

    def _learned_of(self, coding: LabelCoding) -> dict[str, Any]:
        return {"classes_": coding.classes, "_sparse_labels": coding.sparse}
