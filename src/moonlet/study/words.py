"""What a verdict rests on, in plain words, and how its numbers are written."""

from __future__ import annotations

import math
from collections.abc import Sequence

from moonlet.study.decision import Decision
from moonlet.study.enough import Contender
from moonlet.study.paired import PairedTest
from moonlet.study.plan import Size
from moonlet.study.scores import gain_of
from moonlet.words import Language, say, written

# Of every test: how often a claim may be made where there is nothing to claim.
LEVEL = 0.05


def paragraph(verdict: Decision) -> str:
    """Write what the answer rests on, as one paragraph."""
    sentences = [
        *_on_the_comparison(verdict),
        *_on_size(verdict),
        *_on_the_test_rows(verdict),
        *_on_trees(verdict),
        *_on_overfitting(verdict),
        *_on_the_second_descent(verdict),
        *_on_the_contest(verdict),
        *_on_convergence(verdict),
    ]
    return " ".join(sentences)


def size_in_words(size: Size, language: Language = "en") -> str:
    """Write a size as a person says it.

    Examples
    --------
    >>> size_in_words(0), size_in_words(1), size_in_words((10, 5))
    ('the straight line', '1 hidden unit', '10 + 5 hidden units')
    """
    if size == 0:
        return say("size.line", language=language)
    units = " + ".join(map(str, size)) if isinstance(size, tuple) else str(size)
    return say("size.units", {"units": units, "n": 1 if size == 1 else 2}, language=language)


def p_in_words(p_value: float) -> str:
    """Write a p-value to two digits, never 0.

    Examples
    --------
    >>> p_in_words(0.0312), p_in_words(1e-9), p_in_words(0.998)
    ('p = 0.031', 'p < 0.001', 'p = 1')
    """
    return "p < 0.001" if p_value < 0.001 else f"p = {p_value:.2g}"


def number(value: float) -> str:
    """Write a loss or a score, three digits behind the point where that says something of it.

    Examples
    --------
    >>> number(0.0718), number(80.826), number(2903.21), number(0.00001234)
    ('0.072', '80.8', '2,903', '1.2e-05')
    """
    return written(value, "number")


def share(value: float) -> str:
    """Write a share in per cent.

    Examples
    --------
    >>> share(0.985)
    '98.5 %'
    """
    return written(value, ".1%")


def interval_in_words(interval: tuple[float, float], language: Language = "en") -> str:
    """Write a 95 % interval.

    Examples
    --------
    >>> interval_in_words((0.081, 0.26)), interval_in_words((-float("inf"), float("inf")))
    ('95 %: 0.081 to 0.260', 'these folds do not tell how certain that is')
    """
    low, high = interval
    if not (math.isfinite(low) and math.isfinite(high)):
        return say("interval.unknown", language=language)
    return say("interval.known", {"low": low, "high": high}, language=language)


def sizes_in_words(sizes: Sequence[Size]) -> str:
    """Write several sizes.

    Examples
    --------
    >>> sizes_in_words([2]), sizes_in_words([2, 3, 10])
    ('2 hidden units', '2, 3 and 10 hidden units')
    """
    if len(sizes) == 1:
        return size_in_words(sizes[0])
    names = ["0" if size == 0 else size_in_words(size).split(" hidden")[0] for size in sizes]
    return f"{', '.join(names[:-1])} and {names[-1]} hidden units"


def _value(contender: Contender) -> str:
    if not math.isfinite(contender.standard_error):
        return number(contender.mean)
    error = contender.standard_error
    # With no more digits than the mean has.
    told = f"{error:.3f}" if error < 0.001 <= abs(contender.mean) else number(error)
    return f"{number(contender.mean)} ± {told}"


def _on_the_comparison(verdict: Decision) -> list[str]:
    if not verdict.was_compared:
        return []
    sentences = [
        f"The gain is the mean over {verdict.n_compared} folds, each judged by a network and a "
        f"line that were chosen without it ({p_in_words(verdict.p_value)}, corrected resampled "
        "t-test, two-sided); a network is said to be better only if the whole 95 % interval is."
    ]
    if verdict.scores is not None:
        name = "Accuracy" if math.isfinite(verdict.base_rate) else "R²"
        gain = verdict.scores.gain
        told = "the same as"
        # Where both get the same rows right, sums in another order differ in a last digit.
        if abs(gain.difference) > 1e-12:
            way = "higher" if gain.difference > 0.0 else "lower"
            told = f"{number(abs(gain.difference))} {way} than"
        sentences.append(
            f"{name}, which no single row can dominate, is {told} the line's ({_signed(gain)})."
        )
    return sentences


def _signed(gain: PairedTest) -> str:
    low, high = gain.interval
    return interval_in_words((low, high) if gain.difference >= 0.0 else (-high, -low))


def _on_size(verdict: Decision) -> list[str]:
    if not verdict.was_compared:
        return []
    best, measure = verdict.best, verdict.measure
    sentences = [
        f"The best mean has {size_in_words(best.hidden)} at alpha {best.alpha:g}: "
        f"{measure.name} {_value(best)}; {measure.line}, which is the straight line, has "
        f"{_value(verdict.line)} at its best (mean ± standard error over the folds)."
    ]
    others = [size for size in verdict.sizes_not_told_apart if size != best.hidden]
    if others:
        sentences.append(f"Cannot be told from it by these rows: {sizes_in_words(others)}.")
    if math.isfinite(verdict.train_loss):
        sentences.append(
            f"Its {measure.loss} on the rows it was trained on is {number(verdict.train_loss)}, "
            f"{number(abs(verdict.gap))} {'lower' if verdict.gap >= 0 else 'higher'} than on those "
            "held out."
        )
    if math.isfinite(verdict.restart_deviation):
        sentences.append(f"A single random start moves it by {number(verdict.restart_deviation)}.")
    return sentences


def _on_the_test_rows(verdict: Decision) -> list[str]:
    scores = verdict.test_scores
    if scores is None:
        return []
    loss, line = verdict.measure.loss, verdict.measure.line
    if "accuracy" in scores:
        low, high = scores["accuracy_interval"]
        got = f"gets {share(scores['accuracy'])} right (95 %: {share(low)} to {share(high)})"
        line_got = f"gets {share(scores['baseline_accuracy'])} right"
        ours, lines = scores["log_loss"], scores["baseline_log_loss"]
        interval = scores["log_loss_interval"]
    else:
        low, high = scores["r2_interval"]
        got = f"has an R² of {scores['r2']:.3f} (95 %: {low:.3f} to {high:.3f})"
        line_got = f"has an R² of {scores['baseline_r2']:.3f}"
        ours, lines = scores["loss"], scores["baseline_loss"]
        interval = scores["loss_interval"]
    rows = f"On the {scores['n_test']:,} test rows, which chose nothing,"
    told = f"a {loss} of {number(ours)} ({interval_in_words(interval)})"
    if verdict.delivered.hidden == 0 and not verdict.test_rows_object:
        return [f"{rows} the straight line {got} with {told}."]
    sentence = f"{rows} the network {got} with {told}; {line} {line_got} with {number(lines)}."
    gain, (low, high) = gain_of(scores)
    if verdict.test_rows_object:
        sentence += (
            f" They speak against the network: row by row its {loss} is higher by "
            f"{number(-gain)} ({interval_in_words((-high, -low))})."
        )
    elif verdict.beats_line and gain < 0.0:
        sentence += " By themselves they do not bear the gain out."
    return [sentence]


def _on_trees(verdict: Decision) -> list[str]:
    trees = verdict.trees
    if trees is None:
        return []
    measure = f"{verdict.measure.name} {number(verdict.trees_mean)}"
    if trees.interval[0] > 0.0:
        return [
            f"Boosted trees do better still, by {number(trees.difference)} "
            f"({interval_in_words(trees.interval)}; {measure} on the same folds): consider them."
        ]
    if trees.difference > trees.standard_error:
        return [
            f"Boosted trees may do better still, by {number(trees.difference)} "
            f"({interval_in_words(trees.interval)}; {measure} on the folds of the first cut): "
            "these rows do not show it, and they are worth a try."
        ]
    return [f"Boosted trees are not shown to do better ({measure} on the folds of the first cut)."]


def _on_overfitting(verdict: Decision) -> list[str]:
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


def _on_the_second_descent(verdict: Decision) -> list[str]:
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


def _on_the_contest(verdict: Decision) -> list[str]:
    if not verdict.n_dropped:
        return []
    n = verdict.n_dropped
    return [
        f"{n:,} setting{'s' * (n != 1)} of size and alpha {'were' if n != 1 else 'was'} dropped "
        "after the first folds, being clearly behind the leader."
    ]


def _on_convergence(verdict: Decision) -> list[str]:
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
