"""In which way rows are computed where there are many machines: by one process, or in parts."""

from __future__ import annotations

import os
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Final, Literal

import numpy as np

from cinewalk.graph.plan.cut import memory_of
from cinewalk.graph.walks.neighbours.neighbourhoods import Paired
from cinewalk.graph.walks.registry import Registry

if TYPE_CHECKING:
    from cinewalk.graph.model.graph import Graph
    from cinewalk.graph.model.settings import Settings

    Regime = Literal["auto", "broadcast", "partitioned"]

#: So much of what a machine has free may rows take that are computed by one process.
_SHARE: Final = 0.5
#: Where Linux says how much a container may hold, and how much it holds.
_CONTAINER: Final = ("/sys/fs/cgroup/memory.max", "/sys/fs/cgroup/memory.current")


@dataclass(frozen=True, slots=True)
class Choice:
    """In which way rows are computed, and why.

    Parameters
    ----------
    regime
        ``broadcast``: by one process, which holds the graph; ``partitioned``: in tasks on two blocks of nodes each.
    needed, free
        What one process would take, in bytes, and what there is; ``free`` is 0 where nobody knows.
    """

    regime: Literal["broadcast", "partitioned"]
    needed: int
    free: int

    def __str__(self) -> str:
        needed, free = (f"{size / 2**20:,.0f} MiB" for size in (self.needed, self.free))
        why = f"rows in one process would take about {needed}"
        return f"{self.regime}: {why}; {free if self.free else 'nobody knows how much'} is free here."


def choose(graph: Graph, settings: Settings, regime: Regime = "auto") -> Choice:
    """Choose how rows are computed: by one process where about twice of what that takes is free, else in parts.

    Parameters
    ----------
    graph, settings
        What rows are wanted of.
    regime
        The choice, where it has been made.

    Examples
    --------
    >>> from cinewalk.graph.model.example import example_graph
    >>> from cinewalk.graph.model.settings import Settings
    >>> choose(example_graph(), Settings()).regime
    'broadcast'
    """
    registry = Registry(replace(graph, prepared=None), settings)
    walks = [registry.walk(name.replace("_", "-")) for name in registry.blended]
    needed = sum(array.nbytes for array in graph.arrays().values())
    for walk in walks:
        if isinstance(walk, Paired):
            wanted = walk.wanted.walk
            needed += int(memory_of(np.diff(wanted.forward.indptr), wanted.size).sum())
    free = free_memory()
    fits = not free or needed <= _SHARE * free
    chosen: Literal["broadcast", "partitioned"] = "broadcast" if fits else "partitioned"
    return Choice(chosen if regime == "auto" else regime, needed, free)


def free_memory() -> int:
    """Return how many bytes this machine, or the container on it, has free; 0 where the system does not say.

    >>> free_memory() >= 0
    True
    """
    try:
        free = os.sysconf("SC_AVPHYS_PAGES") * os.sysconf("SC_PAGE_SIZE")
    except (AttributeError, ValueError, OSError):  # not on every system
        return 0
    try:
        most, held = (int(Path(file).read_text(encoding="ascii")) for file in _CONTAINER)
    except (OSError, ValueError):  # no container, or one without a limit
        return free
    return min(free, max(most - held, 0))
