"""What a server is made of."""

from __future__ import annotations

import re

import pytest

from cinewalk.loaders.neo4j.server.artifacts import artifact_of, locked_jars, maven
from cinewalk.loaders.neo4j.server.releases import RELEASES

pytestmark = [pytest.mark.unit, pytest.mark.parametrize("release", RELEASES.values(), ids=RELEASES)]


def test_the_lock_holds_what_is_asked_for_once_each(release):
    jars = locked_jars(release)
    coordinates = {f"{jar.group}:{jar.artifact}:{jar.version}" for jar in jars}
    assert {*release.server, *release.plugins} <= coordinates
    names = [(jar.group, jar.artifact, jar.classifier) for jar in jars]
    assert len(names) == len(set(names))
    assert all(jar.size > 0 and re.fullmatch("[0-9a-f]{64}", jar.sha256) for jar in jars)
    assert sum(jar.size for jar in jars) < 300e6


def test_two_plugins_never_share_a_file_name(release):
    context = maven()
    names = [artifact_of(jar, context).filename for jar in locked_jars(release) if jar.place == "plugins"]
    assert len(names) == len(set(names))
