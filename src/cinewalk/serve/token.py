"""The token that a service asks for: where it comes from, and where one must be."""

import os
from ipaddress import ip_address
from pathlib import Path
from typing import Final

from cinewalk.errors import RequestError, StorageError

#: The environment variable that holds the token.
VARIABLE: Final = "CINEWALK_TOKEN"
#: A shorter one can be tried out.
_SHORTEST: Final = 16
_MAKE: Final = "`openssl rand -hex 32` makes one"


def token_for(host: str, file: Path | None) -> str:
    """Return the token of a service; empty where none is given and none is needed.

    Parameters
    ----------
    host
        The address that the service listens on.
    file
        Where the token is, unless it is in the environment variable ``CINEWALK_TOKEN``.

    Raises
    ------
    RequestError
        Where there is none and others than this machine could ask, or others than its owner could read it.
    StorageError
        Where the file cannot be read.
    """
    token = os.environ.get(VARIABLE, "").strip() if file is None else _read(file)
    if not token and not is_loopback(host):
        raise RequestError(
            f"{host} can be reached from other machines, and no token is asked for. Set {VARIABLE}, or name a file "
            f"with --token-file ({_MAKE}); or leave --host out."
        )
    if token and (len(token) < _SHORTEST or not token.isascii() or not token.isprintable() or " " in token):
        raise RequestError(
            f"the token must have at least {_SHORTEST} letters and digits, and no blanks; {_MAKE}."
        )
    return token


def is_loopback(host: str) -> bool:
    """Tell whether an address is reached from this machine alone.

    >>> [is_loopback(host) for host in ("localhost", "127.0.0.1", "::1", "0.0.0.0", "films.example")]
    [True, True, True, False, False]
    """
    try:
        return ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"


def _read(file: Path) -> str:
    try:
        mode = file.stat().st_mode
        if os.name == "posix" and mode & 0o077:
            raise RequestError(f"{file}: others can read the token. `chmod 600 {file}`, and take a new one.")
        token = file.read_text(encoding="utf-8").strip()
    except (OSError, UnicodeDecodeError) as error:
        raise StorageError(f"{file}: the token cannot be read ({error}).") from error
    if not token:
        raise RequestError(f"{file}: there is no token in it; {_MAKE}.")
    return token
