"""A small real web site for browser tests: the static files, a few pages and answers, the strict headers."""

import json
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[3]
POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; font-src 'self'; "
    "connect-src 'self'; worker-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'; "
    "require-trusted-types-for 'script'; trusted-types hustings"
)
EMPTY_PAGE = (
    "<!doctype html><html lang=en><meta charset=utf-8><title>Empty</title>"
    "<link rel=icon href=/static/icon.svg><body></body></html>"
)

Answer = Callable[[bytes], Any]


class Site:
    """``pages`` maps a path to HTML, ``answers`` a path to a function of the request's body that gives JSON.

    A function may raise ``ConnectionError``: the connection is then cut after the request was received.
    ``requests`` keeps the request line, headers and body of everything that was asked.
    """

    def __init__(self) -> None:
        self.pages: dict[str, str] = {"/": EMPTY_PAGE}
        self.answers: dict[str, Answer] = {}
        self.requests: list[tuple[str, dict[str, str], bytes]] = []
        self.origin = ""


class _Handler(SimpleHTTPRequestHandler):
    extensions_map = SimpleHTTPRequestHandler.extensions_map | {".js": "text/javascript"}

    def __init__(self, site: Site, *args: Any) -> None:
        self.site = site
        super().__init__(*args, directory=str(ROOT))

    def end_headers(self) -> None:
        self.send_header("Content-Security-Policy", POLICY)
        self.send_header("Cache-Control", "no-store")
        super().end_headers()

    def log_message(self, *_args: Any) -> None:
        """Quiet: pytest shows what failed."""

    def _note(self) -> bytes:
        body = self.rfile.read(int(self.headers.get("Content-Length") or 0))
        self.site.requests.append((self.requestline, dict(self.headers), body))
        return body

    def _send(self, kind: str, content: str) -> None:
        raw = content.encode()
        self.send_response(200)
        self.send_header("Content-Type", kind)
        self.send_header("Content-Length", str(len(raw)))
        self.end_headers()
        self.wfile.write(raw)

    def _answer(self, path: str, body: bytes) -> None:
        try:
            answer = self.site.answers[path](body)
        except ConnectionError:
            self.close_connection = True
            self.connection.close()
            return
        self._send("application/json", json.dumps(answer))

    def do_GET(self) -> None:
        body = self._note()
        path = self.path.split("?")[0]
        if path in self.site.pages:
            self._send("text/html; charset=utf-8", self.site.pages[path])
        elif path in self.site.answers:
            self._answer(path, body)
        elif path.startswith("/static/"):
            super().do_GET()
        else:
            self.send_error(404)

    def do_POST(self) -> None:
        body = self._note()
        if self.path in self.site.answers:
            self._answer(self.path, body)
        else:
            self.send_error(404)


@contextmanager
def serving() -> Iterator[Site]:
    """A site on a loopback port, which browsers treat as a secure place."""
    site = Site()
    server = ThreadingHTTPServer(("127.0.0.1", 0), partial(_Handler, site))
    site.origin = f"http://127.0.0.1:{server.server_address[1]}"
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    try:
        yield site
    finally:
        server.shutdown()
        thread.join()
        server.server_close()
