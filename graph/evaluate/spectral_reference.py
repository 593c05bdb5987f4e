"""The spectral walks again, in NetworkX and numpy: as :mod:`cinewalk.graph.evaluate.reference`."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from cinewalk.graph.evaluate.reference import best
from cinewalk.graph.model import schema

if TYPE_CHECKING:
    from collections.abc import Mapping

    import networkx as nx

    from cinewalk.graph.model.settings import (
        SpectralParameters,
        SpectralTitleParameters,
        SpectralViewerParameters,
    )

    Node = tuple[str, str]


def subspace(likes: nx.Graph, p: SpectralParameters, size: int) -> dict[Node, Any]:
    """Return the vector of each title: rows of the first right singular vectors of ``D_u^-η A D_i^-ε``."""
    titles = sorted(node for node in likes if node[0] == schema.TITLE_NODE.label)
    users = [node for node in likes if node[0] == schema.USER.label]
    matrix = np.zeros((len(users), len(titles)))
    for row, user in enumerate(users):
        for title, data in likes[user].items():
            discounts = likes.degree(user) ** -p.user_exponent * likes.degree(title) ** -p.title_exponent
            matrix[row, titles.index(title)] = discounts * data["weight"]
    _, _, right = np.linalg.svd(matrix)
    return dict(zip(titles, right[:size].T, strict=True))


def spectral_titles(
    likes: nx.Graph, weights: Mapping[Node, float], vectors: Mapping[Node, Any], p: SpectralTitleParameters
) -> dict[Node, float]:
    """Score titles that share viewers with the seeds, by the products of their vectors."""
    scores: dict[Node, float] = {}
    for title, weight in weights.items():
        near = {end for user in likes[title] for end in likes[user]} - {title}
        products = {end: float(vectors[title] @ vectors[end]) for end in near}
        for end, value in best({end: v for end, v in products.items() if v > 0}, p.size).items():
            scores[end] = scores.get(end, 0.0) + weight * value * likes.degree(title) ** -p.source_exponent
    return scores


def spectral_viewers(
    likes: nx.Graph, user: Node, people: Mapping[Node, Any], p: SpectralViewerParameters
) -> dict[Node, float]:
    """Score what viewers like who share titles with the user, by the angles between their vectors."""
    near = {viewer for title in likes[user] for viewer in likes[title]} - {user}
    lengths = {viewer: float(np.linalg.norm(people[viewer])) for viewer in (user, *near)}
    alike = {v: float(people[user] @ people[v]) / (lengths[user] * lengths[v]) for v in near if lengths[v]}
    scores: dict[Node, float] = {}
    for viewer, cosine in best({v: c for v, c in alike.items() if c > 0}, p.size).items():
        for title, data in likes[viewer].items():
            term = cosine**p.sharpness * data["weight"] * likes.degree(title) ** -p.target_exponent
            scores[title] = scores.get(title, 0.0) + term
    return scores
