r"""Every named thing, once: its name, its words, its parameters, its traits and its formula.

Whatever knows a thing by its name reads it here: specs, estimators, study, tutor, command line,
export, documentation; and, by way of ``engine/write_names.py``, the engine and the lab's page. So
a new one is added here, and then where its mathematics is. What looks a name up that is not here
fails; what has no entry for a name that is here fails when it is compiled or tested.
How it is done, step by step: docs/how_to/add_a_name.md.

`functions` has what a network computes with, `training` how it is trained, `sets` the data that
comes along, `findings` what the tutor finds, `pictures` the Displays. Begin with `functions`.

1. The order counts: the engine numbers the entries by it. Append.
2. Formulas are LaTeX, for docs/mathematics.md; so are the sources, which are listed there.
3. May import nothing but each other, and by relative imports: the command line reads them for its
   help, where NumPy would take a second, and builds read them without moonlet.

>>> ACTIVATIONS["relu"].flat
'on one side'
>>> [name for name, schedule in SCHEDULES.items() if not schedule.open_ended]
['step', 'exponential', 'cosine', 'linear']
"""

from __future__ import annotations

from .findings import FINDINGS, FindingKind
from .functions import (
    ACTIVATIONS,
    LOSSES,
    OUTPUTS,
    Activation,
    ActivationFacts,
    Loss,
    LossFacts,
    LossParameter,
    Output,
    OutputFacts,
    losses_of,
)
from .pictures import DISPLAYS, Display, DisplayFacts
from .sets import BUNDLED, TOYS, BundledFacts, ToyFacts
from .training import (
    INITS,
    SCHEDULES,
    SOLVERS,
    Init,
    Schedule,
    ScheduleFacts,
    SolverFacts,
    SolverName,
)

__all__ = [
    "ACTIVATIONS",
    "BUNDLED",
    "DISPLAYS",
    "FINDINGS",
    "INITS",
    "LOSSES",
    "OUTPUTS",
    "SCHEDULES",
    "SOLVERS",
    "TOYS",
    "Activation",
    "ActivationFacts",
    "BundledFacts",
    "Display",
    "DisplayFacts",
    "FindingKind",
    "Init",
    "Loss",
    "LossFacts",
    "LossParameter",
    "Output",
    "OutputFacts",
    "Schedule",
    "ScheduleFacts",
    "SolverFacts",
    "SolverName",
    "ToyFacts",
    "losses_of",
]
