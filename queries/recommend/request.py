"""The common ground of everything that is asked: the walks of a graph, and who asks."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Final, Literal, NamedTuple

import numpy as np

from cinewalk.errors import RequestError
from cinewalk.graph.attributes.viewer_groups import without_groups
from cinewalk.graph.model import schema
from cinewalk.graph.model.maturity import limit_of
from cinewalk.graph.model.profile import profile_of
from cinewalk.graph.model.settings import Settings
from cinewalk.graph.walks.prepare import expect
from cinewalk.graph.walks.registry import WALKS, Registry
from cinewalk.loaders.neo4j.server.connection import TIMEOUT
from cinewalk.loaders.store.settings_file import read_settings
from cinewalk.queries.recommend.events import Signals

if TYPE_CHECKING:
    from pathlib import Path

    from cinewalk.graph.model.graph import Graph
    from cinewalk.graph.model.profile import Profile
    from cinewalk.graph.model.user_events import UserEvents
    from cinewalk.graph.numeric.arrays import BoolArray
    from cinewalk.graph.rerank.chain import RerankChain
    from cinewalk.graph.walks.base.result import Walk
    from cinewalk.loaders.neo4j.read.mapping import SchemaMapping
    from cinewalk.queries.words.filters import Only

#: How many different remedies are kept at a time.
_MOST_REMEDIES: Final = 32


class Asking(Signals):
    """A graph, its walks under given settings, and who asks; parameters as for :class:`cinewalk.Recommender`."""

    def __init__(
        self,
        graph: Graph | str | Path,
        *,
        walk: str | None = None,
        settings: Settings | str | Path | None = None,
        groups: Literal["all", "none"] = "all",
        remedies: str = "",
        auth: tuple[str, str] | None = None,
        database: str | None = None,
        mapping: SchemaMapping | str | Path | None = None,
        timeout: float = TIMEOUT,
    ) -> None:
        super().__init__(graph, auth=auth, database=database, mapping=mapping, timeout=timeout)
        self._forget()
        try:
            if settings is None:
                settings = Settings() if self.graph.prepared is None else self.graph.prepared.settings
            self.settings = settings if isinstance(settings, Settings) else read_settings(settings)
            if groups not in ("all", "none"):
                raise RequestError(f"groups is {groups!r}; it must be 'all' or 'none'.")
            self._default, self._groups, self._usual = walk, groups == "all", remedies
            self._renew()
            self._walk(walk)
            self._remedies(remedies)
        except BaseException:
            self.close()
            raise

    def _renew(self) -> None:
        graph = self.graph if self._groups else without_groups(self.graph)
        self._parts = Registry(graph, self.settings)
        self._known_remedies: dict[tuple[str, str | None], RerankChain] = {}
        self.__dict__.pop("catalogue", None)

    def _walk(self, name: str | None) -> Walk:
        return self._parts.walk(name or self._default or WALKS[0])

    def _expect(self, walk: str | None, people: int) -> None:
        """Let a walk compute what the lists of so many people share, before there are threads."""
        expect(self._parts, walk or self._default or WALKS[0], people)

    def _chosen(self, profile: Profile, name: str | None) -> Walk:
        """Return the walk for a person: with few likes, the one that also asks the crowd."""
        few = len(profile.titles) < self.settings.newcomers.enough
        return self._parts.walk("newcomers") if few and not (name or self._default) else self._walk(name)

    def _remedies(self, spec: str | None, walk: str | None = None) -> RerankChain | None:
        """Return the remedies asked for, else the recommender's; ``None`` where there are none.

        They are kept, because the bonus of an exposure floor takes a while to find.
        """
        spec = self._usual if spec is None else spec
        if not spec.strip():
            return None
        asked = (spec, walk or self._default)
        if asked not in self._known_remedies:
            if len(self._known_remedies) >= _MOST_REMEDIES:
                self._known_remedies.clear()
            chosen = None if asked[1] is None else self._walk(asked[1])
            parts = self._parts
            from cinewalk.graph.rerank.chain import RerankChain

            self._known_remedies[asked] = RerankChain.parse(spec, parts.graph, parts=parts, walk=chosen)
        return self._known_remedies[asked]

    def _person(self, user: str) -> Person:
        user_id = self._known_as(user)
        events, half_life = self._own.get(user_id), self.settings.half_life
        if events is not None:
            place = self.graph.users.ids.find(user_id)
            profile, limit = events.profile(self.graph.titles, half_life, place), events.limit
        else:
            place = self.catalogue.user(user_id)
            profile, limit = profile_of(self.graph, place, half_life), limit_of(self.graph, place)
        if not self._groups:
            profile = replace(profile, groups=profile.groups[:0])
        return Person(user_id, profile, limit)

    def _hidden(self, only: Only | None) -> BoolArray:
        return np.zeros(len(self.graph.titles), np.bool_) if only is None else only.hidden(self.catalogue)


class Person(NamedTuple):
    """Somebody's id, what the walks see of them, and the highest maturity that they may be shown."""

    user_id: str
    profile: Profile
    limit: int | None = None


def seen_by(events: UserEvents, title: int) -> str:
    """Say why a title is not shown to somebody again; the most deliberate event says it.

    >>> from cinewalk.graph.model.user_events import UserEvents
    >>> seen_by(UserEvents().put("thumbed", 7, {"value": -1, "timestamp": 0}), 7)
    'thumbed down'
    """
    if events.event(schema.BLOCKED.name, title) is not None:
        return "blocked"
    thumb = events.event(schema.THUMBED.name, title)
    if thumb is not None:
        return "thumbed down" if thumb[schema.THUMB.name] < 0 else "already thumbed"
    return "already rated" if events.event(schema.RATED.name, title) is not None else "already watched"
