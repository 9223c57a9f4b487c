from __future__ import annotations

import numpy as np
import pytest
from matplotlib.animation import FFMpegWriter
from PIL import Image

from moonlet import MLPClassifier
from moonlet.displays import TrainingDisplay
from moonlet.displays.training import LAST_PASSES, _passes_to_show


def descent(**parameters) -> MLPClassifier:
    return MLPClassifier(
        (2,),
        **{
            "activation": "tanh",
            "solver": "gd",
            "learning_rate_init": 0.5,
            "max_iter": 60,
            "tol": 0,
            "random_state": 0,
            **parameters,
        },
    )


@pytest.fixture(scope="module")
def film(moons) -> TrainingDisplay:
    return TrainingDisplay.from_estimator(descent(), *moons, n_frames=6)


def test_frames_show_what_the_descent_passes_through(moons, film):
    whole = descent().fit(*moons)
    assert film.frames[-1].loss == whole.loss_
    for frame in film.frames[:-1]:
        # The pass after it begins with the loss that it left.
        assert frame.loss == whole.loss_curve_[frame.n_iter]
    np.testing.assert_array_equal(film.loss_curve[:-1], whole.loss_curve_[1:])


def test_the_last_frame_is_the_fitted_network(moons, film):
    corner = np.array([[film.plane.x[0], film.plane.y[-1]]])
    expected = descent().fit(*moons).predict_proba(corner)[0]
    np.testing.assert_array_equal(film.frames[-1].probabilities[-1, 0], expected)


@pytest.mark.parametrize(("n_iter", "n_frames"), [(1, 64), (30, 64), (50, 64), (20_000, 64)])
def test_passes_rise_to_the_last_and_end_in_single_steps(n_iter, n_frames):
    passes = _passes_to_show(n_iter, n_frames)
    assert passes[-1] == n_iter
    assert min(np.diff(passes), default=1) >= 1
    assert len(passes) <= n_frames
    n_last = min(LAST_PASSES, n_iter)
    assert passes[-n_last:] == list(range(n_iter - n_last + 1, n_iter + 1))


def test_a_gif_holds_every_frame_and_a_pause(film, tmp_path):
    path = film.save(tmp_path / "film.gif", dpi=40, fps=2)
    with Image.open(path) as picture:
        # Equal frames, such as the pause, become one that stays longer.
        assert picture.n_frames == 6
        assert picture.size == (320, round(40 * film.figure_.get_figheight()))
    assert list(tmp_path.iterdir()) == [path]


@pytest.mark.skipif(not FFMpegWriter.isAvailable(), reason="needs ffmpeg")
def test_an_mp4_is_written_where_ffmpeg_is(film, tmp_path):
    path = film.save(tmp_path / "film.mp4", dpi=40)
    assert path.read_bytes()[4:8] == b"ftyp"


def test_an_mp4_without_ffmpeg_is_refused_with_the_cure(film, tmp_path, monkeypatch):
    monkeypatch.setattr(FFMpegWriter, "isAvailable", lambda: False)
    with pytest.raises(ValueError, match=r"ends in \.gif, or install ffmpeg"):
        film.save(tmp_path / "film.mp4")


def test_any_frame_can_be_saved_as_a_picture(film, tmp_path):
    film.plot(0)
    assert film.ax_.get_title().startswith("pass 1, ")
    with Image.open(film.save(tmp_path / "frame.png")) as picture:
        assert picture.size[0] == 1600


def test_a_notebook_shows_the_film(moons):
    film = TrainingDisplay.from_estimator(descent(max_iter=3), *moons, n_frames=2)
    assert 'src="data:image/gif;base64,R0lGOD' in film._repr_html_()


@pytest.mark.parametrize(
    ("parameters", "words"),
    [
        ({"random_state": None}, "random_state must be an int.*Got None"),
        ({"learning_rate": "cosine"}, "learning_rate must not depend on max_iter.*Got 'cosine'"),
    ],
)
def test_training_that_cannot_be_repeated_is_refused(moons, parameters, words):
    network = descent()
    for name, value in parameters.items():
        setattr(network, name, value)
    with pytest.raises(ValueError, match=words):
        TrainingDisplay.from_estimator(network, *moons)


def test_a_film_without_frames_is_refused(moons):
    with pytest.raises(ValueError, match=r"n_frames must be 1 or more\. Got 0"):
        TrainingDisplay.from_estimator(descent(), *moons, n_frames=0)
