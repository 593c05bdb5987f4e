"""The single walks that give most to a title's score, whatever kind of walk gave it."""

from __future__ import annotations

from itertools import islice
from typing import TYPE_CHECKING, NamedTuple

from cinewalk.graph.model import schema
from cinewalk.graph.walks.base.result import united

if TYPE_CHECKING:
    from cinewalk.graph.walks.base.result import Outcome


class BestWalks(NamedTuple):
    """What the best walks to a title give, and the ends of the very best.

    Parameters
    ----------
    scores
        What each gives to the title's score, largest first; at least one.
    like
        The place among the profile's likes of the one that the best starts with.
    label, node
        The label and the position of the node that it passes right before the title.
    relationship
        The type of its last step.
    """

    scores: list[float]
    like: int
    label: str
    node: int
    relationship: str


def best_walks(outcome: Outcome, title: int, k: int) -> BestWalks | None:
    """Return the ``k`` single walks that give most to a title's score.

    Parameters
    ----------
    outcome
        What a walk came to for somebody.
    title
        The position of a title that is no like.
    k
        How many, at least 1; fewer where there are fewer.

    Returns
    -------
    BestWalks or None
        ``None`` where the walk is no sum over single walks, or none leads to the title.

    Examples
    --------
    >>> from cinewalk.graph.model.example import example_graph
    >>> from cinewalk.graph.walks.registry import Registry
    >>> from cinewalk.graph.model.profile import profile_of
    >>> from cinewalk.graph.model.settings import Settings
    >>> graph = example_graph()
    >>> walk, profile = Registry(graph, Settings()).walk("neighbours"), profile_of(graph, 0, 5.0)
    >>> best = best_walks(walk.run(profile), graph.titles.ids.position("brazil"), 3)
    >>> len(best.scores), best.label, graph.users.ids.ids[best.node], best.relationship
    (3, 'User', 'ben', 'LIKES')
    """
    walks = list(islice(outcome.long_walks(title), k))
    if walks:
        best = walks[0]
        kind = schema.RELATIONSHIPS[best.relationships[-1]]
        return BestWalks([walk.score for walk in walks], best.seed, *best.nodes[-2], kind.type)
    seeds, viewers, scores = united(outcome.paths(title).values())
    if not len(scores):
        return None
    return BestWalks(
        scores[:k].tolist(), int(seeds[0]), schema.USER.label, int(viewers[0]), schema.LIKES.type
    )
