"""Erase a person wherever a recommender has them: in memory, in its graph folder, in its Neo4j."""

from __future__ import annotations

from contextlib import nullcontext
from typing import TYPE_CHECKING

from cinewalk.errors import RequestError
from cinewalk.graph.numeric.progress import no_progress
from cinewalk.graph.walks.registry import Registry
from cinewalk.loaders.neo4j.read.mapping import find_mapping
from cinewalk.loaders.neo4j.write.lock import publishing
from cinewalk.loaders.neo4j.write.run_facts import settings_of_run
from cinewalk.loaders.neo4j.write.writer import Writer
from cinewalk.loaders.store.erase import Erased, counts, erase_from_folder

if TYPE_CHECKING:
    from cinewalk.graph.numeric.progress import Progress
    from cinewalk.loaders.neo4j.server.connection import Connection
    from cinewalk.queries.recommend.session import Session


def erase(session: Session, user: str, progress: Progress = no_progress, *, dry_run: bool = False) -> Erased:
    """Erase a person; parameters and errors as those of :meth:`cinewalk.Recommender.erase`."""
    user_id = session.snapshot.known_as(user)
    if session.place is not None:
        erased = erase_from_folder(session.place, user_id, progress, dry_run=dry_run)
        if not dry_run:
            session.forget(user_id)
        return erased
    session.snapshot.position(user_id)
    if session.live is not None:
        return _from_database(session, user_id, progress, dry_run=dry_run)
    known = counts(session.snapshot.events_of(user_id), known=True)
    if not dry_run:
        session.forget(user_id)
    removed = tuple(("memory", what, count) for what, count in known.items())
    return Erased(user_id, removed, ("what was saved or published of this graph",), dry_run)


def _from_database(session: Session, user_id: str, progress: Progress, *, dry_run: bool) -> Erased:
    assert session.live is not None
    if session.live.asked.mapping != find_mapping(None):
        raise RequestError(
            "the database has names of its own; erase the person there with its own means, and `refresh` here."
        )
    place = session.live.connection.place
    unreached = (
        "the source: publishing it again brings them back; graphs that were saved from the database, and its backups",
        f"lists kept in {place} as RECOMMENDED, which go with the derived relationships: publish them again",
    )
    if dry_run:
        known = counts(session.snapshot.events_of(user_id), known=True)
        removed = tuple((place, what, count) for what, count in known.items())
    else:
        removed = tuple((place, *row) for row in _erased(session, session.live.connection, user_id, progress))
    return Erased(user_id, removed, unreached, dry_run)


def _erased(
    session: Session, connection: Connection, user_id: str, progress: Progress
) -> list[tuple[str, int]]:
    """Erase, and write what is derived once more, where anything is: numbers of others hold a part of the person."""
    run = connection.read("MATCH (run:CinewalkRun) WHERE run.run IS NOT NULL RETURN properties(run) AS facts")
    with publishing(connection) if run else nullcontext("") as owner:
        rows = session.query("erase_user", {"userId": user_id})
        session.refresh(full=True, progress=progress)
        if run:
            facts = run[0]["facts"]
            registry = Registry(session.snapshot.graph, settings_of_run(facts))
            Writer(connection, progress, owner).derived(registry, None, facts.get("source"))
    return [(row["type"], row["removed"]) for row in rows]
