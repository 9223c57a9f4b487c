r"""Every named thing, once: its name, its words, its parameters, its traits and its formula.

Whatever knows a thing by its name reads it here: specs, estimators, study, tutor, command line,
export, documentation; and, by way of ``engine/write_names.py``, the engine and the lab's page. So
a new one is added here, and then where its mathematics is. What looks a name up that is not here
fails; what has no entry for a name that is here fails when it is compiled or tested.
How it is done, step by step: docs/how_to/add_a_name.md.

1. The order counts: the engine numbers the entries by it. Append.
2. Formulas are LaTeX, for docs/mathematics.md; so are the sources, which are listed there.
3. May import nothing: the command line reads it for its help, where NumPy would take a second, and
   builds read it without moonlet.

>>> ACTIVATIONS["relu"].flat
'on one side'
>>> [name for name, schedule in SCHEDULES.items() if not schedule.open_ended]
['step', 'exponential', 'cosine', 'linear']
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final, Literal, get_args

Activation = Literal[
    "identity",
    "logistic",
    "tanh",
    "relu",
    "leaky_relu",
    "elu",
    "gelu",
    "silu",
    "softplus",
    "mish",
]
Output = Literal["identity", "exp", "sigmoid", "softmax"]
Loss = Literal[
    "log_loss", "squared_error", "absolute_error", "huber", "quantile", "poisson", "log_cosh"
]
SolverName = Literal["gd", "sgd", "adam", "lbfgs"]
Schedule = Literal["constant", "invscaling", "adaptive", "step", "exponential", "cosine", "linear"]
Init = Literal[
    "glorot_uniform",
    "glorot_normal",
    "lecun_uniform",
    "lecun_normal",
    "he_uniform",
    "he_normal",
]


@dataclass(frozen=True, slots=True)
class ActivationFacts:
    """What is true of an activation function f.

    Parameters
    ----------
    formula, slope : str
        f(z) and its derivative.
    flat : {"nowhere", "on one side", "on both sides"}
        Where f comes to a standstill: on one side units can die, on both they can saturate.
    keeps_slope : bool
        Whether the engine keeps f'(z) beside f(z), because f(z) does not tell z.
    source : str
    """

    formula: str
    slope: str
    flat: Literal["nowhere", "on one side", "on both sides"]
    keeps_slope: bool = False
    source: str = ""


ACTIVATIONS: Final[Mapping[Activation, ActivationFacts]] = {
    "identity": ActivationFacts("z", "1", flat="nowhere"),
    "logistic": ActivationFacts(
        r"\sigma(z)",
        r"\sigma(z)\,\sigma(-z)",
        flat="on both sides",
        source="Rumelhart 1986, equations 2 and 5",
    ),
    "tanh": ActivationFacts(
        r"\tanh z", r"1 - \tanh^2 z", flat="on both sides", source="LeCun 1998, section 4.4"
    ),
    "relu": ActivationFacts(
        r"\max(z, 0)",
        r"1 \text{ where } z > 0, \text{ else } 0",
        flat="on one side",
        source="Glorot 2011",
    ),
    "leaky_relu": ActivationFacts(
        r"z \text{ where } z > 0, \text{ else } z / 100",
        r"1 \text{ or } 1/100",
        flat="nowhere",
        source="Maas 2013",
    ),
    "elu": ActivationFacts(
        r"z \text{ where } z > 0, \text{ else } e^z - 1",
        r"1 \text{ or } e^z",
        flat="on one side",
        source=r"Clevert 2016, section 3, $\alpha = 1$",
    ),
    "gelu": ActivationFacts(
        r"z\,\sigma(2u),\; u = \sqrt{2/\pi}\,(z + 0.044715\,z^3)",
        r"\sigma(2u)\,(1 + 2 z\,\sigma(-2u)\,u')",
        flat="on one side",
        keeps_slope=True,
        source="Hendrycks 2016, section 2",
    ),
    "silu": ActivationFacts(
        r"z\,\sigma(z)",
        r"\sigma(z)\,(1 + z\,\sigma(-z))",
        flat="on one side",
        keeps_slope=True,
        source="Hendrycks 2016, section 2",
    ),
    "softplus": ActivationFacts(
        r"\log(1 + e^z)", r"\sigma(z)", flat="on one side", source="Dugas 2000"
    ),
    "mish": ActivationFacts(
        r"z p,\; p = \tanh \log(1 + e^z)",
        r"p + z\,(1 - p^2)\,\sigma(z)",
        flat="on one side",
        keeps_slope=True,
        source="Misra 2019, section 3",
    ),
}


@dataclass(frozen=True, slots=True)
class OutputFacts:
    """What turns the last layer's values into predictions.

    Parameters
    ----------
    formula : str
        The prediction.
    scikit_learn : str
        Its name in `out_activation_`.
    note : str
        How it is computed.
    """

    formula: str
    scikit_learn: str
    note: str = ""


OUTPUTS: Final[Mapping[Output, OutputFacts]] = {
    "identity": OutputFacts("z", "identity"),
    "exp": OutputFacts("e^z", "exp"),
    "sigmoid": OutputFacts(
        r"\sigma(z)", "logistic", r"with $e^{-\lvert z\rvert}$, which cannot overflow"
    ),
    "softmax": OutputFacts(
        r"e^{z_i} / \sum_j e^{z_j}",
        "softmax",
        "after subtraction of the row's maximum "
        "[Goodfellow 2016, equations 6.29 and 6.33; Blanchard 2021]",
    ),
}


@dataclass(frozen=True, slots=True)
class LossParameter:
    """The one number that a loss may have.

    Parameters
    ----------
    name : str
        What `MLPRegressor` calls it.
    usual, most : float
        Its default, and what it has to stay below; it is above 0.
    """

    name: str
    usual: float
    most: float


@dataclass(frozen=True, slots=True)
class LossFacts:
    """What is true of a loss.

    Parameters
    ----------
    words : str
        What a study calls it.
    formula, slope : str
        The loss of one value, and its derivative by z.
    outputs : tuple of str
        What it can be trained with. Of all losses of an output the first is meant when none is
        named.
    unit : int or None
        Of y, to this power, is the loss told: 2 for squares. None for a loss that means something
        else when y is scaled; a study then leaves y as it is.
    told : float
        How many times the loss that is trained on a study tells: 2 for the halved square.
    trees : str
        What scikit-learn's boosted trees are trained on beside it, for they have not all.
    parameter : LossParameter or None
    source : str
    """

    words: str
    formula: str
    slope: str
    outputs: tuple[Output, ...]
    unit: int | None
    trees: str
    told: float = 1.0
    parameter: LossParameter | None = None
    source: str = ""


LOSSES: Final[Mapping[Loss, LossFacts]] = {
    "log_loss": LossFacts(
        "log loss",
        r"-y \log \hat y - (1 - y) \log (1 - \hat y), \text{ or } -\sum_i y_i \log \hat y_i",
        r"\hat y - y",
        outputs=("sigmoid", "softmax"),
        unit=0,
        trees="log_loss",
        source="Goodfellow 2016, sections 6.2.2.2 and 6.2.2.3",
    ),
    "squared_error": LossFacts(
        "squared error",
        r"\tfrac12 (z - y)^2",
        "z - y",
        outputs=("identity",),
        unit=2,
        trees="squared_error",
        told=2.0,
        source="Rumelhart 1986, equation 3",
    ),
    "absolute_error": LossFacts(
        "absolute error",
        r"\lvert z - y \rvert",
        r"\text{sign}(z - y)",
        outputs=("identity",),
        unit=1,
        trees="absolute_error",
    ),
    "huber": LossFacts(
        "Huber loss",
        r"\tfrac12 (z - y)^2 \text{ up to } \lvert z - y\rvert = \delta, "
        r"\text{ then } \delta(\lvert z - y\rvert - \delta/2)",
        r"z - y, \text{ clipped to } \pm\delta",
        outputs=("identity",),
        unit=None,
        trees="squared_error",
        parameter=LossParameter("huber_delta", usual=1.0, most=float("inf")),
        source="Huber 1964",
    ),
    "quantile": LossFacts(
        "quantile loss",
        r"q\,(y - z) \text{ where } y > z, \text{ else } (1 - q)(z - y)",
        r"-q \text{ or } 1 - q",
        outputs=("identity",),
        unit=1,
        trees="quantile",
        parameter=LossParameter("quantile", usual=0.5, most=1.0),
        source="Koenker 1978, section 2",
    ),
    "poisson": LossFacts(
        "Poisson loss",
        r"y \log (y / e^z) - y + e^z",
        r"e^z - y",
        outputs=("exp",),
        unit=None,
        trees="poisson",
        source="McCullagh 1989, section 2.3, halved",
    ),
    "log_cosh": LossFacts(
        "log cosh loss",
        r"\log \cosh(z - y)",
        r"\tanh(z - y)",
        outputs=("identity",),
        unit=None,
        trees="squared_error",
        source="Green 1990, section 2",
    ),
}


@dataclass(frozen=True, slots=True)
class SolverFacts:
    """What is true of a way to descend.

    Parameters
    ----------
    takes_batches : bool
        Whether a step looks at some rows only: then chance decides which.
    has_rate : bool
        Whether it goes by `learning_rate_init` and a schedule.
    """

    takes_batches: bool
    has_rate: bool


SOLVERS: Final[Mapping[SolverName, SolverFacts]] = {
    "gd": SolverFacts(takes_batches=False, has_rate=True),
    "sgd": SolverFacts(takes_batches=True, has_rate=True),
    "adam": SolverFacts(takes_batches=True, has_rate=True),
    "lbfgs": SolverFacts(takes_batches=False, has_rate=False),
}


@dataclass(frozen=True, slots=True)
class ScheduleFacts:
    """What is true of a way in which the rate changes.

    Parameters
    ----------
    formula : str
        The rate when t of T passes are done, r being the first.
    open_ended : bool
        Whether the rate is the same however many passes are to come. Else a training of fewer
        passes is another one, not the beginning of a longer one.
    source : str
    """

    formula: str
    open_ended: bool
    source: str = ""


SCHEDULES: Final[Mapping[Schedule, ScheduleFacts]] = {
    "constant": ScheduleFacts("r", open_ended=True),
    "invscaling": ScheduleFacts(
        r"r / (\text{rows seen} + 1)^{\text{power\_t}} \text{ from the second pass on}",
        open_ended=True,
    ),
    "adaptive": ScheduleFacts(
        r"r, \text{ divided by 5 each time that training would stop, down to } 10^{-6}",
        open_ended=True,
    ),
    "step": ScheduleFacts(
        r"r,\; r / 10 \text{ from } T/2 \text{ on},\; r / 100 \text{ from } 3T/4 \text{ on}",
        open_ended=False,
    ),
    "exponential": ScheduleFacts(r"r \cdot 0.01^{t/T}", open_ended=False),
    "cosine": ScheduleFacts(
        r"r\,(1 + \cos(\pi t / T)) / 2", open_ended=False, source="Loshchilov 2017"
    ),
    "linear": ScheduleFacts(r"r\,(1 - t / T)", open_ended=False),
}

INITS: Final[tuple[Init, ...]] = get_args(Init)


@dataclass(frozen=True, slots=True)
class ToyFacts:
    """What is true of a toy set: points in a plane that `engine/toys.h` draws.

    Parameters
    ----------
    words : str
        What there is to see.
    noise : float
        Its usual noise.
    n_classes : int or None
        How many classes it has when nothing is said; None where that cannot be chosen.
    is_numeric : bool
        Whether a number is to be predicted.
    """

    words: str
    noise: float
    n_classes: int | None = None
    is_numeric: bool = False


TOYS: Final[Mapping[str, ToyFacts]] = {
    "moons": ToyFacts("two half circles that reach into each other", noise=0.2),
    "circles": ToyFacts("one circle within a circle of twice its size", noise=0.1),
    "blobs": ToyFacts("round clouds; noise is their standard deviation", noise=1.0, n_classes=3),
    "spirals": ToyFacts(
        "arms of 1.75 turns within the unit circle, one a class", noise=0.03, n_classes=2
    ),
    "xor": ToyFacts("four quarters of a square, opposite ones alike", noise=0.1),
    "line": ToyFacts("a square with a straight border", noise=0.05),
    "parabola": ToyFacts("a square with a parabola for a border", noise=0.05),
    "cubic": ToyFacts(
        "a square with a cubic for a border, which rises, falls and rises", noise=0.05
    ),
    "corner": ToyFacts(
        "a square with a corner for a border, that of an absolute value", noise=0.05
    ),
    "sine": ToyFacts("a square with one wave of a sine for a border", noise=0.05),
    "plane": ToyFacts("a number, the sum of both features", noise=0.1, is_numeric=True),
    "hills": ToyFacts(
        "a number, two hills and two hollows, each over a quarter of a square",
        noise=0.1,
        is_numeric=True,
    ),
    "wave": ToyFacts(
        "a number, the sine of the sum of both features, two waves of it",
        noise=0.1,
        is_numeric=True,
    ),
}

# The sets that scikit-learn ships, under the names of its loaders.
BUNDLED: Final = ("iris", "wine", "breast_cancer", "digits", "diabetes")


def losses_of(output: Output) -> tuple[Loss, ...]:
    """The losses that an output can be trained on; the first is meant when none is named.

    >>> losses_of("exp")
    ('poisson',)
    """
    return tuple(name for name, facts in LOSSES.items() if output in facts.outputs)


def _check_that_each_has_an_entry(names: Any, table: Mapping[Any, object]) -> None:
    if tuple(table) != get_args(names):
        raise TypeError(f"moonlet.names: {names} and its table do not have the same names in order")


_check_that_each_has_an_entry(Activation, ACTIVATIONS)
_check_that_each_has_an_entry(Output, OUTPUTS)
_check_that_each_has_an_entry(Loss, LOSSES)
_check_that_each_has_an_entry(SolverName, SOLVERS)
_check_that_each_has_an_entry(Schedule, SCHEDULES)
