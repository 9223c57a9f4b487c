"""A training that stays alive between the calls of `partial_fit`.

Solver, memory and threads' workspaces lie where they lay; a call brings other rows. The weights are
those of the estimator's public attributes each time, whoever changed them.
"""

from __future__ import annotations

from operator import is_
from typing import Any

from numpy.typing import NDArray

from moonlet import engine
from moonlet.estimators.coding import Coding
from moonlet.estimators.initial import generator_of
from moonlet.estimators.known import Known
from moonlet.estimators.network import Network
from moonlet.estimators.plan import TrainingPlan, draw_seed, laid_out, plan_training
from moonlet.estimators.rows import Rows
from moonlet.estimators.settings import Settings
from moonlet.specs import SolverName, TrainingSpec

__all__ = ["LiveTraining"]


class LiveTraining:
    """One estimator's training by `partial_fit`.

    Parameters
    ----------
    settings : Settings
    spec : TrainingSpec
        What these make of the rows, before a seed was drawn.
    plan : TrainingPlan
        Of the first call.
    trainer : Trainer
    random_state : int, RandomState instance or None
        That the plan was drawn from.
    """

    def __init__(
        self,
        settings: Settings,
        spec: TrainingSpec,
        plan: TrainingPlan,
        trainer: engine.Trainer,
        random_state: object,
    ) -> None:
        self.plan, self.trainer = plan, trainer
        self.known: Known | None = None
        self._settings, self._spec, self._random_state = settings, spec, random_state
        self._parameters: NDArray[Any] | None = None
        self._parts: tuple[NDArray[Any], ...] = ()
        self._losses: list[float] = []
        self._norms: list[float] = []

    @classmethod
    def begin(
        cls,
        estimator: Network,
        settings: Settings,
        coding: Coding,
        rows: Rows,
        memory: tuple[SolverName, engine.SolverState | bytes] | None,
    ) -> LiveTraining:
        """Plan it; of a fitted estimator from its weights, with the memory of its solver.

        Raises
        ------
        ValueError
            If the weights are those of another network.
        """
        spec = settings.spec(rows.X.shape[1], coding.n_outputs, coding.output)
        plan = plan_training(settings, coding, rows, random_state=estimator.random_state)
        if estimator.__sklearn_is_fitted__():
            plan = plan.going_on(estimator.coefs_, estimator.intercepts_)
        trainer = plan.trainer()
        if memory is not None and memory[0] == settings.solver.name:
            trainer.set_solver_state(bytes(memory[1]))
        return cls(settings, spec, plan, trainer, estimator.random_state)

    def knows(self, estimator: Network, settings: Settings) -> bool:
        """Whether what is known of the rows before holds for those to come."""
        known, state = self.known, vars(estimator)
        if known is None or known.columns is None or settings is not self._settings:
            return False
        weight, names = state.get("class_weight"), state.get("feature_names_in_")
        labels = getattr(known.coding, "classes", None)
        return (
            state.get("classes_") is labels
            and (labels is None or weight is known.coding.class_weight)
            and state["n_features_in_"] == known.columns.n_features
            and names is known.columns.names
            and state["coefs_"][0].dtype == known.dtype
        )

    def goes_on(self, estimator: Network, settings: Settings, coding: Coding, rows: Rows) -> bool:
        """Whether these rows can follow: nothing else is another than it was."""
        chance = estimator.random_state
        return (
            settings is self._settings
            and settings.spec(rows.X.shape[1], coding.n_outputs, coding.output) is self._spec
            and rows.X.dtype == self.trainer.dtype
            and type(chance) is type(self._random_state)
            and (chance is self._random_state or chance == self._random_state)
        )

    def take(self, estimator: Network, coding: Coding, rows: Rows) -> None:
        """Let these rows follow."""
        parameters, parts = self._parameters, (*estimator.coefs_, *estimator.intercepts_)
        same = len(parts) == len(self._parts) and all(map(is_, parts, self._parts))
        if parameters is None or not same:
            network = self.plan.spec.network
            parameters = network.pack(estimator.coefs_, estimator.intercepts_)
        chance = self._random_state
        seed = self.plan.spec.solver.seed
        if type(chance) is not int:  # which draws the same each time
            seed = draw_seed(generator_of(chance))
        self.trainer.take(laid_out(rows, coding), parameters.astype(rows.X.dtype, copy=False), seed)

    def learned(self, estimator: Network, network: dict[str, Any], n_rows: int) -> dict[str, Any]:
        """The attributes after a pass, but for those of the network, which are given.

        Costs the same however many passes there were: the curves grow where they lie.
        """
        loss, norm = self.trainer.loss, float(self.trainer.gradient_norm_curve[-1])
        state = vars(estimator)
        if state.get("loss_curve_") is not self._losses:
            self._losses = list(state.get("loss_curve_", ()))
        if state.get("gradient_norm_curve_") is not self._norms:
            self._norms = list(state.get("gradient_norm_curve_", ()))
        best = state.get("best_loss_")
        if best is None and self._losses:
            best = min(self._losses)
        self._losses.append(loss)
        self._norms.append(norm)
        self._parts = (*network["coefs_"], *network["intercepts_"])
        # All weights and biases are views of it.
        self._parameters = self._parts[0].base
        return {
            "n_iter_": 1,
            "t_": state.get("t_", 0) + n_rows,
            "loss_": loss,
            "best_loss_": loss if best is None else min(best, loss),
            "best_validation_score_": None,
            "stop_reason_": "max_iter",
            "loss_curve_": self._losses,
            "gradient_norm_curve_": self._norms,
            "validation_loss_curve_": state.get("validation_loss_curve_"),
            "validation_scores_": state.get("validation_scores_"),
            "_live": self,
        }

    def solver_state(self) -> tuple[SolverName, bytes]:
        """The solver's memory as it is now, to be put away."""
        return self._spec.solver.name, bytes(self.trainer.solver_state())
