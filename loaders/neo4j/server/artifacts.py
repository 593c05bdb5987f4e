"""Which jars a local Neo4j is made of: pinned by name, size and SHA-256 in a lock file for each release.

``python -m cinewalk.loaders.neo4j.server.artifacts`` resolves the coordinates of the releases anew and writes them.
"""

from __future__ import annotations

import csv
import hashlib
from dataclasses import astuple, dataclass, fields
from typing import TYPE_CHECKING, Literal

from cinewalk.extras import need
from cinewalk.loaders.neo4j.server.releases import RELEASES

if TYPE_CHECKING:
    from collections.abc import Iterable
    from pathlib import Path

    from jgo.maven import Artifact, Dependency, MavenContext

    from cinewalk.loaders.neo4j.server.releases import Release

Place = Literal["server", "plugins"]


@dataclass(frozen=True, slots=True)
class Jar:
    """One pinned jar.

    Parameters
    ----------
    place
        Whether it belongs to the server itself or to its plugins.
    group, artifact, version, classifier
        Its Maven coordinates; most have no classifier.
    size
        In bytes.
    sha256
        Of its bytes, in hexadecimal digits.
    """

    place: Place
    group: str
    artifact: str
    version: str
    classifier: str
    size: int
    sha256: str


def locked_jars(release: Release) -> list[Jar]:
    """Read the lock file of a release."""
    with release.lock.open(encoding="utf-8", newline="") as file:
        return [
            Jar(
                "plugins" if row["place"] == "plugins" else "server",
                row["group"],
                row["artifact"],
                row["version"],
                row["classifier"],
                int(row["size"]),
                row["sha256"],
            )
            for row in csv.DictReader(file)
        ]


def maven(cache: Path | None = None) -> MavenContext:
    """Give jgo's view of Maven: its own repositories, and those in the person's jgo settings.

    Parameters
    ----------
    cache
        Where jgo keeps what it fetches itself; else where Maven does.

    Raises
    ------
    MissingPackageError
        Without jgo.
    """
    need("server", "A local Neo4j", "jgo")
    from jgo.config import GlobalSettings
    from jgo.maven import MavenContext

    context = MavenContext(repo_cache=cache)
    context.remote_repos |= GlobalSettings.load().repositories
    return context


def artifact_of(jar: Jar, context: MavenContext) -> Artifact:
    """Return what jgo knows about a jar: where it lies in a repository, and how its file is called."""
    component = context.project(jar.group, jar.artifact).at_version(jar.version)
    return component.artifact(jar.classifier, "jar")


def resolve(release: Release, context: MavenContext) -> list[Jar]:
    """Find every jar that a server and its plugins need, with jgo; fetches them all.

    A plugin brings only what the server does not have: a second copy of a class would hide the first.
    """
    server = _needed(release.server, context)
    present = {(jar.groupId, jar.artifactId) for jar in server}
    plugins = [
        jar for jar in _needed(release.plugins, context) if (jar.groupId, jar.artifactId) not in present
    ]
    return [*_pinned("server", server), *_pinned("plugins", plugins)]


def _needed(coordinates: Iterable[str], context: MavenContext) -> list[Dependency]:
    asked, rest = context.resolver.resolve([context.create_dependency(name) for name in coordinates])
    return [dependency for dependency in (*asked, *rest) if dependency.type == "jar"]


def _pinned(place: Place, dependencies: Iterable[Dependency]) -> list[Jar]:
    jars = []
    for dependency in dependencies:
        content = dependency.artifact.resolve().read_bytes()
        digest = hashlib.sha256(content).hexdigest()
        coordinates = (dependency.groupId, dependency.artifactId, dependency.version, dependency.classifier)
        jars.append(Jar(place, *coordinates, size=len(content), sha256=digest))
    return sorted(jars, key=astuple)


def write_lock(jars: Iterable[Jar], path: Path) -> None:
    """Write a lock file."""
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file, lineterminator="\n")
        writer.writerow(field.name for field in fields(Jar))
        writer.writerows(astuple(jar) for jar in jars)


if __name__ == "__main__":
    for known in RELEASES.values():
        write_lock(resolve(known, maven()), known.lock)
