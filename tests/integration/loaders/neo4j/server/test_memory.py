"""Memory that fits a container."""

from __future__ import annotations

import pytest

from cinewalk.loaders.neo4j.server import memory

pytestmark = pytest.mark.integration


def test_a_limit_of_a_container_counts(tmp_path, monkeypatch):
    limit = tmp_path / "memory.max"
    monkeypatch.setattr(memory, "_LIMITS", (str(limit), str(tmp_path / "none")))
    limit.write_text("max\n")
    whole = memory.machine_memory()
    limit.write_text("1048576\n")
    assert memory.machine_memory() == 1048576 < whole
