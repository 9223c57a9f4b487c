"""What training leaves behind: an estimator's attributes with a trailing underscore."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

from moonlet import engine
from moonlet.specs import Array, Output, StopReason

__all__ = ["OUT_ACTIVATION", "learned_attributes"]

# scikit-learn's names, in `out_activation_`, for the specs' outputs.
OUT_ACTIVATION: Final[Mapping[Output, str]] = {
    "identity": "identity",
    "exp": "exp",
    "sigmoid": "logistic",
    "softmax": "softmax",
}


def learned_attributes(
    trainer: engine.Trainer,
    n_samples: int,
    earlier: Mapping[str, Any],
    stop_reason: StopReason | None = None,
) -> dict[str, Any]:
    """Read an estimator's attributes off a network, in training or after it.

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
        All but the diagnosis.
    """
    network, solver = trainer.spec.network, trainer.spec.solver.name
    early_stopping = trainer.spec.early_stopping
    coefs, intercepts = network.unpack(trainer.parameters.astype(trainer.dtype, copy=False))
    scores = trainer.validation_score_curve
    curves = {
        name: _continued(earlier.get(name), curve, needed)
        for name, curve, needed in (
            ("loss_curve_", trainer.loss_curve, True),
            ("gradient_norm_curve_", trainer.gradient_norm_curve, True),
            ("validation_loss_curve_", trainer.validation_loss_curve, trainer.watches),
            ("validation_scores_", scores, trainer.watches),
        )
    }
    n_passes = len(trainer.loss_curve)
    # Only full batches know the loss at the weights as they are now.
    here = [trainer.loss] if solver in ("gd", "lbfgs") else []
    best_score = None
    if len(scores):
        on_loss = early_stopping == "loss"
        best = trainer.validation_loss_curve.argmin() if on_loss else scores.argmax()
        best_score = float(scores[best])
    return {
        "coefs_": coefs,
        "intercepts_": intercepts,
        "n_layers_": len(network.layer_sizes),
        "n_outputs_": network.n_outputs,
        "out_activation_": OUT_ACTIVATION[network.output],
        "n_iter_": trainer.n_iter,
        # Like scikit-learn, which does not count the rows that lbfgs looks at.
        "t_": earlier.get("t_", 0) + (0 if solver == "lbfgs" else n_passes * n_samples),
        "loss_": trainer.loss,
        # Like scikit-learn, where the validation's score takes its place.
        "best_loss_": None if early_stopping else min([*(curves["loss_curve_"] or []), *here]),
        "best_validation_score_": best_score,
        "stop_reason_": stop_reason or trainer.stop_reason or "interrupted",
        **curves,
    }


def _continued(earlier: list[float] | None, now: Array, needed: bool) -> list[float] | None:
    return [*(earlier or []), *now.tolist()] if needed or earlier else None
