from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from sklearn.datasets import make_classification

from moonlet.diagnosis import TrainingFacts, examine
from moonlet.engine import predict
from tests.diagnosis.runs import Rows, Run, classes, run


def _rare(share: float, separation: float, seed: int = 0) -> Rows:
    X, y = make_classification(
        600, 4, weights=[1.0 - share], class_sep=separation, flip_y=0, random_state=seed
    )
    return classes(X, y).standardized()


def _recalls(trained: Run, rows: Rows) -> np.ndarray:
    answers = trained.trainer.spec.network, trained.trainer.parameters, rows.X
    right = (predict(*answers) > 0.5) == (rows.Y == 1.0)
    return np.array([right[label == rows.Y].mean() for label in (0.0, 1.0)])


@pytest.mark.parametrize("separation", [0.1, 0.25])
def test_a_rare_class_that_was_given_up_is_named_and_weights_bring_it_back(
    separation: float,
) -> None:
    rows = _rare(0.07, separation)
    ignorant = run(rows, (5,), "tanh", "lbfgs", alpha=1.0, max_iter=500)
    assert ignorant.kinds == ["imbalance_ignored"]
    facts = replace(ignorant.facts, class_names=("well", "ill"))
    words = str(examine(ignorant.history, facts)[0])
    share, recall = rows.Y.mean(), _recalls(ignorant, rows)[1]
    assert f"Class ill is {100 * share:.1f} % of the rows" in words
    assert (
        f"only {100 * recall:.{1 if 0 < recall < 0.1 else 0}f} % of these are recognized" in words
    )
    assert ignorant.findings[0].change == {"class_weight": "balanced"}

    balanced = np.where(rows.Y[:, 0] == 1.0, 0.5 / share, 0.5 / (1.0 - share))
    cured = run(rows, (5,), "tanh", "lbfgs", alpha=1.0, max_iter=500, sample_weight=balanced)
    assert cured.kinds == []
    assert _recalls(cured, rows)[1] > 0.7 > 0.3 > recall


def test_a_rare_class_that_is_recognized_is_let_pass() -> None:
    rows = _rare(0.06, 3.0)
    recognized = run(rows, (5,), "tanh", "lbfgs", alpha=1.0, max_iter=500)
    assert recognized.kinds == []
    np.testing.assert_allclose(recognized.facts.class_recalls, _recalls(recognized, rows))


def test_two_classes_of_the_same_size_that_are_hard_to_tell_apart_are_no_imbalance() -> None:
    assert run(_rare(0.5, 0.05), (1,), "tanh", "lbfgs", alpha=1.0).facts.class_recalls is None


def test_a_rare_class_among_many_is_found() -> None:
    rng = np.random.RandomState(0)
    y = np.repeat([0, 1, 2], [290, 290, 20])
    X = (
        rng.randn(600, 2)
        + np.array([[-3, 0], [3, 0], [0, 0]])[y] * [[1, 1]]
        + 1.5 * rng.randn(600, 2)
    )
    (finding,) = run(classes(X, y).standardized(), (), "tanh", "lbfgs", alpha=1.0).findings
    assert finding.kind == "imbalance_ignored"
    assert "Class number 2 is 3.3 % of the rows" in finding.message


def test_several_labels_a_row_have_no_rare_class() -> None:
    rng = np.random.RandomState(0)
    rows = Rows(rng.randn(100, 2), (rng.rand(100, 2) < 0.05).astype(float), "sigmoid")
    trained = run(rows, (3,), "tanh", "lbfgs", alpha=1.0)
    assert isinstance(trained.facts, TrainingFacts)
    assert trained.facts.class_shares is None
