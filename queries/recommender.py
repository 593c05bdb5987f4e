"""The recommender: what to watch and why, for a user of the graph or for a taste put in words.

One file, because it is the one class whose words people look up.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal

from cinewalk.graph.numeric.parallel import thread_pool
from cinewalk.graph.numeric.progress import no_progress
from cinewalk.graph.walks.base.blend import Blend
from cinewalk.graph.walks.cold_start.newcomers import Newcomers
from cinewalk.graph.walks.neighbours.shared import SharedViewers
from cinewalk.loaders.neo4j.server.connection import TIMEOUT
from cinewalk.queries.recommend.explain import Whys
from cinewalk.queries.recommend.feeds import Feeds
from cinewalk.queries.recommend.ranking import answer, checked_count, close_to
from cinewalk.queries.recommend.taste import Taste
from cinewalk.queries.words.filters import Only, listed
from cinewalk.queries.words.results import NAMED_REASONS, Recommendations, RecommendationsByUser

if TYPE_CHECKING:
    from collections.abc import Iterable
    from pathlib import Path

    import neo4j

    from cinewalk.graph.numeric.progress import Progress
    from cinewalk.graph.rerank.chain import RerankChain
    from cinewalk.loaders.neo4j.write.publish import Published
    from cinewalk.queries.audit.figures import Audit
    from cinewalk.queries.batch.batch import BatchSummary
    from cinewalk.queries.recommend.request import Person
    from cinewalk.queries.words.results import Recommendation


class Recommender(Feeds, Whys):
    """Recommendations from one graph, each with the exact shares of its score.

    On the address of a Neo4j it reads the graph, keeps its one connection for :meth:`refresh`, and is a
    context manager that closes it.

    Parameters
    ----------
    graph
        The graph, or a source that :func:`cinewalk.load` takes.
    walk
        The walk unless a call names another, one of :data:`cinewalk.graph.walks.registry.WALKS`: ``"blend"`` (titles
        that share viewers, viewers who share titles, both with learned weights too, and what follows what),
        ``"neighbours"`` (the first two alone), any part of the blend alone, ``"pagerank"`` (personalized
        PageRank on the whole graph), ``"newcomers"`` or ``"popularity"``. By default the blend, and newcomers for
        people with few likes: the blend together with what the crowd likes.
    settings
        The parameters of all walks, or the path of a TOML file of them; by default those that the graph was
        prepared with.
    groups
        ``"none"`` leaves demographic groups out entirely: nothing that is recommended or said depends on them.
    remedies
        What re-ranks every list of :meth:`recommend`, such as ``"calibrated=0.1"``; see
        :class:`cinewalk.graph.rerank.chain.RerankChain`.
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
    >>> from cinewalk.graph.model.example import example_graph
    >>> reco = Recommender(example_graph(), walk="blend")
    >>> [item.label for item in reco.recommend("eve", k=2)]
    ['Blade Runner (1982)', 'The Conversation (1974)']
    >>> why = reco.explain("ann", "Brazil")
    >>> [(reason.name, reason.viewers) for reason in why.shares]
    [('Blade Runner (1982)', 2), ('Alien (1979)', 1)]
    """

    def recommend(
        self,
        user: str,
        k: int = 10,
        *,
        walk: str | None = None,
        only: Only | None = None,
        remedies: str | None = None,
    ) -> Recommendations:
        """Recommend titles that a user has not seen.

        Unless a walk was named, somebody with few likes also gets what the crowd likes, and theirs: see
        :class:`cinewalk.graph.walks.cold_start.newcomers.Newcomers`. Where no walk leads on, it is what most viewers
        like. The result's ``note`` says so.

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
        remedies
            What re-ranks the list, such as ``"calibrated=0.1,bubble=2"``, instead of the recommender's own; ``""`` for
            nothing. See :class:`cinewalk.graph.rerank.chain.RerankChain`.

        Raises
        ------
        UnknownUserError, RequestError
            Where the user does not exist, or ``k``, ``walk``, ``only`` or ``remedies`` makes no sense.
        """
        chosen = self._remedies(remedies, walk)
        return self._recommend(self._person(user), checked_count(k), walk, only, chosen)

    def recommend_many(
        self,
        users: Iterable[str] | None = None,
        k: int = 10,
        *,
        walk: str | None = None,
        only: Only | None = None,
        remedies: str | None = None,
    ) -> RecommendationsByUser:
        """Recommend to several users at once, on all processors; the same lists as one by one.

        Parameters
        ----------
        users
            Their ids, without repeats; ``None`` for everybody.
        k, walk, only, remedies
            As in :meth:`recommend`.

        Examples
        --------
        >>> from cinewalk.graph.model.example import example_graph
        >>> Recommender(example_graph(), walk="blend").recommend_many(["ann", "ben"], k=1).to_frame()["title"].tolist()
        ['Brazil', 'Heat']
        """
        size = checked_count(k)
        self._walk(walk)
        everybody = dict.fromkeys([*self.graph.users.ids.ids, *self._own])
        ids = list(everybody if users is None else dict.fromkeys(map(str, users)))
        people = [self._person(user_id) for user_id in ids]
        chosen = self._remedies(remedies, walk)
        if chosen is not None:
            _ = chosen.ready  # once, before there are threads
        if people:
            self._expect(walk, len(people))
        with thread_pool() as pool:
            lists = pool.map(lambda person: self._recommend(person, size, walk, only, chosen), people)
            return RecommendationsByUser(dict(zip(ids, lists, strict=True)))

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
        >>> from cinewalk.graph.model.example import example_graph
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
            chosen = self._parts.get(SharedViewers)
        items = close_to(self.catalogue, chosen, target, hidden, size)
        if items:
            return Recommendations(items, chosen.name)
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
        >>> from cinewalk.graph.model.example import example_graph
        >>> reco = Recommender(example_graph())
        >>> [item.label for item in reco.taste(titles=["Alien"], genres=["Thriller"], years=(1980, 1989))]
        ['Blade Runner (1982)', 'Brazil (1985)']
        """
        only = Only(years=years, kinds=tuple(listed("kinds", kinds)), maturity=maturity)
        asked = Taste.of(self.catalogue, titles, genres, people, groups, only)
        return asked.recommend(self.catalogue, self._parts, checked_count(k))

    def batch(
        self,
        out: str | Path,
        k: int = 10,
        *,
        users: Iterable[str] | None = None,
        walk: str | None = None,
        remedies: str | None = None,
        reasons: int = NAMED_REASONS,
        threads: int | None = None,
        force: bool = False,
        restart: bool = False,
        block_size: int | None = None,
        progress: Progress = no_progress,
    ) -> BatchSummary:
        """Write the lists of many users into a file; see :func:`cinewalk.queries.batch.batch.batch`.

        Examples
        --------
        >>> import tempfile
        >>> from pathlib import Path
        >>> import cinewalk
        >>> from cinewalk.graph.model.example import example_graph
        >>> reco = cinewalk.Recommender(example_graph())
        >>> with tempfile.TemporaryDirectory() as folder:
        ...     summary = reco.batch(Path(folder) / "lists.parquet", k=2, remedies="calibrated=0.1")
        >>> summary.users, summary.recommendations
        (7, 14)
        """
        from cinewalk.queries.batch.batch import batch

        return batch(
            self,
            out,
            k,
            users=users,
            walk=walk,
            remedies=remedies,
            reasons=reasons,
            threads=threads,
            force=force,
            restart=restart,
            block_size=block_size,
            progress=progress,
        )

    def audit(
        self, by: str | Iterable[str] | None = None, creators: str | Iterable[str] | None = None
    ) -> Audit:
        """Measure how groups of viewers are served, and what is shown.

        See :func:`cinewalk.queries.audit.audit.audit`.
        """
        from cinewalk.queries.audit.audit import audit

        groups: Literal["all", "none"] = "all" if self._groups else "none"
        walk, remedies = self._default, self._usual
        return audit(self.graph, self.settings, by, creators, walk=walk, groups=groups, remedies=remedies)

    def publish(
        self,
        driver: neo4j.Driver,
        *,
        database: str | None = None,
        fresh: bool = False,
        derived: bool = True,
        timeout: float = TIMEOUT,
        progress: Progress = no_progress,
    ) -> Published:
        """Write the graph into Neo4j, with the relationships that its walks take under these settings.

        Parameters
        ----------
        driver
            A driver of the ``neo4j`` package; it stays open.
        database, fresh, derived, timeout, progress
            As in :func:`cinewalk.loaders.neo4j.write.publish.publish`.

        Raises
        ------
        PublishError, DatabaseError
            As there.
        """
        from cinewalk.loaders.neo4j.write.publish import publish

        return publish(
            self.graph,
            driver,
            database=database,
            fresh=fresh,
            settings=self.settings,
            derived=derived,
            timeout=timeout,
            progress=progress,
        )

    def _recommend(
        self, person: Person, k: int, walk: str | None, only: Only | None, remedies: RerankChain | None
    ) -> Recommendations:
        profile = person.profile
        chosen = self._chosen(profile, walk)
        left_out = None if only is None else only.hidden(self.catalogue)
        new = isinstance(chosen, Newcomers)
        items: tuple[Recommendation, ...] = ()
        if len(profile.titles) or new:
            items = answer(self.catalogue, chosen, profile, k, left_out, remedies)
        if items:
            return Recommendations(items, chosen.name, "" if len(profile.titles) else _NO_LIKES)
        popularity = self._parts.walk("popularity")
        items = answer(self.catalogue, popularity, profile, k, left_out, remedies)
        why = (
            "No walk leads on from these likes"
            if len(profile.titles)
            else "There are no likes to walk from yet"
        )
        rest = (
            "this is what most viewers like" if items else "and every title that anybody likes has been seen"
        )
        return Recommendations(items, popularity.name, f"{why}: {rest}.")


_NO_LIKES = "There are no likes to walk from yet: this is what most viewers like, and those most like you."
