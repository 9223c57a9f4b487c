"""The lab in Jupyter: the page in a cell. It trains in the browser; the kernel hears of the end."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import replace
from typing import Any

import numpy as np
import pandas as pd
from sklearn.exceptions import NotFittedError

from moonlet.data import Dataset
from moonlet.data.schema import as_raw
from moonlet.data.table import to_dataset
from moonlet.exceptions import DataError, MissingExtraError
from moonlet.lab.network import fitted
from moonlet.lab.opening import recipe_of
from moonlet.lab.page import module
from moonlet.lab.page_table import dataset_of, to_page

try:
    import anywidget
    import traitlets
except ImportError as error:  # pragma: no cover - exercised where the extra is not installed
    raise MissingExtraError(
        f"moonlet.lab.Lab needs {error.name}, which is not installed: pip install 'moonlet[widget]'"
    ) from error

__all__ = ["Lab"]


class Lab(anywidget.AnyWidget):
    """Train a network in the notebook, live, and take it from there.

    The page of ``moonlet lab`` in a cell. It trains in the browser, so the kernel stays free, and
    is told of the network whenever training comes to rest.

    Parameters
    ----------
    X : DataFrame or array-like of shape (n_samples, n_features), optional
        The two moons when None. Numbers, dates and categories; columns of an array are called
        x0, x1 …
    y : array-like of shape (n_samples,), optional
        Class labels, or numbers to predict. A Series' name is the target's name.
    recipe : mapping, optional
        What to open with beside the data: `recipe` of another lab, or a lesson.
    compact : bool
        Only the picture, its curve and what plays them, for a narrow cell.

    Attributes
    ----------
    recipe : dict
        All that the lab is, as it stood when training last came to rest: to be kept, and
        given to another lab. Setting it changes the page.
    estimator_ : MLPClassifier, MLPRegressor or Pipeline
        The network as it stood then, fitted; a Pipeline with the preprocessing for rows of one's
        own.

    Raises
    ------
    DataError
        If the lab cannot show these data.
    MissingExtraError
        If anywidget is not installed.

    Examples
    --------
    >>> from moonlet.lab import Lab
    >>> lab = Lab()  # doctest: +SKIP
    >>> network = lab.estimator_  # doctest: +SKIP
    """

    # The page hears of these; nothing else goes over the notebook's connection.
    _recipe = traitlets.Unicode().tag(sync=True)
    _trained = traitlets.Unicode().tag(sync=True)
    compact = traitlets.Bool().tag(sync=True)

    def __init__(
        self,
        X: Any = None,
        y: Any = None,
        *,
        recipe: Mapping[str, Any] | None = None,
        compact: bool = False,
    ) -> None:
        self._esm = module()
        # What the page need not send back.
        self._table = None if X is None else to_page(_dataset(X, y))
        opening = {**(recipe or {}), **({} if self._table is None else recipe_of(self._table))}
        super().__init__(_recipe=json.dumps(opening), compact=compact)

    @property
    def recipe(self) -> dict[str, Any]:
        """All that the lab is."""
        told: dict[str, Any] = json.loads(self._recipe)
        data = told.get("data", {})
        if data.get("source") == "table" and data.get("table") is None:
            data["table"] = self._table
        return told

    @recipe.setter
    def recipe(self, recipe: Mapping[str, Any]) -> None:
        self._recipe = json.dumps(recipe)

    @property
    def estimator_(self) -> Any:
        """The network as it stood when training last came to rest, fitted."""
        if not self._trained:
            raise NotFittedError(
                "The page has trained nothing yet. Show the lab in a cell, and press Play in it."
            )
        trained = json.loads(self._trained)
        data = trained["data"]
        table = data.get("table") or (self._table if data["source"] == "table" else None)
        return fitted(trained, dataset_of({**data, "table": table}))


def _dataset(X: Any, y: Any) -> Dataset:
    if y is None:
        raise DataError(
            "Lab needs y, what is to be predicted, beside X. Give both, or none for the moons."
        )
    raw, labels = as_raw(X), pd.Series(np.asarray(y))
    if len(labels) != raw.n_rows:
        raise DataError(f"X has {raw.n_rows} rows and y has {len(labels)}. They must be as many.")
    target = str(getattr(y, "name", None) or "target")
    while target in raw.columns:
        target += "_"
    (column,) = as_raw(labels.to_frame(target)).columns.values()
    return to_dataset(replace(raw, columns={**raw.columns, target: column}), "X", target)
