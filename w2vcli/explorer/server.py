"""The program behind the page of ``w2v explore``: it answers on 127.0.0.1, and only whoever knows its address.

The address has a random word in it. A page from elsewhere does not know it, and may read no answer: the name in the
``Host`` line has to be this machine's, and an ``Origin`` this program's. Nothing can be written.
"""

from __future__ import annotations

import hmac
import json
import secrets
import threading
from collections.abc import Callable, Mapping
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qs, urlsplit

from w2vcli.errors import BadSettings, W2vError
from w2vcli.explorer.answers import Answers
from w2vcli.explorer.maps import Maps
from w2vcli.explorer.packets import pack
from w2vcli.explorer.page import CONNECTED, Page, policy_of

_HOST = "127.0.0.1"
_MOST_LETTERS = 2_000
_HEADERS = {
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "no-referrer",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cache-Control": "no-store",
}

Parameters = Mapping[str, str]


class ExplorerServer(ThreadingHTTPServer):
    """Serves the page of a model and its answers, until `close`.

    Raises
    ------
    BadSettings
        If the port is taken.
    """

    daemon_threads = True

    def __init__(self, page: Page, maps: Maps, answers: Answers, port: int = 0) -> None:
        self.page, self.maps, self.answers = page, maps, answers
        self.token = secrets.token_urlsafe(24)
        try:
            super().__init__((_HOST, port), _Handler)
        except OSError as error:
            raise BadSettings(f"--port {port}: {error.strerror}") from error
        self.routes: dict[str, Callable[[Parameters], tuple[str, bytes]]] = {
            "": self._page,
            "words": self._words,
            "map": self._map,
            "ask": self._ask,
            "lines": self._lines,
            "axis": self._axis,
        }

    @property
    def port(self) -> int:
        """The port at which it listens."""
        return int(self.server_address[1])

    @property
    def address(self) -> str:
        """The address of the page."""
        return f"http://{_HOST}:{self.port}/{self.token}/"

    def start(self) -> None:
        """Answer in a thread of its own."""
        threading.Thread(target=self.serve_forever, daemon=True).start()

    def close(self) -> None:
        """Answer no more."""
        self.shutdown()
        self.server_close()

    def handle_error(self, request: Any, client_address: Any) -> None:
        """Say nothing of a browser that went away."""

    def _page(self, _: Parameters) -> tuple[str, bytes]:
        return "text/html; charset=utf-8", self.page.text.encode("utf-8", "backslashreplace")

    def _words(self, given: Parameters) -> tuple[str, bytes]:
        return _packet(self.maps.words(int(given.get("from", 0)), int(given.get("most", 0))))

    def _map(self, given: Parameters) -> tuple[str, bytes]:
        return _packet(self.maps.newer_than(int(given.get("version", 0))))

    def _ask(self, given: Parameters) -> tuple[str, bytes]:
        most = int(given.get("most", 10))
        if "row" in given:
            return _json(self.answers.ask_row(int(given["row"]), most))
        return _json(self.answers.ask(given.get("text", "")[:_MOST_LETTERS], most))

    def _lines(self, given: Parameters) -> tuple[str, bytes]:
        return _json(self.answers.lines(int(given["row"])))

    def _axis(self, given: Parameters) -> tuple[str, bytes]:
        try:
            values, ends = self.answers.axis(given.get("text", "").strip()[:_MOST_LETTERS])
            return _packet(pack({"ends": ends}, {"values": values}))
        except W2vError as error:
            return _packet(pack({"error": str(error)}, {}))


def _packet(packet: bytes) -> tuple[str, bytes]:
    return "application/octet-stream", packet


def _json(answer: Mapping[str, Any]) -> tuple[str, bytes]:
    return "application/json", json.dumps(answer, ensure_ascii=False).encode("utf-8", "backslashreplace")


class _Handler(BaseHTTPRequestHandler):
    """Answers a request of the page, and refuses all others."""

    server: ExplorerServer
    protocol_version = "HTTP/1.1"
    server_version = "w2v"
    sys_version = ""
    timeout = 60

    def do_GET(self) -> None:
        """Answer."""
        parts = urlsplit(self.path)
        _, _, rest = parts.path.partition("/")
        token, slash, name = rest.partition("/")
        if not self._is_allowed() or not hmac.compare_digest(token.encode(), self.server.token.encode()):
            self._send(403, "text/plain", b"")
            return
        route = self.server.routes.get(name)
        if route is None or not slash:
            self._send(404, "text/plain", b"")
            return
        given = {key: values[-1] for key, values in parse_qs(parts.query, keep_blank_values=True).items()}
        try:
            kind, body = route(given)
        except (KeyError, ValueError, IndexError):
            self._send(400, "text/plain", b"")
            return
        self._send(200, kind, body)

    def _is_allowed(self) -> bool:
        """Tell whether the request comes from this machine's own page, or from its address bar."""
        names = {f"{host}:{self.server.port}" for host in (_HOST, "localhost")}
        origin = self.headers.get("Origin")
        return (
            self.headers.get("Host") in names
            and (origin is None or origin in {f"http://{name}" for name in names})
            and self.headers.get("Sec-Fetch-Site", "none") in {"none", "same-origin"}
        )

    def _send(self, status: int, kind: str, body: bytes) -> None:
        self.send_response(status)
        self.send_header("Content-Type", kind)
        self.send_header("Content-Length", str(len(body)))
        self.send_header(
            "Content-Security-Policy", policy_of(self.server.page.script, self.server.page.style, CONNECTED)
        )
        for name, value in _HEADERS.items():
            self.send_header(name, value)
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, format: str, *args: Any) -> None:  # noqa: A002 - its name in the standard library
        """Say nothing: the address would be told."""
