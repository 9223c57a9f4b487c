"""The single file: everything inside, and no more of it than it needs."""

from __future__ import annotations

import base64
import gzip
import re
import zlib

import pytest

from moonlet.lab.page import single_file, site
from tests.browser import missing
from tests.lab.conftest import PAGE

pytestmark = pytest.mark.usefixtures("_built")


@pytest.fixture
def _built() -> None:
    missing(PAGE, "run `make lab`")


def sets_in(page: str) -> set[str]:
    """The data sets that a page carries."""
    packed = re.search(r'id="moonlet-module">([^<]+)<', page)
    assert packed
    code = zlib.decompress(base64.b64decode(packed[1]), -zlib.MAX_WBITS).decode()
    return set(re.findall(r"set:(\w+):[A-Za-z0-9+/=]{100}", code))


def test_a_single_file_is_below_300_kb_as_it_is_sent() -> None:
    page = single_file({"version": 1, "data": {"source": "moons"}}, "lab")
    assert len(gzip.compress(page.encode(), 9)) < 300_000
    assert sets_in(page) == {"iris", "wine", "diabetes"}


def test_a_large_set_goes_along_where_the_file_is_about_it() -> None:
    page = single_file({"version": 1, "data": {"source": "digits"}}, "lab")
    assert sets_in(page) == {"iris", "wine", "digits"}
    assert len(gzip.compress(page.encode(), 9)) < 300_000


def test_the_engine_is_below_100_kb_as_it_is_sent_and_the_whole_page_below_300() -> None:
    sizes = {path: len(gzip.compress(body, 9)) for path, body in site().items()}
    (engine,) = (size for path, size in sizes.items() if path.endswith(".wasm"))
    assert engine < 100_000
    # Sets come only when they are asked for.
    assert sum(size for path, size in sizes.items() if not path.endswith(".json")) < 300_000
