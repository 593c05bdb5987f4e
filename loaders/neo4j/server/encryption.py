"""Why an encrypted connection was not made: the certificate, or a server that does not encrypt."""

from __future__ import annotations

import socket
import ssl
from typing import Final
from urllib.parse import urlsplit

_PORT: Final = 7687
#: Seconds that a server is given to answer.
_PATIENCE: Final = 2.0


def encryption_problem(uri: str) -> str:
    """Return what stands in the way of an encrypted connection, and what to do; nothing where that is not it.

    The driver tells this of one server, but not where it asks for a routing table first (``neo4j+s``).

    Parameters
    ----------
    uri
        The address, whose scheme ends with ``+s`` or ``+ssc`` where the connection is encrypted.

    Examples
    --------
    >>> encryption_problem("neo4j://localhost")
    ''
    """
    parts = urlsplit(uri)
    plain, _, trust = parts.scheme.partition("+")
    if not trust or parts.hostname is None:
        return ""
    try:
        with socket.create_connection((parts.hostname, parts.port or _PORT), timeout=_PATIENCE) as connected:
            return _handshake_problem(connected, parts.hostname, plain, trusts_any=trust == "ssc")
    except OSError:
        return ""  # nobody is there


def _handshake_problem(connected: socket.socket, host: str, plain: str, *, trusts_any: bool) -> str:
    context = ssl.create_default_context()
    if trusts_any:
        context.check_hostname, context.verify_mode = False, ssl.CERT_NONE
    try:
        context.wrap_socket(connected, server_hostname=host).close()
    except ssl.SSLCertVerificationError as error:
        why = error.verify_message.rstrip(".")
        return (
            f"this machine does not trust its certificate ({why}). "
            f"Have {plain}+ssc:// trust any certificate, or add the certificate's issuer to those of this machine."
        )
    except OSError:
        return f"this server does not take encrypted connections so. Try {plain}:// instead."
    return ""
