"""How a network that tells classes apart reads its labels and weighs their rows."""

from __future__ import annotations

from typing import Any, Literal

import numpy as np
from numpy.typing import ArrayLike, NDArray
from scipy import sparse
from sklearn.utils.multiclass import unique_labels

from moonlet.estimators.base import BaseMLP
from moonlet.estimators.labels import ClassWeight, class_factors, read_labels
from moonlet.estimators.rows import Rows, check_rows_and_targets, check_weight
from moonlet.estimators.targets import class_targets, network_output, output_for, smoothed
from moonlet.specs import Loss, NetworkSpec, Output

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

    def _expect_all_classes(self, y: ArrayLike) -> None:
        given = unique_labels(y)
        if set(given) != set(self.classes_):
            raise ValueError(
                "warm_start can only be used where `y` has the same classes as in the previous "
                f"call to fit. Previously got {self.classes_}, `y` has {given}. Use partial_fit "
                "for rows of some classes only, or warm_start=False."
            )

    # --- What BaseMLP asks for -----------------------------------------------------------

    def _read(
        self, X: ArrayLike, y: ArrayLike, weight: ArrayLike | None, dtype: Any, *, reset: bool
    ) -> Rows:
        rows, given = check_rows_and_targets(self, X, y, dtype=dtype, reset=reset)
        labels, several = read_labels(given)
        present = np.arange(labels.shape[1]) if several else np.unique(labels)
        if not hasattr(self, "classes_"):
            self.classes_ = present
            self._sparse_labels = several and sparse.issparse(given)
        elif len(np.setdiff1d(present, self.classes_)) or (
            several and len(present) != len(self.classes_)
        ):
            raise ValueError(
                f"`y` has classes not in `self.classes_`. `self.classes_` has {self.classes_}. "
                f"`y` has {present}. Name all classes in the first call."
            )
        coded = labels if several else np.searchsorted(self.classes_, labels)
        return Rows(rows, coded, check_weight(weight, rows))

    def _weighted(self, rows: Rows, training: Rows) -> Rows:
        if self.class_weight is None:
            return rows
        if rows.y.ndim == 2:
            raise ValueError(
                "class_weight is for one label a row; y has several. Use sample_weight."
            )
        factors = class_factors(self.class_weight, self.classes_, training.y)
        return rows.weighted(factors[rows.y])

    def _outputs_for(self, rows: Rows) -> tuple[Output, int]:
        if rows.y.ndim == 2:
            return "sigmoid", rows.y.shape[1]
        return network_output(self, len(self.classes_))

    def _output_of(self, n_outputs: int) -> Output:
        return output_for(n_outputs)

    def _loss(self) -> tuple[Loss, float | None]:
        return "log_loss", None

    def _targets(self, rows: Rows, network: NetworkSpec) -> NDArray[Any]:
        if rows.y.ndim == 2:
            return smoothed(rows.y.astype(np.float64), 2, self.label_smoothing)
        return class_targets(rows.y, len(self.classes_), network, self.label_smoothing)

    def _strata(self, rows: Rows) -> NDArray[Any] | None:
        # Like scikit-learn, so that the same rows are held out.
        return rows.y if self._outputs_for(rows)[1] == 1 else None
