"""Memory that fits the machine."""

from __future__ import annotations

import pytest

from cinewalk.loaders.neo4j.server import memory

pytestmark = pytest.mark.unit


@pytest.mark.parametrize("gibibytes", [0.25, 1, 2, 8, 64, 1024])
def test_memory_fits_the_machine(gibibytes):
    total = int(gibibytes * 2**30)
    settings = memory.memory_settings(total)
    heap, pages = (
        int(settings[f"server.memory.{name}"].rstrip("m")) << 20
        for name in ("heap.max_size", "pagecache.size")
    )
    assert heap <= max(total // 4, 512 << 20)
    assert pages <= max(total // 8, 128 << 20)
