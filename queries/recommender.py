"""The recommender: what to watch and why, for a user of the graph or for a taste put in words.

One file, because it is the one class whose words people look up; each method hands on to the part that does the work.
"""

from __future__ import annotations

import warnings
from copy import copy
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal, Self, overload

from cinewalk.errors import RequestError
from cinewalk.graph.numeric.progress import no_progress
from cinewalk.loaders.base.paths import as_path
from cinewalk.loaders.neo4j.server.connection import TIMEOUT
from cinewalk.loaders.store.erase import BATCH
from cinewalk.queries.recommend.events import Events
from cinewalk.queries.recommend.explain import Explainer
from cinewalk.queries.recommend.feeds import Feeds
from cinewalk.queries.recommend.home import home
from cinewalk.queries.recommend.lists import lists_of
from cinewalk.queries.recommend.opening import open_session
from cinewalk.queries.recommend.ranking import ranked_list
from cinewalk.queries.recommend.request import Request
from cinewalk.queries.recommend.similar import similar
from cinewalk.queries.recommend.snapshot import Defaults, settings_for
from cinewalk.queries.recommend.taste import Taste
from cinewalk.queries.words.checks import checked_text, listed, shown
from cinewalk.queries.words.filters import Only
from cinewalk.queries.words.ready import ready_query
from cinewalk.queries.words.results import NAMED_REASONS
from cinewalk.queries.words.search import search

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Iterable, Mapping

    import neo4j
    from narwhals.typing import IntoDataFrame

    from cinewalk.graph.model.graph import Graph
    from cinewalk.graph.model.settings import Settings
    from cinewalk.graph.numeric.progress import Progress
    from cinewalk.graph.walks.registry import WalkName
    from cinewalk.loaders.base.changes import Changes
    from cinewalk.loaders.neo4j.read.mapping import SchemaMapping
    from cinewalk.loaders.neo4j.write.publish import Published
    from cinewalk.loaders.store.erase import Erased
    from cinewalk.queries.audit.figures import Audit
    from cinewalk.queries.batch.batch import BatchSummary
    from cinewalk.queries.explain.contrast import Contrast
    from cinewalk.queries.explain.explanation import Explanation
    from cinewalk.queries.imports.history_import import HistoryImport
    from cinewalk.queries.recommend.signal import Signal
    from cinewalk.queries.words.catalogue import Catalogue
    from cinewalk.queries.words.history import History
    from cinewalk.queries.words.home import HomePage
    from cinewalk.queries.words.results import Recommendations, RecommendationsByUser, Row
    from cinewalk.queries.words.search import SearchResults


class Recommender:
    """Recommendations from one graph, each with the exact shares of its score.

    On the address of a Neo4j it reads the graph, keeps its one connection for :meth:`refresh`, and is a
    context manager that closes it.

    It can be pickled and copied, so that other processes can have one. The connection is left behind: a copy answers
    from what has been read and told, what is told to it goes to no database, and its walks are made anew.

    Parameters
    ----------
    graph
        The graph, or a source or data frame that :func:`cinewalk.load` takes.
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
    keep
        Whether what is told is kept: in the journal of the graph folder, from where every process that opens it has it,
        and where those that keep signals there at the same time see each other's. A Neo4j keeps everything anyway.

    Raises
    ------
    RequestError
        Where there is no such walk, or what is told cannot be kept with the graph.
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

    def __init__(
        self,
        graph: Graph | str | Path | IntoDataFrame,
        *,
        walk: WalkName | None = None,
        settings: Settings | str | Path | None = None,
        groups: Literal["all", "none"] = "all",
        remedies: str = "",
        auth: tuple[str, str] | None = None,
        database: str | None = None,
        mapping: SchemaMapping | str | Path | None = None,
        timeout: float = TIMEOUT,
        keep: bool = False,
    ) -> None:
        _checked_groups(groups)
        Request(walk=walk, rerank=remedies)
        self._session = open_session(
            graph,
            lambda found: Defaults(settings_for(found, settings), walk, groups == "all", remedies),
            auth=auth,
            database=database,
            mapping=mapping,
            timeout=timeout,
            keep=keep,
        )
        try:
            self._session.snapshot.chain(None)  # remedies that make no sense are refused here
        except BaseException:
            self._session.close()
            raise

    def __getstate__(self) -> dict[str, Any]:
        # A session of its own, so that a shallow copy does not tell this one either.
        return {"_session": copy(self._session)}

    @property
    def graph(self) -> Graph:
        """The graph as it is now; what has been told since the last :meth:`refresh` is beside it."""
        return self._session.snapshot.graph

    @property
    def settings(self) -> Settings:
        """The parameters of all walks."""
        return self._session.snapshot.defaults.settings

    @property
    def catalogue(self) -> Catalogue:
        """The names of the graph's users and titles."""
        return self._session.snapshot.catalogue

    def recommend(
        self,
        user: str,
        k: int = 10,
        *,
        walk: WalkName | None = None,
        only: Only | None = None,
        remedies: str | None = None,
        order: Literal["first-part-first"] | None = None,
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
        order
            ``"first-part-first"``: of a story in several parts, the first that has not been seen comes first; see
            :class:`cinewalk.graph.rerank.first_part_first.FirstPartFirst`.

        Raises
        ------
        UnknownUserError, RequestError
            Where the user does not exist, or ``k``, ``walk``, ``only`` or ``remedies`` makes no sense.
        """
        request = Request(user, k, walk, only, remedies, order)
        return ranked_list(self._session.snapshot, request)

    def recommend_many(
        self,
        users: Iterable[str] | None = None,
        k: int = 10,
        *,
        walk: WalkName | None = None,
        only: Only | None = None,
        remedies: str | None = None,
        order: Literal["first-part-first"] | None = None,
    ) -> RecommendationsByUser:
        """Recommend to several users at once, on all processors; the same lists as one by one.

        Parameters
        ----------
        users
            Their ids, without repeats; ``None`` for everybody.
        k, walk, only, remedies, order
            As in :meth:`recommend`.

        Examples
        --------
        >>> from cinewalk.graph.model.example import example_graph
        >>> Recommender(example_graph(), walk="blend").recommend_many(["ann", "ben"], k=1).to_frame()["title"].tolist()
        ['Brazil', 'Heat']
        """
        request = Request(None, k, walk, only, remedies, order)
        return lists_of(self._session.snapshot, users, request)

    def similar(
        self,
        title: str,
        k: int = 10,
        *,
        walk: WalkName | None = None,
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
            As for the recommender; where that is a blend, or too few like the title, what is close is told by
            :class:`cinewalk.graph.walks.cold_start.similar_titles.SimilarTitles`.
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
        return similar(self._session.snapshot, title, Request(user, k, walk, only))

    def search(self, text: str, k: int = 10, *, user: str | None = None) -> SearchResults:
        """Find titles by a part of their name, as somebody types it.

        Parameters
        ----------
        text
            The name or the start of a word of it, the title's id, or that of IMDb or TMDB.
        k
            How many, at least 1; fewer come back where fewer are called so.
        user
            Somebody's id: then without what must not be shown to them.

        Raises
        ------
        UnknownUserError, RequestError
            Where the user does not exist, or ``k`` makes no sense.

        Examples
        --------
        >>> from cinewalk.graph.model.example import example_graph
        >>> print(Recommender(example_graph()).search("co"))
        The Conversation (1974) [convo]
        """
        request = Request(user, k)
        snapshot = self._session.snapshot
        unnamed = None if user is None else snapshot.unnamed(snapshot.person(user))
        return search(snapshot.catalogue, checked_text(text, "text", "alien"), request.k, unnamed)

    def taste(
        self,
        titles: Iterable[str] = (),
        seed_genres: Iterable[str] = (),
        people: Iterable[str] = (),
        groups: Iterable[str] = (),
        years: tuple[int, int] | None = None,
        k: int = 10,
        *,
        kinds: Iterable[str] = (),
        maturity: int | None = None,
        only: Only | None = None,
        genres: Iterable[str] | None = None,
    ) -> Recommendations:
        """Recommend to somebody without an account who puts their taste in words.

        Personalized PageRank from everything that is named: each kind (titles, genres, …) starts the same
        share of the walks, divided evenly over its members. Where only groups are named it is what they like;
        where nothing is, what most viewers like.

        Parameters
        ----------
        titles, people
            Ids or names.
        seed_genres
            Names of genres that walks start from; to show only titles of a genre, use ``only``.
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
        only
            What may be shown beside that.
        genres
            The former name of ``seed_genres``, which works for now, with a warning.

        Raises
        ------
        NotFoundError, AmbiguousTitleError, RequestError
            Where something named does not exist, or the years are the wrong way round.

        Examples
        --------
        >>> from cinewalk.graph.model.example import example_graph
        >>> reco = Recommender(example_graph())
        >>> [item.label for item in reco.taste(titles=["Alien"], seed_genres=["Thriller"], years=(1980, 1989))]
        ['Blade Runner (1982)', 'Brazil (1985)']
        """
        request = Request(k=k, only=only)
        only = (request.only or Only()).tightened(years, listed("kinds", kinds), maturity)
        snapshot = self._session.snapshot
        taste = Taste.of(snapshot.catalogue, titles, _seeds(seed_genres, genres), people, groups)
        return taste.recommend(snapshot, replace(request, only=only))

    def watch(
        self, user: str, title: str, *, progress: float = 1.0, at: dt.datetime | float | None = None
    ) -> Signal:
        """Say that a person is watching a title, or has watched it.

        From ``like_progress`` of the graph's :class:`~cinewalk.Preference` on it counts as finished, once a viewing:
        a viewing begins where progress goes back, or where the last one was over (.95). Of a series, tell each
        season so: every season finished makes it count more.

        Parameters
        ----------
        user
            Their id; somebody new is made known.
        title
            Its id or name.
        progress
            How far they are, 0 to 1: below 1 is paused.
        at
            When, as an aware datetime or in seconds since 1970; now by default.

        Raises
        ------
        NotFoundError, AmbiguousTitleError, RequestError
            Where there is no such title, or the values make no sense.
        DatabaseError
            Where the Neo4j of the graph cannot be written to; nothing has changed then.

        Examples
        --------
        >>> import cinewalk
        >>> from cinewalk.graph.model.example import example_graph
        >>> reco = cinewalk.Recommender(example_graph())
        >>> print(reco.watch("zoe", "Alien", progress=0.9, at=900_000_000))
        zoe watched Alien (1979) to 90 %.
        >>> reco.recommend("zoe", k=1)[0].label
        'Blade Runner (1982)'
        """
        return self._events.watch(user, title, progress, at)

    def rate(self, user: str, title: str, rating: float, *, at: dt.datetime | float | None = None) -> Signal:
        """Say how a person rates a title, on the graph's scale (0.5 to 5 unless it was loaded with another).

        Parameters and errors as for :meth:`watch`.
        """
        return self._events.rate(user, title, rating, at)

    def thumb(self, user: str, title: str, value: int, *, at: dt.datetime | float | None = None) -> Signal:
        """Say that a person gives a title a thumb: -1 down, 1 up, 2 two thumbs up.

        A title with a thumb down is in no list any more. Parameters and errors as for :meth:`watch`.
        """
        return self._events.thumb(user, title, value, at)

    def block(self, user: str, title: str, *, at: dt.datetime | float | None = None) -> Signal:
        """Say that a person is not interested in a title: it is in no list any more, and no reason for others.

        Parameters and errors as for :meth:`watch`.
        """
        return self._events.block(user, title, at)

    def limit(self, user: str, maturity: int | None) -> Signal:
        """Set the highest maturity that a person may be shown, as an age from 0 to 21; ``None`` lifts it.

        Nothing above it appears anywhere: in no list, no reason, no path. Titles of unknown maturity are above any
        limit.
        """
        return self._events.limit(user, maturity)

    def undo(self, user: str) -> Signal:
        """Take back the last signal of a person that was given here and not yet taken back.

        With ``keep``, the last one that was kept with the graph, in whatever process; none from before an import.

        Raises
        ------
        RequestError
            Where there is none.
        """
        return self._events.undo(user)

    def erase(self, user: str, *, dry_run: bool = False, progress: Progress = no_progress) -> Erased:
        """Erase a person: from the graph in memory, and from the graph folder or the Neo4j that it comes from.

        In a folder: from the journal, the arrays, and the files that were written of the graph; what is left equals a
        graph that was built without them, and loading the source again leaves them out. See ``docs/reliability.md``.

        Parameters
        ----------
        user
            Their id.
        dry_run
            Whether only to tell what would be removed.
        progress
            Told how far preparing the walks anew is.

        Returns
        -------
        Erased
            What was removed where, and what cannot be reached.

        Raises
        ------
        UnknownUserError
            Where nobody has this id.
        StorageError, DatabaseError
            Where something cannot be written; the same again does the rest.

        Examples
        --------
        >>> import cinewalk
        >>> from cinewalk.graph.model.example import example_graph
        >>> reco = cinewalk.Recommender(example_graph())
        >>> reco.erase("ann").removed[0]
        ('memory', 'User', 1)
        >>> reco.recommend("ann")
        Traceback (most recent call last):
        ...
        cinewalk.errors.UnknownUserError: ...
        """
        from cinewalk.queries.recommend.erase import erase

        return erase(self._session, user, progress, dry_run=dry_run)

    def export(self, user: str, folder: str | Path) -> dict[str, int]:
        """Write all that is known of a person: CSV tables that :func:`cinewalk.load` reads back, and JSON.

        Parameters
        ----------
        user
            Their id.
        folder
            A new folder, or an empty one.

        Returns
        -------
        dict
            How many rows each file has, by its name.

        Raises
        ------
        UnknownUserError
            Where nobody has this id.
        RequestError, StorageError
            Where the folder holds something, or cannot be written.

        Examples
        --------
        >>> import tempfile
        >>> from pathlib import Path
        >>> import cinewalk
        >>> from cinewalk.graph.model.example import example_graph
        >>> with tempfile.TemporaryDirectory() as folder:
        ...     rows = cinewalk.Recommender(example_graph()).export("ann", Path(folder) / "ann")
        >>> rows
        {'users.csv': 1, 'titles.csv': 3, 'ratings.csv': 3, 'person.json': 1}
        """
        from cinewalk.loaders.store.export import export_person

        snapshot = self._session.snapshot
        user_id = snapshot.person(user).user_id
        return export_person(
            snapshot.graph, user_id, snapshot.events_of(user_id), Path(folder), self._session.place
        )

    def import_history(
        self,
        service: str,
        path: str | Path,
        user: str,
        *,
        mode: Literal["new", "add", "replace"] = "new",
        answers: Mapping[str, str] | None = None,
        date_order: Literal["dmy", "mdy", "ymd"] | None = None,
        profile: str | None = None,
    ) -> HistoryImport:
        """Take in a person's own history from another service, as the command ``import`` does.

        Parameters
        ----------
        service
            Whose export it is, such as ``"netflix"``.
        path
            A file of it, or its folder or zip archive.
        user
            The person's id.
        mode
            ``"new"`` for somebody who must not be known yet, ``"add"`` to what is known of them, ``"replace"`` for it.
        answers
            Where a title could be several, the id of the one that is meant by what the file says, or ``""`` for none of
            them; what is not answered is left out. ``None`` to be asked first: nothing is kept while there are
            questions.
        date_order
            The order of day, month and year in Netflix' dates, where they do not tell it.
        profile
            Only this profile of the export; needed where it has several.

        Raises
        ------
        SourceError
            Where the file is not what it should be.
        RequestError
            Where the person is known, the order of dates cannot be told, or the arguments make no sense.
        """
        from cinewalk.queries.imports.history_import import import_history

        return import_history(
            self._session,
            service,
            Path(path),
            user,
            mode=mode,
            answers=answers,
            date_order=date_order,
            profile=profile,
        )

    def history(self, user: str) -> History:
        """Return what a user did, newest first: in the graph, and told since it was read.

        Titles above their maturity limit are not among it.

        Parameters
        ----------
        user
            Their id.

        Raises
        ------
        UnknownUserError
            Where nobody has this id.

        Examples
        --------
        >>> import cinewalk
        >>> from cinewalk.graph.model.example import example_graph
        >>> reco = cinewalk.Recommender(example_graph())
        >>> signal = reco.thumb("eve", "Brazil", 2, at=1_700_200_000)
        >>> print(reco.history("eve"))
        2023-11-17 05:46  gave Brazil (1985) two thumbs up, liked
        2023-11-15 22:13  rated Heat (1995) 5, liked
        2023-11-14 22:13  rated Alien (1979) 5, liked
        """
        from cinewalk.queries.recommend.history import history

        return history(self._session.snapshot, user)

    def because_you_watched(
        self,
        user: str,
        rows: int = 3,
        k: int = 10,
        *,
        order: Literal["first-part-first"] | None = "first-part-first",
    ) -> list[Row]:
        """Return a row of titles for each of the titles that a user liked most recently: finished, or loved.

        What is close to it, as in :meth:`similar`, and has not been seen; ``because_you_watched.cypher`` in Neo4j.

        Parameters
        ----------
        user
            Their id.
        rows
            How many of the newest liked titles; those from which no walk leads on are left out.
        k
            How many titles for each.
        order
            ``"first-part-first"``: of a story in several parts, the first that has not been seen comes first; ``None``
            for scores as they are.

        Examples
        --------
        >>> import cinewalk
        >>> from cinewalk.graph.model.example import example_graph
        >>> for row in cinewalk.Recommender(example_graph()).because_you_watched("eve", rows=1, k=2):
        ...     print(row)
        Because you watched Heat (1995)
          1. The Conversation (1974)  0.165
          2. Fargo (1996)  0.103
        """
        return Feeds(self._session.snapshot).because_you_watched(user, rows, k, order=order)

    def continue_watching(
        self, user: str, k: int = 10, *, at: dt.datetime | float | None = None
    ) -> Recommendations:
        """Return what a user has begun and not finished, what they most likely go on with first.

        ``score = (1 + progress) / 2 / (1 + days / 14)``, with ``days`` since they watched it: the farther and the
        fresher the likelier. This form is a convention; no open data say who went on. Watches without a time come
        last. ``continue_watching.cypher`` in Neo4j.

        Parameters
        ----------
        user
            Their id.
        k
            How many titles.
        at
            The instant, aware or in seconds since 1970; by default where the data end, or
            their newest watch.
        """
        return Feeds(self._session.snapshot).continue_watching(user, k, at=at)

    def new_releases(
        self,
        user: str,
        k: int = 10,
        *,
        days: int = 365,
        at: dt.datetime | float | None = None,
        order: Literal["first-part-first"] | None = "first-part-first",
    ) -> Recommendations:
        """Return titles that came out lately and that a user has not seen.

        What their likes lead to first (the walk over shared viewers), then what is nearest to their genres, then the
        newest. A title came out on its release day, else on the first day of its year, else when it was first seen in
        the data. ``new_releases.cypher`` in Neo4j.

        Parameters
        ----------
        user
            Their id.
        k
            How many titles.
        days
            How many days, the last one included, at least 1.
        at
            The last day, as an instant;
            by default where the data end (:func:`cinewalk.graph.model.time_windows.present`), as the note says.
        order
            ``"first-part-first"``: of a story in several parts, the first that has not been seen comes first; ``None``
            for scores as they are.
        """
        return Feeds(self._session.snapshot).new_releases(user, k, days=days, at=at, order=order)

    def top(
        self,
        k: int = 10,
        *,
        days: int | None = 7,
        at: dt.datetime | float | None = None,
        group: str | None = None,
        user: str | None = None,
    ) -> Recommendations:
        """Return the titles that most viewers rated, watched or gave a thumb up lately.

        The score is the number of viewers, 0 where they are too few to be told. ``top_this_week.cypher`` in Neo4j.

        Parameters
        ----------
        k
            How many titles.
        days
            How many days before ``at``; ``None`` for all time.
        at
            The last instant, aware or in seconds since 1970;
            by default where the data end (:func:`cinewalk.graph.model.time_windows.present`), as the note says.
        group
            The id of a demographic group, such as ``age=25-34``, whose viewers alone count; of at least 11 members.
        user
            Somebody's id: then without what they have given a thumb down, blocked, or must not be shown.

        Raises
        ------
        RequestError
            Where the group has fewer than 11 members, so that nobody shows through.
        """
        return Feeds(self._session.snapshot).top(k, days=days, at=at, group=group, user=user)

    def challenge(
        self,
        user: str,
        k: int = 10,
        *,
        order: Literal["first-part-first"] | None = "first-part-first",
    ) -> Recommendations:
        """Return the best titles in none of the three genres that a user likes most: outside of their bubble.

        They come from the walk over shared viewers. ``bubble.cypher`` in Neo4j.

        Parameters
        ----------
        user
            Their id.
        k
            How many titles.
        order
            ``"first-part-first"``: of a story in several parts, the first that has not been seen comes first; ``None``
            for scores as they are.
        """
        return Feeds(self._session.snapshot).challenge(user, k, order=order)

    def home(
        self,
        user: str,
        k: int = 10,
        *,
        because: int = 2,
        at: dt.datetime | float | None = None,
        order: Literal["first-part-first"] | None = "first-part-first",
    ) -> HomePage:
        """Return what the home page of a service shows a person: the feeds as rows, each with a heading that says why.

        Continue watching, because you watched, for you, new, top of the week in the smallest of their groups, and
        something else than usual; a title is in the first of the rows that have it, and nowhere else. ``home.cypher``
        in Neo4j.

        Parameters
        ----------
        user
            Their id.
        k
            How many titles a row has, at most.
        because
            How many rows there are because of single titles, at most.
        at
            The instant, aware or in seconds since 1970, as for the feeds.
        order
            ``"first-part-first"``: of a story in several parts, the first that has not been seen comes first; ``None``
            for scores as they are.

        Examples
        --------
        >>> import cinewalk
        >>> from cinewalk.graph.model.example import example_graph
        >>> page = cinewalk.Recommender(example_graph()).home("eve", k=2, because=1)
        >>> [shelf.heading for shelf in page]
        ['Because you watched Heat (1995)', 'For you', 'Top of the week']
        """
        return home(self._session.snapshot, user, k, because, at, order)

    def together(self, users: Iterable[str], k: int = 10, *, only: Only | None = None) -> Recommendations:
        """Return titles for several people at once that none of them has seen, with the share of each.

        ``score = Σ_u N(score_u) / n``, with ``N`` division by the L2 norm over what may be shown: everybody counts the
        same. ``group_night.cypher`` in Neo4j.

        Parameters
        ----------
        users
            Their ids, at least two different ones.
        k
            How many titles.
        """
        return Feeds(self._session.snapshot).together(users, Request(k=k, only=only))

    @overload
    def explain(
        self,
        user: str,
        title: str,
        *,
        walk: WalkName | None = None,
        only: Only | None = None,
        remedies: str | None = None,
        k: int = 10,
        order: Literal["first-part-first"] | None = None,
    ) -> Explanation: ...
    @overload
    def explain(
        self,
        user: str,
        title: str,
        *,
        instead_of: str,
        walk: WalkName | None = None,
        only: Only | None = None,
        remedies: str | None = None,
        k: int = 10,
        order: Literal["first-part-first"] | None = None,
    ) -> Contrast: ...

    def explain(
        self,
        user: str,
        title: str,
        *,
        instead_of: str | None = None,
        walk: WalkName | None = None,
        only: Only | None = None,
        remedies: str | None = None,
        k: int = 10,
        order: Literal["first-part-first"] | None = None,
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
        remedies
            The remedies, as in :meth:`cinewalk.Recommender.recommend`.
        k
            How many titles the list has that the title is in; some remedies depend on the whole list.
        order
            As in :meth:`cinewalk.Recommender.recommend`.

        Raises
        ------
        NotFoundError, AmbiguousTitleError
            Where the user or title does not exist, or the name fits several.
        RequestError
            Where the user has seen the title, or no walk leads to it.
        """
        request = Request(user, k, walk, only, remedies, order)
        explainer = Explainer(self._session.snapshot)
        return (
            explainer.explain(request, title)
            if instead_of is None
            else explainer.contrast(request, title, instead_of)
        )

    def explain_taste(
        self,
        title: str,
        titles: Iterable[str] = (),
        seed_genres: Iterable[str] = (),
        people: Iterable[str] = (),
        groups: Iterable[str] = (),
        *,
        only: Only | None = None,
        genres: Iterable[str] | None = None,
    ) -> Explanation:
        """Say why a title would be recommended for a taste put in words: every share of its score.

        Parameters
        ----------
        title
            The title's id or name.
        titles, seed_genres, people, groups, only, genres
            As for :meth:`taste`.

        Raises
        ------
        NotFoundError, AmbiguousTitleError, RequestError
            As for :meth:`taste`, and where no walk leads to the title.

        Examples
        --------
        >>> import cinewalk
        >>> from cinewalk.graph.model.example import example_graph
        >>> why = cinewalk.Recommender(example_graph()).explain_taste("Brazil", seed_genres=["Sci-Fi"])
        >>> print(next(why.paths()))
        you asked for Sci-Fi, which has Brazil (1985)
        """
        snapshot = self._session.snapshot
        taste = Taste.of(snapshot.catalogue, titles, _seeds(seed_genres, genres), people, groups)
        return taste.explain(snapshot, Request(only=only), title)

    def batch(
        self,
        out: str | Path,
        k: int = 10,
        *,
        users: Iterable[str] | None = None,
        walk: WalkName | None = None,
        only: Only | None = None,
        remedies: str | None = None,
        reasons: int = NAMED_REASONS,
        threads: int | None = None,
        force: bool = False,
        restart: bool = False,
        block_size: int | None = None,
        shard: tuple[int, int] = (1, 1),
        progress: Progress = no_progress,
    ) -> BatchSummary:
        """Write the lists of many users into a file; see :func:`cinewalk.queries.batch.batch.batch`.

        With ``shard=(3, 16)`` ``out`` is a folder, and the third of sixteen parts becomes a Parquet file in it.

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
        from cinewalk.queries.batch.batch import batch, part_of

        file = part_of(as_path(out, "the file of lists"), shard)
        self._session.note_written(file, BATCH)
        return batch(
            self._session.snapshot,
            file,
            Request(None, k, walk, only, remedies),
            users=users,
            reasons=reasons,
            threads=threads,
            force=force,
            restart=restart,
            block_size=block_size,
            shard=shard,
            progress=progress,
        )

    def audit(
        self,
        by: str | Iterable[str] | None = None,
        creators: str | Iterable[str] | None = None,
        *,
        walk: WalkName | None = None,
        groups: Literal["all", "none"] | None = None,
        remedies: str | None = None,
        seed: int = 0,
        progress: Progress = no_progress,
    ) -> Audit:
        """Measure how groups of viewers are served, what is shown, and what knowing groups changes.

        See :func:`cinewalk.queries.audit.audit.audit`. What was told since the last :meth:`refresh` does not count.

        Parameters
        ----------
        by, creators
            The kinds of groups of viewers, and of those who made titles; by default all there are.
        walk, groups, remedies
            Instead of the recommender's own; ``remedies=""`` for none.
        seed
            Of the split's ties, of intervals and of chance.
        progress
            Told how far the work is.

        Raises
        ------
        RequestError, MissingPackageError
            As there.
        """
        from cinewalk.queries.audit.audit import audit

        Request(walk=walk, rerank=remedies)
        defaults = self._session.snapshot.defaults
        its_groups: Literal["all", "none"] = "all" if defaults.groups else "none"
        return audit(
            self.graph,
            self.settings,
            by,
            creators,
            walk=walk or defaults.walk,
            groups=its_groups if groups is None else _checked_groups(groups),
            remedies=defaults.rerank if remedies is None else remedies,
            seed=seed,
            progress=progress,
        )

    def publish(
        self,
        driver: neo4j.Driver,
        *,
        database: str | None = None,
        fresh: bool = False,
        replace: bool = False,
        derived: bool = True,
        timeout: float = TIMEOUT,
        progress: Progress = no_progress,
    ) -> Published:
        """Write the graph into Neo4j, with the relationships that its walks take under these settings.

        Parameters
        ----------
        driver
            A driver of the ``neo4j`` package; it stays open.
        database, fresh, replace, derived, timeout, progress
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
            replace=replace,
            source=self._session.snapshot.defaults.called or None,
            settings=self.settings,
            derived=derived,
            timeout=timeout,
            progress=progress,
        )

    def refresh(self, *, full: bool = False, progress: Progress = no_progress) -> Changes:
        """Bring what has been told into the shared walks, and read what has changed in the Neo4j of the graph.

        From a Neo4j, read are nodes, relationships at least as new as the newest known one, and all of a kind whose
        checksum differs: what was created, deleted, moved, or changed under its old time. Not seen are numbers changed
        by less than 1/65536, times by less than a second, and one change in two thousand million, whose hashes sum to
        the same; ``full`` reads everything. Others may ask and tell meanwhile: a call that has begun ends on the graph
        as it was, and what is told counts on the new one, too.

        Parameters
        ----------
        full
            Whether to read everything.
        progress
            Told how far reading is.

        Returns
        -------
        Changes
            True where the graph is another one since; it says what was read, or how many signals came in. Empty where
            there was nothing to do.

        Raises
        ------
        SourceError, DatabaseError
            As when it was read first; the graph then stays as it is, and nothing that was told is lost.
        """
        return self._session.refresh(full=full, progress=progress)

    def catch_up(self) -> bool:
        """Put in force what other processes have told of the same graph folder since; with ``keep`` alone.

        Signals that are told here bring it along anyway. Nobody waits where there is nothing new.

        Returns
        -------
        bool
            Whether there was anything new.

        Raises
        ------
        StorageError, GraphFolderError
            Where the journal cannot be read.

        Examples
        --------
        >>> import tempfile
        >>> import cinewalk
        >>> from cinewalk.graph.model.example import example_graph
        >>> with tempfile.TemporaryDirectory() as folder:
        ...     place = cinewalk.save(example_graph(), f"{folder}/mine.cinewalk")
        ...     here, there = cinewalk.Recommender(place, keep=True), cinewalk.Recommender(place, keep=True)
        ...     signal = there.thumb("zoe", "Alien", 1, at=1_700_000_000)
        ...     here.catch_up(), here.catch_up(), here.history("zoe")[0].title
        (True, False, 'Alien')
        """
        return self._session.catch_up()

    def cypher(self, name: str) -> str:
        """Return the text of a ready Cypher query; ``docs/cypher.md`` tells what each is for.

        Parameters
        ----------
        name
            Its name.

        Raises
        ------
        RequestError
            Where there is none, with the nearest names.

        Examples
        --------
        >>> import cinewalk
        >>> from cinewalk.graph.model.example import example_graph
        >>> cinewalk.Recommender(example_graph()).cypher("similar_titles").splitlines()[0]
        '// Titles like one title'
        """
        return ready_query(name).text

    def query(self, name: str, /, **parameters: Any) -> list[dict[str, Any]]:
        """Run a ready Cypher query on the Neo4j that the graph comes from.

        Parameters
        ----------
        name
            Its name.
        parameters
            Its parameters, under their names in Cypher: ``reco.query("similar_titles", titleId="50", k=10)``.

        Returns
        -------
        list
            One dictionary a row, with the values that the driver gives.

        Raises
        ------
        RequestError
            Where there is no such query, it takes other parameters, or the graph does not come from a Neo4j.
        DatabaseError
            Where the database cannot be reached or refuses.
        """
        return self._session.query(name, parameters)

    def close(self) -> None:
        """Close the connection to a Neo4j, where there is one; what has been read can still be asked."""
        self._session.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    @property
    def _events(self) -> Events:
        return Events(self._session)


def _checked_groups(groups: Literal["all", "none"]) -> Literal["all", "none"]:
    if groups not in ("all", "none"):
        raise RequestError(f"groups is {shown(groups)}; it must be 'all' or 'none'.")
    return groups


def _seeds(seed_genres: Iterable[str], genres: Iterable[str] | None) -> Iterable[str]:
    """Take the former name of an argument, with a warning."""
    if genres is None:
        return seed_genres
    warnings.warn(
        "genres is called seed_genres now; only=Only(genres=…) filters.", DeprecationWarning, stacklevel=3
    )
    return genres
