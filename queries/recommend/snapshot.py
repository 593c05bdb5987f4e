"""What readers see of a recommender: one immutable state, on which a call works to its end."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from functools import cached_property
from typing import TYPE_CHECKING, Any, Final

import numpy as np

from cinewalk.errors import RequestError
from cinewalk.graph.attributes.viewer_groups import without_groups
from cinewalk.graph.model import schema
from cinewalk.graph.model.graph_checks import check_ids
from cinewalk.graph.model.maturity import limit_of, too_mature
from cinewalk.graph.model.profile import profile_of
from cinewalk.graph.model.settings import Settings, settings_in
from cinewalk.graph.model.time_windows import late_times, present
from cinewalk.graph.rerank.first_part_first import FirstPartFirst
from cinewalk.graph.walks.base.people import People
from cinewalk.graph.walks.registry import WALKS, Registry
from cinewalk.loaders.store.kept import events_of
from cinewalk.loaders.store.settings_file import read_settings
from cinewalk.queries.recommend.request import Asked, Person
from cinewalk.queries.words.catalogue import Catalogue

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from pathlib import Path

    from cinewalk.graph.model.graph import Graph
    from cinewalk.graph.model.profile import Profile
    from cinewalk.graph.model.user_events import UserEvents
    from cinewalk.graph.numeric.arrays import BoolArray, Int32Array, Int64Array
    from cinewalk.graph.rerank.chain import RerankChain
    from cinewalk.graph.walks.base.result import Walk
    from cinewalk.graph.walks.cold_start.similar_titles import SimilarTitles
    from cinewalk.graph.walks.cold_start.taste import TasteWalk
    from cinewalk.queries.recommend.request import Request

#: How many different remedies are kept at a time.
_MOST_CHAINS: Final = 32


@dataclass(frozen=True, slots=True)
class Defaults:
    """What a recommender does unless a call says otherwise.

    Parameters
    ----------
    settings
        The parameters of all walks.
    walk
        The walk's name; ``None`` for the blend, and newcomers for people with few likes.
    groups
        Whether demographic groups count.
    rerank
        The remedies of every list.
    called
        What people call the graph; empty where it has no name.
    """

    settings: Settings
    walk: str | None = None
    groups: bool = True
    rerank: str = ""
    called: str = ""


@dataclass(frozen=True, eq=False)
class Snapshot:
    """A graph, its walks, and what has been told since it was read; nothing of it changes.

    Parameters
    ----------
    graph
        The graph.
    defaults
        What counts unless a call says otherwise.
    events
        By user id, all that somebody did of whom something has been told beside the graph.
    """

    graph: Graph
    defaults: Defaults
    events: Mapping[str, UserEvents] = field(default_factory=dict)
    _chains: dict[tuple[str, str | None, str | None], RerankChain] = field(default_factory=dict, repr=False)

    def __reduce__(self) -> tuple[Any, ...]:
        """Leave walks, names and remedies behind: they are made again when they are asked for."""
        return Snapshot, (self.graph, self.defaults, self.events)

    @cached_property
    def registry(self) -> Registry:
        """The walks of the graph."""
        graph = self.graph if self.defaults.groups else without_groups(self.graph)
        return Registry(graph, self.defaults.settings)

    @cached_property
    def people(self) -> People:
        """The users of the graph, as walks for many of them start."""
        return People(self.registry.graph, self.defaults.settings.half_life)

    @cached_property
    def similar_titles(self) -> SimilarTitles:
        """What is like a title, unless a walk is named."""
        from cinewalk.graph.walks.cold_start.similar_titles import SimilarTitles

        return SimilarTitles.of(self.registry)

    @cached_property
    def first_part_first(self) -> FirstPartFirst:
        """The order of parts of one story."""
        return FirstPartFirst(self.registry.graph)

    @cached_property
    def taste_walk(self) -> TasteWalk:
        """The walk for a taste put in words."""
        from cinewalk.graph.walks.cold_start.taste import TasteWalk
        from cinewalk.graph.walks.pagerank.pagerank import PageRank

        return TasteWalk(self.similar_titles, self.registry.get(PageRank))

    @cached_property
    def late_times(self) -> Int64Array:
        """When the latest events of the graph were."""
        return late_times(self.graph)

    @cached_property
    def present(self) -> int:
        """The instant that "now" is for the graph and what was told; see :func:`present`."""
        told = [
            int(values[schema.TIMESTAMP.name])
            for person in self.events.values()
            for kind in person.events.values()
            for values in kind.values()
            if values[schema.TIMESTAMP.name] != schema.UNKNOWN_TIME
        ]
        return present(self.late_times, told)

    @cached_property
    def catalogue(self) -> Catalogue:
        """The names of the graph's users and titles."""
        return Catalogue(self.graph, self.defaults.settings.privacy.smallest, self.defaults.called)

    def told(self, user_id: str, events: UserEvents) -> Snapshot:
        """Return what there is once somebody has done something more; the graph and its walks are the same."""
        return self.with_events({**self.events, user_id: events})

    def with_events(self, events: Mapping[str, UserEvents]) -> Snapshot:
        """Return what there is once people have done this; the graph and its walks are the same."""
        later = replace(self, events=events)
        names = ("late_times", "first_part_first")
        kept: dict[str, Any] = {name: vars(self)[name] for name in names if name in vars(self)}
        vars(later).update(kept, registry=self.registry, catalogue=self.catalogue, people=self.people)
        return later

    def known_as(self, user: str) -> str:
        """Return the id of a person: as it is where somebody has it, else without the blanks around it."""
        text = str(user)
        if text in self.events or self.graph.users.ids.find(text) is not None:
            return text
        if not text.strip():
            raise RequestError("the user's id is empty.")
        check_ids(schema.USER.label, [text.strip()])
        return text.strip()

    def events_of(self, user_id: str) -> UserEvents:
        """Return what a person did, as it is now; somebody new has done nothing."""
        events = self.events.get(user_id)
        return events_of(self.graph, user_id) if events is None else events

    def position(self, user_id: str) -> int | None:
        """Return where the graph has a user; ``None`` where they are known by what they told alone.

        Raises
        ------
        UnknownUserError
            Where nobody has this id.
        """
        if user_id in self.events:
            return self.graph.users.ids.find(user_id)
        return self.catalogue.user(user_id)

    def everybody(self) -> tuple[Sequence[str], Int32Array]:
        """Return the ids of all, those whom the graph knows first, and positions; -1 where it does not know all."""
        ids = self.graph.users.ids.ids
        positions = np.arange(len(ids), dtype=np.int32)
        if not self.events:
            return ids, positions  # in order, and not copied
        places = {user_id: self.graph.users.ids.find(user_id) for user_id in self.events}
        positions[[place for place in places.values() if place is not None]] = -1
        new = [user_id for user_id, place in places.items() if place is None]
        return [*ids, *new], np.concatenate([positions, np.full(len(new), -1, np.int32)])

    def known_likes(self, positions: Int32Array) -> Int64Array:
        """Return how many likes the graph has of people, by their positions; none where that is -1."""
        counts = np.diff(self.graph.likes.indptr, append=self.graph.likes.indptr[-1])
        return np.where(positions >= 0, counts[positions], 0)

    def left_out(self, request: Request) -> BoolArray | None:
        """Tell of every title whether a filter leaves it out; ``None`` where there is none."""
        return None if request.only is None else request.only.hidden(self.catalogue)

    def person(self, user: str) -> Person:
        """Return a person as the walks see them.

        Raises
        ------
        UnknownUserError
            Where nobody has this id.
        """
        user_id = self.known_as(user)
        events, half_life = self.events.get(user_id), self.defaults.settings.half_life
        place = self.position(user_id)
        if events is not None:
            profile, limit = events.profile(self.graph, half_life, place), events.limit
        else:
            assert place is not None
            profile, limit = profile_of(self.graph, place, half_life), limit_of(self.graph, place)
        if not self.defaults.groups:
            profile = replace(profile, groups=profile.groups[:0])
        return Person(user_id, profile, limit)

    def unnamed(self, person: Person) -> BoolArray | None:
        """Tell of every title whether it must not even be named to a person; ``None`` where all may."""
        return None if person.limit is None else too_mature(self.graph.titles, person.limit)

    def check_limit(self, person: Person, title: int) -> None:
        """Refuse to speak of what is too mature for a person: not even its name appears."""
        unnamed = self.unnamed(person)
        if unnamed is not None and unnamed[title]:
            raise RequestError(f"that title is above the maturity limit of user {person.user_id!r}.")

    def walk(self, name: str | None) -> Walk:
        """Return the walk of a name, else the recommender's own."""
        return self.registry.walk(self.walk_name(name))

    def walk_name(self, name: str | None) -> str:
        """Return the name of the walk that is meant."""
        return name or self.defaults.walk or WALKS[0]

    def names(self, name: str | None) -> bool:
        """Tell whether a walk is named, by the call or for the recommender."""
        return bool(name or self.defaults.walk)

    def walk_for(self, profile: Profile, name: str | None) -> Walk:
        """Return the walk for a person: with few likes, the one that also asks the crowd, unless one is named."""
        return self.walk_after(len(profile.titles), name)

    def walk_after(self, likes: int, name: str | None) -> Walk:
        """Return the walk for a person with so many likes; see :meth:`walk_for`."""
        few = likes < self.defaults.settings.newcomers.enough
        return self.registry.walk("newcomers") if few and not self.names(name) else self.walk(name)

    def walk_for_many(self, name: str | None) -> Walk:
        """Return the walk for everybody: unless one is named, that for newcomers, which is the blend for all others."""
        return self.registry.walk("newcomers") if not self.names(name) else self.walk(name)

    def chain_of(self, request: Request) -> RerankChain | None:
        """Return what re-ranks the lists of a request; ``None`` where nothing does."""
        return self.chain(request.rerank, request.walk, request.order)

    def chain(
        self, rerank: str | None, walk: str | None = None, order: str | None = None
    ) -> RerankChain | None:
        """Return the remedies asked for, else the recommender's; ``None`` where there are none.

        They are kept, because the bonus of an exposure floor takes a while to find.
        """
        spec = self.defaults.rerank if rerank is None else rerank
        if not spec.strip() and order is None:
            return None
        key = (spec, walk or self.defaults.walk, order)
        chain = self._chains.get(key)
        if chain is None:
            from cinewalk.graph.rerank.chain import RerankChain

            named = None if key[1] is None else self.registry.walk(key[1])
            chain = RerankChain.parse(spec, self.registry.graph, parts=self.registry, walk=named)
            if order is not None:
                chain = replace(chain, remedies=(*chain.remedies, self.first_part_first))
            if len(self._chains) >= _MOST_CHAINS:
                self._chains.clear()
            self._chains[key] = chain
        return chain

    def ask(self, request: Request) -> Asked:
        """Understand a request about one user."""
        assert request.user is not None
        chain, person = self.chain_of(request), self.person(request.user)
        walk = self.walk_for(person.profile, request.walk)
        return Asked(person, walk, self.left_out(request), chain, request.k)


def settings_for(graph: Graph, settings: Settings | str | Path | None) -> Settings:
    """Return the settings that are meant: given, in a file, those that the graph was prepared with, or the defaults."""
    if settings is None:
        return settings_in(graph.prepared)
    return settings if isinstance(settings, Settings) else read_settings(settings)
