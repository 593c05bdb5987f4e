"""From checked files to checked tables: what takes more than one row, or more than one file, to see."""

from __future__ import annotations

import functools
import re
from dataclasses import replace
from typing import TYPE_CHECKING, Any, Final

import numpy as np
import pandas as pd

from cinewalk.graph.model.schema import (
    EVENT_TABLES,
    IMDB_ID,
    PERSON_ID,
    SAME_TITLE_ID,
    TABLES,
    THUMB,
    TITLE_ID,
    TMDB_ID,
    UNKNOWN,
    UNKNOWN_YEAR,
    USER_ID,
)
from cinewalk.loaders.tables.cells import MISSING, as_column, is_plain_decimal
from cinewalk.loaders.tables.empty_words import settle_empty_words
from cinewalk.loaders.tables.genres import settle_genres
from cinewalk.loaders.tables.layouts import TableRows, join_rows, kind_of
from cinewalk.loaders.tables.tables import Reject, TableCount, Tables
from cinewalk.loaders.titles.names import parse_title

if TYPE_CHECKING:
    from collections.abc import Iterable

    import numpy.typing as npt


#: Up to so many possible keys, a table of them all is the quickest way to see one twice.
_TABLE_SIZE: Final = 1 << 24
_LINKS: Final = "links"
#: A whole number that a program has taken for a decimal one.
_FLOAT: Final = re.compile(r"[0-9]+\.0+")
_OWNERS: Final = {USER_ID.name: "users", TITLE_ID.name: "titles"}
#: Columns that name a user or a title, and the id that is meant.
_REFERENCES: Final = {**{name: name for name in _OWNERS}, SAME_TITLE_ID.name: TITLE_ID.name}


def join_tables(rows: Iterable[TableRows], notes: Iterable[str]) -> Tables:
    """Make the tables of a source of the rows of its files.

    Takes out users and titles that are there twice, events of unknown users or titles, and all but the
    newest of several events of the same user and title; and fills in what no file says.
    """
    parts = list(rows)
    _give_ids_one_type([part.frame for part in parts])
    owners = {part.table: part for part in parts if part.table in _OWNERS.values()}
    settle_empty_words(parts)
    for part in owners.values():
        settle_genres(part)
        _reject_repeated_ids(part)
    events = [part for part in parts if part.table not in {*owners, _LINKS}]
    for part in owners.values():
        if part.is_partial:
            _add_missing_ids(part, events)
    for part in events:
        _reject_unknown_ids(part, owners)
    read = _together(parts)
    for part in read.values():
        if part.table not in owners:
            _drop_duplicates(part)
    counts = {
        name: TableCount(part.count, len(part.frame) - part.added, part.rejected, part.duplicates)
        for name, part in ((name, read[name]) for name in TABLES if name in read)
    }
    rejects = [
        reject
        for name in counts
        for reject in sorted(read[name].rejects, key=lambda reject: (reject.file, reject.line, reject.column))
    ]
    frames = {name: _complete(name, read[name].frame) for name in counts}
    told = [*notes, *(note for part in parts for note in part.notes)]
    frames |= {name: _empty(name, frames) for name in TABLES if name not in frames}
    for id_name, owner in _OWNERS.items():
        if owner not in counts:
            frames[owner] = _complete(owner, _ids_in_use(id_name, frames))
    if _LINKS in read:
        frames["titles"] = _linked(frames["titles"], frames[_LINKS])
        told += _note_on_links(frames["titles"], read[_LINKS])
    files = tuple(part.file for part in parts)
    return Tables(**frames, counts=counts, rejects=tuple(rejects), notes=tuple(told), files=files)


def _linked(titles: pd.DataFrame, links: pd.DataFrame) -> pd.DataFrame:
    """Give titles the outside ids that links have for them; what a title says itself comes first."""
    rows = links.set_index(TITLE_ID.name).reindex(titles[TITLE_ID.name]).fillna("").reset_index(drop=True)
    names = (IMDB_ID.name, TMDB_ID.name)
    return titles.assign(**{name: titles[name].where(titles[name] != "", rows[name]) for name in names})


def _note_on_links(titles: pd.DataFrame, links: TableRows) -> list[str]:
    """Say how many links lead to nothing: they harm nobody, and sets are cut down without them."""
    surplus = int((~links.frame[TITLE_ID.name].isin(titles[TITLE_ID.name])).sum())
    what = f"{surplus:,} of its rows are" if surplus > 1 else "one of its rows is"
    return [f"{links.file}: {what} about titles that nothing else speaks of."] if surplus else []


def _give_ids_one_type(frames: list[pd.DataFrame]) -> None:
    """Make each kind of id int64 where every single id is the plain decimal of an integer, else text."""
    for name in (USER_ID.name, TITLE_ID.name, PERSON_ID.name):
        holders = [frame for frame in frames if name in frame]
        texts = [frame for frame in holders if frame[name].dtype != "int64"]
        if all(is_plain_decimal(text) for frame in texts for text in frame[name].unique()):
            for frame in texts:
                frame[name] = as_column("id", frame[name].tolist(), frame.index)
        else:
            for frame in holders:
                frame[name] = frame[name].astype("str")


def _reject_repeated_ids(part: TableRows) -> None:
    """Keep the first row of each id."""
    (name,) = TABLES[part.table].key
    ids = part.frame[name]
    repeated = ids.duplicated().to_numpy(bool)
    if repeated.any():
        kept = ids[~repeated]
        first = dict(zip(kept, kept.index, strict=True))
        part.rejects.extend(
            Reject(part.file, line, name, str(value), f"is there already, on line {first[value]}")
            for line, value in zip(ids.index[repeated], ids[repeated], strict=True)
        )
        part.frame = part.frame.loc[~repeated]


def _together(parts: Iterable[TableRows]) -> dict[str, TableRows]:
    """Put the rows of files that become one table together."""
    by_table: dict[str, list[TableRows]] = {}
    for part in parts:
        by_table.setdefault(part.table, []).append(part)
    for same in by_table.values():
        for part in same:
            part.rejects = [
                replace(reject, column=part.shown.get(reject.column, reject.column))
                for reject in part.rejects
            ]
    return {table: join_rows(same) for table, same in by_table.items()}


def _add_missing_ids(owner: TableRows, events: Iterable[TableRows]) -> None:
    """Give a table that does not list all of them the users, or titles, that others speak of."""
    (name,) = TABLES[owner.table].key
    known = owner.frame[name]
    spoken_of = pd.concat([known.iloc[:0], *(part.frame[name] for part in events if name in part.frame)])
    missing = spoken_of[~spoken_of.isin(known)].drop_duplicates()
    if len(missing):
        columns = {
            column: as_column(kind_of(owner.table, column), [None] * len(missing), missing.index)
            for column in owner.frame.columns
        }
        owner.frame = pd.concat([owner.frame, pd.DataFrame({**columns, name: missing})])
        owner.added = len(missing)
        what = f"{len(missing)} of the {owner.table} that others speak of"
        owner.notes = (*owner.notes, f"{owner.file}: lacks {what}; they have no name but their id.")


def _reject_unknown_ids(part: TableRows, read: dict[str, TableRows]) -> None:
    """Keep the rows whose users and titles exist, where a file says which do; name every unknown one."""
    wrong = np.zeros(len(part.frame), dtype=bool)
    for name, id_name in _REFERENCES.items():
        owner = _OWNERS[id_name]
        if name in part.frame and owner in read:
            known = read[owner].frame[id_name]
            ids = part.frame[name]
            if name == SAME_TITLE_ID.name:
                unknown = ~ids.isin(known.astype("str")).to_numpy(bool) & (ids != "").to_numpy(bool)
            elif ids.dtype == "int64":
                unknown = np.isin(ids.to_numpy(), known.to_numpy(), invert=True)
            else:
                unknown = ~ids.isin(known).to_numpy(bool)
            if unknown.any():
                near = {_bare(text): text for text in map(str, known.tolist())}
                why = f"is not in {read[owner].file}"
                part.rejects.extend(
                    Reject(part.file, line, name, str(value), why + _near(str(value), near))
                    for line, value in zip(ids.index[unknown], ids[unknown], strict=True)
                )
                wrong |= unknown
    if wrong.any():
        part.frame = part.frame.loc[~wrong]


def _bare(text: str) -> str:
    """Return an id as a number: without the zeros in front, which spreadsheets take away, and a part of zero."""
    return text.partition(".")[0].lstrip("0") if _FLOAT.fullmatch(text) else text.lstrip("0")


def _near(value: str, near: dict[str, str]) -> str:
    """Tell of an id that is there, as a number of another look."""
    bare = _bare(value)
    return f", which has {near[bare]}" if bare in near else ""


def _codes(ids: pd.Series[Any]) -> tuple[npt.NDArray[np.int64], int]:
    """Number the ids, and say how many numbers there may be."""
    if ids.dtype == "int64":
        values = ids.to_numpy()
        if values.size == 0 or values.max() < 1 << 31:
            return values, int(values.max(initial=0)) + 1
    codes, distinct = pd.factorize(ids)
    return codes.astype(np.int64), max(len(distinct), 1)


def _are_distinct(keys: npt.NDArray[np.int64], space: int) -> bool:
    """Tell whether no key is there twice; all are from 0 to below ``space``."""
    if (keys[1:] > keys[:-1]).all():
        return True
    if space <= _TABLE_SIZE:
        taken = np.zeros(space, dtype=bool)
        taken[keys] = True
        return int(np.count_nonzero(taken)) == len(keys)
    ordered = np.sort(keys)
    return bool((ordered[1:] != ordered[:-1]).all())


def _drop_duplicates(part: TableRows) -> None:
    """Of the rows with one key keep the newest; of several as new as it, the last."""
    keys, space = np.zeros(len(part.frame), dtype=np.int64), 1
    for name in TABLES[part.table].key:
        codes, size = _codes(part.frame[name])
        if space >= (1 << 62) // size:
            keys, distinct = pd.factorize(keys)
            space = len(distinct)
        keys, space = keys * size + codes, space * size
    if _are_distinct(keys, space):
        return
    times = part.frame["timestamp"].to_numpy() if "timestamp" in part.frame else np.zeros_like(keys)
    order = np.lexsort((times, keys))  # stable: of equal times the last line comes last
    is_last = np.append(keys[order][1:] != keys[order][:-1], True)
    part.duplicates = int((~is_last).sum())
    part.frame = part.frame.iloc[np.sort(order[is_last])]


def _complete(table: str, frame: pd.DataFrame) -> pd.DataFrame:
    """Bring a frame to the columns of its table, with what stands for "unknown" where nothing is known."""
    columns: dict[str, pd.Series[Any]] = {}
    for column in TABLES[table].columns:
        name = column.name
        values = frame[name] if name in frame else as_column(column.kind, [None] * len(frame), frame.index)
        if name in UNKNOWN:
            missing = values == MISSING
            values = values.mask(missing, UNKNOWN[name]) if missing.any() else values
        columns[name] = values.astype("int8") if column == THUMB else values
    if table == "titles":
        _name_titles(columns)
    groups = {name: frame[name] for name in sorted(set(frame.columns) - set(columns))}
    return pd.DataFrame({**columns, **groups}, copy=False).reset_index(drop=True)


def _name_titles(columns: dict[str, pd.Series[Any]]) -> None:
    """Turn titles round, take the year from them where no column gives it, and name the nameless."""
    index = columns["title"].index
    parsed = [parse_title(text) for text in columns["title"].tolist()]
    names = [
        name or str(title_id)
        for (name, _), title_id in zip(parsed, columns[TITLE_ID.name].tolist(), strict=True)
    ]
    years = np.fromiter((year or UNKNOWN_YEAR for _, year in parsed), np.int64, len(parsed))
    columns["title"] = as_column("text", names, index)
    columns["year"] = columns["year"].where(columns["year"] != UNKNOWN_YEAR, pd.Series(years, index=index))


def _ids_in_use(name: str, frames: dict[str, pd.DataFrame]) -> pd.DataFrame:
    """The users or titles that the other tables speak of."""
    tables = [*EVENT_TABLES, "people"] if name == TITLE_ID.name else EVENT_TABLES
    ids = pd.concat(
        [frames[table][name] for table in tables if len(frames[table])] or [frames["ratings"][name]]
    )
    return pd.DataFrame({name: ids.unique()})


@functools.cache
def _template(table: str, types: tuple[tuple[str, str], ...]) -> pd.DataFrame:
    empty = {column.name: as_column(column.kind, [], pd.RangeIndex(0)) for column in TABLES[table].columns}
    for name, dtype in types:
        empty[name] = empty[name] if dtype == "int64" else empty[name].astype("str")
    return _complete(table, pd.DataFrame(empty))


def _empty(table: str, frames: dict[str, pd.DataFrame]) -> pd.DataFrame:
    """An empty frame whose ids have the type that they have elsewhere."""
    ids = [column.name for column in TABLES[table].columns if column.kind == "id"]
    types = {name: str(frame[name].dtype) for frame in frames.values() for name in ids if name in frame}
    return _template(table, tuple(types.items())).copy()
