"""Who is let in, and what a caller who means harm can reach: a matrix over all routes."""

from __future__ import annotations

import http.client
import json
import os
import socket
import threading
import time
from collections.abc import Iterator
from contextlib import ExitStack, closing
from pathlib import Path
from typing import Any

import pytest

from moonlet.lab import server
from moonlet.lab.server import MOST_WAITING, LabServer
from tests.lab.conftest import Listening

PAGE = ["/", "/icon.svg"]
ASKED = {
    "/opening": "GET",
    "/token": "POST",
    "/table": "POST",
    "/onnx": "POST",
    "/study": "POST",
    "/study/none": "GET",
}
ROUTES = [*PAGE, *ASKED]

FOREIGN_HOSTS = [
    "evil.example",
    "evil.example:{port}",  # a name that was bound anew to 127.0.0.1
    "127.0.0.1:{port}.evil.example",
    "127.0.0.1.evil.example:{port}",
    "localhost.:{port}",
    "0.0.0.0:{port}",
    "[::1]:{port}",
    "user@127.0.0.1:{port}",
    "127.0.0.1:",
    "127.0.0.1:{port}:{port}",
    "127.0.0.2:{port}",
    "127x0x0x1:{port}",
    "",
]
FOREIGN_ORIGINS = [
    "null",
    "http://evil.example",
    "https://127.0.0.1:{port}",
    "http://127.0.0.1",
    "http://127.0.0.1:1",  # another server of this machine
    "http://127.0.0.1:{port}.evil.example",
    "http://127.0.0.1.evil.example:{port}",
    "http://localhost:{port}",  # right in itself, but not for a page at 127.0.0.1
    "http://127.0.0.1:{port}@evil.example",
    "http://127.0.0.1:{port}/",
    "file://",
]


def ask(
    listening: Listening, path: str, method: str | None = None, body: bytes = b"", **changed: str
) -> tuple[int, bytes]:
    """Status and body of a request that is right but for what is changed; "" leaves one out."""
    headers = {
        "Host": f"127.0.0.1:{listening.port}",
        "Authorization": f"Bearer {listening.lab.token}",
        "Content-Length": str(len(body)) if (method or ASKED.get(path)) == "POST" else "",
    }
    headers |= {
        name.replace("_", "-"): value.format(port=listening.port) for name, value in changed.items()
    }
    connection = http.client.HTTPConnection("127.0.0.1", listening.port, timeout=20)
    connection.putrequest(
        method or ASKED.get(path, "GET"), path, skip_host=True, skip_accept_encoding=True
    )
    for name, value in headers.items():
        if value or name == "Host":
            connection.putheader(name, value)
    connection.endheaders()
    if body:
        connection.send(body)
    with closing(connection), connection.getresponse() as response:
        return response.status, response.read()


def say(listening: Listening, path: str, told: object) -> tuple[int, Any]:
    """Post JSON; the answer's JSON, or its words."""
    status, body = ask(listening, path, "POST", json.dumps(told).encode())
    return status, json.loads(body) if status == 200 else body.decode()


@pytest.fixture(scope="module", autouse=True)
def memory() -> Iterator[None]:
    """All of this module together may not leave the server 100 MB larger."""
    before = _resident()
    yield
    assert _resident() - before < 100_000_000


def _resident() -> int:
    try:
        pages = int(Path("/proc/self/statm").read_text(encoding="utf-8").split()[1])
    except FileNotFoundError:
        pytest.skip("this system does not tell a process's memory")
    return pages * os.sysconf("SC_PAGE_SIZE")


# --- Who is let in -------------------------------------------------------------------------


@pytest.mark.parametrize("path", PAGE)
def test_a_file_of_the_page_wants_no_token(listening: Listening, path: str) -> None:
    assert ask(listening, path, Authorization="")[0] == 200
    assert ask(listening, path, "HEAD", Authorization="") == (200, b"")


def test_every_file_of_the_built_page_is_served(listening: Listening) -> None:
    for path in listening.lab.files:
        assert ask(listening, path) == (200, listening.lab.files[path])


def test_the_page_is_told_that_python_is_behind_it(listening: Listening) -> None:
    assert b'<meta name="moonlet-home" content="server">' in ask(listening, "/")[1]


def test_the_opening_is_given_to_who_has_the_token(listening: Listening) -> None:
    status, body = ask(listening, "/opening")
    assert (status, json.loads(body)) == (200, listening.lab.recipe)


@pytest.mark.parametrize("given", FOREIGN_HOSTS)
@pytest.mark.parametrize("path", ROUTES)
def test_a_foreign_host_is_refused_everywhere(listening: Listening, path: str, given: str) -> None:
    assert ask(listening, path, Host=given)[0] == 421


@pytest.mark.parametrize("given", ["127.0.0.1:9000", "localhost:{port}", "localhost"])
def test_the_other_end_of_a_tunnel_is_let_in(listening: Listening, given: str) -> None:
    assert ask(listening, "/opening", Host=given, Origin=f"http://{given}")[0] == 200


def test_two_hosts_are_refused(listening: Listening) -> None:
    with socket.create_connection(("127.0.0.1", listening.port), timeout=20) as raw:
        host = f"Host: 127.0.0.1:{listening.port}\r\n"
        raw.sendall(f"GET / HTTP/1.1\r\n{host}{host}\r\n".encode())
        assert b" 421 " in raw.recv(100)


@pytest.mark.parametrize("given", FOREIGN_ORIGINS)
@pytest.mark.parametrize("path", ROUTES)
def test_a_foreign_origin_is_refused_everywhere(
    listening: Listening, path: str, given: str
) -> None:
    assert ask(listening, path, Origin=given)[0] == 403


@pytest.mark.parametrize("path", ROUTES)
def test_another_sites_page_cannot_load_or_post_to_anything(
    listening: Listening, path: str
) -> None:
    for mode, destination in (("no-cors", "script"), ("cors", "empty"), ("navigate", "iframe")):
        asked = {"Sec_Fetch_Mode": mode, "Sec_Fetch_Dest": destination}
        assert ask(listening, path, Sec_Fetch_Site="cross-site", **asked)[0] == 403


def test_a_link_from_another_site_leads_to_the_page_and_nowhere_else(listening: Listening) -> None:
    asked = {"Sec_Fetch_Site": "cross-site", "Sec_Fetch_Mode": "navigate"}
    for path, status in (("/", 200), ("/icon.svg", 403), ("/opening", 403)):
        assert ask(listening, path, Sec_Fetch_Dest="document", **asked)[0] == status


@pytest.mark.parametrize("path", ROUTES)
@pytest.mark.parametrize("method", ["PUT", "DELETE", "OPTIONS", "PATCH", "TRACE", "CONNECT"])
def test_nothing_is_taken_by_any_other_method(listening: Listening, path: str, method: str) -> None:
    if (path, method) == ("/study/none", "DELETE"):
        return  # that is how a study is ended
    status, body = ask(listening, path, method)
    assert status in (405, 501)
    assert listening.lab.token.encode() not in body


def test_a_form_of_another_page_changes_nothing(listening: Listening) -> None:
    """It can send no header of ours."""
    kind = "application/x-www-form-urlencoded"
    for path in ASKED:
        status, _ = ask(listening, path, "POST", b"a=b", Authorization="", Content_Type=kind)
        assert status in (401, 403, 405)


@pytest.mark.parametrize("path", ROUTES)
def test_parameters_are_refused_everywhere(listening: Listening, path: str) -> None:
    method = ASKED.get(path, "GET")
    assert ask(listening, f"{path}?token={listening.lab.token}", method, b"x")[0] == 400


@pytest.mark.parametrize(
    "path",
    [
        "/static/../../../etc/passwd",
        "/../etc/passwd",
        "/%2e%2e/%2e%2e/etc/passwd",
        "//etc/passwd",
        "/icon.svg/",
        "/ICON.SVG",
        "/icon.svg%00.html",
        "/index.html",
        "/report/",
        "/report/../opening",
        "/study/a/b",
        "/<svg%20onload=alert(1)>",
        "http://127.0.0.1/",
        "*",
    ],
)
def test_what_is_not_in_the_table_is_not_there(listening: Listening, path: str) -> None:
    status, body = ask(listening, path)
    assert status in (400, 404, 405)
    assert b"<" not in body


@pytest.mark.parametrize("path", [path for path in ASKED if path != "/token"])
@pytest.mark.parametrize(
    "given", ["", "Bearer", "Bearer wrong", "Basic {token}", "{token}", "Bearer {token}x"]
)
def test_a_missing_or_wrong_token_is_refused(listening: Listening, path: str, given: str) -> None:
    token = given.replace("{token}", listening.lab.token)
    status, body = ask(listening, path, Authorization=token)
    assert status == 401
    assert "moonlet lab` printed" in body.decode()


def test_what_is_not_ascii_in_a_token_is_a_wrong_token(listening: Listening) -> None:
    assert ask(listening, "/opening", Authorization="Bearer t\xf6ken")[0] == 401


def test_a_browser_is_started_with_a_word_that_is_good_once(listening: Listening) -> None:
    lab = listening.lab
    assert lab.token not in lab.address_once
    once = lab.address_once.partition("#once=")[2].encode()
    assert ask(listening, "/token", "POST", b"wrong")[0] == 403
    assert ask(listening, "/token", "POST", once, Authorization="") == (200, lab.token.encode())
    assert ask(listening, "/token", "POST", once)[0] == 403
    assert ask(listening, "/token", "POST", b"")[0] == 403


def test_every_answer_forbids_script_from_elsewhere_and_says_nothing_of_the_token(
    listening: Listening,
) -> None:
    for path in [*listening.lab.files, "/nothing", "/opening", "/report/x"]:
        connection = http.client.HTTPConnection("127.0.0.1", listening.port, timeout=20)
        connection.request("GET", path)
        response = connection.getresponse()
        policy = response.headers["Content-Security-Policy"]
        assert "default-src 'none'" in policy
        assert "unsafe-inline" not in policy
        assert "unsafe-eval" not in policy.replace("wasm-unsafe-eval", "")
        assert response.headers["X-Content-Type-Options"] == "nosniff"
        assert "Access-Control-Allow-Origin" not in response.headers
        assert "Set-Cookie" not in response.headers
        assert listening.lab.token.encode() not in response.read()
        connection.close()


# --- What one who is in can do --------------------------------------------------------------


def test_what_is_too_large_is_refused_before_it_is_read(listening: Listening) -> None:
    for length in ("64000001", "9" * 13, "9" * 400):
        status, body = ask(listening, "/table", "POST", Content_Length=length)
        assert (status, b"at most 64,000,000" in body) == (413, True)


@pytest.mark.parametrize("length", ["", "-1", "+1", "1e3", "0x10", "\xb2"])
def test_a_body_must_say_its_length(listening: Listening, length: str) -> None:
    assert ask(listening, "/table", "POST", Content_Length=length)[0] == 411


def test_a_body_in_pieces_without_end_is_not_read(listening: Listening) -> None:
    status, _ = ask(listening, "/table", "POST", Transfer_Encoding="chunked")
    assert status == 411


def test_a_body_of_a_stranger_is_not_read(listening: Listening) -> None:
    with socket.create_connection(("127.0.0.1", listening.port), timeout=20) as raw:
        head = f"POST /table HTTP/1.1\r\nHost: 127.0.0.1:{listening.port}\r\n"
        raw.sendall(f"{head}Content-Length: 60000000\r\n\r\n".encode())
        sent = 0
        try:
            while sent < 60_000_000:
                raw.sendall(b"x" * 100_000)
                sent += 100_000
        except OSError:
            pass
    assert sent < 40_000_000


def test_a_body_that_is_cut_off_is_no_table(listening: Listening) -> None:
    with socket.create_connection(("127.0.0.1", listening.port), timeout=20) as raw:
        head = f"POST /table HTTP/1.1\r\nHost: 127.0.0.1:{listening.port}\r\n"
        head += f"Authorization: Bearer {listening.lab.token}\r\nContent-Length: 100\r\n\r\na,b\n"
        raw.sendall(head.encode())
        raw.shutdown(socket.SHUT_WR)
        assert b" 400 " in raw.recv(1000)


@pytest.mark.parametrize("path", ["/onnx", "/study"])
@pytest.mark.parametrize(
    "told",
    [b"", b"{", b"[]", b"null", b'"x"', b"[" * 500_000, b"\x80\x04cos\nsystem\n", b"\xff"],
)
def test_what_is_no_json_object_is_refused(listening: Listening, path: str, told: bytes) -> None:
    status, body = ask(listening, path, "POST", told)
    assert (status, b"no JSON" in body) == (400, True)


@pytest.mark.parametrize("path", ["/onnx", "/study"])
@pytest.mark.parametrize(
    "told",
    [
        {},
        {"data": {}},
        {"data": {"table": {}}},
        {"table": {"columns": [{"name": "a"}]}, "target": "a"},
        {"table": {"columns": 3}, "target": "a"},
        {"table": {"columns": [], "schema": {"columns": [1], "target": None}}, "target": "a"},
    ],
)
def test_json_that_means_nothing_is_refused_in_words(
    listening: Listening, path: str, told: object
) -> None:
    status, words = say(listening, path, told)
    assert status == 422
    assert "This is no" in words


def test_silent_callers_make_room_for_a_page(listening: Listening) -> None:
    """Half requests without a token, more than are heard at once."""
    with ExitStack() as stack:
        for _ in range(3 * MOST_WAITING):
            raw = socket.create_connection(("127.0.0.1", listening.port), timeout=20)
            stack.callback(raw.close)
            raw.sendall(b"GET / HTTP/1.1\r\nHost: 127.0.0.1\r\n")
        began = time.monotonic()
        assert ask(listening, "/")[0] == 200
        assert time.monotonic() - began < 5
        assert threading.active_count() < MOST_WAITING + 40


def test_who_says_nothing_is_hung_up_on(
    listening: Listening, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(server._Caller, "timeout", 0.2)
    with socket.create_connection(("127.0.0.1", listening.port), timeout=20) as raw:
        raw.sendall(b"GET / HT")
        assert raw.recv(100) == b""


@pytest.mark.parametrize(
    "line",
    [
        b"\r\n\r\n",
        b"\x00" * 100 + b"\r\n\r\n",
        b"GET\r\n\r\n",
        b"GET / HTTP/9.9\r\n\r\n",
        b"GET /" + b"a" * 70_000,
        b"GET / HTTP/1.1\r\n" + b"a: b\r\n" * 200 + b"\r\n",
    ],
)
def test_what_is_no_request_is_refused_or_hung_up_on(listening: Listening, line: bytes) -> None:
    with socket.create_connection(("127.0.0.1", listening.port), timeout=20) as raw:
        raw.sendall(line)
        raw.shutdown(socket.SHUT_WR)
        answer = raw.recv(100)
        assert answer[:5] in (b"", b"HTTP/")
        assert b" 200 " not in answer
    assert ask(listening, "/")[0] == 200


def test_a_second_server_on_a_port_is_refused(listening: Listening) -> None:
    with pytest.raises(OSError, match="in use"):
        LabServer(listening.port, {})
