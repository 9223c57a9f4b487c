"""Debian's Firefox, by the protocol that it speaks itself: WebDriver BiDi, without a driver."""

from __future__ import annotations

import itertools
import json
import re
import shutil
import subprocess
import time
from pathlib import Path
from typing import Any

from websocket import WebSocket, create_connection

FIREFOX = shutil.which("firefox-esr") or shutil.which("firefox") or "/usr/bin/firefox-esr"
_LISTENING = re.compile(r"WebDriver BiDi listening on (ws://\S+)")
# It is to ask nobody for anything, and to write down nothing but what it must.
_SETTINGS = {
    "app.update.disabledForTesting": True,
    "browser.startup.page": 0,
    "browser.shell.checkDefaultBrowser": False,
    "datareporting.policy.dataSubmissionEnabled": False,
    "extensions.update.enabled": False,
    "network.captive-portal-service.enabled": False,
    "network.connectivity-service.enabled": False,
    "network.dns.disablePrefetch": True,
    "services.settings.server": "data:,",
    "toolkit.telemetry.enabled": False,
    "intl.accept_languages": "en-US",
}


class Firefox:
    """A browser with one page."""

    def __init__(self, folder: Path) -> None:
        profile = folder / "profile"
        profile.mkdir()
        lines = [f"user_pref({json.dumps(k)}, {json.dumps(v)});" for k, v in _SETTINGS.items()]
        (profile / "user.js").write_text("\n".join(lines), encoding="utf-8")
        log = folder / "firefox.log"
        with log.open("wb") as said:
            self._process = subprocess.Popen(
                [FIREFOX, "--headless", "--remote-debugging-port=0", "--profile", str(profile)],
                stdout=said,
                stderr=subprocess.STDOUT,
            )
        self._numbers = itertools.count(1)
        self.errors: list[str] = []
        try:
            self._socket: WebSocket = create_connection(
                f"{self._address(log)}/session", timeout=60, suppress_origin=True
            )
            self._ask("session.new", capabilities={})
            self._ask("session.subscribe", events=["log.entryAdded"])
            self._page = self._ask("browsingContext.getTree")["contexts"][0]["context"]
        except BaseException:
            self.close()
            raise

    def _address(self, log: Path) -> str:
        until = time.monotonic() + 60
        while time.monotonic() < until:
            found = _LISTENING.search(log.read_text(encoding="utf-8", errors="replace"))
            if found:
                return found[1]
            assert self._process.poll() is None, log.read_text(encoding="utf-8", errors="replace")
            time.sleep(0.1)
        raise AssertionError(log.read_text(encoding="utf-8", errors="replace"))

    def _ask(self, method: str, **parameters: Any) -> Any:
        number = next(self._numbers)
        self._socket.send(json.dumps({"id": number, "method": method, "params": parameters}))
        while True:
            answer = json.loads(self._socket.recv())
            if answer.get("method") == "log.entryAdded" and answer["params"]["level"] == "error":
                self.errors.append(str(answer["params"]["text"]))
            if answer.get("id") == number:
                assert answer["type"] == "success", answer
                return answer["result"]

    def open(self, address: str) -> None:
        """Go there and wait until it is loaded."""
        self._ask("browsingContext.navigate", context=self._page, url=address, wait="complete")

    def ask(self, script: str) -> Any:
        """What a script in the page gives: JSON's values, of a promise what it comes to."""
        answer = self._ask(
            "script.evaluate",
            expression=f"(async () => JSON.stringify((await ({script})) ?? null))()",
            target={"context": self._page},
            awaitPromise=True,
        )
        assert answer["type"] == "success", answer
        return json.loads(answer["result"]["value"])

    def wait_for(self, script: str, seconds: float = 30) -> None:
        """Until a script in the page gives something that is true."""
        until = time.monotonic() + seconds
        while not self.ask(script):
            assert time.monotonic() < until, f"never came true: {script}"
            time.sleep(0.05)

    def click(self, role: str, name: str) -> None:
        """Press what has that role and that name, as a pointer does."""
        locator = {"type": "accessibility", "value": {"role": role, "name": name}}
        (node,) = self._ask("browsingContext.locateNodes", context=self._page, locator=locator)[
            "nodes"
        ]
        at = {"type": "element", "element": {"sharedId": node["sharedId"]}}
        self.ask_of(node, "element => element.scrollIntoView({ block: 'center' })")
        actions = [
            {"type": "pointerMove", "x": 0, "y": 0, "origin": at},
            {"type": "pointerDown", "button": 0},
            {"type": "pointerUp", "button": 0},
        ]
        pointer = {"type": "pointer", "id": "mouse", "actions": actions}
        self._ask("input.performActions", context=self._page, actions=[pointer])

    def ask_of(self, node: dict[str, Any], function: str) -> None:
        """Let a function do something with an element."""
        self._ask(
            "script.callFunction",
            functionDeclaration=function,
            arguments=[{"sharedId": node["sharedId"]}],
            target={"context": self._page},
            awaitPromise=False,
        )

    def close(self) -> None:
        """End it."""
        self._process.terminate()
        try:
            self._process.wait(timeout=20)
        except subprocess.TimeoutExpired:
            self._process.kill()
            self._process.wait()
        if hasattr(self, "_socket"):
            self._socket.close()
