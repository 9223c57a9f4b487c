"""From a study to one HTML page."""

from __future__ import annotations

import base64
import re
from collections.abc import Sequence
from importlib.resources import files
from pathlib import Path
from typing import TYPE_CHECKING

import jinja2
import numpy
import sklearn
from markupsafe import Markup

from moonlet.atomic import replace_file
from moonlet.data import Dataset
from moonlet.data.look import look_at
from moonlet.data.telling import description, remarks
from moonlet.report import facts
from moonlet.report.picture import Picture
from moonlet.report.pictures import draw_pictures
from moonlet.report.program import python_lines
from moonlet.version import __version__

if TYPE_CHECKING:
    from moonlet.study import CapacityStudy


def write_report(
    study: CapacityStudy,
    path: str | Path,
    *,
    name: str,
    command: str | None = None,
    pictures: Sequence[Picture] | None = None,
    dataset: Dataset | None = None,
) -> None:
    """Write a study as one HTML page that needs nothing else to be read.

    Parameters
    ----------
    study : CapacityStudy
        Fitted.
    path : str or Path
        The file to write. If there is one, it is replaced in one step when the
        page is finished.
    name : str
        What the data are called.
    command : str, optional
        The command line that ran the study, for readers who want to run it again.
    pictures : sequence of Picture, optional
        From `draw_pictures`, if they have been drawn already.
    dataset : Dataset, optional
        What was studied; then the page tells how the table was read.

    Raises
    ------
    OSError
        If the file cannot be written; what was there is untouched then.
    """
    shown = draw_pictures(study) if pictures is None else pictures
    page = render(study, name=name, command=command, pictures=shown, dataset=dataset)
    # A file's name may hold bytes that are no text.
    replace_file(Path(path), page.encode("utf-8", errors="replace"))


def render(
    study: CapacityStudy,
    *,
    name: str,
    command: str | None,
    pictures: Sequence[Picture],
    dataset: Dataset | None = None,
) -> str:
    """Make the page, as text.

    Everything that comes from outside (names of the data, of columns and
    classes, the command) is escaped where it is printed.
    """
    # Autoescape for every template: the names of jinja's own rule end in .html, ours does not.
    environment = jinja2.Environment(
        loader=jinja2.FunctionLoader(_template),
        autoescape=True,
        undefined=jinja2.StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    confusion = facts.confusion_rows(study)
    environment.filters["whole_options"] = _whole_options
    environment.filters["base64"] = lambda content: base64.b64encode(content).decode("ascii")
    return environment.get_template("page.html.jinja").render(
        name=name,
        verdict=facts.spoken(study),
        measure=study.verdict_.measure,
        folds=facts.folds_in_words(study.verdict_),
        scope=facts.scope(study),
        key_figures=facts.key_figures(study),
        sizes=facts.size_rows(study),
        line=study.verdict_.line,
        decimal=facts.decimal,
        confusion=confusion if facts.fits_a_page(confusion) else [],
        numbered=facts.needs_numbers(confusion),
        mistakes=facts.mistakes(confusion),
        n_classes=len(confusion),
        n_test=len(study.test_indices_),
        vocabulary=facts.vocabulary(study),
        findings=[str(finding) for finding in study.tested_estimator_[-1].diagnosis_],
        trees=study.verdict_.trees_mean if study.verdict_.trees else None,
        warnings=study.verdict_.warnings,
        is_network=facts.tested_differs(study),
        pictures={picture.name: picture for picture in pictures},
        command=command,
        columns=[] if dataset is None else dataset.schema.columns,
        target=None if dataset is None else dataset.target,
        description=description,
        remarks=[] if dataset is None else remarks(dataset, look_at(dataset)),
        python_lines=python_lines(study, name, dataset),
        seed=study.seed_,
        versions=(
            ("moonlet", __version__),
            ("numpy", numpy.__version__),
            ("scikit-learn", sklearn.__version__),
        ),
    )


def _whole_options(text: str) -> Markup:
    """Keep a browser from breaking a line within ``--groups``."""
    parts = re.split(r"(--[a-z]+(?:-[a-z]+)*)", text)
    return Markup("").join(
        Markup('<span class="option">{}</span>').format(part) if at % 2 else part
        for at, part in enumerate(parts)
    )


def _template(name: str) -> str:
    return (files("moonlet.report") / name).read_text(encoding="utf-8")
