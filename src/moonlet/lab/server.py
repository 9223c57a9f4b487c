"""What serves the lab's page: a few fixed files, and what the page asks of Python, on this machine.

Everything that is answered is in one table, `_ANSWERS`, and the files of the page.
Host must be a name of this machine, which ends DNS rebinding (its port may be another: a tunnel
has its own), and Origin, if there is one, must be that of the same page. Whatever is more than a
file wants the token that was made at the start.

The token reaches the page in the address's fragment, which browsers never send, and the server in
a header that no page of another origin can make a browser send: so it stands in no request line,
no log, no Referer and no cookie. A browser that is opened from here is told a word in place of it
that is good once: another user may read command lines. The files hold nothing secret; a study's
report is found only under the name that was made for it, which its own page is told.
"""

from __future__ import annotations

import contextlib
import json
import re
import secrets
import socket
import sys
import threading
from collections.abc import Callable, Mapping
from http import HTTPStatus
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any, ClassVar, Final
from urllib.parse import unquote

from moonlet.exceptions import MoonletError
from moonlet.lab import answers
from moonlet.lab.answers import Studies
from moonlet.lab.page import site

__all__ = ["LabServer"]

MOST_BYTES: Final = 64_000_000  # of one request's body
MOST_WAITING: Final = 32  # connections that have not said yet who they are
PATIENCE: Final = 10.0  # seconds that a caller may be silent

_LOCAL: Final = re.compile(r"(127\.0\.0\.1|localhost)(:\d{1,5})?")
_KINDS: Final = {
    "html": "text/html; charset=utf-8",
    "js": "text/javascript; charset=utf-8",
    "css": "text/css; charset=utf-8",
    "json": "application/json",
    "svg": "image/svg+xml",
    "wasm": "application/wasm",
}
_TEXT: Final = "text/plain; charset=utf-8"
_NOWHERE: Final = "base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
HEADERS: Final = {
    "Content-Security-Policy": (
        "default-src 'none'; script-src 'self' 'wasm-unsafe-eval'; style-src 'self'; "
        f"img-src 'self' blob: data:; connect-src 'self'; worker-src 'self'; {_NOWHERE}"
    ),
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "Referrer-Policy": "no-referrer",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Cache-Control": "no-store",
}
# One page that holds its style and pictures, and no script.
_REPORT_POLICY: Final = f"default-src 'none'; style-src 'unsafe-inline'; img-src data:; {_NOWHERE}"


class LabServer(ThreadingHTTPServer):
    """Serves the lab on 127.0.0.1.

    Parameters
    ----------
    port : int
        0 takes any that is free.
    recipe : mapping
        What the page opens with.

    Raises
    ------
    OSError
        If the port is in use.
    PageMissingError
        If the page has not been built.
    """

    daemon_threads = True
    request_queue_size = 128

    def __init__(self, port: int, recipe: Mapping[str, Any]) -> None:
        self.files = {f"/{path}": content for path, content in site().items()}
        index = self.files.pop("/index.html")
        self.files["/"] = index.replace(b'content="static"', b'content="server"')
        self.recipe = recipe
        self.token, self._once = secrets.token_urlsafe(24), secrets.token_urlsafe(24)
        self.studies = Studies()
        self.working = threading.Lock()  # one heavy answer at a time: the page has the other core
        self._waiting: dict[socket.socket, None] = {}
        self._lock = threading.Lock()
        super().__init__(("127.0.0.1", port), _Caller)

    @property
    def address(self) -> str:
        """What a person opens: with the token."""
        return f"http://127.0.0.1:{self.server_port}/#token={self.token}"

    @property
    def address_once(self) -> str:
        """What a browser may be started with: others can read it, and it is good once."""
        return f"http://127.0.0.1:{self.server_port}/#once={self._once}"

    def change(self, once: str) -> str | None:
        """The token, for the word that is good once."""
        with self._lock:
            right = bool(self._once) and secrets.compare_digest(once.encode(), self._once.encode())
            if right:
                self._once = ""
        return self.token if right else None

    def process_request(self, request: Any, client_address: Any) -> None:
        """Hear a caller; who has kept silent for longest makes room when there are too many."""
        with self._lock:
            self._waiting[request] = None
            oldest = next(iter(self._waiting)) if len(self._waiting) > MOST_WAITING else None
        if oldest is not None:
            self.heard(oldest)
            _hang_up(oldest)
        super().process_request(request, client_address)

    def heard(self, request: Any) -> None:
        """Note that a caller has said all that it had to."""
        with self._lock:
            self._waiting.pop(request, None)

    def shutdown_request(self, request: Any) -> None:
        """End a connection."""
        self.heard(request)
        super().shutdown_request(request)

    def handle_error(self, request: Any, client_address: Any) -> None:
        """Say nothing of callers that went away; all else is a fault of ours."""
        if not isinstance(sys.exception(), OSError):
            super().handle_error(request, client_address)

    def server_close(self) -> None:
        """End what goes on in the background, too."""
        self.studies.close()
        super().server_close()


class _RefusedError(Exception):
    def __init__(self, status: HTTPStatus, message: str) -> None:
        super().__init__(message)
        self.status = status


class _Caller(BaseHTTPRequestHandler):
    """One connection, and its one request."""

    server: LabServer
    timeout = PATIENCE
    server_version, sys_version = "moonlet", ""
    _answered = False

    def _handle(self) -> None:
        try:
            self._refuse_strangers()
            self._answer()
        except _RefusedError as refused:
            self._say(refused.status, f"{refused}\n".encode(), _TEXT)
        except (MoonletError, ValueError, MemoryError) as error:
            message = str(error) or type(error).__name__
            self._say(HTTPStatus.UNPROCESSABLE_ENTITY, f"{message}\n".encode(), _TEXT)
        except OSError:
            raise  # the caller went away
        except Exception as error:
            message = f"moonlet lab failed ({type(error).__name__}): its terminal says more.\n"
            self._say(HTTPStatus.INTERNAL_SERVER_ERROR, message.encode(), _TEXT)
            raise

    do_GET = do_HEAD = do_POST = do_DELETE = _handle  # noqa: N815 - http.server's names

    def log_message(self, *_: Any) -> None:
        """Keep quiet: a request is nobody's business."""

    def send_error(self, code: int, message: str | None = None, explain: str | None = None) -> None:
        """Refuse what is no request, without repeating what was sent."""
        self.close_connection = True
        self.request_version = "HTTP/1.0"
        self._say(
            HTTPStatus(code), f"{HTTPStatus(code).phrase}.\n".encode(), "text/plain; charset=utf-8"
        )

    def _refuse_strangers(self) -> None:
        hosts, origins = (self.headers.get_all(name, []) for name in ("Host", "Origin"))
        if len(hosts) != 1 or not _LOCAL.fullmatch(hosts[0]):
            raise _RefusedError(
                HTTPStatus.MISDIRECTED_REQUEST,
                "This server answers to 127.0.0.1 and localhost only.",
            )
        # Only pages of ours may have an Origin.
        if origins and origins != [f"http://{hosts[0]}"]:
            raise _RefusedError(HTTPStatus.FORBIDDEN, "This origin is not allowed.")
        if self.headers.get("Sec-Fetch-Site", "none") not in ("none", "same-origin"):
            # A link from another site may be followed to the page, and to nothing else.
            navigates = self.headers.get("Sec-Fetch-Mode") == "navigate" and self.path == "/"
            if not navigates or self.headers.get("Sec-Fetch-Dest") != "document":
                raise _RefusedError(
                    HTTPStatus.FORBIDDEN, "This page may not be loaded by another one."
                )
        if "?" in self.path:
            raise _RefusedError(HTTPStatus.BAD_REQUEST, "No parameters are taken.")

    def _answer(self) -> None:
        reads = self.command in ("GET", "HEAD")
        content = self.server.files.get(self.path)
        if content is not None and reads:
            kind = "html" if self.path == "/" else self.path.rpartition(".")[2]
            self._say(HTTPStatus.OK, content, _KINDS[kind])
            return
        head, name = re.fullmatch(r"(/[a-z]*)(?:/([\w-]{1,64}))?|.*", self.path, re.DOTALL).groups()  # type: ignore[union-attr]
        if head == "/report" and name and reads:
            report = self.server.studies.report(name)
            if report is not None:
                self._say(HTTPStatus.OK, report, _KINDS["html"], _REPORT_POLICY)
                return
        answer = self._ANSWERS.get((self.command, head or "", name is not None))
        if answer is None:
            known = content is not None or any(path == head for _, path, _ in self._ANSWERS)
            raise _RefusedError(
                *((HTTPStatus.METHOD_NOT_ALLOWED, "Not by this method.") if known
                  else (HTTPStatus.NOT_FOUND, "There is no such page."))
            )  # fmt: skip
        self._refuse_without_token(head)
        self.server.heard(self.connection)
        made, kind = answer(self, name or "")
        self._say(HTTPStatus.OK, made, kind)

    def _refuse_without_token(self, path: str) -> None:
        if path == "/token":
            return
        given = self.headers.get_all("Authorization", [])
        right = f"Bearer {self.server.token}".encode()
        if len(given) != 1 or not secrets.compare_digest(given[0].encode(), right):
            raise _RefusedError(
                HTTPStatus.UNAUTHORIZED,
                "The key is missing or old. Open the address that `moonlet lab` printed.",
            )

    def _body(self, most: int = MOST_BYTES) -> bytes:
        length = self.headers.get("Content-Length", "")
        if not length.isascii() or not length.isdigit() or "Transfer-Encoding" in self.headers:
            raise _RefusedError(HTTPStatus.LENGTH_REQUIRED, "The length must be said.")
        if len(length) > 12 or int(length) > most:
            raise _RefusedError(
                HTTPStatus.REQUEST_ENTITY_TOO_LARGE,
                f"This is too large: at most {most:,} bytes are taken.",
            )
        body = self.rfile.read(int(length))
        if len(body) < int(length):
            raise _RefusedError(HTTPStatus.BAD_REQUEST, "This was cut off.")
        return body

    def _json(self) -> dict[str, Any]:
        try:
            told = json.loads(self._body())
        except (ValueError, RecursionError):
            raise _RefusedError(HTTPStatus.BAD_REQUEST, "This is no JSON.") from None
        if not isinstance(told, dict):
            raise _RefusedError(HTTPStatus.BAD_REQUEST, "This is no JSON object.")
        return told

    def _say(
        self, status: HTTPStatus, content: bytes, kind: str, policy: str | None = None
    ) -> None:
        self.send_response(status)
        for name, value in HEADERS.items():
            self.send_header(
                name, policy if policy and name == "Content-Security-Policy" else value
            )
        self.send_header("Content-Type", kind)
        self.send_header("Content-Length", str(len(content)))
        self.send_header("Connection", "close")
        self.end_headers()
        if self.command != "HEAD":
            self.wfile.write(content)

    # --- What the page asks of Python -----------------------------------------------------

    def _token(self, _: str) -> tuple[bytes, str]:
        token = self.server.change(self._body(200).decode("ascii", "replace"))
        if token is None:
            raise _RefusedError(
                HTTPStatus.FORBIDDEN,
                "This address was used already. Open the one that `moonlet lab` printed.",
            )
        return token.encode(), "text/plain"

    def _opening(self, _: str) -> tuple[bytes, str]:
        return _as_json(self.server.recipe)

    def _table(self, _: str) -> tuple[bytes, str]:
        name = unquote(self.headers.get("X-Name", ""))
        content = self._body()
        with self.server.working:
            return _as_json(answers.read(name, content))

    def _onnx(self, _: str) -> tuple[bytes, str]:
        told = self._json()
        with self.server.working:
            return answers.to_onnx(told), "application/octet-stream"

    def _start_study(self, _: str) -> tuple[bytes, str]:
        told = self._json()
        with self.server.working:
            return _as_json({"name": self.server.studies.start(told)})

    def _see_study(self, name: str) -> tuple[bytes, str]:
        note = self.server.studies.note(name)
        if note is None:
            raise _RefusedError(
                HTTPStatus.NOT_FOUND, "There is no such study any more. Start it again."
            )
        return _as_json(note)

    def _end_study(self, name: str) -> tuple[bytes, str]:
        self.server.studies.end(name)
        return b"", "text/plain"

    _ANSWERS: ClassVar[dict[tuple[str, str, bool], Callable[[_Caller, str], tuple[bytes, str]]]] = {
        ("POST", "/token", False): _token,
        ("GET", "/opening", False): _opening,
        ("POST", "/table", False): _table,
        ("POST", "/onnx", False): _onnx,
        ("POST", "/study", False): _start_study,
        ("GET", "/study", True): _see_study,
        ("DELETE", "/study", True): _end_study,
    }


def _as_json(value: object) -> tuple[bytes, str]:
    return json.dumps(value, separators=(",", ":")).encode(), _KINDS["json"]


def _hang_up(request: socket.socket) -> None:
    with contextlib.suppress(OSError):  # gone already
        request.shutdown(socket.SHUT_RDWR)
