"""Displays, the classes of `moonlet.displays`, by the question that each answers."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final, Literal

from .entries import check_that_each_has_an_entry

Display = Literal[
    "BoundaryGridDisplay",
    "LossCurveDisplay",
    "CapacityDisplay",
    "LearningCurveDisplay",
    "CalibrationDisplay",
    "RocCurveDisplay",
    "ResidualsDisplay",
    "HiddenUnitsDisplay",
    "NetworkDisplay",
    "TrainingDisplay",
]


@dataclass(frozen=True, slots=True)
class DisplayFacts:
    """What is true of a kind of picture.

    Parameters
    ----------
    question : str
        What it shows, as somebody asks who looks for it.
    made : tuple of str
        The class methods that compute and draw at once.
    note : str
        In Markdown.
    """

    question: str
    made: tuple[str, ...] = ("from_estimator",)
    note: str = ""


DISPLAYS: Final[Mapping[Display, DisplayFacts]] = {
    "BoundaryGridDisplay": DisplayFacts(
        "where does it change its mind?",
        ("from_estimator", "from_estimators"),
        "one panel or many",
    ),
    "LossCurveDisplay": DisplayFacts("how did the loss fall, and did it converge?"),
    "CapacityDisplay": DisplayFacts("how good is which size?", ("from_study",)),
    "LearningCurveDisplay": DisplayFacts(
        "would more rows help?", ("from_curve",), "of `moonlet.study.learning_curve(study)`"
    ),
    "CalibrationDisplay": DisplayFacts("is it as certain as it is right?"),
    "RocCurveDisplay": DisplayFacts("how well does it tell each class from the others?"),
    "ResidualsDisplay": DisplayFacts("how far off are predicted numbers?"),
    "HiddenUnitsDisplay": DisplayFacts("what does each hidden unit do?"),
    "NetworkDisplay": DisplayFacts("what are the weights?"),
    "TrainingDisplay": DisplayFacts(
        "how did it get there?", note="a GIF, or an MP4 where ffmpeg is installed"
    ),
}

check_that_each_has_an_entry(Display, DISPLAYS)
