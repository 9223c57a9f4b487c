"""A session's answers, without a page."""

from __future__ import annotations

import base64
import time
import zlib
from dataclasses import replace

import numpy as np
import pytest

from moonlet.data import load, to_csv
from moonlet.lab import messages as m
from moonlet.lab.curve import RECENT
from moonlet.lab.files import fitted_estimator
from moonlet.lab.session import Session
from moonlet.lab.snapshot import paint
from moonlet.reference import forward
from tests import tutorial
from tests.lab.sessions import file, report, settings, train


def frame(session: Session) -> tuple[m.Frame, list[bytes]]:
    moment, _ = session.snapshot()
    found, buffers = paint(moment)
    assert isinstance(found, m.Frame)
    return found, buffers


def changed(session: Session, **parts: dict[str, object]) -> m.Settings:
    now = session.experiment.settings
    return replace(now, **{name: replace(getattr(now, name), **new) for name, new in parts.items()})


def test_the_preset_is_the_tutorials_run_and_its_cure_is_half_the_rate() -> None:
    session = Session()
    session.answer(m.Preset("tutorial"))
    session.answer(m.Change(replace(session.experiment.settings, pace=0)))
    train(session)
    assert session.experiment.run.n_iter == tutorial.N_PASSES
    losses, _ = session.experiment.run.curves()
    # It counts passes from 0, and prints the loss after each: here the next pass begins with it.
    assert losses[1_001] == pytest.approx(tutorial.LOSS_AFTER_PASS[1_000], abs=1e-6)
    told = [found for found, _ in session.look() if isinstance(found, m.Findings)]
    assert told[0].findings[0].kind == "oscillating"
    assert told[0].findings[0].button == "Set learning_rate_init = 1"
    situation = report(session, m.Cure(0), m.Situation)
    assert situation.settings.training.learning_rate_init == 1.0
    assert situation.playing
    train(session)
    # Half the rate reaches 0.067804 from the start, and has less far to go from the cycle.
    assert 0.0677 < session.experiment.run.trainer.loss <= 0.067804
    assert session.experiment.run.findings() == []


def test_a_frame_shows_probabilities_units_weights_and_curves() -> None:
    session = Session(settings(network={"hidden": (m.LayerChoice(8), m.LayerChoice(20))}))
    train(session, 100)
    found, (planes, views, weights, curve, recent) = frame(session)
    assert found.n_iter == 100
    assert found.layers == (2, 8, 20, 1)
    assert found.shown == (8, 8)
    assert len(planes) == m.GRID**2
    assert len(views) == 16 * m.UNIT_GRID**2
    assert len(weights) == 4 * (2 * 8 + 8 * 8 + 8 * 1)
    assert np.frombuffer(curve, "<f4").shape == (5 * found.n_curve,)
    assert np.frombuffer(recent, "<f4").shape == (min(RECENT, 100),)
    assert sum(map(sum, found.confusion)) == 60


def test_the_shades_are_the_networks_probabilities() -> None:
    session = Session(settings(data={"source": "blobs", "n_classes": 3}))
    train(session, 200)
    _, (planes, *_) = frame(session)
    shown = np.frombuffer(planes, np.uint8).reshape(3, m.GRID, m.GRID) / 255
    left, right, bottom, top = session.experiment.rows.bounds
    # The middle of the cell in column 70 of row 10, counted from the bottom left.
    x = left + (70.5 / m.GRID) * (right - left)
    y = bottom + (10.5 / m.GRID) * (top - bottom)
    network = session.experiment.run.network
    at = np.array([[x, y]])
    np.testing.assert_allclose(
        shown[:, 10, 70], forward(network, session.experiment.run.parameters, at)[0], atol=0.5 / 255
    )


def test_a_curve_keeps_its_highest_and_lowest_losses() -> None:
    session = Session(settings(training={"max_iter": 3000}))
    train(session)
    losses, norms = session.experiment.run.curves()
    passes, low, high, test, norm = session.experiment.run.curve()
    assert len(passes) <= 300
    assert passes[-1] == len(losses) == 3000
    assert low.min() == losses.min()
    assert high.max() == losses.max()
    assert norm[-1] == norms[-1]
    assert np.isfinite(test).all()


def test_a_link_restores_settings_points_and_weights() -> None:
    session = Session(settings(data={"test_share": 0.0}, training={"max_iter": 500}))
    session.answer(m.Draw(((0.0, 0.0, 0), (1.0, 1.0, 1), (0.5, -1.0, 0), (2.0, 0.3, 1))))
    train(session, 200)
    session.answer(m.Change(changed(session, training={"learning_rate_init": 0.1})))
    train(session, 77)
    link = file(session, "link").decode()
    assert link.replace("-", "").replace("_", "").isalnum()
    other = Session()
    situation = report(other, m.OpenLink(link), m.Situation)
    assert situation.settings == session.experiment.settings
    assert situation.drawn == session.experiment.drawn
    assert situation.catching_up
    while other.wants_training:
        other.advance(0.05)
    np.testing.assert_array_equal(
        other.experiment.run.parameters, session.experiment.run.parameters
    )
    assert other.experiment.run.n_iter == 277
    assert file(other, "python") == file(session, "python")


def test_a_link_restores_an_uploaded_table() -> None:
    session = Session(settings(training={"max_iter": 100}))
    session.answer(m.Upload("iris.csv", to_csv(load("iris")) or ""))
    session.answer(
        m.Change(changed(session, data={"features": ("petal width (cm)", "sepal length (cm)")}))
    )
    train(session)
    other = Session()
    other.answer(m.OpenLink(file(session, "link").decode()))
    while other.wants_training:
        other.advance(0.05)
    np.testing.assert_array_equal(
        other.experiment.run.parameters, session.experiment.run.parameters
    )


@pytest.mark.parametrize("link", ["", "!", "AAAA", "x" * 1000, "eNo" + "A" * 50])
def test_a_link_that_is_none_is_refused_and_changes_nothing(link: str) -> None:
    session = Session()
    train(session, 5)
    assert report(session, m.OpenLink(link), m.Refused).message
    assert session.experiment.run.n_iter == 5


def test_a_link_that_swells_is_refused() -> None:
    bomb = base64.urlsafe_b64encode(zlib.compress(b" " * 50_000_000, 9)).decode()
    refused = report(Session(), m.OpenLink(bomb), m.Refused)
    assert "holds too much" in refused.message


def test_data_that_are_too_many_for_a_link_are_said_to_be() -> None:
    session = Session()
    random = np.random.RandomState(0)
    rows = "\n".join(f"{a!r},{b!r},{int(a > b)}" for a, b in random.normal(size=(9000, 2)).tolist())
    session.answer(m.Upload("large.csv", f"a,b,c\n{rows}\n"))
    assert "too many for a link" in report(session, m.Ask("link"), m.Refused).message


def test_the_onnx_model_gives_the_networks_probabilities() -> None:
    runtime = pytest.importorskip("onnxruntime")
    session = Session(settings(data={"source": "wine"}, training={"max_iter": 50}))
    train(session)
    estimator = fitted_estimator(session.experiment.run)
    model = runtime.InferenceSession(file(session, "onnx"))
    X = session.experiment.rows.dataset.X
    feeds = {
        one.name: (
            X.to_numpy(np.float64) if one.name == "X" else X[[one.name]].to_numpy(np.float64)
        )
        for one in model.get_inputs()
    }
    given = [out for out in model.run(None, feeds) if np.ndim(out) == 2]
    np.testing.assert_allclose(given[0], estimator.predict_proba(X), atol=1e-6)


def test_the_points_come_back_from_their_csv() -> None:
    session = Session(settings(data={"source": "spirals"}))
    again = Session()
    again.answer(m.Upload("points.csv", file(session, "csv").decode()))
    np.testing.assert_array_equal(
        again.experiment.rows.dataset.X, session.experiment.rows.dataset.X
    )


def test_a_run_is_kept_opened_again_and_dropped() -> None:
    session = Session(settings())
    train(session, 300)
    at = session.experiment.run.parameters
    runs = report(session, m.KeepRun(), m.Runs)
    assert [run.n_iter for run in runs.runs] == [300]
    session.answer(m.Change(changed(session, network={"hidden": (m.LayerChoice(9),)})))
    train(session, 10)
    session.answer(m.OpenRun(1))
    while session.wants_training:
        session.advance(0.05)
    np.testing.assert_array_equal(session.experiment.run.parameters, at)
    assert report(session, m.ForgetRun(1), m.Runs).runs == ()
    assert report(session, m.OpenRun(1), m.Refused).message


def test_no_more_than_eight_runs_are_kept() -> None:
    session = Session()
    for _ in range(8):
        session.answer(m.KeepRun())
    assert "Drop one" in report(session, m.KeepRun(), m.Refused).message


def test_a_table_without_classes_is_refused_and_the_old_rows_stay() -> None:
    session = Session()
    refused = report(session, m.Upload("t.csv", "a,b\n1.5,2.25\n3.5,4.125\n5,6.5\n"), m.Refused)
    assert "classes" in refused.message
    assert session.experiment.rows.dataset.name == "moons"


def test_a_bad_cell_is_named_by_line_and_column() -> None:
    rows = "".join(f"{i},{i},{i % 2}\n" for i in range(10))
    refused = report(Session(), m.Upload("t.csv", f"a,b,c\n{rows}x,1,0\n"), m.Refused)
    assert "t.csv, line 12, column 'a'" in refused.message


def test_the_axes_of_a_table_are_the_two_most_telling_features() -> None:
    session = Session(settings(data={"source": "iris"}))
    (points,) = [one for one, _ in session.everything() if isinstance(one, m.Points)]
    assert points.axes == ("petal length (cm)", "petal width (cm)")
    assert points.held is not None


def test_a_class_of_one_point_leaves_no_test_rows() -> None:
    session = Session()
    session.answer(m.Draw(((0.0, 0.0, 0), (1.0, 1.0, 1), (2.0, 1.0, 1))))
    assert len(session.experiment.rows.test) == 0
    assert len(session.experiment.rows.train) == 3


def test_a_descent_that_runs_off_is_found_and_cured() -> None:
    session = Session(
        settings(
            data={"test_share": 0.0},
            training={"learning_rate_init": 1000.0, "alpha": 1000.0, "max_iter": 500},
        )
    )
    train(session)
    frame(session)  # is painted all the same
    (found, *_) = [one for one, _ in session.look() if isinstance(one, m.Findings)]
    assert found.findings[0].kind == "diverged"
    session.answer(m.Cure(0))
    assert session.experiment.settings.training.learning_rate_init < 1000.0


def test_over_fitting_is_cured_by_ending_where_the_test_loss_was_lowest() -> None:
    session = Session(settings(training={"max_iter": 20_000}))
    train(session)
    best = session.experiment.run.best_pass
    (found, *_) = [one for one, _ in session.look() if isinstance(one, m.Findings)]
    assert found.findings[0].button == f"Stop at pass {best:,}"
    session.answer(m.Cure(0))
    train(session)
    assert session.experiment.run.n_iter == best


def test_passes_are_held_to_the_pace() -> None:
    session = Session(replace(m.Settings(), pace=1000))
    session.answer(m.Play())
    began = time.perf_counter()
    while time.perf_counter() - began < 0.5:
        session.advance(0.01)
        time.sleep(0.005)
    elapsed = time.perf_counter() - began
    assert 0.5 * 1000 * elapsed - 50 < session.experiment.run.n_iter <= 1000 * elapsed + 1


def test_a_slice_ends_in_time_for_a_pause() -> None:
    session = Session(
        settings(
            data={"source": "digits"},
            network={"hidden": (m.LayerChoice(256), m.LayerChoice(256))},
            training={"solver": "adam"},
        )
    )
    session.answer(m.Play())
    before = session.experiment.run.n_iter
    session.advance(0.01)
    # One pass at least, and no more than fit into the slice: this network takes longer than that.
    assert before < session.experiment.run.n_iter <= before + 20
