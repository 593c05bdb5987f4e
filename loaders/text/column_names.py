"""What the columns of a file mean, whatever they are called: one list of common names, and what a person says."""

from __future__ import annotations

import collections.abc
from dataclasses import dataclass
from types import MappingProxyType
from typing import TYPE_CHECKING, Final

from cinewalk.errors import RequestError
from cinewalk.graph.model.schema import (
    GENRES,
    IMDB_ID,
    NAME,
    PERSON_ID,
    RATING,
    RELEASED,
    TABLES,
    TIMESTAMP,
    TITLE,
    TITLE_ID,
    TMDB_ID,
    USER_ID,
    YEAR,
)

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

_OF_TITLES: Final = (
    "movie_id film_id item_id show_id video_id anime_id content_id media_id tconst imdb_title_id const"
)
_OF_USERS: Final = "user uid viewer_id viewer member_id customer_id account_id reviewer_id"

#: By column: what else it is called, the surest first. Case, blanks, ``_`` and ``-`` make no difference.
ALIASES: Final = {
    USER_ID.name: _OF_USERS,
    TITLE_ID.name: f"{_OF_TITLES} item iid imdb_id tmdb_id asin movie film",
    RATING.name: "score stars your_rating user_rating movie_rating overall rate",
    TIMESTAMP.name: (
        "time date date_rated rated_at rating_date rating_timestamp watched_at unix_time unix_review_time datetime ts"
    ),
    PERSON_ID.name: "nconst person",
    NAME.name: "person_name primary_name",
}

#: By table and column: the same where a table has names of its own.
_OF_TABLES: Final = {
    ("users", USER_ID.name): f"{_OF_USERS} id",
    ("titles", TITLE_ID.name): f"{_OF_TITLES} id item iid imdb_id tmdb_id asin",
    ("titles", TITLE.name): (
        "movie_title movie_name film_title film_name title_name item_name primary_title name movie film original_title"
    ),
    ("titles", YEAR.name): "release_year movie_year film_year start_year",
    ("titles", RELEASED.name): "release_date date_released",
    ("titles", GENRES.name): "genre",
    ("titles", IMDB_ID.name): "imdb tconst imdb_title_id const",
    ("titles", TMDB_ID.name): "tmdb",
    ("people", PERSON_ID.name): "nconst person id",
}

NOTHING: Final[Mapping[str, str]] = MappingProxyType({})
_KNOWN: Final = {column.name for table in TABLES.values() for column in table.columns}


def plain(name: str) -> str:
    """Bring a column's name to what two spellings of it have in common.

    >>> plain("User ID"), plain("userId"), plain("user_id")
    ('userid', 'userid', 'userid')
    """
    return "".join(filter(str.isalnum, name)).casefold() or name.strip()


def aliases(column: str, table: str) -> tuple[str, ...]:
    """Return what a column of a table is also called, the surest name first.

    >>> aliases("genres", "titles")
    ('genre',)
    """
    return tuple(_OF_TABLES.get((table, column), ALIASES.get(column, "")).split())


@dataclass(frozen=True, slots=True)
class NamedColumns:
    """The columns of a file, in order: how each is written, and what it means.

    Parameters
    ----------
    written
        As the file has them.
    meanings
        The column of the schema that each is; nothing for any other.
    passed_over
        Those that could have been a column that another one is.
    """

    written: tuple[str, ...]
    meanings: tuple[str, ...]
    passed_over: frozenset[str] = frozenset()

    @property
    def shown(self) -> dict[str, str]:
        """By meaning: how the file writes it."""
        pairs = zip(self.meanings, self.written, strict=True)
        return {meaning: written for meaning, written in pairs if meaning}

    @property
    def renamed(self) -> dict[str, str]:
        """What is read under another name, by that name."""
        return {
            meaning: written for meaning, written in self.shown.items() if plain(written) != plain(meaning)
        }


NO_COLUMNS: Final = NamedColumns((), ())


def name_columns(written: Sequence[str], table: str, columns: Mapping[str, str] = NOTHING) -> NamedColumns:
    """Tell what the columns of a file mean.

    What a person says comes first, then the names of the schema, then the common names (:data:`ALIASES`), each time
    where no column has that meaning yet.

    Parameters
    ----------
    written
        The columns, as the file has them.
    table
        The table that the file becomes.
    columns
        What a person says of columns, by their names in the file; nothing leaves one out.

    Examples
    --------
    >>> name_columns(["item", "UserID", "x"], "ratings").meanings
    ('title_id', 'user_id', '')
    >>> name_columns(["tag", "item", "uid"], "ratings", {"tag": "title_id"}).meanings
    ('title_id', '', 'user_id')
    """
    names = [name.strip() for name in written]
    keys = [plain(name) for name in names]
    said = {plain(name): meaning for name, meaning in columns.items()}
    wanted = [column.name for column in TABLES[table].columns]
    meanings = [meaning if (meaning := said.get(key, "")) in wanted else "" for key in keys]
    spellings = {column: [plain(alias) for alias in (column, *aliases(column, table))] for column in wanted}
    for column, known in spellings.items():
        for spelling in () if column in meanings else known:
            free = (at for at, key in enumerate(keys) if key not in said and not meanings[at])
            places = [at for at in free if keys[at] == spelling]
            for at in places:
                meanings[at] = column
            if places:
                break
    usual = {spelling for known in spellings.values() for spelling in known}
    passed_over = {
        name
        for name, key, meaning in zip(names, keys, meanings, strict=True)
        if not meaning and (key in usual or said.get(key) == "")
    }
    return NamedColumns(tuple(names), tuple(meanings), frozenset(passed_over))


def read_mapping(columns: object) -> dict[str, str]:
    """Take what a person says that columns are: names may be numbers, as in frames without names, and None is nothing.

    Raises
    ------
    RequestError
        Where it is no mapping, or of a column to what no table has.

    Examples
    --------
    >>> read_mapping({"movieId": "title_id", 3: None})
    {'movieId': 'title_id', '3': ''}
    """
    if not isinstance(columns, collections.abc.Mapping):
        raise RequestError(
            f"columns is a {type(columns).__name__}, and must say of names what they are, such as "
            '{"film_nr": "title_id"}.'
        )
    said = {str(name): "" if meaning is None else str(meaning) for name, meaning in columns.items()}
    for name, meaning in said.items():
        if meaning and meaning not in _KNOWN:
            known = ", ".join(
                dict.fromkeys(column.name for table in TABLES.values() for column in table.columns)
            )
            raise RequestError(
                f"columns says that {name} is {meaning}, which is no column; there are {known}."
            )
    return said


def check_used(columns: Mapping[str, str], written: Sequence[str], *, what: str = "file") -> None:
    """Refuse a mapping that speaks of a column that no file (or frame) has.

    Raises
    ------
    RequestError
        With the columns that the files have.

    Examples
    --------
    >>> check_used({"movie id": "title_id"}, ["movieId", "userId"])
    """
    known = {plain(name) for name in written}
    for name in columns:
        if plain(name) not in known:
            has = ", ".join(dict.fromkeys(written)) or "none"
            raise RequestError(f"columns speaks of {name}, which no {what} has; there are {has}.")
