"""Facts that the engine finds are those that NumPy and `moonlet.reference` find."""

from __future__ import annotations

from itertools import product

import numpy as np
import pytest
from scipy.sparse import csr_array

from moonlet import engine, reference
from moonlet.diagnosis import TrainingFacts
from moonlet.specs import ACTIVATIONS, Array, NetworkSpec, SolverSpec, StopRule, TrainingSpec

KINDS = [
    (output, loss, parameter)
    for output, loss, parameter in (
        ("softmax", "log_loss", None),
        ("sigmoid", "log_loss", None),
        ("identity", "squared_error", None),
        ("identity", "absolute_error", None),
        ("identity", "huber", 1.35),
        ("identity", "log_cosh", 0.0),
        ("identity", "quantile", 0.9),
        ("exp", "poisson", None),
    )
]


def some_targets(output: str, n_rows: int, n_outputs: int, random: np.random.RandomState) -> Array:
    if output == "softmax":
        shares = np.eye(n_outputs)[random.randint(n_outputs, size=n_rows)]
        return 0.9 * shares + 0.1 / n_outputs  # labels smoothed
    if output == "sigmoid":
        return (random.rand(n_rows, n_outputs) < 0.3).astype(float)
    if output == "exp":
        return random.poisson(2.0, (n_rows, n_outputs)).astype(float)
    return 3.0 + 2.0 * random.randn(n_rows, n_outputs)


def some_spec(
    sizes: tuple[int, ...], activations: tuple[str, ...], kind: tuple, solver: str = "gd"
) -> TrainingSpec:
    output, loss, parameter = kind
    network = NetworkSpec(sizes, activations, output, loss, parameter)
    return TrainingSpec(network, SolverSpec(solver), StopRule(10), alpha=0.3)


def loss_of_constant(spec: TrainingSpec, answer: Array, Y: Array, weights: Array | None) -> float:
    """By the reference's own loss: of a network that has nothing but biases."""
    network = spec.network
    constant = NetworkSpec(
        (1, network.n_outputs), (), network.output, network.loss, network.loss_parameter
    )
    parameters = np.concatenate([np.zeros(network.n_outputs), answer])
    return reference.loss(constant, parameters, np.zeros((len(Y), 1)), Y, sample_weight=weights)


@pytest.mark.parametrize("weighted", [False, True])
@pytest.mark.parametrize(
    ("kind", "n_outputs"),
    [(kind, n) for kind, n in product(KINDS, [1, 3]) if (kind[0], n) != ("softmax", 1)],
)
def test_no_answer_that_is_the_same_for_all_rows_beats_the_base_loss(
    kind: tuple, n_outputs: int, weighted: bool
) -> None:
    random = np.random.RandomState(n_outputs)
    spec = some_spec((2, n_outputs), (), kind)
    X, Y = random.randn(400, 2), some_targets(kind[0], 400, n_outputs, random)
    weights = random.rand(400) if weighted else None
    facts = TrainingFacts.of(spec, random.randn(spec.network.n_parameters), X, Y, weights)
    mean = np.average(Y, axis=0, weights=weights)
    with np.errstate(divide="ignore", invalid="ignore"):
        answers = {
            "softmax": np.log(mean),
            "sigmoid": np.log(mean) - np.log(1.0 - mean),
            "exp": np.log(mean),
            "identity": mean,
        }
    best = loss_of_constant(spec, answers[kind[0]], Y, weights)
    if kind[1] in ("squared_error", "log_loss", "poisson"):
        assert facts.base_loss == pytest.approx(best, rel=1e-12)
        return
    # Without weights the quantile is best but for huber, which lies between it and the mean.
    tries = [np.quantile(Y, at, axis=0) for at in (0.5, 0.9)] + [mean]
    best = min(loss_of_constant(spec, answer, Y, weights) for answer in tries)
    assert facts.base_loss == pytest.approx(best, rel=0.05 if weighted else 0.01)


@pytest.mark.parametrize("dtype", [np.float64, np.float32])
@pytest.mark.parametrize("make", [np.asarray, csr_array])
@pytest.mark.parametrize("activation", ACTIVATIONS)
def test_columns_and_units_of_all_kinds(activation: str, make: type, dtype: type) -> None:
    random = np.random.RandomState(3)
    X = (random.randn(300, 6) * [1, 1, 2, 9, 0.1, 40]).astype(dtype)
    X[random.rand(300, 6) < 0.5] = 0.0
    spec = some_spec((6, 9, 4, 3), (activation, "tanh"), KINDS[0])
    p = 3.0 * random.randn(spec.network.n_parameters)
    Y = np.eye(3)[random.randint(3, size=300)]
    facts = TrainingFacts.of(spec, p, make(X), Y)
    X64 = X.astype(np.float64)
    np.testing.assert_allclose(facts.columns_mean, X64.mean(axis=0), rtol=1e-12, atol=1e-12)
    np.testing.assert_allclose(facts.columns_spread, X64.std(axis=0), rtol=1e-12)
    sums, _ = reference.forward_layers(spec.network, p, X64)
    for layer, Z in zip(facts.layers, sums, strict=False):
        steepest = 0.25 if layer.activation == "logistic" else 1.0
        slopes = np.abs(reference.activation_slope(layer.activation, Z)) / steepest
        assert layer.n_units == Z.shape[1]
        assert layer.n_flat == np.sum(np.mean(slopes < 0.05, axis=0) >= 0.95)
        assert layer.n_dead == np.sum(np.all(slopes < 1e-3, axis=0))
    assert [layer.activation for layer in facts.layers] == [activation, "tanh"]
    weights = [W for W, _ in [(p[layer.weights], 0) for layer in spec.network.layers()]]
    squares = sum(np.sum(np.square(W)) for W in weights)
    assert facts.penalty == pytest.approx(0.5 * 0.3 / 300 * squares, rel=1e-12)


@pytest.mark.parametrize("weighted", [False, True])
@pytest.mark.parametrize("kind", [KINDS[0], KINDS[1], KINDS[2], KINDS[6]])
def test_the_curvature_is_the_largest_of_the_losss_second_derivative(
    kind: tuple, weighted: bool
) -> None:
    random = np.random.RandomState(0)
    spec = some_spec((3, 4, 2), ("tanh",), kind)
    X, Y = random.randn(80, 3), some_targets(kind[0], 80, 2, random)
    weights = random.rand(80) if weighted else None
    p = 0.3 * random.randn(spec.network.n_parameters)
    data, n = engine.TrainingData(X, Y, weights), spec.network.n_parameters

    def gradient(at: Array) -> Array:
        return engine.loss_and_gradient(spec.network, at, data, spec.alpha)[1]

    h = 1e-5
    hessian = np.array([(gradient(p + e) - gradient(p - e)) / (2 * h) for e in h * np.eye(n)])
    largest = np.abs(np.linalg.eigvalsh(hessian)).max()
    curvature = TrainingFacts.of(spec, p, X, Y, weights).curvature
    # From below, and within a factor of two after twelve products.
    assert curvature is not None
    assert 0.5 * largest < curvature < 1.001 * largest
    adam = some_spec((3, 4, 2), ("tanh",), kind, "adam")
    assert TrainingFacts.of(adam, p, X, Y, weights).curvature is None


@pytest.mark.parametrize("dtype", [np.float64, np.float32])
@pytest.mark.parametrize("make", [np.asarray, csr_array])
@pytest.mark.parametrize(("output", "n_outputs"), [("softmax", 4), ("softmax", 2), ("sigmoid", 1)])
def test_shares_and_recalls_of_all_rows(
    output: str, n_outputs: int, make: type, dtype: type
) -> None:
    random = np.random.RandomState(1)
    n_rows, n_classes = 9_001, max(2, n_outputs)  # more than are answered at once
    weights = random.rand(n_rows)
    labels = np.where(random.rand(n_rows) < 0.02, 1, random.randint(n_classes, size=n_rows))
    labels[labels == 0] = np.where(random.rand((labels == 0).sum()) < 0.1, 0, 1)
    X = random.randn(n_rows, 5).astype(dtype)
    Y = np.eye(n_classes)[labels] if n_outputs > 1 else labels.reshape(-1, 1).astype(float)
    spec = some_spec((5, 7, n_outputs), ("relu",), (output, "log_loss", None))
    p = random.randn(spec.network.n_parameters)
    facts = TrainingFacts.of(spec, p, make(X), Y, weights)
    shares = np.bincount(labels, weights, minlength=n_classes) / weights.sum()
    np.testing.assert_allclose(facts.class_shares, shares, rtol=1e-5)
    outputs = engine.predict(spec.network, p, X)
    answers = outputs.argmax(axis=1) if n_outputs > 1 else (outputs[:, 0] > 0.5).astype(int)
    recalls = [np.mean(answers[labels == label] == label) for label in range(n_classes)]
    np.testing.assert_allclose(facts.class_recalls, recalls)
    assert facts.n_rows == n_rows


def test_of_many_rows_a_thousand_are_looked_at_all_over_the_table() -> None:
    n_rows = 25_000
    X = np.linspace(-1.0, 1.0, 2 * n_rows).reshape(-1, 2)  # sorted, as tables often are
    spec = some_spec((2, 3, 1), ("tanh",), KINDS[2])
    p = np.ones(spec.network.n_parameters)
    facts = TrainingFacts.of(spec, p, X, X[:, :1])
    np.testing.assert_allclose(facts.columns_mean, 0.0, atol=2e-3)
    np.testing.assert_allclose(facts.columns_spread, X.std(axis=0), rtol=1e-3)
    np.testing.assert_allclose(facts.columns_mean, X[::25].mean(axis=0), rtol=1e-9)
    assert facts.target_size == pytest.approx(np.sqrt(np.mean(X[:, 0] ** 2)), rel=1e-12)
    assert facts.base_loss == pytest.approx(0.5 * X[:, 0].var(), rel=1e-12)


def test_inputs_beyond_all_measure_leave_no_numbers_and_no_warning() -> None:
    spec = some_spec((2, 3, 1), ("tanh",), KINDS[2])
    facts = TrainingFacts.of(
        spec, np.ones(spec.network.n_parameters), np.full((30, 2), 1e300), np.ones((30, 1))
    )
    assert not np.isfinite(facts.columns_spread).any() or facts.columns_spread.max() == 0.0
    assert facts.base_loss == 0.0


def test_of_a_trainer_as_of_its_parts() -> None:
    random = np.random.RandomState(2)
    spec = some_spec((3, 4, 2), ("tanh",), KINDS[0])
    X, Y, weights = random.randn(50, 3), np.eye(2)[random.randint(2, size=50)], random.rand(50)
    start = random.randn(spec.network.n_parameters)
    trainer = engine.Trainer(spec, engine.TrainingData(X, Y, weights), start)
    engine.train([trainer])
    one = TrainingFacts.of_trainer(trainer)
    other = TrainingFacts.of(spec, trainer.parameters, X, Y, weights)
    for name in TrainingFacts.__dataclass_fields__:
        np.testing.assert_array_equal(getattr(one, name), getattr(other, name))


def test_facts_of_rows_that_are_not_the_networks_are_refused() -> None:
    spec = some_spec((3, 4, 2), ("tanh",), KINDS[0])
    p = np.zeros(spec.network.n_parameters)
    with pytest.raises(ValueError, match="are not the data's"):
        TrainingFacts.of(spec, p, np.zeros((9, 4)), np.ones((9, 2)))
    with pytest.raises(ValueError, match="wrong length"):
        TrainingFacts.of(spec, p[1:], np.zeros((9, 3)), np.ones((9, 2)))
