"""The Movies Dataset as Kaggle has it: ratings by MovieLens' ids, titles by those of TMDB, and links between them."""

from __future__ import annotations

import dataclasses
from typing import TYPE_CHECKING, Final

from cinewalk.errors import FileFormatError
from cinewalk.graph.model.schema import RELEASED, TITLE_ID, YEAR
from cinewalk.loaders.sources.file_names import file_in
from cinewalk.loaders.tables.cells import BadCellError, Field
from cinewalk.loaders.tables.headers import lay_out_csv, read_names
from cinewalk.loaders.tables.lines import (
    BadRowError,
    decode,
    file_encoding,
    read_blocks,
    split_cells,
    split_lines,
)
from cinewalk.loaders.text.column_names import NOTHING, plain
from cinewalk.loaders.titles.external_ids import tmdb_id

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from pathlib import Path

    from cinewalk.loaders.tables.layouts import Columns, TextFile

_TITLES: Final = "movies_metadata.csv"
#: The ratings, and the links that go with them, the most complete first.
_PAIRS: Final = (("ratings.csv", "links.csv"), ("ratings_small.csv", "links_small.csv"))
_FILES: Final = frozenset({_TITLES, *(name for pair in _PAIRS for name in pair)})
#: Put before the TMDB id of a title that no link leads to, so that it is no other film's id in MovieLens.
_PREFIX: Final = "tmdb"


def is_kaggle(name: str) -> bool:
    """Tell by its name whether a file may be one of that data set."""
    return name.lower() in _FILES


def plan_kaggle(folder: Path, columns: Mapping[str, str] = NOTHING) -> list[TextFile] | None:
    """Lay out the files of a folder, where it is that data set.

    Raises
    ------
    FileFormatError
        Where the links are missing: without them a title would get the ratings of another one.
    """
    titles = file_in(folder, _TITLES)
    pairs = [(file_in(folder, ratings), file_in(folder, links)) for ratings, links in _PAIRS]
    there = [pair for pair in pairs if pair[0].is_file()]
    if not there or not titles.is_file():
        return None
    ratings, links = there[0]
    linking = next((path for path in (links, *(path for _, path in pairs)) if path.is_file()), None)
    if linking is None:
        problem = f"names titles by TMDB's ids, and {ratings.name} by those of MovieLens"
        raise FileFormatError(
            titles, problem, f"Put {links.name} beside it, which leads from one to the other"
        )
    rated = lay_out_csv(ratings, "ratings", columns, own=frozenset({"movieId"}))
    others = [path.name for path, _ in there[1:]]
    notes = (*rated.notes, *(f"{name}: not read, because {ratings.name} is." for name in others))
    return [_titles(titles, _read_links(linking), columns), dataclasses.replace(rated, notes=notes)]


def _titles(path: Path, links: Mapping[str, str], columns: Mapping[str, str]) -> TextFile:
    """Lay out the titles, by the ids that the ratings have."""
    file = lay_out_csv(path, "titles", {"id": TITLE_ID.name, **columns}, own=frozenset({"id"}))
    fields = tuple(
        Field(known.name, known.kind, _reader(links)) if known and known.name == TITLE_ID.name else known
        for known in file.layout.fields
    )
    layout = dataclasses.replace(file.layout, fields=fields, combine=_with_years)
    note = (
        f"{path.name}: titles have MovieLens' ids where links lead to one, else {_PREFIX} and the id of TMDB."
    )
    return dataclasses.replace(file, layout=layout, notes=(*file.notes, note), is_partial=True)


def _with_years(columns: Columns) -> Columns:
    """Take the year from the day of release, as there is no other."""
    days = columns.get(RELEASED.name, [])
    years = [None if day is None else int(day.astype("datetime64[Y]").astype(int)) + 1970 for day in days]
    return {YEAR.name: years, **columns} if days else columns


def _reader(links: Mapping[str, str]) -> Callable[[str], str | None]:
    def read(text: str) -> str | None:
        tmdb = _number(text)
        return links.get(tmdb, f"{_PREFIX}{tmdb}") if tmdb else None

    return read


def _number(text: str) -> str:
    """Read an id that is a whole number, of TMDB or MovieLens; nothing stays nothing."""
    known = tmdb_id(text)
    if known is None:
        raise BadCellError("is not an id of TMDB, which is a whole number")
    return known


def _read_links(path: Path) -> dict[str, str]:
    """Read MovieLens' id by that of TMDB; a line that does not give both leads nowhere."""
    header, delimiter, written = read_names(path)
    places = {plain(name): place for place, name in enumerate(written)}
    if not {"movieid", "tmdbid"} <= places.keys():
        problem = f"has no columns movieId and tmdbId, but {', '.join(written)}"
        raise FileFormatError(path, problem, "Take it from the data set again", line=header.line)
    links: dict[str, str] = {}
    encoding = file_encoding(path)
    for _, block in read_blocks(path, header.offset, header.line + 1):
        for line in split_lines(block):
            try:
                cells = split_cells(decode(line, encoding), delimiter, quoted=True)
                movie, tmdb = _number(cells[places["movieid"]]), _number(cells[places["tmdbid"]])
            except (BadRowError, BadCellError, IndexError):
                continue
            if movie and tmdb:
                links.setdefault(tmdb, movie)
    return links
