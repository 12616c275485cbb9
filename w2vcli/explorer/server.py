"""The program behind the page of ``w2v explore``: it answers on 127.0.0.1, and only whoever knows its address.

The address has a random word in it. A page from elsewhere does not know it, and may read no answer: the name in the
``Host`` line has to be this machine's, and an ``Origin`` this program's. Nothing can be written.
"""

from __future__ import annotations

import hmac
import json
import secrets
import threading
from collections.abc import Callable, Mapping, Sequence
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any, NamedTuple
from urllib.parse import parse_qs, urlsplit

from w2vcli.array_types import Float32s
from w2vcli.errors import BadSettings
from w2vcli.explorer.answers import Answers
from w2vcli.explorer.maps import Maps
from w2vcli.explorer.packets import pack
from w2vcli.explorer.page import HTML, NOTHING_ALLOWED, Page, served_policy

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
_JSON, _BYTES, _TEXT = "application/json", "application/octet-stream", "text/plain"


class Reply(NamedTuple):
    """What is answered to a request: its kind, its bytes, and what a page may do."""

    kind: str
    body: bytes
    policy: str = NOTHING_ALLOWED


class View:
    """A page of a model and all that it asks for; with ``moved``, also how far words lie from those of another one."""

    def __init__(
        self, page: Page, maps: Maps, answers: Answers, moved: Callable[[], Float32s | str] | None = None
    ) -> None:
        self._page, self._maps, self._answers, self._moved = page, maps, answers, moved
        self.routes: Mapping[str, Callable[[Parameters], Reply]] = {
            "": lambda _: page_reply(page),
            "words": self._words,
            "map": self._map,
            "ask": self._ask,
            "lines": self._lines,
            "why": self._why,
            "moved": self._find_moved,
            "axis": self._axis,
        }

    def _words(self, given: Parameters) -> Reply:
        return Reply(_BYTES, self._maps.words(int(given.get("from", 0)), int(given.get("most", 0))))

    def _map(self, given: Parameters) -> Reply:
        return Reply(_BYTES, self._maps.newer_than(int(given.get("version", 0))))

    def _ask(self, given: Parameters) -> Reply:
        most = int(given.get("most", 10))
        if "row" in given:
            return _as_json(self._answers.ask_row(int(given["row"]), most))
        return _as_json(self._answers.ask(given.get("text", "")[:_MOST_LETTERS], most))

    def _lines(self, given: Parameters) -> Reply:
        return _as_json(self._answers.lines(int(given["row"])))

    def _why(self, given: Parameters) -> Reply:
        return _as_json(self._answers.why(int(given["row"]), int(given["other"])))

    def _find_moved(self, _: Parameters) -> Reply:
        found = self._moved() if self._moved is not None else ""
        if isinstance(found, str):
            return Reply(_BYTES, pack({"error": found}, {}))
        return Reply(_BYTES, pack({}, {"values": found}))

    def _axis(self, given: Parameters) -> Reply:
        found = self._answers.axis(given.get("text", "").strip()[:_MOST_LETTERS])
        if isinstance(found, str):
            return Reply(_BYTES, pack({"error": found}, {}))
        values, ends = found
        return Reply(_BYTES, pack({"ends": ends}, {"values": values}))


def page_reply(page: Page) -> Reply:
    """Return a page, which may run its own script alone, and stand in no page of others."""
    return Reply(HTML, page.text.encode("utf-8", "backslashreplace"), served_policy(page))


def _as_json(answer: Mapping[str, Any]) -> Reply:
    return Reply(_JSON, json.dumps(answer, ensure_ascii=False).encode("utf-8", "backslashreplace"))


class ExplorerServer(ThreadingHTTPServer):
    """Serves the view of a model, or views of several within a ``frame``, until `close`.

    Raises
    ------
    BadSettings
        If the port is taken.
    """

    daemon_threads = True

    def __init__(self, views: Sequence[View], frame: Page | None = None, port: int = 0) -> None:
        self.token = secrets.token_urlsafe(24)
        try:
            super().__init__((_HOST, port), _Handler)
        except OSError as error:
            raise BadSettings(f"--port {port}: {error.strerror}") from error
        self.routes: dict[str, Callable[[Parameters], Reply]] = {}
        for number, view in enumerate(views):
            place = "" if frame is None else f"{number}/"
            self.routes |= {f"{place}{name}": route for name, route in view.routes.items()}
        if frame is not None:
            self.routes[""] = lambda _: page_reply(frame)

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
        if not self._is_allowed(name) or not hmac.compare_digest(token.encode(), self.server.token.encode()):
            self._send(403, Reply(_TEXT, b""))
            return
        route = self.server.routes.get(name)
        if route is None or not slash:
            self._send(404, Reply(_TEXT, b""))
            return
        given = {key: values[-1] for key, values in parse_qs(parts.query, keep_blank_values=True).items()}
        try:
            reply = route(given)
        except (KeyError, ValueError, IndexError):
            self._send(400, Reply(_TEXT, b""))
            return
        self._send(200, reply)

    def _is_allowed(self, name: str) -> bool:
        """Tell whether the request comes from this machine's own page, or from whoever opens the page.

        The file by which the browser is started is another site. So a page may be gone to from anywhere, by those who
        know its address. What it asks for is for itself alone.
        """
        names = {f"{host}:{self.server.port}" for host in (_HOST, "localhost")}
        origin = self.headers.get("Origin")
        opens = name == "" and self.headers.get("Sec-Fetch-Mode") == "navigate"
        return (
            self.headers.get("Host") in names
            and (origin is None or origin in {f"http://{each}" for each in names})
            and (opens or self.headers.get("Sec-Fetch-Site", "none") in {"none", "same-origin"})
        )

    def _send(self, status: int, reply: Reply) -> None:
        self.send_response(status)
        self.send_header("Content-Type", reply.kind)
        self.send_header("Content-Length", str(len(reply.body)))
        self.send_header("Content-Security-Policy", reply.policy)
        for header, value in _HEADERS.items():
            self.send_header(header, value)
        self.end_headers()
        self.wfile.write(reply.body)

    def log_message(self, format: str, *args: Any) -> None:  # noqa: A002 - its name in the standard library
        """Say nothing: the address would be told."""
