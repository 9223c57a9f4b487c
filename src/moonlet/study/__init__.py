"""The capacity study: how large a network a problem needs, and whether it beats a straight line.

Grid → jobs (`plan`) → trained networks (`executors`, kept by `store`) → numbers
(`evidence`, `straight_line`, `scores`) → decision (`rules`, which make a `verdict`) in `words`;
`course` ties them together, `study` is the scikit-learn meta-estimator. Begin with `course`, and
with `rules` for what may be claimed. May import `moonlet.data`,
`moonlet.estimators` and what stands below them.
"""

from __future__ import annotations

from moonlet.study.grid import default_network
from moonlet.study.learning_curves import LearningCurve, learning_curve
from moonlet.study.progress import StudyProgress
from moonlet.study.store import count_stored
from moonlet.study.study import CapacityStudy
from moonlet.study.tables import write_csv, write_parquet
from moonlet.study.verdict import Verdict

__all__ = [
    "CapacityStudy",
    "LearningCurve",
    "StudyProgress",
    "Verdict",
    "count_stored",
    "default_network",
    "learning_curve",
    "write_csv",
    "write_parquet",
]
