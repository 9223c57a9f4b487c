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


def number(value: float) -> str:
    """Write a loss or a score, to about four digits.

    Examples
    --------
    >>> number(0.0718), number(80.826), number(2903.21), number(0.00001234)
    ('0.072', '80.8', '2,903', '1.234e-05')
    """
    size = abs(value)
    if 0.0 < size < 0.001:
        return f"{value:.4g}"
    return f"{value:,.{3 if size < 10.0 else 1 if size < 1000.0 else 0}f}"


def _value(contender: Contender) -> str:
    return f"{number(contender.mean)} ± {number(contender.standard_error)}"


def _on_size(verdict: Verdict) -> list[str]:
    recommended, best = verdict.recommended, verdict.best
    over = f"mean ± standard error over {verdict.n_folds} folds"
    if math.isfinite(verdict.restart_deviation) and recommended.hidden != 0:
        over += f"; random starts alone spread it by {number(verdict.restart_deviation)}"
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
        f"Its {verdict.measure.loss} on the rows it was trained on is "
        f"{number(verdict.train_loss)}, {number(abs(verdict.gap))} "
        f"{'lower' if verdict.gap >= 0 else 'higher'} than on those held out."
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
            f"{verdict.measure.line.capitalize()} has {_value(line)} on the same folds. "
            "No network with hidden units was tried."
        ]
    worse = verdict.p_value > 0.5
    p_value = 1.0 - verdict.p_value if worse else verdict.p_value
    numbers = (
        f"{_value(network)} for {size_in_words(network.hidden)}, {_value(line)} for "
        f"{verdict.measure.line} on the same folds; over {verdict.n_compared} folds the network's "
        f"is {number(abs(verdict.gain))} {'worse' if worse else 'better'} on average "
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
    loss, line = verdict.measure.loss, verdict.measure.line
    if "accuracy" in scores:
        low, high = scores["accuracy_interval"]
        got = f"gets {scores['accuracy']:.1%} right (95 % interval {low:.1%} to {high:.1%})"
        line_got = f"gets {scores['baseline_accuracy']:.1%} right"
        ours, lines = scores["log_loss"], scores["baseline_log_loss"]
        gain, (low, high) = scores["log_loss_gain"], scores["log_loss_gain_interval"]
    else:
        low, high = scores["r2_interval"]
        got = f"has an R² of {scores['r2']:.3f} (95 % interval {low:.3f} to {high:.3f})"
        line_got = f"has an R² of {scores['baseline_r2']:.3f}"
        ours, lines = scores["loss"], scores["baseline_loss"]
        gain, (low, high) = scores["loss_gain"], scores["loss_gain_interval"]
    sentence = (
        f"On the {scores['n_test']:,} test rows, which nothing above has seen, the recommended "
        f"model {got} with a {loss} of {number(ours)}; {line} {line_got} with {number(lines)}."
    )
    if verdict.beats_line and ours >= lines:
        sentence += " The test rows do not bear the gain out."
    elif verdict.recommended.hidden != 0 and not verdict.beats_line and low > 0.0:
        sentence += (
            f" They do speak for the network: row by row its {loss} is lower by {number(gain)} "
            f"(95 % interval {number(low)} to {number(high)}). More rows would decide."
        )
    return [sentence]


def _on_overfitting(verdict: Verdict) -> list[str]:
    seen = verdict.overfitting
    if seen is None:
        return []
    return [
        f"With weak weight decay more units over-fit: at alpha {seen.alpha:g}, "
        f"{size_in_words(seen.hidden)} fit the rows they were trained on better than "
        f"{size_in_words(seen.smaller)} ({verdict.measure.loss} {number(seen.train_loss)} against "
        f"{number(seen.smaller_train_loss)}) and the held-out rows worse "
        f"({number(seen.valid_loss)} against {number(seen.smaller_valid_loss)}, "
        f"{p_in_words(seen.p_value)})."
    ]


def _on_the_second_descent(verdict: Verdict) -> list[str]:
    seen = verdict.second_descent
    if seen is None:
        return []
    return [
        f"There is a second descent: at alpha {seen.alpha:g}, {size_in_words(seen.hidden)} fit the "
        f"rows they were trained on all but perfectly ({verdict.measure.loss} "
        f"{seen.train_loss:.2g}), and yet do better on the held-out rows than "
        f"{size_in_words(seen.peak)} ({number(seen.valid_loss)} against "
        f"{number(seen.peak_valid_loss)}, {p_in_words(seen.p_value)})."
    ]


def _on_convergence(verdict: Verdict) -> list[str]:
    total, sentences = f"{verdict.n_networks:,}", []
    n = verdict.n_not_converged - verdict.n_diverged - verdict.n_failed
    if n:
        sentences.append(
            f"{n:,} of {total} networks stopped before they had converged; "
            "a larger max_iter would tell whether that matters."
        )
    if verdict.n_diverged:
        sentences.append(
            f"{verdict.n_diverged:,} of {total} diverged and are left out; "
            "solver='lbfgs' or a smaller learning_rate_init would tell what they are worth."
        )
    if verdict.n_failed:
        sentences.append(
            f"{verdict.n_failed:,} of {total} killed their workers three times and are left out."
        )
    return sentences
