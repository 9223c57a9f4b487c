"""The typed doorway to the compiled core.

Everything is a batch of training jobs: a single fit is a batch of one. A
`Trainer` is one network from start to stop; `train` runs any number of them,
of unlike shapes and rules, over the cores. The same numbers come out bit for
bit whatever the number of threads or the company in the batch.

The core knows arrays and frozen specs; it may be imported by anything from
`moonlet.diagnosis` on and imports nothing but `moonlet.specs`. Begin with `training`; the C++
behind it begins in engine/README.md.
"""

from __future__ import annotations

from moonlet.engine.answers import Predictor, log_losses, loss_and_gradient, predict, predictor
from moonlet.engine.elsewhere import RowSums, ask, sum_up, tell
from moonlet.engine.machine import EngineInfo, info, n_cores
from moonlet.engine.numbers import (
    all_finite,
    apply_function,
    draw_start,
    draw_toy,
    ends,
    start_scales,
)
from moonlet.engine.texts import NumberText, read_number_text, turn_plain_text
from moonlet.engine.training import (
    Judgement,
    RowsElsewhere,
    SolverState,
    Trainer,
    TrainingData,
    train,
)
from moonlet.engine.tutor import Found, Text, examine, facts

__all__ = [
    "EngineInfo",
    "Found",
    "Judgement",
    "NumberText",
    "Predictor",
    "RowSums",
    "RowsElsewhere",
    "SolverState",
    "Text",
    "Trainer",
    "TrainingData",
    "all_finite",
    "apply_function",
    "ask",
    "draw_start",
    "draw_toy",
    "ends",
    "examine",
    "facts",
    "info",
    "log_losses",
    "loss_and_gradient",
    "n_cores",
    "predict",
    "predictor",
    "read_number_text",
    "start_scales",
    "sum_up",
    "tell",
    "train",
    "turn_plain_text",
]
