"""What to show where no walk leads: the titles that most viewers like."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import numpy as np

from cinewalk.graph.walks.base.result import Unshared, Walk

if TYPE_CHECKING:
    from cinewalk.graph.model.profile import Profile
    from cinewalk.graph.model.relation import Relation
    from cinewalk.graph.numeric.arrays import FloatArray
    from cinewalk.graph.walks.base.result import Ground, Outcome


@dataclass(frozen=True, slots=True, eq=False)
class Popularity(Walk):
    """``score_j`` is the share of all users who like ``j``; nobody's own likes add to it.

    Parameters
    ----------
    likes
        The graph's ``LIKES`` relationship.

    Examples
    --------
    >>> from cinewalk.graph.model.example import example_graph
    >>> from cinewalk.graph.model.profile import profile_of
    >>> graph = example_graph()
    >>> scores = Popularity(graph.likes).run(profile_of(graph, 6, 20.0)).scores
    >>> float(scores[graph.titles.ids.position("blade")]) == 3 / 7
    True
    """

    likes: Relation
    name: str = field(default="popularity", init=False)

    @classmethod
    def of(cls, ground: Ground) -> Popularity:
        """Make the walk on what is given."""
        return cls(ground.graph.likes)

    @property
    def personal(self) -> bool:
        """No: everybody gets the same."""
        return False

    def run(self, profile: Profile) -> Outcome:
        """Return everybody's list: no title is in it because of anything that the person likes."""
        scores: FloatArray = np.diff(self.likes.reverse_indptr) / max(self.likes.shape[0], 1)
        return Unshared(scores, self.name, len(profile.titles))
