"""The pages for those who come from elsewhere name everything, and their code runs."""

from __future__ import annotations

import re
from inspect import signature

import pytest
from sklearn.datasets import load_iris
from sklearn.neural_network import MLPClassifier as ScikitLearnClassifier
from sklearn.neural_network import MLPRegressor as ScikitLearnRegressor

from moonlet import MLPClassifier, MLPRegressor
from tests.docs.places import DOCS

SCIKIT_LEARN = (DOCS / "coming_from_scikit_learn.md").read_text(encoding="utf-8")
OTHERS = (DOCS / "coming_from_pytorch_and_keras.md").read_text(encoding="utf-8")


def rows() -> dict[str, str]:
    """What the tables say of each name: same, extended, different or new."""
    found = {}
    for names, verdict in re.findall(r"^\| (`[^|]+) \| (\w+) \|", SCIKIT_LEARN, re.MULTILINE):
        found |= dict.fromkeys(re.findall(r"`(\w+)`", names), verdict)
    return found


@pytest.mark.parametrize(
    ("mine", "theirs"),
    [(MLPClassifier, ScikitLearnClassifier), (MLPRegressor, ScikitLearnRegressor)],
)
def test_every_parameter_is_in_the_table_as_what_it_is(mine, theirs):
    known = set(signature(theirs).parameters)
    for name in signature(mine).parameters:
        if name in ("huber_delta", "quantile"):
            assert f"`{name}`" in SCIKIT_LEARN  # told with the loss that has it
        else:
            assert (rows()[name] == "new") == (name not in known), name
    assert known <= set(rows())


def test_every_attribute_is_in_the_table_as_what_it_is():
    X, y = load_iris(return_X_y=True, as_frame=True)
    learned, known = (
        {
            name
            for name in vars(kind(early_stopping=True, max_iter=2000, random_state=0).fit(X, y))
            if name.endswith("_")
        }
        for kind in (MLPClassifier, ScikitLearnClassifier)
    )
    public = {name for name in learned if not name.startswith("_")}
    assert public <= set(rows())
    for name in public:
        assert (rows()[name] == "new") == (name not in known), name


@pytest.mark.parametrize("library", ["torch", "keras"])
def test_the_code_in_other_libraries_runs_where_they_are_installed(library):
    pytest.importorskip(library)
    (code,) = [c for c in re.findall(r"```python\n(.*?)```", OTHERS, re.DOTALL) if library in c]
    names: dict[str, object] = {}
    exec(compile(code, "coming_from_pytorch_and_keras.md", "exec"), names)  # noqa: S102
    assert len(names["probabilities"]) == 200  # type: ignore[arg-type]
