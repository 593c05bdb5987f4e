"""How much memory a local Neo4j may take on this machine."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Final

#: Where a container's limit is written, of control groups of version 2 and 1.
_LIMITS: Final = ("/sys/fs/cgroup/memory.max", "/sys/fs/cgroup/memory/memory.limit_in_bytes")
_MIB: Final = 1 << 20


def memory_settings(total: int | None = None) -> dict[str, str]:
    """Size Java's heap to a quarter of the memory, and the page cache to an eighth.

    Parameters
    ----------
    total
        The memory in bytes; that of this machine or container if not given.

    Examples
    --------
    >>> memory_settings(16 << 30)["server.memory.heap.max_size"]
    '4096m'
    """
    mebibytes = (machine_memory() if total is None else total) // _MIB
    heap = min(max(mebibytes // 4, 512), 4096)
    page_cache = min(max(mebibytes // 8, 128), 2048)
    return {
        "server.memory.heap.initial_size": "512m",
        "server.memory.heap.max_size": f"{heap}m",
        "server.memory.pagecache.size": f"{page_cache}m",
    }


def machine_memory() -> int:
    """Return the bytes of memory that programs may use here.

    >>> machine_memory() > 0
    True
    """
    sizes = [os.sysconf("SC_PHYS_PAGES") * os.sysconf("SC_PAGE_SIZE")]
    for name in _LIMITS:
        try:
            text = Path(name).read_text(encoding="ascii").strip()
        except OSError:
            continue
        if text.isdigit():
            sizes.append(int(text))
    return min(sizes)
