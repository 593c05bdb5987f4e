"""IMDb's ``ratings.csv``: ratings from 1 to 10, half of which is the rating here."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

from cinewalk.graph.model.schema import FILM, SERIES
from cinewalk.loaders.tables.cells import BadCellError, read_float, read_text
from cinewalk.loaders.tables.csv_rows import Ignored, name_in, read_rows, read_table, time_in, year_in
from cinewalk.loaders.tables.history_rows import HistoryRow, Rated, joined

if TYPE_CHECKING:
    from cinewalk.loaders.tables.csv_rows import Cells, CsvTable
    from cinewalk.loaders.tables.export_files import Export
    from cinewalk.loaders.tables.history_rows import ExportedHistory

#: The file that is looked for.
FILES: Final = "ratings.csv"
_CONST: Final = re.compile(r"tt\d{5,12}")
_MOST: Final = 10


def is_wanted(name: str) -> bool:
    """Tell by its path in lower case whether a file of the export is read."""
    return name.rpartition("/")[2] == "ratings.csv"


def read_imdb(export: Export) -> ExportedHistory:
    """Read an export.

    Raises
    ------
    FileFormatError
        Where a column is missing.
    """
    return joined(_read(read_table(file)) for file in export.files)


def _read(table: CsvTable) -> ExportedHistory:
    table.need("const", "your_rating", "title")
    return read_rows(table, lambda cells, line: _row(table, cells, line))


def _row(table: CsvTable, cells: Cells, line: int) -> HistoryRow:
    name, moment = name_in(cells["title"]), time_in(cells.get("date_rated", ""))
    year, rating = year_in(cells.get("year", "")), read_float(cells["your_rating"])
    const = cells["const"].strip()
    if not _CONST.fullmatch(const):
        raise BadCellError(f"has {const[:20]!r} where IMDb's id should be")
    if rating is None:
        raise Ignored("has no rating")
    if not 1 <= rating <= _MOST:
        raise BadCellError(f"has the rating {rating:g}, and there are 1 to {_MOST}")
    kind = _kind(cells.get("title_type", ""))
    original = read_text(cells.get("original_title", ""))
    return HistoryRow(
        table.file.base,
        line,
        name,
        (Rated(rating / 2),),
        moment,
        year,
        kind,
        external_id=const,
        other_names=(original,) if original and original != name else (),
        record="ratings",
    )


def _kind(text: str) -> str:
    """Tell films from series by what IMDb calls them, in several languages; games and episodes are neither.

    >>> _kind("TV Mini Series"), _kind("Movie"), _kind("tvSeries")
    ('series', 'film', 'series')
    """
    letters = "".join(filter(str.isalpha, text)).lower()
    if "game" in letters:
        raise Ignored("is a game")
    if "episode" in letters or "episod" in letters:
        raise Ignored("is a single episode")
    return SERIES if "serie" in letters or "série" in letters else FILM if letters else ""
