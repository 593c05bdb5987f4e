"""The recommender: what to watch and why, for a user of the graph or for a taste put in words."""

from __future__ import annotations

import os
from concurrent.futures import ThreadPoolExecutor
from functools import cached_property
from typing import TYPE_CHECKING, overload

import numpy as np

from cinewalk.errors import RequestError
from cinewalk.graph import schema
from cinewalk.graph.blend import Blend
from cinewalk.graph.parts import WALKS, Parts
from cinewalk.graph.seeds import profile_of, profile_of_titles
from cinewalk.graph.settings import Settings
from cinewalk.loaders.neo4j_connection import TIMEOUT
from cinewalk.loaders.settings_file import read_settings
from cinewalk.queries.answers import answer
from cinewalk.queries.explaining import contrast, explanation
from cinewalk.queries.live import Live
from cinewalk.queries.lookup import Catalogue
from cinewalk.queries.results import Recommendations, RecommendationsByUser
from cinewalk.queries.taste import Taste
from cinewalk.queries.wording import count_of

if TYPE_CHECKING:
    from collections.abc import Iterable
    from pathlib import Path

    from cinewalk.graph.network import Graph
    from cinewalk.graph.seeds import Profile
    from cinewalk.graph.walks import Walk
    from cinewalk.loaders.neo4j_mapping import SchemaMapping
    from cinewalk.queries.explanations import Contrast, Explanation


class Recommender(Live):
    """Recommendations from one graph, each with the exact shares of its score.

    On the address of a Neo4j it reads the graph, keeps its one connection for :meth:`refresh`, and is a
    context manager that closes it.

    Parameters
    ----------
    graph
        The graph, or a source that :func:`cinewalk.load` takes.
    walk
        The walk unless a call names another, one of :data:`cinewalk.graph.parts.WALKS`: ``"blend"`` (titles that
        share viewers, viewers who share titles, both with learned weights too, and what follows what),
        ``"neighbours"`` (the first two alone), any part of the blend alone, ``"pagerank"`` (personalized
        PageRank on the whole graph) or ``"popularity"``.
    settings
        The parameters of all walks, or the path of a TOML file of them; by default those that the graph was
        prepared with.
    auth, database, mapping, timeout
        For a Neo4j, as in :func:`cinewalk.load`.

    Raises
    ------
    RequestError
        Where there is no such walk.
    SourceError, DatabaseError
        Where the source cannot be loaded.

    Examples
    --------
    >>> from cinewalk.graph.example import example_graph
    >>> reco = Recommender(example_graph())
    >>> [item.label for item in reco.recommend("eve", k=2)]
    ['Blade Runner (1982)', 'The Conversation (1974)']
    >>> why = reco.explain("ann", "Brazil")
    >>> [(reason.name, reason.viewers) for reason in why.shares]
    [('Blade Runner (1982)', 2), ('Alien (1979)', 1)]
    """

    def __init__(
        self,
        graph: Graph | str | Path,
        *,
        walk: str = WALKS[0],
        settings: Settings | str | Path | None = None,
        auth: tuple[str, str] | None = None,
        database: str | None = None,
        mapping: SchemaMapping | str | Path | None = None,
        timeout: float = TIMEOUT,
    ) -> None:
        super().__init__(graph, auth=auth, database=database, mapping=mapping, timeout=timeout)
        try:
            if settings is None:
                settings = Settings() if self.graph.prepared is None else self.graph.prepared.settings
            self.settings = settings if isinstance(settings, Settings) else read_settings(settings)
            self._default = walk
            self._renew()
            self._walk(walk)
        except BaseException:
            self.close()
            raise

    def _renew(self) -> None:
        self._parts = Parts(self.graph, self.settings)
        self.__dict__.pop("catalogue", None)

    @cached_property
    def catalogue(self) -> Catalogue:
        """The names of the graph's users and titles."""
        return Catalogue(self.graph)

    def recommend(self, user: str, k: int = 10, *, walk: str | None = None) -> Recommendations:
        """Recommend titles that a user has not seen.

        Somebody without likes, or whose likes no walk leads on from, gets what most viewers like; the
        result's ``note`` says so.

        Parameters
        ----------
        user
            The user's id.
        k
            How many titles, at least 1; fewer come back where fewer can be reached.
        walk
            The walk, instead of the recommender's own.

        Raises
        ------
        UnknownUserError, RequestError
            Where the user does not exist, or ``k`` or ``walk`` makes no sense.
        """
        return self._recommend(self.catalogue.user(user), _checked(k), self._walk(walk))

    def recommend_many(
        self, users: Iterable[str] | None = None, k: int = 10, *, walk: str | None = None
    ) -> RecommendationsByUser:
        """Recommend to several users at once, on all processors; the same lists as one by one.

        Parameters
        ----------
        users
            Their ids, without repeats; ``None`` for everybody.
        k, walk
            As in :meth:`recommend`.

        Examples
        --------
        >>> from cinewalk.graph.example import example_graph
        >>> Recommender(example_graph()).recommend_many(["ann", "ben"], k=1).to_frame()["title"].tolist()
        ['Brazil', 'Heat']
        """
        chosen, size = self._walk(walk), _checked(k)
        ids = list(self.graph.users.ids.ids) if users is None else list(dict.fromkeys(map(str, users)))
        positions = [self.catalogue.user(user_id) for user_id in ids]
        with ThreadPoolExecutor(os.cpu_count()) as pool:
            lists = pool.map(lambda position: self._recommend(position, size, chosen), positions)
            return RecommendationsByUser(dict(zip(ids, lists, strict=True)))

    @overload
    def explain(self, user: str, title: str, *, walk: str | None = None) -> Explanation: ...
    @overload
    def explain(self, user: str, title: str, *, instead_of: str, walk: str | None = None) -> Contrast: ...
    def explain(
        self, user: str, title: str, *, instead_of: str | None = None, walk: str | None = None
    ) -> Explanation | Contrast:
        """Say why a title would be recommended to a user: every share of its score.

        Parameters
        ----------
        user
            The user's id.
        title
            The title's id or name.
        instead_of
            Another title: then the answer is why the one rather than the other.
        walk
            The walk, instead of the recommender's own.

        Raises
        ------
        NotFoundError, AmbiguousTitleError
            Where the user or title does not exist, or the name fits several.
        RequestError
            Where the user has seen the title, has no likes, or no walk leads to the title.
        """
        position, target, chosen = self.catalogue.user(user), self.catalogue.title(title), self._walk(walk)
        profile = profile_of(self.graph, position, self.settings.half_life)
        self._check_shown(profile, target)
        outcome = chosen.run(profile)
        label = self.catalogue.label(target)
        if not outcome.scores[target] > 0:
            raise RequestError(f"no walk leads from what user {user!r} likes to {label}.")
        found = explanation(self.catalogue, self._parts, chosen, profile, outcome, target)
        if found is None:
            liked = count_of(int(np.diff(self.graph.likes.reverse_indptr)[target]), "viewer")
            raise RequestError(f"{chosen.name} is the same for everybody: {label} is liked by {liked}.")
        if instead_of is None:
            return found
        other = self.catalogue.title(instead_of)
        self._check_shown(profile, other)
        return contrast(self.catalogue, chosen, profile, outcome, target, other)

    def _check_shown(self, profile: Profile, title: int) -> None:
        """Refuse to explain what is never shown to a person, and say why it is not."""
        assert profile.user is not None
        user, label = self.graph.users.ids.ids[profile.user], self.catalogue.label(title)
        if profile.hidden[title]:
            raise RequestError(
                f"{label} is never recommended to user {user!r}: {self._seen_by(profile.user, title)}."
            )
        if not len(profile.titles):
            raise RequestError(f"user {user!r} likes nothing yet, so nothing leads to {label}.")

    def similar(self, title: str, k: int = 10, *, walk: str | None = None) -> Recommendations:
        """Return the titles closest to one title.

        Parameters
        ----------
        title
            Its id or name.
        k
            How many, at least 1.
        walk
            As for the recommender; a blend compares titles by the viewers they share.

        Examples
        --------
        >>> from cinewalk.graph.example import example_graph
        >>> Recommender(example_graph()).similar("Alien")[0].label
        'Blade Runner (1982)'
        """
        target, size = self.catalogue.title(title), _checked(k)
        chosen = self._walk(walk)
        if isinstance(chosen, Blend):
            chosen = self._parts.shared_viewers
        profile = profile_of_titles(self.graph, np.array([target], dtype=np.int32), np.ones(1))
        found = answer(self.catalogue, chosen, profile, size)
        if found:
            return Recommendations(found, chosen.name)
        note = (
            f"No walk leads on from {self.catalogue.label(target)}: nobody who likes it likes anything else."
        )
        return Recommendations((), chosen.name, note)

    def taste(
        self,
        titles: Iterable[str] = (),
        genres: Iterable[str] = (),
        people: Iterable[str] = (),
        groups: Iterable[str] = (),
        years: tuple[int, int] | None = None,
        k: int = 10,
    ) -> Recommendations:
        """Recommend to somebody without an account who puts their taste in words.

        Personalized PageRank from everything that is named: each kind (titles, genres, …) starts the same
        share of the walks, divided evenly over its members.

        Parameters
        ----------
        titles, people
            Ids or names.
        genres
            Names.
        groups
            Ids, such as ``age=25-34``.
        years
            First and last year to show, both included; titles of unknown year are then left out.
        k
            How many, at least 1.

        Raises
        ------
        NotFoundError, AmbiguousTitleError, RequestError
            Where something named does not exist, nothing is named, or the years are the wrong way round.

        Examples
        --------
        >>> from cinewalk.graph.example import example_graph
        >>> reco = Recommender(example_graph())
        >>> [item.label for item in reco.taste(titles=["Alien"], genres=["Thriller"], years=(1980, 1989))]
        ['Blade Runner (1982)', 'Brazil (1985)']
        """
        asked = Taste.of(self.catalogue, titles, genres, people, groups, years)
        return asked.recommend(self.catalogue, self._parts.pagerank, _checked(k))

    def _walk(self, name: str | None) -> Walk:
        return self._parts.walk(self._default if name is None else name)

    def _recommend(self, user: int, k: int, walk: Walk) -> Recommendations:
        profile = profile_of(self.graph, user, self.settings.half_life)
        found = answer(self.catalogue, walk, profile, k) if len(profile.titles) else ()
        if found:
            return Recommendations(found, walk.name)
        popularity = self._parts.popularity
        found = answer(self.catalogue, popularity, profile, k)
        why = (
            "No walk leads on from these likes"
            if len(profile.titles)
            else "There are no likes to walk from yet"
        )
        rest = (
            "this is what most viewers like" if found else "and every title that anybody likes has been seen"
        )
        return Recommendations(found, popularity.name, f"{why}: {rest}.")

    def _seen_by(self, user: int, title: int) -> str:
        for event, verb in (
            (schema.THUMBED, "thumbed"),
            (schema.RATED, "rated"),
            (schema.WATCHED, "watched"),
        ):
            relation = self.graph.relations[event.name]
            own = relation.row(user)
            places = np.flatnonzero(relation.indices[own] == title)
            if len(places):
                down = event is schema.THUMBED and relation.properties["value"][own][places[0]] < 0
                return "thumbed down" if down else f"already {verb}"
        raise AssertionError("a hidden title has an event")


def _checked(k: int) -> int:
    if isinstance(k, bool) or not isinstance(k, int | np.integer) or k < 1:
        raise RequestError(f"k is {k!r}; it must be a whole number of at least 1.")
    return int(k)
