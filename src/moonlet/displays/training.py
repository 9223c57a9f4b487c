"""Training as a film: the boundary on its way, and the loss beside it."""

from __future__ import annotations

import base64
import os
import tempfile
import warnings
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Self

import numpy as np
from matplotlib.animation import AbstractMovieWriter, FFMpegWriter, PillowWriter
from matplotlib.axes import Axes
from matplotlib.ticker import MaxNLocator, NullLocator, StrMethodFormatter
from numpy.typing import ArrayLike
from sklearn.base import clone
from sklearn.exceptions import ConvergenceWarning

from moonlet.displays import style
from moonlet.displays.answers import PlaneOfRows, class_probabilities
from moonlet.displays.base import FIGURE_WIDTH, Display, new_figure
from moonlet.displays.boundary_panel import (
    Points,
    draw_boundaries,
    draw_points,
    draw_shades,
    legend_entries,
    point_size,
)
from moonlet.displays.lettering import families
from moonlet.displays.plane import Plane, plane_around, probabilities_on
from moonlet.names import SCHEDULES
from moonlet.specs import Array

# As many passes at the end are shown one by one, so that a cycle can be seen.
LAST_PASSES = 24
FRAMES_A_SECOND = 8
# A film of 800 dots across is what a README shows.
FILM_DOTS_PER_INCH = 100


@dataclass(frozen=True, slots=True, eq=False)
class TrainingFrame:
    """A network on its way.

    Parameters
    ----------
    n_iter : int
        Passes, or iterations, done.
    loss : float
        At the weights that it has then.
    probabilities : ndarray of shape (n_y, n_x, n_classes)
        Over the display's plane.
    """

    n_iter: int
    loss: float
    probabilities: Array


class TrainingDisplay(Display):
    """The boundary as it moves in training, with the loss beside it.

    The frames follow each other more and more quickly, and the last 24 passes come
    one by one: a descent that oscillates is seen to. `plot` draws one frame, `save`
    writes a film for a file name that ends in ``.gif``, or in ``.mp4`` where ffmpeg is
    installed. Make it with `from_estimator`.

    Parameters
    ----------
    plane : Plane
    frames : sequence of TrainingFrame
    loss_curve : ndarray of shape (n_iter,)
        The loss after each pass.
    classes : sequence of str
    points : Points

    Attributes
    ----------
    ax_ : Axes
        The boundary.
    loss_ax_ : Axes
        The loss.
    last_ax_ : Axes or None
        The loss in the last passes.
    figure_ : matplotlib.figure.Figure

    Examples
    --------
    >>> from moonlet import MLPClassifier
    >>> from moonlet.data import load
    >>> from moonlet.displays import TrainingDisplay
    >>> X, y = load("moons")
    >>> network = MLPClassifier((3,), activation="tanh", solver="gd", learning_rate_init=1.0,
    ...                         max_iter=500, tol=0, random_state=0)
    >>> film = TrainingDisplay.from_estimator(network, X, y, n_frames=30)
    >>> len(film.frames), film.frames[-1].n_iter
    (30, 500)
    >>> film.save("training.gif")  # doctest: +SKIP
    """

    def __init__(
        self,
        *,
        plane: Plane,
        frames: Sequence[TrainingFrame],
        loss_curve: ArrayLike,
        classes: Sequence[str],
        points: Points,
    ) -> None:
        self.plane = plane
        self.frames = list(frames)
        self.loss_curve: Array = np.asarray(loss_curve, dtype=np.float64)
        self.classes = list(classes)
        self.points = points

    @classmethod
    def from_estimator(
        cls,
        estimator: Any,
        X: ArrayLike,
        y: ArrayLike,
        *,
        n_frames: int = 64,
        features: tuple[int | str, int | str] | None = None,
        padding: float | None = 0.5,
    ) -> Self:
        """Train a copy of an estimator, look at it on its way, and draw the end.

        Each frame is a training of its own, up to its pass. That costs little with
        networks that can be drawn, and shows the very weights that the estimator had
        there, since the same seed gives the same bits.

        Parameters
        ----------
        estimator : MLPClassifier
            Left as it is, fitted or not. Pass an int as its `random_state`.
        X : array-like or DataFrame of shape (n_samples, n_features)
        y : array-like of shape (n_samples,)
        n_frames : int
            At most; no pass comes twice.
        features, padding
            As for `BoundaryGridDisplay.from_estimators`.

        Returns
        -------
        display : TrainingDisplay

        Raises
        ------
        ValueError
            If its starting weights differ from fit to fit, or its rate depends on
            `max_iter`: what stood after fewer passes cannot be had by training again.
        """
        _refuse_what_cannot_be_repeated(estimator, n_frames)
        columns = PlaneOfRows.of(X, features)
        labels = np.asarray(y)
        classes = np.unique(labels)
        points = Points(columns.positions(X), np.searchsorted(classes, labels))
        plane = plane_around(points.positions, padding)
        whole = _trained(estimator, X, y, estimator.max_iter)
        # A curve holds the loss with which each pass began; the end is the loss after the last.
        after = [*whole.loss_curve_[1 : whole.n_iter_], whole.loss_]
        frames = []
        for n_iter in _passes_to_show(whole.n_iter_, n_frames):
            network = whole if n_iter == whole.n_iter_ else _trained(estimator, X, y, n_iter)
            probabilities = probabilities_on(
                plane,
                lambda spots, network=network: class_probabilities(  # type: ignore[misc]
                    network, columns.rows_at(spots), classes
                ),
            )
            frames.append(TrainingFrame(n_iter, after[n_iter - 1], probabilities))
        display = cls(
            plane=plane,
            frames=frames,
            loss_curve=after,
            classes=[str(name) for name in classes],
            points=points,
        )
        return display.plot()

    def plot(self, frame: int = -1) -> Self:
        """Draw one frame, in a figure of the display's own.

        Parameters
        ----------
        frame : int
            Its position; the last by default.

        Returns
        -------
        self : TrainingDisplay
        """
        self._new_axes()
        self._draw(frame)
        return self

    def save(self, path: str | Path, *, dpi: int | None = None, fps: int = FRAMES_A_SECOND) -> Path:
        """Write the film, or the frame that is drawn.

        Parameters
        ----------
        path : str or Path
            A film for ``.gif`` and ``.mp4``, else a picture. Replaced at once, when
            all is written.
        dpi : int, optional
            Dots per inch; 100 for a film and 200 for a picture by default.
        fps : int
            Frames a second of a film.

        Returns
        -------
        path : Path

        Raises
        ------
        ValueError
            If the film is to be an MP4 and ffmpeg is not installed.
        """
        ending = Path(path).suffix.lower()
        if ending not in (".gif", ".mp4"):
            return super().save(path, **({} if dpi is None else {"dpi": dpi}))
        if ending == ".mp4" and not FFMpegWriter.isAvailable():
            raise ValueError(
                f"an MP4 film needs ffmpeg, which is not installed. Got {str(path)!r}. "
                "Use a name that ends in .gif, or install ffmpeg (apt-get install ffmpeg)."
            )
        writer = FFMpegWriter(fps=fps) if ending == ".mp4" else PillowWriter(fps=fps)
        self._film(Path(path), writer, FILM_DOTS_PER_INCH if dpi is None else dpi)
        return Path(path)

    def _film(self, path: Path, writer: AbstractMovieWriter, dpi: int) -> None:
        self.plot(0)
        with tempfile.TemporaryDirectory(dir=path.parent) as folder:
            unfinished = Path(folder, path.name)
            with writer.saving(self.figure_, str(unfinished), dpi):
                for frame in range(len(self.frames)):
                    self._draw(frame)
                    writer.grab_frame()
                # The end stays for a second: a film in a page begins again by itself.
                for _ in range(writer.fps):
                    writer.grab_frame()
            os.replace(unfinished, path)

    def _repr_html_(self) -> str:
        with tempfile.TemporaryDirectory() as folder:
            film = self.save(Path(folder, "film.gif")).read_bytes()
        words = f"The boundary and the loss over {len(self.loss_curve):,} iterations"
        data = base64.b64encode(film).decode()
        return f'<img alt="{words}" style="max-width:100%" src="data:image/gif;base64,{data}">'

    def _new_axes(self) -> None:
        self.figure_ = figure = new_figure(FIGURE_WIDTH, 3.2)
        long = len(self.loss_curve) >= 2 * LAST_PASSES
        panels = figure.subplot_mosaic(
            [["plane", "loss"], ["plane", "last" if long else "loss"]], width_ratios=[1.5, 1]
        )
        self.ax_, self.loss_ax_ = panels["plane"], panels["loss"]
        self.last_ax_: Axes | None = panels.get("last")
        entries = legend_entries(self.classes, held_out=False, boundary=True, straight_line=False)
        height = style.add_legend(figure, entries)
        figure.set_figheight(figure.get_figheight() + height)
        self._draw_loss()
        # The layout of the longest title, for all frames alike.
        self._draw(-1)
        layout = figure.get_layout_engine()
        if layout is not None:
            layout.execute(figure)
            # Without any, a frame is drawn once and not twice.
            figure.set_layout_engine(None)

    def _draw_loss(self) -> None:
        n_iter = len(self.loss_curve)
        look: dict[str, Any] = {"color": style.class_color(0), "linewidth": 1.4}
        passes = np.arange(1, n_iter + 1)
        self.loss_ax_.plot(passes, self.loss_curve, **look)
        self.loss_ax_.set(xscale="log", ylabel="loss")
        self.loss_ax_.xaxis.set_major_formatter(StrMethodFormatter("{x:,.0f}"))
        self.loss_ax_.xaxis.set_minor_locator(NullLocator())  # a third of the time of a frame
        self.loss_ax_.set_ylim(*_margins(self.loss_curve))
        axes = [self.loss_ax_]
        if self.last_ax_ is not None:
            at = slice(n_iter - LAST_PASSES, n_iter)
            self.last_ax_.plot(passes[at], self.loss_curve[at], marker=".", **look)
            self.last_ax_.ticklabel_format(useOffset=False)
            self.last_ax_.xaxis.set_major_locator(MaxNLocator(2, integer=True))
            self.last_ax_.xaxis.set_major_formatter(StrMethodFormatter("{x:,.0f}"))
            self.last_ax_.yaxis.set_major_locator(MaxNLocator(3))
            self.last_ax_.set_ylabel(f"loss, last {LAST_PASSES}")
            axes.append(self.last_ax_)
        axes[-1].set_xlabel("pass")
        self._dots = [
            ax.plot([], [], marker="o", markersize=8, color=style.ink(), zorder=6)[0] for ax in axes
        ]
        for ax in axes:
            style.tidy(ax)

    def _draw(self, frame: int) -> None:
        now = self.frames[frame]
        ax = self.ax_
        ax.clear()
        ax.set_title(
            f"pass {now.n_iter:,}, loss {now.loss:.4f}",
            fontsize="medium",
            fontfamily=families(),
        )
        draw_shades(ax, self.plane, now.probabilities)
        draw_points(ax, self.points, point_size(ax, len(self.points.positions)))
        draw_boundaries(ax, self.plane, now.probabilities, linestyle="solid")
        left, right, bottom, top = self.plane.extent
        ax.set(xlim=(left, right), ylim=(bottom, top))
        first_of_last = len(self.loss_curve) - LAST_PASSES
        for dot, start in zip(self._dots, (0, first_of_last), strict=False):
            seen = now.n_iter > start
            dot.set_data([now.n_iter] if seen else [], [now.loss] if seen else [])


def _refuse_what_cannot_be_repeated(estimator: Any, n_frames: int) -> None:
    if n_frames < 1:
        raise ValueError(f"n_frames must be 1 or more. Got {n_frames} instead.")
    seed = estimator.random_state
    if not isinstance(seed, (int, np.integer)):
        raise ValueError(
            "random_state must be an int, so that training can be repeated up to each frame. "
            f"Got {seed!r} instead. Use random_state=0."
        )
    schedule = getattr(estimator, "learning_rate", "constant")
    bound = [name for name, facts in SCHEDULES.items() if not facts.open_ended]
    if schedule in bound:
        raise ValueError(
            f"learning_rate must not depend on max_iter, as {', '.join(bound)} do, "
            f"so that training can be repeated up to each frame. Got {schedule!r} instead. "
            "Use 'constant' or 'invscaling'."
        )


def _trained(estimator: Any, X: ArrayLike, y: ArrayLike, max_iter: int) -> Any:
    with warnings.catch_warnings():
        # That it has not converged on the way is no news.
        warnings.simplefilter("ignore", ConvergenceWarning)
        return clone(estimator).set_params(max_iter=max_iter).fit(X, y)


def _passes_to_show(n_iter: int, n_frames: int) -> list[int]:
    """Few of the many early passes, further and further apart, and each of the last ones."""
    n_last = min(LAST_PASSES, n_frames // 2, n_iter)
    last = range(n_iter - n_last + 1, n_iter + 1)
    n_early, before = n_frames - n_last, n_iter - n_last
    if before < 1:
        return list(last)
    # Where whole numbers fall together, the next are taken: 1, 2, 3 and then ever longer steps.
    early: list[int] = []
    for wanted in np.geomspace(1, before, n_early):
        early.append(max(round(wanted), early[-1] + 1 if early else 1))
    return [n for n in early if n <= before] + list(last)


def _margins(loss_curve: Array) -> tuple[float, float]:
    finite = loss_curve[np.isfinite(loss_curve)]
    low, high = float(finite.min()), float(finite.max())
    margin = 0.08 * (high - low or 1.0)
    return low - margin, high + margin
