r"""What a network computes with: activations, outputs, and the losses they are trained on."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final, Literal

from .entries import check_that_each_has_an_entry

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
    centred : bool
        Whether f(0) is 0.
    instead : str
        What the tutor advises where it has let units die.
    source : str
    """

    formula: str
    slope: str
    flat: Literal["nowhere", "on one side", "on both sides"]
    keeps_slope: bool = False
    centred: bool = True
    instead: Activation = "tanh"
    source: str = ""


ACTIVATIONS: Final[Mapping[Activation, ActivationFacts]] = {
    "identity": ActivationFacts("z", "1", flat="nowhere"),
    "logistic": ActivationFacts(
        r"\sigma(z)",
        r"\sigma(z)\,\sigma(-z)",
        flat="on both sides",
        centred=False,
        source="Rumelhart 1986, equations 2 and 5",
    ),
    "tanh": ActivationFacts(
        r"\tanh z", r"1 - \tanh^2 z", flat="on both sides", source="LeCun 1998, section 4.4"
    ),
    "relu": ActivationFacts(
        r"\max(z, 0)",
        r"1 \text{ where } z > 0, \text{ else } 0",
        flat="on one side",
        # It lowered the loss more often than leaky_relu, whose slope of 1/100 is soon nothing
        # through several layers (62 against 25 of 100 trainings with dead units; tanh 68).
        instead="elu",
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
        r"\log(1 + e^z)",
        r"\sigma(z)",
        flat="on one side",
        centred=False,
        source="Dugas 2000",
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


def losses_of(output: Output) -> tuple[Loss, ...]:
    """The losses that an output can be trained on; the first is meant when none is named.

    >>> losses_of("exp")
    ('poisson',)
    """
    return tuple(name for name, facts in LOSSES.items() if output in facts.outputs)


check_that_each_has_an_entry(Activation, ACTIVATIONS)
check_that_each_has_an_entry(Output, OUTPUTS)
check_that_each_has_an_entry(Loss, LOSSES)
