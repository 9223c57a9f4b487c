"""scikit-learn's own judgement on both classes, warnings being errors."""

from __future__ import annotations

import os
import subprocess
import sys

import pytest
from sklearn.utils.estimator_checks import parametrize_with_checks

from moonlet.estimators import MLPClassifier, MLPRegressor

# These converge on all that the checks train on, so nothing has to be let pass; and soon, before
# rounding tells weights and repeated rows apart by more than 1e-7. The penalty keeps
# probabilities from 0 and 1, which the checks rule out.
QUASI_NEWTON = {"solver": "lbfgs", "alpha": 1.0, "tol": 1e-2, "max_iter": 20_000}


@parametrize_with_checks(
    [
        MLPClassifier(**QUASI_NEWTON),
        MLPClassifier((), **QUASI_NEWTON),
        MLPClassifier((5, 5), "tanh", output="softmax", init="he_normal", **QUASI_NEWTON),
        MLPClassifier((5,), "tanh", solver="gd", learning_rate_init=0.5, tol=0),
        MLPRegressor(**QUASI_NEWTON),
        MLPRegressor("squared_error", (), **QUASI_NEWTON),
        MLPRegressor("huber", (5,), solver="gd", learning_rate_init=0.1, tol=0),
    ]
)
def test_full_batches_pass(estimator, check):
    check(estimator)


# Two hundred passes in mini-batches are too few for the tolerance, as scikit-learn says as well.
@pytest.mark.filterwarnings("ignore::sklearn.exceptions.ConvergenceWarning")
@parametrize_with_checks([MLPClassifier(), MLPRegressor()])
def test_the_defaults_pass(estimator, check):
    check(estimator)


@pytest.mark.parametrize("kind", ["MLPClassifier", "MLPRegressor"])
def test_the_array_api_checks_pass(kind):
    pytest.importorskip("scipy", "1.14", reason="scikit-learn's array API asks for it")
    # The variable must be set before SciPy is imported, hence another process.
    checks = (
        f"from moonlet import {kind}\n"
        "from sklearn.utils import estimator_checks as checks\n"
        f"estimator = {kind}(solver='lbfgs', max_iter=20_000, max_fun=100_000)\n"
        f"checks.check_array_api_input('{kind}', estimator,"
        " array_namespace='numpy', expect_only_array_outputs=False)\n"
    )
    environment = {**os.environ, "SCIPY_ARRAY_API": "1"}
    run = subprocess.run(
        [sys.executable, "-W", "error", "-c", checks],
        env=environment, capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert run.returncode == 0, run.stderr
