"""Everybody's lists for an audit, with re-ranks where there are any."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final, NamedTuple

from cinewalk.graph.numeric.progress import Progress, no_progress
from cinewalk.graph.rerank.lists import Wanted, make_lists
from cinewalk.graph.walks.base.people import People
from cinewalk.graph.walks.prepare import prepare
from cinewalk.graph.walks.registry import Registry
from cinewalk.queries.evaluate.evaluation import ranked_lists

if TYPE_CHECKING:
    from cinewalk.graph.model.graph import Graph
    from cinewalk.graph.model.settings import Settings
    from cinewalk.graph.numeric.arrays import Int32Array
    from cinewalk.graph.rerank.chain import RerankChain
    from cinewalk.graph.walks.base.result import Walk

#: How long lists are that are looked at, and those that recall is measured on.
SHORT, LONG = 10, 20

#: The walks that rows can be prepared for.
_PREPARED: Final = {"blend", "newcomers", "neighbours"}


class AuditLists(NamedTuple):
    """Titles best first, one row a viewer, in two lengths; a re-rank may make them differ."""

    short: Int32Array
    long: Int32Array


@dataclass(frozen=True, slots=True, eq=False)
class ListMaker:
    """How lists are made.

    Parameters
    ----------
    settings
        The parameters of the walks.
    walk
        A walk's name; ``None`` for what a recommender does by itself: the walk for newcomers, which from
        ``settings.newcomers.enough`` likes on is the blend.
    remedies
        The re-ranks; ``None`` for none.
    users
        Whose lists.
    """

    settings: Settings
    walk: str | None
    remedies: RerankChain | None
    users: Int32Array

    @property
    def name(self) -> str:
        """The walk in words."""
        if self.walk is not None:
            return self.walk
        return f"blend, and newcomers below {self.settings.newcomers.enough} likes"

    def prepared(self, graph: Graph, progress: Progress = no_progress) -> Graph:
        """Return a graph with the rows computed that the walk takes."""
        if self.walk is not None and self.walk not in _PREPARED:
            return graph
        return prepare(Registry(graph, self.settings), progress)

    def lists(self, graph: Graph, what: str, progress: Progress = no_progress) -> AuditLists:
        """Make the lists on a graph.

        Parameters
        ----------
        graph
            What the walk may know.
        what
            What the lists are, for who waits.
        progress
            Told how many are made.
        """
        walk = Registry(graph, self.settings).walk(self.walk or "newcomers")

        def tell(_: str, done: int, total: int) -> None:
            progress(f"Making lists, {what}", done, total)

        if self.remedies is None:
            ranked = ranked_lists(graph, walk, self.users, LONG, self.settings.half_life, tell)
            return AuditLists(ranked[:, :SHORT], ranked)
        return self._reranked(graph, walk, self.remedies, tell)

    def _reranked(self, graph: Graph, walk: Walk, remedies: RerankChain, tell: Progress) -> AuditLists:
        people = People(graph, self.settings.half_life)
        wanted = [Wanted(size, remedies) for size in (SHORT, LONG)]
        short, long = make_lists(
            walk, people, self.users, wanted, lambda done: tell("", done, len(self.users))
        )
        return AuditLists(short.titles, long.titles)
