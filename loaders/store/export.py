"""All that a graph knows of one person, as files: CSV tables and JSON, each of which ``load`` reads back."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from cinewalk.clean_text import clean
from cinewalk.errors import RequestError, StorageError
from cinewalk.graph.model import schema
from cinewalk.loaders.store.generations import synced
from cinewalk.loaders.store.journal import Journal

if TYPE_CHECKING:
    from pathlib import Path

    from cinewalk.graph.model.graph import Graph
    from cinewalk.graph.model.user_events import UserEvents


def export_person(
    graph: Graph, user_id: str, events: UserEvents, folder: Path, place: Path | None = None
) -> dict[str, int]:
    """Write all that is known of a person into a folder.

    Parameters
    ----------
    graph
        The graph.
    user_id, events
        The person, and all that they did.
    folder
        Where to; it is made, and must be empty where it is there.
    place
        The graph's folder, whose journal and register of files also know of them.

    Returns
    -------
    dict
        How many rows each file has, by its name.

    Raises
    ------
    RequestError
        Where the folder holds something.
    StorageError
        Where it cannot be written.
    """
    if folder.exists() and (not folder.is_dir() or any(folder.iterdir())):
        raise RequestError(f"{folder} is there already and is not an empty folder. Choose another name.")
    tables = {name: frame for name, frame in _tables(graph, user_id, events).items() if len(frame)}
    person = _person(graph, user_id, events, place) | {
        name: _records(frame) for name, frame in tables.items()
    }
    try:
        folder.mkdir(0o700, parents=True, exist_ok=True)
        for name, frame in tables.items():
            with synced(folder / f"{name}.csv") as stream:
                stream.write(clean(frame.to_csv(index=False), lines=True).encode())
        with synced(folder / "person.json") as stream:
            stream.write(clean(json.dumps(person, ensure_ascii=False, indent=1), lines=True).encode())
    except OSError as error:
        raise StorageError(
            f"{folder}: cannot be written ({error.strerror or error}). Choose another place."
        ) from error
    return {**{f"{name}.csv": len(frame) for name, frame in tables.items()}, "person.json": 1}


def _tables(graph: Graph, user_id: str, events: UserEvents) -> dict[str, pd.DataFrame]:
    ids = graph.titles.ids.ids
    tables = {"users": _users(graph, user_id, events), "titles": _titles(graph, events)}
    for table, kind in schema.EVENT_TABLES.items():
        rows = [
            {"user_id": user_id, "title_id": ids[title], **_known(values)}
            for title, values in sorted(events.events[kind.name].items())
        ]
        tables[table] = pd.DataFrame(rows)
    return tables


def _known(values: Any) -> dict[str, Any]:
    """Leave a time open that is not known."""
    return {
        name: None if name == schema.TIMESTAMP.name and value == schema.UNKNOWN_TIME else value
        for name, value in values.items()
    }


def _records(frame: pd.DataFrame) -> list[dict[str, Any]]:
    """Return the rows of a table without what is not known."""
    rows: list[dict[Any, Any]] = frame.to_dict("records")
    return [
        {name: value for name, value in row.items() if not pd.isna(value) and value != ""} for row in rows
    ]


def _users(graph: Graph, user_id: str, events: UserEvents) -> pd.DataFrame:
    groups = graph.nodes[schema.GROUP.label].ids.ids
    pairs = (groups[group].partition("=")[::2] for group in events.groups.tolist())
    limit = {} if events.limit is None else {schema.MATURITY_LIMIT.name: events.limit}
    return pd.DataFrame([{"user_id": user_id, **limit, **dict(pairs)}])


def _titles(graph: Graph, events: UserEvents) -> pd.DataFrame:
    """Return what the graph says of the titles that they did something with."""
    places = sorted({title for of_kind in events.events.values() for title in of_kind})
    frame = graph.titles.to_frame().iloc[places]
    in_genre, names = graph.relations[schema.IN_GENRE.name], graph.genres.ids.ids
    genres = [
        "|".join(names[genre] for genre in in_genre.indices[in_genre.row(place)].tolist()) for place in places
    ]
    return frame.assign(genres=np.array(genres, dtype=object))


def _person(graph: Graph, user_id: str, events: UserEvents, place: Path | None) -> dict[str, Any]:
    ids, names = graph.titles.ids.ids, graph.titles.text(schema.TITLE.name)
    journal = None if place is None else Journal(place)
    entries = [] if journal is None else journal.entries(user_id=user_id)
    files = [] if journal is None else journal.written()
    return {
        "user_id": user_id,
        "likes": [
            {"title_id": ids[title], "title": names[title], **like._asdict()}
            for title, like in sorted(events.likes.items())
        ],
        "signals": [{"number": number, **entry._asdict()} for number, entry in entries],
        "files": [name for name, _, whose in files if whose in (None, user_id)],
    }
