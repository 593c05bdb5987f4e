"""The walks of one graph by their names, and what of them can be computed beforehand."""

from __future__ import annotations

from dataclasses import dataclass, fields, replace
from functools import cached_property
from typing import TYPE_CHECKING

from cinewalk.errors import RequestError
from cinewalk.graph.model import schema
from cinewalk.graph.model.settings import Prepared, Weights
from cinewalk.graph.walks.base.blend import Blend
from cinewalk.graph.walks.base.popularity import Popularity
from cinewalk.graph.walks.cold_start.content_based import ContentBased
from cinewalk.graph.walks.cold_start.group_popularity import GroupPopularity
from cinewalk.graph.walks.cold_start.newcomers import Newcomers
from cinewalk.graph.walks.neighbours.learned import LearnedTitles, LearnedViewers
from cinewalk.graph.walks.neighbours.sequence import Sequence, has_order
from cinewalk.graph.walks.neighbours.shared import Likes, SharedTitles, SharedViewers
from cinewalk.graph.walks.pagerank.pagerank import PageRank

if TYPE_CHECKING:
    from collections.abc import Callable

    from cinewalk.graph.model.graph import Graph
    from cinewalk.graph.model.settings import Settings
    from cinewalk.graph.numeric.arrays import CSR
    from cinewalk.graph.walks.base.result import Walk
    from cinewalk.graph.walks.neighbours.refresh import Increment

#: Every walk by the name that it is asked for; the first is the default.
WALKS = (
    "blend",
    "neighbours",
    "shared-viewers",
    "shared-titles",
    "learned-titles",
    "learned-viewers",
    "sequence",
    "pagerank",
    "newcomers",
    "popularity",
)

#: The parts of the blend whose rows can be computed beforehand, by the names of their settings.
_PREPARED = ("shared_viewers", "learned_titles", "learned_viewers", "sequence")

#: Finding everybody's viewers at once takes as long as one by one for one in so many of all.
_WORTH = 2


@dataclass(frozen=True, eq=False)
class Registry:
    """The walks of one graph under given settings; each is made when it is first asked for.

    Parameters
    ----------
    graph
        The graph; what has been prepared in it under the same parameters is used.
    settings
        The parameters of every walk.
    """

    graph: Graph
    settings: Settings

    def walk(self, name: str) -> Walk:
        """Return a walk by its name.

        Raises
        ------
        RequestError
            Where there is no such walk.
        """
        if name not in WALKS:
            raise RequestError(f"there is no walk {name!r}; there are {', '.join(WALKS)}.")
        walk: Walk = getattr(self, name.replace("-", "_"))
        return walk

    @cached_property
    def likes(self) -> Likes:
        """The likes of the graph."""
        return Likes(self.graph.likes)

    @cached_property
    def shared_viewers(self) -> SharedViewers:
        """Titles that share viewers."""
        return SharedViewers(self.likes, self.settings.shared_viewers, self._stored("shared_viewers"))

    @cached_property
    def shared_titles(self) -> SharedTitles:
        """Viewers who share titles."""
        return SharedTitles(self.likes, self.settings.shared_titles)

    @cached_property
    def learned_titles(self) -> LearnedTitles:
        """Titles with fitted weights."""
        return LearnedTitles(self.likes, self.settings.learned_titles, self._stored("learned_titles"))

    @cached_property
    def learned_viewers(self) -> LearnedViewers:
        """Viewers with fitted weights."""
        return LearnedViewers(self.likes, self.settings.learned_viewers, self._stored("learned_viewers"))

    @cached_property
    def sequence(self) -> Sequence:
        """Titles that follow each other."""
        return Sequence(self.likes, self.settings.sequence, self._stored("sequence"))

    @cached_property
    def neighbours(self) -> Blend:
        """The two shared-neighbour walks in equal parts."""
        return Blend("neighbours", (self.shared_viewers, self.shared_titles), (1.0, 1.0))

    @cached_property
    def blend(self) -> Blend:
        """All parts, by their weights; the sequence only where times tell likes apart."""
        weights = {name: weight for name, weight in self.weights.items() if weight > 0}
        return Blend("blend", [getattr(self, name) for name in weights], list(weights.values()))

    @cached_property
    def weights(self) -> dict[str, float]:
        """The weight in the blend of each part, by the name of its settings; they sum to 1."""
        blended = self._blended()
        weights = {
            part.name: getattr(self.settings.weights, part.name) if part.name in blended else 0.0
            for part in fields(Weights)
        }
        total = sum(weights.values())
        return {name: weight / total for name, weight in weights.items()}

    @cached_property
    def pagerank(self) -> PageRank:
        """Personalized PageRank."""
        return PageRank(self.graph, damping=self.settings.damping)

    @cached_property
    def kin(self) -> ContentBased:
        """Titles that hardly anybody has liked yet, by their genres and people."""
        return ContentBased(self.graph, self.graph.likes, self.settings.newcomers.few)

    @cached_property
    def newcomers(self) -> Newcomers:
        """The blend, and what the crowd likes as long as somebody has few likes."""
        members, parameters = self.graph.relations[schema.USER_IN_GROUP.name], self.settings.newcomers
        crowd = GroupPopularity(self.graph.likes, members, parameters)
        return Newcomers(self.blend, crowd, self.kin, parameters)

    @cached_property
    def popularity(self) -> Popularity:
        """What most viewers like."""
        return Popularity(self.graph.likes)

    def expect(self, name: str, people: int, progress: Callable[[str, int, int], None] | None = None) -> None:
        """Compute what lists of a walk for so many people have in common, in whatever way is quickest.

        Parameters
        ----------
        name
            The walk's name.
        people
            How many of the graph's users are asked for, at least.
        progress
            Told what is computed, and how many of how many rows are done.
        """
        used = self._used_by(name)
        many = people * _WORTH >= len(self.graph.users)
        if "shared_titles" in used and self.shared_titles.stored is None and many:
            self._find_viewers("learned_viewers" in used, progress)
        for part in used:
            if part in _PREPARED:
                _ = getattr(self, part).rows

    def prepared(
        self, progress: Callable[[str, int, int], None] | None = None, since: Graph | None = None
    ) -> Graph:
        """Return the graph with the rows of the blend's parts computed.

        Parameters
        ----------
        progress
            Told what is computed, and how many of how many rows are done.
        since
            An earlier graph: what was prepared in it under the same parameters is brought up to date where that is
            quicker, to the same rows (see :mod:`cinewalk.graph.walks.neighbours.refresh`).
        """
        earlier = None if since is None else Registry(since, self.settings)
        increment = None if earlier is None else earlier._increment(self.graph)
        rows: dict[str, CSR] = {}
        for name in self._blended():
            if name in _PREPARED:
                part = getattr(self, name)
                tell = None if progress is None else _told(progress, f"Preparing {part.name}")
                found = self._stored(name)
                if found is None and earlier is not None and increment is not None:
                    found = increment.rows(name, earlier._known(name), tell)
                rows[name] = part.prepare(tell) if found is None else found
        return replace(self.graph, prepared=Prepared(self.settings, rows))

    def renewed(self, graph: Graph, progress: Callable[[str, int, int], None] | None = None) -> Graph:
        """Return a later graph with the rows that are known here, brought up to date.

        What is not known yet, or is as quickly computed anew, is left to be computed when it is first needed.

        Parameters
        ----------
        graph
            The later graph.
        progress
            Told what is computed, and how many of how many rows are done.
        """
        rows: dict[str, CSR] = {}
        increment = self._increment(graph)
        for name in _PREPARED:
            tell = None if progress is None else _told(progress, f"Preparing {name.replace('_', '-')}")
            found = increment.rows(name, self._known(name), tell)
            if found is not None:
                rows[name] = found
        return replace(graph, prepared=Prepared(self.settings, rows)) if rows else graph

    def _blended(self) -> list[str]:
        names = ["shared_viewers", "shared_titles", "learned_titles", "learned_viewers", "sequence"]
        used = [name for name in names if getattr(self.settings.weights, name) > 0]
        if used == ["sequence"] or "sequence" not in used or has_order(self.likes):
            return used
        return used[:-1]

    def _used_by(self, name: str) -> list[str]:
        """Return the parts of a walk by the names of their settings."""
        if name in ("blend", "newcomers"):
            return self._blended()
        return ["shared_viewers", "shared_titles"] if name == "neighbours" else [name.replace("-", "_")]

    def _find_viewers(self, learned_too: bool, progress: Callable[[str, int, int], None] | None) -> None:
        """Find everybody's viewers, for both walks over viewers at once where both sum up the same."""
        shared, learned = self.shared_titles, self.learned_viewers
        alike = shared.parameters.title_exponent == learned.parameters.title_exponent
        together = learned_too and alike and self._known("learned_viewers") is None
        what = f"Preparing {learned.name}" if together else "Finding like-minded viewers"
        tell = None if progress is None else _told(progress, what)
        if together:
            learned.stored, shared.stored = learned.prepare_with(shared, tell)
        else:
            shared.stored = shared.prepare(tell)

    def _increment(self, graph: Graph) -> Increment:
        from cinewalk.graph.walks.neighbours.refresh import Increment

        return Increment(self.graph, graph, self.settings)

    def _known(self, name: str) -> CSR | None:
        """Return the rows of a part, where they have been prepared or were needed before."""
        stored, part = self._stored(name), self.__dict__.get(name)
        return part.__dict__.get("rows") if stored is None and part is not None else stored

    def _stored(self, name: str) -> CSR | None:
        prepared = self.graph.prepared
        if prepared is None or getattr(prepared.settings, name) != getattr(self.settings, name):
            return None
        return prepared.rows.get(name)


def _told(progress: Callable[[str, int, int], None], description: str) -> Callable[[int, int], None]:
    return lambda done, total: progress(description, done, total)
