"""A finished study on one page: the verdict first, then what it rests on.

The page is one HTML file that needs no network, no script and no other file. Begin with `page`;
`facts` has what it tells, `pictures` what it shows.
May import every layer from `moonlet.exceptions` to `moonlet.displays`; Jinja2
is used here only.
"""

from __future__ import annotations

from moonlet.report.page import write_report
from moonlet.report.picture import Picture
from moonlet.report.pictures import draw_pictures, write_figures

__all__ = ["Picture", "draw_pictures", "write_figures", "write_report"]
