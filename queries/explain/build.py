"""From what a walk came to, to the explanation of one title."""

from __future__ import annotations

from dataclasses import dataclass
from functools import partial
from heapq import merge
from typing import TYPE_CHECKING

import numpy as np

from cinewalk.graph.model import schema
from cinewalk.graph.walks.base.result import united
from cinewalk.graph.walks.cold_start.alike import AlikeTitles
from cinewalk.queries.explain.between import Between
from cinewalk.queries.explain.contrast import Contrast, SeedDifference
from cinewalk.queries.explain.crowds import Crowds, node_of
from cinewalk.queries.explain.explanation import Explanation
from cinewalk.queries.explain.paths import Path
from cinewalk.queries.explain.reasons import id_and_name, reasons_of, total

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    from cinewalk.graph.numeric.arrays import BoolArray
    from cinewalk.graph.rerank.base import Remedied
    from cinewalk.graph.walks.base.result import Outcome, Walk
    from cinewalk.queries.explain.counterfactual import Counterfactual
    from cinewalk.queries.explain.paths import PathNode
    from cinewalk.queries.explain.reasons import Seed
    from cinewalk.queries.words.catalogue import Catalogue

    Removals = Callable[[bool], Counterfactual | None]

_LIKES = schema.LIKES.type


@dataclass(frozen=True, slots=True, eq=False)
class Start:
    """Where a walk began, as people see it.

    Parameters
    ----------
    seeds
        What it started from, in the order of its contributions.
    user
        The person it started from; ``None`` for a taste put in words.
    unnamed
        For every title, whether it must not be named to them; paths over such a title are left out.
    """

    seeds: Sequence[Seed]
    user: PathNode | None = None
    unnamed: BoolArray | None = None


def explanation(
    catalogue: Catalogue,
    walk: Walk,
    start: Start,
    outcome: Outcome,
    target: int,
    removals: Removals | None = None,
    remedied: Remedied | None = None,
) -> Explanation | None:
    """Explain a title that a walk leads to.

    Parameters
    ----------
    catalogue
        The names.
    walk, start, outcome
        A walk of the graph, where it began, and what it came to.
    target
        The title's position.
    removals
        Looks for what would have to be otherwise.
    remedied
        What remedies made of the scores, if there were any.

    Returns
    -------
    Explanation or None
        ``None`` where no seed has a part in the score.
    """
    targets = np.array([target], dtype=np.int32)
    by_pattern = {name: part for name, part in outcome.contributions(targets).items() if part.any()}
    if not by_pattern:
        return None
    whole = total(by_pattern)
    order = np.argsort(-whole[0], kind="stable")[: int(np.count_nonzero(whole[0]))]
    score, alike = float(outcome.scores[target]), by_pattern.get(AlikeTitles.name)
    reasons = reasons_of(catalogue, start.seeds, targets, whole, asked=start.user is None, alike=alike)
    return Explanation(
        title_id=catalogue.graph.titles.ids.ids[target],
        title=catalogue.name(target),
        year=catalogue.year(target),
        score=score,
        walk=walk.name,
        shares=reasons[0][0],
        patterns={name: float(part[0].sum() / whole.sum()) for name, part in by_pattern.items()},
        counted=catalogue.viewers(target),
        parts={name: tuple(part[0][order].tolist()) for name, part in by_pattern.items()},
        relationships=_relationships(outcome, target),
        walks=partial(_walks, catalogue, start, outcome, target),
        removals=removals,
        adjustments={} if remedied is None else remedied.lines(target),
        listed=None if remedied is None else float(remedied.scores[target]),
        between=Between(catalogue, start.seeds, outcome, target),
    )


def contrast(
    catalogue: Catalogue,
    walk: Walk,
    start: Start,
    outcome: Outcome,
    target: int,
    other: int,
    remedied: Remedied | None = None,
) -> Contrast:
    """Explain the difference of two titles' scores, seed by seed; parameters as for :func:`explanation`."""
    targets = np.array([target, other], dtype=np.int32)
    mine, its = total(outcome.contributions(targets))
    differences = [
        SeedDifference(seed.label, *id_and_name(catalogue, seed), score, other_score)
        for seed, score, other_score in zip(start.seeds, mine.tolist(), its.tolist(), strict=True)
        if score > 0 or other_score > 0
    ]
    return Contrast(
        *(catalogue.graph.titles.ids.ids[target], catalogue.name(target), catalogue.year(target)),
        float(outcome.scores[target]),
        *(catalogue.graph.titles.ids.ids[other], catalogue.name(other), catalogue.year(other)),
        float(outcome.scores[other]),
        walk.name,
        tuple(sorted(differences, key=lambda d: -d.difference)),
        {} if remedied is None else _both(remedied.lines(target), remedied.lines(other)),
    )


def _both(lines: dict[str, float], other_lines: dict[str, float]) -> dict[str, tuple[float, float]]:
    return {name: (lines.get(name, 0.0), other_lines.get(name, 0.0)) for name in {**lines, **other_lines}}


def _relationships(outcome: Outcome, target: int) -> dict[str, float]:
    shares: dict[str, float] = {}
    for name, share in outcome.last_steps(target).items():
        kind = schema.RELATIONSHIPS[name].type
        shares[kind] = shares.get(kind, 0.0) + share
    return shares


def _walks(
    catalogue: Catalogue, start: Start, outcome: Outcome, target: int, pattern: str | None
) -> Iterator[Path]:
    """Give single walks, best first: an outcome is divided over such of three steps or of any number."""
    steps = _three_steps(catalogue, start, outcome, target, pattern)
    is_of_three = pattern is not None and pattern in outcome.paths(target)
    longer = iter(()) if is_of_three else _long_walks(catalogue, start, outcome, target)
    yield from merge(steps, longer, key=lambda path: -path.score)


def _three_steps(
    catalogue: Catalogue, start: Start, outcome: Outcome, target: int, pattern: str | None
) -> Iterator[Path]:
    by_pattern = outcome.paths(target)
    chosen = (
        list(by_pattern.values())
        if pattern is None
        else [by_pattern[p] for p in (pattern,) if p in by_pattern]
    )
    if not chosen:
        return
    whole, before = float(outcome.scores[target]), () if start.user is None else (start.user,)
    end, crowds = (schema.TITLE_NODE.label, target), Crowds(catalogue)
    walks = crowds.merged(united(chosen), start.seeds, end)
    for seed, viewer, score in zip(*(column.tolist() for column in walks), strict=True):
        first, passed = node_of(catalogue, *start.seeds[seed]), crowds.node(viewer)
        nodes = (*before, first, passed, node_of(catalogue, *end))
        yield Path(nodes, (_LIKES,) * (len(nodes) - 1), score / whole, score)


def _long_walks(catalogue: Catalogue, start: Start, outcome: Outcome, target: int) -> Iterator[Path]:
    whole, crowds = float(outcome.scores[target]), Crowds(catalogue)
    for walk in outcome.long_walks(target):
        if start.unnamed is not None and _names(start.unnamed, walk.nodes):
            continue
        steps = crowds.named(walk.nodes)
        kinds = [schema.RELATIONSHIPS[name].type for name in walk.relationships]
        if start.user is not None:
            steps, kinds = [start.user, *steps], [_LIKES, *kinds]
        yield Path(tuple(steps), tuple(kinds), walk.score / whole, walk.score)


def _names(unnamed: BoolArray, nodes: Sequence[tuple[str, int]]) -> bool:
    return any(label == schema.TITLE_NODE.label and unnamed[position] for label, position in nodes)
