from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd
import pytest

from moonlet import MLPClassifier
from moonlet.data import make_preprocessor
from moonlet.study.problem import Problem
from moonlet.study.rows import take


@pytest.mark.parametrize("as_table", [False, True])
@pytest.mark.parametrize("has_gap", [False, True])
def test_a_fold_is_preprocessed_as_a_whole_whether_gaps_are_looked_for_or_not(
    problem: Problem, as_table: bool, has_gap: bool
) -> None:
    X = problem.X.copy()
    if has_gap:
        X[3, 1] = np.nan
    rows: Any = pd.DataFrame(X, columns=["a", "b"]) if as_table else X
    again = Problem(rows, problem.coded, problem.target, MLPClassifier(), problem.folds)
    for number, fold in problem.folds.items():
        preprocessor = make_preprocessor(take(rows, fold.train))
        prepared = again.prepare(number)
        expected = preprocessor.fit_transform(take(rows, fold.train))
        # A mean's last bit depends on how the rows lie in memory.
        np.testing.assert_allclose(prepared.X_train, expected, rtol=1e-10, atol=1e-12)
        expected = preprocessor.transform(take(rows, fold.valid))
        np.testing.assert_allclose(prepared.X_valid, expected, rtol=1e-10, atol=1e-12)
