"""Who is let in, and what a caller who means harm can reach: a matrix over all routes."""

from __future__ import annotations

import http.client
import json
import os
import socket
import struct
import time
from collections.abc import Iterator
from contextlib import ExitStack, closing, suppress
from pathlib import Path
from typing import Any

import pytest
from websockets.exceptions import ConnectionClosed, InvalidStatus
from websockets.sync.client import ClientConnection, connect
from websockets.typing import Origin, Subprotocol

from moonlet.lab import conversation
from moonlet.lab import messages as m
from moonlet.lab.server import FILES, MOST_PAGES, SOCKET
from moonlet.lab.wire import plain
from tests.lab.conftest import Listening

ROUTES = [*FILES, SOCKET]

FOREIGN_HOSTS = [
    "evil.example",
    "evil.example:{port}",  # a name that was bound anew to 127.0.0.1
    "127.0.0.1",
    "127.0.0.1:1",
    "127.0.0.1:{port}.evil.example",
    "127.0.0.1.evil.example:{port}",
    "localhost.:{port}",
    "0.0.0.0:{port}",
    "[::1]:{port}",
    "user@127.0.0.1:{port}",
    "",
]
FOREIGN_ORIGINS = [
    "null",
    "http://evil.example",
    "https://127.0.0.1:{port}",
    "http://127.0.0.1",
    "http://127.0.0.1:{port}.evil.example",
    "http://127.0.0.1.evil.example:{port}",
    "http://localhost:{port}",  # right in itself, but not for a page at 127.0.0.1
    "http://127.0.0.1:{port}@evil.example",
    "http://127.0.0.1:{port}/",
    "file://",
]


def answer(port: int, path: str, headers: dict[str, str], method: str = "GET") -> tuple[int, bytes]:
    """Status and body, with exactly these headers."""
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=20)
    connection.putrequest(method, path, skip_host=True, skip_accept_encoding=True)
    for name, value in headers.items():
        connection.putheader(name, value)
    connection.endheaders()
    with closing(connection), connection.getresponse() as response:
        return response.status, b"" if response.status == 101 else response.read()


def host(port: int) -> dict[str, str]:
    return {"Host": f"127.0.0.1:{port}"}


UPGRADE = {
    "Upgrade": "websocket",
    "Connection": "Upgrade",
    "Sec-WebSocket-Version": "13",
    "Sec-WebSocket-Key": "AAAAAAAAAAAAAAAAAAAAAA==",
}


def asked(listening: Listening, path: str, **changed: str) -> int:
    """The status of a request that is right but for what is changed; "" leaves a header out."""
    headers = host(listening.port)
    if path == SOCKET:
        headers |= UPGRADE | {
            "Origin": f"http://127.0.0.1:{listening.port}",
            "Sec-WebSocket-Protocol": f"moonlet-lab, token.{listening.lab.token}",
        }
    for name, value in changed.items():
        headers[name.replace("_", "-")] = value.format(port=listening.port)
    return answer(listening.port, path, {n: v for n, v in headers.items() if v or n == "Host"})[0]


class Talk:
    """A page's side of the socket."""

    def __init__(self, listening: Listening, **changed: Any) -> None:
        options: dict[str, Any] = {
            "origin": Origin(f"http://127.0.0.1:{listening.port}"),
            "subprotocols": [
                Subprotocol("moonlet-lab"),
                Subprotocol(f"token.{listening.lab.token}"),
            ],
            "max_size": None,
            "compression": None,
            **changed,
        }
        address = f"ws://127.0.0.1:{listening.port}{SOCKET}"
        self._stack = ExitStack()
        self.socket: ClientConnection = self._stack.enter_context(
            connect(address, open_timeout=20, close_timeout=2, **options)
        )

    def close(self) -> None:
        self._stack.close()

    def send(self, kind: str, **fields: Any) -> None:
        self.socket.send(json.dumps({"type": kind, **fields}))

    def hear(self, kind: str, timeout: float = 20) -> dict[str, Any]:
        """The next report of that kind; frames on the way are taken in."""
        until = time.monotonic() + timeout
        while time.monotonic() < until:
            message = self.socket.recv(timeout=until - time.monotonic())
            assert isinstance(message, bytes)
            (length,) = struct.unpack("<I", message[:4])
            report, _ = json.loads(message[4 : 4 + length])
            if report["type"] == "Frame":
                self.send("Seen", frame=report["number"])
            if report["type"] == kind:
                return dict(report)
        raise AssertionError(f"no {kind} came")

    def hello(self, session: str | None = None) -> str:
        self.send("Hello", session=session)
        name = str(self.hear("Welcome")["session"])
        self.hear("StudyNote")  # the last of what a page is told at first
        return name


@pytest.fixture
def talk(listening: Listening) -> Iterator[Talk]:
    one = Talk(listening)
    one.hello()
    yield one
    one.close()


@pytest.fixture(scope="module", autouse=True)
def memory() -> Iterator[None]:
    """All of this module together may not leave the server 100 MB larger."""
    before = _resident()
    yield
    assert _resident() - before < 100_000_000


def _resident() -> int:
    try:
        pages = int(Path("/proc/self/statm").read_text().split()[1])
    except FileNotFoundError:
        pytest.skip("this system does not tell a process's memory")
    return pages * os.sysconf("SC_PAGE_SIZE")


# --- Who is let in -------------------------------------------------------------------------


@pytest.mark.parametrize("path", ROUTES)
def test_a_right_request_is_answered(listening: Listening, path: str) -> None:
    assert asked(listening, path) == (101 if path == SOCKET else 200)


@pytest.mark.parametrize("given", FOREIGN_HOSTS)
@pytest.mark.parametrize("path", ROUTES)
def test_a_foreign_host_is_refused_everywhere(listening: Listening, path: str, given: str) -> None:
    assert asked(listening, path, Host=given) in (400, 421)


@pytest.mark.parametrize("given", FOREIGN_ORIGINS)
@pytest.mark.parametrize("path", ROUTES)
def test_a_foreign_origin_is_refused_everywhere(
    listening: Listening, path: str, given: str
) -> None:
    assert asked(listening, path, Origin=given) == 403


@pytest.mark.parametrize("path", ROUTES)
def test_another_sites_page_cannot_load_or_post_to_anything(
    listening: Listening, path: str
) -> None:
    for mode, destination in (("no-cors", "script"), ("cors", "empty"), ("navigate", "iframe")):
        status = asked(
            listening,
            path,
            Sec_Fetch_Site="cross-site",
            Sec_Fetch_Mode=mode,
            Sec_Fetch_Dest=destination,
        )
        assert status == 403


@pytest.mark.parametrize("path", ROUTES)
@pytest.mark.parametrize("method", ["POST", "PUT", "DELETE", "OPTIONS", "PATCH", "TRACE"])
def test_nothing_is_taken_by_any_other_method(listening: Listening, path: str, method: str) -> None:
    """A cross-site form, for one."""
    form = {"Content-Type": "application/x-www-form-urlencoded", "Content-Length": "0"}
    status, body = answer(listening.port, path, host(listening.port) | form, method)
    assert status in (404, 405)
    assert listening.lab.token.encode() not in body


@pytest.mark.parametrize("path", ROUTES)
def test_parameters_are_refused_everywhere(listening: Listening, path: str) -> None:
    headers = host(listening.port) | ({} if path != SOCKET else UPGRADE)
    if path == SOCKET:
        headers |= {"Origin": f"http://127.0.0.1:{listening.port}"}
    status, _ = answer(listening.port, f"{path}?token={listening.lab.token}", headers)
    assert status == 400


@pytest.mark.parametrize(
    "path",
    [
        "/static/../../../etc/passwd",
        "/../etc/passwd",
        "/%2e%2e/%2e%2e/etc/passwd",
        "//etc/passwd",
        "/lab.js/",
        "/LAB.JS",
        "/lab.js%00.html",
        "/index.html",
        "/<svg onload=alert(1)>".replace(" ", "%20"),
        "/docs",
        "/openapi.json",
    ],
)
def test_what_is_not_in_the_table_is_not_there(listening: Listening, path: str) -> None:
    status, body = answer(listening.port, path, host(listening.port))
    assert status in (400, 404)
    assert b"<" not in body


@pytest.mark.parametrize(
    "protocols",
    [
        "",
        "moonlet-lab",
        "moonlet-lab, token.",
        "moonlet-lab, token.wrong",
        "token.{token}",
        "moonlet-lab, token.{token}, token.wrong",
        "moonlet-lab, token.{half}",
        "moonlet-lab, TOKEN.{token}",
        "moonlet-lab, token.{token}x",
    ],
)
def test_a_missing_or_wrong_token_is_refused(listening: Listening, protocols: str) -> None:
    token = listening.lab.token
    given = protocols.replace("{token}", token).replace("{half}", token[:16])
    assert asked(listening, SOCKET, Sec_WebSocket_Protocol=given) == 403


def test_the_socket_wants_an_origin(listening: Listening) -> None:
    with pytest.raises(InvalidStatus) as refused:
        Talk(listening, origin=None)
    assert refused.value.response.status_code == 403


def test_every_answer_forbids_script_from_elsewhere_and_says_nothing_of_the_token(
    listening: Listening,
) -> None:
    for path in [*FILES, "/nothing"]:
        connection = http.client.HTTPConnection("127.0.0.1", listening.port, timeout=20)
        connection.request("GET", path)
        response = connection.getresponse()
        policy = response.headers["Content-Security-Policy"]
        assert "default-src 'none'" in policy
        assert "unsafe" not in policy
        assert response.headers["X-Content-Type-Options"] == "nosniff"
        assert "Access-Control-Allow-Origin" not in response.headers
        assert "Set-Cookie" not in response.headers
        assert listening.lab.token.encode() not in response.read()
        connection.close()


# --- What one who is in can do --------------------------------------------------------------


def test_a_message_of_10_mb_ends_the_connection(listening: Listening) -> None:
    one = Talk(listening)
    one.hello()
    with pytest.raises(ConnectionClosed):  # noqa: PT012 - whichever of the two meets it first
        one.send("Upload", name="large.csv", text="x" * 10_000_000)
        one.hear("Nothing")
    # Told why, unless the rest of the message was still on its way when the door was shut.
    assert one.socket.close_code in (1009, 1006)
    one.close()


def test_an_upload_without_end_is_cut_off(listening: Listening) -> None:
    """A gigabyte, in pieces, as fast as the server takes it."""
    one = Talk(listening)
    one.hello()
    sent = 0

    def pieces() -> Iterator[str]:
        nonlocal sent
        yield '{"type": "Upload", "name": "a", "text": "'
        while sent < 1_000_000_000:
            sent += 100_000
            yield "x" * 100_000

    with pytest.raises(ConnectionClosed):  # noqa: PT012
        one.socket.send(pieces())
        one.hear("Nothing")
    assert sent < 40_000_000
    one.close()


def test_a_body_without_end_is_not_read(listening: Listening) -> None:
    with socket.create_connection(("127.0.0.1", listening.port), timeout=20) as raw:
        head = f"POST / HTTP/1.1\r\nHost: 127.0.0.1:{listening.port}\r\n"
        raw.sendall(f"{head}Content-Length: 1000000000\r\n\r\n".encode())
        sent = 0
        try:
            while sent < 200_000_000:
                raw.sendall(b"x" * 100_000)
                sent += 100_000
        except OSError:
            pass
    assert sent < 40_000_000


def test_compression_is_not_agreed_to(listening: Listening) -> None:
    one = Talk(listening, compression="deflate")
    assert "Sec-WebSocket-Extensions" not in one.socket.response.headers  # type: ignore[union-attr]
    one.close()


@pytest.mark.parametrize(
    "name", ["../../x", "/etc/passwd", "<svg onload=alert(1)>", "a\x00b", "C:\\x"]
)
def test_an_uploads_name_is_a_word_and_no_path(talk: Talk, name: str, tmp_path: Path) -> None:
    talk.send("Upload", name=name, text="a,b,c\n1,2,0\n2,1,1\n3,3,0\n4,1,1\n")
    points = talk.hear("Points")
    assert points["name"] == Path(name).name or points["name"] == name
    talk.send("Ask", what="python")
    assert talk.hear("File")["name"] == "moonlet_lab.py"


def test_a_billion_passes_are_refused_and_nothing_is_begun(talk: Talk) -> None:
    settings: Any = plain(m.Settings())
    settings["training"]["max_iter"] = 10**9
    talk.send("Change", settings=settings)
    assert "max_iter must be from 1 to 1e+06" in talk.hear("Refused")["message"]
    talk.send("Reset")
    assert talk.hear("Situation")["settings"]["training"]["max_iter"] == 20_000


@pytest.mark.parametrize(
    "text", ["", "{", "[]", '{"type": "Eval"}', '"' * 3_000_000, "[" * 500_000]
)
def test_what_is_no_message_is_refused_and_the_talk_goes_on(talk: Talk, text: str) -> None:
    talk.socket.send(text)
    assert talk.hear("Refused")["message"]
    talk.send("Step")
    assert talk.hear("Frame")["n_iter"] >= 0


def test_bytes_are_no_message(talk: Talk) -> None:
    talk.socket.send(b"\x80\x04cos\nsystem\n")
    assert talk.hear("Refused")["message"]


def test_of_fifty_pages_at_once_a_dozen_are_let_in(listening: Listening) -> None:
    with ExitStack() as stack:
        pages = []
        for _ in range(50):
            one = Talk(listening)
            stack.callback(one.close)
            pages.append(one)
            try:
                one.hello()
                one.send("Play")
            except ConnectionClosed:
                assert one.socket.close_code == 4429
        open_ = [one for one in pages if one.socket.close_code is None]
        assert len(open_) == MOST_PAGES
        began = time.perf_counter()
        open_[0].send("Pause")
        while open_[0].hear("Situation")["playing"]:
            pass
        assert time.perf_counter() - began < 5  # all twelve train on; it is answered all the same


def test_fifty_starts_on_one_page_are_one_training(talk: Talk) -> None:
    for _ in range(50):
        talk.send("Play")
    for _ in range(50):
        assert talk.hear("Situation")["playing"]


def n_iter_of(session: Any) -> int:
    while True:
        try:
            return int(session.experiment.run.n_iter)
        except RuntimeError:  # being trained at this very moment
            time.sleep(0.005)


def test_the_training_of_a_page_that_takes_nothing_in_stops(
    listening: Listening, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(conversation, "UNWATCHED", 0.3)
    one = Talk(listening)
    name = one.hello()
    settings: Any = plain(m.Settings())
    settings["training"]["max_iter"] = 1_000_000
    one.send("Change", settings=settings)
    one.send("Play")  # and from here on neither reads nor says that it has seen anything
    session = listening.lab.session(name)
    assert session is not None
    stood, until = 0, time.monotonic() + 20
    while (now := n_iter_of(session)) > stood or now == 0:
        assert time.monotonic() < until, "it trains on and on"
        stood = now
        time.sleep(0.5)
    assert stood < 1_000_000
    one.send("Seen", frame=1)
    while n_iter_of(session) == stood:  # watched again, it goes on
        assert time.monotonic() < until, "it trains no more"
        time.sleep(0.02)
    one.close()


def test_a_page_that_only_asks_and_never_reads_is_answered_no_faster_than_it_reads(
    listening: Listening,
) -> None:
    before = _resident()
    one = Talk(listening)
    one.hello()
    raw = one.socket.socket
    raw.setsockopt(socket.SOL_SOCKET, socket.SO_SNDTIMEO, struct.pack("ll", 2, 0))
    asked = 0
    try:
        for _ in range(20_000):
            # Padded: what the system itself holds in its buffers is some thousand of these.
            one.socket.send('{"type": "Ask", "what": "python"}' + " " * 4000)
            asked += 1
    except (OSError, ConnectionClosed, TimeoutError):
        pass
    assert 0 < asked < 20_000  # in the end it could send no more
    assert _resident() - before < 60_000_000
    with suppress(OSError):
        raw.shutdown(socket.SHUT_RDWR)
    one.close()


def test_a_session_goes_on_where_it_stood_when_its_page_comes_back(listening: Listening) -> None:
    one = Talk(listening)
    name = one.hello()
    one.send("Step")
    while one.hear("Frame")["n_iter"] < 1:
        pass
    one.close()
    two = Talk(listening)
    assert two.hello(name) == name
    while two.hear("Frame")["n_iter"] < 1:
        pass
    three = Talk(listening)  # a copy of the tab: the session is taken, so it has its own
    assert three.hello(name) != name
    two.close()
    three.close()
