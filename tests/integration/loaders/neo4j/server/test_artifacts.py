"""The lock as a file."""

from __future__ import annotations

import pytest

from cinewalk.loaders.neo4j.server.artifacts import (
    locked_jars,
    write_lock,
)
from cinewalk.loaders.neo4j.server.releases import LATEST, Release
from tests.integration.loaders.neo4j.server.test_home import CORE, PLUGIN

pytestmark = pytest.mark.integration


def test_a_lock_reads_back_as_it_was_written(tmp_path, monkeypatch):
    monkeypatch.setattr(Release, "lock", tmp_path / "lock.csv")
    write_lock([CORE, PLUGIN], tmp_path / "lock.csv")
    assert locked_jars(LATEST) == [CORE, PLUGIN]
