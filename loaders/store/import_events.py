"""Rows of event tables as entries of a journal."""

from __future__ import annotations

from typing import TYPE_CHECKING

from cinewalk.graph.model import schema
from cinewalk.graph.model.graph_checks import check_ids
from cinewalk.loaders.store.journal import EMPTIED, JournalEntry

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator, Mapping

    import pandas as pd


def history_entries(
    frames: Mapping[str, pd.DataFrame], emptied: Collection[str] = ()
) -> Iterator[JournalEntry]:
    """Yield the entries of a history; of one user and title and kind, the given event takes the place of the old.

    Parameters
    ----------
    frames
        By the name of an event table of :data:`cinewalk.graph.model.schema.EVENT_TABLES`: rows with its columns, each
        user and title once. Users may be new; times are seconds, 0 where unknown.
    emptied
        The users whose earlier events go; their groups and their limit stay.

    Raises
    ------
    RequestError
        Where a user's id holds control characters.
    """
    users = {user for frame in frames.values() for user in frame["user_id"].astype(str)}
    check_ids(schema.USER.label, sorted(users.union(emptied)))
    for user in emptied:
        yield JournalEntry(user, EMPTIED, "", None, None, imported=True)
    for table, frame in frames.items():
        kind = schema.EVENT_TABLES[table]
        names = [prop.name for prop in kind.properties]
        columns = [frame[name].tolist() for name in names]
        owners, titles = frame["user_id"].astype(str), frame["title_id"].astype(str)
        for user, title, *cells in zip(owners, titles, *columns, strict=True):
            yield JournalEntry(
                user, kind.name, title, None, dict(zip(names, cells, strict=True)), imported=True
            )
