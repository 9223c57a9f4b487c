"""scikit-learn's tests of its networks, with the import changed to moonlet's.

They are read from where scikit-learn is installed. Those named here fail, each for its reason; all
others pass.
"""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest
from sklearn import neural_network

THEIRS = "from sklearn.neural_network import MLPClassifier, MLPRegressor\n"
OURS = "from moonlet import MLPClassifier, MLPRegressor\n"

PRIVATE = "reads scikit-learn's private attributes"
EXPECTED = {
    "test_gradient": PRIVATE,
    "test_learning_rate_warmstart": PRIVATE,
    "test_adaptive_learning_rate": PRIVATE,
    "test_n_iter_no_change": PRIVATE,
    "test_n_iter_no_change_inf": PRIVATE,
    # BFGS's step is another: 9 evaluations suffice where scikit-learn's L-BFGS needs more than 10.
    "test_lbfgs_classification_maxfun[X1-y1]": "converges within the evaluations allowed",
    "test_early_stopping_stratified": "names the class as it was given, [1], not as ['True']",
    # scikit-learn's own regressor fails it by 3.7 % with random_state=5, moonlet's by 0.1 % with 1.
    "test_mlp_regressor_dtypes_casting": "32 and 64 bit part by chance",
    "test_mlp_diverging_loss": "stops before its scores are NaN, and keeps the best weights",
}
# Theirs is set by an environment variable, in a plug-in of scikit-learn's repository.
SEED = "import pytest\n\n\n@pytest.fixture\ndef global_random_seed():\n    return 42\n"


@pytest.mark.slow
def test_they_pass_but_for_those_that_are_explained(tmp_path: Path) -> None:
    source = Path(neural_network.__file__).parent / "tests" / "test_mlp.py"
    text = source.read_text(encoding="utf-8")
    assert text.count(THEIRS) == 1
    (tmp_path / "test_mlp.py").write_text(text.replace(THEIRS, OURS), encoding="utf-8")
    (tmp_path / "conftest.py").write_text(SEED, encoding="utf-8")
    options = ["-q", "-rfE", "-p", "no:cacheprovider", "-c", "/dev/null", "--rootdir", "."]
    ran = subprocess.run(
        [sys.executable, "-m", "pytest", *options, "test_mlp.py"],
        cwd=tmp_path,
        capture_output=True,
        text=True,
        check=False,
    )
    failed = {
        line.split(" ")[1].partition("::")[2]
        for line in ran.stdout.splitlines()
        if line.startswith(("FAILED", "ERROR"))
    }
    assert failed == set(EXPECTED), ran.stdout
    assert "passed" in ran.stdout.splitlines()[-1]
