"""The lab's server: a few fixed files and one socket, for this machine's browser alone.

What may reach what is in one table, `FILES`, `SOCKET` and `REPORTS`; everything
else is refused before anything is looked at. Each request's Host must be this server's
own address to the letter, which ends DNS rebinding, and its Origin, if there is
one, too. The socket needs an Origin, and the token that was made at the start.

The token reaches the page in the address's fragment, which browsers never
send, and the server as a WebSocket subprotocol: so it stands in no request
line, no log, no Referer and no cookie, and a page of another origin cannot make
a browser send it. The files hold nothing secret and need no token; a study's report
is found only under the name that was made for it, which its own page is told.
"""

from __future__ import annotations

import asyncio
import secrets
import socket
import time
from collections.abc import AsyncIterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass

import uvicorn
from starlette.datastructures import Headers
from starlette.responses import PlainTextResponse, Response
from starlette.types import Receive, Scope, Send
from starlette.websockets import WebSocket, WebSocketDisconnect

from moonlet.engine import n_cores
from moonlet.lab import messages as m
from moonlet.lab.conversation import Conversation
from moonlet.lab.frontend import read_frontend
from moonlet.lab.session import Session
from moonlet.lab.snapshot import Answer
from moonlet.lab.table import LabTable
from moonlet.lab.wire import BadMessageError, frame_bytes, read_request

__all__ = ["LabServer", "listen", "serve", "uvicorn_config"]

FILES = {
    "/": ("index.html", "text/html; charset=utf-8"),
    "/start.js": ("start.js", "text/javascript; charset=utf-8"),
    "/lab.js": ("lab.js", "text/javascript; charset=utf-8"),
    "/lab.css": ("lab.css", "text/css; charset=utf-8"),
    "/icon.svg": ("icon.svg", "image/svg+xml"),
}
SOCKET = "/socket"
REPORTS = "/report/"  # and the study's name
SUBPROTOCOL = "moonlet-lab"
_NOWHERE = "base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
HEADERS = {
    "Content-Security-Policy": (
        "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; "
        f"connect-src 'self'; {_NOWHERE}"
    ),
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "Referrer-Policy": "no-referrer",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Cache-Control": "no-store",
}
# One page that holds its style and pictures, and no script.
REPORT_HEADERS = {
    **HEADERS,
    "Content-Type": "text/html; charset=utf-8",
    "Content-Security-Policy": (
        f"default-src 'none'; style-src 'unsafe-inline'; img-src data:; {_NOWHERE}"
    ),
}

MOST_PAGES = 12
KEPT = 600.0  # seconds that a session waits for its page to come back


@dataclass
class Place:
    """A session, and the conversation that it is in."""

    session: Session
    talking: Conversation | None
    left: float


class LabServer:
    """The ASGI application.

    Parameters
    ----------
    port : int
        Where it listens: Host and Origin are held against it.
    token : str, optional
    settings : Settings, optional
        What every new session begins with.
    table : LabTable, optional
        The uploaded table of every new session.
    """

    def __init__(
        self,
        port: int,
        *,
        token: str | None = None,
        settings: m.Settings = m.Settings(),  # noqa: B008 - frozen
        table: LabTable | None = None,
    ) -> None:
        self.token = token or secrets.token_urlsafe(24)
        self.hosts = {f"{name}:{port}" for name in ("127.0.0.1", "localhost")}
        if port == 80:
            self.hosts |= {"127.0.0.1", "localhost"}
        self.address = f"http://127.0.0.1:{port}/#token={self.token}"
        self._settings, self._table = settings, table
        self._files = {
            path: Response(read_frontend(name), headers={**HEADERS, "Content-Type": kind})
            for path, (name, kind) in FILES.items()
        }
        self._places: dict[str, Place] = {}
        self._workers = ThreadPoolExecutor(n_cores() + 1, thread_name_prefix="moonlet-lab")

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer a request, or refuse it."""
        if scope["type"] == "http":
            await self._answer(scope)(scope, receive, send)
        elif scope["type"] == "websocket":
            await self._talk(scope, receive, send)

    def session(self, name: str) -> Session | None:
        """The session of that name, if it is kept."""
        place = self._places.get(name)
        return None if place is None else place.session

    def close(self) -> None:
        """End what goes on in the background."""
        for place in self._places.values():
            place.session.close()
        self._workers.shutdown(wait=False, cancel_futures=True)

    def _answer(self, scope: Scope) -> Response:
        refused = self._refuse(scope)
        if refused is not None:
            return refused
        found = self._files.get(scope["path"]) or self._report(scope["path"])
        if found is None:
            return _refusal(404, "There is no such page.")
        if scope["method"] not in ("GET", "HEAD"):
            return _refusal(405, "Only GET.", {"Allow": "GET, HEAD"})
        return found

    def _report(self, path: str) -> Response | None:
        name = path.removeprefix(REPORTS)
        if name == path or not name.isascii():
            return None
        for place in self._places.values():
            report = place.session.report(name)
            if report is not None:
                return Response(report, headers=REPORT_HEADERS)
        return None

    def _refuse(self, scope: Scope) -> Response | None:
        headers = Headers(scope=scope)
        hosts, origins = headers.getlist("host"), headers.getlist("origin")
        if len(hosts) != 1 or hosts[0] not in self.hosts:
            return _refusal(421, "This server answers to its own address only.")
        is_socket = scope["type"] == "websocket"
        # A browser says Origin with every socket; only pages of ours may have one.
        if (is_socket or origins) and origins != [f"http://{hosts[0]}"]:
            return _refusal(403, "This origin is not allowed.")
        if headers.get("sec-fetch-site", "none") not in ("none", "same-origin"):
            # A link from another site may be followed to the page, and to nothing else.
            navigates = headers.get("sec-fetch-mode") == "navigate" and scope["path"] == "/"
            if not navigates or headers.get("sec-fetch-dest") != "document":
                return _refusal(403, "This page may not be loaded by another one.")
        if scope["query_string"]:
            return _refusal(400, "No parameters are taken.")
        return None

    async def _talk(self, scope: Scope, receive: Receive, send: Send) -> None:
        page = WebSocket(scope, receive, send)
        refused = self._refuse(scope)
        if refused is None and scope["path"] != SOCKET:
            refused = _refusal(404, "There is no such socket.")
        if refused is None and not self._knows_token(scope["subprotocols"]):
            refused = _refusal(403, "The token is missing or wrong.")
        if refused is not None:
            await receive()
            await page.send_denial_response(refused)
            return
        await page.accept(subprotocol=SUBPROTOCOL)
        if sum(place.talking is not None for place in self._places.values()) >= MOST_PAGES:
            await page.close(4429, f"{MOST_PAGES} pages are open already. Close one.")
            return
        await self._converse(page)

    async def _converse(self, page: WebSocket) -> None:
        place = Place(self._new_session(), None, 0.0)
        channel = SocketChannel(page)
        try:
            hello = await asyncio.wait_for(channel.first(), timeout=10)
            if hello.session is not None:
                place = self._resume(hello.session) or place
            if place.talking is None:
                self._keep(place)
            place.talking = Conversation(
                place.session, channel, self._workers, self._count_training
            )
            for answer in place.session.everything():
                await channel.send(answer)
            await place.talking.run()
        except (TimeoutError, WebSocketDisconnect, BadMessageError):
            pass
        finally:
            place.talking, place.left = None, time.monotonic()

    def _knows_token(self, subprotocols: list[str]) -> bool:
        given = [name[6:] for name in subprotocols if name.startswith("token.")]
        right = len(given) == 1 and secrets.compare_digest(given[0].encode(), self.token.encode())
        return right and SUBPROTOCOL in subprotocols

    def _new_session(self) -> Session:
        return Session(self._settings, table=self._table)

    def _resume(self, name: str) -> Place | None:
        """The session of that name, if no other page talks with it."""
        place = self._places.get(name)
        return place if place is not None and place.talking is None else None

    def _keep(self, place: Place) -> None:
        now = time.monotonic()
        waiting = sorted(
            (kept for kept in self._places.values() if kept.talking is None),
            key=lambda kept: kept.left,
        )
        too_many = max(0, len(self._places) + 1 - MOST_PAGES)
        for i, old in enumerate(waiting):
            if old is not place and (i < too_many or now - old.left > KEPT):
                old.session.close()
                del self._places[old.session.name]
        self._places[place.session.name] = place

    def _count_training(self) -> int:
        talking = (place.talking for place in self._places.values())
        return max(1, sum(one is not None and one.is_training for one in talking))


class SocketChannel:
    """A page at the other end of a WebSocket."""

    def __init__(self, page: WebSocket) -> None:
        self._page = page

    async def first(self) -> m.Hello:
        """The message that opens a conversation."""
        request = read_request(await self._page.receive_text())
        if not isinstance(request, m.Hello):
            raise BadMessageError("the first message must be Hello.")
        return request

    async def requests(self) -> AsyncIterator[m.Request | m.Refused]:
        """What the page asks for, until it leaves."""
        while True:
            message = await self._page.receive()
            if message["type"] == "websocket.disconnect":
                return
            try:
                yield read_request(message.get("text") or "")
            except BadMessageError as error:
                yield m.Refused(str(error))

    async def send(self, answer: Answer) -> None:
        """Give the page a report; waits while the connection is full."""
        await self._page.send_bytes(frame_bytes(*answer))


def serve(server: LabServer, listening: socket.socket) -> None:
    """Answer until Ctrl-C."""
    try:
        uvicorn.Server(uvicorn_config(server)).run(sockets=[listening])
    finally:
        server.close()


def uvicorn_config(server: LabServer) -> uvicorn.Config:
    """How the server is run: nothing that swells, nothing that grows without bound."""
    return uvicorn.Config(
        server,
        ws="websockets-sansio",
        ws_max_size=m.MOST_BYTES,
        ws_per_message_deflate=False,  # a small message must not unpack into a large one
        limit_concurrency=64,
        timeout_keep_alive=5,
        server_header=False,
        proxy_headers=False,
        lifespan="off",
        log_level="critical",
        access_log=False,
        timeout_graceful_shutdown=1,
    )


def listen(port: int) -> socket.socket:
    """Open a socket on 127.0.0.1; port 0 takes any that is free.

    Raises
    ------
    OSError
        If the port is in use.
    """
    listening = socket.socket()
    listening.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        listening.bind(("127.0.0.1", port))
        # From here on a browser's first request waits, and is not refused.
        listening.listen(128)
    except OSError:
        listening.close()
        raise
    return listening


def _refusal(status: int, message: str, headers: dict[str, str] | None = None) -> Response:
    more = {**HEADERS, "Connection": "close", **(headers or {})}
    return PlainTextResponse(message + "\n", status, headers=more)
