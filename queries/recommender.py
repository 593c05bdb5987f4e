"""The recommender: what to watch and why, for a user of the graph or for a taste put in words."""

from __future__ import annotations

import os
from concurrent.futures import ThreadPoolExecutor
from typing import TYPE_CHECKING, overload

import numpy as np

from cinewalk.errors import RequestError
from cinewalk.graph import schema
from cinewalk.graph.blend import Blend
from cinewalk.graph.maturity import too_mature
from cinewalk.graph.newcomers import Newcomers
from cinewalk.queries.answers import answer, checked_count, close_to, seeds_of
from cinewalk.queries.counterfactuals import counterfactual
from cinewalk.queries.explaining import Start, contrast, explanation
from cinewalk.queries.feeds import Feeds
from cinewalk.queries.filters import Only, listed
from cinewalk.queries.people import Person, seen_by
from cinewalk.queries.results import Recommendations, RecommendationsByUser
from cinewalk.queries.steps import PathNode
from cinewalk.queries.taste import Taste
from cinewalk.queries.wording import count_of

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from cinewalk.graph.arrays import BoolArray
    from cinewalk.graph.walks import Outcome, Walk
    from cinewalk.queries.counterfactuals import Counterfactual
    from cinewalk.queries.explanations import Contrast, Explanation


class Recommender(Feeds):
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
        PageRank on the whole graph), ``"newcomers"`` or ``"popularity"``. By default the blend, and newcomers for
        people with few likes: the blend together with what the crowd likes.
    settings
        The parameters of all walks, or the path of a TOML file of them; by default those that the graph was
        prepared with.
    groups
        ``"none"`` leaves demographic groups out entirely: nothing that is recommended or said depends on them.
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
    >>> reco = Recommender(example_graph(), walk="blend")
    >>> [item.label for item in reco.recommend("eve", k=2)]
    ['Blade Runner (1982)', 'The Conversation (1974)']
    >>> why = reco.explain("ann", "Brazil")
    >>> [(reason.name, reason.viewers) for reason in why.shares]
    [('Blade Runner (1982)', 2), ('Alien (1979)', 1)]
    """

    def recommend(
        self, user: str, k: int = 10, *, walk: str | None = None, only: Only | None = None
    ) -> Recommendations:
        """Recommend titles that a user has not seen.

        Unless a walk was named, somebody with few likes also gets what the crowd likes, and theirs: see
        :class:`cinewalk.graph.newcomers.Newcomers`. Where no walk leads on, it is what most viewers like. The
        result's ``note`` says so.

        Parameters
        ----------
        user
            The user's id.
        k
            How many titles, at least 1; fewer come back where fewer can be reached.
        walk
            The walk, instead of the recommender's own.
        only
            What may be shown.

        Raises
        ------
        UnknownUserError, RequestError
            Where the user does not exist, or ``k``, ``walk`` or ``only`` makes no sense.
        """
        return self._recommend(self._person(user), checked_count(k), walk, only)

    def recommend_many(
        self,
        users: Iterable[str] | None = None,
        k: int = 10,
        *,
        walk: str | None = None,
        only: Only | None = None,
    ) -> RecommendationsByUser:
        """Recommend to several users at once, on all processors; the same lists as one by one.

        Parameters
        ----------
        users
            Their ids, without repeats; ``None`` for everybody.
        k, walk, only
            As in :meth:`recommend`.

        Examples
        --------
        >>> from cinewalk.graph.example import example_graph
        >>> Recommender(example_graph(), walk="blend").recommend_many(["ann", "ben"], k=1).to_frame()["title"].tolist()
        ['Brazil', 'Heat']
        """
        size = checked_count(k)
        self._walk(walk)
        everybody = dict.fromkeys([*self.graph.users.ids.ids, *self._own])
        ids = list(everybody if users is None else dict.fromkeys(map(str, users)))
        people = [self._person(user_id) for user_id in ids]
        with ThreadPoolExecutor(os.cpu_count()) as pool:
            lists = pool.map(lambda person: self._recommend(person, size, walk, only), people)
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
            Where the user has seen the title, or no walk leads to it.
        """
        person = self._person(user)
        target = self.catalogue.title(title, self._unnamed(person))
        self._check_shown(person, target)
        chosen = self._chosen(person.profile, walk)
        label = self.catalogue.label(target)
        if not len(person.profile.titles) and not isinstance(chosen, Newcomers):
            raise RequestError(f"user {person.user_id!r} likes nothing yet, so nothing leads to {label}.")
        outcome = chosen.run(person.profile)
        if not outcome.scores[target] > 0:
            raise RequestError(f"no walk leads from what user {person.user_id!r} likes to {label}.")
        start = self._start(person, outcome)
        if instead_of is not None:
            other = self.catalogue.title(instead_of, self._unnamed(person))
            self._check_shown(person, other)
            return contrast(self.catalogue, chosen, start, outcome, target, other)
        removals = self._removals(person, chosen, target)
        found = explanation(self.catalogue, chosen, start, outcome, target, removals)
        if found is None:
            liked = count_of(int(np.diff(self.graph.likes.reverse_indptr)[target]), "viewer")
            raise RequestError(f"{chosen.name} is the same for everybody: {label} is liked by {liked}.")
        return found

    def _check_shown(self, person: Person, title: int) -> None:
        """Refuse to explain what is never shown to a person, and say why it is not."""
        if not person.profile.hidden[title]:
            return
        self._check_limit(person, title)
        why = seen_by(self._own_of(person.user_id), title)
        label = self.catalogue.label(title)
        raise RequestError(f"{label} is never recommended to user {person.user_id!r}: {why}.")

    def _check_limit(self, person: Person, title: int) -> None:
        """Refuse to speak of what is too mature for a person: not even its name appears."""
        unnamed = self._unnamed(person)
        if unnamed is not None and unnamed[title]:
            raise RequestError(f"that title is above the maturity limit of user {person.user_id!r}.")

    def _unnamed(self, person: Person) -> BoolArray | None:
        limit = self._own_of(person.user_id).limit
        return None if limit is None else too_mature(self.graph.titles, limit)

    def similar(
        self,
        title: str,
        k: int = 10,
        *,
        walk: str | None = None,
        user: str | None = None,
        only: Only | None = None,
    ) -> Recommendations:
        """Return the titles closest to one title.

        Parameters
        ----------
        title
            Its id or name.
        k
            How many, at least 1.
        walk
            As for the recommender; a blend compares titles by the viewers they share.
        user
            Somebody's id: then without what they have seen, blocked, or must not be shown.
        only
            What may be shown.

        Examples
        --------
        >>> from cinewalk.graph.example import example_graph
        >>> Recommender(example_graph()).similar("Alien")[0].label
        'Blade Runner (1982)'
        """
        size, hidden = checked_count(k), self._hidden(only)
        if user is None:
            target = self.catalogue.title(title)
        else:
            person = self._person(user)
            target = self.catalogue.title(title, self._unnamed(person))
            self._check_limit(person, target)
            hidden = hidden | person.profile.hidden
        chosen = self._walk(walk)
        if isinstance(chosen, Blend):
            chosen = self._parts.shared_viewers
        found = close_to(self.catalogue, chosen, target, hidden, size)
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
        *,
        kinds: Iterable[str] = (),
        maturity: int | None = None,
    ) -> Recommendations:
        """Recommend to somebody without an account who puts their taste in words.

        Personalized PageRank from everything that is named: each kind (titles, genres, …) starts the same
        share of the walks, divided evenly over its members. Where only groups are named it is what they like;
        where nothing is, what most viewers like.

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
        kinds
            Kinds of title to show, such as ``film`` or ``series``.
        maturity
            The highest maturity to show, as an age; titles of unknown maturity are then left out.

        Raises
        ------
        NotFoundError, AmbiguousTitleError, RequestError
            Where something named does not exist, or the years are the wrong way round.

        Examples
        --------
        >>> from cinewalk.graph.example import example_graph
        >>> reco = Recommender(example_graph())
        >>> [item.label for item in reco.taste(titles=["Alien"], genres=["Thriller"], years=(1980, 1989))]
        ['Blade Runner (1982)', 'Brazil (1985)']
        """
        only = Only(years=years, kinds=tuple(listed("kinds", kinds)), maturity=maturity)
        asked = Taste.of(self.catalogue, titles, genres, people, groups, only)
        return asked.recommend(self.catalogue, self._parts, checked_count(k))

    def explain_taste(
        self,
        title: str,
        titles: Iterable[str] = (),
        genres: Iterable[str] = (),
        people: Iterable[str] = (),
        groups: Iterable[str] = (),
    ) -> Explanation:
        """Say why a title would be recommended for a taste put in words: every share of its score.

        Parameters
        ----------
        title
            The title's id or name.
        titles, genres, people, groups
            As for :meth:`taste`.

        Raises
        ------
        NotFoundError, AmbiguousTitleError, RequestError
            As for :meth:`taste`, and where no walk leads to the title.

        Examples
        --------
        >>> import cinewalk
        >>> from cinewalk.graph.example import example_graph
        >>> why = cinewalk.Recommender(example_graph()).explain_taste("Brazil", genres=["Sci-Fi"])
        >>> print(next(why.paths()))
        you asked for Sci-Fi, which has Brazil (1985)
        """
        asked = Taste.of(self.catalogue, titles, genres, people, groups, Only())
        return asked.explain(self.catalogue, self._parts, self.catalogue.title(title))

    def _start(self, person: Person, outcome: Outcome) -> Start:
        user = PathNode(schema.USER.label, person.user_id, person.user_id)
        return Start(seeds_of(person.profile, outcome), person.profile.seeds, user, self._unnamed(person))

    def _removals(self, person: Person, walk: Walk, title: int) -> Callable[[bool], Counterfactual | None]:
        own = self._own.get(person.user_id)
        return lambda exhaustive: counterfactual(
            self.catalogue, self._parts, walk, person, title, own=own, exhaustive=exhaustive
        )

    def _recommend(self, person: Person, k: int, walk: str | None, only: Only | None) -> Recommendations:
        profile = person.profile
        chosen = self._chosen(profile, walk)
        left_out = None if only is None else only.hidden(self.catalogue)
        new = isinstance(chosen, Newcomers)
        found = answer(self.catalogue, chosen, profile, k, left_out) if len(profile.titles) or new else ()
        if found:
            return Recommendations(found, chosen.name, "" if len(profile.titles) else _NO_LIKES)
        popularity = self._parts.popularity
        found = answer(self.catalogue, popularity, profile, k, left_out)
        why = (
            "No walk leads on from these likes"
            if len(profile.titles)
            else "There are no likes to walk from yet"
        )
        rest = (
            "this is what most viewers like" if found else "and every title that anybody likes has been seen"
        )
        return Recommendations(found, popularity.name, f"{why}: {rest}.")


_NO_LIKES = "There are no likes to walk from yet: this is what most viewers like, and those most like you."
