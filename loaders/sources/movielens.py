"""MovieLens files as GroupLens ships them: 100K, 1M, and the sets of CSV files.

See F. M. Harper and J. A. Konstan, The MovieLens Datasets: History and Context, doi:10.1145/2827872.
"""

from __future__ import annotations

import functools
import re
from collections import Counter
from typing import TYPE_CHECKING, Any, Final

from cinewalk.errors import FileFormatError
from cinewalk.graph.model.schema import GENRES, RATING, RELEASED, TIMESTAMP, TITLE, TITLE_ID, USER_ID
from cinewalk.loaders.sources.file_names import file_in
from cinewalk.loaders.tables.cells import BadCellError, Field, as_day, field, read_text, unique_names
from cinewalk.loaders.tables.groups import read_age
from cinewalk.loaders.tables.headers import lay_out_csv
from cinewalk.loaders.tables.layouts import Columns, Layout, TextFile
from cinewalk.loaders.tables.lines import LONGEST_LINE, is_blank, opened, readable, split_lines
from cinewalk.loaders.text.column_names import NOTHING
from cinewalk.loaders.text.encodings import decoded

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence
    from pathlib import Path

    import numpy as np

_GENRES: Final = (
    "unknown|Action|Adventure|Animation|Children's|Comedy|Crime|Documentary|Drama|Fantasy|"
    "Film-Noir|Horror|Musical|Mystery|Romance|Sci-Fi|Thriller|War|Western"
)
#: The genres of MovieLens-100K in the order of their flags, unless ``u.genre`` says otherwise.
GENRES_100K: Final = tuple(_GENRES.split("|"))

_OCCUPATIONS: Final = (
    "other or not specified|academic/educator|artist|clerical/admin|college/grad student|customer service|"
    "doctor/health care|executive/managerial|farmer|homemaker|K-12 student|lawyer|programmer|retired|"
    "sales/marketing|scientist|self-employed|technician/engineer|tradesman/craftsman|unemployed|writer"
)
#: The occupations of MovieLens-1M by their codes.
OCCUPATIONS_1M: Final = tuple(_OCCUPATIONS.split("|"))

_AGES_1M: Final = frozenset({"1", "18", "25", "35", "45", "50", "56"})
_MONTHS: Final = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")
_DAY: Final = re.compile(r"([0-9]{1,2})-([A-Z][a-z]{2})-([0-9]{4})")
_NO_ZIP: Final = "{name}: the zip codes were dropped, because they point to single people."


def _read_day(text: str) -> np.datetime64 | None:
    """Read a day like ``01-Jan-1995``, whatever the machine's language."""
    text = text.strip()
    if not text:
        return None
    match = _DAY.fullmatch(text)
    if match is None or match[2] not in _MONTHS:
        raise BadCellError("is not a date like 01-Jan-1995")
    return as_day(match[3], str(_MONTHS.index(match[2]) + 1), match[1])


def _read_title_100k(text: str) -> str | None:
    """Read a title; the one that MovieLens-100K calls ``unknown`` has none."""
    title = read_text(text)
    return None if title == "unknown" else title


def _read_flag(text: str) -> bool:
    if text.strip() not in {"0", "1"}:
        raise BadCellError("is neither 0 nor 1")
    return text.strip() == "1"


def _read_age_code(text: str) -> str | None:
    if text.strip() not in _AGES_1M:
        raise BadCellError("is not one of the age codes 1, 18, 25, 35, 45, 50, 56")
    return read_age(text)


def _read_occupation_code(text: str) -> str:
    code = text.strip()
    if not (code.isascii() and code.isdecimal() and len(code) < 3 and int(code) < len(OCCUPATIONS_1M)):
        raise BadCellError(f"is not one of the occupation codes 0 to {len(OCCUPATIONS_1M) - 1}")
    return OCCUPATIONS_1M[int(code)]


def group(name: str, read: Callable[[str], Any] = read_text) -> Field:
    """Make the field of an attribute to group people by."""
    return Field(name, "text", read)


#: What a line of ratings holds in MovieLens-100K and 1M.
RATING_FIELDS: Final = (field(USER_ID), field(TITLE_ID), field(RATING), field(TIMESTAMP))


def _genre_names(folder: Path) -> Sequence[str]:
    """The genres in the order of their flags."""
    path = file_in(folder, "u.genre")
    if not path.is_file():
        return GENRES_100K
    with readable(path):
        lines = decoded(path.read_bytes(), path.name).text.splitlines()
    try:
        rows = [line.split("|") for line in lines if line.strip()]
        names = {int(place): name for name, place in rows}
        return [names[place] for place in range(len(rows))]
    except (ValueError, KeyError):
        raise FileFormatError(
            path, "is not a list of genre|number", "Take it from the data set again"
        ) from None


def _join_genres(columns: Columns, *, names: Sequence[str]) -> Columns:
    """Make one list of genres of the flags."""
    flags = [columns.pop(f"genre {name}") for name in names]
    rows = list(zip(*flags, strict=True))
    kept = {
        row: unique_names(name for name, is_one in zip(names, row, strict=True) if is_one)
        for row in dict.fromkeys(rows)
    }
    return {**columns, GENRES.name: [kept[row] for row in rows]}


def _plan_100k(folder: Path, _: Mapping[str, str]) -> list[TextFile]:
    ratings = TextFile(file_in(folder, "u.data"), Layout("ratings", RATING_FIELDS, "\t"))
    files = [ratings]
    titles, users = file_in(folder, "u.item"), file_in(folder, "u.user")
    if titles.is_file():
        names = _genre_names(folder)
        fields = (
            field(TITLE_ID),
            Field(TITLE.name, "text", _read_title_100k),
            Field(RELEASED.name, "date", _read_day),
            None,
            None,
            *(Field(f"genre {name}", "integer", _read_flag) for name in names),
        )
        combine = functools.partial(_join_genres, names=names)
        files.append(TextFile(titles, Layout("titles", fields, "|", combine=combine)))
    if users.is_file():
        groups = (group("age", read_age), group("gender"), group("occupation"), None)
        layout = Layout("users", (field(USER_ID), *groups), "|")
        files.append(TextFile(users, layout, (_NO_ZIP.format(name=users.name),)))
    return files


def _plan_1m(folder: Path, _: Mapping[str, str]) -> list[TextFile]:
    ratings = file_in(folder, "ratings.dat")
    files = [TextFile(ratings, Layout("ratings", _first(RATING_FIELDS, ratings, least=3), "::"))]
    titles, users = file_in(folder, "movies.dat"), file_in(folder, "users.dat")
    if titles.is_file():
        fields = (field(TITLE_ID), field(TITLE), field(GENRES))
        files.append(TextFile(titles, Layout("titles", _first(fields, titles, least=2), "::")))
    if users.is_file():
        files.append(_users_1m(users))
    return files


def _users_1m(path: Path) -> TextFile:
    """Lay out users; in sets of the same form with other columns, only the first one is known."""
    groups = (
        group("gender"),
        group("age", _read_age_code),
        group("occupation", _read_occupation_code),
        None,
    )
    cells = _cells(path)
    if cells in {0, 1, len(groups) + 1}:
        return TextFile(
            path, Layout("users", (field(USER_ID), *groups), "::"), (_NO_ZIP.format(name=path.name),)
        )
    note = f"{path.name}: has {cells} columns without names, of which only the first is read, as user_id."
    layout = Layout("users", (field(USER_ID), *[None] * (cells - 1)), "::")
    return TextFile(path, layout, (note,))


def _first(fields: tuple[Field, ...], path: Path, *, least: int) -> tuple[Field, ...]:
    """Return as many fields as a file has cells in a line, if it lacks some at the end that it may lack."""
    cells = _cells(path)
    return fields[:cells] if least <= cells else fields


def _cells(path: Path) -> int:
    """Count the cells that most of the first lines have; 0 where there is no line."""
    with opened(path) as file:
        lines = split_lines(file.read(LONGEST_LINE))
    counts = Counter(line.count(b"::") + 1 for line in lines if not is_blank(line))
    return max(counts, key=counts.__getitem__, default=0)


_OWN: Final = frozenset({"movieId"})


def _plan_csv(folder: Path, columns: Mapping[str, str]) -> list[TextFile]:
    return [
        lay_out_csv(file_in(folder, "ratings.csv"), "ratings", columns, own=_OWN),
        lay_out_csv(file_in(folder, "movies.csv"), "titles", columns, own=_OWN),
    ]


#: By the files that tell them apart: how each of the three formats is laid out.
FORMATS: Final[dict[tuple[str, ...], Callable[[Path, Mapping[str, str]], list[TextFile]]]] = {
    ("u.data",): _plan_100k,
    ("ratings.dat",): _plan_1m,
    ("movies.csv", "ratings.csv"): _plan_csv,
}


_FILES: Final = frozenset(
    {name for names in FORMATS for name in names} | {"u.item", "u.user", "u.genre", "movies.dat", "users.dat"}
)


def is_movielens(name: str) -> bool:
    """Tell by its name whether a file may be one of MovieLens."""
    return name.lower() in _FILES


def plan_movielens(folder: Path, columns: Mapping[str, str] = NOTHING) -> list[TextFile] | None:
    """Lay out the files of a folder, where it is one of MovieLens; ``titles.csv`` says that it is not."""
    if file_in(folder, "titles.csv").is_file():
        return None
    for names, plan in FORMATS.items():
        if all(file_in(folder, name).is_file() for name in names):
            return plan(folder, columns)
    return None
