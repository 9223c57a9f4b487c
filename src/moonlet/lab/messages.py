"""The one definition of what page and session say to each other.

A message is a JSON object whose "type" names one of the classes in `requests` and
`reports`, and any number of binary buffers beside it. `web/src/messages.ts` is
generated from here (`python -m moonlet.lab.typescript`), limits included, so
there is no second definition to drift.

The page sends a `Request`; `moonlet.lab.wire.read_request` refuses whatever
does not fit. The session sends a `Report`. Both speak of `Settings`.
"""

# The four are one vocabulary, spoken of under one name, in the order in which they build on
# each other: messages.ts has it too.
# ruff: noqa: F403, I001

from moonlet.lab.limits import *
from moonlet.lab.settings import *
from moonlet.lab.requests import *
from moonlet.lab.reports import *
