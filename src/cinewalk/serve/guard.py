"""What stands before every request: who may ask, how much at once, and what browsers may do with the answer.

A page of another site that somebody has open must not reach a service on their own machine: so ``Host`` and ``Origin``
are looked at on loopback, too, where no token is asked for. What is logged has neither users nor titles in it.
"""

import hashlib
import hmac
import time
from collections.abc import Mapping
from dataclasses import dataclass, field
from http.cookies import CookieError, SimpleCookie
from ipaddress import ip_address
from typing import Any, Final
from urllib.parse import urlsplit

from starlette.datastructures import Headers, MutableHeaders
from starlette.exceptions import HTTPException
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from cinewalk import console
from cinewalk.serve.failures import failure
from cinewalk.serve.metrics import Metrics
from cinewalk.serve.reply import JsonAnswer

COOKIE: Final = "cinewalk"
#: What is answered without a token: that the service is there, and the page's own files, which hold no data.
OPEN: Final = ("/", "/health", "/ready", "/session")
OPEN_FOLDER: Final = "/page/"
#: The largest bodies, in bytes: of a signal, and of a file that is imported.
LARGEST: Final = 64 * 1024
LARGEST_FILE: Final = 32 * 1024 * 1024
IMPORT: Final = "/api/import"
_LOOPBACK: Final = ("localhost", "127.0.0.1", "::1")
_SAFE: Final = ("GET", "HEAD")
_HEADERS: Final = {
    "Content-Security-Policy": "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; "
    "connect-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'",
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "Referrer-Policy": "no-referrer",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Cache-Control": "no-store",
}


@dataclass(frozen=True, slots=True)
class Access:
    """Who may ask.

    Parameters
    ----------
    token
        What they must show; empty where everybody who reaches this machine's loopback may.
    names
        The names under which the service is reached beside those of loopback: what ``Host`` may say.
    any_address
        Whether ``Host`` may be any address in numbers, which no other site can take for its own.
    log
        Whether a line is written for every request.

    Examples
    --------
    >>> [Access(names=("films.example",)).is_ours(name) for name in ("films.example", "localhost", "evil.example")]
    [True, True, False]
    """

    token: str = field(default="", repr=False)
    names: tuple[str, ...] = ()
    any_address: bool = False
    log: bool = False

    @property
    def cookie(self) -> str:
        """What a browser holds in place of the token; it cannot be turned back."""
        return hmac.new(self.token.encode(), b"cinewalk page", hashlib.sha256).hexdigest()

    def is_ours(self, name: str) -> bool:
        """Tell whether the service is called so."""
        return name in _LOOPBACK or name in self.names or (self.any_address and _is_address(name))

    def may(self, headers: Headers) -> bool:
        """Tell whether a request shows the token, or the cookie that was got for it."""
        if not self.token:
            return True
        kind, _, shown = headers.get("authorization", "").partition(" ")
        if kind.casefold() == "bearer" and _is_same(shown.strip(), self.token):
            return True
        return _is_same(_cookie_in(headers), self.cookie)


class Guard:
    """An application behind what it must not be asked; also counts and logs what it was.

    Parameters
    ----------
    app
        The application.
    access
        Who may ask.
    metrics
        Where requests are counted.
    """

    def __init__(self, app: ASGIApp, access: Access, metrics: Metrics) -> None:
        self.app, self.access, self._metrics = app, access, metrics

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer, or say why not."""
        if scope["type"] == "lifespan":
            await self.app(scope, receive, send)
        elif scope["type"] == "http":
            await self._answer(scope, receive, send)

    async def _answer(self, scope: Scope, receive: Receive, send: Send) -> None:
        began, status = time.perf_counter(), 500

        async def sent(message: Message) -> None:
            nonlocal status
            if message["type"] == "http.response.start":
                status = message["status"]
                headers = MutableHeaders(scope=message)
                for name, value in _HEADERS.items():
                    headers.setdefault(name, value)
            await send(message)

        refusal = self._refusal(scope, Headers(scope=scope))
        try:
            if refusal is None:
                await self.app(scope, _bounded(receive, _largest(scope["path"])), sent)
            else:
                await refusal(scope, receive, sent)
        except Exception as error:
            # Its text may name people, and has been answered: where it happened is enough to look.
            console.say(f"error: {_where(error)}")
        finally:
            self._note(scope, status, time.perf_counter() - began)

    def _refusal(self, scope: Scope, headers: Headers) -> JsonAnswer | None:
        """Return why a request is not answered; ``None`` where it is."""
        host = headers.get("host", "")
        if len(headers.getlist("host")) != 1 or not self.access.is_ours(_name_of(host)):
            return failure(403, "This service has another name; say it to `cinewalk serve` with --name.")
        origin = headers.get("origin")
        if origin is not None and not _is_of(origin, host):
            return failure(403, "Another site asks; only this one's own page may.")
        if headers.get("sec-fetch-site") in ("cross-site", "same-site") and scope["path"] != "/":
            return failure(403, "Another site asks; only this one's own page may.")
        if not _is_open(scope["path"]) and not self.access.may(headers):
            line = "Show the token: the header `Authorization: Bearer …`, or the page's address with #token=…"
            return failure(401, line, {"WWW-Authenticate": "Bearer"})
        length = headers.get("content-length", "0")
        if not length.isdecimal() or int(length[:20]) > _largest(scope["path"]):
            return failure(
                413, f"That is too much at once; at most {_largest(scope['path']):,} bytes are taken."
            )
        return None

    def _note(self, scope: Scope, status: int, seconds: float) -> None:
        route = getattr(scope.get("route"), "path", "-")
        method = scope["method"] if scope["method"] in (*_SAFE, "POST") else "-"
        self._metrics.note(route, method, status, seconds)
        if self.access.log:
            console.say(f"{method} {route} {status} {1000 * seconds:.1f} ms")


def _largest(path: str) -> int:
    return LARGEST_FILE if path == IMPORT else LARGEST


def _bounded(receive: Receive, most: int) -> Receive:
    """Take no more than so many bytes, whatever the length was said to be."""
    taken = 0

    async def received() -> Message:
        nonlocal taken
        message = await receive()
        taken += len(message.get("body", b""))
        if taken > most:
            raise HTTPException(413, f"That is too much at once; at most {most:,} bytes are taken.")
        return message

    return received


def _is_open(path: str) -> bool:
    return path in OPEN or (path.startswith(OPEN_FOLDER) and ".." not in path)


def _name_of(host: str) -> str:
    """Return the name in a ``Host``, without the port; empty where it is none.

    >>> _name_of("LOCALHOST:8000"), _name_of("[::1]:8000"), _name_of("evil.example@localhost")
    ('localhost', '::1', '')
    """
    try:
        parts = urlsplit(f"//{host}")
        parts.port  # noqa: B018 - raises where it is no number
    except ValueError:
        return ""
    return "" if "@" in host or parts.path else (parts.hostname or "").rstrip(".")


def _is_of(origin: str, host: str) -> bool:
    """Tell whether an ``Origin`` is the page of this very host and port."""
    scheme, separator, place = origin.partition("://")
    return bool(separator) and scheme in ("http", "https") and place.casefold() == host.casefold()


def _is_address(name: str) -> bool:
    try:
        ip_address(name)
    except ValueError:
        return False
    return True


def _cookie_in(headers: Mapping[str, str]) -> str:
    try:
        morsel: Any = SimpleCookie(headers.get("cookie", "")).get(COOKIE)
    except CookieError:
        return ""
    return "" if morsel is None else str(morsel.value)


def _is_same(shown: str, expected: str) -> bool:
    return hmac.compare_digest(shown.encode(errors="replace"), expected.encode())


def _where(error: BaseException) -> str:
    """Say what kind of error it is and where it came from, without its text."""
    trace, place = error.__traceback__, "nowhere"
    while trace is not None:
        place = f"{trace.tb_frame.f_code.co_filename.rpartition('/')[2]}:{trace.tb_lineno}"
        trace = trace.tb_next
    return f"{type(error).__name__} at {place}"
