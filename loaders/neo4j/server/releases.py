"""The versions of Neo4j that a local server can be: what each is made of, and which Java runs it."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Final

from cinewalk.errors import RequestError

_BROWSER: Final = "org.neo4j.client:neo4j-browser:5.24.0"


@dataclass(frozen=True, slots=True)
class Release:
    """One version of Neo4j.

    Parameters
    ----------
    line
        What a person names: ``"5.26"``.
    version
        Of the server, in full.
    gds
        Of Graph Data Science, for this server.
    javas
        The versions of Java that run it, the best first.
    main
        The class that serves.
    settings
        What it alone has to be told, so that it tells nobody anything and ends at once.
    """

    line: str
    version: str
    gds: str
    javas: tuple[int, ...]
    main: str
    settings: tuple[tuple[str, str], ...] = ()

    @property
    def server(self) -> tuple[str, ...]:
        """The coordinates of the server; its lock file holds these and everything that they need."""
        return (f"org.neo4j:neo4j:{self.version}", f"org.neo4j.app:neo4j-server:{self.version}", _BROWSER)

    @property
    def plugins(self) -> tuple[str, ...]:
        """The coordinates of Graph Data Science."""
        return (f"org.neo4j.gds:proc:{self.gds}", f"org.neo4j.gds:opengds-extension:{self.gds}")

    @property
    def lock(self) -> Path:
        """The file that pins its jars."""
        return Path(__file__).with_name(f"artifacts-{self.line}.csv")


_SINCE_2025: Final = (
    ("dbms.fleet_manager.enabled", "false"),
    ("internal.dbms.bolt.netty_server_shutdown_quiet_period_duration", "0s"),
    ("server.bolt.telemetry.enabled", "false"),
    ("server.fleet_discovery.enabled", "false"),
)
LATEST: Final = Release(
    "2026.08", "2026.08.1", "2.26.0", (25, 21), "org.neo4j.server.Neo4jCommunity", _SINCE_2025
)
_LTS: Final = Release("5.26", "5.26.30", "2.13.9", (21, 17), "org.neo4j.server.CommunityEntryPoint")
#: By line. 5.26 is the last one with long-term support.
RELEASES: Final = {release.line: release for release in (LATEST, _LTS)}


def release_of(version: str) -> Release:
    """Return the release of a version that a person names.

    Raises
    ------
    RequestError
        With those that there are.

    Examples
    --------
    >>> release_of("5.26").gds, release_of("2026.08.1").line
    ('2.13.9', '2026.08')
    """
    for release in RELEASES.values():
        if version in (release.line, release.version):
            return release
    known = ", ".join(f"{release.line} ({release.version})" for release in RELEASES.values())
    raise RequestError(f"there is no local Neo4j {version}; there are {known}.")
