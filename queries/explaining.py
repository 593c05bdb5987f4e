"""From what a walk came to, to the explanation of one title."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from cinewalk.graph import schema
from cinewalk.graph.pagerank import PageRank
from cinewalk.graph.pagerank_paths import best_paths
from cinewalk.graph.paths import united
from cinewalk.queries.answers import title_seeds, total
from cinewalk.queries.explanations import Contrast, Difference, Explanation
from cinewalk.queries.reasons import reasons_of
from cinewalk.queries.steps import Path, PathNode

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from cinewalk.graph.parts import Parts
    from cinewalk.graph.seeds import Profile
    from cinewalk.graph.walks import Outcome, Walk
    from cinewalk.queries.counterfactuals import Counterfactual
    from cinewalk.queries.lookup import Catalogue

_LIKES = schema.LIKES.type


def explanation(
    catalogue: Catalogue, parts: Parts, walk: Walk, profile: Profile, outcome: Outcome, target: int
) -> Explanation | None:
    """Explain a title that a walk leads to, to a user of the graph.

    Parameters
    ----------
    catalogue
        The names.
    parts
        The walks of the graph.
    walk, profile, outcome
        One of them, who it starts from, and what it came to.
    target
        The title's position.

    Returns
    -------
    Explanation or None
        ``None`` where nobody's likes have a part in the score.
    """
    targets = np.array([target], dtype=np.int32)
    by_pattern = outcome.contributions(targets)
    whole = total(by_pattern)
    if not whole.any():
        return None
    order = np.argsort(-whole[0], kind="stable")[: int(np.count_nonzero(whole[0]))]
    score = float(outcome.scores[target])
    return Explanation(
        title_id=catalogue.graph.titles.ids.ids[target],
        title=catalogue.name(target),
        year=catalogue.year(target),
        score=score,
        walk=walk.name,
        shares=reasons_of(catalogue, title_seeds(profile.titles), targets, whole)[0][0],
        patterns={name: float(part[0].sum() / whole.sum()) for name, part in by_pattern.items()},
        viewers=int(np.diff(catalogue.graph.likes.reverse_indptr)[target]),
        parts={name: tuple(part[0][order].tolist()) for name, part in by_pattern.items()},
        relationships=_relationships(outcome, target),
        walks=_walks(catalogue, walk, profile, outcome, target),
        removals=_removals(catalogue, parts, walk, profile, target),
    )


def contrast(
    catalogue: Catalogue, walk: Walk, profile: Profile, outcome: Outcome, target: int, other: int
) -> Contrast:
    """Explain the difference of two titles' scores, seed by seed; parameters as for :func:`explanation`."""
    targets = np.array([target, other], dtype=np.int32)
    mine, its = total(outcome.contributions(targets))
    differences = [
        Difference(schema.TITLE_NODE.label, *catalogue.id_and_name(schema.TITLE_NODE.label, title), one, two)
        for title, one, two in zip(profile.titles.tolist(), mine.tolist(), its.tolist(), strict=True)
        if one > 0 or two > 0
    ]
    return Contrast(
        *(catalogue.graph.titles.ids.ids[target], catalogue.name(target), catalogue.year(target)),
        float(outcome.scores[target]),
        *(catalogue.graph.titles.ids.ids[other], catalogue.name(other), catalogue.year(other)),
        float(outcome.scores[other]),
        walk.name,
        tuple(sorted(differences, key=lambda d: -d.difference)),
    )


def _relationships(outcome: Outcome, target: int) -> dict[str, float]:
    shares: dict[str, float] = {}
    for name, share in outcome.last_steps(target).items():
        kind = schema.RELATIONSHIPS[name].type
        shares[kind] = shares.get(kind, 0.0) + share
    return shares


def _removals(
    catalogue: Catalogue, parts: Parts, walk: Walk, profile: Profile, target: int
) -> Callable[[bool], Counterfactual | None]:
    def found(exhaustive: bool) -> Counterfactual | None:
        from cinewalk.queries.counterfactuals import counterfactual

        assert profile.user is not None
        return counterfactual(catalogue, parts, walk, profile.user, target, exhaustive=exhaustive)

    return found


def _walks(
    catalogue: Catalogue, walk: Walk, profile: Profile, outcome: Outcome, target: int
) -> Callable[[str | None], Iterator[Path]]:
    user = PathNode(schema.USER.label, *_user(catalogue, profile))
    if isinstance(walk, PageRank):
        return lambda _: _pagerank_paths(
            catalogue, walk, profile, float(outcome.scores[target]), target, user
        )
    return lambda pattern: _three_steps(catalogue, profile, outcome, target, pattern, user)


def _user(catalogue: Catalogue, profile: Profile) -> tuple[str, str]:
    assert profile.user is not None
    return catalogue.id_and_name(schema.USER.label, profile.user)


def _three_steps(
    catalogue: Catalogue, profile: Profile, outcome: Outcome, target: int, pattern: str | None, user: PathNode
) -> Iterator[Path]:
    by_pattern = outcome.paths(target)
    found = united(by_pattern.values() if pattern is None else [by_pattern[pattern]])
    whole = float(outcome.scores[target])
    end = _node(catalogue, schema.TITLE_NODE.label, target)
    for seed, viewer, score in zip(*(column.tolist() for column in found), strict=True):
        first = _node(catalogue, schema.TITLE_NODE.label, int(profile.titles[seed]))
        passed = _node(catalogue, schema.USER.label, viewer)
        yield Path((user, first, passed, end), (_LIKES,) * 3, score / whole, score)


def _pagerank_paths(
    catalogue: Catalogue, walk: PageRank, profile: Profile, whole: float, target: int, user: PathNode
) -> Iterator[Path]:
    network = walk.network
    nodes = network.number(schema.TITLE_NODE.label, profile.titles)
    types = [schema.RELATIONSHIPS[name].type for name in network.names]
    for path in best_paths(walk, nodes, profile.seeds, target):
        steps = [_node(catalogue, *network.node(number)) for number in path.nodes]
        kinds = [types[int(network.kinds[edge])] for edge in path.edges]
        yield Path((user, *steps), (_LIKES, *kinds), path.score / whole, path.score)


def _node(catalogue: Catalogue, label: str, position: int) -> PathNode:
    return PathNode(label, *catalogue.id_and_name(label, position))
