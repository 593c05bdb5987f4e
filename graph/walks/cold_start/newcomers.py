"""What to show somebody of whom little is known: what the crowd likes, less and less as their own likes come."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from cinewalk.graph.model import schema
from cinewalk.graph.walks.base.blend import MixedOutcome, Part
from cinewalk.graph.walks.base.people import Outcomes
from cinewalk.graph.walks.base.result import Walk
from cinewalk.graph.walks.cold_start.content_based import ContentBased
from cinewalk.graph.walks.cold_start.group_popularity import GroupPopularity

if TYPE_CHECKING:
    from collections.abc import Sequence

    from cinewalk.graph.model.profile import Profile
    from cinewalk.graph.model.settings import NewcomerParameters
    from cinewalk.graph.numeric.arrays import Int32Array
    from cinewalk.graph.walks.base.like_rows import Likes
    from cinewalk.graph.walks.base.people import Several
    from cinewalk.graph.walks.base.result import Ground, Outcome


class Mixture(NamedTuple):
    """How much each walk counts for somebody who likes so many titles; they sum to 1."""

    crowd: float
    following: float
    history: float


class Newcomers(Walk):
    """The walk for somebody with few likes, or none: the crowd, what follows their likes, and then their history.

    ``score_j = (1 - w) · (c · N(crowd)_j + (1 - c) · N(following)_j) + w · N(history)_j``, with ``n`` their number of
    likes, ``N`` division by the L2 norm over what may be shown, ``c = h / (h + n)`` and ``w = min(1, n / m)^p``: from
    ``m`` likes on it is the history, as it is. ``crowd`` is
    :class:`cinewalk.graph.walks.cold_start.group_popularity.GroupPopularity`, in which likes count as circles of those
    who share them, ``following`` the sequence-aware walk from the likes. Where times do not tell likes apart, or the
    blend is without that walk, the history takes its place.

    As long as ``w < 1``, titles that hardly anybody has liked are added by their genres and people
    (:class:`cinewalk.graph.walks.cold_start.content_based.ContentBased`): ``κ · best · kin_j / max kin``, so the best
    of them scores ``κ`` times the best of the others that may be shown. The person's own taste in genres and people
    counts as much there as all but the crowd does here, ``1 - (1 - w) · c``.

    Parameters
    ----------
    history
        The walk from all of their likes.
    following
        The walk to what follows their first likes.
    group_popularity
        What the crowd likes.
    content_based
        The walk to titles without viewers.
    parameters
        ``h``, ``m``, ``p`` and ``κ``: ``halfway``, ``enough``, ``fade`` and ``kin``.

    Examples
    --------
    >>> from cinewalk.graph.model.example import example_graph
    >>> from cinewalk.graph.walks.registry import Registry
    >>> from cinewalk.graph.model.profile import profile_of
    >>> from cinewalk.graph.model.settings import Settings
    >>> graph = example_graph()
    >>> walk = Registry(graph, Settings()).walk("newcomers")
    >>> outcome = walk.run(profile_of(graph, graph.users.ids.position("gus"), 5.0))
    >>> graph.titles.ids.ids[int(outcome.scores.argmax())], outcome.beyond
    ('alien', (('', -1),))
    """

    name = "newcomers"

    def __init__(
        self,
        history: Walk,
        following: Walk,
        group_popularity: GroupPopularity,
        content_based: ContentBased,
        parameters: NewcomerParameters,
    ) -> None:
        self.history, self.following, self.parameters = history, following, parameters
        self.group_popularity, self.content_based = group_popularity, content_based

    @classmethod
    def of(cls, ground: Ground) -> Newcomers:
        """Make the blend, and what counts beside it as long as somebody has few likes."""
        graph, parameters = ground.graph, ground.settings.newcomers
        history = ground.walk("blend")
        following = ground.walk("sequence") if ground.weights["sequence"] > 0 else history
        members = graph.relations[schema.USER_IN_GROUP.name]
        group_popularity = GroupPopularity(graph.likes, members, parameters)
        content_based = ContentBased(graph, graph.likes, parameters.few)
        return cls(history, following, group_popularity, content_based, parameters)

    @property
    def parts(self) -> tuple[Walk, ...]:
        """The walks that the history is made of."""
        return self.history.parts

    @property
    def asks_groups(self) -> bool:
        """Yes, as long as somebody has few likes."""
        return True

    def without(self, likes: Likes, user: int, titles: Int32Array) -> Newcomers:
        """Return the walk for somebody whose likes of some titles are gone."""
        history = self.history.without(likes, user, titles)
        same = self.following is self.history
        return Newcomers(
            history,
            history if same else self.following.without(likes, user, titles),
            self.group_popularity.without(likes.relation, titles),
            self.content_based.on(likes.relation),
            self.parameters,
        )

    def mixture(self, count: int) -> Mixture:
        """Return how much each walk counts for somebody who likes so many titles."""
        parameters = self.parameters
        history = min(1.0, count / parameters.enough) ** parameters.fade if count else 0.0
        crowd = parameters.halfway / (parameters.halfway + count)
        return Mixture((1 - history) * crowd, (1 - history) * (1 - crowd), history)

    def run(self, profile: Profile) -> Outcome:
        """Add up what counts; the profile may be without likes."""
        likes = len(profile.titles)
        mixture = self.mixture(likes)
        if likes >= self.parameters.enough:
            return self.history.run(profile)
        outcomes = [(self.group_popularity.run(profile), mixture.crowd)]
        if likes and self.following is self.history:
            outcomes.append((self.history.run(profile), 1 - mixture.crowd))
        elif likes:
            outcomes.append((self.following.run(profile), mixture.following))
            outcomes.append((self.history.run(profile), mixture.history))
        parts = [Part.normed(outcome, profile.hidden, weight) for outcome, weight in outcomes]
        if self.parameters.kin:
            parts.append(self._new_titles(profile, 1 - mixture.crowd, MixedOutcome.of(parts, likes)))
        return MixedOutcome.of(parts, likes)

    def run_many(self, several: Several) -> Outcomes:
        """Run the history of all who have one that counts alone at once, and of the others one after the other."""
        is_known = several.likes >= self.parameters.enough
        if is_known.all():
            return self.history.run_many(several)
        known, new = (np.flatnonzero(chosen).astype(np.int32) for chosen in (is_known, ~is_known))
        others = super().run_many(several.of(new))
        return SplitOutcomes(several, ((new, others), (known, self.history.run_many(several.of(known)))))

    def _new_titles(self, profile: Profile, weight: float, others: Outcome) -> Part:
        outcome = self.content_based.run(profile, weight)
        highest, hidden = outcome.best(profile.hidden), profile.hidden
        scale = self.parameters.kin * others.best(hidden) / highest if highest > 0 else 0.0
        return Part(outcome, scale)


class SplitOutcomes(Outcomes):
    """What walks came to for several people, of whom some were asked one thing and some another."""

    def __init__(self, several: Several, pieces: Sequence[tuple[Int32Array, Outcomes]]) -> None:
        self.several, self.scores = several, np.empty((len(several), several.titles))
        self._places: dict[int, tuple[Outcomes, int]] = {}
        for rows, outcomes in pieces:
            self.scores[rows] = outcomes.scores
            self._places |= {row: (outcomes, place) for place, row in enumerate(rows.tolist())}

    def outcome(self, row: int) -> Outcome:
        """Return what it came to for one of them."""
        outcomes, place = self._places[row]
        return outcomes.outcome(place)
