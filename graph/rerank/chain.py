"""Re-rankers against bias and the bubble, of one dial each, one after the other: remedies, for users."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from functools import cached_property
from typing import TYPE_CHECKING, Final

import numpy as np

from cinewalk.errors import RequestError
from cinewalk.graph.attributes.exposure_share import exposure_share
from cinewalk.graph.attributes.title_groups import TitleGroup
from cinewalk.graph.model import schema
from cinewalk.graph.model.settings import settings_in
from cinewalk.graph.numeric import topk
from cinewalk.graph.numeric.resampling import sample_of
from cinewalk.graph.rerank.base import Remedied, RerankContext
from cinewalk.graph.rerank.bubble import Bubble
from cinewalk.graph.rerank.calibration import Calibration
from cinewalk.graph.rerank.exposure_floor import ExposureFloor, bonus_for
from cinewalk.graph.rerank.mmr import Diversification
from cinewalk.graph.rerank.popularity import PopularityDiscount
from cinewalk.graph.walks.base.people import People
from cinewalk.graph.walks.registry import Registry

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from cinewalk.graph.model.graph import Graph
    from cinewalk.graph.model.profile import Profile
    from cinewalk.graph.numeric.arrays import BoolArray, FloatArray, Int32Array
    from cinewalk.graph.rerank.base import Reranker
    from cinewalk.graph.walks.base.result import Walk

#: What each re-ranker is asked for with, as an example of each.
EXAMPLES: Final = (
    "popularity=0.1",
    "calibrated=0.1",
    "bubble=2",
    "floor=year:before:1980:0.25",
    "diverse=0.05",
)

#: Over the lists of how many users a floor is found, at most; of fewer where their scores would take more numbers.
_MOST_USERS: Final = 1000
_MOST_NUMBERS: Final = 50_000_000
_K: Final = 10
_ROUNDS: Final = 2
_AT_A_TIME: Final = 64


@dataclass(frozen=True, eq=False)
class RerankChain:
    """Re-rankers that follow each other: each makes scores of scores, and the list is what the last ones rank.

    So the scores that are shown always agree with the order, ties go by title id as everywhere, and what the re-rankers
    added and the walk's own score add up to the score that is shown. What a re-ranker promises it keeps if it is the
    last; one that follows may undo a part of it. Dials at 0 change nothing at all.

    Parameters
    ----------
    remedies
        The re-rankers.
    graph
        The graph.
    walk
        The walk whose lists the bonus of an exposure floor is found on.
    half_life
        Of the recency of its seeds.

    Examples
    --------
    >>> from cinewalk.graph.model.example import example_graph
    >>> from cinewalk.graph.model.profile import profile_of
    >>> graph = example_graph()
    >>> chain = RerankChain.parse("calibrated=0.3, bubble=1", graph)
    >>> str(chain)
    'calibrated=0.3,bubble=1'
    >>> profile = profile_of(graph, graph.users.ids.position("ann"), 5.0)
    >>> from cinewalk.graph.model.settings import Settings
    >>> walk = Registry(graph, Settings()).walk("blend")
    >>> titles, _ = chain.ranked(walk.run(profile).scores, profile, profile.hidden, 2)
    >>> [graph.titles.ids.ids[title] for title in titles.tolist()]
    ['brazil']
    """

    remedies: tuple[Reranker, ...]
    graph: Graph
    walk: Walk
    half_life: float

    @classmethod
    def parse(
        cls, spec: str, graph: Graph, *, parts: Registry | None = None, walk: Walk | None = None
    ) -> RerankChain:
        """Read what people write: remedies with their dials.

        Parameters
        ----------
        spec
            Remedies with their dials, split by commas, such as ``calibrated=0.1,floor=creator.gender:F:0.3,bubble=2``:
            ``popularity=β``, ``calibrated=λ`` (``calibrated`` alone is .1), ``bubble=q``, ``diverse=λ``, and
            ``floor=GROUP:SHARE`` with a group as :meth:`cinewalk.graph.attributes.title_groups.TitleGroup.of` takes it.
        graph
            The graph.
        parts
            The walks of the graph; by default under the settings that it was prepared with.
        walk
            The walk whose lists a floor is for; by default the one that people get unless they name another.

        Raises
        ------
        RequestError
            Where a re-ranker is unknown or there twice, its dial no number or out of range, or the graph lacks what it
            needs.
        """
        if parts is None:
            parts = Registry(graph, settings_in(graph.prepared))
        # A comma may be part of a name: what follows one that parts re-rankers is a word, and `=` or the end.
        texts = [text.strip() for text in re.split(r",(?=\s*[a-z]+\s*(?:=|,|$))", spec)]
        rerankers = [_reranker(text, graph) for text in texts if text]
        labels = [reranker.label for reranker in rerankers]
        for reranker in rerankers:
            if labels.count(reranker.label) > 1:
                raise RequestError(f"{reranker.name} is there twice in {spec!r}; name it once.")
        return cls(tuple(rerankers), graph, walk or parts.walk("newcomers"), parts.settings.half_life)

    def __str__(self) -> str:
        return ",".join(map(str, self.remedies))

    @cached_property
    def ready(self) -> tuple[Reranker, ...]:
        """The re-rankers whose dial is not 0, with the bonuses of exposure floors found.

        Raises
        ------
        RequestError
            Where a floor cannot be reached.
        """
        rerankers = [reranker for reranker in self.remedies if reranker.dial]
        floors = [place for place, reranker in enumerate(rerankers) if isinstance(reranker, ExposureFloor)]
        if not floors:
            return tuple(rerankers)
        people = self._sample()
        # Where there are several, a later one takes from an earlier one, which then needs more.
        for place in floors * (_ROUNDS if len(floors) > 1 else 1):
            floor = rerankers[place]
            assert isinstance(floor, ExposureFloor)
            share_at = _share_at(rerankers, place, people)
            rerankers[place] = replace(floor, bonus=bonus_for(floor.dial, share_at, str(floor)))
        return tuple(rerankers)

    def on(self, graph: Graph) -> RerankChain:
        """Return the re-rankers on a graph of other likes: popularity is counted there, bonuses of floors stay."""
        chain = replace(self, graph=graph)
        # What a cached property holds is taken as it is.
        vars(chain)["ready"] = tuple(
            replace(reranker, graph=graph)
            if isinstance(reranker, PopularityDiscount | Diversification)
            else reranker
            for reranker in self.ready
        )
        return chain

    def applied(self, scores: FloatArray, profile: Profile, hidden: BoolArray, k: int) -> Remedied:
        """Re-rank one person's list.

        Parameters
        ----------
        scores
            What a walk came to, one number per title.
        profile
            The person.
        hidden
            For every title, whether it must not be returned.
        k
            How many titles the list has.
        """
        context, parts = RerankContext(profile, hidden, k), {}
        for reranker in self.ready:
            before, scores = scores, reranker.adjusted(scores, context)
            parts[reranker.label] = scores - before
        return Remedied(scores, parts)

    def ranked(
        self, scores: FloatArray, profile: Profile, hidden: BoolArray, k: int, size: int = 0
    ) -> tuple[Int32Array, FloatArray]:
        """Return the titles of the list, best first, and the scores that are shown, which agree with the order.

        Parameters are as for :meth:`applied`; ``size`` is how many titles to return, ``k`` where it is 0.
        """
        return topk.rank(self.applied(scores, profile, hidden, k).scores, hidden, size or k)

    def lines(
        self, scores: FloatArray, profile: Profile, hidden: BoolArray, k: int, title: int
    ) -> dict[str, float]:
        """Return what each re-ranker added to a title's score, by its label: with the walk's score, what is shown.

        Parameters are as for :meth:`applied`, and the title's position.
        """
        return self.applied(scores, profile, hidden, k).lines(title)

    def _sample(self) -> list[tuple[RerankContext, FloatArray]]:
        """Return users with likes and their scores."""
        users = np.flatnonzero(np.diff(self.graph.likes.indptr))
        most = min(_MOST_USERS, max(_MOST_NUMBERS // max(len(self.graph.titles), 1), 1))
        if len(users) > most:
            users = sample_of(users, most, np.random.default_rng(0))
        people = []
        for several in People(self.graph, self.half_life).some(users.astype(np.int32)).pieces(_AT_A_TIME):
            for row, scores in enumerate(self.walk.run_many(several).scores):
                profile = several.profile(row)
                people.append((RerankContext(profile, profile.hidden, _K), scores))
        return people


def _share_at(
    rerankers: Sequence[Reranker], place: int, people: Sequence[tuple[RerankContext, FloatArray]]
) -> Callable[[float], float]:
    """Return what measures the share of exposure that one of the re-rankers, a floor, gets with a bonus."""
    before, floor, after = rerankers[:place], rerankers[place], rerankers[place + 1 :]
    assert isinstance(floor, ExposureFloor)
    prepared = [(context, _after(before, scores, context)) for context, scores in people]

    def share_at(bonus: float) -> float:
        following = [replace(floor, bonus=bonus), *after]
        lists = (
            topk.rank(_after(following, scores, context), context.hidden, context.k)[0]
            for context, scores in prepared
        )
        return exposure_share(lists, floor.group.parts)

    return share_at


def _after(rerankers: Sequence[Reranker], scores: FloatArray, context: RerankContext) -> FloatArray:
    for reranker in rerankers:
        scores = reranker.adjusted(scores, context)
    return scores


def _reranker(text: str, graph: Graph) -> Reranker:
    name, has_dial, value = (word.strip() for word in text.partition("="))
    if name == Calibration.name and not has_dial:
        return Calibration(_with_genres(graph, text))
    if name == ExposureFloor.name:
        group, _, last = value.rpartition(":")
        share = _share(text, last)
        return ExposureFloor(TitleGroup.of(graph, group), share)
    if name == Calibration.name:
        return Calibration(_with_genres(graph, text), _number(text, value))
    if name == Bubble.name:
        return Bubble(_with_genres(graph, text), _number(text, value))
    if name == PopularityDiscount.name:
        return PopularityDiscount(graph, _number(text, value))
    if name == Diversification.name:
        return Diversification(graph, _number(text, value))
    raise RequestError(f"there is no remedy {text!r}; there are {', '.join(EXAMPLES)}.")


def _number(text: str, value: str) -> float:
    try:
        return float(value)
    except ValueError:
        name = text.partition("=")[0].strip()
        example = next(example for example in EXAMPLES if example.startswith(name))
        raise RequestError(f"{text!r} ends in no number; write it as in {example}.") from None


def _share(text: str, value: str) -> float:
    share = _number(text, value)
    if not 0 <= share < 1:
        raise RequestError(f"{text!r} ends in no share of 0 to 1; write it as in {EXAMPLES[3]}.")
    return share


def _with_genres(graph: Graph, text: str) -> Graph:
    if not len(graph.relations[schema.IN_GENRE.name]):
        raise RequestError(f"{text!r} needs genres, and no title of this graph has one.")
    return graph
