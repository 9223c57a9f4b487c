"""A verdict in plain words, with its numbers."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

from moonlet.study.plan import Size

# Of every test: how often a claim may be made where there is nothing to claim.
LEVEL = 0.05

if TYPE_CHECKING:
    from moonlet.study.verdict import Contender, Verdict


def paragraph(verdict: Verdict) -> str:
    """Write the whole verdict as one paragraph."""
    sentences = [
        *_on_size(verdict),
        *_on_the_line(verdict),
        *_on_the_test_rows(verdict),
        *_on_overfitting(verdict),
        *_on_the_second_descent(verdict),
        *_on_convergence(verdict),
    ]
    return " ".join(sentences)


def size_in_words(size: Size) -> str:
    """Write a size as a person says it.

    Examples
    --------
    >>> size_in_words(0), size_in_words(1), size_in_words((10, 5))
    ('the straight line', '1 hidden unit', '10 + 5 hidden units')
    """
    if size == 0:
        return "the straight line"
    units = " + ".join(map(str, size)) if isinstance(size, tuple) else str(size)
    return f"{units} hidden unit{'' if size == 1 else 's'}"


def p_in_words(p_value: float) -> str:
    """Write a p-value to two digits, never 0.

    Examples
    --------
    >>> p_in_words(0.0312), p_in_words(1e-9), p_in_words(0.998)
    ('p = 0.031', 'p < 0.001', 'p = 1')
    """
    return "p < 0.001" if p_value < 0.001 else f"p = {p_value:.2g}"


def _value(contender: Contender) -> str:
    return f"{contender.mean:.3f} ± {contender.standard_error:.3f}"


def _on_size(verdict: Verdict) -> list[str]:
    recommended, best = verdict.recommended, verdict.best
    over = f"mean ± standard error over {verdict.n_folds} folds"
    if math.isfinite(verdict.restart_deviation) and recommended.hidden != 0:
        over += f"; random starts alone spread it by {verdict.restart_deviation:.3f}"
    if recommended.hidden == 0:
        sentences = [
            f"The straight line is enough: no hidden units (alpha {recommended.alpha:g}) have a "
            f"{verdict.measure.name} of {_value(recommended)} ({over})."
        ]
    else:
        are = "is" if recommended.hidden == 1 else "are"
        sentences = [
            f"{size_in_words(recommended.hidden).capitalize()} {are} enough "
            f"(alpha {recommended.alpha:g}): {verdict.measure.name} {_value(recommended)} ({over})."
        ]
    sentences.append(
        f"Its loss on the rows it was trained on is {verdict.train_loss:.3f}, "
        f"{abs(verdict.gap):.3f} {'lower' if verdict.gap >= 0 else 'higher'} than on those "
        "held out."
    )
    if best.hidden != recommended.hidden:
        sentences.append(
            f"The best mean, {_value(best)}, has {size_in_words(best.hidden)} "
            f"(alpha {best.alpha:g}); the smaller one is within one standard error of it."
        )
    else:
        sentences.append("No size tried has a better mean.")
    return sentences


def _on_the_line(verdict: Verdict) -> list[str]:
    network, line = verdict.network, verdict.line
    if network is None:
        return [
            f"Logistic regression has {_value(line)} on the same folds. "
            "No network with hidden units was tried."
        ]
    worse = verdict.p_value > 0.5
    p_value = 1.0 - verdict.p_value if worse else verdict.p_value
    numbers = (
        f"{_value(network)} for {size_in_words(network.hidden)}, {_value(line)} for logistic "
        f"regression on the same folds; over {verdict.n_compared} folds the network's is "
        f"{abs(verdict.gain):.3f} {'worse' if worse else 'better'} on average "
        f"(corrected resampled t-test, one-sided, {p_in_words(p_value)})"
    )
    if verdict.beats_line:
        return [f"The network beats the straight line: {numbers}."]
    if worse and p_value < LEVEL:
        return [f"The straight line does better than the network: {numbers}."]
    if verdict.recommended.hidden == 0 and verdict.p_value < LEVEL:
        # The means lie within a standard error, yet the folds agree in the network's favour.
        return [
            f"The best network does better fold by fold: {numbers}; but it is the best of "
            f"several tried, and its gain is within one standard error of the means. "
            "More rows would decide."
        ]
    return [f"There is no evidence that a network beats the straight line: {numbers}."]


def _on_the_test_rows(verdict: Verdict) -> list[str]:
    scores = verdict.test_scores
    if scores is None:
        return []
    low, high = scores["accuracy_interval"]
    sentence = (
        f"On the {scores['n_test']} test rows, which nothing above has seen, the recommended model "
        f"gets {scores['accuracy']:.1%} right (95 % interval {low:.1%} to {high:.1%}) with a log "
        f"loss of {scores['log_loss']:.3f}; logistic regression gets "
        f"{scores['baseline_accuracy']:.1%} right with {scores['baseline_log_loss']:.3f}."
    )
    low, high = scores["log_loss_gain_interval"]
    if verdict.beats_line and scores["log_loss"] >= scores["baseline_log_loss"]:
        sentence += " The test rows do not bear the gain out."
    elif verdict.recommended.hidden != 0 and not verdict.beats_line and low > 0.0:
        sentence += (
            f" They do speak for the network: row by row its log loss is lower by "
            f"{scores['log_loss_gain']:.3f} (95 % interval {low:.3f} to {high:.3f}). "
            "More rows would decide."
        )
    return [sentence]


def _on_overfitting(verdict: Verdict) -> list[str]:
    seen = verdict.overfitting
    if seen is None:
        return []
    return [
        f"With weak weight decay more units over-fit: at alpha {seen.alpha:g}, "
        f"{size_in_words(seen.hidden)} fit the rows they were trained on better than "
        f"{size_in_words(seen.smaller)} (log loss {seen.train_loss:.3f} against "
        f"{seen.smaller_train_loss:.3f}) and the held-out rows worse ({seen.valid_loss:.3f} "
        f"against {seen.smaller_valid_loss:.3f}, {p_in_words(seen.p_value)})."
    ]


def _on_the_second_descent(verdict: Verdict) -> list[str]:
    seen = verdict.second_descent
    if seen is None:
        return []
    return [
        f"There is a second descent: at alpha {seen.alpha:g}, {size_in_words(seen.hidden)} fit the "
        f"rows they were trained on all but perfectly (loss {seen.train_loss:.2g}), and yet do "
        f"better on the held-out rows than {size_in_words(seen.peak)} ({seen.valid_loss:.3f} "
        f"against {seen.peak_valid_loss:.3f}, {p_in_words(seen.p_value)})."
    ]


def _on_convergence(verdict: Verdict) -> list[str]:
    n = verdict.n_not_converged
    if n == 0:
        return []
    return [
        f"{n:,} of {verdict.n_networks:,} networks stopped before they had converged; "
        "a larger max_iter would tell whether that matters."
    ]
