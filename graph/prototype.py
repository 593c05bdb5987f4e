"""Every walk again, in NetworkX: readable, slow, and the oracle that the fast code is tested against.

Nodes are ``(label, id)`` pairs, as :func:`to_networkx` makes them. Nothing here shares code with the kernels.
"""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any

import networkx as nx

from cinewalk.graph import schema

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from cinewalk.graph.neighbours import TitleParameters, ViewerParameters

    Node = tuple[str, str]


def likes_graph(multigraph: nx.MultiDiGraph) -> nx.Graph:
    """Keep the ``LIKES`` edges alone, undirected, with their preference as ``weight``."""
    likes = nx.Graph()
    likes.add_nodes_from(
        node for node in multigraph if node[0] in {schema.USER.label, schema.TITLE_NODE.label}
    )
    for user, title, kind, data in multigraph.edges(keys=True, data=True):
        if kind == schema.LIKES.type:
            likes.add_edge(user, title, weight=data["preference"], timestamp=data["timestamp"])
    return likes


def seeds(likes: nx.Graph, user: Node, half_life: float) -> dict[Node, float]:
    """Return ``x_u(i)``: preference × 2^(-rank / half_life), newest first, ties sharing their mean rank."""
    times = {title: data["timestamp"] for title, data in likes[user].items()}
    weights = {}
    for title, data in likes[user].items():
        newer = sum(time > times[title] for time in times.values())
        equal = sum(time == times[title] for time in times.values())
        weights[title] = data["weight"] * 2 ** (-(newer + (equal - 1) / 2) / half_life)
    return weights


def _walk(likes: nx.Graph, start: Node, weights: Mapping[Node, float], via: float) -> dict[Node, float]:
    """Sum ``weight · edge · d_middle^-via`` over the two steps from ``start`` to its own kind."""
    sums: dict[Node, float] = {}
    for middle, weight in weights.items():
        for end, data in likes[middle].items():
            if end != start:
                sums[end] = sums.get(end, 0.0) + weight * data["weight"] * likes.degree(middle) ** -via
    return sums


def _best(values: Mapping[Node, float], size: int) -> dict[Node, float]:
    return dict(sorted(values.items(), key=lambda item: (-item[1], item[0]))[:size])


def shared_viewers(likes: nx.Graph, weights: Mapping[Node, float], p: TitleParameters) -> dict[Node, float]:
    """Score titles that share viewers with the seeds."""
    scores: dict[Node, float] = {}
    for title, seed in weights.items():
        own = {user: data["weight"] for user, data in likes[title].items()}
        sums = _walk(likes, title, own, p.viewer_exponent)
        row = _best(
            {
                end: (likes.degree(title) ** -p.source_exponent * s * likes.degree(end) ** -p.target_exponent)
                ** p.sharpness
                for end, s in sums.items()
            },
            p.size,
        )
        for end, value in row.items():
            scores[end] = scores.get(end, 0.0) + seed * value / sum(row.values()) ** p.row_exponent
    return scores


def shared_titles(likes: nx.Graph, user: Node, p: ViewerParameters) -> dict[Node, float]:
    """Score what viewers like who share titles with the user."""
    own = {title: data["weight"] for title, data in likes[user].items()}
    sums = _walk(likes, user, own, p.title_exponent)
    viewers = _best(
        {v: (s * likes.degree(v) ** -p.viewer_exponent) ** p.sharpness for v, s in sums.items()}, p.size
    )
    scores: dict[Node, float] = {}
    for viewer, similarity in viewers.items():
        for title, data in likes[viewer].items():
            term = similarity * data["weight"] * likes.degree(title) ** -p.target_exponent
            scores[title] = scores.get(title, 0.0) + term
    return scores


def blend(
    parts: Iterable[Mapping[Node, float]], seen: set[Node], weights: Iterable[float]
) -> dict[Node, float]:
    """Add parts up, each divided by its L2 norm over the titles not seen."""
    scores: dict[Node, float] = {}
    for part, weight in zip(parts, weights, strict=True):
        length = math.sqrt(sum(value**2 for title, value in part.items() if title not in seen))
        for title, value in part.items():
            if length > 0:
                scores[title] = scores.get(title, 0.0) + weight * value / length
    return scores


def walk_graph(multigraph: nx.MultiDiGraph, weights: Mapping[str, float]) -> nx.DiGraph:
    """Give every relationship an edge both ways, weighted by kind and preference; parallel edges add up."""
    kinds = {kind.type: name for name, kind in schema.RELATIONSHIPS.items() if weights.get(name, 0.0) > 0}
    walked = nx.DiGraph()
    walked.add_nodes_from(multigraph)
    for source, target, kind, data in multigraph.edges(keys=True, data=True):
        name = (
            schema.PERSON_IN_GROUP.name if kind == "IN_GROUP" and source[0] == "Person" else kinds.get(kind)
        )
        weight = weights.get(name or "", 0.0) * data.get("preference", 1.0)
        if weight > 0:
            for one, other in ((source, target), (target, source)):
                before = walked.get_edge_data(one, other, {"weight": 0.0})["weight"]
                walked.add_edge(one, other, weight=before + weight)
    return walked


def pagerank(walked: nx.DiGraph, seeds: Mapping[Node, float], damping: float) -> dict[Node, Any]:
    """Rank all nodes with NetworkX's own personalized PageRank."""
    ranks: dict[Node, Any] = nx.pagerank(
        walked, alpha=damping, personalization=dict(seeds), weight="weight", tol=1e-15, max_iter=1000
    )
    return ranks
