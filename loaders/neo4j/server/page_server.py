"""Serve a few pages to a web browser on this machine, for as long as somebody looks at them."""

from __future__ import annotations

import mimetypes
import threading
from contextlib import contextmanager
from http import HTTPStatus
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import TYPE_CHECKING, Any, Final

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping

_HOST: Final = "127.0.0.1"
#: Neo4j Browser takes pages from this name unless a server's settings say otherwise.
_NAME: Final = "localhost"


class _Handler(BaseHTTPRequestHandler):
    """Answers with the server's pages, and with nothing else."""

    server: _Server
    server_version = "cinewalk"
    sys_version = ""
    timeout = 10

    def do_GET(self) -> None:
        """Send a page."""
        self._answer(with_body=True)

    def do_HEAD(self) -> None:
        """Send what goes before a page."""
        self._answer(with_body=False)

    def do_OPTIONS(self) -> None:
        """Say that pages of other addresses, such as Browser, may ask."""
        if self._is_for_us():
            self._begin(HTTPStatus.NO_CONTENT, 0)
            self.end_headers()

    def _answer(self, *, with_body: bool) -> None:
        if not self._is_for_us():
            return
        name = self.path.partition("?")[0].removeprefix("/")
        page = self.server.pages.get(name)
        if page is None:
            self.send_error(HTTPStatus.NOT_FOUND)
            return
        self._begin(HTTPStatus.OK, len(page))
        self.send_header("Content-Type", mimetypes.guess_type(name)[0] or "text/plain")
        self.end_headers()
        if with_body:
            self.wfile.write(page)

    def _is_for_us(self) -> bool:
        """Tell whether our own name was asked for: another name that leads here is a trick of somebody else's page."""
        port = self.server.server_port
        is_ours = self.headers.get("Host") in {f"{_NAME}:{port}", f"{_HOST}:{port}"}
        if not is_ours:
            self.send_error(HTTPStatus.MISDIRECTED_REQUEST)
        return is_ours

    def _begin(self, status: HTTPStatus, size: int) -> None:
        self.send_response(status)
        self.send_header("Access-Control-Allow-Origin", "*")
        self.send_header("Access-Control-Allow-Methods", "GET, HEAD, OPTIONS")
        # Browser sends headers of its own accord: against caches, and at times for its makers to trace requests.
        self.send_header("Access-Control-Allow-Headers", "*")
        self.send_header("Access-Control-Allow-Private-Network", "true")
        self.send_header("X-Content-Type-Options", "nosniff")
        self.send_header("Cache-Control", "no-store")
        self.send_header("Content-Length", str(size))

    def log_message(self, format: str, *args: Any) -> None:  # noqa: A002 - the name is given
        """Keep quiet."""


class _Server(ThreadingHTTPServer):
    daemon_threads = True
    pages: Mapping[str, bytes]


@contextmanager
def serving(pages: Callable[[str], Mapping[str, bytes]]) -> Iterator[str]:
    """Serve pages to this machine alone, and give the address at which they are.

    Parameters
    ----------
    pages
        Gives all pages by their names, from that address.
    """
    with _Server((_HOST, 0), _Handler) as server:
        base = f"http://{_NAME}:{server.server_port}/"
        server.pages = pages(base)
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.1}, daemon=True)
        thread.start()
        try:
            yield base
        finally:
            server.shutdown()
            thread.join()
