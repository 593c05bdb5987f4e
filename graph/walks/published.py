"""The derived relationships of a graph: the steps of the blend's walks that follow from likes, and parts of stories."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple, cast

import numpy as np

from cinewalk.graph.attributes.series import series
from cinewalk.graph.model import schema
from cinewalk.graph.numeric.arrays import frozen
from cinewalk.graph.numeric.progress import no_progress
from cinewalk.graph.walks.base.shared_counts import shared_counts
from cinewalk.graph.walks.cold_start.similar_titles import SimilarTitles
from cinewalk.graph.walks.prepare import expect
from cinewalk.graph.walks.registry import REGISTRY

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from cinewalk.graph.model.graph import Graph
    from cinewalk.graph.numeric.arrays import CSR, AnyArray, FloatArray, Int32Array, Int64Array
    from cinewalk.graph.numeric.progress import Progress
    from cinewalk.graph.walks.neighbours.title_walk import TitleWalk
    from cinewalk.graph.walks.neighbours.viewer_walk import ViewerWalk
    from cinewalk.graph.walks.registry import Registry


class DerivedEdges(NamedTuple):
    """Derived relationships of one kind: a source and a target position each, and one array per property.

    Scores are NaN where the walk has no such step.
    """

    kind: schema.RelationshipType
    sources: Int64Array
    targets: Int64Array
    properties: Mapping[str, AnyArray | list[list[str]]]


def similar(registry: Registry) -> DerivedEdges:
    """Return the steps from title to title.

    ``score`` is ``W_ij`` of :class:`~cinewalk.graph.walks.neighbours.shared.SharedViewers`, ``learned_score``
    ``B_ij`` of :class:`~cinewalk.graph.walks.neighbours.learned.LearnedTitles`, ``sequence_score`` that of
    :class:`~cinewalk.graph.walks.neighbours.sequence.Sequence`, ``spectral_score`` that of
    :class:`~cinewalk.graph.walks.spectral.spectral.SpectralTitles`; a part that does not count in the blend is left
    out. ``close_score`` is that of :class:`~cinewalk.graph.walks.cold_start.similar_titles.SimilarTitles`.
    ``viewers`` is how many viewers like both titles.

    Parameters
    ----------
    registry
        The walks of the graph.
    """
    rows = {**_published(registry, schema.SIMILAR), "close_score": SimilarTitles.of(registry).rows}
    likes = registry.graph.likes
    sources, targets, scores = _united(rows, len(registry.graph.titles))
    viewers = _counts(sources, targets, likes.reverse_indptr, likes.reverse_indices)
    return DerivedEdges(schema.SIMILAR, sources, targets, {**scores, "viewers": viewers})


def shares_taste(registry: Registry, progress: Progress = no_progress) -> DerivedEdges:
    """Return the steps from viewer to viewer.

    ``score`` is ``S_uv`` of :class:`~cinewalk.graph.walks.neighbours.shared.SharedTitles`, ``learned_score`` ``V_uv``
    of :class:`~cinewalk.graph.walks.neighbours.learned.LearnedViewers`, ``spectral_score`` that of
    :class:`~cinewalk.graph.walks.spectral.spectral.SpectralViewers`, ``titles`` how many titles both like.

    Parameters
    ----------
    registry
        The walks of the graph.
    progress
        Told how many of how many users are done.
    """
    expect(registry, "shared-titles", len(registry.graph.users), progress)
    rows = _published(registry, schema.SHARES_TASTE)
    likes = registry.graph.likes
    sources, targets, scores = _united(rows, len(registry.graph.users))
    titles = _counts(sources, targets, likes.indptr, likes.indices)
    return DerivedEdges(schema.SHARES_TASTE, sources, targets, {**scores, "titles": titles})


def _published(registry: Registry, kind: schema.RelationshipType) -> dict[str, CSR]:
    """Return the rows that become a kind of relationship, by its properties; the first always, others as they count."""
    rows: dict[str, CSR] = {}
    for name, entry in REGISTRY.items():
        if entry.published is not None and entry.published[0] == kind.name:
            section = name.replace("-", "_")
            if not rows or registry.weights[section] > 0:
                walk = cast("TitleWalk | ViewerWalk", registry.walk(name))
                rows[entry.published[1]] = walk.rows
    return rows


def derived_edges(registry: Registry, progress: Progress = no_progress) -> Iterator[DerivedEdges]:
    """Yield the derived relationships but for lists, kind by kind."""
    yield similar(registry)
    yield shares_taste(registry, progress)
    yield part_of(registry.graph)


def fewest_derived(registry: Registry) -> int:
    """Return at least how many derived relationships there are: of each kind as many as its largest part has."""
    kinds = (_published(registry, kind) for kind in (schema.SIMILAR, schema.SHARES_TASTE))
    return sum(max(len(rows.indices) for rows in parts.values()) for parts in kinds)


def part_of(graph: Graph) -> DerivedEdges:
    """Return the steps from each later part of a story to its first; ``part`` is its number among them, from 2 on.

    Parameters
    ----------
    graph
        The graph.

    Examples
    --------
    >>> from cinewalk.graph.model.example import example_graph
    >>> len(part_of(example_graph()).sources)
    0
    """
    stories = series(graph)
    firsts = [np.repeat(parts[:1], len(parts) - 1) for parts in stories]
    numbers = [np.arange(2, len(parts) + 1) for parts in stories]
    sources, targets, places = (
        np.concatenate([np.empty(0, np.int64), *arrays])
        for arrays in ([parts[1:] for parts in stories], firsts, numbers)
    )
    order = np.lexsort((targets, sources))
    return DerivedEdges(schema.PART_OF, sources[order], targets[order], {"part": places[order]})


def _united(rows: Mapping[str, CSR], size: int) -> tuple[Int64Array, Int64Array, dict[str, FloatArray]]:
    """Return every pair that any of the rows has, in order, and the value of each, NaN where it has none."""
    codes = {
        name: np.repeat(np.arange(len(r.indptr) - 1, dtype=np.int64), np.diff(r.indptr)) * size + r.indices
        for name, r in rows.items()
    }
    pairs = np.unique(np.concatenate(list(codes.values())))
    scores = {}
    for name, r in rows.items():
        scores[name] = np.full(len(pairs), np.nan)
        scores[name][np.searchsorted(pairs, codes[name])] = r.values
    sources, targets = np.divmod(pairs, max(size, 1))
    return sources, targets, scores


def _counts(sources: Int64Array, targets: Int64Array, indptr: Int64Array, indices: Int32Array) -> Int64Array:
    return shared_counts(frozen(sources.astype(np.int32)), frozen(targets.astype(np.int32)), indptr, indices)
