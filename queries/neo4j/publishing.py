"""Everybody's list as ``RECOMMENDED`` relationships."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from cinewalk.graph.model import schema
from cinewalk.graph.walks.published import DerivedEdges

if TYPE_CHECKING:
    from cinewalk.queries.recommender import Recommender


def recommended(reco: Recommender, k: int) -> DerivedEdges:
    """Return everybody's list of ``k`` titles as relationships, each with what it is because of.

    Parameters
    ----------
    reco
        The recommender.
    k
        How many titles, at least 1.

    Examples
    --------
    >>> from cinewalk.graph.model.example import example_graph
    >>> from cinewalk.queries.recommender import Recommender
    >>> edges = recommended(Recommender(example_graph(), walk="blend"), 1)
    >>> edges.properties["because"][0]
    ['Blade Runner (1982)', 'Alien (1979)']
    """
    users, titles = reco.graph.users.ids, reco.graph.titles.ids
    rows = [
        (users.position(user), titles.position(item.title_id), item.rank, item.score, item.because)
        for user, recommendations in reco.recommend_many(k=k).items()
        for item in recommendations
    ]
    return DerivedEdges(
        schema.RECOMMENDED,
        np.array([row[0] for row in rows], np.int64),
        np.array([row[1] for row in rows], np.int64),
        {
            "rank": np.array([row[2] for row in rows], np.int64),
            "score": np.array([row[3] for row in rows]),
            "because": [[reason.name for reason in row[4]] for row in rows],
        },
    )
