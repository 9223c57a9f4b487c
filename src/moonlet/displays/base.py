"""What every Display has in common: a figure of its own, a file, a picture in a notebook."""

from __future__ import annotations

import io
from pathlib import Path
from typing import Any

from matplotlib.axes import Axes
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.figure import Figure

from moonlet.displays.layout import Layout
from moonlet.displays.lettering import BOX

# 8 inches at 200 dots are 1,600 pixels: sharp where a README shows them 800 wide,
# and text of 10 points is then read at 14 pixels.
FIGURE_WIDTH = 8.0
DOTS_PER_INCH = 200


def new_figure(width: float, height: float) -> Figure:
    """Make a figure, in inches, that belongs to nobody but its Display.

    Not pyplot's: pyplot keeps every figure until it is closed, warns after
    twenty, needs the main thread and may open a window. A study in a batch job
    must do none of this. In a notebook the Display shows itself instead; for
    a window, hand it an ``ax`` of pyplot's.
    """
    figure = Figure(figsize=(width, height), layout=Layout())
    FigureCanvasAgg(figure)
    return figure


def root_figure(ax: Axes) -> Figure:
    """Return the whole figure that `ax` is a part of."""
    figure = ax.get_figure(root=True)
    if figure is None:
        raise ValueError("ax must be part of a figure. Make one with figure.subplots().")
    return figure


class Display:
    """Base of the Displays: draws computed data, and computes nothing itself."""

    figure_: Figure

    def save(self, path: str | Path, *, dpi: int = DOTS_PER_INCH) -> Path:
        """Write the picture to a file, whose ending says the format.

        Parameters
        ----------
        path : str or Path
            For example ``"loss.png"`` or ``"loss.svg"``.
        dpi : int
            Dots per inch. With 200 the picture is 1,600 pixels wide.

        Returns
        -------
        path : Path
            The file that was written.
        """
        self.figure_.savefig(path, dpi=dpi)
        return Path(path)

    def to_png(self, *, dpi: int = DOTS_PER_INCH) -> bytes:
        """Return the picture as the bytes of a PNG file."""
        stream = io.BytesIO()
        # A sixth more bytes in a third of the time.
        look: dict[str, Any] = {"pil_kwargs": {"compress_level": 1}}
        figure = self.figure_
        if not isinstance(figure.get_layout_engine(), Layout):  # someone else's figure
            figure.savefig(stream, format="png", dpi=dpi, **look)
            return stream.getvalue()
        # As savefig does, which draws all twice so that other layouts may settle.
        canvas, dots_per_inch = figure.canvas, figure.dpi
        try:
            own = FigureCanvasAgg(figure)
            figure.set_dpi(dpi)
            own.print_png(stream, **look)  # type: ignore[no-untyped-call]
        finally:
            figure.set_canvas(canvas)
            figure.set_dpi(dots_per_inch)
        return stream.getvalue()

    @property
    def has_boxes(self) -> bool:
        """Whether a letter of a name is drawn as a box, for want of a font that has it."""
        figure = self.figure_
        legends = [*figure.legends, *filter(None, (ax.get_legend() for ax in figure.axes))]
        # Not findobj, which makes the ticks of every axis first: there are no names in these.
        texts = [*figure.texts, *(text for legend in legends for text in legend.get_texts())]
        texts += [text for ax in figure.axes for text in (ax.title, *ax.texts)]
        return any(BOX in text.get_text() for text in texts)

    def _repr_png_(self) -> tuple[bytes, dict[str, Any]] | None:
        figure = getattr(self, "figure_", None)
        # A figure of pyplot's is shown by the notebook already.
        if figure is None or figure.canvas.manager is not None:
            return None
        width, height = figure.get_size_inches() * 100
        return self.to_png(), {"width": int(width), "height": int(height)}
