"""The state of a recommender over time: the snapshot in force, what was told, and the Neo4j or journal behind it."""

from __future__ import annotations

from collections import defaultdict
from contextlib import contextmanager
from pathlib import Path
from threading import Lock, RLock
from typing import TYPE_CHECKING, Any, TypeVar

from cinewalk.errors import RequestError
from cinewalk.graph.model.apply_events import folded, without_users
from cinewalk.graph.numeric.progress import no_progress
from cinewalk.graph.walks.prepare import renew
from cinewalk.loaders.base.changes import Changes
from cinewalk.loaders.neo4j.write.signals import write_change
from cinewalk.loaders.store.erase import note_written
from cinewalk.loaders.store.kept import laid_over
from cinewalk.queries.recommend.signal import SignalLog, replayed, signal_of
from cinewalk.queries.recommend.snapshot import Snapshot
from cinewalk.queries.words.mapped_query import in_names
from cinewalk.queries.words.ready import ready_query

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence

    from cinewalk.graph.model.graph import Graph
    from cinewalk.graph.model.user_events import UserEvents
    from cinewalk.graph.numeric.progress import Progress
    from cinewalk.loaders.neo4j.read.refresh import LiveGraph
    from cinewalk.loaders.store.journal import JournalEntry
    from cinewalk.loaders.store.kept import KeptGraph
    from cinewalk.queries.recommend.signal import Change, Signal
    from cinewalk.queries.recommend.snapshot import Defaults


_Made = TypeVar("_Made", "Change", "Change | None")


class Session:
    """One snapshot in force, which readers take once; signals and refreshes put another in its place.

    A signal is written to the Neo4j first, where there is one, from what that holds of the person by then; then it is
    noted in the journal and put in force, under one lock: what has been acknowledged is never lost. A refresh folds in
    what the journal held when it began; what is told meanwhile is laid over the new graph. Readers never wait. A pickle
    or copy leaves the connection to a Neo4j behind.
    With a journal on disk a signal is written there first, and what other processes have written counts from then on.

    Parameters
    ----------
    graph
        The graph.
    defaults
        What counts unless a call says otherwise.
    live
        The graph's Neo4j, where it comes from one.
    kept
        The graph folder that it comes from, and what is laid over it.
    log
        Where signals are kept.
    """

    def __init__(
        self,
        graph: Graph,
        defaults: Defaults,
        live: LiveGraph | None = None,
        kept: KeptGraph | None = None,
        log: SignalLog | None = None,
    ) -> None:
        self.live, self.log = live, log
        self.place = None if kept is None else kept.place
        self.snapshot = Snapshot(graph, defaults, {} if kept is None else kept.events)
        self._journal: list[Signal] = []
        self._laid_over = 0 if kept is None else kept.entries
        self._done: defaultdict[str, list[Signal]] = defaultdict(list)
        self._writing, self._refreshing = RLock(), Lock()

    def __getstate__(self) -> dict[str, Any]:
        with self._writing:
            done = {user_id: list(signals) for user_id, signals in self._done.items()}
            return {
                "snapshot": self.snapshot,
                "journal": list(self._journal),
                "done": done,
                "log": None if self.log is None else self.log.another(),
                "laid_over": self._laid_over,
                "place": self.place,
            }

    def __setstate__(self, state: dict[str, Any]) -> None:
        self.live, self.snapshot, self._journal = None, state["snapshot"], state["journal"]
        self._done = defaultdict(list, state["done"])
        self.log, self._laid_over, self.place = state["log"], state["laid_over"], state["place"]
        self._writing, self._refreshing = RLock(), Lock()

    def tell(self, user: str, change: Callable[[Snapshot], Change]) -> Signal:
        """Put in force what somebody did.

        Parameters
        ----------
        user
            The person.
        change
            Works out from a snapshot what the signal makes of the person, while nobody else tells anything. On a Neo4j
            the snapshot has what the database holds of the person, and it is called again where a transaction is.
        """
        with self._writing:
            with self._keeping():
                made = self._made(user, change)
                if self.log is not None:
                    self.log.add(made.signal)
            signal = self._take(made)
            if self.log is None:
                self._done[signal.user_id].append(signal)
            return signal

    def undo(self, user: str, change: Callable[[Snapshot, Signal], Change | None]) -> Signal:
        """Take back the last signal of a person that was given here and not yet taken back.

        Raises
        ------
        RequestError
            Where there is none, or others have written over it: then the one before is the last.
        """
        with self._writing:
            user_id = self.snapshot.known_as(user)
            with self._keeping():
                last = self._last(user_id)
                if last is None:
                    raise RequestError(f"there is nothing to undo for user {user_id!r}.")
                number, signal = last
                made = self._made(user, lambda snapshot: change(snapshot, signal))
                if made is None:
                    self._done[user_id].pop()
                    raise RequestError(
                        f"others have written over the last signal of user {user_id!r}; it cannot be taken back any "
                        "more. Undo again for the one before."
                    )
                if self.log is not None:
                    self.log.add(made.signal, undoes=number)
            signal = self._take(made)
            if self.log is None:
                self._done[user_id].pop()
            return signal

    def _made(self, user: str, change: Callable[[Snapshot], _Made]) -> _Made:
        """Return what a signal makes of a person; in the Neo4j, where there is one, it is written then."""
        snapshot = self.snapshot
        if self.live is None:
            return change(snapshot)
        user_id = snapshot.known_as(user)

        def changed(person: UserEvents) -> _Made:
            return change(snapshot.told(user_id, person))

        known = user_id in snapshot.events or snapshot.graph.users.ids.find(user_id) is not None
        groups = snapshot.events_of(user_id).groups
        return write_change(self.live, snapshot.graph.titles, user_id, changed, known=known, groups=groups)

    def _last(self, user_id: str) -> tuple[int, Signal] | None:
        if self.log is not None:
            return self.log.last_standing(user_id)
        done = self._done.get(user_id)
        return (len(done), done[-1]) if done else None

    @contextmanager
    def _keeping(self) -> Iterator[None]:
        """Write to the journal on disk, where there is one, with what others have written there in force."""
        if self.log is None:
            yield
            return
        with self.log.writing() as news:
            self._lay_over(news)
            yield

    def catch_up(self) -> bool:
        """Put in force what other processes have written to the journal on disk; tell whether there was anything."""
        if self.log is None or not self.log.has_news():
            return False
        with self._writing:
            return self._lay_over(self.log.news())

    def take_in(self, entries: Iterable[JournalEntry]) -> None:
        """Put in force what somebody did elsewhere, where there is neither a journal on disk nor a Neo4j."""
        with self._writing:
            self._lay_over(list(entries))

    def _lay_over(self, news: Sequence[JournalEntry]) -> bool:
        if news:
            events, _ = laid_over(self.snapshot.graph, self.snapshot.events, news)
            self._journal += map(signal_of, news)
            self.snapshot = self.snapshot.with_events(events)
        return bool(news)

    def _take(self, change: Change) -> Signal:
        """Put in force what is written: what counts here is never more than what the database has."""
        self._journal.append(change.signal)
        self.snapshot = self.snapshot.told(change.signal.user_id, change.events)
        return change.signal

    def refresh(self, *, full: bool = False, progress: Progress = no_progress) -> Changes:
        """Bring signals into the shared walks, and read what has changed in the Neo4j that the graph comes from."""
        with self._refreshing:
            with self._writing:
                before, mark = self.snapshot, len(self._journal)
                told = sum(len(signals) for signals in self._done.values()) if self.log is None else mark
                standing = told + self._laid_over
            graph, changes = self._read(before, standing if mark or before.events else None, full, progress)
            self._put_in_force(graph, mark)
            return changes

    def _read(
        self, before: Snapshot, standing: int | None, full: bool, progress: Progress
    ) -> tuple[Graph, Changes]:
        """Return the graph that holds everything up to a mark of the journal, and what is new in it.

        ``standing`` are the signals up to there that were not taken back; ``None`` where there was nothing at all.
        """
        if self.live is not None:
            changes = self.live.refresh(
                full=full, progress=progress, renew=lambda graph: renew(before.registry, graph, progress)
            )
            return self.live.graph, changes
        if standing is None:
            return before.graph, Changes(False, {}, ())
        graph = renew(before.registry, folded(before.graph, before.events), progress)
        return graph, Changes(True, {"signals": standing}, ())

    def _put_in_force(self, graph: Graph, mark: int) -> None:
        """Put a graph in force that holds the journal up to a mark, with what was told later laid over it."""
        with self._writing:
            later = self._journal[mark:]
            snapshot = self.snapshot
            if graph is not snapshot.graph or mark:
                snapshot = Snapshot(graph, snapshot.defaults)
                if graph is self.snapshot.graph:
                    vars(snapshot).update(registry=self.snapshot.registry, catalogue=self.snapshot.catalogue)
                for signal in later:
                    snapshot = replayed(snapshot, signal)
            self._journal, self._laid_over = later, 0
            still = {id(signal) for signal in later}
            kept = {
                user_id: [signal for signal in signals if id(signal) in still]
                for user_id, signals in self._done.items()
            }
            # Whoever has nothing left to undo is forgotten: a service hears of ever more people.
            self._done = defaultdict(list, {user_id: signals for user_id, signals in kept.items() if signals})
            self.snapshot = snapshot

    def forget(self, user_id: str) -> None:
        """Put a graph in force that has never known a person; what others told is as it was."""
        with self._refreshing, self._writing:
            before = self.snapshot
            graph = without_users(before.graph, [user_id])
            others = {user: events for user, events in before.events.items() if user != user_id}
            moved = {user: events.in_groups_of(before.graph, graph) for user, events in others.items()}
            self._journal = [signal for signal in self._journal if signal.user_id != user_id]
            self._done.pop(user_id, None)
            self.snapshot = Snapshot(graph, before.defaults, moved)

    def note_written(self, path: str | Path, kind: str, user_id: str | None = None) -> None:
        """Note with the graph folder, where there is one, that a file is written which says something of people."""
        if self.place is not None:
            note_written(self.place, Path(path), kind, user_id)

    def query(self, name: str, parameters: Mapping[str, Any]) -> list[dict[str, Any]]:
        """Run a ready Cypher query on the Neo4j that the graph comes from."""
        query = ready_query(name)
        query.check(parameters)
        if self.live is None:
            raise RequestError(
                f"the query {name} runs on a Neo4j. Make the recommender with the address of one."
            )
        if self.live.prefix is not None:
            query = in_names(query, self.live.asked.mapping, self.live.prefix)
        run = self.live.connection.write if query.writes else self.live.connection.read
        return [dict(row) for row in run(query.text, **parameters)]

    def close(self) -> None:
        """Close the connection to a Neo4j, where there is one; what has been read can still be asked."""
        if self.live is not None:
            self.live.close()
        if self.log is not None:
            self.log.close()
