"""A file server on this machine, for downloads that go well and downloads that do not."""

from __future__ import annotations

import hashlib
import random
import socketserver
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, HTTPServer

from w2vcli.models.catalogue import Pretrained

DATA = random.Random(0).randbytes(700_000)


class Server:
    """A file server on this machine that can break off, ignore ranges, or give something else."""

    def __init__(self) -> None:
        self.data = DATA
        self.break_after: int | None = None
        self.ranges = True
        self.asked: list[str] = []

    def entry(self, path: str = "vectors.gz", **changes: object) -> Pretrained:
        known = {"bytes": len(DATA), "md5": hashlib.md5(DATA, usedforsecurity=False).hexdigest()} | changes
        url = f"http://127.0.0.1:{self.port}/{path}"
        return Pretrained("test", "", 1, 1, licence="", url=url, **known)  # type: ignore[arg-type]

    port = 0


@contextmanager
def serve() -> Iterator[Server]:
    """Run a server on this machine."""
    state = Server()

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            wanted = self.headers.get("Range", "")
            state.asked.append(wanted)
            if "missing" in self.path:
                self.send_error(404)
                return
            start = int(wanted.removeprefix("bytes=").rstrip("-")) if wanted and state.ranges else 0
            body = state.data[start:]
            self.send_response(206 if start else 200)
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body[: state.break_after])

        def log_message(self, *_: object) -> None:
            pass

    class Threaded(socketserver.ThreadingMixIn, HTTPServer):
        daemon_threads = True

    httpd = Threaded(("127.0.0.1", 0), Handler)
    state.port = httpd.server_port
    thread = threading.Thread(target=httpd.serve_forever, args=(0.01,))
    thread.start()
    yield state
    httpd.shutdown()
    thread.join()
    httpd.server_close()
