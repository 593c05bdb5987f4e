"""What lists have in common, computed beforehand: rows of walks, kept with the graph or brought up to date."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, cast

from cinewalk.graph.model.settings import Prepared
from cinewalk.graph.numeric.progress import described, no_progress
from cinewalk.graph.walks.neighbours.learned import LearnedViewers
from cinewalk.graph.walks.neighbours.shared import SharedTitles
from cinewalk.graph.walks.refresh import RowRefresh
from cinewalk.graph.walks.registry import REGISTRY, Registry

if TYPE_CHECKING:
    from cinewalk.graph.model.graph import Graph
    from cinewalk.graph.numeric.arrays import CSR
    from cinewalk.graph.numeric.progress import Progress
    from cinewalk.graph.walks.neighbours.title_walk import TitleWalk

#: The walks whose rows can be computed beforehand, by the names of their settings.
_KEPT = tuple(name.replace("-", "_") for name, entry in REGISTRY.items() if entry.kept)

#: Those that rest on the subspace.
_IN_SUBSPACE = ("spectral_titles", "spectral_viewers")

#: Finding everybody's viewers at once takes as long as one by one for one in so many of all.
_WORTH = 2


def expect(registry: Registry, name: str, people: int, progress: Progress = no_progress) -> None:
    """Compute what lists of a walk for so many people have in common, in whatever way is quickest.

    Parameters
    ----------
    registry
        The walks of a graph.
    name
        The walk's name.
    people
        How many of the graph's users are asked for, at least.
    progress
        Told what is computed, and how many of how many rows are done.
    """
    used = [part.name.replace("-", "_") for part in registry.walk(name).parts]
    many = people * _WORTH >= len(registry.graph.users)
    if "shared_titles" in used and registry.get(SharedTitles).stored is None and many:
        _find_viewers(registry, "learned_viewers" in used, progress)
    for part in used:
        if part in _KEPT:
            _ = _kept(registry, part).rows


def prepare(registry: Registry, progress: Progress = no_progress, since: Graph | None = None) -> Graph:
    """Return the graph with the rows of the blend's parts computed.

    Parameters
    ----------
    registry
        The walks of the graph.
    progress
        Told what is computed, and how many of how many rows are done.
    since
        An earlier graph: what was prepared in it under the same parameters is brought up to date where that is
        quicker, to the same rows (see :mod:`cinewalk.graph.walks.refresh`).
    """
    earlier = None if since is None else Registry(since, registry.settings)
    refresh = None if earlier is None else RowRefresh(earlier.graph, registry.graph, registry.settings)
    rows: dict[str, CSR] = {}
    for name in registry.blended:
        if name in _KEPT:
            tell = described(progress, f"Preparing {name.replace('_', '-')}")
            kept = registry.stored(name)
            if kept is None and earlier is not None and refresh is not None:
                kept = refresh.rows(name, earlier.known(name), tell)
            rows[name] = _kept(registry, name).prepare(tell) if kept is None else kept
    basis = registry.subspace.known
    if basis is None and earlier is not None and refresh is not None:
        basis = refresh.basis(earlier.subspace.known)
    if basis is None and any(name in _IN_SUBSPACE for name in registry.blended):
        basis = registry.subspace.basis
    return replace(registry.graph, prepared=Prepared(registry.settings, rows, basis))


def renew(registry: Registry, graph: Graph, progress: Progress = no_progress) -> Graph:
    """Return a later graph with the rows that are known here, brought up to date.

    What is not known yet, or is as quickly computed anew, is left to be computed when it is first needed.

    Parameters
    ----------
    registry
        The walks of the earlier graph.
    graph
        The later graph.
    progress
        Told what is computed, and how many of how many rows are done.
    """
    rows: dict[str, CSR] = {}
    refresh = RowRefresh(registry.graph, graph, registry.settings)
    for name in _KEPT:
        tell = described(progress, f"Preparing {name.replace('_', '-')}")
        later = refresh.rows(name, registry.known(name), tell)
        if later is not None:
            rows[name] = later
    basis = refresh.basis(registry.subspace.known)
    return replace(graph, prepared=Prepared(registry.settings, rows, basis)) if rows or basis else graph


def _kept(registry: Registry, name: str) -> TitleWalk | LearnedViewers:
    return cast("TitleWalk | LearnedViewers", registry.walk(name.replace("_", "-")))


def _find_viewers(registry: Registry, learned_too: bool, progress: Progress) -> None:
    """Find everybody's viewers, for both walks over viewers at once where both sum up the same."""
    shared, learned = registry.get(SharedTitles), registry.get(LearnedViewers)
    alike = shared.parameters.title_exponent == learned.parameters.title_exponent
    together = learned_too and alike and registry.known("learned_viewers") is None
    tell = described(progress, f"Preparing {learned.name}" if together else "Finding like-minded viewers")
    if together:
        learned.stored, shared.stored = learned.prepare_with(shared, tell)
    else:
        shared.stored = shared.prepare(tell)
