"""The tutor: what went wrong in a training, in plain words, and the one change that helps.

`diagnose` looks at a fitted estimator; `examine` at a bare `TrainingHistory`, which the
engine's trainers have too, and at `TrainingFacts`, what rows and network say beyond it.

Reading order: `finding` (what is said), `history` and `facts` (what is looked at), and
`examination`. The rules are the engine's (engine/tutor, one file for each thing that can go
wrong), for the lab's page asks them too; the words are those of `moonlet.words`. May import
specs, reference, engine, words and exceptions; nothing of scikit-learn.
"""

from __future__ import annotations

from moonlet.diagnosis.examination import diagnose, examine
from moonlet.diagnosis.facts import LayerFacts, TrainingFacts
from moonlet.diagnosis.finding import Finding, FindingKind
from moonlet.diagnosis.history import TrainingHistory

__all__ = [
    "Finding",
    "FindingKind",
    "LayerFacts",
    "TrainingFacts",
    "TrainingHistory",
    "diagnose",
    "examine",
]
