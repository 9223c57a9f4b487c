"""What training leaves behind: an estimator's attributes with a trailing underscore."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

from numpy.typing import NDArray

from moonlet import engine
from moonlet.names import OUTPUTS, SOLVERS
from moonlet.specs import Array, NetworkSpec, Output, StopReason

__all__ = ["LEARNED", "OUTPUT", "OUT_ACTIVATION", "learned_attributes", "weights_of"]

# scikit-learn's names, in `out_activation_`, for the specs' outputs.
OUT_ACTIVATION: Final[Mapping[Output, str]] = {
    output: facts.scikit_learn for output, facts in OUTPUTS.items()
}
OUTPUT: Final[Mapping[str, Output]] = {name: output for output, name in OUT_ACTIVATION.items()}

# All that `fit` and `partial_fit` write. What else stands on an estimator is somebody else's.
LEARNED: Final = frozenset(
    [
        *("coefs_", "intercepts_", "n_layers_", "n_outputs_", "out_activation_"),
        *("n_features_in_", "feature_names_in_", "classes_", "_sparse_labels"),
        *("n_iter_", "t_", "loss_", "best_loss_", "loss_curve_", "gradient_norm_curve_"),
        *("validation_loss_curve_", "validation_scores_", "best_validation_score_"),
        *("stop_reason_", "_training_facts", "_findings"),
        *("_quick", "_solver_state", "_live"),
    ]
)


def weights_of(network: NetworkSpec, parameters: NDArray[Any]) -> dict[str, Any]:
    """The attributes that make a network, as views of its flat parameter vector."""
    coefs, intercepts = network.unpack(parameters)
    return {
        "coefs_": coefs,
        "intercepts_": intercepts,
        "n_layers_": len(network.layer_sizes),
        "n_outputs_": network.n_outputs,
        "out_activation_": OUT_ACTIVATION[network.output],
    }


def learned_attributes(
    trainer: engine.Trainer,
    n_samples: int,
    earlier: Mapping[str, Any],
    stop_reason: StopReason | None = None,
) -> dict[str, Any]:
    """Read off a network, in training or after it, how the training went.

    Parameters
    ----------
    trainer : Trainer
    n_samples : int
        Rows that it is trained on.
    earlier : mapping
        The attributes that training began with; its curves are gone on with.
    stop_reason : str, optional
        Why training ended, if the trainer does not know.

    Returns
    -------
    attributes : dict
        All but the weights and the diagnosis.
    """
    solver, early_stopping = trainer.spec.solver.name, trainer.spec.early_stopping
    now = trainer.loss_curve
    losses = _continued(earlier.get("loss_curve_"), now)
    validation_losses = scores = best_score = None
    if trainer.watches or earlier.get("validation_scores_"):
        watched = trainer.validation_score_curve
        validation_losses = _continued(
            earlier.get("validation_loss_curve_"), trainer.validation_loss_curve
        )
        scores = _continued(earlier.get("validation_scores_"), watched)
        if len(watched):
            on_loss = early_stopping == "loss"
            best = trainer.validation_loss_curve.argmin() if on_loss else watched.argmax()
            best_score = float(watched[best])
    loss = trainer.loss
    # Only full batches know the loss at the weights as they are now.
    here = [] if SOLVERS[solver].takes_batches else [loss]
    return {
        "n_iter_": trainer.n_iter,
        # Like scikit-learn, which does not count the rows that lbfgs looks at.
        "t_": earlier.get("t_", 0) + (len(now) * n_samples if SOLVERS[solver].has_rate else 0),
        "loss_": loss,
        # Like scikit-learn, where the validation's score takes its place.
        "best_loss_": None if early_stopping else min([*losses, *here]),
        "best_validation_score_": best_score,
        "stop_reason_": stop_reason or trainer.stop_reason or "interrupted",
        "loss_curve_": losses,
        "gradient_norm_curve_": _continued(
            earlier.get("gradient_norm_curve_"), trainer.gradient_norm_curve
        ),
        "validation_loss_curve_": validation_losses,
        "validation_scores_": scores,
    }


def _continued(earlier: list[float] | None, now: Array) -> list[float]:
    curve: list[float] = now.tolist()
    return [*earlier, *curve] if earlier else curve
