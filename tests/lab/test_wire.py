"""Messages: what is read, and what is refused before anything is done with it."""

from __future__ import annotations

import json
import struct
from contextlib import suppress
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from moonlet.lab import messages as m
from moonlet.lab.typescript import typescript
from moonlet.lab.wire import BadMessageError, frame_bytes, plain, read_as, read_request

ROOT = Path(__file__).parents[2]


def message(kind: str, **fields: Any) -> str:
    return json.dumps({"type": kind, **fields})


def with_setting(part: str, **changed: Any) -> str:
    settings: Any = plain(m.Settings())
    settings[part].update(changed)
    return message("Change", settings=settings)


def test_settings_survive_the_way_to_json_and_back() -> None:
    given = m.Settings(
        m.DataChoice("blobs", features=("a", "b"), shown=(1, 0)),
        m.NetworkChoice((m.LayerChoice(256, "gelu"),) * 6),
        m.TrainingChoice("adam", schedule="cosine"),
    )
    assert read_as(m.Settings, json.loads(json.dumps(plain(given)))) == given


@pytest.mark.parametrize(
    ("text", "named"),
    [
        (with_setting("training", max_iter=10**9), "Change.settings.training.max_iter"),
        (with_setting("training", learning_rate_init=0), "learning_rate_init"),
        (with_setting("training", learning_rate_init="fast"), "learning_rate_init"),
        (with_setting("training", solver="rm -rf"), "solver must be one of gd, sgd"),
        (with_setting("network", hidden=[{"units": 257}]), "hidden[0].units"),
        (with_setting("network", hidden=[{"units": 1}] * 7), "6 long at most"),
        (with_setting("data", source="/etc/passwd"), "source must be one of"),
        (with_setting("data", n_samples=True), "n_samples must be a whole number"),
        (with_setting("data", n_samples=10.5), "n_samples must be a whole number"),
        (with_setting("data", path="x"), "an object of source"),
        (message("Change"), "Change must have settings"),
        (message("Exec", code="1"), "type must be one of Hello"),
        (message("Draw", points=[[0, 0, 9]]), "points[0][2]"),
        (message("Draw", points=[[0, 0]]), "3 long"),
        (message("Draw", points=[[1e300, 0, 0]]), "points[0][0]"),
        (message("Draw", points=[[0, 0, 0]] * 2001), "2000 long at most"),
        (message("Upload", name="x" * 201, text=""), "200 long at most"),
        (message("Upload", name="\ud800", text=""), "must be text"),
        ('{"type": "Draw", "points": [[NaN, 0, 0]]}', "not JSON"),
        ("[" * 100_000, "not JSON"),
        ("9" * 10_000, "not JSON"),
        ("[]", "must be an object"),
        ("", "not JSON"),
    ],
)
def test_what_does_not_fit_is_refused_and_the_field_is_named(text: str, named: str) -> None:
    with pytest.raises(BadMessageError) as refused:
        read_request(text)
    assert named in str(refused.value)
    assert len(str(refused.value)) < 500


@given(
    st.recursive(
        st.none() | st.booleans() | st.integers() | st.floats() | st.text(),
        lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner),
    ),
    st.sampled_from(["Change", "Draw", "Upload", "Cure", "Seen", "Hello"]),
)
def test_nothing_but_a_refusal_comes_of_any_json(value: object, kind: str) -> None:
    fields = value if isinstance(value, dict) else {"points": value, "settings": value}
    with suppress(BadMessageError):
        read_request(json.dumps({**fields, "type": kind}))


def test_a_binary_message_holds_the_report_and_its_aligned_buffers() -> None:
    sent = frame_bytes(m.Refused("no"), [b"abc", b"", b"12345678"])
    (length,) = struct.unpack("<I", sent[:4])
    content, lengths = json.loads(sent[4 : 4 + length])
    assert content == {"type": "Refused", "message": "no"}
    assert lengths == [3, 0, 8]
    assert (4 + length) % 8 == 0
    assert sent[4 + length :] == b"abc" + bytes(5) + b"12345678"


def test_what_json_has_no_number_for_becomes_null() -> None:
    scores = m.Scores(float("nan"), None, float("inf"), 1.0)
    assert plain(scores) == {
        "train_loss": None,
        "test_loss": None,
        "train_accuracy": None,
        "test_accuracy": 1.0,
    }


def test_the_pages_types_are_those_of_the_messages() -> None:
    made = (ROOT / "web/src/messages.ts").read_text(encoding="utf-8")
    assert made == typescript(), "run `python -m moonlet.lab.typescript web/src/messages.ts`"
