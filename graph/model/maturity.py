"""What is too mature for somebody: titles above their limit, and titles of which nobody knows."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from cinewalk.graph.model import schema
from cinewalk.graph.model.edges import keep_edges

if TYPE_CHECKING:
    from cinewalk.graph.model.graph import Graph, Nodes
    from cinewalk.graph.model.relation import Relation
    from cinewalk.graph.numeric.arrays import BoolArray


def too_mature(titles: Nodes, limit: int | None) -> BoolArray:
    """Tell of every title whether it lies above a limit; one of unknown maturity lies above any.

    Parameters
    ----------
    titles
        The titles.
    limit
        The highest maturity that may be shown, as an age from 0 to 21; ``None`` for no limit.

    Examples
    --------
    >>> from cinewalk.graph.model.example import example_graph
    >>> too_mature(example_graph().titles, 12).all()
    np.True_
    """
    if limit is None:
        return np.zeros(len(titles), dtype=np.bool_)
    known = titles.array(schema.MATURITY.name)
    above: BoolArray = (known > limit) | (known == schema.UNKNOWN_MATURITY)
    return above


def limit_of(graph: Graph, user: int) -> int | None:
    """Return the limit of a user, where they have one."""
    limit = int(graph.users.array(schema.MATURITY_LIMIT.name)[user])
    return None if limit == schema.UNKNOWN_MATURITY else limit


def allowed_likes(likes: Relation, users: Nodes, titles: Nodes) -> Relation:
    """Leave out what users with a limit like above it, so that no walk of theirs starts there.

    Parameters
    ----------
    likes
        Who likes what.
    users, titles
        Its nodes.
    """
    limits = users.array(schema.MATURITY_LIMIT.name)
    if (limits == schema.UNKNOWN_MATURITY).all():
        return likes
    limit = limits[likes.sources]
    known = titles.array(schema.MATURITY.name)[likes.indices]
    above = (known > limit) | (known == schema.UNKNOWN_MATURITY)
    return keep_edges(likes, ~above | (limit == schema.UNKNOWN_MATURITY))
