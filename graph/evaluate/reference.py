"""Every walk again, in NetworkX: readable, slow, and the oracle that the fast code is tested against.

Nodes are ``(label, id)`` pairs, as :func:`to_networkx` makes them. Nothing here shares code with the kernels.
"""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any

import networkx as nx
import numpy as np
from scipy.optimize import nnls

from cinewalk.graph.model import schema

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from cinewalk.graph.model.settings import (
        LearnedTitleParameters,
        LearnedViewerParameters,
        NewcomerParameters,
        SequenceParameters,
        TitleParameters,
        ViewerParameters,
    )

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


def seed_weights(likes: nx.Graph, user: Node, half_life: float) -> dict[Node, float]:
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


def best(values: Mapping[Node, float], size: int) -> dict[Node, float]:
    """Keep the best, equal values in the order of the nodes."""
    return dict(sorted(values.items(), key=lambda item: (-item[1], item[0]))[:size])


def shared_viewers(likes: nx.Graph, weights: Mapping[Node, float], p: TitleParameters) -> dict[Node, float]:
    """Score titles that share viewers with the seeds."""
    scores: dict[Node, float] = {}
    for title, weight in weights.items():
        viewers = {user: data["weight"] for user, data in likes[title].items()}
        sums = _walk(likes, title, viewers, p.viewer_exponent)
        _add_row(scores, likes, title, weight, sums, p)
    return scores


def _add_row(
    scores: dict[Node, float],
    likes: nx.Graph,
    title: Node,
    weight: float,
    sums: Mapping[Node, float],
    p: TitleParameters | SequenceParameters,
) -> None:
    out = likes.degree(title) ** -p.source_exponent
    values = {
        end: (out * s * likes.degree(end) ** -p.target_exponent) ** p.sharpness for end, s in sums.items()
    }
    row = best(values, p.size)
    for end, value in row.items():
        scores[end] = scores.get(end, 0.0) + weight * value / sum(row.values()) ** p.row_exponent


def shared_titles(likes: nx.Graph, user: Node, p: ViewerParameters) -> dict[Node, float]:
    """Score what viewers like who share titles with the user."""
    liked = {title: data["weight"] for title, data in likes[user].items()}
    sums = _walk(likes, user, liked, p.title_exponent)
    viewers = best(
        {v: (s * likes.degree(v) ** -p.viewer_exponent) ** p.sharpness for v, s in sums.items()}, p.size
    )
    scores: dict[Node, float] = {}
    for viewer, similarity in viewers.items():
        for title, data in likes[viewer].items():
            term = similarity * data["weight"] * likes.degree(title) ** -p.target_exponent
            scores[title] = scores.get(title, 0.0) + term
    return scores


def sequence(likes: nx.Graph, weights: Mapping[Node, float], p: SequenceParameters) -> dict[Node, float]:
    """Score titles that share viewers with the seeds, by how the viewers' likes follow each other."""
    rank = {user: _ranks(likes, user) for user in likes if user[0] == schema.USER.label}
    scores: dict[Node, float] = {}
    for title, weight in weights.items():
        sums: dict[Node, float] = {}
        for user, edge in likes[title].items():
            for end, data in likes[user].items():
                if end != title:
                    later = rank[user][end] - rank[user][title]
                    side = p.ahead if later > 0 else 1.0 if later < 0 else (1 + p.ahead) / 2
                    pair = edge["weight"] * data["weight"] * side * 2 ** (-abs(later) / p.span)
                    sums[end] = sums.get(end, 0.0) + pair * likes.degree(user) ** -p.viewer_exponent
        _add_row(scores, likes, title, weight, sums, p)
    return scores


def _ranks(likes: nx.Graph, user: Node) -> dict[Node, float]:
    times = {title: data["timestamp"] for title, data in likes[user].items()}
    return {
        title: sum(time < moment for time in times.values())
        + (sum(time == moment for time in times.values()) - 1) / 2
        for title, moment in times.items()
    }


def fitted(likes: nx.Graph, start: Node, exponent: float, ridge: float, size: int) -> dict[Node, float]:
    """Make a node's edges up of those of its nearest (cosine): scipy's solver on the stacked least squares."""
    edges = {middle: data["weight"] for middle, data in likes[start].items()}
    sums = _walk(likes, start, edges, exponent)
    nearest = list(best({node: s * likes.degree(node) ** -0.5 for node, s in sums.items()}, size))
    if not nearest:
        return {}
    kind = [node for node in likes if node[0] == start[0]]
    squares = sum(
        data["weight"] ** 2 * likes.degree(middle) ** -exponent
        for node in kind
        for middle, data in likes[node].items()
    )
    middles = sorted({middle for node in (start, *nearest) for middle in likes[node]})
    scale = np.array([math.sqrt(likes.degree(middle) ** -exponent) for middle in middles])
    columns = [[likes[node].get(middle, {"weight": 0.0})["weight"] for middle in middles] for node in nearest]
    penalties = math.sqrt(ridge * squares / len(kind)) * np.eye(len(nearest))
    right = scale * [edges.get(middle, 0.0) for middle in middles]
    weights, _ = nnls(
        np.vstack([scale[:, None] * np.array(columns).T, penalties]), np.append(right, np.zeros(len(nearest)))
    )
    return dict(zip(nearest, weights.tolist(), strict=True))


def learned_titles(
    likes: nx.Graph, weights: Mapping[Node, float], p: LearnedTitleParameters
) -> dict[Node, float]:
    """Score titles whose likes the seeds help to make up."""
    scores = {}
    for title in (node for node in likes if node[0] == schema.TITLE_NODE.label):
        parts = fitted(likes, title, p.viewer_exponent, p.ridge, p.size)
        scores[title] = sum(
            weights.get(seed, 0.0) * likes.degree(seed) ** -p.source_exponent * weight
            for seed, weight in parts.items()
        )
    return scores


def learned_viewers(likes: nx.Graph, user: Node, p: LearnedViewerParameters) -> dict[Node, float]:
    """Score what those viewers like whose likes make up the user's."""
    scores: dict[Node, float] = {}
    for viewer, weight in fitted(likes, user, p.title_exponent, p.ridge, p.size).items():
        for title, data in likes[viewer].items():
            term = weight * data["weight"] * likes.degree(title) ** -p.target_exponent
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


def crowd(
    likes: nx.Graph, seeds: Iterable[Node], groups: Iterable[set[Node]], users: int, p: NewcomerParameters
) -> dict[Node, float]:
    """Score titles by how many of everybody and of each circle of a person like them, in ``λ``, ``M`` and ``b``.

    ``groups`` are the members of each group that the person is in, none of them too small to be told of.
    """
    chosen = list(seeds)
    circles = [set(group) for group in groups if len(group) < users] + [set(likes[seed]) for seed in chosen]
    telling = [1 - len(circle) / users if circle else 0.0 for circle in circles]
    scores = {}
    for title in (node for node in likes if node[0] == schema.TITLE_NODE.label and likes[node]):
        share = total = likes.degree(title) / users
        for circle, tells in zip(circles, telling, strict=True):
            if tells > 0:
                inside = len(circle & set(likes[title])) + p.prior * share
                total += p.strength * tells / sum(telling) * inside / max(len(circle) + p.prior, 1)
        scores[title] = total / (likes.degree(title) ** p.target_exponent if chosen else 1)
    return scores


def newcomers(
    everybody: Mapping[Node, float],
    following: Mapping[Node, float],
    history: Mapping[Node, float],
    seen: set[Node],
    count: int,
    p: NewcomerParameters,
) -> dict[Node, float]:
    """Mix what the crowd likes, what follows the likes, and the history, for somebody with ``count`` likes."""
    if count >= p.enough:
        return dict(history)
    late = (count / p.enough) ** p.fade if count else 0.0
    ours = p.halfway / (p.halfway + count) * (1 - late)
    return blend([everybody, following, history], seen, [ours, 1 - late - ours, late])


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
            for start, end in ((source, target), (target, source)):
                before = walked.get_edge_data(start, end, {"weight": 0.0})["weight"]
                walked.add_edge(start, end, weight=before + weight)
    return walked


def pagerank(walked: nx.DiGraph, weights: Mapping[Node, float], damping: float) -> dict[Node, Any]:
    """Rank all nodes with NetworkX's own personalized PageRank."""
    ranks: dict[Node, Any] = nx.pagerank(
        walked, alpha=damping, personalization=dict(weights), weight="weight", tol=1e-15, max_iter=1000
    )
    return ranks
